"""Frames and lines that reading took for tables: one box around running text, a title cut in mid-sentence.

A table of a single cell is a frame, and what stands in it is text. A single row whose lines run on from cell to cell
without a gap is a title over a table that was cut at the table's rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from pipeline.values import Box, Line, Page, Region, mean_confidence

_WORD_SPACE = 1.3  # character widths; cells of a table stand farther apart
_FRAME_WORDS = 12  # words of a single line in a frame that are running text and no stamp
_SAME_LINE = 0.5  # of the smaller height that two pieces of a printed line share


def free_text(page: Page) -> Page:
    """`page` with the lines of frames and of cut titles as lines of text instead of cells."""
    lines: list[Line] = []
    for table, group in groupby(page.lines, key=lambda line: None if line.cell is None else line.cell[0]):
        members = list(group)
        if table is None:
            lines.extend(members)
        elif _is_frame(members):
            lines.extend(replace(line, cell=None, region=Region.BODY) for line in members)
        elif (printed := _cut_title(members)) is not None:
            lines.extend(_joined(pieces, page.width) for pieces in printed)
        else:
            lines.extend(members)
    return replace(page, lines=tuple(lines)) if tuple(lines) != page.lines else page


def _is_frame(lines: Sequence[Line]) -> bool:
    """Whether a table is one cell with text in it: several lines, or one long one."""
    if len({line.cell for line in lines}) > 1:
        return False
    return len(lines) > 1 or len(lines[0].text.split()) >= _FRAME_WORDS


def _cut_title(lines: Sequence[Line]) -> list[list[Line]] | None:
    """The printed lines, each in its pieces, of a row whose cells are pieces of running lines; None for a real row."""
    cells = [line.cell for line in lines if line.cell is not None]
    boxes = [line.box for line in lines]
    if len({row for _, row, _ in cells}) > 1 or len({column for _, _, column in cells}) < 2 or None in boxes:
        return None
    printed = _printed_lines(lines)
    gaps = [_gap(first, second) for pieces in printed for first, second in pairwise(pieces)]
    return printed if gaps and max(gaps) <= _WORD_SPACE else None


def _printed_lines(lines: Sequence[Line]) -> list[list[Line]]:
    """The pieces in groups that stand beside each other, from above, each from left to right."""
    printed: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: _box(line).top):
        for pieces in printed:
            box = Box.around(map(_box, pieces))
            _, shared = box.overlap(_box(line))
            if shared >= _SAME_LINE * min(box.height, _box(line).height):
                pieces.append(line)
                break
        else:
            printed.append([line])
    return [sorted(pieces, key=lambda line: _box(line).left) for pieces in printed]


def _gap(first: Line, second: Line) -> float:
    """The space between two pieces of a printed line in character widths."""
    character = (_box(first).width + _box(second).width) / max(1, len(first.text) + len(second.text))
    return (_box(second).left - _box(first).right) / max(1.0, character)


def _joined(pieces: Sequence[Line], page_width: int) -> Line:
    box = Box.around(map(_box, pieces))
    middle = abs(box.centre[0] - page_width / 2) < 0.08 * page_width
    return replace(
        pieces[0].with_text_of(pieces),
        raw=" ".join(piece.raw for piece in pieces),
        box=box,
        words=tuple(word for piece in pieces for word in piece.words),
        confidence=mean_confidence(pieces),
        region=Region.BODY,
        cell=None,
        centred=middle,
    )


def _box(line: Line) -> Box:
    assert line.box is not None
    return line.box
