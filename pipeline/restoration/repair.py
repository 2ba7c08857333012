"""Repairs damaged paragraphs: the most likely words, then a second look with what the whole document says."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.restoration.chosen import ChosenWords
from pipeline.restoration.context import ContextJudge
from pipeline.restoration.decoder import decode
from pipeline.restoration.garble import Garble
from pipeline.restoration.language_model import LanguageModel
from pipeline.restoration.places import Place, cases
from pipeline.restoration.repetition import repetition_bonus
from pipeline.restoration.rescoring import narrow, rival_scores

Bonus = NDArray[np.float32]


def repair(
    model: LanguageModel,
    judge: ContextJudge,
    paragraphs: Sequence[Sequence[Place]],
    kinds: Sequence[Garble],
    chosen: ChosenWords,
) -> None:
    """Decodes damaged paragraphs, then again with what the document's repetitions and both sides of a word say.

    What became of each word is added to `chosen`; `kinds` are those of the lines.
    """
    if not paragraphs:
        return
    units = [[place.unit for place in places] for places in paragraphs]
    paths = decode(model, units)
    scores = rival_scores(model, units, paths)
    repeated = repetition_bonus(units, paths, scores)
    seen = judge.bonuses(units, paths, [cases(*pair) for pair in zip(paths, paragraphs, strict=True)])
    bonuses = [list(map(_sum, *pair)) for pair in zip(repeated, seen, strict=True)]
    again = [n for n, own in enumerate(bonuses) if any(bonus is not None for bonus in own)]
    if again:
        narrowed = [narrow(units[n], scores[n], bonuses[n]) for n in again]
        new_paths = decode(model, narrowed)
        for n, path, own_scores in zip(again, new_paths, rival_scores(model, narrowed, new_paths), strict=True):
            paths[n], scores[n] = path, own_scores
    for path, places, own_scores in zip(paths, paragraphs, scores, strict=True):
        for index, place, rivals in zip(path, places, own_scores, strict=True):
            if place.piece is not None:
                chosen.take(place, index, rivals.tolist(), kinds[place.line])


def _sum(one: Bonus | None, other: Bonus | None) -> Bonus | None:
    return other if one is None else one if other is None else one + other
