"""The trellis of a text: what the language model says of all its candidate words, and the best way through them.

A back-off model is a finite automaton: its states are the contexts that it knows, and after a word it is in the
longest known context that the word ends (Allauzen, Mohri & Roark 2003, "Generalized algorithms for constructing
language models"). Here only the part is built that a text's candidates can reach, for all paragraphs at once and
order by order in a few calls of numpy; the model is asked once for each n-gram. Searching (exact, Viterbi 1967) and
putting rivals into the decoded text are then mere walks along the arcs.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from pipeline.language.hash_table import UInt64, extend
from pipeline.language.language_model import LanguageModel
from pipeline.restoration.decoding.trellis_layout import lay_out, runs
from pipeline.restoration.units import Ids, Scores, Units

MARGIN = 10.0
"""Candidates whose log P(word) + log P(read | word) is further behind the best are hopeless: of 24,759 words none was
chosen."""

_CROWD = 60  # contexts a place; 'a a a a' has thousands, and is searched with shorter ones then
_FEW = 18  # candidates of any but the shortest cores
_NONE = np.float32(-np.inf)


class Trellis:
    """Contexts (states) and arcs of a text; it holds no more than the n-grams of its candidates.

    Context c has its arcs from `_begin[c]` on, one for each candidate of the next place. An arc has a log probability
    `_gain`, a candidate `_to` and a context `_next`, the longest one that it leads to. Contexts of one word come
    first, numbered as their candidates.
    """

    def __init__(self, model: LanguageModel, units: Units, margin: float = np.inf) -> None:
        self._model = model
        self._depth = model.order - 1
        self._lay = lay_out(model, units, margin)
        lay = self._lay
        self._ends_in = np.arange(len(lay.words))  # the candidate that each context ends in
        self._begin = np.zeros(0, dtype=np.int64)
        self._from, self._to, self._next = (np.zeros(0, dtype=np.int64) for _ in range(3))
        self._gain = np.zeros(0, dtype=np.float32)
        hashes: UInt64 = extend(np.zeros(len(lay.words), dtype=np.uint64), lay.words)
        known, codes = model.contexts.get(hashes)
        cost = np.where(known, model.backoff_codes[0].take(codes), np.float32(0))
        suffixes = np.zeros(0, dtype=np.int64)
        for length in range(1, self._depth + 1):
            hashes, cost, suffixes = self._extend(length, hashes, cost, suffixes)

    def _extend(self, length: int, hashes: UInt64, cost: Scores, suffixes: Ids) -> tuple[UInt64, Scores, Ids]:
        """Adds the arcs of the contexts of `length` words, and the contexts with a word more that they lead to.

        The contexts of `length` words are the last ones; `hashes` and back-off `cost` are theirs, `suffixes` the
        contexts that are left of them without their first word (none for single words). Returns the same for those
        with a word more. Rests on two facts of the model: it has no n-gram without the context before its last word,
        and no context that is no n-gram.
        """
        lay, model = self._lay, self._model
        contexts = len(self._ends_in)
        old = contexts - len(hashes)
        after = lay.follower[lay.place[self._ends_in[old:]]]
        origin, local, begin = runs(np.where(after >= 0, lay.width[after], 0))
        self._begin = np.concatenate([self._begin, begin + len(self._to)])
        if length == 1:
            to = lay.first[after][origin] + local
            gain = model.unigrams[lay.words[to]] + cost[origin]
            follow = to.copy()
        else:
            base = self._begin[suffixes][origin] + local
            to, gain, follow = self._to[base], self._gain[base] + cost[origin], self._next[base]
        queries = extend(hashes[origin], lay.words[to])
        hit, codes = model.ngrams.get(queries)
        found = np.flatnonzero(hit)
        gain[found] = model.probability_codes[length - 1].take(codes[found])
        hashes, suffixes = hashes[:0], suffixes[:0]
        if length < self._depth:
            known, codes = model.contexts.get(queries[found])
            if known.sum() > _CROWD * len(lay.step):
                known[:] = False
            found = found[known]
            hashes, suffixes = queries[found], follow[found]
            cost = model.backoff_codes[length].take(codes[known])
            follow[found] = contexts + np.arange(len(found))
            self._ends_in = np.concatenate([self._ends_in, to[found]])
        self._from = np.concatenate([self._from, origin + old])
        self._to, self._next = np.concatenate([self._to, to]), np.concatenate([self._next, follow])
        self._gain = np.concatenate([self._gain, gain])
        return hashes, cost, suffixes

    def best_paths(self) -> Ids:
        """The index of the chosen candidate of each unit."""
        lay = self._lay
        steps = lay.step[lay.place[self._to]].astype(np.int16 if len(lay.bases) < 2**15 else np.int64)
        order = np.argsort(steps, kind="stable")
        bounds = np.concatenate([[0], np.cumsum(np.bincount(steps, minlength=len(lay.bases)))]).tolist()
        origin, into = self._from[order], self._next[order]
        gain = (self._gain + lay.scores[self._to])[order]
        best = np.full(len(self._begin), _NONE, dtype=np.float32)
        best[lay.first[: len(lay.lengths)]] = 0
        back = np.full(len(self._begin), -1, dtype=np.int64)
        for low, high in pairwise(bounds[1:]):
            here = into[low:high]
            value = best[origin[low:high]] + gain[low:high]
            np.maximum.at(best, here, value)
            won = np.flatnonzero(value == best[here])[::-1]  # of equals the first stays
            back[here[won]] = low + won
        return lay.by_unit(self._traced(best, back, origin, lay.index[self._to[order]]))

    def _traced(self, best: Scores, back: Ids, origin: Ids, index: Ids) -> Ids:
        """The index of each place on the best paths, followed back from the ends."""
        lay = self._lay
        ends = lay.ends()
        rank = np.full(len(lay.step), -1, dtype=np.int64)
        rank[ends] = np.arange(len(ends))
        ranks = rank[lay.place[self._ends_in]]
        states = np.flatnonzero(ranks >= 0)
        states = states[np.argsort(best[states], kind="stable")]
        state = np.zeros(len(ends), dtype=np.int64)
        state[ranks[states]] = states  # the best is the last
        result = np.zeros(len(lay.step), dtype=np.int64)
        for step in range(len(lay.bases) - 1, 0, -1):
            going = np.searchsorted(-lay.lengths, -step, side="left")  # paragraphs that are as long
            arc = back[state[:going]]
            result[lay.bases[step] : lay.bases[step] + going] = index[arc]
            state[:going] = origin[arc]
        return result

    def rivals(self, path: Ids, limit: int = 6) -> Scores:
        """Log score of each candidate in its decoded context (-inf: not looked at).

        The rivals are put into the decoded text (`path`: the index of each unit) one at a time, and the few n-grams
        that hold them count: a pseudo-likelihood (Besag 1975) that needs no second search and says which words are in
        doubt. The only candidate of a unit gets 0. Of others the `limit` best of the channel and the chosen one are
        looked at.
        """
        lay = self._lay
        chosen = lay.chosen(path)
        rows = self._looked_at(chosen, limit)
        place = lay.place[rows]
        arc = self._begin[self._states(chosen)[lay.before()[place]]] + rows - lay.first[place]
        total = self._gain[arc] + lay.scores[rows]
        at, after, live = self._next[arc], lay.follower[place], np.arange(len(rows))
        for _ in range(self._depth):
            goes_on = after >= 0
            live, at, after = live[goes_on], at[goes_on], after[goes_on]
            arc = self._begin[at] + chosen[after] - lay.first[after]
            total[live] += self._gain[arc]
            at, after = self._next[arc], lay.follower[after]
        scores = np.full(len(lay.words), _NONE, dtype=np.float32)
        scores[rows] = total
        scores[lay.first[lay.asked == 1]] = 0
        return lay.by_candidate(scores)

    def _states(self, chosen: Ids) -> Ids:
        """The context after each place of the chosen path: only the last words count, so each begins anew."""
        lay = self._lay
        before = lay.before()
        places = [np.arange(len(chosen))]
        for _ in range(self._depth - 1):
            earlier = before[places[-1]]
            places.append(np.where(earlier >= 0, earlier, places[-1]))
        state = chosen[places[-1]]
        for earlier, later in zip(places[:0:-1], places[-2::-1], strict=True):
            moves = np.flatnonzero(earlier != later)
            place = later[moves]
            state[moves] = self._next[self._begin[state[moves]] + chosen[place] - lay.first[place]]
        return state

    def _looked_at(self, chosen: Ids, limit: int) -> Ids:
        """The candidates of units with several that are worth a look, in their order."""
        lay = self._lay
        worth = lay.width[lay.place] <= limit
        many = np.flatnonzero(~worth)
        place = lay.place[many]
        likely = lay.scores[many] + self._model.unigrams[lay.words[many]]
        ranked = np.lexsort((-likely, place))
        rank = np.arange(len(many)) - np.searchsorted(place, place)
        worth[many[ranked]] = rank < np.where(lay.asked[place] <= _FEW, limit, 2 * limit)
        worth[chosen] = True
        return np.flatnonzero(worth & (lay.asked > 1)[lay.place])
