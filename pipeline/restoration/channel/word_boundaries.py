"""Word boundaries that an engine lost or invented: 'ngay09' is two words, 'tr ường' is one.

Of 364,000 words read on pages rendered for training one in 2,000 was joined to its neighbour and one in 5,000 torn.
So a boundary is only moved where letters and language model leave no doubt; digits stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np

from pipeline.language.language_model import LanguageModel
from pipeline.restoration.channel.word_channel import Candidate

JOINED = -7.6
"""log of the share of boundaries that an engine loses."""

_SURE = 2.0  # by how much two words must be likelier than one
_COLLOCATION = -3.0  # log p that the second word follows the first: no chance neighbours
_ONSET = re.compile("(?:ngh?|nh|kh|ph|th|tr|[bcdđghklmnpqrstvx])", re.IGNORECASE)
_RIME = re.compile(r"(?![bcdđghklmnpqrstvx])[^\W\d_]{2,5}")


def follows(model: LanguageModel, word: int, others: Sequence[int]) -> list[float]:
    """log p of each of `others` after `word`."""
    history = np.full((1, model.order - 1), -1, dtype=np.int64)
    history[0, -1] = word
    hashes, cost = model.backoff(history)
    repeated = np.repeat(hashes, len(others), axis=0), np.repeat(cost, len(others), axis=0)
    return [float(score) for score in model.score(*repeated, np.array(others, dtype=np.int64))]


def parted(
    model: LanguageModel,
    cuts: Sequence[tuple[Sequence[Candidate], Sequence[Candidate]]],
    alone: float,
    collocation: float = _COLLOCATION,
) -> int | None:
    """Which of `cuts` (candidates of the left and of the right part) explains a core surely better than one word.

    `alone` is the log score of the best single word, `collocation` the least log p of the right word after the left
    one. None when no cut does.
    """
    best, chosen = alone + _SURE, None
    for number, (left, right) in enumerate(cuts):
        for first in left:
            ahead = first.score + float(model.unigrams[first.word]) + JOINED
            if ahead <= best:
                continue
            after = follows(model, first.word, [second.word for second in right])
            for second, score in zip(right, after, strict=True):
                if score > collocation and ahead + score + second.score > best:
                    best, chosen = ahead + score + second.score, number
    return chosen


def rejoined(words: Sequence[str], is_word: Callable[[str], bool]) -> list[str]:
    """The parts of a line (words at even places, blanks between them) with torn words in one part, their blank inside.

    A word is torn when its onset, which is no word by itself, stands before a rime, and `is_word` knows both together.
    Onsets of one letter may be units or items (5 m, điểm c): then the rime must not be a word either.
    """
    result = list(words)
    at = 0
    while at + 2 < len(result):
        first, blank, second = result[at : at + 3]
        if blank == " " and _is_torn(first, second, is_word):
            result[at : at + 3] = [first + blank + second]
        at += 2
    return result


def _is_torn(first: str, second: str, is_word: Callable[[str], bool]) -> bool:
    rime = second.rstrip(".,;:")
    if not _ONSET.fullmatch(first) or not _RIME.fullmatch(rime) or not rime.islower():
        return False
    return is_word(first + rime) and (len(first) > 1 or not is_word(rime))
