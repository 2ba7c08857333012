"""The letterhead's and the closing's two columns, told apart by where words stand on the page.

A Vietnamese administrative document opens with two columns (authority and number on the left, the national motto
and the date on the right) and closes with two (recipients on the left, signer on the right). Read across, both
become nonsense.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.reading.layout.text_segments import Segment, gap, segment
from pipeline.values import Word
from pipeline.vietnamese.administrative.labels import (
    PARTY,
    STATE,
    heads_right_column,
    is_recipients_label,
    opens_addressees,
    phrase_in,
)
from pipeline.vietnamese.administrative.matching import is_like
from pipeline.vietnamese.folding import fold

_HEADS = (STATE, PARTY)
# The letterhead lies within this part of the page's height.
_LETTERHEAD_DEPTH = 0.35
_LETTERHEAD_ROWS = 14
_LEFT_OF_MOTTO = 0.03  # of the page's width: what a centred line of the right column may stick out
_TITLE_WIDTH = 0.4
# Words farther apart than this (line heights), at the line between two columns, stand in two columns.
_COLUMN_GAP, _SLACK = 0.8, 0.02


@dataclass(frozen=True, slots=True)
class TwoColumns:
    """Rows `first` to `last` (exclusive) stand in two columns, left and right of x = `boundary`."""

    first: int
    last: int
    boundary: float


def cut_at_motto(row: Sequence[Segment]) -> list[Segment]:
    """Cut a segment that runs from the authority's name into the motto, where the motto begins."""
    pieces: list[Segment] = []
    for piece in row:
        words = _unglued(piece.words)
        whole = piece if len(words) == len(piece.words) else segment(words)
        at = _motto_start(whole)
        pieces += [segment(words[:at]), segment(words[at:])] if at else [whole]
    return pieces


def _unglued(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words of a line, the motto's first one cut off where it was read as the end of another ("TRƯỜNGCỘNG HÒA").

    That is what engines make of two columns with hardly a letter's room between them.
    """
    for motto in _HEADS:
        first, _, rest = fold(motto).partition(" ")
        for at, word in enumerate(words[:-1]):
            if not word.box or len(word.text) <= len(first) or not fold(word.text).endswith(first):
                continue
            if is_like(" ".join(other.text for other in words[at + 1 : at + 1 + len(rest.split())]), rest):
                cut = len(word.text) - len(first)
                middle = word.box.left + round(word.box.width * cut / len(word.text))
                before = replace(word, text=word.text[:cut], edit=None, box=replace(word.box, right=middle - 1))
                after = replace(word, text=word.text[cut:], edit=None, box=replace(word.box, left=middle))
                return (*words[:at], before, after, *words[at + 1 :])
    return tuple(words)


def _motto_start(piece: Segment) -> int:
    """Index of the first word of a motto inside the segment, 0 when it starts with it or has none."""
    text = " ".join(word.text for word in piece.words)
    found = next(filter(None, (phrase_in(text, phrase) for phrase in _HEADS)), None)
    return text[: found[0]].count(" ") if found else 0


def find_letterhead(
    rows: Sequence[Sequence[Segment]], width: int, height: int, unit: float
) -> tuple[TwoColumns | None, list[list[Segment]]]:
    """The letterhead's rows and the line between its columns (None on a page without one), and all rows.

    Pieces that an engine read across both columns are cut there; `unit` is the page's line height.
    """
    parted = [list(row) for row in rows]
    top = [row for row in parted[:_LETTERHEAD_ROWS] if row[0].box.top < _LETTERHEAD_DEPTH * height]
    boundary = _letterhead_boundary(top, width)
    if boundary is None:
        return None, parted
    last = 0
    for index, row in enumerate(top):
        cut = cut_row(row, boundary, width, unit)
        slack = _SLACK * width if len(cut) > len(row) else 0.0
        if any(_crosses(piece, boundary, slack) for piece in cut) or (
            index > 1 and _heads_the_page(row, boundary, width)
        ):
            break
        parted[index] = cut
        last = index + 1
    both = [row for row in parted[:last] if _on_both_sides(row, boundary)]
    return (TwoColumns(0, last, boundary) if both and last >= 2 else None), parted


def cut_row(row: Sequence[Segment], boundary: float, width: int, unit: float) -> list[Segment]:
    """The row with pieces that run over the boundary cut, where the gap between two words there is a wide one."""
    pieces: list[Segment] = []
    for piece in row:
        at = next(
            (
                at
                for at, (left, right) in enumerate(pairwise(piece.words), start=1)
                if left.box
                and right.box
                and left.box.right < boundary + _SLACK * width
                and right.box.left > boundary - _SLACK * width
                and gap(left, right) > _COLUMN_GAP * unit
            ),
            0,
        )
        pieces += [segment(piece.words[:at]), segment(piece.words[at:])] if at else [piece]
    return pieces


def _heads_the_page(row: Sequence[Segment], boundary: float, width: int) -> bool:
    """Whether a row stands below the letterhead: addressees, or a title in the middle of the page.

    A title is not of the right column ("CHỈ THỊ" is short), nor a row of both columns that was read as one.
    """
    middle_of_column = (boundary + width) / 2
    piece = row[0]
    if opens_addressees(piece.text):
        return True
    near = min(0.07 * width, abs(piece.centre - middle_of_column))
    return len(row) == 1 and piece.box.width < _TITLE_WIDTH * width and abs(piece.centre - width / 2) < near


def _letterhead_boundary(rows: Sequence[Sequence[Segment]], width: int) -> float | None:
    for row in rows:
        for at, piece in enumerate(row):
            if heads_right_column(piece.text):
                # A motto alone on its row, in the middle of the page, heads a page without columns.
                if not at and abs(piece.centre - width / 2) < 0.08 * width:
                    return None
                return _left_of_motto(rows, piece.box.left, width)
    gaps = [(row[0].box.right, row[1].box.left) for row in rows if len(row) == 2]
    gaps = [(a, b) for a, b in gaps if a < 0.62 * width and b > 0.3 * width]
    if len(gaps) < 2:
        return None
    start, end = max(a for a, _ in gaps[:2]), min(b for _, b in gaps[:2])
    return (start + end) / 2 if end > start else None


def _left_of_motto(rows: Sequence[Sequence[Segment]], motto: int, width: int) -> float:
    """The line between the columns: a little left of the motto's edge (pixels), unless one of them reaches there."""
    pieces = [piece for row in rows for piece in row]
    left = max((piece.box.right for piece in pieces if piece.box.right < motto), default=0)
    # A long line of place and date begins left of the motto.
    right = min([motto, *(row[-1].box.left for row in rows if len(row) > 1 and row[-1].centre > motto)])
    if left >= right:
        return motto - _LEFT_OF_MOTTO * width
    return max((left + right) / 2, min(motto - _LEFT_OF_MOTTO * width, right - 0.01 * width))


def find_closing(
    rows: Sequence[Sequence[Segment]], width: int, unit: float
) -> tuple[TwoColumns | None, list[list[Segment]]]:
    """The closing's rows and the line between its columns (None without a list of recipients), and all rows.

    Pieces that an engine read across both columns are cut there; `unit` is the page's line height.
    """
    parted = [_cut_behind_label(row, width, unit) for row in rows]
    for index, row in enumerate(parted):
        if not any(p.box.left < 0.4 * width and is_recipients_label(p.text) for p in row):
            continue
        boundary = _closing_boundary(parted, index, width)
        if boundary is None:
            return TwoColumns(index, len(parted), width), parted
        first = index
        while first > 0 and all(p.box.left > boundary for p in parted[first - 1]):
            first -= 1
        last = index
        while last < len(parted):
            cut = cut_row(parted[last], boundary, width, unit)
            if last > index and any(_crosses(piece, boundary, 0.04 * width) for piece in cut):
                break
            parted[last] = cut
            last += 1
        return TwoColumns(first, last, boundary), parted
    return None, parted


def _cut_behind_label(row: Sequence[Segment], width: int, unit: float) -> list[Segment]:
    """The row with the recipients' label cut off from a signer's title that was read with it."""
    pieces: list[Segment] = []
    for piece in row:
        label, rest = piece.words[:2], piece.words[2:]
        runs_on = (
            bool(rest)
            and piece.box.left < 0.4 * width
            and is_recipients_label(" ".join(word.text for word in label))
            and gap(label[-1], rest[0]) > _COLUMN_GAP * unit
        )
        pieces += [segment(label), segment(rest)] if runs_on else [piece]
    return pieces


def _closing_boundary(rows: Sequence[Sequence[Segment]], index: int, width: int) -> float | None:
    """Where the signer's column begins: left of all that starts in the page's right half below the label."""
    starts = [p.box.left for row in rows[max(0, index - 2) :] for p in row if p.box.left > 0.4 * width]
    return min(starts) - 0.01 * width if starts else None


def _crosses(piece: Segment, boundary: float, slack: float = 0.0) -> bool:
    return piece.box.left < boundary - slack and piece.box.right > boundary + slack


def _on_both_sides(row: Sequence[Segment], boundary: float) -> bool:
    return any(p.centre < boundary for p in row) and any(p.centre > boundary for p in row)
