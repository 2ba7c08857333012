"""Chooses the words of paragraphs, and says how far their rivals are behind; some pages of text at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipeline.language.language_model import LanguageModel
from pipeline.restoration.decoding.trellis import MARGIN, Trellis
from pipeline.restoration.units import Ids, Scores, Units

SHUT_OUT = np.float32(-1e9)
"""The channel's score of a candidate that is not to be chosen."""

_GROUP = 1_500  # units, some three pages: a trellis of them takes 30 MB


def search(model: LanguageModel, units: Units) -> tuple[Ids, Scores]:
    """(the index of the chosen candidate of each unit, the log score of each candidate).

    Scores are those of `rival_scores`. Candidates that are hopeless by themselves are not looked at.
    """
    paths, scores = [], []
    for part in _groups(units):
        trellis = Trellis(model, part, MARGIN)
        path = trellis.best_paths()
        paths.append(path)
        scores.append(trellis.rivals(path))
    return _paths(paths), _scores(scores)


def decode(model: LanguageModel, units: Units) -> Ids:
    """The index of the chosen candidate of each unit, however poor the channel thinks it."""
    return _paths([Trellis(model, part).best_paths() for part in _groups(units)])


def rival_scores(model: LanguageModel, units: Units, path: Ids) -> Scores:
    """The log score of each candidate where all other words are those of `path`.

    -inf for candidates that were not worth a look, 0 for the only one of a unit.
    """
    scores, at = [], 0
    for part in _groups(units):
        scores.append(Trellis(model, part).rivals(path[at : at + len(part.width)]))
        at += len(part.width)
    return _scores(scores)


def _groups(units: Units) -> Iterator[Units]:
    """Runs of paragraphs with about _GROUP units together."""
    start, held = 0, 0
    for number, length in enumerate(units.lengths.tolist()):
        if held and held + length > _GROUP:
            yield units.part(start, number)
            start, held = number, 0
        held += length
    if held:
        yield units if start == 0 else units.part(start, len(units.lengths))


def _paths(parts: list[Ids]) -> Ids:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def _scores(parts: list[Scores]) -> Scores:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)
