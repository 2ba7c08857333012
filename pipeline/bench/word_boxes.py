"""How exactly the words of a searchable PDF lie where they are printed: beside the truth, beside OCRmyPDF.

    python -m pipeline.bench.word_boxes FILE.pdf [--tilt 1.75] [--dpi 200]

FILE is a PDF with text of its own, whose words and boxes are the truth. Its pages are drawn, tilted, read, exported,
and the words that poppler's `pdftotext -bbox` finds are compared with those printed. OCRmyPDF is measured on the same
pages where it is installed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from math import cos, hypot, radians, sin
from pathlib import Path
from statistics import median
from typing import Annotated

import typer
from pdf2image import convert_from_path
from PIL import Image

from pipeline.cli.terminal import say
from pipeline.digitise import Stages, digitise
from pipeline.records import SourceRecord
from pipeline.settings import Settings
from pipeline.store.exports.pdf import searchable_pdf

_WORD = re.compile(
    r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>|(<page )', re.DOTALL
)
_NEAR = 20.0  # points: a line and a half; the same word of the next line is another
Edges = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class PrintedWord:
    """A word of a PDF page: its letters and its box in points from the top left."""

    page: int
    text: str
    box: Edges


def words_of(path: Path) -> list[PrintedWord]:
    """The words that pdftotext finds, in its order."""
    done = subprocess.run(["pdftotext", "-bbox", str(path), "-"], capture_output=True, check=True)
    words, page = [], 0
    for match in _WORD.finditer(done.stdout.decode("utf-8", "replace")):
        if match[6]:
            page += 1
            continue
        left, top, right, bottom = (float(match[number]) for number in range(1, 5))
        words.append(PrintedWord(page, unescape(match[5]), (left, top, right, bottom)))
    return words


@dataclass(frozen=True, slots=True)
class Exactness:
    """Of the words found again: how many, the median distance of their side edges and of their centres' heights in
    points, and the share of which less than half is covered."""

    found: int
    printed: int
    across: float
    down: float
    badly_covered: float


def compared(truth: Sequence[PrintedWord], found: Sequence[PrintedWord]) -> Exactness:
    """`found` beside `truth`, each with the nearest of the same letters; raises ValueError where none is near."""
    pairs, left = [], list(found)
    for word in truth:
        same = [other for other in left if other.page == word.page and other.text == word.text]
        nearest = min(same, key=lambda other: _apart(word.box, other.box), default=None)
        if nearest is not None and _apart(word.box, nearest.box) < _NEAR:
            left.remove(nearest)
            pairs.append((word.box, nearest.box))
    across = [abs(one[side] - other[side]) for one, other in pairs for side in (0, 2)]
    down = [abs((one[1] + one[3]) - (other[1] + other[3])) / 2 for one, other in pairs]
    poor = sum(_covered(one, other) < 0.5 for one, other in pairs)
    return Exactness(len(pairs), len(truth), median(across), median(down), poor / len(pairs))


def _apart(one: Edges, other: Edges) -> float:
    """How far the middles of two boxes are apart."""
    return hypot(one[0] + one[2] - other[0] - other[2], one[1] + one[3] - other[1] - other[3]) / 2


def _covered(one: Edges, other: Edges) -> float:
    """The share of `one` that lies in `other`."""
    wide = max(0.0, min(one[2], other[2]) - max(one[0], other[0]))
    high = max(0.0, min(one[3], other[3]) - max(one[1], other[1]))
    return wide * high / ((one[2] - one[0]) * (one[3] - one[1]))


def _tilted(word: PrintedWord, degrees: float, size: tuple[float, float]) -> PrintedWord:
    """Where a word comes to lie on a page that is turned about its middle, counterclockwise as Pillow turns it."""
    turn, (wide, high) = radians(degrees), size
    left, top, right, bottom = word.box
    points = [(x - wide / 2, y - high / 2) for x in (left, right) for y in (top, bottom)]
    turned = [(x * cos(turn) + y * sin(turn) + wide / 2, -x * sin(turn) + y * cos(turn) + high / 2) for x, y in points]
    across, down = zip(*turned, strict=True)
    return PrintedWord(word.page, word.text, (min(across), min(down), max(across), max(down)))


def main(
    file: Path,
    tilt: Annotated[float, typer.Option(help="degrees, counterclockwise")] = 0.0,
    dpi: Annotated[int, typer.Option()] = 200,
) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        scan, made, other = (Path(folder) / name for name in ("scan.pdf", "sohoa.pdf", "ocrmypdf.pdf"))
        pages = [
            page.convert("L").rotate(tilt, fillcolor=255, resample=Image.Resampling.BICUBIC)
            for page in convert_from_path(file, dpi)
        ]
        pages[0].save(scan, save_all=True, append_images=pages[1:], resolution=dpi)
        size = (pages[0].width * 72 / dpi, pages[0].height * 72 / dpi)
        truth = [_tilted(word, tilt, size) for word in words_of(file)]
        document = digitise(scan, SourceRecord.of(scan, scan.name), Stages.load(Settings()))
        made.write_bytes(searchable_pdf(document, scan))
        say(f"sohoa      {compared(truth, words_of(made))}")
        if shutil.which("ocrmypdf"):
            command = ["ocrmypdf", "-l", "vie", "--output-type", "pdf", "--jobs", "1", str(scan), str(other)]
            subprocess.run(command, check=True, capture_output=True)
            say(f"OCRmyPDF   {compared(truth, words_of(other))}")


if __name__ == "__main__":
    typer.run(main)
