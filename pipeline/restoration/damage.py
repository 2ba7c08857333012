"""Decides for each line what is done with it, in the light of the lines around it.

A line of two words says little about itself, but pages are damaged as a whole: an engine without Vietnamese does not
read one line rightly and the next one wrongly.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.language.garble import Garble, GarbleReport
from pipeline.vietnamese.administrative.personal_names import may_be_name

DAMAGED = (Garble.MARKS_LOST, Garble.WRONG_LETTERS)

# Letters that only an engine or a hand that knows Vietnamese writes; é, ú, â and the like come from any engine.
_VIETNAMESE_ONLY = re.compile("[ăằắẳẵặđơờớởỡợưừứửữựạảấầẩẫậẹẻẽếềểễệỉịọỏốồổỗộụủỳỷỹỵ]", re.IGNORECASE)
_REACH = 8
_LONG = 5  # words of a line that says for itself what it is


def kinds_of_lines(lines: Sequence[str], reports: Sequence[GarbleReport]) -> list[Garble]:
    """The kind of each line: its own report's, or its surroundings' where it has no Vietnamese letters of its own."""
    before = _running(reports)
    kinds = []
    for number, (line, report) in enumerate(zip(lines, reports, strict=True)):
        if report.kind in (Garble.LEGACY_ENCODING, Garble.WRONG_LETTERS) or _VIETNAMESE_ONLY.search(line):
            kinds.append(report.kind)
            continue
        low, high = max(0, number - _REACH), min(len(lines), number + _REACH + 1)
        total = [before[high][kind] - before[low][kind] for kind in range(3)]
        if total[1] > 0.5 * total[0]:
            kinds.append(Garble.WRONG_LETTERS)
        elif total[2] > 0.5 * total[0] or report.kind is Garble.MARKS_LOST:
            kinds.append(Garble.MARKS_LOST)
        else:
            kinds.append(report.kind)
    return kinds


def with_names_as_typed(lines: Sequence[str], kinds: Sequence[Garble], typed: Sequence[bool]) -> list[Garble]:
    """The kinds, with names that were typed without marks under sound text counted as sound: "Tran Van Tao".

    Whether Tạo or Tảo is meant nobody can tell. `typed` says which lines no engine read. Where the text around lost its
    marks too, the name lost its own with it.
    """
    result = list(kinds)
    for number, kind in enumerate(kinds):
        if kind in DAMAGED and typed[number] and may_be_name(lines[number].strip()):
            near = range(max(0, number - _REACH), min(len(lines), number + _REACH + 1))
            if not any(kinds[other] in DAMAGED for other in near if len(lines[other].split()) >= _LONG):
                result[number] = Garble.CLEAN
    return result


def legacy_by_surroundings(lines: Sequence[str], kinds: Sequence[Garble]) -> list[int]:
    """The short lines that are not in a legacy encoding for themselves, but in whose reach all longer lines are."""
    if Garble.LEGACY_ENCODING not in kinds:
        return []
    short = [len(line.split()) < _LONG for line in lines]
    found = []
    for number, line in enumerate(lines):
        if not short[number] or not line or kinds[number] is Garble.LEGACY_ENCODING or _VIETNAMESE_ONLY.search(line):
            continue
        near = range(max(0, number - _REACH), min(len(lines), number + _REACH + 1))
        longer = [kinds[other] is Garble.LEGACY_ENCODING for other in near if not short[other]]
        if longer and all(longer) and not any(_VIETNAMESE_ONLY.search(lines[other]) for other in near if short[other]):
            found.append(number)
    return found


def _running(reports: Sequence[GarbleReport]) -> list[tuple[int, int, int]]:
    """Running sums over lines of words: all, in misread lines, in unmarked lines."""
    sums = [(0, 0, 0)]
    for report in reports:
        words, misread, unmarked = sums[-1]
        sums.append(
            (
                words + report.words,
                misread + report.words * (report.kind is Garble.WRONG_LETTERS),
                unmarked + report.words * (report.kind is Garble.MARKS_LOST),
            )
        )
    return sums
