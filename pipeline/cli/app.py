"""The commands and their arguments; what they do lies in the modules beside this one.

stdout carries data only. Everything else goes to stderr. Exit codes are `errors.ExitCode`; an error that nobody foresaw
is told in one sentence (`unexpected.py`).
"""

from __future__ import annotations

import errno
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from pipeline.cli.review_commands import review, set_value
from pipeline.cli.terminal import abandon_stdout, say
from pipeline.errors import ExitCode, SohoaError, UnusableInputError
from pipeline.messages import Language
from pipeline.store.formats import FORMATS


class ExecutorName(StrEnum):
    """Where `ingest` has its work done."""

    LOCAL = "local"
    RAY = "ray"


class JoinMode(StrEnum):
    """Whether files that are the pages of one paper are joined."""

    SURE = "sure"
    OFF = "off"


class Tones(StrEnum):
    """How the tone mark of an open oa, oe, uy is placed in what is printed."""

    OWN = "own"
    OLD = "old"
    NEW = "new"


class LogLevel(StrEnum):
    """From where on records of the library are shown."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    DEBUG = "debug"


def _show_records(level: LogLevel | None) -> None:
    if level is not None:
        from pipeline.cli.terminal import show_records

        show_records(level.value)


_LOST_OUTPUT = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO})  # what writing to stdout can meet

TonesOption = Annotated[
    Tones, typer.Option("--tones", help="own: as the document has it; old: hòa, thủy; new: hoà, thuỷ.")
]

ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="Settings to use; default: SOHOA_CONFIG, ./sohoa.toml, your own.")
]

LogLevelOption = Annotated[
    LogLevel | None,
    typer.Option("--log-level", callback=_show_records, help="Log to stderr; default: nothing."),
]


app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help: read by people, grep and screen readers alike, and quick to start
    help="Turn archives of Vietnamese plan documents into restored text, structured JSON and a searchable corpus.",
)


app.add_typer(review, name="review")
app.command("set", short_help="Correct a field of a document.")(set_value)


def main() -> NoReturn:
    """Entry point: run the command line and exit with the contract's code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command; the exit code."""
    try:
        result = app(arguments, prog_name="sohoa", standalone_mode=False)
        sys.stdout.flush()
    except SohoaError as error:
        code = f" [{error.code}]" if isinstance(error, UnusableInputError) else ""
        say(f"sohoa: {error}{code}")
        return int(error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        result = ExitCode.INTERRUPTED
    except SystemExit:
        # The reader of stdout had enough (`| head`), and typer has ended the command: that needs no message.
        return int(ExitCode.CANNOT_WRITE)
    except Exception as error:
        return int(_explained(error, arguments))
    if result == ExitCode.INTERRUPTED:  # which typer may have made of the interrupt itself
        say("sohoa: interrupted. What was finished is kept; run the same command again to carry on.")
        return int(ExitCode.INTERRUPTED)
    if isinstance(result, int) and not isinstance(result, ExitCode):
        return int(ExitCode.BAD_ARGUMENTS) if result == 2 else result  # 2 is the option parser's code for bad usage
    return int(result or ExitCode.OK)


def _explained(error: Exception, arguments: list[str]) -> ExitCode:
    """Say what an error is that no command raised on purpose; the exit code."""
    if isinstance(error, OSError) and error.errno in _LOST_OUTPUT:
        abandon_stdout()
        say(f"sohoa: the output could not be written: {error.strerror}.")
        return ExitCode.CANNOT_WRITE
    # typer's own errors (unknown option, bad value): their class moved between its versions, their methods did not
    if hasattr(error, "format_message"):
        message = error.format_message()
        if message.startswith("Usage:"):  # `sohoa` alone: the message is the help itself
            say(message)
        else:
            say(f"sohoa: {message}\nTry 'sohoa --help', or 'sohoa COMMAND --help'.")
        return ExitCode.BAD_ARGUMENTS
    from pipeline.cli.unexpected import report_fault

    return report_fault(error, arguments)


def _version(wanted: bool) -> None:
    if wanted:
        import pipeline

        typer.echo(f"sohoa {pipeline.__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")] = False,
    log_level: LogLevelOption = None,
) -> None:
    """Options before the command."""


Corpus = Annotated[str, typer.Option("--corpus", help="The folder that `sohoa ingest` filled, or its URL.")]


@app.command(short_help="Digitise an archive into a folder of results.")
def ingest(
    archive: Annotated[str, typer.Argument(help="Folder of source files, one file, or a URL; never changed.")],
    out: Annotated[str, typer.Option("--out", help="Folder for the results, made if need be, or a URL.")],
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", min=1, help="Worker processes; one a core is best. Default: run.jobs; with Ray all."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Do every file again, changed or not.")] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Try files again that failed for good or in part.")] = False,
    prune: Annotated[bool, typer.Option("--prune", help="Remove results of files no longer in the archive.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait for another run on the same folder to end.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Stay, and take new files once they are complete.")] = False,
    on_commit: Annotated[
        str | None, typer.Option("--on-commit", metavar="URL|COMMAND", help="Who is told of each committed document.")
    ] = None,
    executor: Annotated[ExecutorName, typer.Option("--executor", help="Where the work is done.")] = ExecutorName.LOCAL,
    ray_address: Annotated[str | None, typer.Option("--ray-address", help="The Ray cluster to work on.")] = None,
    join: Annotated[
        JoinMode | None, typer.Option("--join", help="Files like trang-1.jpg, trang-2.jpg are one document, or not.")
    ] = None,
    passwords: Annotated[
        Path | None, typer.Option("--passwords", help="Passwords to try on protected files, one a line; never logged.")
    ] = None,
    lang: Annotated[
        Language | None, typer.Option("--lang", help="Of report.html and of the summary; default: that of LANG.")
    ] = None,
    config: ConfigOption = None,
    log: Annotated[Path | None, typer.Option("--log", help="Append JSON lines to this file.")] = None,
    metrics: Annotated[Path | None, typer.Option("--metrics", help="Prometheus text file to keep fresh.")] = None,
    log_level: LogLevelOption = None,
) -> ExitCode:
    """Digitise a whole archive: documents, text, search index, report.

    Unchanged files are skipped; a run after one that was stopped carries on where that one was.

    \b
    Example:
      sohoa ingest ./archive --out ./out --jobs 4
      sohoa ingest ./archive --out ./out --executor ray --ray-address HOST:6379
      sohoa ingest s3://bucket/archive --out s3://bucket/results
    """
    from pipeline.run.workers.forking import warm_up

    if executor is ExecutorName.LOCAL:
        warm_up()  # it loads on another core while this process imports the rest
    from pipeline.cli.batch import Extras, ingest_archive
    from pipeline.configuration import configured, passwords_in
    from pipeline.run.ingest import Wishes

    wishes = Wishes(force=force, retry=retry, prune=prune, wait=wait, watch=watch, on_commit=on_commit)
    given: dict[tuple[str, str], object] = {}
    chosen = (("jobs", jobs), ("join", join and join.value), ("language", lang and lang.value))
    given |= {("run", name): value for name, value in chosen if value}
    if passwords:
        given["intake", "passwords"] = passwords_in(passwords)
    settings = configured(config, given=given).settings
    extras = Extras(log, metrics, use_ray=executor is ExecutorName.RAY, ray_address=ray_address, ray_slots=jobs)
    return ingest_archive(archive, out, settings, wishes, extras)


@app.command(short_help="Print the JSON document of one file.")
def extract(
    file: Annotated[Path, typer.Argument(help="A PDF, image, DOCX, text file ...")],
    trace: Annotated[
        Path | None, typer.Option("--trace", help="Folder for what became of each line: pictures, readings, edits.")
    ] = None,
    part: Annotated[int, typer.Option("--part", help="Which document of a file that holds several.")] = 1,
    log_level: LogLevelOption = None,
) -> ExitCode:
    """Print the JSON document of one file.

    \b
    Example:
      sohoa extract plan.pdf > plan.json
      sohoa extract year.pdf --part 3 > third.json
      sohoa extract scan.pdf --trace ./trace > scan.json
    """
    from pipeline.cli.single import extract_file

    return extract_file(file, trace, part)


@app.command(short_help="Print the restored text of one file.")
def text(
    file: Annotated[Path, typer.Argument(help="A PDF, image, DOCX, text file ...")],
    pages: Annotated[str | None, typer.Option("--pages", help="Which pages: 3, 1-3, 2-, 1,4-6.")] = None,
    tones: TonesOption = Tones.OWN,
    log_level: LogLevelOption = None,
) -> ExitCode:
    """Print the restored text of one file in reading order, a printed line a line.

    \b
    Example:
      sohoa text scan.pdf --pages 1-3
    """
    from pipeline.cli.single import print_text

    return print_text(file, pages, tones)


@app.command(short_help="Restore Vietnamese text that lost its marks.")
def restore(
    file: Annotated[str, typer.Argument(help="A text file; '-' reads standard input.")] = "-",
    explain: Annotated[
        bool,
        typer.Option(
            "--explain", help="JSON Lines instead: one for each token that was changed or is in doubt, with candidates."
        ),
    ] = False,
    html: Annotated[
        bool, typer.Option("--html", help="A web page instead: doubtful words marked, alternatives on pointing.")
    ] = False,
    tones: TonesOption = Tones.OWN,
) -> ExitCode:
    """Restore marks and letters of damaged Vietnamese text, one output line for each input line.

    \b
    Example:
      echo "Ke hoach to chuc phong trao thi dua" | sohoa restore
      sohoa restore dump.txt --explain
      sohoa restore dump.txt --html > dump.html
      sohoa restore dump.txt --tones new
    """
    from pipeline.cli.restore import restore_text

    return restore_text(file, explain=explain, html=html, tones=tones)


@app.command(short_help="Search a corpus, with or without marks.", context_settings={"ignore_unknown_options": True})
def search(
    query: Annotated[
        str, typer.Argument(help='Words, with or without marks; "words in quotes" are a phrase; -word leaves out.')
    ],
    corpus: Corpus,
    exact: Annotated[bool, typer.Option("--exact", help="Marks must be as typed.")] = False,
    role: Annotated[str | None, typer.Option("--role", help="Only sections with this role, e.g. khen_thuong.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many hits.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> ExitCode:
    """Search an ingested corpus: ranked sections with snippet, document, section and page.

    Every word has to occur in a section or in the letterhead of its document ("khen thưởng Phú Khê 2024"), or most
    of them where no section has all. A date may be typed as 18/3/2024,
    2024-03-18, ngày 18 tháng 3 năm 2024, tháng 3/2024: letterheads and texts are found however they write it.
    -word or -"some words" leaves out the sections that have it; beg* finds what begins so; one OR another either;
    year:2024, level:xa, type:"kế hoạch", body:, place:, period:, deadline:, problem:, reviewed: keep what is filed so.

    \b
    Example:
      sohoa search "khen thuong tap the" --corpus ./out
      sohoa search 'khen thưởng -"giấy khen" 3/2024' --corpus ./out
      sohoa search "kinh phí" --corpus ./out --role khen_thuong --json
    """
    from pipeline.cli.find import print_hits

    return print_hits(query, corpus, exact=exact, role=role, limit=limit, as_json=as_json)


@app.command(short_help="Write a corpus in another system's format.")
def export(
    destination: Annotated[
        str,
        typer.Argument(
            metavar="DEST", help="A file; a folder for csv, parquet, alto, pdf, html, docx; a URL for postgres."
        ),
    ],
    corpus: Corpus,
    kind: Annotated[str, typer.Option("--format", metavar="FORMAT", help=f"{', '.join(FORMATS.own)}, or one added.")],
    archive: Annotated[
        Path | None, typer.Option("--archive", help="The source files, for pdf; else where the last run found them.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="TOKEN", help="Only what changed since; 'start' at first.")
    ] = None,
    copies: Annotated[bool, typer.Option("--copies", help="Also copies; else a paper counts once.")] = False,
) -> ExitCode:
    """Write a corpus in the format of another system.

    jsonl: a document a line. plans: a flat record a plan, a line each. csv, xlsx, sqlite, parquet: flat tables that
    join on path; postgres: the same on a server, where only what changed is written. docbin: a spaCy Doc a section.
    alto: ALTO XML with the boxes of words. pdf, pdfa: the source's pages with searchable text. Installed packages may
    add others. html: a copy of the corpus with a search that needs no server. docx: Word files in the documents' form.

    With --since, DEST has only the documents that are new or changed; DEST.changes.jsonl (in a folder: changes.jsonl)
    names them and those that are gone, and the token for the next time is printed.

    \b
    Example:
      sohoa export --corpus ./out --format jsonl plans.jsonl
      sohoa export --corpus ./out --format xlsx plans.xlsx
      sohoa export --corpus ./out --format pdf --archive ./archive ./searchable
      sohoa export --corpus ./out --format postgres postgresql://user@host/plans
      TOKEN=$(sohoa export --corpus ./out --format jsonl --since "$TOKEN" changed.jsonl)
    """
    from pipeline.cli.export import export_to

    return export_to(corpus, kind, destination, archive, since, copies=copies)


@app.command(short_help="Print the settings in force.")
def config(
    file: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> ExitCode:
    """Print every setting that is in force, and where it was set: sohoa.toml, the environment, or its default.

    \b
    Example:
      sohoa config
      SOHOA_RUN_JOBS=4 sohoa config --json
    """
    from pipeline.cli.settle import print_settings

    return print_settings(file, as_json=as_json)


@app.command(short_help="Settle a failure that is known.")
def ack(
    corpus: Corpus,
    what: Annotated[str | None, typer.Argument(metavar="PATH|CODE", help="A file, a folder, or a code.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Let it count again.")] = False,
    list_them: Annotated[bool, typer.Option("--list", help="Print what is settled.")] = False,
) -> ExitCode:
    """Settle a known failure: it no longer counts, is not listed, and a run ends with exit code 0 in spite of it.

    A file's counts again when it changes or fails for another reason; a code is settled for every file that has it.

    \b
    Example:
      sohoa ack 2019/mat-khau.pdf --corpus ./out
      sohoa ack unsupported_kind --corpus ./out
      sohoa ack --list --corpus ./out
    """
    from pipeline.cli.settle import print_acknowledged, settle_failures

    return print_acknowledged(corpus) if list_them or what is None else settle_failures(corpus, what, undo=undo)


@app.command(short_help="Open a corpus in the browser, and to other programs.")
def serve(
    corpus: Annotated[Path, typer.Option("--corpus", help="The folder that `sohoa ingest` filled.")],
    host: Annotated[
        str, typer.Option("--host", help="The address to listen on; another than this machine's needs a token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="The port to listen on.")] = 8080,
    lang: Annotated[
        Language, typer.Option("--lang", help="The language of the pages; each visitor may change it.")
    ] = Language.VI,
    token_file: Annotated[
        Path | None, typer.Option("--token-file", help="Lines `read TOKEN` and `review TOKEN`; or SOHOA_WEB_TOKENS.")
    ] = None,
    archive: Annotated[
        Path | None, typer.Option("--archive", help="The source files, for scans; else where the last run found them.")
    ] = None,
) -> ExitCode:
    """Serve the search page, the review of doubtful fields and the REST API (/api/v1) until it is interrupted.

    \b
    Example:
      sohoa serve --corpus ./out
      sohoa serve --corpus ./out --host 0.0.0.0 --token-file tokens.txt
    """
    from pipeline.cli.serve import serve_corpus

    return serve_corpus(corpus, host, port, lang, token_file, archive)


@app.command(short_help="Compare results with gold: CER, WER, F1.")
def evaluate(
    gold: Annotated[Path, typer.Argument(help="Folder of gold JSON (and text) files, or one file.")],
    out: Annotated[Path, typer.Argument(help="The folder that `sohoa ingest` filled.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> ExitCode:
    """Compare results with gold: CER, WER, syllable and diacritic error, F1 of fields and roles.

    \b
    Example:
      sohoa evaluate ./gold ./out
    """
    from pipeline.cli.check import print_evaluation

    return print_evaluation(gold, out, as_json=as_json)


@app.command(short_help="Tell how a run is going, or how it ended.")
def status(
    out: Annotated[str, typer.Argument(help="The folder that `sohoa ingest` fills, or its URL.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> ExitCode:
    """Tell how a run is going, or how the last one ended.

    \b
    Example:
      sohoa status ./out
    """
    from pipeline.cli.check import print_status

    return print_status(out, as_json=as_json)


@app.command(short_help="Check that every result is as it should be.")
def verify(
    out: Annotated[str, typer.Argument(help="The folder that `sohoa ingest` filled, or its URL.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON Lines.")] = False,
) -> ExitCode:
    """Check every digest, schema and index row of a result folder and say what is wrong.

    \b
    Example:
      sohoa verify ./out
    """
    from pipeline.cli.check import print_faults

    return print_faults(out, as_json=as_json)


@app.command(short_help="Say which tools and models are missing.")
def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> ExitCode:
    """Look for every outside tool, language pack and model: ready, missing, how to get it.

    \b
    Example:
      sohoa doctor
    """
    from pipeline.cli.check import print_health

    return print_health(as_json=as_json)
