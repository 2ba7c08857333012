"""The places of many paragraphs in step, all first ones, all second ones …: one call then moves all paragraphs on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.language.language_model import LanguageModel
from pipeline.restoration.units import Ids, Scores, Units


@dataclass(frozen=True)
class TrellisLayout:
    """Places, and their candidates in a row.

    The places of step s begin at `bases[s]`, the longest paragraph's first; step 0 is START. `lengths` are those of the
    paragraphs (by falling length, START counted), `follower` is the next place of the same paragraph or -1. Place p
    has the `width[p]` candidates from `first[p]` on, of the `asked[p]` that its unit has; `index` is a candidate's
    index in its unit, `row` its place among the candidates of all units. `unit` is each place's unit, -1 for START.
    """

    lengths: Ids
    bases: Ids
    step: Ids
    follower: Ids
    unit: Ids
    first: Ids
    width: Ids
    asked: Ids
    place: Ids
    words: Ids
    scores: Scores
    index: Ids
    row: Ids
    rows: int

    def before(self) -> Ids:
        """The place before each, -1 for the first."""
        result = np.full(len(self.step), -1, dtype=np.int64)
        goes_on = np.flatnonzero(self.follower >= 0)
        result[self.follower[goes_on]] = goes_on
        return result

    def ends(self) -> Ids:
        """The last place of each paragraph."""
        return self.bases[self.lengths - 1] + np.arange(len(self.lengths))

    def by_unit(self, values: Ids) -> Ids:
        """Values of places as values of units."""
        result = np.zeros(int(self.unit.max()) + 1, dtype=np.int64)
        real = self.unit >= 0
        result[self.unit[real]] = values[real]
        return result

    def by_candidate(self, values: Scores) -> Scores:
        """Values of the candidates here as values of all; -inf for those left out."""
        result = np.full(self.rows, -np.inf, dtype=np.float32)
        real = self.row >= 0
        result[self.row[real]] = values[real]
        return result

    def chosen(self, path: Ids) -> Ids:
        """The candidate at each place that `path` (the index of each unit) chooses."""
        wanted = np.where(self.unit >= 0, path[self.unit], 0)
        at = np.flatnonzero(self.index == wanted[self.place])
        result = np.full(len(self.step), -1, dtype=np.int64)
        result[self.place[at]] = at
        return result


def lay_out(model: LanguageModel, units: Units, margin: float) -> TrellisLayout:
    """Puts places and candidates into rows.

    Candidates whose log P(word) + log P(read | word) is more than `margin` behind the best of their unit are left out.
    """
    order = np.argsort(-units.lengths, kind="stable")
    order = order[units.lengths[order] > 0]
    lengths = units.lengths[order] + 1
    active = np.searchsorted(-lengths, -np.arange(int(lengths[0])), side="left")
    bases = np.cumsum(active) - active
    step = np.repeat(np.arange(len(active)), active)
    rank = np.arange(len(step)) - bases[step]
    follower = np.full(len(step), -1, dtype=np.int64)
    goes_on = np.flatnonzero(lengths[rank] > step + 1)
    follower[goes_on] = bases[step[goes_on] + 1] + rank[goes_on]
    begin = (np.cumsum(units.lengths) - units.lengths)[order]
    unit = np.where(step > 0, begin[rank] + step - 1, -1)

    likely = units.scores + model.unigrams[units.words]
    best = np.maximum.reduceat(likely, units.first)
    kept = likely > best[units.owner] - np.float32(margin)
    rows = np.flatnonzero(kept)
    kept_before = np.concatenate([[0], np.cumsum(kept)])
    kept_first = kept_before[units.first]
    kept_width = kept_before[units.first + units.width] - kept_first
    starts = len(order)
    width = np.concatenate([np.ones(starts, dtype=np.int64), kept_width[unit[starts:]]])
    place, local, first = runs(width)
    row = np.concatenate([np.full(starts, -1), rows[kept_first[unit[place[starts:]]] + local[starts:]]])
    real = row[starts:]
    return TrellisLayout(
        lengths,
        bases,
        step,
        follower,
        unit,
        first,
        width,
        np.concatenate([np.ones(starts, dtype=np.int64), units.width[unit[starts:]]]),
        place,
        np.concatenate([np.full(starts, model.start), units.words[real]]),
        np.concatenate([np.zeros(starts, dtype=np.float32), units.scores[real]]),
        np.concatenate([np.zeros(starts, dtype=np.int64), real - units.first[unit[place[starts:]]]]),
        row,
        len(units.words),
    )


def runs(counts: Ids) -> tuple[Ids, Ids, Ids]:
    """(owner, number within its run, beginning of each run) where run n has `counts[n]` members, one after another."""
    ends = np.cumsum(counts)
    begin = ends - counts
    owner = np.repeat(np.arange(len(counts)), counts)
    return owner, np.arange(len(owner)) - begin[owner], begin
