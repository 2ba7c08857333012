"""What structure puts right in the pages' lines: found on rows, which may be pieces of lines, made where they stand."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

import pipeline
from pipeline.edits import By, Correction, composed, put_right
from pipeline.structure.lines.model import LineCorrection, LineEnd, Row
from pipeline.values import Line, LineId, Page, Step


def of_line_ends(ends: Iterable[LineEnd]) -> list[LineCorrection]:
    """The corrections that `ends` are; none for a row whose end is not to be found on a page."""
    found = (at_place(end.row.line, _end(end.row) - len(end.read), end.read, end.sign, By.LINE_ENDS) for end in ends)
    return [one for one in found if one is not None]


def at_place(line: Line, start: int, read: str, text: str, by: By) -> LineCorrection | None:
    """The correction of the page's line that a piece of text comes from, `start` counting the piece's characters."""
    place = line.place_on_page(start) if start >= 0 and line.text.startswith(read, start) else None
    return None if place is None else LineCorrection(place[0], Correction(place[1], read, text, None, by))


def _end(row: Row) -> int:
    """Where in its line's text a row ends, what was set aside as no letter left out; -1 where it is not there whole."""
    at = row.line.text.rfind(row.text)
    return at + len(row.text) if at >= 0 else -1


def with_corrections(pages: Sequence[Page], corrections: Sequence[LineCorrection]) -> list[Page]:
    """`pages` with what structure put right, and a step for each kind of it that says how much on each page.

    A line of which nothing is left is no line.
    """
    if not corrections:
        return list(pages)
    wanted: dict[LineId, list[Correction]] = defaultdict(list)
    for one in corrections:
        wanted[one.line].append(one.correction)
    result = []
    for page in pages:
        done: Counter[str] = Counter()
        lines = []
        for number, line in enumerate(page.lines, start=1):
            own = wanted.get(LineId(page.number, number))
            text, edits = put_right(line.text, own) if own else (line.text, ())
            done.update(edit.by for edit in edits)
            if edits:
                lines.append(replace(line, text=text, edits=composed(text, line.edits, edits)))
            else:
                lines.append(line)
        if done:
            steps = [Step(by, "sohoa", pipeline.__version__, {"signs": count}) for by, count in sorted(done.items())]
            kept = tuple(line for line in lines if line.text)
            result.append(replace(page, lines=kept, steps=(*page.steps, *steps)))
        else:
            result.append(page)
    return result
