"""The recogniser's scores, trueocr's beside them, as the model card has them."""

from __future__ import annotations

import json
from pathlib import Path

import trueocr

from pipeline.training.recogniser import measure
from pipeline.training.recogniser.crops import Cutter, Sample
from pipeline.training.recogniser.start import with_outputs
from pipeline.training.recogniser.text import paragraphs

_CLEAN_PAGES, _DAMAGED_PAGES = 6, 14


def report(shared: Path, work: Path, models: Path) -> str:
    """A table of scores for each recogniser on the same crops."""
    theirs = Path(trueocr.__file__).parent / "models"
    signs = "".join(json.loads((theirs / "meta.json").read_text(encoding="utf-8"))["charset"])
    ours = json.loads((models / "recogniser.json").read_text(encoding="utf-8"))
    readers = {
        "trueocr": measure.Reader(with_outputs((theirs / "rec.onnx").read_bytes(), ("topv", "topi")), signs),
        "sohoa": measure.Reader((models / "recogniser.onnx").read_bytes(), ours["alphabet"]),
    }
    cutter = Cutter()
    text = paragraphs(shared / "text", work, "test")
    documents = measure.scans(shared / "scans", cutter)
    rows = measure.pen_rows(shared / "handwriting" / "dev", cutter)
    pages = {
        "clean": measure.rendered(cutter, text, _CLEAN_PAGES, clean=True),
        "damaged": measure.rendered(cutter, text, _DAMAGED_PAGES, clean=False),
    }
    return "".join(f"{name}\n{_scores(reader, documents, pages, rows)}\n" for name, reader in readers.items())


def _scores(
    reader: measure.Reader,
    documents: list[measure.Scan],
    pages: dict[str, list[Sample]],
    rows: list[measure.PenRow],
) -> str:
    lines = [
        f"  {name}: {missed:.2f} % missed, {invented:.2f} % invented"
        for name, (missed, invented) in measure.score_scans(reader, documents).items()
    ]
    for name, samples in pages.items():
        scores = measure.score_lines(reader, samples)
        lines.append(f"  {name}: " + ", ".join(f"{what} {value:.2f}" for what, value in scores.items()))
    for name, (there, right, sure, sure_right) in measure.score_pen(reader, rows).items():
        lines.append(f"  {name} by pen: {right} of {there}; every digit {measure.SURE} sure: {sure_right} of {sure}")
    return "\n".join(lines) + "\n"
