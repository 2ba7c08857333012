"""Tesseract through pytesseract: the image as an uncompressed file in, word boxes and confidences out."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pytesseract

from pipeline.errors import MissingToolError
from pipeline.reading.engines.base import EngineFailureError, EngineLine, EngineTimeoutError
from pipeline.reading.engines.process import deadline
from pipeline.values import Box, Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Our own deadline comes first; pytesseract's is the second net should it ever fail.
_SECOND_NET_SECONDS = 15


class TesseractEngine:
    """Tesseract with one language and one page segmentation mode."""

    name = "tesseract"

    def __init__(self, language: str = "vie", segmentation: int = 3) -> None:
        self.language = language
        self.segmentation = segmentation

    @cached_property
    def version(self) -> str:
        """Tesseract's version and language; raises MissingToolError when the program or the language is missing."""
        try:
            version = str(pytesseract.get_tesseract_version())
            languages = pytesseract.get_languages()
        except (pytesseract.TesseractNotFoundError, SystemExit, OSError) as error:
            raise MissingToolError(
                "Tesseract, which reads scanned pages, is not installed.",
                remedy="Install tesseract-ocr and tesseract-ocr-vie (macOS: brew install tesseract tesseract-lang).",
            ) from error
        missing = [name for name in self.language.split("+") if name not in languages]
        if missing:
            raise MissingToolError(
                f"Tesseract has no language data for {', '.join(missing)}.",
                remedy="Install tesseract-ocr-vie (macOS: brew install tesseract-lang).",
            )
        return f"{version} {self.language}"

    def read(self, grey: NDArray[np.uint8], *, dpi: int, seconds: float) -> list[EngineLine]:
        """See `Engine.read`."""
        with tempfile.TemporaryDirectory(prefix="sohoa_ocr_") as folder:
            path = Path(folder) / "page.pgm"
            write_pgm(path, grey)
            return parse_tsv(self._run(path, dpi, seconds), grey.shape[1], grey.shape[0])

    def _run(self, path: Path, dpi: int, seconds: float) -> str:
        config = f"--oem 1 --psm {self.segmentation} --dpi {dpi} -c tessedit_do_invert=0"
        with one_thread(), deadline(str(path), seconds) as state:
            try:
                output = pytesseract.image_to_data(
                    str(path), lang=self.language, config=config, timeout=int(seconds) + _SECOND_NET_SECONDS
                )
            except pytesseract.TesseractNotFoundError as error:
                raise MissingToolError("Tesseract is not installed.", remedy="Install tesseract-ocr.") from error
            except (RuntimeError, OSError, ValueError) as error:
                if state.passed or "timeout" in str(error):
                    raise EngineTimeoutError(f"Tesseract did not finish within {seconds:.0f} s.") from error
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


def parse_tsv(output: str, width: int, height: int) -> list[EngineLine]:
    """Lines from Tesseract's TSV; rows that make no sense (no number, no area, outside the page) are left out."""
    lines: dict[tuple[str, ...], list[Word]] = {}
    for row in csv.reader(io.StringIO(output), delimiter="\t", quoting=csv.QUOTE_NONE):
        if len(row) < 12 or row[0] != "5":
            continue
        text = row[11].strip()
        try:
            left, top, wide, high = (int(value) for value in row[6:10])
            confidence = float(row[10]) / 100
        except ValueError:
            continue
        box = Box(max(0, left), max(0, top), min(width, left + wide), min(height, top + high))
        if not text or not box.width or not box.height or not 0 <= confidence <= 1:
            continue
        lines.setdefault(tuple(row[1:5]), []).append(Word(text, box, confidence))
    return [EngineLine(Box.around(word.box for word in words if word.box), tuple(words)) for words in lines.values()]
