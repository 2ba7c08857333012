"""The letterhead benchmark: numbers and dates on real letterheads, by pen, printed and stamped.

    python -m pipeline.bench.letterhead_bench --rows ../shared/handwriting/dev --out bench-out

writes letterhead.md, letterhead.json and letterhead.html (every miss as a picture beside reading, evidence and truth),
and ends with 1 when a figure is worse than the stored baseline by more than its tolerance; `--store` makes the figures
of this run the new one. No network was trained on these rows. What was fitted to them is how sure several looks at a
slot are (`_SHARPNESS` in `pen_readings`); the report fits that anew without each fifth of the offices and tries it on
that.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.bench.letterhead_pages import LetterheadPage, letterhead_pages, page_input
from pipeline.bench.letterhead_report import counted, is_right, markdown, misses
from pipeline.bench.letterhead_tally import Outcome, Share, outcomes, share
from pipeline.bench.pen_calibration import SlotViews, cross_validated
from pipeline.digitise import Stages, finish_document
from pipeline.evidence.settle import concluded
from pipeline.reading import Reader
from pipeline.reading.engines.sohoa import SohoaEngine
from pipeline.reading.page_image.colour import to_grey
from pipeline.reading.page_marks.pen_readings import row_of
from pipeline.reading.page_marks.pen_views import steps_of
from pipeline.records import SourcePages, SourceRecord, Watch, cpu_seconds
from pipeline.restoration import load_restorer
from pipeline.schema import Document
from pipeline.settings import Settings
from pipeline.values import Box, Filling, Page, Slot, SlotReading

BASELINE = Path(__file__).with_name("letterhead_baseline.json")
TOLERANCE = 0.013
"""A share may fall, or that of wrong ones rise, by one of the 86 numbers: a library's version moves as much."""
NAMED, ALONE = "with the file's name", "the page alone"
_NAMELESS = "scan.pdf"
_GIVEN = 0.97
_FITTED = (("number", (Slot.NUMBER,)), ("day", (Slot.DAY,)))
_BLANKED = 24  # pages whose number is wiped out, to see that nothing is made up


@dataclass(frozen=True)
class Found:
    """What a run found: outcomes by what was known, numbers given for blank places, CPU seconds a page of the pen's.

    `looks` are the slots as they were looked at.
    """

    runs: dict[str, list[Outcome]]
    blank: Share
    cpu: float
    looks: list[SlotViews]
    crops: dict[str, tuple[Path, ...]]


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    options = _parser().parse_args(arguments)
    if not (options.rows / "labels.tsv").is_file():
        sys.exit(f"There are no labelled rows in {options.rows}; they are those of ../shared/handwriting/dev.")
    pages = list(letterhead_pages(options.rows))
    found = run(pages)
    figures = figures_of(found)
    page = markdown(found.runs, _notes(pages, found), datetime.now(UTC).date().isoformat())
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "letterhead.md").write_text(page, encoding="utf-8")
    (options.out / "letterhead.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    (options.out / "letterhead.html").write_text(misses(found.runs, found.crops), encoding="utf-8")
    sys.stdout.write(page)
    if options.store:
        BASELINE.write_text(json.dumps(figures, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    stored = json.loads(BASELINE.read_text(encoding="utf-8")) if BASELINE.is_file() else {}
    worse = regressions(figures, stored)
    for name, was, now in worse:
        sys.stderr.write(f"{name}: {now:.4f}, the baseline has {was:.4f}\n")
    sys.exit(1 if worse else 0)


def run(pages: Sequence[LetterheadPage]) -> Found:
    """Read every page, with its number and for some without."""
    settings = Settings()
    stages = Stages(settings, Reader(settings.reading), load_restorer(settings.restoration))
    engine = SohoaEngine()
    runs: dict[str, list[Outcome]] = {NAMED: [], ALONE: []}
    blank: list[bool] = []
    looks: list[SlotViews] = []
    cpu = 0.0
    for page in pages:
        read, named = _document(page, page.pixels, stages)
        runs[NAMED] += outcomes(page, named)
        runs[ALONE] += outcomes(page, concluded(named, settings.evidence.given_from, [_NAMELESS]))
        if len(blank) < _BLANKED and (wiped := _without_number(page, read)) is not None:
            number = _document(page, wiped, stages)[1].header.number
            blank.append(number is not None and number.complete)
        before = cpu_seconds()
        looks += _looked_at(page, read, engine)
        cpu += cpu_seconds() - before
    crops = {page.name: page.crops for page in pages}
    return Found(runs, Share(sum(blank), len(blank)), cpu / len(pages), looks, crops)


def _document(page: LetterheadPage, pixels: NDArray[np.uint8], stages: Stages) -> tuple[Page, Document]:
    (read,) = stages.reader.read([page_input(page, pixels)])
    source = SourceRecord(page.path, "00", 1)
    return read, finish_document(SourcePages("image/png", 1, (read,)), source, stages, Watch())


def _by_pen(read: Page) -> Iterator[tuple[SlotReading, Box]]:
    yield from ((slot, slot.box) for slot in read.slots if slot.filling is Filling.HANDWRITTEN and slot.box)


def _without_number(page: LetterheadPage, read: Page) -> NDArray[np.uint8] | None:
    """The page with its handwritten number wiped out; None where none was found."""
    box = next((box for slot, box in _by_pen(read) if slot.slot is Slot.NUMBER), None)
    if box is None:
        return None
    pixels = page.pixels.copy()
    box = box.clipped(pixels.shape[1], pixels.shape[0])
    pixels[box.top : box.bottom, box.left : box.right] = np.median(pixels, axis=(0, 1))
    return pixels


def _looked_at(page: LetterheadPage, read: Page, engine: SohoaEngine) -> Iterator[SlotViews]:
    """The slots by pen of a page with what stands there, looked at as reading does."""
    grey = to_grey(page.pixels)
    for slot, box in _by_pen(read):
        views = steps_of(box, row_of(slot, read.lines), lambda place: engine.strips([grey], place))
        digits = page.written.get(slot.slot, "").rstrip("aAbBcC")
        if digits.isdecimal() and page.kinds.get(slot.slot) == "handwritten":
            yield SlotViews(page.name, page.office, slot.slot, digits, views)


def figures_of(found: Found) -> dict[str, float]:
    """The figures that are kept and compared."""
    figures = {
        f"{name}: {what}": round(of.rate, 4) for name, run in found.runs.items() for what, of in counted(run).items()
    }
    return {**figures, "blank places given a number": found.blank.count}


def regressions(figures: Mapping[str, float], stored: Mapping[str, float]) -> list[tuple[str, float, float]]:
    """(name, stored, now) of each figure that is worse than the stored one by more than the tolerance."""

    def worse(name: str) -> float:
        rise = figures[name] - stored[name]
        return rise if "wrong" in name or "blank" in name else -rise

    return [(name, stored[name], now) for name, now in figures.items() if name in stored and worse(name) > TOLERANCE]


def _notes(pages: Sequence[LetterheadPage], found: Found) -> list[str]:
    largest = Counter(page.office for page in pages).most_common(1)[0][0]
    by_pen = [one for one in found.runs[ALONE] if one.kind == "handwritten"]
    groups = {"the office with most": True, "the others": False}
    right = "; ".join(
        f"{name}, {part}s {share((o for o in by_pen if (o.office == largest) == own and o.part == part), is_right)}"
        for name, own in groups.items()
        for part in ("number", "date")
    )
    fits = {part: cross_validated((one for one in found.looks if one.slot in slots), _GIVEN) for part, slots in _FITTED}
    crossed = "; ".join(
        f"{part}s, sharpness {' '.join(map(str, fit.sharpness))}: of {fit.slots} {fit.said} said with {_GIVEN} or "
        f"more, {fit.right} of them right"
        for part, fit in fits.items()
    )
    return [
        f"{len(pages)} letterheads of {len({page.office for page in pages})} offices.",
        f"By pen, the page alone, given right: {right}.",
        f"Ink alone, calibrated on the other offices: {crossed}.",
        f"Blank places given a number: {found.blank}. CPU of the second looks: {1000 * found.cpu:.0f} ms a page.",
    ]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.bench.letterhead_bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rows", type=Path, default=Path("../shared/handwriting/dev"), help="folder with labels.tsv")
    parser.add_argument("--out", type=Path, default=Path("bench-out"))
    parser.add_argument("--store", action="store_true", help="store this run's figures as the baseline")
    return parser


if __name__ == "__main__":
    main()
