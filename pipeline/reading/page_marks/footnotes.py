"""Footnotes: small print at the foot of a page under a short rule; kept as marks, as those of Word files are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median

from pipeline.reading.engines.base import EngineLine
from pipeline.reading.layout.ruled_tables import Table
from pipeline.reading.page_image.ruled_lines import Rule, Rules
from pipeline.values import Box, MarkKind, PageMark
from pipeline.vietnamese.administrative.labels import is_recipients_label

# The rule above footnotes is 5 cm long in Word; lower on the page than this there may be some, in parts of its height.
_LENGTH = (0.1, 0.45)
_HIGHEST = 0.4
# Footnotes are set in 10 or 11 points under 13 or 14; their rule stands at the text's left edge.
_SMALLER = 0.87
_AT_THE_EDGE = 0.04
_LEAST_BODY = 4
_OPENS = re.compile(r"^\W{0,2}(\d{1,2}|\*{1,3}|[¹²³⁴-⁹])(\W|(?=[^\W\d_]))")
_PAGE_NUMBER = re.compile(r"^\W*\d{1,3}\W*$")


def take_footnotes(
    lines: Sequence[EngineLine], rules: Rules, tables: Sequence[Table], size: tuple[int, int]
) -> tuple[list[EngineLine], list[PageMark]]:
    """(the other lines, a mark for each footnote) of a picture of `size` (width, height)."""
    for rule in rules.horizontal:
        if not _LENGTH[0] * size[0] < rule.length < _LENGTH[1] * size[0] or rule.at < _HIGHEST * size[1]:
            continue
        below = [line for line in lines if line.box.top + line.box.height / 3 > rule.at]
        notes = sorted((line for line in below if not _PAGE_NUMBER.match(line.text)), key=_place)
        above = [line for line in lines if not any(line is one for one in below)]
        inside = any(table.box.top <= rule.at <= table.box.bottom for table in tables)
        if notes and not inside and _are_footnotes(notes, above, rule, size[0]):
            return [line for line in lines if not any(line is note for note in notes)], _marks(notes)
    return list(lines), []


def _place(line: EngineLine) -> tuple[float, int]:
    return line.box.centre[1], line.box.left


def _are_footnotes(notes: Sequence[EngineLine], above: Sequence[EngineLine], rule: Rule, width: int) -> bool:
    """Whether lines under a rule are footnotes: smaller than the text, at its left edge, close to the rule."""
    body = [line.box.height for line in above for _ in line.words]
    if len(above) < _LEAST_BODY or any(is_recipients_label(line.text) for line in notes):
        return False
    # Small print below a list of recipients is that list.
    if any(is_recipients_label(line.text) for line in above) and not _OPENS.match(notes[0].text):
        return False
    usual = median(body)
    small = median([line.box.height for line in notes for _ in line.words]) <= _SMALLER * usual
    edge = min(line.box.left for line in above)
    at_the_edge = abs(rule.start - edge) < _AT_THE_EDGE * width and notes[0].box.left - edge < 2 * _AT_THE_EDGE * width
    near = notes[0].box.top - rule.at < 1.5 * usual
    # An underline has its words right above it, as long as itself.
    underlines = any(
        0 <= rule.at - line.box.bottom + 0.3 * usual < 0.6 * usual and line.box.right < rule.stop + usual
        for line in above
    )
    return small and at_the_edge and near and not underlines


def _marks(notes: Sequence[EngineLine]) -> list[PageMark]:
    """A mark for each note; a line that opens none goes on with the one before."""
    groups: list[list[EngineLine]] = []
    for line in notes:
        if not groups or _OPENS.match(line.text):
            groups.append([])
        groups[-1].append(line)
    return [
        PageMark(MarkKind.FOOTNOTE, Box.around(line.box for line in group), " ".join(line.text for line in group))
        for group in groups
    ]
