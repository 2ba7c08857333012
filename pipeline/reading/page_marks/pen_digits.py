"""How probable strings of digits are, by what a network saw on several views of one place.

Each view gives every string a probability (CTC, Graves et al. 2006). Views see the same strokes, so they are no
independent witnesses: their mean log probability, sharpened as labelled rows say, is what all of them together make of
it. Only strings that may stand there share what there is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from pipeline.reading.engines.ctc import BLANK, prefix_beam

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NEVER = 1e-30


def probabilities(
    views: Sequence[NDArray[np.float32]],
    sharpness: float,
    unseen: float,
    may_be: Callable[[str], bool],
    known: Sequence[str] = (),
) -> dict[str, float]:
    """The strings that may stand there with their probabilities, likeliest first; `unseen` is left for all others.

    `known` are strings to be weighed too; where all that there may be are known their probabilities are of them alone.
    """
    named = {text for view in views for text in _likeliest(view)}
    strings = sorted({text for text in (*named, *known) if text and may_be(text)})
    if not strings:
        return {}
    mean = string_logs(views, strings).mean(axis=0) * sharpness
    shares = np.exp(mean - mean.max())
    shares *= (1 - unseen) / shares.sum()
    ranked = sorted(zip(strings, shares.tolist(), strict=True), key=lambda one: (-one[1], one[0]))
    return dict(ranked)


def _likeliest(view: NDArray[np.float32]) -> list[str]:
    order = np.argsort(-view, axis=1)
    found = prefix_beam(order.astype(np.int64), np.take_along_axis(view, order, axis=1))
    return ["".join(str(label - 1) for label in labels) for labels, _ in found]


def string_logs(views: Sequence[NDArray[np.float32]], strings: Sequence[str]) -> NDArray[np.float64]:
    """The log probability of each string on each view (views x strings); the digits are classes 1 to 10."""
    count, longest = max(len(view) for view in views), max(map(len, strings))
    chances = np.zeros((len(views), count, views[0].shape[1]))
    chances[:, :, BLANK] = 1.0  # steps behind a view's end show nothing
    for at, view in enumerate(views):
        chances[at, : len(view)] = np.exp(view)
    labels = np.zeros((len(strings), 2 * longest + 1), np.int64)
    for at, text in enumerate(strings):
        labels[at, 1 : 2 * len(text) : 2] = [int(digit) + 1 for digit in text]
    leap = np.zeros(labels.shape, bool)
    leap[:, 2:] = (labels[:, 2:] != BLANK) & (labels[:, 2:] != labels[:, :-2])
    state = np.zeros((len(views), *labels.shape))
    state[:, :, 0] = 1.0
    logs = np.zeros((len(views), len(strings)))
    for step in range(count):
        moved = state.copy()
        moved[:, :, 1:] += state[:, :, :-1]
        moved[:, :, 2:] += np.where(leap[None, :, 2:], state[:, :, :-2], 0.0)
        state = moved * chances[:, step][:, labels]
        size = np.maximum(state.sum(axis=2), _NEVER)
        state /= size[:, :, None]
        logs += np.log(size)
    ends = np.array([2 * len(text) for text in strings])
    rows = np.arange(len(strings))
    last = state[:, rows, ends] + state[:, rows, np.maximum(ends - 1, 0)]
    return np.asarray(logs + np.log(np.maximum(last, _NEVER)))
