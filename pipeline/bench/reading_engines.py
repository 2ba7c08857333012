"""The readers that the reading benchmark compares, each from a page's picture to text."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module, util
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipeline.errors import MissingToolError
from pipeline.reading import Reader
from pipeline.restoration import Restorer, load_restorer
from pipeline.settings import ReadingSettings, RestorationSettings
from pipeline.values import Page, PageInput


@dataclass(frozen=True)
class Picture:
    """A page image in memory."""

    pixels: NDArray[np.uint8]
    dpi: float | None = None

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self.pixels.shape[1], self.pixels.shape[0]

    def load(self) -> NDArray[np.uint8]:
        """The pixels."""
        return self.pixels


@dataclass(frozen=True)
class ScanPage:
    """A page to read: as intake gives it, and the PDF it comes from when there is one."""

    page: PageInput
    pdf: Path | None = None

    @staticmethod
    def of_pixels(pixels: NDArray[np.uint8]) -> ScanPage:
        """A rendered page."""
        return ScanPage(PageInput(1, image=Picture(pixels)))

    def pixels(self) -> NDArray[np.uint8]:
        """The page's own picture."""
        assert self.page.image is not None
        return self.page.image.load()


class PageReader(Protocol):
    """One way to read a page."""

    @property
    def name(self) -> str:
        """As it stands in the report."""

    @property
    def ours(self) -> bool:
        """Whether it is the reading that the baseline holds."""

    @property
    def last(self) -> Page | None:
        """The page read last, for readers that give one."""

    def read(self, page: ScanPage) -> str:
        """The page's text, a line a line."""


class PlainTesseract:
    """`tesseract -l vie` and nothing else: a PDF's page drawn at 300 dpi by Poppler, a rendered page as it is."""

    ours = False
    last: Page | None = None

    def __init__(self, name: str = "tesseract", data: Path | None = None) -> None:
        if not shutil.which("tesseract"):
            raise MissingToolError("Tesseract is not installed.", remedy="Install tesseract-ocr-vie.")
        self.name = name
        self._data = ["--tessdata-dir", str(data)] if data else []

    @classmethod
    def with_best(cls) -> PlainTesseract:
        """The same with its "best" Vietnamese data; raises MissingToolError where they are not."""
        folder = os.environ.get("TESSDATA_BEST", "")
        if not folder or not (Path(folder) / "vie.traineddata").is_file():
            raise MissingToolError(
                "Tesseract's best data are not there.",
                remedy="npm pack @tesseract.js-data/vie, unpack 4.0.0_best_int/vie.traineddata.gz into a folder, and "
                "name that folder in TESSDATA_BEST.",
            )
        return cls("tesseract, best", Path(folder))

    def read(self, page: ScanPage) -> str:
        """See `PageReader.read`."""
        with tempfile.TemporaryDirectory() as folder:
            stem = Path(folder) / "page"
            if page.pdf is None:
                Image.fromarray(page.pixels()).save(stem.with_suffix(".png"))
                picture = stem.with_suffix(".png")
            else:
                number = str(page.page.number)
                command = ["pdftoppm", "-r", "300", "-gray", "-singlefile", "-f", number, "-l", number]
                subprocess.run([*command, str(page.pdf), str(stem)], check=True)
                picture = stem.with_suffix(".pgm")
            return _output(["tesseract", str(picture), "-", *self._data, "-l", "vie"])


class OcrMyPdf:
    """OCRmyPDF with its defaults, `-l vie`; its sidecar text."""

    name = "ocrmypdf"
    ours = False
    last: Page | None = None

    def __init__(self) -> None:
        self.program = os.environ.get("OCRMYPDF") or shutil.which("ocrmypdf") or ""
        if not self.program:
            raise MissingToolError("OCRmyPDF is not installed.", remedy="Put it on the PATH or its path into OCRMYPDF.")

    def read(self, page: ScanPage) -> str:
        """See `PageReader.read`."""
        with tempfile.TemporaryDirectory() as folder:
            picture, text = Path(folder) / "page.png", Path(folder) / "page.txt"
            pixels = page.pixels()
            dpi = round(pixels.shape[0] / 11.69)
            Image.fromarray(pixels).save(picture, dpi=(dpi, dpi))
            options = ["-l", "vie", "--image-dpi", str(dpi), "--output-type", "pdf", "--jobs", "1", "-q"]
            command = [self.program, *options, "--sidecar", str(text), str(picture), str(Path(folder) / "out.pdf")]
            subprocess.run(command, check=True, env={**os.environ, "OMP_THREAD_LIMIT": "1"}, capture_output=True)
            return text.read_text(encoding="utf-8")


class PlainTrueOcr:
    """trueocr's own `predict`."""

    name = "trueocr"
    ours = False
    last: Page | None = None

    def __init__(self) -> None:
        if util.find_spec("trueocr") is None:
            raise MissingToolError("trueocr is not installed.", remedy="Install sohoa again.")
        self.model: Any = import_module("trueocr").load_model(threads=1)

    def read(self, page: ScanPage) -> str:
        """See `PageReader.read`."""
        return str(self.model.predict(Image.fromarray(page.pixels())).text)


class Ours:
    """sohoa's reading, with or without restoration, with both engines or with Tesseract alone."""

    def __init__(self, name: str, settings: ReadingSettings, *, restored: bool) -> None:
        self.name = name
        self.ours = name == "ours"
        self.last: Page | None = None
        self.reader = Reader(settings)
        self.restorer: Restorer | None = load_restorer(RestorationSettings()) if restored else None

    def read(self, page: ScanPage) -> str:
        """See `PageReader.read`."""
        (read,) = self.reader.read([page.page])
        (done,) = self.restorer.restore_pages([read]) if self.restorer else [read]
        self.last = done
        return "\n".join(line.text for line in done.lines)


def _output(command: list[str]) -> str:
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    done = subprocess.run(command, check=True, capture_output=True, env=environment)
    return done.stdout.decode("utf-8", "replace")


PAGE_READERS: dict[str, Callable[[], PageReader]] = {
    # Ours comes first: the memory it took is the process's, before others load their models.
    "ours": lambda: Ours("ours", ReadingSettings(), restored=True),
    "ours, before restoration": lambda: Ours("ours, before restoration", ReadingSettings(), restored=False),
    "ours, Tesseract alone": lambda: Ours("ours, Tesseract alone", ReadingSettings(engine="tesseract"), restored=True),
    "tesseract": PlainTesseract,
    "tesseract, best": PlainTesseract.with_best,
    "trueocr": PlainTrueOcr,
    "ocrmypdf": OcrMyPdf,
}


def png_bytes(pixels: NDArray[np.uint8]) -> bytes:
    """A picture as PNG."""
    shown = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    return bytes(cv2.imencode(".png", shown)[1])
