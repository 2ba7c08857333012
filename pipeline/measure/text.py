"""How far a text is from the truth: CER, WER, order-free WER, syllable accuracy, diacritic error rate.

Each measure returns a `Rate` (errors of so many), so that the figures of many pages add up to one (micro average)
instead of being averaged page by page.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq, Levenshtein

from pipeline.vietnamese.folding import strip_marks
from pipeline.vietnamese.tones import to_old_style


@dataclass(frozen=True, slots=True)
class Rate:
    """`errors` out of `total`; rates of several texts add up with `+`."""

    errors: int = 0
    total: int = 0

    def __add__(self, other: Rate) -> Rate:
        return Rate(self.errors + other.errors, self.total + other.total)

    @property
    def rate(self) -> float:
        """errors / total; 0 when there is nothing to get wrong, and may exceed 1 when much was invented."""
        if self.total:
            return self.errors / self.total
        return 1.0 if self.errors else 0.0

    @property
    def accuracy(self) -> float:
        """1 - rate."""
        return 1.0 - self.rate


NOTHING = Rate()
"""No errors of nothing: what sums start from."""


def graphemes(text: str) -> list[str]:
    """`text` in NFC as a list of letters as people see them: a base with the combining marks that follow it."""
    clusters: list[str] = []
    for char in unicodedata.normalize("NFC", text):
        if clusters and (unicodedata.combining(char) or char == "\u200d" or clusters[-1].endswith("\u200d")):
            clusters[-1] += char
        else:
            clusters.append(char)
    return clusters


def cer(truth: str, observed: str) -> Rate:
    """Character errors: Levenshtein distance over grapheme clusters after NFC, runs of blanks counted as one.

    The way of dinglehopper (Gerber 2020) and of the OCR-D evaluation.
    """
    left, right = graphemes(_single_blanks(truth)), graphemes(_single_blanks(observed))
    return Rate(Levenshtein.distance(left, right), len(left))


def wer(truth: str, observed: str) -> Rate:
    """Word errors: Levenshtein distance over blank-separated words after NFC, in reading order."""
    left, right = words(truth), words(observed)
    return Rate(Levenshtein.distance(left, right), len(left))


def order_free_wer(truth: str, observed: str) -> Rate:
    """Words of the truth that the observed text lacks, reading order set aside (words are counted, not placed).

    Words invented on top are not counted: see `invented_words`.
    """
    wanted = Counter(words(truth))
    return Rate((wanted - Counter(words(observed))).total(), wanted.total())


def invented_words(truth: str, observed: str) -> Rate:
    """Words of the observed text that the truth lacks, out of the truth's words; reading order set aside."""
    wanted = Counter(words(truth))
    return Rate((Counter(words(observed)) - wanted).total(), wanted.total())


def syllable_errors(truth: str, observed: str) -> Rate:
    """Syllables (blank-separated) not found right at their place: case, edge punctuation and tone placement aside.

    Tokens of pure punctuation do not count. A syllable joined to its neighbour or torn in two is wrong.
    """
    left, right = syllable_keys(truth), syllable_keys(observed)
    return Rate(len(left) - _matches(left, right), len(left))


def exact_token_errors(truth: str, observed: str) -> Rate:
    """Blank-separated tokens not found right to the letter: case and punctuation count."""
    left, right = words(truth), words(observed)
    return Rate(len(left) - _matches(left, right), len(left))


def diacritic_errors(truth: str, observed: str) -> Rate:
    """Of the syllables whose bare letters came out right, those whose marks (đ included) did not."""
    left, right = syllable_keys(truth), syllable_keys(observed)
    bare_left, bare_right = [strip_marks(key) for key in left], [strip_marks(key) for key in right]
    errors = total = 0
    for block in Levenshtein.opcodes(bare_left, bare_right):
        if block.tag == "equal":
            total += block.src_end - block.src_start
            pairs = zip(left[block.src_start : block.src_end], right[block.dest_start : block.dest_end], strict=True)
            errors += sum(1 for wanted, got in pairs if wanted != got)
    return Rate(errors, total)


def words(text: str) -> list[str]:
    """Blank-separated words of `text` in NFC."""
    return unicodedata.normalize("NFC", text).split()


def syllable_keys(text: str) -> list[str]:
    """The words of `text` as syllable accuracy compares them; words of signs only are dropped."""
    keys = (syllable_key(word) for word in words(text))
    return [key for key in keys if key]


def syllable_key(word: str) -> str:
    """`word` (NFC) in lower case, without signs at its edges, tone marks in the old placement ('hoà' = 'hòa')."""
    start, end = 0, len(word)
    while start < end and not word[start].isalnum():
        start += 1
    while end > start and not word[end - 1].isalnum():
        end -= 1
    return to_old_style(word[start:end].lower())


def _matches(left: Sequence[str], right: Sequence[str]) -> int:
    """Length of the longest common subsequence: the most tokens that can be right in their order."""
    return LCSseq.similarity(left, right)


def _single_blanks(text: str) -> str:
    return " ".join(text.split())
