"""Words that were run together: 'cánhân' is 'cá nhân', 'ngày30' is 'ngày 30', 'UBNDxã' is 'UBND xã'.

Engines lose a blank in one of 2,000 words, authors and conversions of files more. No repair of letters can mend that:
it can only take one of the words for the whole and lose the other. A word is parted where all its parts are words in
use and those around it like them better than anything else; else it stays as it was read. Of 880,000 words of held-out
text 394 are none and could be cut into syllables; those within the bounds below are words that were run together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from pipeline.language.garble import Garble
from pipeline.language.language_model import LanguageModel
from pipeline.language.tokens import NUMBER, cut
from pipeline.restoration.channel.candidates import CandidateFinder, Piece
from pipeline.restoration.channel.word_boundaries import JOINED, follows
from pipeline.restoration.decoding.decoder import decode
from pipeline.restoration.decoding.placed_units import PlacedUnit
from pipeline.restoration.units import Units
from pipeline.vietnamese.syllables import is_syllable

_IN_USE = -10.8  # log p of a part: 'rập' in Ảrập and 'bon' in cácbon are no words of their own
_KNOWN = -13.0  # log p of what is a word as it stands, though its syllables could part (canxi, ôtô)
_LIKED = -16.5  # log p of two parts where they stand; nine in ten such pairs of running text have -11.6 or more
_LIKED_BARE = -12.0  # the same of parts that are bare of marks or one letter long: most such words are foreign (gamma)
_LIKED_NAME = -9.0  # the same of a capitalised word, which may be a name (Cơtu, Rađa)
_SURE = -np.inf  # the same of a figure behind ngày, tháng, khoản: figures are never lost
_LEAD = 3.0  # by how much the parts must be likelier than other parts, and than a word
_AFTER_FIGURE = -2.5  # log p of a number after ngày, tháng, khoản
_REACH = 3  # words on both sides that tell
_MOST_PARTS = 4
_SHORTEST, _LONGEST = 3, 24  # letters
_KEPT = 20_000  # words whose ways are kept
_LIKE_LETTERS = frozenset("01456")  # co6 is có with a mark that was read as a figure
_ITEMS = frozenset("abcdđeghiklmnopqrstuvxy")  # "điểmb"
_WORD_FIGURE = re.compile(
    r"([^\W\d_]{2,7})(\d{1,4}(?:[/.-]\d{1,4}){0,2}|\d{1,6}[a-z]?/\S+)"
)  # "ngày30/4", "số47/KH-UBND"
_FIGURE_WORD = re.compile(r"(\d{2,4})([^\W\d_]{2,7})")


class _Way(NamedTuple):
    """A way to part a word, and how much the model has to like each pair of its parts."""

    pieces: tuple[Piece, ...]
    liked: float


class GluedWords:
    """Parts them; keeps how each word could be parted, for words repeat."""

    def __init__(self, model: LanguageModel, finder: CandidateFinder) -> None:
        self._model, self._finder = model, finder
        self._known: dict[tuple[Garble | None, str], tuple[_Way, ...]] = {}

    def parted(
        self,
        places: list[PlacedUnit],
        words: Sequence[Sequence[str]],
        kinds: Sequence[Garble] | None,
        by_engine: Sequence[bool] | None,
    ) -> list[PlacedUnit]:
        """The places of a paragraph with those of its glued words parted.

        `words` are those of each line; `kinds` those of the lines, None for sound text. In text that an engine read
        (`by_engine`, by line; None where that is unknown) a word may as well be another, misread.
        """
        result: list[PlacedUnit] = []
        at = 0
        while at < len(places):
            line, word = places[at].line, places[at].word
            end = at + 1
            while end < len(places) and (places[end].line, places[end].word) == (line, word):
                end += 1
            own = places[at:end]
            core = cut(words[line][word]).core
            ways = self._ways(core, None if kinds is None else kinds[line]) if own[0].piece is not None else ()
            way = None
            if ways:
                before, after = result[-_REACH:], places[end : end + _REACH]
                rivals = [place.piece for place in own if place.piece is not None]
                if kinds is None:
                    rivals = self._misread(rivals) if by_engine is None or by_engine[line] else []
                closing = [place for place in own if place.piece is None]
                way = self._best(ways, rivals, before, [*closing, *after])
            if way is not None:
                own = [*(PlacedUnit(line, word, piece.unit, piece) for piece in way.pieces), *closing]
            result.extend(own)
            at = end
        return result

    def _ways(self, core: str, kind: Garble | None) -> tuple[_Way, ...]:
        """The ways to part a core; none for a sound word, which most are."""
        if not _SHORTEST <= len(core) <= _LONGEST:
            return ()
        known = self._known.get((kind, core))
        if known is None:
            known = tuple(self._found(core, kind))
            if len(self._known) > _KEPT:
                self._known.clear()
            self._known[kind, core] = known
        return known

    def _found(self, core: str, kind: Garble | None) -> Iterator[_Way]:
        if not core.isalpha():
            yield from self._with_figure(core, kind)
            return
        if self._finder.is_word(core, kind, _KNOWN):
            return
        bare = core.isascii() and kind is None
        if cased := _by_case(core):
            if not bare and (pieces := self._pieces(cased, kind)):
                yield _Way(pieces, _LIKED)
        elif core.islower() or core.istitle() or core.isupper():
            for parts in self._partings(core, kind):
                lettered = any(len(part) == 1 for part in parts)
                if lettered and (len(parts) > 2 or not core.islower()):
                    continue  # "điểmb" is one, HTD is none
                if pieces := self._pieces(parts, kind):
                    yield _Way(pieces, _LIKED_BARE if bare or lettered else _LIKED_NAME if core.istitle() else _LIKED)

    def _with_figure(self, core: str, kind: Garble | None) -> Iterator[_Way]:
        """'ngày30', where numbers follow the word; '30tháng', where the word has a mark, as no unit has."""
        unsure = kind is not None and core[-2:-1].isalpha() and core[-1] in _LIKE_LETTERS
        if (match := _WORD_FIGURE.fullmatch(core)) and not core[:2].isupper() and not unsure:
            pieces = self._pieces(match.groups(), kind)
            if pieces and any(self._takes_numbers(candidate.word) for candidate in pieces[0].candidates):
                yield _Way(pieces, _SURE)
        elif (match := _FIGURE_WORD.fullmatch(core)) and not core.isascii():
            pieces = self._pieces(match.groups(), kind)
            if pieces:
                yield _Way(pieces, _LIKED)

    def _takes_numbers(self, word: int) -> bool:
        return follows(self._model, word, [self._model.ids[NUMBER]])[0] > _AFTER_FIGURE

    def _partings(self, core: str, kind: Garble | None) -> Iterator[tuple[str, ...]]:
        """All ways to cut letters into two to four words in use."""

        def from_(start: int, most: int) -> Iterator[tuple[str, ...]]:
            for end in range(start + 1, min(len(core), start + 7) + 1):
                if end - start < len(core) and self._piece(core[start:end], kind):
                    if end == len(core):
                        yield (core[start:end],)
                    elif most > 1:
                        yield from ((core[start:end], *rest) for rest in from_(end, most - 1))

        return from_(0, _MOST_PARTS)

    def _pieces(self, parts: Sequence[str | None], kind: Garble | None) -> tuple[Piece, ...]:
        """The parts with the words that each stands for; none if one stands for none in use."""
        found = [self._piece(part or "", kind) for part in parts]
        whole = [piece for piece in found if piece is not None]
        return (*(replace(piece, after=" ") for piece in whole[:-1]), whole[-1]) if len(whole) == len(found) else ()

    def _piece(self, part: str, kind: Garble | None) -> Piece | None:
        if kind is None and part.isalpha() and not (is_syllable(part.lower()) or part in _ITEMS or part.isupper()):
            return None
        return self._finder.part(part, kind, _IN_USE)

    def _misread(self, pieces: Sequence[Piece]) -> list[Piece]:
        """The one piece of sound text with the words that an engine may have read so, if there are any."""
        doubted = [self._finder.doubted(piece) for piece in pieces]
        if len(doubted) != 1 or len(doubted[0].candidates) == 1:
            return []
        return [self._finder.without_itself(doubted[0])]

    def _best(
        self, ways: Sequence[_Way], rivals: Sequence[Piece], before: Sequence[PlacedUnit], after: Sequence[PlacedUnit]
    ) -> _Way | None:
        """The way that the words around like best, if they do and by far; None leaves the word as it was read.

        `rivals` are what else may be printed there.
        """
        if ways[0].liked == _SURE:
            return ways[0]
        pieces = [*(way.pieces for way in ways), *([rivals] if rivals else [])]
        totals, pairs = self._scores(pieces, before, after)
        order = sorted(range(len(ways)), key=lambda at: -totals[at])
        best, others = order[0], [*(totals[at] for at in order[1:2]), *totals[len(ways) :]]
        by_far = totals[best] > max(others, default=-np.inf) + _LEAD
        return ways[best] if pairs[best] > ways[best].liked and by_far else None

    def _scores(
        self, alternatives: Sequence[Sequence[Piece]], before: Sequence[PlacedUnit], after: Sequence[PlacedUnit]
    ) -> tuple[list[float], list[float]]:
        """For each of the alternatives in its place, decoded with the words around: (log P(read, its words and those
        after it), twice the mean log p of its own words)."""
        ahead, behind = [place.unit for place in before], [place.unit for place in after]
        windows = [[*ahead, *(piece.unit for piece in one), *behind] for one in alternatives]
        units = Units.of(windows)
        chosen = units.first + decode(self._model, units)
        totals, pairs, start = [], [], 0
        for one, window in zip(alternatives, windows, strict=True):
            rows = chosen[start : start + len(window)]
            start += len(window)
            text = np.array([self._model.start, *units.words[rows]], dtype=np.int64)
            scores = self._model.score_sequence(text)[1 + len(ahead) :]
            channel = float(units.scores[rows[len(ahead) :]].sum())
            totals.append(float(scores.sum()) + channel + JOINED * (len(one) - 1))
            pairs.append(2.0 * float(scores[: len(one)].mean()))
        return totals, pairs


def _by_case(core: str) -> tuple[str, str] | None:
    """The parts that capitals show: 'tỉnhHà' → tỉnh, Hà; 'UBNDxã' → UBND, xã."""
    capitals = [at for at, letter in enumerate(core) if letter.isupper()]
    within = [at for at in capitals if at > 0]
    if len(within) == 1 and len(capitals) <= 2 and 2 <= within[0] <= len(core) - 2:
        return core[: within[0]], core[within[0] :]
    if 2 <= len(capitals) <= len(core) - 2 and core[: len(capitals)].isupper():
        return core[: len(capitals)], core[len(capitals) :]
    return None


def glued_in(places: Sequence[PlacedUnit]) -> dict[tuple[int, int], list[str]]:
    """The parts of the glued words among the places of sound text, by line and place in it."""
    found: dict[tuple[int, int], list[str]] = {}
    glued = {(place.line, place.word) for place in places if place.piece is not None and place.piece.after == " "}
    for place in places:
        if (place.line, place.word) in glued and place.piece is not None:
            found.setdefault((place.line, place.word), []).append(place.piece.read)
    return found
