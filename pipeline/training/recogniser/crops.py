"""From a printed page to what the recogniser is given: lines found and cut out as the product does, with their text."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.reading.engines.line_detector import LineDetector
from pipeline.reading.engines.line_pictures import MAX_WIDTH, CutLine, cut_line, deepened, parts_of
from pipeline.training.recogniser.damage import damaged
from pipeline.training.recogniser.fonts import Faces
from pipeline.training.recogniser.page import Grey, Page, Printed, Token, printed_page
from pipeline.training.recogniser.text import Paragraphs

Edges = tuple[float, float, float, float]

_JUNK = 0.05  # of the crops: specks, seals, rules, bare paper, whose text is empty
_NEAR = 0.35  # of a line's height: how far the middle of a box may be from its line's
_DOUBTFUL = 0.62
_ENDS = 0.6  # of a box's height: how far its ends may be from those of its first and last token
# Of the page's usual: with less ink left, a token is not to be seen; pen, paler and thinner, breaks up earlier.
_FADED, _PEN_FADED = 0.4, 0.6
_JITTER = 0.5  # of the boxes get other edges than the detector's


@dataclass(frozen=True)
class Sample:
    """An ink map of 96 rows (0 paper, 255 ink) and what it shows; empty where nothing is written."""

    ink: NDArray[np.uint8]
    text: str
    by_pen: bool = False


def ink_map(sample: Sample) -> NDArray[np.float32]:
    """Its ink map as the recogniser takes it (0..1)."""
    return (sample.ink / np.float32(255)).astype(np.float32)


class Cutter:
    """Finds and cuts lines with the product's own networks."""

    def __init__(self) -> None:
        self._detector = LineDetector.load()
        cv2.setNumThreads(1)

    def lines(self, grey: Grey) -> list[NDArray[np.float32]]:
        """The ink maps of all lines that the detector finds on a page, long ones in parts."""
        cut = [
            cut_line(grey, box, MAX_WIDTH, part).ink
            for box in self._detector.lines_on(grey)
            for part in parts_of(grey, box, MAX_WIDTH)
        ]
        return deepened(cut)

    def row(self, grey: Grey, place: Edges) -> NDArray[np.float32]:
        """The ink map of the row in the middle of a place: from the first to the last of its boxes."""
        boxes = self._detector.lines_on(grey)
        middle, high = (place[1] + place[3]) / 2, place[3] - place[1]
        own = [box for box in boxes if abs((box[1] + box[3]) / 2 - middle) < 0.3 * high]
        box = place
        if own:
            longest = max(own, key=lambda one: one[2] - one[0])
            box = (min(one[0] for one in own), longest[1], max(one[2] for one in own), longest[3])
        crop = cut_line(grey, box, MAX_WIDTH, (0, grey.shape[1]))
        return deepened([crop.ink])[0]

    def samples(self, page: Page, grey: Grey, rng: random.Random) -> list[Sample]:
        """The lines of `grey`, which is `page` damaged, and some places without any."""
        boxes = self._detector.lines_on(np.ascontiguousarray(grey))
        left_over = _ink_left(page, grey)
        parts = [(box, part) for box in boxes for part in parts_of(grey, box, MAX_WIDTH)]
        cut: list[tuple[CutLine, str, bool]] = []
        for box, part in parts:
            tokens = shown(page.lines, (max(box[0], part[0]), box[1], min(box[2], part[1]), box[3]))
            if tokens is None or any(
                left_over[id(token)] < (_PEN_FADED if token.by_pen else _FADED) for token in tokens
            ):
                continue
            text = "".join(" " * (token.spaced and n > 0) + token.text for n, token in enumerate(tokens))
            crop = cut_line(grey, _jittered(box, rng), MAX_WIDTH, part)
            cut.append((crop, text, any(token.by_pen for token in tokens)))
        count = len(cut) * _JUNK / (1 - _JUNK)
        for box in _bare(page, boxes, rng, int(count) + (rng.random() < count % 1)):
            cut.append((cut_line(grey, box, MAX_WIDTH, (0, grey.shape[1])), "", False))
        inks = deepened([crop.ink for crop, _, _ in cut])
        return [
            Sample((np.clip(ink, 0, 1) * 255 + 0.5).astype(np.uint8), text, by_pen)
            for ink, (_, text, by_pen) in zip(inks, cut, strict=True)
        ]


def page_samples(
    cutter: Cutter, text: Paragraphs, families: dict[Faces, float], seed: int, clean: bool = False
) -> list[Sample]:
    """The samples of one page; the same seed gives the same ones."""
    rng = random.Random(seed)
    page = printed_page(rng, text, families)
    return cutter.samples(page, page.image if clean else damaged(page.image, page.dpi, rng), rng)


def shown(lines: Sequence[Printed], box: Edges) -> list[Token] | None:
    """The tokens in a box, from left to right; None where it cuts one, or where it is unclear which line it means."""
    left, top, right, bottom = box
    high = bottom - top
    inside: list[Token] = []
    for line in lines:
        off = abs((line.top + line.bottom) / 2 - (top + bottom) / 2)
        room = min(line.bottom - line.top, 1.6 * high)
        over = [token for token in line.tokens if token.right > left and token.left < right]
        if not over or off > _DOUBTFUL * room:
            continue
        if off > _NEAR * room:
            return None
        inside += over
    inside.sort(key=lambda token: token.left)
    # A token that only looks into the box is none of it; one that is cut makes the box unfit.
    own = [
        token
        for token in inside
        if (min(token.right, right) - max(token.left, left)) > 0.5 * (token.right - token.left)
    ]
    if not own or any(
        token not in own and min(token.right, right) - max(token.left, left) > 0.15 * high for token in inside
    ):
        return None
    if abs(own[0].left - left) > _ENDS * high or abs(own[-1].right - right) > _ENDS * high:
        return None
    return own


def _ink_left(page: Page, grey: Grey) -> dict[int, float]:
    """How much of its ink each token has kept, compared with what is usual on the page."""
    paper = float(np.percentile(grey[::7, ::7], 80))
    kept: dict[int, float] = {}
    for line in page.lines:
        rows = slice(max(0, round(line.top)), round(line.bottom))
        for token in line.tokens:
            columns = slice(max(0, round(token.left)), max(round(token.left) + 1, round(token.right)))
            before = float((255.0 - page.image[rows, columns]).sum())
            after = float(np.maximum(paper - grey[rows, columns].astype(np.float32) - 20, 0).sum())
            kept[id(token)] = after / max(before, 1.0)
    usual = float(np.median(list(kept.values()))) if kept else 1.0
    return {token: share / max(usual, 1e-6) for token, share in kept.items()}


def _jittered(box: Edges, rng: random.Random) -> Edges:
    if rng.random() > _JITTER:
        return box
    high = box[3] - box[1]
    across, down = 0.12, 0.06  # of the height; the detector's own edges lie within this of each other on one line
    return (
        box[0] + rng.uniform(-across, across) * high,
        box[1] + rng.uniform(-down, down) * high,
        box[2] + rng.uniform(-across, across) * high,
        box[3] + rng.uniform(-down, down) * high,
    )


def _bare(page: Page, boxes: Sequence[Edges], rng: random.Random, count: int) -> list[Edges]:
    """Boxes on which nothing is written: those that the detector finds in specks and seals, then others."""
    places: list[Edges] = [box for box in boxes if _is_bare(page, box)]
    rng.shuffle(places)
    usual = float(np.median([box[3] - box[1] for box in boxes])) if boxes else page.dpi / 6
    height, width = page.image.shape
    for _ in range(6 * count):
        if len(places) >= count:
            break
        high, long = usual * rng.uniform(0.8, 1.3), rng.uniform(0.5, 12) * usual
        if page.marked and rng.random() < 0.6:
            left, top, right, bottom = rng.choice(page.marked)
            x, y = rng.uniform(left - usual, right), rng.uniform(top, bottom)
        else:
            x, y = rng.uniform(0, width - long), rng.uniform(0, height - high)
        box = (max(0.0, x), max(0.0, y), min(width, x + long), min(height, y + high))
        if box[2] - box[0] > 4 and box[3] - box[1] > 4 and _is_bare(page, box):
            places.append(box)
    return places[:count]


def _is_bare(page: Page, box: Edges) -> bool:
    margin = 0.3 * (box[3] - box[1])
    return not any(
        line.top < box[3] - 0.25 * margin
        and line.bottom > box[1] + 0.25 * margin
        and line.tokens[0].left < box[2] + margin
        and line.tokens[-1].right > box[0] - margin
        for line in page.lines
    )
