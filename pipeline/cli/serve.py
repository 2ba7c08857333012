"""`sohoa serve`: the web page and the REST API over one corpus."""

from __future__ import annotations

from pathlib import Path

from pipeline.cli.terminal import say
from pipeline.errors import ExitCode, MissingToolError, UsageError


def serve_corpus(
    corpus: Path, host: str, port: int, language: str, token_file: Path | None, archive: Path | None
) -> ExitCode:
    """Serve until interrupted. Raises UsageError, MissingToolError."""
    if not (corpus / "ledger.sqlite").is_file():
        raise UsageError(f"There are no results in {corpus}.", remedy="Run `sohoa ingest ARCHIVE --out OUT` first.")
    try:
        import uvicorn

        from pipeline.web.access import load_access
        from pipeline.web.app import create_app
    except ModuleNotFoundError as error:
        raise MissingToolError(
            f"The web page needs libraries that are not installed ({error.name}).",
            remedy="Run `make serve`, or `pip install 'sohoa[web]'`.",
        ) from error
    access = load_access(host, token_file)
    app = create_app(corpus, access=access, archive=archive, language=language)
    shown = f"[{host}]" if ":" in host else host
    say(f"The corpus {corpus} is at http://{shown}:{port}/ – Ctrl+C ends it.")
    if access.tokens:
        say(f"{len(access.tokens)} tokens are known; who opens the page is asked for one.")
    # No access log: addresses of searches are what people look for.
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False, server_header=False)
    return ExitCode.OK
