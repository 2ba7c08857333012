"""What workbooks and slide shows have in common: pages of lines at hand, limits, one way to fail."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from pipeline.errors import ProblemCode, UnusableInputError
from pipeline.intake.package import refuse_huge_directory
from pipeline.settings import IntakeSettings
from pipeline.values import Line, PageInput, PageProblem, Region, TextSource
from pipeline.vietnamese.unicode import clean

MOST_COLUMNS = 200  # of a sheet: a table with more is no table that anyone wrote
_CELL = 4_000  # characters; Excel allows 32,767, and nobody writes them


@dataclass(frozen=True, slots=True)
class LinePages:
    """Pages whose lines are at hand."""

    media_type: str
    every: Sequence[tuple[Line, ...]]
    settings: IntakeSettings
    problems: tuple[PageProblem, ...] = ()

    @property
    def page_count(self) -> int:
        """All pages, also those beyond the limit."""
        return len(self.every)

    def pages(self) -> Iterator[PageInput]:
        """A `PageInput` a page, up to the limit."""
        for number, lines in enumerate(self.every[: self.settings.max_pages], start=1):
            yield PageInput(number, lines=lines, source=TextSource.TEXT_FILE)


def lines_of_rows(rows: Sequence[Sequence[str]], table: int) -> tuple[list[Line], int]:
    """Rows of cells as lines, and the number of the next table; a row with one cell is a line between tables."""
    lines: list[Line] = []
    row = 0
    for cells in rows:
        filled = [(column, text) for column, cell in enumerate(cells[:MOST_COLUMNS]) if (text := _text(cell))]
        if len(filled) > 1:
            for column, text in filled:
                lines += [
                    Line(part, part, region=Region.TABLE, cell=(table, row, column))
                    for part in text.split("\n")
                    if part
                ]
            row += 1
            continue
        if row:
            table, row = table + 1, 0
        lines += [Line(part, part) for _, text in filled for part in text.split("\n") if part]
    return lines, table + bool(row)


def _text(cell: str) -> str:
    lines = (" ".join(clean(line).split()) for line in cell[:_CELL].splitlines())
    return "\n".join(line for line in lines if line)


def checked_package(file: BinaryIO, settings: IntakeSettings) -> None:
    """Raise `UnusableInputError` when a file that is packed as a ZIP would unpack to more than is allowed."""
    refuse_huge_directory(file)
    with zipfile.ZipFile(file) as archive:
        # What is unpacked never exceeds what the directory claims: zipfile stops there.
        total = sum(info.file_size for info in archive.infolist())
    file.seek(0)
    if total > settings.max_decompressed_bytes:
        raise UnusableInputError(
            ProblemCode.TOO_MANY_BYTES,
            f"The file unpacks to more than the {settings.max_decompressed_bytes:,} bytes that are allowed.",
            remedy="Save it with fewer pictures, or raise intake.max_decompressed_bytes.",
        )


def unreadable(what: str) -> UnusableInputError:
    """The error for an Office file that its library cannot read."""
    return UnusableInputError(
        ProblemCode.DAMAGED_FILE,
        f"The {what} is damaged and cannot be read.",
        remedy="Open it, save it again, or copy it.",
    )


def nothing_in(what: str) -> UnusableInputError:
    """The error for one without any text."""
    return UnusableInputError(ProblemCode.EMPTY_FILE, f"The {what} holds no text.", remedy="Save its pictures as PDF.")
