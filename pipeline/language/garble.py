"""Is this text clean Vietnamese, or what is wrong with it? Fast enough to be asked of every line.

Each word votes by its frequency under four descriptions: clean text, text whose marks were lost, text read by an
engine that knows no Vietnamese, and text in another language. (Naive Bayes over words: one 'la' or 'hién' says more
than ten words that are spelled alike either way.) Text in a legacy encoding is told by its own letters.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from pipeline.language.legacy_encodings import detect_legacy
from pipeline.language.word_frequencies import EDGE_SIGNS, word_table
from pipeline.vietnamese.administrative.look_alikes import as_word
from pipeline.vietnamese.folding import strip_marks
from pipeline.vietnamese.syllables import is_syllable


class Garble(StrEnum):
    """What is wrong with a text, if anything."""

    CLEAN = "clean"
    MARKS_LOST = "marks_lost"
    WRONG_LETTERS = "wrong_letters"
    LEGACY_ENCODING = "legacy_encoding"
    NOT_VIETNAMESE = "not_vietnamese"


@dataclass(frozen=True, slots=True)
class GarbleReport:
    """`kind` is the best description of the text; `score` (0..1) the share of its words that are damaged.

    `words` is how many words had a say: with none the text (numbers, signs, nothing) counts as clean.
    """

    kind: Garble
    score: float
    words: int = 0


_KINDS = (Garble.CLEAN, Garble.MARKS_LOST, Garble.WRONG_LETTERS, Garble.NOT_VIETNAMESE)
_LOG_PRIORS = (-0.05, -4.5, -4.5, -3.5)
"""Little evidence is no evidence: a line of two words is clean unless both speak against it."""

_KEPT_LENGTH = 50  # letters of tokens whose votes are kept, so that what is kept stays small
_VOWEL = re.compile("[^BCDĐFGHJKLMNPQRSTVWXZ]")

# Frequencies of words that a table lacks, as orders of magnitude.
_UNSEEN_SYLLABLE, _UNSEEN, _UNSEEN_MISREADING, _FOREIGN, _FOREIGN_COMMON, _IMPOSSIBLE = (
    2e-7,
    3e-8,
    1e-6,
    2e-5,
    4e-3,
    1e-8,
)
_LARGEST_VOTE = 8.0  # no single word outvotes a line

_FUNCTION_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
    the of and to in is for that on with as by at from this be are or it was not have has which will all their
    its can an you we he they his were been more than also any may shall such other these if one who but
    les des et la le du une dans pour est qui sur par au aux que pas plus avec son sont de en un il
    der die das und von zu den mit ist im auf el los las del y por con para se su
    """,
    )
)


_Votes = tuple[float, float, float, float]
"""Log likelihoods of one word under `_KINDS`, none more than `_LARGEST_VOTE` below the best."""


@dataclass(frozen=True, slots=True)
class _Sum:
    """What the words of a text say together: how many they are, their votes added up, and how many of them look
    damaged (misread or stripped rather than written so) or foreign."""

    words: int
    votes: _Votes
    damaged: int
    foreign: int


def load_garble_measure() -> None:
    """Reads what the measure needs, which else is read with the first text."""
    _skeletons()
    is_syllable("a")


def garble_of_text(text: str, fonts: Sequence[str] = ()) -> GarbleReport:
    """What is wrong with `text` as a whole (a page, a paragraph).

    `fonts` are the names of the fonts that it is set in, where they are known.
    """
    own = _sum_of(text)
    if detect_legacy(text, fonts) is not None:
        return GarbleReport(Garble.LEGACY_ENCODING, 1.0, own.words)
    return _report(own, _LOG_PRIORS)


def garble_of_lines(lines: Sequence[str], fonts: Sequence[str] = ()) -> list[GarbleReport]:
    """A report for each line; what little a short line says is read in the light of its neighbours."""
    sums = [_sum_of(line) for line in lines]
    nothing = _posterior(_NOTHING, _LOG_PRIORS)
    first = [_posterior(line, _LOG_PRIORS) if line.words else nothing for line in sums]
    reports = []
    for number, line in enumerate(sums):
        if not line.words:
            reports.append(_SAYS_NOTHING)
            continue
        if detect_legacy(lines[number], fonts) is not None:
            reports.append(GarbleReport(Garble.LEGACY_ENCODING, 1.0, line.words))
            continue
        near = [
            (min(sums[other].words, 12), first[other])
            for other in range(max(0, number - _NEIGHBOURS), min(len(lines), number + _NEIGHBOURS + 1))
            if other != number
        ]
        reports.append(_report(line, _priors_from(near)))
    return reports


_NEIGHBOURS = 3


def _priors_from(near: Sequence[tuple[int, Sequence[float]]]) -> tuple[float, ...]:
    """The usual priors, moved towards what the neighbouring lines are."""
    words = sum(count for count, _ in near)
    if not words:
        return _LOG_PRIORS
    usual = [math.exp(prior) for prior in _LOG_PRIORS]
    seen = [sum(count * posterior[kind] for count, posterior in near) / words for kind in range(len(_KINDS))]
    trust = 0.9 * words / (words + 8.0)
    return tuple(math.log(trust * s + (1 - trust) * u) for s, u in zip(seen, usual, strict=True))


def words_of(text: str) -> list[str]:
    """The words of `text` that can say something: in lower case, edge punctuation off, numbers and codes left out."""
    return [word for token in text.split() for word in _words_of_token(token)]


def _words_of_token(token: str) -> tuple[str, ...]:
    bare = token.strip(EDGE_SIGNS)
    if not bare or len(bare) > 40 or "/" in bare or "@" in bare or _is_code(bare):
        return ()
    if bare.isalpha():
        return (bare.lower(),)
    if "-" in bare or "." in bare:
        return tuple(part.lower() for part in re.split(r"[-.]", bare) if part.isalpha() and len(part) > 1)
    return (bare.lower(),) if any(char.isalpha() for char in bare) or bare in "&¢" else ()


def _is_code(bare: str) -> bool:
    """Numbers, times ('08h00'), and abbreviations in capitals ('CVP', 'PCVP') are spelled alike in every text."""
    digits = sum(char.isdigit() for char in bare)
    return 2 * digits > len(bare) or (len(bare) > 1 and bare.isupper() and not _VOWEL.search(bare))


def _report(own: _Sum, priors: Sequence[float]) -> GarbleReport:
    if not own.words:
        return _SAYS_NOTHING
    posterior = _posterior(own, priors)
    kind = _KINDS[max(range(len(_KINDS)), key=posterior.__getitem__)]
    voters = own.foreign if kind is Garble.NOT_VIETNAMESE else own.damaged
    return GarbleReport(kind, voters / own.words, own.words)


def _posterior(own: _Sum, priors: Sequence[float]) -> list[float]:
    logs = [prior + votes for prior, votes in zip(priors, own.votes, strict=True)]
    best = max(logs)
    weights = [math.exp(max(-60.0, log - best)) for log in logs]
    total = sum(weights)
    return [weight / total for weight in weights]


def _sum_of(text: str) -> _Sum:
    votes = [vote for token in text.split() for vote in _votes_of(token)]
    if not votes:
        return _NOTHING
    clean, lost, read, foreign = map(sum, zip(*votes, strict=True))
    damaged = sum([max(vote[1], vote[2]) > vote[0] + 1.0 for vote in votes])
    return _Sum(len(votes), (clean, lost, read, foreign), damaged, sum([vote[3] > vote[0] for vote in votes]))


_SAYS_NOTHING = GarbleReport(Garble.CLEAN, 0.0, 0)
_NOTHING = _Sum(0, (0.0, 0.0, 0.0, 0.0), 0, 0)


def _votes_of(token: str) -> tuple[_Votes, ...]:
    return _kept_votes_of(token) if len(token) <= _KEPT_LENGTH else tuple(map(_votes, _words_of_token(token)))


@lru_cache(maxsize=32_768)
def _kept_votes_of(token: str) -> tuple[_Votes, ...]:
    return tuple(map(_votes, _words_of_token(token)))


def _votes(word: str) -> _Votes:
    clean, lost, read = word_table().get(word, (0.0, 0.0, 0.0))
    syllable = is_syllable(word)
    plain = word.isascii()
    likelihoods = (
        max(clean, _UNSEEN_SYLLABLE if syllable else _UNSEEN if word.isalpha() else _IMPOSSIBLE),
        max(lost, _UNSEEN if plain and word.isalpha() else _IMPOSSIBLE),
        max(read, _misreading(word)),
        _foreign(word, plain=plain, syllable=syllable),
    )
    logs = [math.log(likelihood) for likelihood in likelihoods]
    floor = max(logs) - _LARGEST_VOTE
    return (max(logs[0], floor), max(logs[1], floor), max(logs[2], floor), max(logs[3], floor))


def _misreading(word: str) -> float:
    """How likely a misreading nobody has seen is: more so where a Vietnamese syllable shines through."""
    skeleton = strip_marks(as_word(word))
    return _UNSEEN_MISREADING if skeleton in _skeletons() else _UNSEEN_SYLLABLE


def _foreign(word: str, *, plain: bool, syllable: bool) -> float:
    if word in _FUNCTION_WORDS:
        return _FOREIGN_COMMON
    if not word.isalpha():
        return _UNSEEN_SYLLABLE
    if plain or not syllable:
        # Letters no European language writes with Vietnamese ones: Chinese, Cyrillic, Arabic …
        other_script = any(ord(char) > 0x24F and not 0x1E00 <= ord(char) <= 0x1EFF for char in word)
        vietnamese = any(0x1EA0 <= ord(char) <= 0x1EF9 or char in "ăđơư" for char in word)
        return _FOREIGN_COMMON if other_script else _UNSEEN if vietnamese else _FOREIGN
    return _UNSEEN


@lru_cache(maxsize=1)
def _skeletons() -> frozenset[str]:
    return frozenset(word for word, (_, lost, _) in word_table().items() if lost > 0 and is_syllable(word))
