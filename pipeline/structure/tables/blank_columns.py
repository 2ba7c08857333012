"""Tables without rules: lines that stand in the same columns, three or more below each other.

Columns are parted by strips of blank paper that run through all rows, as in T. Kieninger, "Table structure recognition
based on robust block segmentation" (1998), here found on lines whose words reading has placed. Rather none than a wrong
one: letterheads, closings, forms with dots, lists with numbers and justified prose are left alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from pipeline.structure.words.markers import bullet_length
from pipeline.structure.words.positions import is_position, looks_like_name
from pipeline.values import Box, Line, Page, Region, Word
from pipeline.vietnamese.administrative.labels import has_motto, opens_recipients
from pipeline.vietnamese.administrative.matching import is_capitals, starts_lower
from pipeline.vietnamese.folding import fold

_WIDE = 2.0  # character widths: a gap between words that may part two columns
_STRIP = 1.2  # character widths of blank paper through all rows
_APART = 0.5  # line heights (blank lines in a dump) above a section's heading
_FAR = 1.6  # line heights (blank lines in a dump) above a row that end a table: a signature's place
_ALIGNED = 2.5  # character widths within which the left sides, right sides or middles of a column's cells lie
_LEAST_ROWS = 3
_LEAST_ROWS_OF_TWO = 4  # two columns may be anything: more rows, and figures, times or persons in one of them
_FULL = 0.7  # share of rows that fill all columns
_MOST_WORDS = 12  # of a cell's printed line; more is prose
_TAB = 400.0  # characters that a tab of a dump counts for: what stands behind it is another column

_HEAD_OF_NUMBERS = re.compile(r"^(?:tt|stt|so tt|so thu tu)$")
_ITEM = re.compile(r"^(?:\d{1,2}|[^\W\d_]|[IVX]+)(?:[.)/]|\.\d)")
_NUMBER = re.compile(r"^\d{1,3}[.)]?$")
_TIME = re.compile(
    r"^(?:tu\s+)?\d{1,2}\s?(?:h|gio|:)\s?\d{0,2}\b|^\d{1,2}[/.]\d{1,2}\b|^(?:sang|chieu|toi|ngay|thang|tuan|quy)\s[^,;]{0,12}\d"
    r"|^(?:thu (?:hai|ba|tu|nam|sau|bay)|chu nhat)\b|^quy [iv]+\b"
)
_TITLE_OF_PERSON = re.compile(r"^(?:Ông|Bà|Đồng chí|Đ/c|Thầy|Cô)\s+")
_NO_CELL = re.compile(r"\.{4,}|…{2,}|_{3,}")
_SIGNED = re.compile(r"\((?:ky|da ky|ho ten|chu ky)\b")
_SIDES = frozenset({Region.LETTERHEAD_LEFT, Region.LETTERHEAD_RIGHT, Region.CLOSING_LEFT, Region.CLOSING_RIGHT})


@dataclass(frozen=True, slots=True)
class _Piece:
    """Words of a line with no wide gap between them: their sides, the first word and the one after the last."""

    left: float
    right: float
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Row:
    """A line as words on a measure whose `unit` is a character's width (in pixels, 1 in a dump), and its pieces."""

    line: Line
    words: tuple[str, ...]
    pieces: tuple[_Piece, ...]
    unit: float

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Where in the line's text, as restoration left it, the words between two stand."""
        spans = [match.span() for match in re.finditer(r"\S+", self.line.text)]
        if len(spans) != len(self.words):
            tokens = self.line.text.split()
            first, last = self._token(tokens, first), self._token(tokens, last)
        return (spans[first][0], spans[last - 1][1]) if first < last else (0, 0)

    def text_of(self, piece: _Piece) -> str:
        """The text of one of its pieces."""
        return self.line.text[slice(*self.span(piece.first, piece.last))]

    def _token(self, tokens: Sequence[str], word: int) -> int:
        """The token of the text that word number `word` has become: as many letters stand before it."""
        before = len("".join(self.words[:word]))
        lengths = [len("".join(tokens[:index])) for index in range(len(tokens) + 1)]
        return min(range(len(lengths)), key=lambda index: abs(lengths[index] - before))


def with_columns(page: Page) -> Page:
    """`page` with the lines of tables without rules as cells, a line for each piece."""
    closing = next((at for at, line in enumerate(page.lines) if opens_recipients(line.text)), len(page.lines))
    rows = [_row(line) for line in page.lines[:closing]]
    table = max((line.cell[0] for line in page.lines if line.cell is not None), default=-1) + 1
    cells: dict[int, list[Line]] = {}
    for first, block in _blocks(rows):
        bounds = _bounds(block)
        if bounds is None:
            continue
        for number, row in zip(_row_numbers(block, bounds), range(first, first + len(block)), strict=True):
            cells[row] = [
                _cell(block[row - first], piece, (table, number, _column(piece, bounds)))
                for piece in block[row - first].pieces
            ]
        table += 1
    if not cells:
        return page
    return replace(page, lines=tuple(new for i, line in enumerate(page.lines) for new in cells.get(i, [line])))


def _row(line: Line) -> _Row | None:
    """The line in pieces; None where it can be no row of a table."""
    if line.cell is not None or line.region in _SIDES or bullet_length(line.text) or _NO_CELL.search(line.text):
        return None
    placed = _placed_words(line)
    if not placed:
        return None
    widths = [(right - left) / len(text) for text, left, right in placed if len(text) > 1]
    unit = (median(widths) if widths else 1.0) if line.words else 1.0
    edges = [0]
    for index, (one, other) in enumerate(pairwise(placed), start=1):
        if other[1] - one[2] >= _WIDE * unit:
            edges.append(index)
    edges.append(len(placed))
    pieces = tuple(_Piece(placed[first][1], placed[last - 1][2], first, last) for first, last in pairwise(edges))
    return _Row(line, tuple(text for text, _, _ in placed), pieces, unit)


def _placed_words(line: Line) -> list[tuple[str, float, float]]:
    """(word, left, right) from the engine's boxes, or from the characters of a dump's line."""
    if line.words:
        boxes = [(word.text, word.box) for word in line.words if word.box is not None]
        placed = [(text, float(box.left), float(box.right)) for text, box in boxes]
        in_order = all(one[1] <= other[1] for one, other in pairwise(placed))
        return placed if len(placed) == len(line.words) and in_order else []
    if line.box is not None:
        return []
    raw, placed = line.raw, []
    for match in re.finditer(r"\S+", raw):
        shift = _TAB * raw.count("\t", 0, match.start())
        placed.append((match[0], match.start() + shift, match.end() + shift))
    return placed


def _blocks(rows: Sequence[_Row | None]) -> Iterator[tuple[int, list[_Row]]]:
    """(where it begins, rows): runs of rows in several pieces; between two such rows one in one piece may stand."""
    block: list[_Row] = []
    for index, row in enumerate([*rows, None]):
        is_near = row is not None and (not block or row.line.gap_before <= _FAR) and not _is_heading(row)
        if row is not None and is_near and (len(row.pieces) > 1 or (block and len(block[-1].pieces) > 1)):
            block.append(row)
            continue
        first = index - len(block)
        while block and len(block[-1].pieces) < 2:
            block.pop()
        if len(block) >= _LEAST_ROWS:
            yield first, block
        block = [row] if row is not None and len(row.pieces) > 1 else []


def _is_heading(row: _Row) -> bool:
    """Whether a row begins a section: in one piece, apart from the row above, an item or in capitals."""
    text = row.line.text
    apart = len(row.pieces) == 1 and row.line.gap_before >= _APART
    return apart and (_ITEM.match(text) is not None or is_capitals(text))


def _bounds(block: Sequence[_Row]) -> list[float] | None:
    """The positions that part the columns of a block; None where it is no table."""
    count, full = max(Counter(len(row.pieces) for row in block if len(row.pieces) > 1).items(), key=lambda it: it[::-1])
    if full < (_LEAST_ROWS if count > 2 else _LEAST_ROWS_OF_TWO) or full < _FULL * len(block):
        return None
    core = [row for row in block if len(row.pieces) == count]
    unit = median(row.unit for row in core)
    columns = list(zip(*(row.pieces for row in core), strict=True))
    bounds = []
    for one, other in pairwise(columns):
        left, right = max(piece.right for piece in one), min(piece.left for piece in other)
        if right - left < _STRIP * unit:
            return None
        bounds.append((left + right) / 2)
    if any(piece.left < bound < piece.right for row in block for piece in row.pieces for bound in bounds):
        return None
    if len({_column(piece, bounds) for row in block for piece in row.pieces}) < count:
        return None
    aligned = all(_is_aligned(column, unit) for column in columns)
    return bounds if aligned and _is_table(block, core) else None


def _is_aligned(column: Sequence[_Piece], unit: float) -> bool:
    sides = (
        [piece.left for piece in column],
        [piece.right for piece in column],
        [(piece.left + piece.right) / 2 for piece in column],
    )
    return any(max(side) - min(side) <= _ALIGNED * unit for side in sides)


def _is_table(block: Sequence[_Row], core: Sequence[_Row]) -> bool:
    """Whether the words of rows in columns are those of a table."""
    cells = [[row.text_of(piece) for piece in row.pieces] for row in block]
    texts = [text for row in cells for text in row]
    if any(has_motto(row.line.text) for row in block):
        return False
    if any(len(text.split()) > _MOST_WORDS or _SIGNED.search(fold(text)) for text in texts):
        return False
    if sum(is_position(text) and is_capitals(text) for text in texts) > 1:
        return False
    numbered = sum(_ITEM.match(row[0]) is not None or _NUMBER.match(row[0]) is not None for row in cells)
    if numbered > 1 and not _HEAD_OF_NUMBERS.match(fold(cells[0][0]).strip(" .")):
        return False
    if len(core[0].pieces) > 2:
        return True
    whole = [row for row in cells[1:] if len(row) > 1]
    kinds = (
        [any(char.isdigit() for char in row[-1]) for row in whole],
        [_is_time(row[0]) for row in whole],
        [_is_person(row[0]) for row in whole],
    )
    return any(sum(kind) >= _FULL * len(whole) for kind in kinds)


def _is_time(text: str) -> bool:
    """Whether a cell says when: "07h30 - 08h00", "Sáng 10/6", "Thứ Hai", "Tháng 3"."""
    return _TIME.match(fold(text)) is not None


def _is_person(text: str) -> bool:
    """Whether a cell names a person: "Ông Trần Văn Bình"."""
    return looks_like_name(_TITLE_OF_PERSON.sub("", text, count=1))


def _row_numbers(block: Sequence[_Row], bounds: Sequence[float]) -> list[int]:
    """The table's row that each line belongs to: lines that fill some columns only may go on with the row above."""
    by_number = sum(bool(_NUMBER.match(row.words[0])) and len(row.pieces) > len(bounds) for row in block) > 1
    numbers: list[int] = []
    for row in block:
        columns = {_column(piece, bounds) for piece in row.pieces}
        partly = len(columns) <= len(bounds)
        small = all(starts_lower(row.text_of(piece)) for piece in row.pieces)
        goes_on = bool(numbers) and partly and ((by_number and 0 not in columns) or small)
        numbers.append((numbers[-1] if numbers else -1) + (0 if goes_on else 1))
    return numbers


def _column(piece: _Piece, bounds: Sequence[float]) -> int:
    return sum(bound <= piece.left for bound in bounds)


def _cell(row: _Row, piece: _Piece, cell: tuple[int, int, int]) -> Line:
    line = row.line
    words: tuple[Word, ...] = line.words[piece.first : piece.last]
    boxes = [word.box for word in words if word.box is not None]
    known = [word.confidence for word in words if word.confidence is not None]
    return replace(
        line.part(*row.span(piece.first, piece.last)),
        raw=" ".join(row.words[piece.first : piece.last]),
        words=words,
        box=Box.around(boxes) if boxes else None,
        confidence=sum(known) / len(known) if known else line.confidence,
        region=Region.TABLE,
        gap_before=0.0,
        indent=0.0,
        centred=False,
        cell=cell,
    )
