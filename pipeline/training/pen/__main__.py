"""Trains the reader of digits by pen: printed views, then labelled rows; a network for each fold and one for all.

python -m pipeline.training.pen --shared ../shared --work build/pen --out models
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.reading import Reader
from pipeline.settings import ReadingSettings
from pipeline.training.pen.folds import FOLDS, fold_folder, fold_of, largest_office
from pipeline.training.pen.pages import letterhead_pages, page_input
from pipeline.training.pen.samples import RealSlot, as_ink, printed_samples, real_slots
from pipeline.training.recogniser import start
from pipeline.training.recogniser.crops import Sample
from pipeline.training.recogniser.text import Paragraphs
from pipeline.values import Slot

if TYPE_CHECKING:
    from torch import Tensor

    from pipeline.training.pen.export import Seen

_PAGES, _FIRST_VIEWS, _VIEWS, _REAL = 380, 24_000, 9_000, 0.4
_RATES = (4e-4, 2.5e-4)
_HIGHEST = {Slot.DAY: 31, Slot.MONTH: 12}


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.training.pen", description=__doc__)
    shared = Path(os.environ.get("SHARED", "../shared"))
    parser.add_argument("--shared", type=Path, default=shared, help="folder with handwriting/dev")
    parser.add_argument("--work", type=Path, default=Path("build/pen"), help="where the networks of the folds go to")
    parser.add_argument("--out", type=Path, default=Path("models"), help="with the recogniser; the network goes there")
    options = parser.parse_args()
    from pipeline.training.pen.export import export, fitted  # noqa: PLC0415  torch is in the extra `network` only
    from pipeline.training.pen.train import Plan, begun, trained  # noqa: PLC0415

    made = [one for seed in range(_PAGES) for one in printed_samples(Paragraphs({}), 1000 + seed)]
    rows = list(_rows(options.shared / "handwriting" / "dev"))
    sys.stderr.write(f"{len(made)} printed views, {len(rows)} labelled slots\n")

    def draw(rng: random.Random) -> Sample:
        return rng.choice(made)

    first = trained(begun(options.out), Plan(_FIRST_VIEWS, rate=_RATES[0]), draw)
    largest = largest_office(row.office for row in rows)
    seen: list[Seen] = []
    networks: list[dict[str, Tensor]] = []
    for fold in range(FOLDS):
        known = [row for row in rows if fold_of(row.document, row.office, largest) != fold]
        networks.append(trained(first, Plan(_VIEWS, _REAL, _RATES[1], fold), draw, known))
        unknown = [row for row in rows if fold_of(row.document, row.office, largest) == fold]
        seen += look(networks[-1], unknown, fold_folder(options.work, fold))
    calibration = fitted(seen)
    for fold, weights in enumerate(networks):
        export(weights, start.MODEL, fold_folder(options.work, fold), calibration)
    export(trained(first, Plan(_VIEWS, _REAL, _RATES[1], FOLDS), draw, rows), start.MODEL, options.out, calibration)


def _rows(folder: Path) -> Iterator[RealSlot]:
    reader, rng = Reader(ReadingSettings()), random.Random(1)
    for page in letterhead_pages(folder):
        (read,) = reader.read([page_input(page)])
        yield from real_slots(page, read, rng)


def look(weights: dict[str, Tensor], rows: Sequence[RealSlot], folder: Path) -> list[Seen]:
    """What a network sees on slots that it was not trained on; it is left in a folder."""
    from pipeline.reading.page_marks.pen_network import PenNetwork  # noqa: PLC0415  as above
    from pipeline.training.pen.export import Seen, export  # noqa: PLC0415

    export(weights, start.MODEL, folder, (1.0, 0.01))
    network = PenNetwork.of(folder / "pen.json", folder / "pen.onnx")
    return [Seen(network.classes([as_ink(view) for view in row.views]), row.digits, every(row.slot)) for row in rows]


def every(slot: Slot) -> tuple[str, ...]:
    """All that a day or a month may be; nothing for a number, which may be anything."""
    count = _HIGHEST.get(slot, 0)
    return tuple(sorted({form for number in range(1, count + 1) for form in (str(number), f"{number:02d}")}))


if __name__ == "__main__":
    main()
