"""Turns the folder of training text into arrays of word ids: one vocabulary, one stream a source.

A source is a `.txt` or `.txt.xz` file, a paragraph a line. Its weight says how near its register is to plan documents.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.language.tokens import SPECIALS, START, UNKNOWN, model_words
from pipeline.training.split import read_part, text_files
from pipeline.vietnamese.syllables import is_syllable
from pipeline.vietnamese.unicode import clean

WEIGHTS = {"vbpl": 4, "govnews_slice": 3, "phapdien": 1, "places": 2}
"""How often a source's counts are taken; 1 for every file not named here."""

MINIMUM_SYLLABLE_COUNT = 3
MINIMUM_WORD_COUNT = 30
MAXIMUM_VOCABULARY = 30_000


@dataclass(frozen=True)
class Stream:
    """A source as one run of word ids; every paragraph begins with START."""

    name: str
    weight: int
    ids: NDArray[np.uint16]


def source_name(path: Path) -> str:
    """'vbpl' for vbpl.txt.xz."""
    return path.name.removesuffix(".xz").removesuffix(".txt")


def chosen_files(folder: Path, names: Iterable[str]) -> list[Path]:
    """The files of these sources, or all where the folder has none of them."""
    files = text_files(folder)
    return [path for path in files if source_name(path) in names] or files


def build_vocabulary(counts: Counter[str]) -> list[str]:
    """The words that the model knows: specials first, then by falling count (ties by spelling)."""
    known = [
        (-count, word)
        for word, count in counts.items()
        if word not in SPECIALS
        and count >= (MINIMUM_SYLLABLE_COUNT if is_syllable(word) else MINIMUM_WORD_COUNT)
        and len(word) <= 20
    ]
    known.sort()
    return [*SPECIALS, *(word for _, word in known[: MAXIMUM_VOCABULARY - len(SPECIALS)])]


class _Reader:
    """Reads text as provisional ids; remembers what each blank-free string comes to, for strings repeat."""

    def __init__(self) -> None:
        self.words: dict[str, int] = {}
        self._known: dict[str, tuple[int, ...]] = {}
        self._start = self._id(START)

    def _id(self, word: str) -> int:
        return self.words.setdefault(word, len(self.words))

    def read(self, lines: Iterator[str]) -> NDArray[np.int32]:
        """All words of `lines` as provisional ids."""
        ids = array("i")
        known = self._known
        for line in lines:
            ids.append(self._start)
            for word in clean(line).split():
                found = known.get(word)
                if found is None:
                    found = tuple(self._id(part) for part in model_words(word))
                    known[word] = found
                ids.extend(found)
        return np.frombuffer(ids, dtype=np.int32)


def place_phrases(names: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """Names of places as plans have them; `names` by level: province, district, commune."""
    frames = {
        "province": ("tỉnh {}", "UBND tỉnh {}", "{}, ngày"),
        "district": ("huyện {}", "UBND huyện {}", "thị xã {}"),
        "commune": ("xã {}", "UBND xã {}", "phường {}", "{}, ngày"),
    }
    for level, own in frames.items():
        for name in sorted(names[level]):
            yield from (frame.format(name) for frame in own)


def read_corpus(folder: Path, places: Mapping[str, Iterable[str]]) -> tuple[list[str], list[Stream]]:
    """(vocabulary, a stream for each file of `folder` and one of `places`).

    Only the training part of each file is read.
    """
    reader = _Reader()
    raw = [(source_name(path), reader.read(read_part(path, "train"))) for path in text_files(folder)]
    raw.append(("places", reader.read(place_phrases(places))))
    by_id = list(reader.words)
    totals = np.zeros(len(by_id), dtype=np.int64)
    for name, ids in raw:
        totals += np.bincount(ids, minlength=len(by_id)) * WEIGHTS.get(name, 1)
    vocabulary = build_vocabulary(Counter(dict(zip(by_id, totals.tolist(), strict=True))))
    final = {word: number for number, word in enumerate(vocabulary)}
    unknown = final[UNKNOWN]
    mapping = np.array([final.get(word, unknown) for word in by_id], dtype=np.uint16)
    return vocabulary, [Stream(name, WEIGHTS.get(name, 1), mapping[ids]) for name, ids in raw]
