"""Where words stand in lines: from lines to the decoder's units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pipeline.restoration.candidates import CandidateFinder, Piece
from pipeline.restoration.edits import Pattern
from pipeline.restoration.garble import Garble
from pipeline.restoration.language_model import LanguageModel
from pipeline.restoration.tokens import COMMA, STOP, closing_words, cut
from pipeline.restoration.units import Unit


class Place(NamedTuple):
    """Where a unit stands: line and word of that line; None for closing punctuation, which cannot change."""

    line: int
    word: int
    unit: Unit
    piece: Piece | None


class Places:
    """Finds the places of paragraphs."""

    def __init__(self, model: LanguageModel, finder: CandidateFinder) -> None:
        self._finder = finder
        self._signs = {
            sign: Unit(np.array([model.ids[sign]], dtype=np.int64), np.zeros(1, dtype=np.float32))
            for sign in (COMMA, STOP)
        }

    def of(
        self, paragraph: Sequence[int], words: Sequence[Sequence[str]], kinds: Sequence[Garble] | None
    ) -> list[Place]:
        """The places of a paragraph: those of each core, and one for closing punctuation.

        `paragraph` are numbers of lines, `words` the words of each line (at even places, blanks between them). Without
        `kinds` every word is its own only candidate.
        """
        found: list[Place] = []
        for number in paragraph:
            for at, word in enumerate(words[number]):
                if at % 2 or not word:
                    continue
                token = cut(word)
                if token.core:
                    core = token.core.replace(" ", "")  # of a torn word
                    pieces = (
                        self._finder.single(core)
                        if kinds is None
                        else self._finder.pieces(core, kinds[number], listed=token.close.startswith(")"))
                    )
                    found.extend(Place(number, at, piece.unit, piece) for piece in pieces)
                found.extend(Place(number, at, self._signs[sign], None) for sign in closing_words(token.close))
        return found


def cases(path: Sequence[int], places: Sequence[Place]) -> list[int]:
    """How the chosen words of a paragraph are written; signs as lower case."""
    return [
        Pattern.LOWER if place.piece is None else place.piece.candidates[index].pattern
        for index, place in zip(path, places, strict=True)
    ]
