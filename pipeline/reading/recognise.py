"""From a page's picture to lines: diagnose, treat, read, and keep the treatment that reads best."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.reading.diagnose import Diagnosis, diagnose
from pipeline.reading.engines import Engine, EngineLine, EngineTimeoutError
from pipeline.reading.judge import judged
from pipeline.reading.lattice import Judge
from pipeline.reading.treat import LEAST_TILT, Treated, flattened, straightened, turned, without_salt

# A page whose words are surer than this on average is read well: nothing else is tried.
_WELL_READ = 0.93
# A word counts for a page as far as it is surer than this.
_WORTHLESS = 0.6


@dataclass(frozen=True, slots=True)
class Recognition:
    """What was read, on the picture that it was read from."""

    page: Treated
    diagnosis: Diagnosis
    lines: tuple[EngineLine, ...] = ()
    engines: tuple[Engine, ...] = ()
    tried: int = 1
    extra: dict[str, float] = field(default_factory=dict)

    @property
    def worth(self) -> float:
        """How much was read, and how surely: letters, each counted by its word's confidence above a bare guess."""
        return sum(
            len(word.text) * ((word.confidence if word.confidence is not None else 1.0) - _WORTHLESS)
            for line in self.lines
            for word in line.words
        )

    @property
    def sureness(self) -> float:
        """Mean confidence of the letters, 0 when none were read."""
        letters = sum(len(line.text) for line in self.lines)
        return sum(len(line.text) * line.confidence for line in self.lines) / letters if letters else 0.0


class Recogniser:
    """Reads page pictures with one engine and lets the language model choose among its readings."""

    def __init__(self, engine: Engine, judge: Judge | None, page_seconds: float) -> None:
        self._engine = engine
        self._judge = judge
        self._page_seconds = page_seconds

    def recognise(self, grey: NDArray[np.uint8], dpi: int) -> Recognition:
        """Read a page's grey picture. Raises EngineTimeoutError and EngineFailureError."""
        ends = time.monotonic() + self._page_seconds
        diagnosis = diagnose(grey)
        if diagnosis.blank:
            return Recognition(Treated.untouched(grey), diagnosis)
        upright = _upright(Treated.untouched(grey), diagnosis)
        best = self._read(upright, diagnosis, dpi, ends)
        tried = 1
        for variant in _variants(upright, diagnosis, best):
            if time.monotonic() > ends:
                break
            tried += 1
            other = self._read(variant, diagnosis, dpi, ends)
            if other.worth > best.worth:
                best = other
        return replace(best, tried=tried)

    def _read(self, page: Treated, diagnosis: Diagnosis, dpi: int, ends: float) -> Recognition:
        seconds = ends - time.monotonic()
        if seconds <= 0:
            raise EngineTimeoutError(f"The page took longer than {self._page_seconds:.0f} s.")
        lines = self._engine.read(page.grey, dpi=dpi, seconds=seconds)
        if self._judge is not None:
            lines = judged(lines, self._judge)
        return Recognition(page, diagnosis, tuple(lines), (self._engine,))


def _upright(page: Treated, diagnosis: Diagnosis) -> Treated:
    return straightened(page, diagnosis.tilt) if abs(diagnosis.tilt) >= LEAST_TILT else page


def _variants(page: Treated, diagnosis: Diagnosis, read: Recognition) -> Iterator[Treated]:
    """Other pictures of the page that may read better than what was `read`."""
    if read.sureness >= _WELL_READ and not diagnosis.sideways:
        return
    if diagnosis.salt > 0.02:
        yield without_salt(page)
    if diagnosis.shading > 0.1 or diagnosis.paper < 200:
        yield flattened(page)
    if read.sureness < 0.75 or diagnosis.sideways:
        yield from _turns(page, sideways=diagnosis.sideways)


def _turns(page: Treated, *, sideways: bool) -> Sequence[Treated]:
    return [turned(page, quarters) for quarters in ((1, 3) if sideways else (2,))]
