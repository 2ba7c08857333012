"""Repairs damaged paragraphs: the most likely words, then a second look with what the whole document says."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.language.garble import Garble
from pipeline.language.language_model import LanguageModel
from pipeline.restoration.decoding.context_network import ContextJudge
from pipeline.restoration.decoding.decoder import SHUT_OUT, search
from pipeline.restoration.decoding.placed_units import PlacedUnit, cases
from pipeline.restoration.decoding.repetition import repetition_bonus
from pipeline.restoration.steps.collected_edits import ChosenWords
from pipeline.restoration.units import Scores, Units

_HOPE = np.float32(12.0)  # what a second look may make up for


def repair(
    model: LanguageModel,
    judge: ContextJudge,
    paragraphs: Sequence[Sequence[PlacedUnit]],
    kinds: Sequence[Garble],
    chosen: ChosenWords,
) -> None:
    """Decodes damaged paragraphs, then again with what the document's repetitions and both sides of a word say.

    What became of each word is added to `chosen`; `kinds` are those of the lines.
    """
    places = [place for own in paragraphs for place in own]
    if not places:
        return
    units = Units.of([[place.unit for place in own] for own in paragraphs])
    path, scores = search(model, units)
    repeated, is_repeated = repetition_bonus(units, path, scores)
    seen, is_seen = judge.bonuses(units, path, np.array(cases(path.tolist(), places), dtype=np.int64))
    if is_repeated.any() or is_seen.any():
        path, scores = search(model, _narrowed(units, scores, repeated + seen))
    rivals = scores.tolist()
    for place, index, first, width in zip(
        places, path.tolist(), units.first.tolist(), units.width.tolist(), strict=True
    ):
        if place.piece is not None:
            chosen.take(place, index, rivals[first : first + width], kinds[place.line])


def _narrowed(units: Units, scores: Scores, bonus: Scores) -> Units:
    """The units for a second search: bonuses added, candidates that are beyond hope shut out."""
    hopeful = scores > (np.maximum.reduceat(scores, units.first) - _HOPE)[units.owner]
    return units.with_scores(np.where(hopeful, units.scores + bonus, SHUT_OUT))
