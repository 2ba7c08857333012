"""The context network: how likely each spelling of a bare syllable is, seen from both sides.

A language model of n-grams looks three words back; this network looks about fifteen words both ways. It reads the
skeletons of a page's words (marks stripped) with their case, and scores the words that share a skeleton. Gated
convolutions with growing gaps (Dauphin et al. 2017, "Language Modeling with Gated Convolutional Networks"; van den
Oord et al. 2016, "WaveNet"). The convolutions are run by ONNX Runtime in int8; embeddings are looked up in numpy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.restoration.decoder import Unit
from pipeline.restoration.edits import Pattern
from pipeline.restoration.language_model import LanguageModel
from pipeline.restoration.tokens import START
from pipeline.vietnamese.folding import strip_marks

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]

UNKNOWN_ROW = 0
"""The skeleton row of every word that the network does not know."""

WEIGHT = 0.5
"""What the network's log probabilities count beside the language model's; chosen on held-out decrees, see the card."""

_UNSEEN = -7.0
"""What a spelling counts that the network has never seen while it knows others of the skeleton."""


@dataclass(frozen=True)
class ContextNetwork:
    """`inputs` is (skeletons x width), `cases` (3 x width), `outputs` (words x width), `bias` (words)."""

    inputs: Floats
    cases: Floats
    outputs: Floats
    bias: Floats
    rows: dict[str, int]
    spellings: dict[str, Ids]
    words: tuple[str, ...]
    session: Any

    def hidden(self, words: Sequence[str], cases: Sequence[int]) -> Floats:
        """What the network makes of each place of a text: (len(words) x width).

        `words` are in lower case, as `tokens.model_words` gives them; their marks do not matter.
        """
        rows = np.array([self.rows.get(strip_marks(word), UNKNOWN_ROW) for word in words], dtype=np.int64)
        embedded = self.inputs[rows] + self.cases[np.asarray(cases, dtype=np.int64)]
        result: Floats = self.session.run(None, {"embedded": embedded[None].astype(np.float32)})[0][0]
        return result

    def log_probabilities(self, hidden: Floats, skeleton: str) -> dict[str, float]:
        """log p of each word with this skeleton at the place whose `hidden` (width) is given; {} if none is known."""
        ids = self.spellings.get(skeleton)
        if ids is None:
            return {}
        logits = self.outputs[ids] @ hidden + self.bias[ids]
        top = logits.max()
        norm = top + np.log(np.exp(logits - top).sum())
        return {self.words[number]: float(logit - norm) for number, logit in zip(ids, logits, strict=True)}


class ContextJudge:
    """Turns what the network thinks of a decoded text into bonuses on the candidates' scores.

    The network is loaded when it is first asked: clean text never needs it.
    """

    def __init__(self, load: Callable[[], ContextNetwork], model: LanguageModel) -> None:
        self._load = load
        self._loaded: ContextNetwork | None = None
        self._words = model.words
        self._skeletons: dict[int, str] = {}

    @property
    def _network(self) -> ContextNetwork:
        if self._loaded is None:
            self._loaded = self._load()
        return self._loaded

    def bonuses(
        self,
        paragraphs: Sequence[Sequence[Unit]],
        paths: Sequence[Sequence[int]],
        cases: Sequence[Sequence[int]],
    ) -> list[list[Floats | None]]:
        """For each unit with rivals: what to add to each candidate's score, 0 for the network's favourite.

        Only spellings of the chosen word's skeleton are compared; other candidates are left where they are. `cases`
        says how each chosen word is written.
        """
        words: list[str] = []
        own_cases: list[int] = []
        for units, path, paragraph_cases in zip(paragraphs, paths, cases, strict=True):
            words += [START, *(self._words[unit.words[index]] for unit, index in zip(units, path, strict=True))]
            own_cases += [Pattern.LOWER, *paragraph_cases]
        places = iter(self._network.hidden(words, own_cases))
        results: list[list[Floats | None]] = []
        for units, path in zip(paragraphs, paths, strict=True):
            next(places)  # START's
            results.append([self._bonus(unit, i, next(places)) for unit, i in zip(units, path, strict=True)])
        return results

    def _bonus(self, unit: Unit, chosen: int, hidden: Floats) -> Floats | None:
        if len(unit.words) == 1:
            return None
        skeletons = [self._skeleton(int(word)) for word in unit.words]
        own = skeletons[chosen]
        if skeletons.count(own) == 1:
            return None
        known = self._network.log_probabilities(hidden, own)
        if not known:
            return None
        best = max(known.values())
        return np.array(
            [
                WEIGHT * (max(known.get(self._words[word], _UNSEEN), _UNSEEN) - best) if skeleton == own else 0.0
                for word, skeleton in zip(unit.words, skeletons, strict=True)
            ],
            dtype=np.float32,
        )

    def _skeleton(self, word: int) -> str:
        found = self._skeletons.get(word)
        if found is None:
            found = self._skeletons[word] = strip_marks(self._words[word])
        return found


def load_context_network(arrays: Path, graph: Path) -> ContextNetwork:
    """The network from its two files: `arrays` (.npz: words and embeddings) and `graph` (.onnx: the convolutions)."""
    import onnxruntime  # noqa: PLC0415 - a tenth of a second that clean text never needs

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
    ids = {skeleton: np.array(own, dtype=np.int64) for skeleton, own in spellings.items()}
    return ContextNetwork(inputs, cases, outputs, bias, rows, ids, words, session)


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
