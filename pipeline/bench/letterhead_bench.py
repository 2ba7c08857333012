"""The letterhead benchmark: numbers and dates on real letterheads, by pen, printed and stamped.

    python -m pipeline.bench.letterhead_bench --rows ../shared/handwriting/dev --folds build/pen --out bench-out

writes letterhead.md, letterhead.json and letterhead.html (every miss as a picture beside reading, evidence and truth),
and ends with 1 when a figure is worse than the stored baseline by more than its tolerance. The digits' network that is
shipped has seen these rows. `--folds` has networks that have not (`make pen` leaves them there): each document is read
by the one that was trained without it, and only such figures are compared and stored.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.bench.letterhead_report import counted, is_right, markdown, misses
from pipeline.bench.letterhead_tally import Outcome, Share, outcomes, share
from pipeline.digitise import Stages, finish_document
from pipeline.evidence.settle import concluded
from pipeline.reading import Reader
from pipeline.reading.page_image.colour import to_grey
from pipeline.reading.page_marks.pen_network import PenNetwork
from pipeline.reading.page_marks.pen_readings import Digits, load_network, with_pen_readings
from pipeline.records import SourcePages, SourceRecord, Watch, cpu_seconds
from pipeline.restoration import load_restorer
from pipeline.schema import Document
from pipeline.settings import Settings
from pipeline.training.pen.folds import FOLDS, fold_folder, fold_of, largest_office
from pipeline.training.pen.pages import LetterheadPage, letterhead_pages, page_input
from pipeline.values import Filling, Page, Slot

BASELINE = Path(__file__).with_name("letterhead_baseline.json")
TOLERANCE = 0.013
"""A share may fall, or that of wrong ones rise, by one of the 86 numbers: a library's version moves as much."""
NAMED, ALONE = "with the file's name", "the page alone"
_NAMELESS = "scan.pdf"
_BLANKED = 24  # pages whose number is wiped out, to see that nothing is made up


@dataclass(frozen=True)
class Found:
    """What a run found: outcomes by what was known, numbers given for blank places, CPU seconds a page of the pen's."""

    runs: dict[str, list[Outcome]]
    blank: Share
    cpu: float
    crops: dict[str, tuple[Path, ...]]


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    options = _parser().parse_args(arguments)
    if not (options.rows / "labels.tsv").is_file():
        sys.exit(f"There are no labelled rows in {options.rows}; they are those of ../shared/handwriting/dev.")
    pages = list(letterhead_pages(options.rows))
    networks = _networks(options.folds)
    found = run(pages, networks)
    figures = figures_of(found)
    page = markdown(found.runs, _notes(pages, found, networks), datetime.now(UTC).date().isoformat())
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "letterhead.md").write_text(page, encoding="utf-8")
    (options.out / "letterhead.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    (options.out / "letterhead.html").write_text(misses(found.runs, found.crops), encoding="utf-8")
    sys.stdout.write(page)
    if not networks:
        return
    if options.store:
        BASELINE.write_text(json.dumps(figures, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    stored = json.loads(BASELINE.read_text(encoding="utf-8")) if BASELINE.is_file() else {}
    worse = regressions(figures, stored)
    for name, was, now in worse:
        sys.stderr.write(f"{name}: {now:.4f}, the baseline has {was:.4f}\n")
    sys.exit(1 if worse else 0)


def run(pages: Sequence[LetterheadPage], networks: Sequence[PenNetwork]) -> Found:
    """Read every page, with the network that has not seen it where there are such."""
    settings = Settings()
    restorer = load_restorer(settings.restoration)
    stages = [Stages(settings, Reader(settings.reading, pen=one), restorer) for one in networks or (None,)]
    largest = largest_office(page.office for page in pages)
    runs: dict[str, list[Outcome]] = {NAMED: [], ALONE: []}
    blank: list[bool] = []
    cpu = 0.0
    for page in pages:
        at = fold_of(page.name, page.office, largest) if networks else 0
        read, named = _document(page, page.pixels, stages[at])
        runs[NAMED] += outcomes(page, named)
        runs[ALONE] += outcomes(page, concluded(named, settings.evidence.given_from, [_NAMELESS]))
        if len(blank) < _BLANKED and (wiped := _without_number(page, read)) is not None:
            number = _document(page, wiped, stages[at])[1].header.number
            blank.append(number is not None and number.complete)
        cpu += _pen_seconds(page, read, networks[at] if networks else load_network())
    return Found(runs, Share(sum(blank), len(blank)), cpu / len(pages), {page.name: page.crops for page in pages})


def _document(page: LetterheadPage, pixels: NDArray[np.uint8], stages: Stages) -> tuple[Page, Document]:
    (read,) = stages.reader.read([page_input(page, pixels)])
    source = SourceRecord(page.path, "00", 1)
    return read, finish_document(SourcePages("image/png", 1, (read,)), source, stages, Watch())


def _without_number(page: LetterheadPage, read: Page) -> NDArray[np.uint8] | None:
    """The page with its handwritten number wiped out; None where none was found."""
    boxes = [
        slot.box for slot in read.slots if slot.slot is Slot.NUMBER and slot.filling is Filling.HANDWRITTEN and slot.box
    ]
    if not boxes:
        return None
    pixels = page.pixels.copy()
    box = boxes[0].clipped(pixels.shape[1], pixels.shape[0])
    pixels[box.top : box.bottom, box.left : box.right] = np.median(pixels, axis=(0, 1))
    return pixels


def _pen_seconds(page: LetterheadPage, read: Page, network: PenNetwork | None) -> float:
    """CPU seconds that the digits' reader takes for a page's slots."""
    if network is None:
        return 0.0
    grey = to_grey(page.pixels)
    before = cpu_seconds()
    with_pen_readings(read.slots, (), Digits(network, grey, read.lines))
    return cpu_seconds() - before


def _networks(folder: Path | None) -> list[PenNetwork]:
    """The networks of all folds; none where not all are there."""
    folders = [fold_folder(folder, fold) for fold in range(FOLDS)] if folder else []
    if not folders or not all((one / "pen.json").is_file() for one in folders):
        return []
    return [PenNetwork.of(one / "pen.json", one / "pen.onnx") for one in folders]


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


def _notes(pages: Sequence[LetterheadPage], found: Found, networks: Sequence[PenNetwork]) -> list[str]:
    largest = largest_office(page.office for page in pages)
    by_pen = [one for one in found.runs[ALONE] if one.kind == "handwritten"]
    groups = {"the office with most": True, "the others": False}
    right = "; ".join(
        f"{name}, {part}s {share((o for o in by_pen if (o.office == largest) == own and o.part == part), is_right)}"
        for name, own in groups.items()
        for part in ("number", "date")
    )
    seen = (
        "each read by a network that was trained without it" if networks else "**read by a network that has seen them**"
    )
    return [
        f"{len(pages)} letterheads of {len({page.office for page in pages})} offices, {seen}.",
        f"By pen, the page alone, given right: {right}.",
        f"Blank places given a number: {found.blank}. CPU of the digits' reader: {1000 * found.cpu:.0f} ms a page.",
    ]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.bench.letterhead_bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rows", type=Path, default=Path("../shared/handwriting/dev"), help="folder with labels.tsv")
    parser.add_argument("--folds", type=Path, help="folder with the networks of all folds")
    parser.add_argument("--out", type=Path, default=Path("bench-out"))
    parser.add_argument("--store", action="store_true", help="store this run's figures as the baseline")
    return parser


if __name__ == "__main__":
    main()
