"""Letters of a PDF page that stand askew: round a seal drawn as vectors, across the page as a watermark."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

# Letters this far (degrees) from level, upright and upside down are no running text.
_ASKEW = 6.0
# Where more of a page's letters than this part stand askew, the page does: a text layer over a tilted scan.
_TILTED_PAGE = 0.25
# Between letters of a curve so many may look level: those at its top, its bottom and its sides.
_LEVEL_BETWEEN = 4
# Letters whose directions differ by more (degrees) run round something.
_ROUND = 60.0


def askew(angles: Sequence[float | None]) -> list[bool]:
    """Which characters are no running text, from their directions in radians in the file's order; None for blanks."""
    letters = [at for at, angle in enumerate(angles) if angle is not None]
    turned = [_from_level(angles[at] or 0.0) > _ASKEW for at in letters]
    result = [False] * len(angles)
    if not any(turned) or sum(turned) > _TILTED_PAGE * len(letters):
        return result
    places = [place for place, is_turned in enumerate(turned) if is_turned]
    for before, after in pairwise(places):
        if after - before <= _LEVEL_BETWEEN + 1:
            turned[before:after] = [True] * (after - before)
    for place, at in enumerate(letters):
        result[at] = turned[place]
    return _whole_words(result, [angle is None for angle in angles])


def _whole_words(flags: list[bool], blank: Sequence[bool]) -> list[bool]:
    """The flags with words flagged wholly, and a single letter beside them too: where a curve begins it is level."""
    words: list[range] = []
    start = 0
    for at, is_blank in enumerate([*blank, True]):
        if is_blank:
            if at > start:
                words.append(range(start, at))
            start = at + 1
    askew_words = [any(flags[at] for at in word) for word in words]
    for number, word in enumerate(words):
        beside = askew_words[max(0, number - 1) : number + 2]
        if askew_words[number] or (len(word) == 1 and any(beside)):
            flags[word.start : word.stop] = [True] * len(word)
    return flags


def runs(flags: Sequence[bool], blank: Sequence[bool]) -> Iterator[range]:
    """The stretches of characters that are flagged, blanks between them included."""
    start, last = None, None
    for at, flag in enumerate(flags):
        if flag:
            start, last = (at if start is None else start), at
        elif not blank[at] and start is not None and last is not None:
            yield range(start, last + 1)
            start = None
    if start is not None and last is not None:
        yield range(start, last + 1)


def is_round(angles: Sequence[float | None]) -> bool:
    """Whether letters run round something: their directions differ widely, which those of a watermark do not."""
    known = [angle for angle in angles if angle is not None]
    x, y = sum(map(math.cos, known)), sum(map(math.sin, known))
    middle = math.atan2(y, x)
    away = [abs(math.remainder(angle - middle, math.tau)) for angle in known]
    return bool(away) and math.degrees(max(away)) > _ROUND / 2


def _from_level(angle: float) -> float:
    """Degrees from the nearest quarter turn."""
    return abs(math.degrees(math.remainder(angle, math.pi / 2)))
