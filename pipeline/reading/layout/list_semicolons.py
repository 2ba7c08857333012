"""Items of a list end in semicolons; a scan takes the tail off one, and every engine reads a colon.

A colon announces what stands below it. Where the next line opens the next item of the same list, nothing was announced.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.edits import By
from pipeline.reading.layout.letterhead_columns import is_recipients_label
from pipeline.reading.layout.text_segments import Segment, segment

_OPENER = re.compile(r"([-–—•+*])(?=\s|\w)|([a-zđ])\)|(\d{1,2})\)")
# The order that items are lettered in: f, j, w and z are no letters of the Vietnamese alphabet.
_LETTERS = "abcdđeghiklmnopqrstuvxy"
# A form's labels end in colons, one below the other; they are shorter than this (words). Recipients are no labels.
_LEAST_WORDS = 8
_SHORT = 4.0  # in line heights: how far from the edge a paragraph's last line ends at least


def with_semicolons(pieces: Sequence[Segment], *, recipients: bool = False) -> list[Segment]:
    """A column's lines; a colon behind an item whose successor comes next is made a semicolon.

    `recipients` says that the column is a closing's list of recipients: there short items count, the last, and those
    whose dashes were not read.
    """
    mended = list(pieces)
    edge = max((piece.box.right for piece in pieces), default=0)
    opener, words = "", 0
    for at, piece in enumerate(pieces):
        found = _OPENER.match(piece.text)
        if found:
            opener, words = found[0], 0
        elif at and _ends_a_paragraph(pieces[at - 1], edge):
            opener = ""
        words += len(piece.words)
        if not piece.text.endswith(":"):
            continue
        below = _OPENER.match(pieces[at + 1].text) if at + 1 < len(pieces) else None
        if recipients:
            ends = not is_recipients_label(piece.text) and (below is None or not opener or below[0] == opener)
        else:
            ends = bool(opener and below and below[0] == _successor(opener) and words >= _LEAST_WORDS)
        if ends:
            last = piece.words[-1]
            mended[at] = segment((*piece.words[:-1], last.put_right(last.text[:-1] + ";", By.LIST)))
    return mended


def _ends_a_paragraph(piece: Segment, edge: int) -> bool:
    """Whether a line closes with a stop, or well before the column's right edge."""
    return piece.text[-1] in ".;:" or edge - piece.box.right > _SHORT * piece.box.height


def _successor(opener: str) -> str:
    """What opens the item that follows: the same dash, the next letter or number."""
    mark = opener.removesuffix(")")
    if mark.isdigit():
        return f"{int(mark) + 1})"
    if mark in _LETTERS:
        return _LETTERS[_LETTERS.index(mark) + 1 :][:1] + ")"
    return opener
