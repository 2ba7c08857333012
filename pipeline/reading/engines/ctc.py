"""From a CTC recogniser's probabilities to words, each with the readings that the picture allows.

A recogniser's greedy text throws away what it was unsure of. Here the likeliest strings of every doubtful word are
kept with their probability (prefix beam search, Hannun et al. 2014), so that a language model can choose.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.reading.engines.base import Hypothesis, Steps

BLANK = 0
# A step whose best label is surer than this offers no alternative.
_SURE = 0.985
# Labels below this probability are not followed.
_FAINT = 2e-3
_BEAM = 12
_KEPT = 8


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of the line between two sure spaces: its time steps and its readings, best first."""

    start: int
    stop: int
    readings: tuple[Hypothesis, ...]
    sure: float


def slots_of(steps: Steps, charset: Sequence[str]) -> list[Slot]:
    """Cut a line at its sure spaces, and read each piece; `charset[i]` is what label i + 1 stands for."""
    best = steps.labels[:, 0]
    space = charset.index(" ") + 1
    sure_space = np.flatnonzero((best == space) & (steps.logs[:, 0] > math.log(0.9)))
    ends = [(at, at + 1) for at in sure_space.tolist()]
    slots = []
    start = 0
    for stop, following in [*ends, (len(best), len(best))]:
        if stop > start and bool((best[start:stop] != BLANK).any()):
            slot = _read(steps, start, stop, charset)
            if slot.readings:
                slots.append(slot)
        start = max(start, following)
    return slots


def _read(steps: Steps, start: int, stop: int, charset: Sequence[str]) -> Slot:
    inked = np.flatnonzero(steps.labels[start:stop, 0] != BLANK)
    if bool((steps.logs[start:stop, 0] > math.log(_SURE)).all()):
        readings = [(tuple(_collapse(steps.labels[start:stop, 0])), 0.0)]
    else:
        readings = prefix_beam(steps.labels[start:stop], steps.logs[start:stop])
    texts: dict[str, float] = {}
    for labels, log in readings:
        text = " ".join("".join(charset[label - 1] for label in labels).split())
        if text and text not in texts:
            texts[text] = log
    first, last = start + int(inked[0]), start + int(inked[-1])
    sure = float(np.exp(steps.logs[start:stop, 0][inked].mean()))
    return Slot(first, last + 1, tuple(Hypothesis(text, log) for text, log in texts.items()), sure)


def _collapse(labels: NDArray[np.int64]) -> list[int]:
    kept = []
    before = BLANK
    for label in labels.tolist():
        if label not in (BLANK, before):
            kept.append(label)
        before = label
    return kept


def prefix_beam(labels: NDArray[np.int64], logs: NDArray[np.float32]) -> list[tuple[tuple[int, ...], float]]:
    """The likeliest label strings of a stretch with their log probabilities, best first."""
    beams: dict[tuple[int, ...], tuple[float, float]] = {(): (1.0, 0.0)}  # prefix: (ends in blank, ends in its label)
    for step_labels, step_logs in zip(labels.tolist(), np.exp(logs).tolist(), strict=True):
        options = [(label, p) for label, p in zip(step_labels, step_logs, strict=True) if p > _FAINT]
        following: dict[tuple[int, ...], list[float]] = defaultdict(lambda: [0.0, 0.0])
        for prefix, (blank, ended) in beams.items():
            for label, p in options:
                if label == BLANK:
                    following[prefix][0] += p * (blank + ended)
                elif prefix and prefix[-1] == label:
                    following[prefix][1] += p * ended
                    following[(*prefix, label)][1] += p * blank
                else:
                    following[(*prefix, label)][1] += p * (blank + ended)
        kept = sorted(following.items(), key=lambda item: -(item[1][0] + item[1][1]))[:_BEAM]
        beams = {prefix: (values[0], values[1]) for prefix, values in kept}
    total = [(prefix, blank + ended) for prefix, (blank, ended) in beams.items() if blank + ended > 0]
    return [(prefix, math.log(p)) for prefix, p in sorted(total, key=lambda item: -item[1])[:_KEPT]]
