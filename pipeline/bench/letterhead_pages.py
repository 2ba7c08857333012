"""Pages for the letterhead benchmark: real number and date rows, set where they stood, in a page of neutral print.

The rows are cut from scans of other people's papers (`../shared/handwriting/dev`, read where it lies); of the rest of
their pages nothing is known, so bodies, motto and text are printed around them, damaged no more than a scanner does.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from pipeline.training.recogniser.fonts import TRAINING, face
from pipeline.values import PageInput

_DATE = re.compile(r"ng\S{1,2}y\s*(?P<day>\d{1,2})\s*th\S{1,2}ng\s*(?P<month>\d{1,2})\b")
_INCHES = (8.27, 11.69)
_TEXT = (
    "Thực hiện chương trình công tác của cơ quan, các đơn vị trực thuộc phân công cán bộ theo dõi,",
    "đôn đốc việc thực hiện và báo cáo kết quả theo quy định. Trong quá trình thực hiện, nếu có khó khăn,",
    "vướng mắc, đề nghị các đơn vị phản ánh về bộ phận tổng hợp để được hướng dẫn, giải quyết kịp thời.",
)


@dataclass(frozen=True)
class LetterheadPage:
    """A page and what its letterhead says; `number` and `date` are None where the row is not there or not labelled.

    `kinds` says how the parts were written: number, day, month → handwritten, printed, stamped; `written` what stands
    there, noughts and all. `sure`: whether a person reads the number for certain. `path` is where the scan lay; `crops`
    are the rows' files.
    """

    name: str
    office: str
    path: str
    dpi: int
    pixels: NDArray[np.uint8]
    number: str | None
    date: str | None
    kinds: dict[str, str]
    written: dict[str, str]
    sure: bool
    crops: tuple[Path, ...]


@dataclass(frozen=True)
class _Picture:
    pixels: NDArray[np.uint8]
    dpi: float | None

    @property
    def size(self) -> tuple[int, int]:
        return self.pixels.shape[1], self.pixels.shape[0]

    def load(self) -> NDArray[np.uint8]:
        return self.pixels


def page_input(page: LetterheadPage, pixels: NDArray[np.uint8] | None = None) -> PageInput:
    """The page as intake would give it, or with other pixels."""
    return PageInput(1, image=_Picture(page.pixels if pixels is None else pixels, float(page.dpi)))


def letterhead_pages(folder: Path) -> Iterator[LetterheadPage]:
    """The pages of a folder with `labels.tsv` and its crops, by document."""
    documents: dict[str, list[dict[str, str]]] = defaultdict(list)
    with (folder / "labels.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            documents[row["doc"]].append(row)
    for name, rows in documents.items():
        yield _page(folder, name, {row["row"]: row for row in rows})


def _page(folder: Path, name: str, rows: dict[str, dict[str, str]]) -> LetterheadPage:
    any_row = next(iter(rows.values()))
    dpi = int(any_row["dpi"])
    size = (round(_INCHES[0] * dpi), round(_INCHES[1] * dpi))
    page = Image.new("RGB", size, "white")
    for row in rows.values():
        if row["row"] in ("number", "date"):
            left, top, *_ = (int(edge) for edge in row["box"].split(","))
            page.paste(Image.open(folder / row["file"]).convert("RGB"), (left, top))
    pixels = np.array(_printed(page, rows, dpi), dtype=np.uint8)
    if any_row["scan"] != "colour":
        pixels = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.uint8)
    number, date = rows.get("number"), rows.get("date")
    return LetterheadPage(
        name=name,
        office=any_row["office"],
        path=any_row["path"],
        dpi=dpi,
        pixels=pixels,
        number=number["value"] if number else None,
        date=date["value"] if date else None,
        kinds={
            part: kind
            for row in rows.values()
            if row["row"] in ("number", "date")
            for part, _, kind in [pair.partition("=") for pair in row["kinds"].split()]
        },
        written=_written(number, date),
        sure=number is None or number["legible"] == "sure",
        crops=tuple(folder / row["file"] for row in rows.values()),
    )


def _written(number: dict[str, str] | None, date: dict[str, str] | None) -> dict[str, str]:
    """What stands in the slots, as far as the rows' texts say it."""
    parts = _DATE.search(date["text"]) if date else None
    found = parts.groupdict() if parts else {}
    if number and number["digits"]:
        found["number"] = number["digits"]
    return found


def _printed(page: Image.Image, rows: dict[str, dict[str, str]], dpi: int) -> Image.Image:
    """The page with print around its rows: bodies over the number, the motto over the date, text below."""
    pen = ImageDraw.Draw(page)
    step = round(0.26 * dpi)
    regular, bold = (face(name, round(13 * dpi / 72)) for name in next(iter(TRAINING))[:2])
    boxes = {kind: [int(edge) for edge in row["box"].split(",")] for kind, row in rows.items()}
    width = page.size[0]
    left = boxes.get("number", [round(0.15 * width), round(1.5 * dpi), round(0.4 * width), 0])
    right = boxes.get("date", [round(0.5 * width), left[1], round(0.92 * width), 0])
    top = min(left[1], right[1])

    def centred(text: str, middle: float, y: float) -> None:
        pen.text((middle - bold.getlength(text) / 2, y), text, font=bold, fill=30)

    column = max(min(0.72 * width, (right[0] + right[2]) / 2), 0.66 * width)
    centred("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", column, max(2, top - 2.6 * step))
    centred("Độc lập - Tự do - Hạnh phúc", column, max(2 + step, top - 1.5 * step))
    centred("CƠ QUAN CHỦ QUẢN", 0.24 * width, max(2, top - 2.6 * step))
    centred("CƠ QUAN BAN HÀNH", 0.24 * width, max(2 + step, top - 1.5 * step))
    below = max(box[3] for box in boxes.values()) + 4 * step
    for at in range(24):
        pen.text((0.12 * width, below + at * step), _TEXT[at % len(_TEXT)], font=regular, fill=30)
    return page
