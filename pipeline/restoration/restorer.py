"""Restores text: finds what is damaged, and puts the most likely words in its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.resources import model_file
from pipeline.restoration.channel import Candidate, Channel
from pipeline.restoration.decoder import Unit, decode
from pipeline.restoration.edits import WordTree, pattern_of
from pipeline.restoration.garble import Garble, GarbleReport, garble_of_lines
from pipeline.restoration.language_model import LanguageModel
from pipeline.restoration.paragraphs import paragraphs_of
from pipeline.restoration.tokens import CODE, NUMBER, SPECIALS, Token, closing_words, core_words, cut
from pipeline.settings import RestorationSettings
from pipeline.values import Line, Page
from pipeline.vietnamese.folding import strip_marks
from pipeline.vietnamese.tones import to_old_style
from pipeline.vietnamese.unicode import clean

_SPLIT = re.compile(r"(\s+)")
_FOREIGN_LETTER = -3.2
_CODE_LETTER = -3.4
_SIGN = -6.0


@dataclass(frozen=True, slots=True)
class Change:
    """A token that was changed: where it stands, what came in and went out, and what else it might have been."""

    line: int
    start: int
    raw: str
    text: str
    score: float
    runner_up: str | None
    runner_up_score: float | None
    confidence: float


@dataclass(frozen=True, slots=True)
class RestoredLine:
    """A line after restoration; `confidence` is that of its least sure word."""

    text: str
    confidence: float
    changes: tuple[Change, ...] = ()
    garble: Garble = Garble.CLEAN


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a unit stands: line, piece of that line, and its candidates (None for a word that cannot change)."""

    line: int
    piece: int
    candidates: tuple[Candidate, ...]


class Restorer:
    """Holds the models; safe to share between threads, for it changes nothing but its caches."""

    def __init__(self, model: LanguageModel, channel: Channel) -> None:
        self._model = model
        self._channel = channel
        self._units: dict[tuple[Garble, str], tuple[Unit, tuple[Candidate, ...]]] = {}
        self._skeletons: dict[str, list[int]] = {}
        for number, word in enumerate(model.words[len(SPECIALS) :], start=len(SPECIALS)):
            self._skeletons.setdefault(strip_marks(word), []).append(number)

    def restore_lines(self, lines: Sequence[str]) -> list[RestoredLine]:
        """One restored line for each of `lines`; blank lines and leading spaces stay as they are."""
        cleaned = [clean(line) for line in lines]
        reports = garble_of_lines(cleaned)
        return self._restore(cleaned, reports)

    def restore_pages(self, pages: Sequence[Page]) -> list[Page]:
        """The pages with each line's `text` restored; paragraphs run on over lines and pages."""
        lines = [line for page in pages for line in page.lines]
        restored = iter(self.restore_lines([line.text for line in lines]))
        return [replace(page, lines=tuple(_with_text(line, next(restored)) for line in page.lines)) for page in pages]

    def _restore(self, lines: Sequence[str], reports: Sequence[GarbleReport]) -> list[RestoredLine]:
        pieces = [_SPLIT.split(line) for line in lines]
        damaged = [report.kind in (Garble.MARKS_LOST, Garble.WRONG_LETTERS) for report in reports]
        units: list[list[Unit]] = []
        places: list[list[_Place]] = []
        for paragraph in paragraphs_of(lines):
            if not any(damaged[number] for number in paragraph):
                continue
            own_units: list[Unit] = []
            own_places: list[_Place] = []
            for number in paragraph:
                kind = reports[number].kind
                for at, piece in enumerate(pieces[number]):
                    if piece and not piece.isspace():
                        self._add(cut(piece), kind, (number, at), own_units, own_places)
            units.append(own_units)
            places.append(own_places)
        for path, own_places in zip(decode(self._model, units), places, strict=True):
            for chosen, place in zip(path, own_places, strict=True):
                if place.candidates:
                    candidate = place.candidates[chosen]
                    token = cut(pieces[place.line][place.piece])
                    pieces[place.line][place.piece] = token.open + self._written(candidate, token.core) + token.close
        return [RestoredLine("".join(own), 1.0, (), report.kind) for own, report in zip(pieces, reports, strict=True)]

    def _add(self, token: Token, kind: Garble, at: tuple[int, int], units: list[Unit], places: list[_Place]) -> None:
        """Adds the units of one token: its core's, and one for closing punctuation."""
        if token.core:
            unit, candidates = self._core_unit(token.core, kind)
            units.append(unit)
            places.append(_Place(*at, candidates))
        for word in closing_words(token.close):
            units.append(Unit(np.array([self._model.ids[word]]), np.zeros(1, dtype=np.float32)))
            places.append(_Place(*at, ()))

    def _core_unit(self, core: str, kind: Garble) -> tuple[Unit, tuple[Candidate, ...]]:
        found = self._units.get((kind, core))
        if found is None:
            candidates = self._candidates(core, kind)
            best = max(candidate.score for candidate in candidates)
            candidates = tuple(c for c in candidates if c.score > best - 12)
            unit = Unit(
                np.array([candidate.word for candidate in candidates], dtype=np.int64),
                np.array([candidate.score for candidate in candidates], dtype=np.float32),
            )
            found = (unit, candidates)
            if len(self._units) > 100_000:
                self._units.clear()
            self._units[kind, core] = found
        return found

    def _candidates(self, core: str, kind: Garble) -> tuple[Candidate, ...]:
        """What may have been printed where `core` stands; always also `core` itself."""
        itself = self._itself(core)
        if kind is Garble.MARKS_LOST:
            pattern = pattern_of(core)
            same = self._skeletons.get(core.lower(), ()) if core.isalpha() else ()
            return (*(Candidate(word, 0.0, pattern) for word in same), itself)
        if kind is not Garble.WRONG_LETTERS:
            known = self._model.ids.get(to_old_style(core.lower())) if core.isalpha() else None
            return (itself if known is None else Candidate(known, 0.0, pattern_of(core)),)
        return (*(c for c in self._channel.candidates(core) if c.word != itself.word), itself)

    def _itself(self, core: str) -> Candidate:
        """The core taken as a number, a code or an unknown word, at the price of spelling it out."""
        words = core_words(core)
        ids = self._model.ids
        pattern = pattern_of(core)
        if words == [NUMBER]:
            return Candidate(ids[NUMBER], -1.5 * len(core), pattern)
        if words == [CODE]:
            return Candidate(ids[CODE], _CODE_LETTER * len(core), pattern)
        signs = sum(not char.isalnum() for char in core)
        return Candidate(self._model.unknown, _FOREIGN_LETTER * len(core) + _SIGN * signs, pattern)

    def _written(self, candidate: Candidate, core: str) -> str:
        """The word of a candidate as it is written in place of `core`."""
        if candidate.word < len(SPECIALS):
            return core
        return candidate.pattern.apply(self._model.words[candidate.word])


def load_restorer(settings: RestorationSettings) -> Restorer:
    """The restorer with the models that ship with the package.

    Raises MissingToolError when a model file is missing.
    """
    model = LanguageModel.load(model_file("syllables.npz"))
    tree = WordTree(
        (number, word) for number, word in enumerate(model.words) if number >= len(SPECIALS) and word.isalpha()
    )
    return Restorer(model, Channel.load(model_file("channel-eng.npz"), model, tree))


def _with_text(line: Line, restored: RestoredLine) -> Line:
    return line if restored.text == line.text else replace(line, text=restored.text)
