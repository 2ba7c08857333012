"""Text that a program printed twice, a hair's breadth apart, to make it look bold or to give it a shadow."""

from __future__ import annotations

import ctypes
from collections import defaultdict
from collections.abc import Sequence

import pypdfium2.raw as pdfium_c

# Letters of one kind closer than this part of the line's height are one letter; the narrowest letters stand a quarter
# of it apart ("ll"). Further apart whole words tell.
_NEAR = 0.16
_CELL = 4.0  # points; a letter is looked for in the cells around its own
_MOST_APART = _CELL


def printed_again(raw: pdfium_c.FPDF_TEXTPAGE, characters: Sequence[str]) -> tuple[frozenset[int], frozenset[int]]:
    """(characters that repeat an earlier one in its place, those that are repeated), by number."""
    places: dict[tuple[str, int, int], list[tuple[float, float, int]]] = defaultdict(list)
    again: list[int] = []
    first: list[int] = []
    x, y = ctypes.c_double(), ctypes.c_double()
    box = pdfium_c.FS_RECTF()
    for at, char in enumerate(characters):
        if char.isspace() or not pdfium_c.FPDFText_GetCharOrigin(raw, at, x, y):
            continue
        if not pdfium_c.FPDFText_GetLooseCharBox(raw, at, box):
            continue
        reach = min(_MOST_APART, _NEAR * max(abs(box.top - box.bottom), abs(box.right - box.left)))
        column, row = int(x.value // _CELL), int(y.value // _CELL)
        known = next(
            (
                other
                for across in (column - 1, column, column + 1)
                for down in (row - 1, row, row + 1)
                for left, bottom, other in places.get((char, across, down), ())
                if abs(left - x.value) <= reach and abs(bottom - y.value) <= reach
            ),
            None,
        )
        if known is None:
            places[char, column, row].append((x.value, y.value, at))
        else:
            again.append(at)
            first.append(known)
    return frozenset(again), frozenset(first)
