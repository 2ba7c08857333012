"""Gathers the paragraphs of a Word file to lines and pages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from pipeline.intake import symbol_fonts
from pipeline.intake.text.long_lines import LONGEST_LINE, cut_line
from pipeline.intake.word.ooxml import TWIPS_PER_CHARACTER
from pipeline.intake.word.runs import Break, Pieces, Run
from pipeline.intake.word.tab_stops import TabStop, with_blanks
from pipeline.values import Line, Region
from pipeline.vietnamese.administrative.document_numbers import with_kept_hyphens
from pipeline.vietnamese.unicode import clean

_ENOUGH_TO_JUDGE = 10_000  # letters of a run that tell whether a line is bold


@dataclass(frozen=True, slots=True)
class ParagraphPlace:
    """Where a paragraph stands: `indent` in twentieths of a point, its tab stops, `cell` as (row, column)."""

    centred: bool
    indent: int
    stops: tuple[TabStop, ...]
    cell: tuple[int, int] | None


@dataclass(slots=True)
class WordPage:
    """A page in the making. `shown` are its lines with blanks in place of tabs, as the sheet shows them."""

    lines: list[Line] = field(default_factory=list)
    shown: list[Line] = field(default_factory=list)
    footnotes: list[str] = field(default_factory=list)
    fonts: list[str] = field(default_factory=list)
    tables: int = 0
    pictures: list[str] = field(default_factory=list)
    objects: list[str] = field(default_factory=list)
    running: list[str] = field(default_factory=list)


class PageBuilder:
    """Takes paragraphs in order; `finished()` gives the pages."""

    def __init__(self) -> None:
        self._pages = [WordPage()]
        self._blank = 0
        self._table: int | None = None
        self._rendered_last: bool | None = None

    def finished(self) -> list[WordPage]:
        """All pages; a last one on which nothing came is none."""
        if len(self._pages) > 1 and not self._pages[-1].lines and not self._pages[-1].pictures:
            return self._pages[:-1]
        return self._pages

    def begin_table(self) -> None:
        """The following cells belong to a new table."""
        self._table = self._pages[-1].tables
        self._pages[-1].tables += 1

    def end_table(self) -> None:
        """The table is over."""
        self._table = None

    def page_break(self, *, rendered: bool) -> None:
        """Begin a page. Word notes an explicit break a second time as the rendered one: those two are one."""
        page = self._pages[-1]
        if not page.lines and (len(self._pages) == 1 or self._rendered_last != rendered):
            return
        self._rendered_last = rendered
        self._pages.append(WordPage())
        self._blank = 0
        if self._table is not None:
            self.begin_table()

    def paragraph(self, pieces: Pieces, label: str, place: ParagraphPlace) -> None:
        """Add a paragraph; `label` is its list number."""
        continues = False
        current: list[Run] = [Run(label, _is_bold(pieces))] if label else []
        for piece in [*pieces.content, None]:
            if isinstance(piece, Run):
                current.append(piece)
                continue
            if self._line(current, continues, place):
                continues = True
            elif piece is Break.LINE:
                self._blank += 1
            current = []
            if piece is Break.RENDERED_PAGE or (piece is Break.PAGE and place.cell is None):
                self.page_break(rendered=piece is Break.RENDERED_PAGE)
        page = self._pages[-1]
        page.footnotes.extend(pieces.footnotes)
        page.pictures.extend(pieces.pictures)
        page.objects.extend(pieces.objects)
        page.fonts.extend(font for font in pieces.fonts if font not in page.fonts)
        if not pieces.boxes and not any(isinstance(p, Run) and p.text.strip() for p in pieces.content):
            self._blank += not any(p in (Break.PAGE, Break.RENDERED_PAGE) for p in pieces.content)

    def _line(self, runs: list[Run], continues: bool, place: ParagraphPlace) -> bool:
        whole = "".join(run.text for run in runs)
        pieces = [whole] if len(whole) <= LONGEST_LINE else list(cut_line(whole))
        bold = _shows_bold(runs)
        added = False
        for raw in pieces:
            added = self._piece(raw, continues or added, bold, place) or added
        return added

    def _piece(self, raw: str, continues: bool, bold: bool, place: ParagraphPlace) -> bool:
        text = tidy(raw)
        if not text:
            return False
        leading = _leading(raw)
        page = self._pages[-1]
        gap = float(self._blank) if continues else 1.0 + self._blank
        self._blank = 0
        line = Line(
            text,
            raw,
            region=Region.BODY if place.cell is None else Region.TABLE,
            gap_before=gap,
            indent=round(place.indent / TWIPS_PER_CHARACTER + leading, 1),
            centred=place.centred,
            bold=bold,
            cell=None if place.cell is None or self._table is None else (self._table, *place.cell),
        )
        page.lines.append(line)
        page.shown.append(_shown(line, place))
        return True


def _leading(raw: str) -> int:
    return len(raw) - len(raw.lstrip(" \u00a0"))


def _shown(line: Line, place: ParagraphPlace) -> Line:
    """The line as a text file would show it: blanks for tabs, and no gap above where the next paragraph follows."""
    raw = with_blanks(line.raw, place.stops, place.indent) if "\t" in line.raw else line.raw
    indent = round(place.indent / TWIPS_PER_CHARACTER + _leading(raw), 1)
    return replace(line, raw=raw, indent=indent, gap_before=max(0.0, line.gap_before - 1.0))


def _is_bold(pieces: Pieces) -> bool:
    """True when the paragraph begins in bold, as its list number then mostly is."""
    return next((piece.bold for piece in pieces.content if isinstance(piece, Run) and piece.text.strip()), False)


def _shows_bold(runs: list[Run]) -> bool:
    """True when most of the line is bold, or its beginning up to a colon is."""
    letters = {True: 0, False: 0}
    leading = ""
    for run in runs:
        letters[run.bold] += sum(c.isalnum() for c in run.text[:_ENOUGH_TO_JUDGE])
        if run.bold and letters[False] == 0:
            leading += run.text
    if letters[True] > letters[False]:
        return True
    rest = "".join(run.text for run in runs)[len(leading) :]
    return letters[True] > 0 and (leading.rstrip().endswith(":") or (bool(leading) and rest.lstrip().startswith(":")))


def tidy(raw: str) -> str:
    """What a line shows: one form of each letter, no invisible signs, one blank for several."""
    text = re.sub(r"[\u200b\u200e\u200f\u202a-\u202e\ufeff]", "", symbol_fonts.in_unicode(raw))
    return re.sub(r"[ \u00a0\t\n\r\u3000]+", " ", clean(with_kept_hyphens(text))).strip()
