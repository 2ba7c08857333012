"""Text and Markdown files as pages of ready lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from pipeline.errors import ProblemCode, UnusableInputError
from pipeline.intake.decoding import decode
from pipeline.intake.kinds import Kind
from pipeline.intake.text.dump_pages import is_markdown, page_lines, split_pages
from pipeline.settings import IntakeSettings
from pipeline.values import PageInput, PageProblem, TextSource


class TextFile:
    """A text file, read whole up to `max_text_bytes`."""

    def __init__(self, file: BinaryIO, settings: IntakeSettings) -> None:
        data = file.read(settings.max_text_bytes + 1)
        problems: list[PageProblem] = []
        if len(data) > settings.max_text_bytes:
            data = _cut_at_line(data[: settings.max_text_bytes])
            message = (
                f"The text is longer than {settings.max_text_bytes:,} bytes; the rest was left out. Split the file."
            )
            problems.append(PageProblem(ProblemCode.TOO_MANY_BYTES, message))
        decoded = decode(data)
        if decoded.undecodable:
            message = (
                f"{decoded.undecodable} places of the text are damaged (no valid {decoded.encoding.upper()}); "
                "they read \ufffd there."
            )
            problems.append(PageProblem(ProblemCode.DAMAGED_FILE, message))
        self.kind = Kind.MARKDOWN if is_markdown(decoded.text) else Kind.TEXT
        self.encoding = decoded.encoding
        self.problems = tuple(problems)
        self._settings = settings
        self._pages = split_pages(decoded.text)
        self.page_count = len(self._pages)
        if not decoded.text.strip(" \n\r\t\f\v\x00\x1a\ufeff"):
            raise UnusableInputError(ProblemCode.EMPTY_FILE, "The file holds no text.", remedy="Copy or scan it again.")

    def pages(self) -> Iterator[PageInput]:
        """A `PageInput` with ready lines for each page, up to the limit of pages."""
        for number, page in enumerate(self._pages[: self._settings.max_pages], start=1):
            lines = page_lines(page, markdown=self.kind is Kind.MARKDOWN)
            yield PageInput(number, lines=lines, source=TextSource.TEXT_FILE)


def _cut_at_line(data: bytes) -> bytes:
    end = data.rfind(b"\n", len(data) - 65_536)
    return data[: end + 1] if end > 0 else data
