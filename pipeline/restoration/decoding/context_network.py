"""The context network: how likely each spelling of a bare syllable is, seen from both sides.

A language model of n-grams looks three words back; this network looks about fifteen words both ways. It reads the
skeletons of a page's words (marks stripped) with their case, and scores the words that share a skeleton. Gated
convolutions with growing gaps (Dauphin et al. 2017, "Language Modeling with Gated Convolutional Networks"; van den
Oord et al. 2016, "WaveNet"). The convolutions are run by ONNX Runtime in int8; embeddings are looked up in numpy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.language.language_model import LanguageModel
from pipeline.language.tokens import START
from pipeline.restoration.channel.letter_edits import Pattern
from pipeline.restoration.decoding.trellis_layout import runs
from pipeline.restoration.units import Units
from pipeline.vietnamese.folding import strip_marks

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]

UNKNOWN_ROW = 0
"""The skeleton row of every word that the network does not know."""

WEIGHT = 0.5
"""What the network's log probabilities count beside the language model's; chosen on held-out decrees, see the card."""

_AT_ONCE, _SEEN = 2_000, 32  # places that are read at once, and around them those that their scores depend on

_UNSEEN = -7.0
"""What a spelling counts that the network has never seen while it knows others of the skeleton."""


@dataclass(frozen=True)
class ContextNetwork:
    """`inputs` is (skeletons x width), `cases` (3 x width), `outputs` (words x width), `bias` (words).

    `rows` numbers the skeletons. Those words that have skeleton r are `members[starts[r] : starts[r + 1]]`.
    """

    inputs: Floats
    cases: Floats
    outputs: Floats
    bias: Floats
    rows: dict[str, int]
    members: Ids
    starts: Ids
    words: tuple[str, ...]
    session: Any

    def hidden(self, rows: Ids, cases: Ids) -> Floats:
        """What the network makes of each place of a text: (places x width).

        `rows` are the skeletons of its words (UNKNOWN_ROW for others), `cases` says how each is written.
        """
        parts = []
        for start in range(0, len(rows), _AT_ONCE):  # a long text's activations would fill the memory
            low, high = max(0, start - _SEEN), min(len(rows), start + _AT_ONCE + _SEEN)
            embedded = self.inputs[rows[low:high]] + self.cases[cases[low:high]]
            hidden: Floats = self.session.run(None, {"embedded": embedded[None]})[0][0]
            parts.append(hidden[start - low : start - low + _AT_ONCE])
        return np.concatenate(parts)

    def log_probabilities(self, hidden: Floats, rows: Ids) -> tuple[Floats, Ids]:
        """(log p of each word of the skeleton `rows[n]` at the place with `hidden[n]`, where those of n begin).

        The words of a skeleton are in the order of `members`.
        """
        owner, local, begin = runs(self.starts[rows + 1] - self.starts[rows])
        words = self.members[self.starts[rows][owner] + local]
        logits = np.einsum("nd,nd->n", self.outputs[words], hidden[owner]) + self.bias[words]
        top = np.maximum.reduceat(logits, begin)
        norm = top + np.log(np.add.reduceat(np.exp(logits - top[owner]), begin))
        result: Floats = logits - norm[owner]
        return result, begin


class ContextJudge:
    """Turns what the network thinks of a decoded text into bonuses on the candidates' scores."""

    def __init__(self, network: ContextNetwork, model: LanguageModel) -> None:
        self._network = network
        # For each word of the language model: its skeleton, and which of the skeleton's words it is; -1 where the
        # network does not know the skeleton, or the word.
        self._skeletons = np.array([network.rows.get(strip_marks(word), -1) for word in model.words], dtype=np.int64)
        sizes = np.diff(network.starts)
        place = np.empty(len(network.words), dtype=np.int64)
        place[network.members] = np.arange(len(network.members)) - np.repeat(network.starts[:-1], sizes)
        number = {word: n for n, word in enumerate(network.words)}
        known = np.array([number.get(word, -1) for word in model.words], dtype=np.int64)
        self._places = np.where(known >= 0, place[known], -1)

    def bonuses(self, units: Units, path: Ids, cases: Ids) -> tuple[Floats, NDArray[np.bool_]]:
        """(what to add to each candidate's score, 0 for the network's favourite; which units it has a say on).

        Only spellings of the chosen word's skeleton are compared; other candidates are left where they are. `cases`
        says how each chosen word is written.
        """
        seen, best = self.spellings(units, path, cases)
        has_say = np.isfinite(best)
        held = np.isfinite(seen)
        bonus = np.zeros(len(seen), dtype=np.float32)
        bonus[held] = WEIGHT * (seen - best[units.owner])[held]
        return bonus, has_say

    def spellings(self, units: Units, path: Ids, cases: Ids) -> tuple[Floats, Floats]:
        """(log p of each candidate among the words of its skeleton, that of the likeliest of these for each unit).

        NaN for candidates of other skeletons than the chosen word's, and for units that the network has no say on:
        it needs two candidates of one skeleton. `cases` says how each chosen word is written.
        """
        network = self._network
        owner = units.owner
        chosen = units.words[units.first + path]
        own = self._skeletons[chosen]
        alike = (self._skeletons[units.words] == own[owner]) & (own[owner] >= 0)
        judged = np.flatnonzero(np.bincount(owner[alike], minlength=len(own)) > 1)
        seen = np.full(len(units.words), np.nan, dtype=np.float32)
        best = np.full(len(own), np.nan, dtype=np.float32)
        if not len(judged):
            return seen, best
        at, rows, written = self._read(units.lengths, own, cases)
        log_p, begin = network.log_probabilities(network.hidden(rows, written)[at[judged]], own[judged])
        best[judged] = np.maximum.reduceat(log_p, begin)
        number = np.full(len(own), -1, dtype=np.int64)
        number[judged] = np.arange(len(judged))
        held = np.flatnonzero(alike & (number[owner] >= 0))
        unit, place = number[owner[held]], self._places[units.words[held]]
        known = np.where(place >= 0, log_p[begin[unit] + np.maximum(place, 0)], np.float32(_UNSEEN))
        seen[held] = np.maximum(known, np.float32(_UNSEEN))
        return seen, best

    def _read(self, lengths: Ids, skeletons: Ids, cases: Ids) -> tuple[Ids, Ids, Ids]:
        """(where each unit stands, skeletons, cases) of what the network reads: the paragraphs, START before each."""
        owner, local, _ = runs(lengths + 1)
        real = np.flatnonzero(local > 0)
        rows = np.full(len(owner), self._network.rows.get(START, UNKNOWN_ROW), dtype=np.int64)
        written = np.full(len(owner), Pattern.LOWER, dtype=np.int64)
        rows[real] = np.where(skeletons >= 0, skeletons, UNKNOWN_ROW)
        written[real] = cases
        return real, rows, written


def load_context_network(arrays: Path, graph: Path) -> ContextNetwork:
    """The network from its two files: `arrays` (.npz: words and embeddings) and `graph` (.onnx: the convolutions)."""
    import onnxruntime  # noqa: PLC0415 - reading imports this package too, for its garble measure

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # workers are processes; more threads would fight for the same cores
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    with np.load(arrays) as held:
        words = tuple(str(held["words"]).split("\n"))
        inputs, cases = _floats(held, "inputs"), held["cases"].astype(np.float32)
        outputs, bias = _floats(held, "outputs"), held["bias"].astype(np.float32)
    rows, spellings = group_by_skeleton(words)
    members = np.array([number for own in spellings.values() for number in own], dtype=np.int64)
    starts = np.cumsum([0, *map(len, spellings.values())])
    return ContextNetwork(inputs, cases, outputs, bias, rows, members, starts, words, session)


def group_by_skeleton(words: Sequence[str]) -> tuple[dict[str, int], dict[str, list[int]]]:
    """(row of each skeleton in order of first word, word numbers of each skeleton); training and reading agree here."""
    rows: dict[str, int] = {}
    spellings: dict[str, list[int]] = {}
    for number, word in enumerate(words):
        skeleton = strip_marks(word)
        rows.setdefault(skeleton, len(rows))
        spellings.setdefault(skeleton, []).append(number)
    return rows, spellings


def _floats(held: Mapping[str, NDArray[np.generic]], name: str) -> Floats:
    """A matrix stored as int8 with a scale a row."""
    result: Floats = held[name].astype(np.float32) * held[f"{name}_scale"].astype(np.float32)[:, None]
    return result
