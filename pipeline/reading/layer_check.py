"""Does a text layer say what the page shows? A few of its lines are read from the picture and compared.

A font's table of letters (ToUnicode) may be shifted, permuted, or lack letters: the page looks right and its text is
something else, and no statistics tell '47/K-UBND' from a number. Engines err here and there; a table errs everywhere,
so what counts are words that exist in the reading and not in the layer, and figures that are always other figures.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from rapidfuzz.distance import Levenshtein

from pipeline.language.word_frequencies import EDGE_SIGNS, clean_frequency
from pipeline.reading.engines.base import BoxEngine, Engine, EngineLine
from pipeline.reading.text_layer import layer_segments
from pipeline.values import Box, TextLayer, Word
from pipeline.vietnamese.folding import strip_marks
from pipeline.vietnamese.unicode import clean

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LOOKED_AT_DPI = 200
"""The resolution at which a page is drawn to be compared: letters of 11 points are 30 pixels high."""

# Lines that are read: a first few of each page; more of them where those differ.
_FIRST, _MORE = 8, 12
_OF_A_FONT = 2
_FEWEST_LETTERS = 5
# A reading less sure than this tells nothing of the layer.
_SURE = 0.8
# How much of a line's height is added around it: marks of capitals stand above.
_MARGIN = 0.22
# Words that exist in the reading and not in the layer, against the reverse: on 200 generated and on all sound pages of
# the sample archive there were at most one; with one capital of the alphabet missing there are five and more a page.
_SUSPICIOUS, _LYING, _AGAINST = 2, 4, 4
# A letter is another one, or is lost, when it is so often; so many of such letters are suspicious, and so many a lie.
_ALWAYS, _ONCE_MORE, _FEW, _MANY = 0.8, 2, 2, 5
# Of text that nobody could know (no word of it exists) so much has to agree letter by letter.
_ALIKE, _LETTERS = 0.6, 40
_LOOK_ALIKE = ("il1|", "o0", "s5", "b8", "z2", "g9q", "uv")
_VOWEL = re.compile("[aeiouyăâêôơư]")


@dataclass(slots=True)
class _Evidence:
    """What the lines that were read say: differing words for the layer and against it, and what became of letters.

    `letters` counts for each letter that was read what the layer has for it, "" for nothing.
    """

    against: set[tuple[str, str]] = field(default_factory=set)
    for_it: set[tuple[str, str]] = field(default_factory=set)
    letters: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    @property
    def suspicious(self) -> bool:
        return len(self.against) >= _SUSPICIOUS or self._always_wrong() >= _FEW or self._unlike()

    @property
    def lies(self) -> bool:
        words = len(self.against) >= _LYING and len(self.against) >= _AGAINST * len(self.for_it)
        both = bool(self.against) and not self.for_it
        return words or self._always_wrong() >= _MANY - both or self._unlike()

    def _always_wrong(self) -> int:
        """How many letters were read that the layer always has as one and the same other letter, or not at all."""
        count = 0
        for letter, shown in self.letters.items():
            other, times = shown.most_common(1)[0]
            if times >= max(_ONCE_MORE, _ALWAYS * shown.total()) and not _look_alike(letter, other):
                count += times
        return count

    def _unlike(self) -> bool:
        read = sum(shown.total() for shown in self.letters.values())
        right = sum(shown[letter] for letter, shown in self.letters.items())
        return read >= _LETTERS and right < (1 - _ALIKE) * read


@dataclass(frozen=True, slots=True)
class _Segment:
    text: str
    box: Box
    fonts: frozenset[int]
    doubt: int


def lies(layer: TextLayer, height: int, look: Callable[[], NDArray[np.uint8]], engine: Engine) -> bool:
    """Whether the words of a `layer`, boxes on a picture of `height` pixels, are not what the page shows.

    `look` draws the page in grey, at any size. Raises EngineFailureError.
    """
    segments = _segments(layer)
    if not segments or not isinstance(engine, BoxEngine):
        return False
    chosen = _chosen(segments, _FIRST)
    grey = look()
    scale = grey.shape[0] / max(1, height)
    evidence = _Evidence()
    _compare(chosen, grey, scale, engine, evidence)
    if not evidence.suspicious:
        return False
    rest = [segment for segment in segments if segment not in chosen]
    _compare(_chosen(rest, _MORE), grey, scale, engine, evidence)
    return evidence.lies


def _segments(layer: TextLayer) -> list[_Segment]:
    font_of = dict(zip(map(id, layer.words), layer.font_of, strict=False))
    found = []
    for words in layer_segments(layer):
        text = " ".join(word.text for word in words)
        if sum(char.isalnum() for char in text) < _FEWEST_LETTERS:
            continue
        box = Box.around(word.box for word in words if word.box is not None)
        fonts = frozenset(font_of.get(id(word), -1) for word in words)
        found.append(_Segment(text, box, fonts, sum(map(_doubt, words))))
    return found


def _doubt(word: Word) -> int:
    """How much a word is worth a look: most of all one that is not in use, or has no vowel though it is no symbol."""
    text = clean(word.text).strip(EDGE_SIGNS)
    odd = 3 * (_known(text) is False)
    return odd + _has_no_vowel(text) * (1 if text.isupper() else 3) + any(map(str.isdigit, text))


def _chosen(segments: Sequence[_Segment], most: int) -> list[_Segment]:
    """The lines that tell most: the doubtful ones first, some of each font among them."""
    ranked = sorted(segments, key=lambda segment: (-segment.doubt, -len(segment.text)))
    taken: list[_Segment] = []
    seen: Counter[int] = Counter()
    for segment in ranked:
        if any(seen[font] < _OF_A_FONT for font in segment.fonts) and len(taken) < most:
            taken.append(segment)
            seen.update(segment.fonts)
    taken += islice((segment for segment in ranked if segment not in taken), most - len(taken))
    return taken


def _compare(
    segments: Sequence[_Segment], grey: NDArray[np.uint8], scale: float, engine: BoxEngine, evidence: _Evidence
) -> None:
    """Read the segments' places on the picture, and add what their words say to the evidence."""
    for segment in segments:
        lines = engine.read_boxes(grey, [_place(segment.box, scale, grey)])
        if lines:
            _weigh(segment.text, lines, evidence)


def _place(box: Box, scale: float, grey: NDArray[np.uint8]) -> Box:
    margin = _MARGIN * box.height * scale
    return Box(
        max(0, round(box.left * scale - margin)),
        max(0, round(box.top * scale - margin)),
        min(grey.shape[1], round(box.right * scale + margin)),
        min(grey.shape[0], round(box.bottom * scale + margin)),
    )


def _weigh(said: str, lines: Sequence[EngineLine], evidence: _Evidence) -> None:
    read = clean(" ".join(line.text for line in lines))
    if sum(line.confidence * len(line.text) for line in lines) < _SURE * sum(len(line.text) for line in lines):
        return
    said = clean(said)
    _weigh_words(said.split(), read.split(), evidence)
    _weigh_letters("".join(said.split()), "".join(read.split()), evidence)


def _weigh_letters(said: str, read: str, evidence: _Evidence) -> None:
    for edit in Levenshtein.opcodes(said, read):
        one, other = said[edit.src_start : edit.src_end], read[edit.dest_start : edit.dest_end]
        for at, letter in enumerate(other):
            if letter.isalnum():
                evidence.letters[letter][one[at] if at < len(one) else ""] += 1


def _look_alike(one: str, other: str) -> bool:
    """Whether two letters are one but for case and marks, or such as engines take for each other."""
    bare, shown = strip_marks(one).lower(), strip_marks(other).lower()
    return bare == shown or any(bare in group and shown in group for group in _LOOK_ALIKE if shown)


def _weigh_words(said: list[str], read: list[str], evidence: _Evidence) -> None:
    for one, other in _differing(said, read):
        pair = " ".join(one), " ".join(other)
        if not one or not other or _bare(pair[0]) == _bare(pair[1]):
            continue  # a word that the engine passed over; blanks and signs
        missing = _unknown(one) - _unknown(other)
        if missing > 0:
            evidence.against.add(pair)
        elif missing < 0:
            evidence.for_it.add(pair)


def _differing(said: list[str], read: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    """The stretches of words that are not the same, what the layer says and what was read."""
    one: list[str] = []
    other: list[str] = []
    for edit in Levenshtein.opcodes(said, read):
        if edit.tag == "equal":
            yield one, other
            one, other = [], []
        else:
            one, other = one + said[edit.src_start : edit.src_end], other + read[edit.dest_start : edit.dest_end]
    yield one, other


def _unknown(words: Sequence[str]) -> int:
    return sum(1 for word in words if _known(word) is False or _has_no_vowel(word))


def _has_no_vowel(text: str) -> bool:
    bare = strip_marks(text.strip(EDGE_SIGNS)).lower()
    return bare.isalpha() and not _VOWEL.search(bare)


def _bare(text: str) -> str:
    """Letters and figures without marks and case: what an engine may misread in them is no font's doing."""
    return "".join(char for char in strip_marks(text).lower() if char.isalnum())


def _known(text: str) -> bool | None:
    """Whether a word is one of the language; None of what is no word (a number, a code, a sign)."""
    word = clean(text).strip(EDGE_SIGNS).lower()
    if not word or any(char.isdigit() for char in word) or "/" in word or not any(char.isalpha() for char in word):
        return None
    parts = [part for part in word.replace("–", "-").split("-") if part]
    return all(clean_frequency(part) > 0 for part in parts)
