"""PowerPoint slide shows: a slide a page, the texts of its boxes from top to bottom, its tables by cells, its notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from pipeline.errors import UnusableInputError
from pipeline.intake.kinds import OpenFile
from pipeline.intake.office.pages import LinePages, checked_package, lines_of_rows, nothing_in, unreadable
from pipeline.values import Line

_WHAT = "slide show"
_DEEPEST = 20  # groups within groups


def open_slides(source: OpenFile) -> AbstractContextManager[LinePages]:
    """Open a PPTX file. Raises UnusableInputError: DAMAGED_FILE, TOO_MANY_BYTES, EMPTY_FILE."""
    import pptx  # noqa: PLC0415 - only for those who have such files

    try:
        checked_package(source.file, source.settings)
        show = pptx.Presentation(source.file)
        every = [tuple(_lines(slide)) for slide in show.slides]
    except UnusableInputError:
        raise
    except Exception as error:  # the library raises all kinds on damaged files
        raise unreadable(_WHAT) from error
    if not any(every):
        raise nothing_in(_WHAT)
    return nullcontext(LinePages(source.media_type, every, source.settings))


def _lines(slide: Any) -> Iterator[Line]:  # noqa: ANN401 - the library has no types
    table = 0
    for shape in sorted(_shapes(slide.shapes), key=lambda shape: (shape.top or 0, shape.left or 0)):
        if getattr(shape, "has_table", False):
            rows = [[cell.text for cell in row.cells] for row in shape.table.rows]
            lines, table = lines_of_rows(rows, table)
            yield from lines
        elif shape.has_text_frame:
            yield from _text(paragraph.text for paragraph in shape.text_frame.paragraphs)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        yield from _text(paragraph.text for paragraph in slide.notes_slide.notes_text_frame.paragraphs)


def _text(paragraphs: Iterable[str]) -> Iterator[Line]:
    for paragraph in paragraphs:
        lines, _ = lines_of_rows([[paragraph.replace("\v", "\n")]], 0)
        yield from lines


def _shapes(shapes: Any, depth: int = 0) -> Iterator[Any]:  # noqa: ANN401
    for shape in shapes:
        if hasattr(shape, "shapes") and depth < _DEEPEST:
            yield from _shapes(shape.shapes, depth + 1)
        else:
            yield shape
