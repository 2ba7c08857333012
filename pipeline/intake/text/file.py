"""Text and Markdown files as pages of ready lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from pipeline.errors import ProblemCode, UnusableInputError
from pipeline.intake.decoding import decode
from pipeline.intake.kinds import Kind, OpenFile
from pipeline.intake.lost_letters import letters_lost
from pipeline.intake.text.dump_pages import is_markdown, page_lines, split_pages
from pipeline.language.source_text import as_written
from pipeline.settings import IntakeSettings
from pipeline.values import PageInput, PageProblem, TextSource


@dataclass(frozen=True, slots=True)
class TextPages:
    """Pages whose text is at hand; of each the lines, up to the limit of pages."""

    media_type: str
    texts: Sequence[str]
    settings: IntakeSettings
    problems: tuple[PageProblem, ...] = ()

    @property
    def page_count(self) -> int:
        """All pages, also those beyond the limit."""
        return len(self.texts)

    def pages(self) -> Iterator[PageInput]:
        """A `PageInput` with ready lines for each page."""
        markdown = self.media_type == Kind.MARKDOWN
        for number, text in enumerate(self.texts[: self.settings.max_pages], start=1):
            yield PageInput(number, lines=page_lines(text, markdown=markdown), source=TextSource.TEXT_FILE)


def open_text(source: OpenFile) -> AbstractContextManager[TextPages]:
    """Open a text file, read whole up to `max_text_bytes`. Raises UnusableInputError (EMPTY_FILE)."""
    limit = source.settings.max_text_bytes
    data = source.file.read(limit + 1)
    problems: list[PageProblem] = []
    if len(data) > limit:
        data = _cut_at_line(data[:limit])
        message = f"The text is longer than {limit:,} bytes; the rest was left out. Split the file."
        problems.append(PageProblem(ProblemCode.TOO_MANY_BYTES, message))
    decoded = decode(data)
    if decoded.undecodable:
        message = (
            f"{decoded.undecodable} places of the text are damaged (no valid {decoded.encoding.upper()}); "
            "they read \ufffd there."
        )
        problems.append(PageProblem(ProblemCode.DAMAGED_FILE, message))
    if not decoded.text.strip(" \n\r\t\f\v\x00\x1a\ufeff"):
        raise UnusableInputError(ProblemCode.EMPTY_FILE, "The file holds no text.", remedy="Copy or scan it again.")
    written = as_written(decoded.text)
    if written.lost:
        problems.append(letters_lost(written.lost))
    kind = Kind.MARKDOWN if is_markdown(written.text) else Kind.TEXT
    return nullcontext(TextPages(kind.value, split_pages(written.text), source.settings, tuple(problems)))


def _cut_at_line(data: bytes) -> bytes:
    end = data.rfind(b"\n", len(data) - 65_536)
    return data[: end + 1] if end > 0 else data
