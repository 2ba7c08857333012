"""Compares the letters that restoration was given with those that it gives back."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from pipeline.edits import By
from pipeline.errors import ProblemCode
from pipeline.restoration.channel.word_channel import MOST_INVENTED
from pipeline.values import Line, Page, PageProblem
from pipeline.vietnamese.unicode import clean


def swallowed(came_in: Sequence[Page], went_out: Sequence[Page]) -> list[PageProblem]:
    """What restoration lost of the letters and figures of the lines that it was given: a promise kept, or told.

    A repair may lose as many as an engine puts into a word. What undoing an old encoding does to letters is no loss.
    """
    problems = []
    for before, after in zip(came_in, went_out, strict=True):
        short = [
            (lost, other.text)
            for one, other in zip_longest(before.lines, after.lines, fillvalue=Line("", ""))
            if one.text != other.text
            and not any(edit.is_by(By.LEGACY_ENCODING) for edit in other.edits)
            and (lost := _signs(clean(one.text)) - _signs(other.text)) > MOST_INVENTED * max(1, len(other.edits))
        ]
        if short:
            count, example = sum(lost for lost, _ in short), short[0][1]
            message = f"{count} letter(s) that were read are lost in {len(short)} restored line(s), as in “{example}”."
            problems.append(PageProblem(ProblemCode.TEXT_LOST, message, after.number))
    return problems


def _signs(text: str) -> int:
    return sum(map(str.isalnum, text))
