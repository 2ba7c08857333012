"""From a page's picture to lines: diagnose, treat, read, and keep the treatment that reads best."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.reading.engines import (
    BoxEngine,
    Engine,
    EngineLine,
    EngineTimeoutError,
    StripEngine,
)
from pipeline.reading.engines.base import Strip
from pipeline.reading.layout.ruled_tables import find_tables
from pipeline.reading.page_image.diagnose import Diagnosis, diagnose
from pipeline.reading.page_image.ink import LEGIBLE
from pipeline.reading.page_image.page_curl import measure_curl
from pipeline.reading.page_image.ruled_lines import Rules, find_rules
from pipeline.reading.page_image.skew import ink_thumbnail, skew_of
from pipeline.reading.page_image.treat import (
    LEAST_SKEW,
    Treated,
    deskewed,
    dewarped,
    enlarged,
    inverted,
    median_filtered,
    mirrored,
    near_ink,
    smoothed,
    thickened,
    turned,
    without_salt,
    without_specks,
)
from pipeline.reading.recognition.rescored_lines import rescored
from pipeline.reading.recognition.rescorer import Rescorer
from pipeline.reading.recognition.unread_cells import unread_cells
from pipeline.reading.weights import STANDARD, Trust, Weights
from pipeline.values import Box, Word

# Text that reads better mirrored and is paler than this (part of white) shines through from the sheet's other side.
_FAINT, _BETTER_MIRRORED = 0.45, 0.1
# A badly read page of whose letters less than this part stand in words that exist holds no text.
_KNOWN_PART = 0.35
_FEW_LETTERS = 2  # on a page with next to nothing on it
# How dark the ink is that letters are known by, and how far their outlines reach (pixels). What shines through has a
# third of the ink's depth on the rendered pages; a camera's letters are softer.
_THROUGH, _SHADED = (0.55, 5), (0.4, 7)
_LEAST_LETTER = 0.006  # of the page's shorter side


class Heard(NamedTuple):
    """What an engine alone made of a page, or the language model of all engines together: its words by lines."""

    by: str
    lines: tuple[tuple[Word, ...], ...]


@dataclass(frozen=True, slots=True)
class Recognition:
    """What was read, on the picture that it was read from."""

    page: Treated
    diagnosis: Diagnosis
    lines: tuple[EngineLine, ...] = ()
    seen: tuple[EngineLine, ...] = ()  # the same lines before the language model chose
    engines: tuple[Engine, ...] = ()
    heard: tuple[Heard, ...] = ()
    tried: int = 1
    behind: bool = False  # what was seen shines through from the sheet's other side
    illegible: bool = False  # there is ink, and nothing of it reads as text
    rules: Rules = field(default_factory=Rules)
    trust: Trust = STANDARD.trust

    @property
    def worth(self) -> float:
        """How much was read, and how surely: letters, each counted by its word's confidence above a bare guess."""
        return sum(
            len(word.text) * ((word.confidence if word.confidence is not None else 1.0) - self.trust.guess)
            for line in self.lines
            for word in line.words
        )

    @property
    def sureness(self) -> float:
        """Mean confidence of the letters, 0 when none were read."""
        letters = sum(len(line.text) for line in self.lines)
        return sum(len(line.text) * line.confidence for line in self.lines) / letters if letters else 0.0


class Recogniser:
    """Reads page pictures: one engine, a language model to rescore what it reads."""

    def __init__(
        self,
        engine: Engine,
        *,
        rescorer: Rescorer | None = None,
        page_seconds: float,
        weights: Weights = STANDARD,
    ) -> None:
        self._engine = engine
        self._weights = weights
        self._rescorer = rescorer
        self._page_seconds = page_seconds

    def recognise(self, grey: NDArray[np.uint8], dpi: int) -> Recognition:
        """Read a page's grey picture. Raises EngineTimeoutError and EngineFailureError."""
        ends = time.monotonic() + self._page_seconds
        diagnosis, start = diagnose(grey), Treated.untouched(grey)
        if diagnosis.negative:
            start = inverted(start)
            diagnosis = diagnose(start.grey)
        if diagnosis.empty:
            return Recognition(start, diagnosis)
        upright = start if diagnosis.sideways else _upright(start, diagnosis.skew)
        best = self._read(upright, diagnosis, dpi, ends)
        if diagnosis.blank:
            return replace(best, lines=tuple(line for line in best.lines if self._is_sure_alone(line)))
        tried = 1
        if not diagnosis.sideways:
            best, again = self._dewarped(best, dpi, ends)
            tried += again
        for variants, margin in ((_cleaned, 0.0), (_clearer, self._weights.clearly)):
            for variant in variants(best.page, diagnosis, best, self._weights):
                if time.monotonic() > ends:
                    break
                tried += 1
                other = self._read(variant, diagnosis, dpi, ends)
                if other.worth - best.worth > margin * abs(best.worth):
                    best = other
        if diagnosis.sideways:
            best, again = self._dewarped(best, dpi, ends)
            tried += again
        best, again = self._not_from_behind(best, dpi, ends)
        tried += again
        if best.behind or best.illegible:
            return replace(best, tried=tried)
        read = self._with_cells(best)
        heard = (_heard(self._engine.name, read.seen), _heard("chosen", read.lines))
        return replace(read, tried=tried, heard=heard)

    def _not_from_behind(self, read: Recognition, dpi: int, ends: float) -> tuple[Recognition, int]:
        """What is read mirrored where that reads better, and no lines where nothing reads as text.

        Print that shines through a sheet gives an engine letters and no words.
        """
        if not read.lines:
            return replace(read, illegible=True), 0
        if read.sureness >= self._weights.trust.badly or time.monotonic() > ends:
            return read, 0
        other = self._read(mirrored(read.page), read.diagnosis, dpi, ends)
        faint = read.diagnosis.contrast < _FAINT
        if other.worth > max(0.0, read.worth) and other.sureness > read.sureness + _BETTER_MIRRORED:
            return (self._of_this_side(read, dpi, ends), 2) if faint else (other, 1)
        if self._known_part(read.lines) < _KNOWN_PART:
            if faint or read.diagnosis.bleed_through > self._weights.faults.bleed_through:
                return self._of_this_side(read, dpi, ends), 2
            return replace(read, lines=(), seen=(), illegible=True), 1
        return read, 1

    def _of_this_side(self, read: Recognition, dpi: int, ends: float) -> Recognition:
        """A back side with what stands on it itself, if anything: words in dark ink, surely read."""
        dark = self._read(near_ink(read.page, *_THROUGH), read.diagnosis, dpi, ends)
        badly = self._weights.trust.badly
        kept = tuple(line for line in dark.lines if line.confidence >= badly and self._is_sure_alone(line))
        return replace(dark, lines=kept, seen=kept, behind=True)

    def _is_sure_alone(self, line: EngineLine) -> bool:
        """Whether a line is text on a page with next to nothing: stains give signs, what shines through letters."""
        letters = sum(map(str.isalpha, line.text))
        if line.confidence < self._weights.trust.guess or not any(map(str.isalnum, line.text)):
            return False
        return letters <= _FEW_LETTERS or self._known_part([line]) > 0.5

    def _known_part(self, lines: Sequence[EngineLine]) -> float:
        """The part of the letters that stand in words that exist; 1 where there is no language model to know them."""
        if self._rescorer is None:
            return 1.0
        words = ["".join(filter(str.isalpha, word.text)) for line in lines for word in line.words]
        known = sum(len(word) for word in words if len(word) > 1 and self._rescorer.knows(word))
        return known / max(1, sum(map(len, words)))

    def region(self, grey: NDArray[np.uint8], dpi: int) -> list[EngineLine]:
        """The lines of a part of a page, as the first engine and the language model read them."""
        lines = self._engine.read(grey, dpi=dpi, seconds=self._page_seconds)
        return rescored(lines, self._rescorer) if self._rescorer is not None else lines

    def strips(self, pictures: Sequence[NDArray[np.uint8]], box: Box) -> Sequence[Strip]:
        """What the first engine sees at one place of several pictures; nothing where it does not say so much."""
        return self._engine.strips(pictures, box) if isinstance(self._engine, StripEngine) else ()

    def _read(self, page: Treated, diagnosis: Diagnosis, dpi: int, ends: float) -> Recognition:
        lines = self._engine.read(page.grey, dpi=dpi, seconds=self._left(ends))
        seen = tuple(lines)
        if self._rescorer is not None:
            lines = rescored(lines, self._rescorer)
        return Recognition(page, diagnosis, tuple(lines), seen, (self._engine,), trust=self._weights.trust)

    def _dewarped(self, read: Recognition, dpi: int, ends: float) -> tuple[Recognition, int]:
        """The page made flat where its lines bend and it reads better so; and how many pictures were tried for it."""
        curl = measure_curl(read.page.grey)
        letter = max(read.diagnosis.letter, _LEAST_LETTER * min(read.page.grey.shape))
        faults = self._weights.faults
        if curl is None or (curl.depth < faults.bent * letter and curl.slant < faults.leaning):
            return read, 0
        if time.monotonic() > ends:
            return read, 0
        flat = self._read(dewarped(read.page, curl), read.diagnosis, dpi, ends)
        return (flat if flat.worth > read.worth else read), 1

    def _with_cells(self, read: Recognition) -> Recognition:
        """The recognition with the page's rules, and with the words of table cells that were passed over."""
        if not read.lines:
            return read
        read = replace(read, rules=find_rules(read.page.grey))
        tables = find_tables(read.rules, read.page.grey.shape[1])
        if not tables or read.diagnosis.letter < LEGIBLE or not isinstance(self._engine, BoxEngine):
            return read
        words = [word.box for line in read.lines for word in line.words if word.box]
        found = list(unread_cells(tables, read.page.grey, words, read.diagnosis.letter))
        seen = self._engine.read_boxes(read.page.grey, found) if found else []
        chosen = rescored(seen, self._rescorer) if self._rescorer is not None else seen
        sure = [at for at, line in enumerate(chosen) if line.confidence > self._weights.trust.guess]
        lines, seen = [chosen[at] for at in sure], [seen[at] for at in sure]
        return replace(read, lines=(*read.lines, *lines), seen=(*read.seen, *seen))

    def _left(self, ends: float) -> float:
        seconds = ends - time.monotonic()
        if seconds <= 0:
            raise EngineTimeoutError(f"The page took longer than {self._page_seconds:.0f} s.")
        return seconds


def _heard(by: str, lines: Sequence[EngineLine]) -> Heard:
    return Heard(by, tuple(line.words for line in lines))


def _upright(page: Treated, skew: float) -> Treated:
    return deskewed(page, skew) if abs(skew) >= LEAST_SKEW else page


def _cleaned(page: Treated, diagnosis: Diagnosis, read: Recognition, weights: Weights) -> Iterator[Treated]:
    """Pictures of the page without what its measured faults laid over it; they may read better than what was `read`."""
    faults = weights.faults
    if diagnosis.bleed_through > faults.bleed_through:
        yield near_ink(page, *_THROUGH)
    if diagnosis.salt > faults.salt and diagnosis.letter > faults.small:
        yield without_salt(page)
        if diagnosis.salt > faults.thick_salt:
            yield median_filtered(page)
    shaded = diagnosis.shading > faults.shading or diagnosis.paper < faults.dull
    if shaded and (diagnosis.shading > faults.shadow or read.sureness < weights.trust.well):
        yield near_ink(page, *_SHADED)


def _clearer(page: Treated, diagnosis: Diagnosis, read: Recognition, weights: Weights) -> Iterator[Treated]:
    """Pictures of a page that is not well `read` as it is, with letters that may be easier to read."""
    faults = weights.faults
    if read.sureness >= weights.trust.well and not diagnosis.sideways:
        return
    if not diagnosis.sideways:
        yield smoothed(thickened(page)) if diagnosis.bilevel else thickened(page)
    if diagnosis.bilevel and diagnosis.specks > faults.specks:
        yield smoothed(without_specks(page, diagnosis.letter))
    if 0 < diagnosis.letter < faults.small:
        yield enlarged(page, 1.5 * faults.small / diagnosis.letter)
    if read.sureness < weights.trust.badly or diagnosis.sideways:
        yield from _turns(page, diagnosis)


def _turns(page: Treated, diagnosis: Diagnosis) -> Iterator[Treated]:
    """The page turned as it may lie; one said to lie on its side also as it is, straightened: borders deceive."""
    if not diagnosis.sideways:
        yield turned(page, 2)
        return
    for quarters in (1, 3):
        yield _upright(turned(page, quarters), diagnosis.skew)
    skew = skew_of(ink_thumbnail(page.grey))
    if abs(skew) >= LEAST_SKEW:
        yield deskewed(page, skew)
