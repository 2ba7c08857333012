"""Text and Markdown files as pages of ready lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from pipeline.errors import ProblemCode
from pipeline.intake.decoding import decode
from pipeline.intake.dumps import DumpPage, dump_pages, is_markdown
from pipeline.intake.kinds import Kind
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
        self._pages: tuple[DumpPage, ...] = tuple(dump_pages(decoded.text, markdown=self.kind is Kind.MARKDOWN))
        self.page_count = len(self._pages)

    def pages(self) -> Iterator[PageInput]:
        """A `PageInput` with ready lines for each page, up to the limit of pages."""
        for page in self._pages[: self._settings.max_pages]:
            yield PageInput(page.number, lines=page.lines, source=TextSource.TEXT_FILE)


def _cut_at_line(data: bytes) -> bytes:
    end = data.rfind(b"\n", len(data) - 65_536)
    return data[: end + 1] if end > 0 else data
