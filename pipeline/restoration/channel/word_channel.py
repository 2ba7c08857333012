"""The channel: which words may have been printed where a core was read, and how likely each is to be read so.

Whole words first: for cores met in training the candidates lie ready, counts and letter groups already joined.
Other cores are explained letter group by letter group (`edits`). P(read | word) has the word's count in the training
pairs below the line, so that a frequent word is not suspected of misreadings that it would have shown.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.language.language_model import LanguageModel, save_arrays
from pipeline.restoration.channel.letter_edits import EditModel, Explainer, Pattern, WordTree, pattern_of

SMOOTHING = 20.0
"""The letter model's word in P(read | word), counted in training pairs."""

COUNTED_UP_TO = 200.0
"""No word is so frequent that it could not be misread in a new way: other pages are worse than those trained on."""

MOST_INVENTED = 2
"""Letters of a word that an engine made of nothing: of 11,000 words mended on four sets of pages eight have two.
Where more seem to be, they are another word's, which lost its blank."""

LIMIT = 16
_OF_ONE_LETTER = 40
_MARGIN = 10.0  # words that are e^10 times less likely than the best are not looked at
_LONGEST = 16
_POOR = -12.5  # log P(word) + log P(read | word): rare words and far-fetched readings call for a looser look
_CASE_FALLBACK = -4.0
_WELL = -5.0  # log P(read | word) of words that need no other explanation
_KEPT = 20_000  # cores whose candidates are kept
_TOO_LONG = 50  # letters of what is no word
_SCORE_STEP = 0.08


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word that may have been printed: its id, log P(read | word), and how it is cased."""

    word: int
    score: float
    pattern: Pattern


@dataclass
class Channel:
    """`priors` is log p of each of `words`.

    `table` maps a core as read to its ready candidates; `counts` is how often each word was printed in training."""

    words: Sequence[str]
    priors: NDArray[np.float32]
    edits: EditModel
    counts: NDArray[np.float32]
    table: dict[str, tuple[Candidate, ...]]
    tree: WordTree = field(repr=False)

    def __post_init__(self) -> None:
        self._kept = lru_cache(maxsize=_KEPT)(self._candidates)
        self._explainer = Explainer(self.edits, self.tree)
        # The letter model's score is joined with a count of zero in the training pairs.
        counts, number = np.unique(np.minimum(self.counts, COUNTED_UP_TO), return_inverse=True)
        discounts = [math.log(SMOOTHING / (SMOOTHING + count)) for count in counts.tolist()]
        self._discounts = np.array(discounts)[number]
        self._lengths = np.array([len(word) for word in self.words])

    def knows(self, core: str) -> bool:
        """Whether `core` was met in training."""
        return self.table.get(core) is not None

    def explains(self, core: str, word: str) -> bool:
        """Whether training met `core` as `word`, or letter groups it met make the one of the other."""
        ready = self.table.get(core) or ()
        groups = (
            self._explainer.explain(core.lower(), Pattern.LOWER)[0],
            self._explainer.explain(core, pattern_of(core))[0],
        )
        return word in {self.words[number] for number in (*(c.word for c in ready), *groups[0], *groups[1])}

    def candidates(self, core: str) -> tuple[Candidate, ...]:
        """The candidates of `core`, best first; none where nothing explains it."""
        return self._kept(core) if len(core) < _TOO_LONG else ()

    def _candidates(self, core: str) -> tuple[Candidate, ...]:
        ready = self.table.get(core)
        if ready is None:
            return self.explain(core)
        if len(core) > 1:
            return ready
        # One letter left of a word (s for sở) is explained by too many words for the few that lie ready.
        known = {candidate.word for candidate in ready}
        more = (c for c in self.explain(core, _OF_ONE_LETTER, _MARGIN + 4) if c.word not in known)
        return self.likely((*ready, *more), _OF_ONE_LETTER, _MARGIN + 4)

    def explain(self, core: str, limit: int = LIMIT, margin: float = _MARGIN) -> tuple[Candidate, ...]:
        """The candidates of `core` by letter groups alone, at most `limit`."""
        if len(core) > _LONGEST:
            return ()
        pattern = pattern_of(core)
        words, scores = self._explainer.explain(core, pattern)
        if pattern is not Pattern.LOWER and not (len(scores) and scores.max() >= _WELL):
            # Capitals are rarer in training than small letters; the small ones' confusions serve, at a price.
            more, their = self._explainer.explain(core.lower(), Pattern.LOWER)
            words, scores = np.concatenate([words, more]), np.concatenate([scores, their + _CASE_FALLBACK])
        joined = scores + self._discounts[words]
        if len(core) == 1 or not (joined + self.priors[words] >= _POOR).any():
            more, their = self._explainer.explain(core, pattern, loose=True)
            kept = self._lengths[more] >= sum(map(str.isalnum, core)) - MOST_INVENTED
            more, their = more[kept], their[kept]
            words, joined = np.concatenate([words, more]), np.concatenate([joined, their + self._discounts[more]])
        ranks = -joined - self.priors[words].astype(np.float64)
        order = np.lexsort((words, ranks))
        _, first = np.unique(words[order], return_index=True)
        order = order[np.sort(first)][:limit]
        order = order[ranks[order] < ranks[order[:1]] + margin]
        return tuple(map(Candidate, words[order].tolist(), joined[order].tolist(), [pattern] * len(order)))

    def likely(
        self, candidates: Iterable[Candidate], limit: int = LIMIT, margin: float = _MARGIN
    ) -> tuple[Candidate, ...]:
        """The candidates worth a look, by how likely the word is printed at all and then read so."""
        ranked = sorted((-c.score - float(self.priors[c.word]), c.word, c) for c in candidates)
        return tuple(c for rank, _, c in ranked[:limit] if rank < ranked[0][0] + margin)

    def save(self, path: Path) -> None:
        """Writes the channel as one .npz, the same bytes for the same channel."""
        cores = sorted(self.table)
        entries = [candidate for core in cores for candidate in self.table[core]]
        groups = [(read, printed, score) for read, all_ in self.edits.groups.items() for printed, score in all_]
        save_arrays(
            path,
            cores=_text(cores),
            sizes=np.array([len(self.table[core]) for core in cores], dtype=np.uint8),
            entry_words=np.array([entry.word for entry in entries], dtype=np.uint16),
            entry_scores=np.array([min(255, round(-entry.score / _SCORE_STEP)) for entry in entries], dtype=np.uint8),
            entry_patterns=np.array([entry.pattern for entry in entries], dtype=np.uint8),
            group_read=_text([group[0] for group in groups]),
            group_printed=_text([group[1] for group in groups]),
            group_scores=np.array([group[2] for group in groups], dtype=np.float32),
            counts=self.counts.astype(np.float32),
        )

    @staticmethod
    def load(path: Path, model: LanguageModel, tree: WordTree) -> Channel:
        """Reads a channel that `save` wrote; `tree` holds the words of `model`."""
        with np.load(path, allow_pickle=False) as arrays:
            cores = _strings(arrays["cores"])
            ends = np.cumsum(arrays["sizes"], dtype=np.int64).tolist()
            numbers, patterns = arrays["entry_words"].tolist(), arrays["entry_patterns"].tolist()
            scores = (arrays["entry_scores"] * -_SCORE_STEP).tolist()
            groups: dict[str, list[tuple[str, float]]] = {}
            reads, printed = _strings(arrays["group_read"]), _strings(arrays["group_printed"])
            for read, group, score in zip(reads, printed, arrays["group_scores"].tolist(), strict=True):
                groups.setdefault(read, []).append((group, score))
            counts = arrays["counts"]
        kinds = list(Pattern)
        table = _LazyTable(
            dict(zip(cores, zip([0, *ends[:-1]], ends, strict=True), strict=True)), numbers, scores, patterns, kinds
        )
        edits = EditModel({read: tuple(all_) for read, all_ in groups.items()})
        return Channel(model.words, model.unigrams, edits, counts, table, tree)


class _LazyTable(dict[str, tuple[Candidate, ...]]):
    """Makes a core's candidates only when they are asked for; most never are."""

    def __init__(
        self,
        spans: dict[str, tuple[int, int]],
        numbers: list[int],
        scores: list[float],
        patterns: list[int],
        kinds: list[Pattern],
    ) -> None:
        super().__init__()
        self._spans, self._numbers, self._scores, self._patterns, self._kinds = spans, numbers, scores, patterns, kinds

    def get(self, core: str, default: object = None) -> tuple[Candidate, ...] | None:  # type: ignore[override]
        """The candidates of `core`, None if the table has none."""
        span = self._spans.get(core)
        if span is None:
            return None
        return tuple(
            Candidate(self._numbers[at], self._scores[at], self._kinds[self._patterns[at]]) for at in range(*span)
        )


def _text(strings: Sequence[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(strings).encode(), dtype=np.uint8)


def _strings(array: NDArray[np.uint8]) -> list[str]:
    return array.tobytes().decode().split("\n")
