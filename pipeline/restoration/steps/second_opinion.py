"""A second opinion on doubted words of sound text: what the context network and the rest of the document say of them.

The language model sees three words and knows 'thi đưa' as well as 'thi đua'; the network sees the sentence, and how
its words are cased. Where it holds a rival for likelier than the word as it stands, less is asked of the rival; where
it does not, more. And a word that was read so more than once beside the same neighbour (gồ giảm tốc) hardly was misread
each time: that speaks against rivals that never stand there.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from pipeline.language.tokens import SPECIALS
from pipeline.restoration.channel.letter_edits import Pattern
from pipeline.restoration.decoding.context_network import WEIGHT, ContextJudge
from pipeline.restoration.decoding.placed_units import PlacedUnit, cases
from pipeline.restoration.units import Ids, Scores, Units

USUAL_MOST, MOST = 2.0, 3.5
"""The most that the network counts for a rival. Those of a lone capitalised word, which may be held as a name, it helps
further; those of capitals in a row, which are names, it does not help: it knows them no better."""


class Window(NamedTuple):
    """The places from `start` to `end` of a paragraph."""

    paragraph: int
    start: int
    end: int


def second_opinion(
    judge: ContextJudge,
    paragraphs: Sequence[Sequence[PlacedUnit]],
    windows: Sequence[Window],
    units: Units,
    *,
    path: Ids,
    open_to: Ids,
) -> Scores:
    """What to add to the score of each candidate of `units`, those of `windows`; 0 for words as they stand.

    `path` is what would be chosen without it. Only paragraphs with one of the units `open_to` are read. A rival of
    other letters than the word that was read is left where it is.
    """
    result = np.zeros(len(units.words), dtype=np.float32)
    owner = np.repeat(np.arange(len(windows)), units.lengths)
    asked = sorted(set(owner[open_to].tolist()))
    if not asked:
        return result
    read = sorted({windows[number].paragraph for number in asked})
    whole = Units.of([[place.unit for place in paragraphs[number]] for number in read])
    places = [place for number in read for place in paragraphs[number]]
    begin = dict(zip(read, (np.cumsum(whole.lengths) - whole.lengths).tolist(), strict=True))
    ends = np.cumsum(units.lengths)
    spans = [
        (
            begin[windows[number].paragraph] + windows[number].start,
            int(ends[number] - units.lengths[number]),
            int(ends[number]),
        )
        for number in asked
    ]
    text = np.zeros(len(places), dtype=np.int64)
    for at, first, end in spans:
        text[at : at + end - first] = path[first:end]
    written = np.array(cases(text.tolist(), places), dtype=np.int64)
    seen, _ = judge.spellings(whole, text, written)
    opinion = _opinion(places, whole, seen, written)
    for at, first, end in spans:
        width = int(units.width[first:end].sum())
        result[units.first[first] : units.first[first] + width] = opinion[whole.first[at] : whole.first[at] + width]
    inner = np.arange(len(owner)) - (ends - units.lengths)[owner]
    pairs = Counter(pair for own in paragraphs for pair in pairwise([int(place.unit.words[0]) for place in own]))
    for unit in open_to.tolist():
        window = windows[owner[unit]]
        rows = slice(units.first[unit], units.first[unit] + units.width[unit])
        here = paragraphs[window.paragraph]
        result[rows] += _as_elsewhere(pairs, here, window.start + int(inner[unit]), units.words[rows].tolist())
    return result


def _opinion(places: Sequence[PlacedUnit], units: Units, seen: Scores, written: Ids) -> Scores:
    """How much likelier each candidate is than the first of its unit, weighed; `seen` as `spellings` gives it."""
    owner = units.owner
    lead = WEIGHT * (seen - seen[units.first][owner])
    capitals = written == Pattern.CAPITALISED
    most = np.where(capitals, np.float32(MOST), np.float32(USUAL_MOST))
    line = np.array([place.line for place in places])
    pairs = np.flatnonzero(capitals[1:] & capitals[:-1] & (line[1:] == line[:-1]))
    most[pairs] = most[pairs + 1] = 0
    result: Scores = np.where(np.isfinite(lead), np.minimum(lead, most[owner]), np.float32(0)).astype(np.float32)
    return result


def _as_elsewhere(
    pairs: Counter[tuple[int, int]], places: Sequence[PlacedUnit], at: int, candidates: Sequence[int]
) -> list[float]:
    """What the document's other `pairs` of words say against each of `candidates` at place `at`; 0 for the first."""
    own = candidates[0]
    if own < len(SPECIALS):
        return [0.0] * len(candidates)
    before = int(places[at - 1].unit.words[0]) if at else -1
    after = int(places[at + 1].unit.words[0]) if at + 1 < len(places) else -1

    def met(word: int) -> int:
        return pairs.get((before, word), 0) + pairs.get((word, after), 0)

    here = (before >= 0) + (after >= 0)
    usual = math.log1p(met(own) - here)
    return [0.0, *(min(0.0, math.log1p(met(word)) - usual) for word in candidates[1:])]
