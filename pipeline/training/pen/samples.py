"""Views of slots with what is written there: of pages printed for the purpose, and of real rows that were labelled."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.reading.page_image.colour import to_grey
from pipeline.reading.page_marks.pen_readings import row_of
from pipeline.reading.page_marks.pen_views import VIEWS, shown, view_of
from pipeline.training.pen.pages import LetterheadPage
from pipeline.training.recogniser.crops import Sample
from pipeline.training.recogniser.damage import damaged
from pipeline.training.recogniser.fonts import TRAINING
from pipeline.training.recogniser.made_lines import letterhead_line
from pipeline.training.recogniser.page import Printed, Token, printed_page
from pipeline.training.recogniser.text import Paragraphs
from pipeline.values import Box, Filling, Page, Slot

Grey = NDArray[np.uint8]
JITTERED = 12
"""Views of each real slot, each with other edges."""


@dataclass(frozen=True)
class RealSlot:
    """A slot of a labelled page: whose page and office, what stands there, views as the product takes them, others."""

    document: str
    office: str
    slot: Slot
    digits: str
    views: tuple[Grey, ...]
    jittered: tuple[Grey, ...]


def printed_samples(text: Paragraphs, seed: int) -> Iterator[Sample]:
    """The slots of a printed and damaged page; the same seed gives the same ones."""
    rng = random.Random(seed)
    page = printed_page(rng, text, TRAINING, letterhead_line)
    grey = damaged(page.image, page.dpi, rng)
    rows = [(line, _row(line)) for line in page.lines]
    for line, row in rows:
        for token in line.tokens:
            if token.by_pen and token.rows and (digits := _digits(token.text)):
                yield Sample(as_bytes(shown(grey, _seen(token, row, rng))), digits, by_pen=True)


def _digits(text: str) -> str:
    """What the network has to say; "" for a slot with something else in it ("5/11" of an arrival stamp)."""
    bare = text.rstrip("aAbBcC")
    return bare if bare.isdecimal() and len(bare) <= 5 else ""


def _row(line: Printed) -> Box:
    """About the box that the product's detector gives the line."""
    height = line.bottom - line.top
    return Box(
        round(line.tokens[0].left), round(line.top + 0.1 * height), round(line.tokens[-1].right), round(line.bottom)
    )


def _seen(token: Token, row: Box, rng: random.Random) -> tuple[float, float, float, float]:
    """Any view of a slot whose box is as wrong as boxes are."""
    assert token.rows is not None
    slot = Box(round(token.left), round(token.rows[0]), round(token.right), round(token.rows[1]))
    slot = _jittered(slot, row.height, rng, 0.05, 0.3)
    row = _jittered(row, row.height, rng, -0.08, 0.08)
    return view_of(slot, row, rng.uniform(0, 1), rng.uniform(0.5, 1.3))


def _jittered(box: Box, high: int, rng: random.Random, least: float, most: float) -> Box:
    """The box with each edge moved outwards by some parts of a line's height."""
    left, top, right, bottom = (round(rng.uniform(least, most) * high) for _ in range(4))
    return Box(box.left - left, box.top - top, box.right + right, box.bottom + bottom)


def real_slots(page: LetterheadPage, read: Page, rng: random.Random) -> Iterator[RealSlot]:
    """The slots of a labelled page that the product takes for filled in by pen, with what stands there."""
    grey = to_grey(page.pixels)
    for slot in read.slots:
        digits = _digits(page.written.get(slot.slot, ""))
        if slot.filling is not Filling.HANDWRITTEN or slot.box is None or not digits:
            continue
        row = row_of(slot, read.lines)
        views = tuple(as_bytes(shown(grey, view_of(slot.box, row, *view))) for view in VIEWS)
        jittered = tuple(
            as_bytes(
                shown(
                    grey,
                    view_of(
                        _jittered(slot.box, row.height, rng, -0.06, 0.12),
                        _jittered(row, row.height, rng, -0.12, 0.12),
                        rng.uniform(0, 1),
                        rng.uniform(0.5, 1.3),
                    ),
                )
            )
            for _ in range(JITTERED)
        )
        yield RealSlot(page.name, page.office, slot.slot, digits, views, jittered)


def as_bytes(ink: NDArray[np.float32]) -> Grey:
    """An ink map in a quarter of the room."""
    return (np.clip(ink, 0, 1) * 255 + 0.5).astype(np.uint8)


def as_ink(view: Grey) -> NDArray[np.float32]:
    """An ink map (0..1) of its bytes."""
    return (view / np.float32(255)).astype(np.float32)
