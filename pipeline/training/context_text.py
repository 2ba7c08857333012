"""The text that the context network learns from: word numbers and cases, a stream a source."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.language.tokens import START, UNKNOWN, model_words
from pipeline.restoration.channel.letter_edits import Pattern
from pipeline.training.corpus import source_name
from pipeline.training.split import Part, read_part, text_files
from pipeline.vietnamese.unicode import clean

SHARES = {"phapdien": 0.35, "vbpl": 1.0, "govnews_slice": 1.0, "baomoi": 1.0, "vietnews": 1.0}
"""How much of each source is read: codified law repeats itself."""
_DEFAULT_SHARE = 0.25
_BLOCK = 200  # lines taken or left together, so that a document's sentences stay side by side
_MINIMUM_COUNT = 20
_MAXIMUM_WORDS = 9_000


@dataclass(frozen=True)
class ContextText:
    """`words` are numbers into a vocabulary (0 = unknown), `cases` say how each was written."""

    words: NDArray[np.uint16]
    cases: NDArray[np.uint8]


def read_streams(folder: Path, part: Part) -> dict[str, tuple[list[str], NDArray[np.uint8]]]:
    """Words and cases of each source's part; the training part only in the source's share."""
    streams = {}
    for path in text_files(folder):
        name = source_name(path)
        share = SHARES.get(name, _DEFAULT_SHARE) if part == "train" else 1.0
        streams[name] = _read(_thinned(read_part(path, part), share))
    return streams


def vocabulary(streams: Mapping[str, tuple[list[str], NDArray[np.uint8]]]) -> list[str]:
    """The words the network knows, UNKNOWN first, then by falling count (ties by spelling)."""
    counts: Counter[str] = Counter()
    for words, _ in streams.values():
        counts.update(words)
    known = sorted((-count, word) for word, count in counts.items() if count >= _MINIMUM_COUNT and word != UNKNOWN)
    return [UNKNOWN, *(word for _, word in known[:_MAXIMUM_WORDS])]


def numbered(words: list[str], cases: NDArray[np.uint8], numbers: Mapping[str, int]) -> ContextText:
    """A stream with its words as numbers of the vocabulary."""
    ids = np.fromiter((numbers.get(word, 0) for word in words), dtype=np.uint16, count=len(words))
    return ContextText(ids, cases)


def _thinned(lines: Iterator[str], share: float) -> Iterator[str]:
    every = max(1, round(1 / share))
    number = 0
    while block := list(islice(lines, _BLOCK)):
        if number % every == 0:
            yield from block
        number += 1


def _read(lines: Iterator[str]) -> tuple[list[str], NDArray[np.uint8]]:
    known: dict[str, tuple[tuple[str, int], ...]] = {}
    words: list[str] = []
    cases = array("B")
    for line in lines:
        words.append(START)
        cases.append(Pattern.LOWER)
        for word in clean(line).split():
            found = known.get(word)
            if found is None:
                case = _case(word)
                found = tuple((w, int(case if w[0].isalpha() else Pattern.LOWER)) for w in model_words(word))
                known[word] = found
            for model_word, written in found:
                words.append(model_word)
                cases.append(written)
    return words, np.frombuffer(cases, dtype=np.uint8)


def _case(word: str) -> Pattern:
    """How a printed word is written: UPPER only if all its letters are, and they are two or more."""
    if word == word.lower():
        return Pattern.LOWER
    letters = sum(char.isalpha() for char in word)
    return Pattern.UPPER if letters > 1 and word == word.upper() else Pattern.CAPITALISED
