"""Where words stand in lines: from lines to the decoder's units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pipeline.language.garble import Garble
from pipeline.language.language_model import LanguageModel
from pipeline.language.tokens import COMMA, STOP, closing_words, cut
from pipeline.restoration.channel.candidates import CandidateFinder, Piece
from pipeline.restoration.channel.letter_edits import Pattern
from pipeline.restoration.units import Unit

Entry = tuple[Unit, Piece | None]
"""A unit of a word, and the piece of it that it stands for."""

_KEPT, _LONG = 20_000, 50  # words whose units are kept, letters of a word whose are not


class PlacedUnit(NamedTuple):
    """Where a unit stands: line and word of that line; None for closing punctuation, which cannot change."""

    line: int
    word: int
    unit: Unit
    piece: Piece | None


class PlacedUnits:
    """Finds the places of paragraphs."""

    def __init__(self, model: LanguageModel, finder: CandidateFinder) -> None:
        self._finder = finder
        self._known: dict[tuple[Garble | None, str], tuple[Entry, ...]] = {}
        self._signs = {
            sign: Unit(np.array([model.ids[sign]], dtype=np.int64), np.zeros(1, dtype=np.float32))
            for sign in (COMMA, STOP)
        }

    def of(
        self, paragraph: Sequence[int], words: Sequence[Sequence[str]], kinds: Sequence[Garble] | None
    ) -> list[PlacedUnit]:
        """The places of a paragraph: those of each core, and one for closing punctuation.

        `paragraph` are numbers of lines, `words` the words of each line (at even places, blanks between them). Without
        `kinds` every word is its own only candidate.
        """
        found: list[PlacedUnit] = []
        for number in paragraph:
            kind = None if kinds is None else kinds[number]
            line = words[number]
            for at in range(0, len(line), 2):
                word = line[at]
                if word:
                    entries = self._known.get((kind, word))
                    if entries is None:
                        entries = self._entries(kind, word)
                    found.extend([PlacedUnit(number, at, unit, piece) for unit, piece in entries])
        return found

    def _entries(self, kind: Garble | None, word: str) -> tuple[Entry, ...]:
        """The units of a word of a line of this kind; kept, for words repeat."""
        token = cut(word)
        entries: list[Entry] = []
        if token.core:
            core = token.core.replace(" ", "")  # of a torn word
            pieces = (
                self._finder.single(core)
                if kind is None
                else self._finder.pieces(core, kind, listed=token.close.startswith(")"))
            )
            entries.extend((piece.unit, piece) for piece in pieces)
        entries.extend((self._signs[sign], None) for sign in closing_words(token.close))
        if len(self._known) > _KEPT:
            self._known.clear()
        if len(word) < _LONG and not word.isdecimal():
            self._known[kind, word] = tuple(entries)
        return tuple(entries)


def cases(path: Sequence[int], places: Sequence[PlacedUnit]) -> list[int]:
    """How the chosen words of a paragraph are written; signs as lower case."""
    return [
        Pattern.LOWER if place.piece is None else place.piece.candidates[index].pattern
        for index, place in zip(path, places, strict=True)
    ]
