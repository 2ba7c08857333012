"""Tesseract through pytesseract: the image as an uncompressed file in, word boxes and confidences out."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pytesseract

from pipeline.errors import MissingToolError
from pipeline.reading.engines.base import EngineFailureError, EngineLine, EngineTimeoutError
from pipeline.reading.engines.process import deadline
from pipeline.settings import ReadingSettings
from pipeline.values import Box, Word
from pipeline.vietnamese.trained_data import spoken

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Our own deadline comes first; pytesseract's is the second net should it ever fail.
_SECOND_NET_SECONDS = 15
_ANSWER_SECONDS = 20
_ANSWER_TRIES = 3


class _KilledError(EngineFailureError):
    """Something from outside ended Tesseract."""


class TesseractEngine:
    """Tesseract with one language and one page segmentation mode."""

    name = "tesseract"

    def __init__(self, language: str = "vie", segmentation: int = 3) -> None:
        self.language = language
        self._data = language  # what to name to Tesseract; `version` finds out
        self.segmentation = segmentation

    @classmethod
    def of(cls, settings: ReadingSettings) -> Self:
        """Tesseract for the language that the settings name."""
        return cls(settings.language)

    @cached_property
    def version(self) -> str:
        """Tesseract's version and language; raises MissingToolError when the program or the language is missing."""
        program = shutil.which("tesseract")
        if program is None:
            raise MissingToolError(
                "Tesseract, which reads scanned pages, is not installed.",
                remedy="Install tesseract-ocr and tesseract-ocr-vie (macOS: brew install tesseract tesseract-lang).",
            )
        languages = spoken(_answer(program, "--list-langs").split())
        missing = [name for name in self.language.split("+") if name not in languages]
        if missing:
            raise MissingToolError(
                f"Tesseract has no language data for {', '.join(missing)}.",
                remedy="Install tesseract-ocr-vie (macOS: brew install tesseract-lang).",
            )
        self._data = "+".join(languages[name] for name in self.language.split("+"))
        first_line = _answer(program, "--version").partition("\n")[0]
        return f"{first_line.removeprefix('tesseract').strip()} {self._data}"

    def read(self, grey: NDArray[np.uint8], *, dpi: int, seconds: float) -> list[EngineLine]:
        """See `Engine.read`."""
        with tempfile.TemporaryDirectory(prefix="sohoa_ocr_") as folder:
            path = Path(folder) / "page.pgm"
            write_pgm(path, grey)
            rows = word_rows(self._run(path, dpi, seconds, self.segmentation))
        lines: dict[tuple[str, ...], list[Word]] = {}
        for row in rows:
            word = _clipped(row.word, grey.shape[1], grey.shape[0])
            if word is not None:
                lines.setdefault(row.line, []).append(word)
        return [
            EngineLine(Box.around(word.box for word in words if word.box), tuple(words)) for words in lines.values()
        ]

    def _run(self, path: Path, dpi: int, seconds: float, segmentation: int) -> str:
        """What Tesseract says of the picture; asked a second time when something killed it the first.

        Whoever kills it (a machine short of memory, an operator) means no verdict on the picture, and a page read
        without it would be another page: the same archive has to give the same results.
        """
        try:
            return self._run_once(path, dpi, seconds, segmentation)
        except _KilledError:
            return self._run_once(path, dpi, seconds, segmentation)

    def _run_once(self, path: Path, dpi: int, seconds: float, segmentation: int) -> str:
        config = f"--oem 1 --psm {segmentation} --dpi {dpi} -c tessedit_do_invert=0 -c tessedit_create_tsv=1"
        with one_thread(), deadline(str(path), seconds) as state:
            try:
                # What `image_to_data` does, but for its question for the version, which has no time limit.
                output = pytesseract.pytesseract.run_and_get_output(
                    str(path), "tsv", self._data, config, timeout=int(seconds) + _SECOND_NET_SECONDS
                )
            except pytesseract.TesseractNotFoundError as error:
                raise MissingToolError("Tesseract is not installed.", remedy="Install tesseract-ocr.") from error
            except (RuntimeError, OSError, ValueError) as error:
                if state.passed or "timeout" in str(error):
                    raise EngineTimeoutError(f"Tesseract did not finish within {seconds:.0f} s.") from error
                if isinstance(error, pytesseract.TesseractError) and error.status < 0:
                    raise _KilledError(f"Tesseract was killed by signal {-error.status}.") from error
                raise EngineFailureError(f"Tesseract gave no usable answer: {short(error)}.") from error
        if state.passed:
            raise EngineTimeoutError(f"Tesseract did not finish within {seconds:.0f} s.")
        return str(output)


class one_thread:  # noqa: N801 - reads as a statement: `with one_thread():`
    """Tesseract's own threads slow it down (7.1 s against 1.3 s a page on two cores): one thread a process."""

    def __enter__(self) -> None:
        self.before = os.environ.get("OMP_THREAD_LIMIT")
        os.environ["OMP_THREAD_LIMIT"] = "1"

    def __exit__(self, *_: object) -> None:
        if self.before is None:
            del os.environ["OMP_THREAD_LIMIT"]
        else:
            os.environ["OMP_THREAD_LIMIT"] = self.before


def _answer(program: str, question: str) -> str:
    """What Tesseract says about itself; asked again when it was killed or was too slow.

    A worker that took no answer for "not installed" would read all its pages without it, and say nothing.
    """
    for _ in range(_ANSWER_TRIES):
        try:
            done = subprocess.run(
                [program, question], capture_output=True, check=False, timeout=_ANSWER_SECONDS, stdin=subprocess.DEVNULL
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        if done.returncode >= 0:
            return (done.stdout or done.stderr).decode("utf-8", "replace")
    raise MissingToolError(
        "Tesseract is installed but does not answer.", remedy="Run `tesseract --version` to see what is wrong."
    )


def short(error: Exception) -> str:
    """The first line of an error's message, cut to a length that fits a report."""
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__)[:160]


def write_pgm(path: Path, grey: NDArray[np.uint8]) -> None:
    """Write a grey image as a binary PGM: no compression to pay for, and Leptonica reads it in one gulp."""
    height, width = grey.shape
    with path.open("wb") as file:
        file.write(b"P5\n%d %d\n255\n" % (width, height))
        grey.tofile(file)


@dataclass(frozen=True, slots=True)
class WordRow:
    """A word of Tesseract's TSV: the page of the file it stands on, the line it belongs to, and itself."""

    page: int
    line: tuple[str, ...]
    word: Word


def word_rows(output: str) -> list[WordRow]:
    """The words of Tesseract's TSV; rows that make no sense (no number, no text) are left out."""
    rows = []
    for row in csv.reader(io.StringIO(output), delimiter="\t", quoting=csv.QUOTE_NONE):
        if len(row) < 12 or row[0] != "5":
            continue
        text = " ".join(row[11].split())
        try:
            left, top, width, height = (int(value) for value in row[6:10])
            page, confidence = int(row[1]), float(row[10]) / 100
        except ValueError:
            continue
        if text and 0 <= confidence <= 1:
            word = Word(text, Box(left, top, left + width, top + height), confidence)
            rows.append(WordRow(page, tuple(row[1:5]), word))
    return rows


def _clipped(word: Word, width: int, height: int) -> Word | None:
    """The word with its box inside the picture, None when nothing of it is."""
    if word.box is None:
        return None
    box = word.box.clipped(width, height)
    return replace(word, box=box) if box.width and box.height else None
