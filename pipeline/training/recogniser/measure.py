"""Scores recognisers on the same crops: real scans with transcripts, pages in faces not trained on, rows with pen."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein
from trueocr.preprocess import pad_batch, width_batches

from pipeline.intake import open_source
from pipeline.reading.engines.sohoa import SohoaEngine
from pipeline.reading.page_image.colour import to_grey
from pipeline.reading.reader import usable_dpi
from pipeline.reading.recognition import recognise
from pipeline.settings import IntakeSettings
from pipeline.training.recogniser.alphabet import spelled
from pipeline.training.recogniser.crops import Cutter, Sample, ink_map, page_samples
from pipeline.training.recogniser.fonts import HELD_OUT
from pipeline.training.recogniser.text import Paragraphs

Ink = NDArray[np.float32]
SURE = 0.9
"""A number counts as sure when each of its digits has this probability."""

_NUMBER = re.compile(r"^\W*[Ss]\S{0,2}\s*[:.]?\s*(.*?)\s*[/-]")
_DAY = re.compile(r"ng\S{1,2}y\s*(\S*?)\s*th\S{1,2}ng")
_STEP_SIGNS = re.compile(r"[^0-9A-Za-z]")


class Reader:
    """A recogniser as ONNX file, with the signs of its classes."""

    def __init__(self, model: bytes, alphabet: str) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._alphabet = alphabet

    def read(self, inks: Sequence[Ink]) -> list[tuple[str, list[float]]]:
        """(text, probability of each sign) of each line, greedy."""
        read: dict[int, tuple[str, list[float]]] = {}
        for batch in width_batches([ink.shape[1] for ink in inks], max_batch=32):
            tensor, widths = pad_batch([inks[n] for n in batch])
            lengths, logs, labels = self._session.run(["lengths", "topv", "topi"], {"x": tensor, "widths": widths})
            for place, n in enumerate(batch):
                best, sure = labels[place, : lengths[place], 0], logs[place, : lengths[place], 0]
                read[n] = self._text(best.tolist(), np.exp(sure).tolist())
        return [read[n] for n in range(len(inks))]

    def _text(self, best: list[int], sure: list[float]) -> tuple[str, list[float]]:
        text, peaks = "", list[float]()
        for at, (label, chance) in enumerate(zip(best, sure, strict=True)):
            if not label:
                continue
            if at and best[at - 1] == label:
                peaks[-1] = max(peaks[-1], chance)
            else:
                text += self._alphabet[label - 1]
                peaks.append(chance)
        return text, peaks


@dataclass(frozen=True)
class Scan:
    """The crops of a real document's pages, and the words that they print."""

    name: str
    inks: tuple[Ink, ...]
    words: Counter[str]


@dataclass(frozen=True)
class PenRow:
    """The crop of a letterhead's row, what its number or day is, and whose office it is of."""

    ink: Ink
    value: str
    office: str
    is_number: bool


def scans(folder: Path, cutter: Cutter) -> list[Scan]:
    """The transcribed scans of `../shared/scans`; a transcript's name says which pages it holds ("p1-4": 1 and 4)."""
    found = []
    for transcript in sorted((folder / "transcripts").glob("*.txt")):
        stem, _, pages = transcript.stem.rpartition("_p")
        numbers = {int(number) for number in pages.split("-")}
        inks = [ink for grey in page_pictures(folder / "files" / f"{stem}.pdf", numbers) for ink in cutter.lines(grey)]
        found.append(Scan(stem, tuple(inks), words_of(transcript.read_text(encoding="utf-8"))))
    return found


def page_pictures(path: Path, numbers: set[int]) -> list[NDArray[np.uint8]]:
    """Pages of a PDF, grey, as the product straightens and cleans them before it reads them."""
    reader = recognise.Recogniser(SohoaEngine(), page_seconds=600)
    pictures = []
    with open_source(path, IntakeSettings()) as source:
        for page in source.pages():
            if page.number in numbers and page.image is not None:
                grey = to_grey(page.image.load())
                pictures.append(reader.recognise(grey, usable_dpi(page.image.dpi, grey.shape[0])).page.grey)
    return pictures


def words_of(text: str) -> Counter[str]:
    """Words and how often they stand there; the two dashes count as one."""
    return Counter(spelled(text).replace("–", "-").split())


def score_scans(reader: Reader, documents: Sequence[Scan]) -> dict[str, tuple[float, float]]:
    """By document and in "all": words missed and words invented, order set aside, in percent of the words."""
    scores, sums = {}, np.zeros(3)
    for document in documents:
        read = words_of("\n".join(text for text, _ in reader.read(document.inks)))
        missed, invented = (document.words - read).total(), (read - document.words).total()
        counts = np.array([missed, invented, document.words.total()])
        scores[document.name] = (100 * missed / counts[2], 100 * invented / counts[2])
        sums += counts
    scores["all"] = (100 * sums[0] / sums[2], 100 * sums[1] / sums[2])
    return scores


def rendered(cutter: Cutter, text: Paragraphs, pages: int, *, clean: bool) -> list[Sample]:
    """Lines of pages in faces and text that were never trained on."""
    return [one for n in range(pages) for one in page_samples(cutter, text, HELD_OUT, 900_000_000 + n, clean=clean)]


def score_lines(reader: Reader, samples: Sequence[Sample]) -> dict[str, float]:
    """Errors in percent of the signs, words and lines of print; pen lines right; signs read on a bare crop."""
    read = [text for text, _ in reader.read([ink_map(sample) for sample in samples])]
    pairs = [(sample, text.strip()) for sample, text in zip(samples, read, strict=True)]
    printed = [(sample.text, text) for sample, text in pairs if sample.text and not sample.by_pen]
    pen = [sample.text == text for sample, text in pairs if sample.by_pen]
    bare = [len(text) for sample, text in pairs if not sample.text]
    signs, words = sum(len(a) for a, _ in printed), sum(len(a.split()) for a, _ in printed)
    return {
        "lines": len(printed),
        "character errors": 100 * sum(Levenshtein.distance(a, b) for a, b in printed) / signs,
        "words missed": 100 * sum((Counter(a.split()) - Counter(b.split())).total() for a, b in printed) / words,
        "lines wrong": 100 * sum(a != b for a, b in printed) / len(printed),
        "pen lines right": 100 * sum(pen) / max(1, len(pen)),
        "signs on a bare crop": sum(bare) / max(1, len(bare)),
    }


def pen_rows(folder: Path, cutter: Cutter) -> list[PenRow]:
    """The rows of `../shared/handwriting/dev` whose number or day is by pen."""
    rows = []
    with (folder / "labels.tsv").open(encoding="utf-8", newline="") as file:
        for entry in csv.DictReader(file, delimiter="\t"):
            is_number = entry["row"] == "number" and "number=handwritten" in entry["kinds"]
            if not is_number and not (entry["row"] == "date" and "day=handwritten" in entry["kinds"]):
                continue
            picture = cv2.imread(str(folder / entry["file"]), cv2.IMREAD_GRAYSCALE)
            if picture is None:
                continue
            ink = _row_ink(np.asarray(picture, np.uint8), entry, cutter)
            day = _DAY.search(entry["text"])
            value = entry["digits"] if is_number else day[1] if day else ""
            if value:
                rows.append(PenRow(ink, value, entry["office"], is_number))
    return rows


def _row_ink(picture: NDArray[np.uint8], entry: dict[str, str], cutter: Cutter) -> Ink:
    """The row cut out of the page on which it stood, empty but for it: as wide as all its boxes together."""
    dpi = int(float(entry["dpi"] or 200))
    left, top, _, _ = (int(float(edge)) for edge in entry["box"].split(","))
    page = np.full((round(11.69 * dpi), round(8.27 * dpi)), 255, np.uint8)
    left, top = max(0, min(left, page.shape[1] - picture.shape[1])), max(0, top)
    place = page[top : top + picture.shape[0], left : left + picture.shape[1]]
    place[:] = picture[: place.shape[0], : place.shape[1]]
    return cutter.row(page, (left, top, left + picture.shape[1], top + picture.shape[0]))


def score_pen(reader: Reader, rows: Sequence[PenRow]) -> dict[str, tuple[int, int, int, int]]:
    """Of "numbers" and "days": how many there are, are read right, are read surely, are read surely and right."""
    scores = {}
    for name, is_number in (("numbers", True), ("days", False)):
        own = [row for row in rows if row.is_number == is_number]
        right = sure = sure_right = 0
        for row, (text, peaks) in zip(own, reader.read([row.ink for row in own]), strict=True):
            found = (_NUMBER if is_number else _DAY).search(text)
            value = _STEP_SIGNS.sub("", found[1]).upper() if found else ""
            good = value == row.value.upper()
            right += good
            if found and value and min(peaks[found.start(1) : found.end(1)]) >= SURE and not value.isalpha():
                sure, sure_right = sure + 1, sure_right + good
        scores[name] = (len(own), right, sure, sure_right)
    return scores
