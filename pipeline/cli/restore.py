"""The command `restore`: a text file's lines, restored, explained, or as a page to look at."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

from pipeline.cli.stdout import with_tones, write_bytes
from pipeline.cli.terminal import say
from pipeline.configuration import configured
from pipeline.errors import ExitCode, ProblemCode, UnusableInputError


def restore_text(file: str, *, explain: bool, html: bool, tones: str) -> ExitCode:
    """Print the restored lines of `file` ('-': standard input), explain what was changed or is in doubt, or show it."""
    from pipeline.restoration import load_restorer

    lines, ends_open = _read_lines(file)
    settings = configured().settings
    restored = load_restorer(settings.restoration).knowing(settings.office.names).restore_lines(lines)
    if explain:
        for number, line in enumerate(restored, start=1):
            for change in line.told():
                write_bytes((json.dumps({"line": number, **asdict(change)}, ensure_ascii=False) + "\n").encode())
        return ExitCode.OK
    if html:
        from pipeline.cli.restore_html import restored_page

        write_bytes(restored_page("" if file == "-" else Path(file).name, restored).encode("utf-8", "replace"))
        return ExitCode.OK
    text = with_tones("\n".join(line.text for line in restored), tones)
    write_bytes((text if ends_open else text + "\n").encode("utf-8", "backslashreplace"))
    return ExitCode.OK


def _read_lines(file: str) -> tuple[list[str], bool]:
    """The lines, and whether the last one lacks its newline. Raises UnusableInputError, also for what is no text."""
    from pipeline.intake.decoding import decode, is_binary
    from pipeline.language.source_text import as_written

    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise UnusableInputError(
            ProblemCode.UNREADABLE_FILE, f"Cannot read {file}: {error.strerror or error}.", remedy="Check the path."
        ) from error
    if is_binary(data):
        raise UnusableInputError(
            ProblemCode.UNSUPPORTED_KIND,
            f"{'Standard input' if file == '-' else file} is no text.",
            remedy="For PDF, pictures and Word files: `sohoa text FILE`.",
        )
    decoded = decode(data)
    if decoded.undecodable:
        say(f"sohoa: {decoded.undecodable} places are no valid {decoded.encoding.upper()}; they read \ufffd there.")
    text = decoded.text.replace("\r\n", "\n")
    if not text:
        return [], True
    ends_open = not text.endswith("\n")
    written = as_written(text if ends_open else text[:-1])
    if written.lost:
        say(f"sohoa: letters of {written.lost} words are lost: they read '?' or '\ufffd', and are left so.")
    return written.text.split("\n"), ends_open
