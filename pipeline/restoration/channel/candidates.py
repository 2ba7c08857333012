"""From a token to its units: what may have been printed there, by the kind of damage its line has."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.language.garble import Garble
from pipeline.language.language_model import LanguageModel
from pipeline.language.tokens import CODE, NUMBER, SPECIALS, core_words
from pipeline.restoration.channel.document_symbols import CodeBook
from pipeline.restoration.channel.letter_edits import Pattern, pattern_of
from pipeline.restoration.channel.tilde_confusions import TILDE_SCORE, under_tilde
from pipeline.restoration.channel.word_boundaries import parted
from pipeline.restoration.channel.word_channel import Candidate, Channel
from pipeline.restoration.damage import DAMAGED
from pipeline.restoration.units import Unit
from pipeline.vietnamese.administrative.list_letters import LIST_LETTERS
from pipeline.vietnamese.folding import strip_marks
from pipeline.vietnamese.syllables import is_syllable
from pipeline.vietnamese.tones import to_old_style

_SEPARATORS = re.compile(r"([/\-–_.,:;+()\"“”]+)")
_SIGN_FOR_BLANK = re.compile(r"([^\W\d_]{2,})([.'’])([^\W\d_A-ZĐ]{2,})")
_OTHER_SCRIPT = re.compile("[\u0370-\u1dff\u2c00-\uffff\U00010000-\U0010ffff]")  # no engine for Latin reads so
_ADDRESS = re.compile(r"://|^www\.|\w@\w+\.\w|\w\.(?:gov|edu|com|org|net|vn)(?:[./:]|$)", re.IGNORECASE)
_CAPITALS = re.compile("[A-ZĐ]{2,7}")
_CODED = re.compile("[A-ZĐ]{2,}[0-9]{2,}")
_JOINED_CAPITALS = re.compile("[A-ZĐ]{2,}[&-][A-ZĐ]{2,}")
_VOWEL = re.compile("[AEIOU]|Y$")  # a Y before a consonant is an abbreviation's: SYT, BYT
_CAPITAL_WITHIN = re.compile("[^\\W\\d_A-ZĐ]+[A-ZĐÀ-Ý][^\\W\\d_A-ZĐ]*$")
_FOREIGN_LETTER = -3.2  # a letter of an unknown word, a digit, a letter of a code: what spelling it out costs
_DIGIT = -1.5
_CODE_LETTER = -3.4
_SIGN = -6.0
_MIXED = -4.0  # cAc, xA: nobody writes so, an engine that has no ã does
_NO_BRACKET = -3.0
_FOREIGN = -4.0
_STRIPPED = -6.0
_TEN_TIMES = 2.3
_MARGIN = 12.0
_UNSEEN = -9.0  # a known word that the channel has never seen read rightly
_RIVALS = 6
_IN_USE = -12.5  # log p of a word that is no misreading of its own accord
_RARE, _COMMON = -10.5, -9.5  # log p of words that may be common ones with other marks, though none was ever read so
_OTHER_MARKS = -7.0
_OTHER_LETTERS = -8.0  # of 'cấp' where 'ấp' was read, a word in use: the engine's weak side are marks, not letters
_LONGEST_WORD = 9
_SHORTEST_GLUED = 6
_ITEMS = frozenset(LIST_LETTERS)  # letters of items and units: "điểmb", "2.400 mđường"
_FOREIGN_WORD = 5  # letters; shorter ones may be abbreviations and numerals
_SHORT = 3
_SURE_ABBREVIATION = 3  # letters; two stand for too much (HD, DT)
_LOOSE = -6.0  # log p that the second word follows the first
_STRANGERS = -50.0  # the log score of two words that nothing but a sign holds together
_KEPT, _LONG = 20_000, 50  # cores whose candidates are kept, letters of a core whose are not
_POOR = -14.0  # log P(word) + log P(read | word) under which a core may be two words


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a core that is restored as one word, and the sign that follows it within the core."""

    read: str
    unit: Unit
    candidates: tuple[Candidate, ...]
    after: str = ""


class CandidateFinder:
    """Finds candidates; keeps what it found, for tokens repeat."""

    def __init__(self, model: LanguageModel, channels: Mapping[Garble, Channel], codes: CodeBook) -> None:
        self._model, self._channels, self._codes = model, channels, codes
        self._known: dict[tuple[Garble, str, bool], tuple[Piece, ...]] = {}
        self._doubted: dict[str, Piece] = {}
        self._figure = _piece("0", (Candidate(model.ids[NUMBER], _DIGIT, Pattern.LOWER),), "")
        self._skeletons: dict[str, list[int]] = {}
        for number, word in enumerate(model.words[len(SPECIALS) :], start=len(SPECIALS)):
            self._skeletons.setdefault(strip_marks(word), []).append(number)

    def pieces(self, core: str, kind: Garble, *, listed: bool = False) -> tuple[Piece, ...]:
        """The parts of `core` with their candidates; one part for most cores.

        `listed`: a bracket follows, as after the letter of an item.
        """
        listed = listed or len(core) > 1
        found = self._known.get((kind, core, listed))
        if found is None:
            found = tuple(self._piece(read, after, kind, listed=listed) for read, after in self._parts(core, kind))
            if len(self._known) > _KEPT:
                self._known.clear()
            if len(core) < _LONG:
                self._known[kind, core, listed] = found
        return found

    def knows(self, core: str, kind: Garble) -> bool:
        """Whether a word was met that lost its marks, or was misread, so."""
        return bool(self._words(core, kind)) or core in self._model.ids

    def is_word(self, core: str, kind: Garble | None, known: float) -> bool:
        """Whether a core is explained as one word of log p above `known`, in text of this kind (None: sound text)."""
        if kind in DAMAGED:
            unigrams = self._model.unigrams
            return max(c.score + float(unigrams[c.word]) for c in self._candidates(core, kind)) > _POOR
        low = to_old_style(core.lower())
        number = self._model.ids.get(low)
        return is_syllable(low) or (number is not None and float(self._model.unigrams[number]) > known)

    def part(self, read: str, kind: Garble | None, in_use: float) -> Piece | None:
        """What a part of a core stands for: a number, or words of log p above `in_use`; None for no such word."""
        if read[:1].isdigit():
            return self.single(read)[0]
        unigrams = self._model.unigrams
        if kind in DAMAGED:
            words = [c for c in self._words(read, kind) if float(unigrams[c.word]) > in_use]
            return _piece(read, tuple(words), "") if words else None
        number = self._model.ids.get(to_old_style(read.lower()))
        return None if number is None or float(unigrams[number]) <= in_use else self.single(read)[0]

    def single(self, core: str) -> tuple[Piece, ...]:
        """The parts of `core` as they stand, each its own only candidate."""
        if core.isdecimal():
            return (Piece(core, self._figure.unit, self._figure.candidates),)
        return self.pieces(core, Garble.NOT_VIETNAMESE)

    def doubted(self, piece: Piece) -> Piece:
        """`piece` with the words that an engine for Vietnamese may have read so; the word as it stands is the first."""
        found = self._doubted.get(piece.read)
        if found is None:
            found = self._doubted_piece(piece)
            if len(self._doubted) > _KEPT:
                self._doubted.clear()
            self._doubted[piece.read] = found
        return found if found.after == piece.after else replace(found, after=piece.after)

    def narrowed(self, doubted: Piece, word: str) -> Piece:
        """`doubted` with no rival but `word`, if that is among them."""
        number = self._model.ids.get(word)
        kept = [c for c in doubted.candidates[1:] if c.word == number]
        return _piece(doubted.read, (doubted.candidates[0], *kept), doubted.after) if kept else doubted

    def without_itself(self, doubted: Piece) -> Piece:
        """`doubted` without the word as it stands."""
        return _piece(doubted.read, doubted.candidates[1:], doubted.after)

    def _doubted_piece(self, piece: Piece) -> Piece:
        channel = self._channels.get(Garble.CLEAN)
        if channel is None or not _may_be_doubted(piece.read):
            return piece
        candidates = channel.candidates(piece.read)
        own = piece.candidates[0]
        score = next((c.score for c in candidates if c.word == own.word), None)
        if score is None:
            score = own.score if own.word < len(SPECIALS) else _UNSEEN
        blurred = self._blurred(piece.read)
        rivals = [
            c
            for c in candidates
            if c.word != own.word
            and c.score > score - _MARGIN
            and (c.word not in blurred or c.score > TILDE_SCORE)
            and not self._loses_a_word(piece.read, self._model.words[c.word])
        ][:_RIVALS]
        if len(piece.read) >= _FOREIGN_WORD and not piece.read.isupper():
            rivals = [c for c in rivals if not self._is_foreign(c, piece.read)]
        if own.word >= len(SPECIALS) and len(piece.read) > 1 and float(self._model.unigrams[own.word]) > _IN_USE:
            bare = strip_marks(piece.read.lower())
            rivals = [
                c if strip_marks(self._model.words[c.word]) == bare else replace(c, score=c.score + _OTHER_LETTERS)
                for c in rivals
            ]
        known = {own.word, *(c.word for c in rivals)}
        rivals += [Candidate(w, TILDE_SCORE, pattern_of(piece.read)) for w in blurred if w not in known]
        if own.word < len(SPECIALS) or float(self._model.unigrams[own.word]) < _RARE:
            known.update(blurred)
            rivals += [
                Candidate(w, score + _OTHER_MARKS, pattern_of(piece.read))
                for w in self._skeletons.get(strip_marks(piece.read.lower()), ())
                if w not in known and float(self._model.unigrams[w]) > _COMMON
            ]
        return _piece(piece.read, (Candidate(own.word, score, own.pattern), *rivals), piece.after)

    def _loses_a_word(self, core: str, word: str) -> bool:
        """Whether `word` is what stands at one end of a core, or two letters less than it: the rest, which lost its
        blank, is another word ('trongy' is no trọng, '5 mđường' no đường)."""
        low, bare = to_old_style(core.lower()), strip_marks(core.lower())
        lost = len(low) - len(word)
        if lost <= 0:
            return False
        ends = ((low[-lost:], low[-lost - 1], bare[:-lost]), (low[:lost], low[lost], bare[lost:]))
        rests = [rest for rest, beside, other in ends if other == strip_marks(word) and rest != beside]
        return lost > 1 or any(rest in _ITEMS or (is_syllable(rest) and self._is_in_use(rest)) for rest in rests)

    def _is_in_use(self, word: str) -> bool:
        number = self._model.ids.get(word)
        return number is not None and float(self._model.unigrams[number]) > _IN_USE

    @staticmethod
    def _is_glued(core: str, channel: Channel) -> bool:
        """Whether a misread core that training has not met can be cut into two that it has."""
        places = range(2, len(core) - 1) if len(core) >= _SHORTEST_GLUED and not channel.knows(core) else ()
        return any(channel.knows(core[:at]) and channel.knows(core[at:]) for at in places)

    def _is_foreign(self, candidate: Candidate, read: str) -> bool:
        """Whether a word of no Vietnamese shape stands for other letters than its own: 'docking' is no 'doping'."""
        word = self._model.words[candidate.word]
        return not is_syllable(word) and strip_marks(word) != strip_marks(read.lower())

    def _blurred(self, core: str) -> list[int]:
        """The words that may stand where a tilde was read."""
        ids = self._model.ids
        return [ids[word] for word in map(to_old_style, under_tilde(core)) if word in ids]

    def written(self, candidate: Candidate, read: str, kind: Garble) -> str:
        """The word of a candidate as it is written in place of `read`."""
        if candidate.word < len(SPECIALS):
            damaged = kind in (Garble.MARKS_LOST, Garble.WRONG_LETTERS)
            return self._codes.repair(read) if damaged and not read.islower() else read
        word = self._model.words[candidate.word]
        if to_old_style(read.lower()) == word:
            return read
        return candidate.pattern.apply(word)

    def _parts(self, core: str, kind: Garble) -> list[tuple[str, str]]:
        """`core` cut at hyphens, slashes and the like where its parts are words of their own."""
        channel = self._channels.get(kind) if kind is Garble.WRONG_LETTERS else None
        if (channel is not None and channel.knows(core)) or is_address(core):
            return [(core, "")]
        if core.isalpha():
            return [(core, "")]
        if kind is Garble.WRONG_LETTERS and (sign := _SIGN_FOR_BLANK.fullmatch(core)) is not None:
            return [(sign[1], " "), (sign[3], "")] if self._blank_lost(core, sign) else [(core, "")]
        split = _SEPARATORS.split(core)
        words = split[::2]
        if len(words) == 1 or any(not word or any(c.isdigit() for c in word) for word in words) or core.isupper():
            return [(core, "")]
        return list(zip(words, [*split[1::2], ""], strict=True))

    def _blank_lost(self, core: str, match: re.Match[str]) -> bool:
        """Whether a stop between two words (gia.dinh) is dust in a blank, an apostrophe (co'so) the horn of the ơ."""
        if match[1].isupper():
            return False
        left, right = self._words(match[1], Garble.WRONG_LETTERS), self._words(match[3], Garble.WRONG_LETTERS)
        alone = _STRANGERS
        if match[2] != ".":  # the horn may as well stand within one word: ngu'di is người
            alone = max(
                c.score + float(self._model.unigrams[c.word]) for c in self._candidates(core, Garble.WRONG_LETTERS)
            )
        return parted(self._model, [(left, right)], alone, _LOOSE) is not None

    def _words(self, part: str, kind: Garble) -> Sequence[Candidate]:
        """The words that `part` surely stands for: only readings met in training, or the marks alone lost."""
        if kind is Garble.MARKS_LOST:
            pattern = pattern_of(part)
            return [Candidate(word, 0.0, pattern) for word in self._skeletons.get(part.lower(), ())]
        channel = self._channels[kind]
        return channel.candidates(part) if channel.knows(part) else ()

    def _piece(self, read: str, after: str, kind: Garble, *, listed: bool) -> Piece:
        candidates = self._candidates(read, kind)
        if kind in DAMAGED and len(candidates) > 1:
            candidates = tuple(map(self._without_stripped, candidates))
        if kind is Garble.WRONG_LETTERS and len(candidates) > 1 and not self._channels[kind].knows(read):
            candidates = tuple(self._without_foreign(candidate, read) for candidate in candidates)
        if kind is Garble.WRONG_LETTERS and not listed:
            candidates = tuple(map(self._without_bracket, candidates))
        best = max(candidate.score for candidate in candidates)
        return _piece(read, tuple(c for c in candidates if c.score > best - _MARGIN), after)

    def _candidates(self, core: str, kind: Garble) -> tuple[Candidate, ...]:
        """What may have been printed where `core` stands; also `core` itself, unless it is a syllable without its marks
        that the language model knows with or without them."""
        itself = self._itself(core)
        if _OTHER_SCRIPT.search(core) or is_address(core):
            return (itself,)
        if is_abbreviation(core):
            return (self._abbreviation(core, kind) or itself,)
        if kind is Garble.MARKS_LOST:
            pattern = pattern_of(core)
            same = self._skeletons.get(core.lower(), ()) if core.isalpha() else ()
            spellings = tuple(Candidate(word, 0.0, pattern) for word in same)
            return spellings if spellings and is_syllable(core.lower()) else (*spellings, itself)
        channel = self._channels.get(kind) if kind is Garble.WRONG_LETTERS else None
        if channel is None:
            known = self._model.ids.get(to_old_style(core.lower())) if core.isalpha() else None
            return (itself if known is None else Candidate(known, 0.0, pattern_of(core)),)
        if _is_figure(core) and not (len(core) == 1 or channel.knows(core)):
            return (itself,)
        found = (c for c in channel.candidates(core) if c.word != itself.word)
        if not core.isalpha() and len(core) <= _SHORT:  # F7: no misreading has a digit in a word that is none
            found = (c for c in found if is_syllable(self._model.words[c.word]))
        candidates = [c for c in found if not cuts_off(core, self._model.words[c.word])]
        letters = sum(map(str.isalnum, core))
        if any(len(self._model.words[c.word]) < letters - 1 for c in candidates) and self._is_glued(core, channel):
            candidates = [c for c in candidates if len(self._model.words[c.word]) >= letters - 1]
        return (*candidates, itself)

    def _abbreviation(self, core: str, kind: Garble) -> Candidate | None:
        """The abbreviation as the language model knows it, its Đ put back where marks were lost; None if unknown."""
        printed = self._codes.repair(core) if kind in DAMAGED else core
        word = self._model.ids.get(printed.lower())
        if kind in DAMAGED and (word is None or len(core) >= _SURE_ABBREVIATION):
            same = self._skeletons.get(core.lower(), ())
            if len(core) >= _SURE_ABBREVIATION and same:
                word = max(same, key=lambda number: float(self._model.unigrams[number]))
        return None if word is None else Candidate(word, 0.0, Pattern.UPPER)

    def _without_stripped(self, candidate: Candidate) -> Candidate:
        """A word that is none unless it has marks (chuc, hien) is in the language model from text without."""
        word = self._model.words[candidate.word]
        if candidate.word < len(SPECIALS) or not word.isascii() or len(word) == 1 or is_syllable(word):
            return candidate
        commonest = max(float(self._model.unigrams[number]) for number in self._skeletons[word])
        if commonest < float(self._model.unigrams[candidate.word]) + _TEN_TIMES:
            return candidate
        return replace(candidate, score=candidate.score + _STRIPPED)

    def _without_foreign(self, candidate: Candidate, read: str) -> Candidate:
        """A word of no Vietnamese shape stays what was read: SIPAS was no 'spa', Inder may be anything."""
        word = self._model.words[candidate.word]
        if candidate.word < len(SPECIALS) or word == read.lower() or not word.isascii() or is_syllable(word):
            return candidate
        return replace(candidate, score=candidate.score + _FOREIGN)

    def _without_bracket(self, candidate: Candidate) -> Candidate:
        """A consonant on its own, the letter of an item, is rarely printed without its bracket."""
        word = self._model.words[candidate.word]
        if len(word) > 1 or strip_marks(word) in "aeiouy":
            return candidate
        return replace(candidate, score=candidate.score + _NO_BRACKET)

    def _itself(self, core: str) -> Candidate:
        """The core taken as a number, a code or an unknown word, at the price of spelling it out."""
        words = core_words(core)
        ids = self._model.ids
        pattern = pattern_of(core)
        if words == [NUMBER]:
            return Candidate(ids[NUMBER], _DIGIT * len(core), pattern)
        if words == [CODE]:
            return Candidate(ids[CODE], _CODE_LETTER * len(core), pattern)
        signs = sum(not char.isalnum() for char in core)
        score = _FOREIGN_LETTER * len(core) + _SIGN * signs
        return Candidate(self._model.unknown, score + (_MIXED if _CAPITAL_WITHIN.match(core) else 0.0), pattern)


def _piece(read: str, candidates: tuple[Candidate, ...], after: str) -> Piece:
    words = np.array([candidate.word for candidate in candidates], dtype=np.int64)
    return Piece(read, Unit(words, np.array([c.score for c in candidates], dtype=np.float32)), candidates, after)


def is_abbreviation(core: str) -> bool:
    """Whether `core` is letters in capitals that no misread syllable shows: LH, GPP, SYT, GD&ĐT, PT-TH."""
    return bool(_JOINED_CAPITALS.fullmatch(core)) or bool(_CAPITALS.fullmatch(core) and not _VOWEL.search(core))


def is_address(core: str) -> bool:
    """Whether `core` is an address of the web or of mail: its words are written without marks, and none is misread."""
    return not core.isalpha() and bool(_ADDRESS.search(core))


def cuts_off(core: str, word: str) -> bool:
    """Whether `word` is `core` without letters at one of its ends: engines misread letters, they do not drop pairs of
    them there (Pharmacy is not Pharma, TS.BS not TS)."""
    read, printed = "".join(filter(str.isalpha, strip_marks(core).lower())), strip_marks(word)
    return len(read) > len(printed) + 1 and (read.startswith(printed) or read.endswith(printed))


def _may_be_doubted(core: str) -> bool:
    """Only words of letters are; what has a digit in it, or stands in capitals without a vowel, is a code or a name."""
    if len(core) == 1:
        return core.islower() and not core.isascii()  # ö and ð for ở
    if not core.isalpha() or len(core) > _LONGEST_WORD or is_abbreviation(core):
        return False
    return not (core.isascii() and core[0].isupper() and not is_syllable(core))  # Academic, Motto


def _is_figure(core: str) -> bool:
    """Numbers, dates, document numbers, codes (BQP67): nothing that a misread word would look like."""
    digits = sum(char.isdigit() for char in core)
    return digits == len(core) or (digits > 1 and bool(_SEPARATORS.search(core) or _CODED.fullmatch(core)))
