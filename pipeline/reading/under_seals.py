"""Reads what stands under a seal: title and name of the signer, from several pictures of the place, with a vote.

The page as a whole is read once; here only the surroundings of each seal are drawn again without it (`seals`) and read
by the fast engine, a twentieth of a page each. What the pictures say of one row is compared: readings that agree, that
are surely read, and that are a title or a personal name win. A row that stays unclear is left out or keeps a low
confidence: half a name is worse than none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from pipeline.reading.engines.base import EngineLine
from pipeline.reading.inks import to_grey
from pipeline.reading.overlaid import black_filled, red_on_red
from pipeline.reading.seals import Seal, black_only, dark_only, red_only, without_rings
from pipeline.reading.signer_words import AUTHORITY, is_title, spelt
from pipeline.reading.treat import Treated
from pipeline.values import Box, MarkKind, PageMark, Word
from pipeline.vietnamese.folding import fold
from pipeline.vietnamese.names import is_personal_name

# How far around a seal is read, in parts of its size: the signer's column lies to its right.
_AROUND = (0.55, 0.6, 1.25, 0.65)  # left, above, right, below
_SURE, _UNSURE = 0.86, 0.62
_WORTHLESS = 0.5
_FLAGGED = 0.55  # the confidence of what only part of the evidence supports
_ALIKE = 80  # letters that two pictures' readings share, in hundredths, to support each other
# What counts for a reading, in letters surely read.
_VOTE, _IS_NAME, _IS_TITLE = 1.0, 4.0, 3.0
_WITNESS = 3  # what a second engine's witness counts, in votes of other pictures
ReadRegion = Callable[[NDArray[np.uint8]], Sequence[EngineLine]]
HearAgain = Callable[[NDArray[np.uint8], EngineLine], EngineLine]
"""(a picture, a line that was read off it) → the line with a second engine's witness."""


@dataclass(frozen=True, slots=True)
class UnderSeals:
    """The page's lines that remain, those recovered from under its seals, and marks for the signatures there."""

    lines: tuple[EngineLine, ...]
    recovered: tuple[EngineLine, ...] = ()
    marks: tuple[PageMark, ...] = ()


@dataclass(frozen=True, slots=True)
class _Reading:
    line: EngineLine
    source: str
    picture: NDArray[np.uint8] | None = None
    seen: EngineLine | None = None  # the line in the picture's pixels, with all that it may say
    witnessed: bool = False


def read_under_seals(  # noqa: PLR0917
    lines: Sequence[EngineLine],
    page: Treated,
    pixels: NDArray[np.uint8],
    seals: Sequence[Seal],
    read: ReadRegion,
    hear_again: HearAgain = lambda _picture, line: line,
) -> UnderSeals:
    """`lines` were read off `page`, which was made of `pixels` (the page's own picture, grey or RGB)."""
    result = UnderSeals(tuple(lines))
    for seal in seals:
        if not seal.whole:
            continue
        result = _under_one(result, page, pixels, seal, read, hear_again)
    return result


def _under_one(  # noqa: PLR0917
    before: UnderSeals,
    page: Treated,
    pixels: NDArray[np.uint8],
    seal: Seal,
    read: ReadRegion,
    hear_again: HearAgain,
) -> UnderSeals:
    height, width = page.grey.shape
    ring = page.box_from_page(seal.box)
    zone = _zone(ring, width, height)
    if not zone.width or not zone.height:
        return before
    cut = page.region(pixels, zone)
    inner = _moved(ring, -zone.left, -zone.top)
    readings = [_Reading(spelt(line), "page") for line in before.lines if line.box.meets(zone)]
    fixed = [reading.line.box for reading in readings if not _within(reading.line.box, zone)]
    for pictures in (_pictures, _more_pictures):
        for source, picture in pictures(cut, inner, coloured=seal.coloured):
            for seen in read(picture):
                line = _moved_line(seen, zone.left, zone.top)
                beside = any(_same_place(line.box, box) for box in fixed)
                if not beside and not _is_cut(line.box, zone, width, height):
                    readings.append(_Reading(spelt(line), source, picture, seen))
        if any(is_personal_name(reading.line.text) and _near([reading], ring) for reading in readings):
            break
    kept = [line for line in before.lines if not line.box.meets(zone) or not _within(line.box, zone)]
    rest = list(kept)
    recovered: list[EngineLine] = []
    marks: list[PageMark] = []
    for row in _rows([reading for reading in readings if _within(reading.line.box, zone)]):
        touched = _near(row, ring)
        own = [reading.line for reading in row if reading.source == "page"]
        if not touched:
            stamped = _stamped_name(row)
            recovered += [stamped] if stamped else []
            rest += [] if stamped else own
            continue
        best = _best([*row, *_witnessed(row, ring, hear_again, zone)], ring)
        if best is not None:
            recovered.append(best)
        elif own:
            box = Box.around(line.box for line in own)
            if not _inside(box, ring):
                marks.append(PageMark(MarkKind.SIGNATURE, box, None))
    return UnderSeals(tuple(rest), (*before.recovered, *_deputies(recovered, rest)), (*before.marks, *marks))


def _pictures(cut: NDArray[np.uint8], ring: Box, *, coloured: bool) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """The ways in which a place is drawn: without its colours, its red alone, its darkest ink, without the rings."""
    if coloured:
        yield "red and all", to_grey(cut)
        yield "black", black_only(cut, blue_too=False)
        yield "black without blue", black_only(cut, blue_too=True)
        red = red_only(cut)
        yield "red", red
        yield "red without rings", without_rings(red, ring)
        return
    grey = to_grey(cut)
    ringless = without_rings(grey, ring)
    yield "without rings", ringless
    yield "smooth", np.asarray(cv2.GaussianBlur(ringless, (3, 3), 0.8), dtype=np.uint8)
    if float(((grey > 3) & (grey < 252)).mean()) > 0.02:
        yield "dark", dark_only(grey)


def _more_pictures(cut: NDArray[np.uint8], ring: Box, *, coloured: bool) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Dearer ways to draw it, for places where no name was read: crossings of two inks made good."""
    drawn = {"black, filled": black_filled(cut), "red on red": red_on_red(cut, ring)} if coloured else {}
    for source, picture in drawn.items():
        if picture is not None:
            yield source, picture


def _rows(readings: Sequence[_Reading]) -> list[list[_Reading]]:
    """Readings of one place together."""
    rows: list[list[_Reading]] = []
    for reading in readings:
        for row in rows:
            if any(_same_place(reading.line.box, other.line.box) for other in row):
                row.append(reading)
                break
        else:
            rows.append([reading])
    return rows


def _best(row: Sequence[_Reading], ring: Box) -> EngineLine | None:
    """The reading of a row that counts most; None where nothing that is said of it can be trusted."""
    scored = [(_score(reading, row), number) for number, reading in enumerate(row) if _may_be_text(reading, ring)]
    if not scored:
        return None
    best = row[max(scored)[1]]
    votes = sum(other.line.text == best.line.text for other in row)
    line = best.line
    sense = is_personal_name(line.text) or is_title(line.text)
    if sum(map(str.isalpha, line.text)) < 2 or (line.confidence < _UNSURE and not (sense and _supported(best, row))):
        return None
    agreed = sense or line.confidence >= _SURE or votes > 1
    if line.confidence >= _UNSURE and agreed and not _may_be_cut(line, ring):
        return line
    return _flagged(line)


def _witnessed(row: Sequence[_Reading], ring: Box, hear_again: HearAgain, zone: Box) -> list[_Reading]:
    """The likeliest reading of a row heard by the second engine too, if it may be a name or what is left of one."""
    likely = [reading for reading in row if reading.seen is not None and _may_be_text(reading, ring)]
    likely = [reading for reading in likely if not reading.line.text.isupper() and len(reading.line.text) > 5]
    if not likely or any(is_title(reading.line.text) for reading in row):
        return []
    best = max(likely, key=lambda reading: _score(reading, row))
    if best.picture is None or best.seen is None or best.line.confidence < _WORTHLESS:
        return []
    heard = _moved_line(hear_again(best.picture, best.seen), zone.left, zone.top)
    return [_Reading(spelt(heard), best.source, witnessed=True)]


def _may_be_cut(line: EngineLine, ring: Box) -> bool:
    """Whether the beginning of a line may be lost under the ring: "Văn Phúc" there is half a name, however sure."""
    begins_under = ring.left < line.box.left < ring.right + 0.5 * line.box.height
    whole = line.text.isupper() or (is_personal_name(line.text) and len(line.words) > 2)
    return begins_under and not whole


def _stamped_name(row: Sequence[_Reading]) -> EngineLine | None:
    """A name stamped in red beside or below the seal; the page's picture, in which red is paled, shows it badly."""
    if any(reading.source.startswith("black") for reading in row):
        return None
    names = [reading for reading in row if reading.source.startswith("red") and is_personal_name(reading.line.text)]
    return max(names, key=lambda reading: reading.line.confidence).line if names else None


def _deputies(recovered: Sequence[EngineLine], others: Sequence[EngineLine]) -> list[EngineLine]:
    """Who signs for the chairman (KT. CHỦ TỊCH) is not the chairman: such a title lost its PHÓ, and is flagged."""

    def lost(line: EngineLine) -> bool:
        return any(
            above.text.startswith("KT.")
            and AUTHORITY.sub("", above.text).strip() == line.text
            and 0 < line.box.top - above.box.top < 3 * line.box.height
            for above in (*recovered, *others)
        )

    return [_flagged(line) if lost(line) else line for line in recovered]


def _flagged(line: EngineLine) -> EngineLine:
    """The line with a confidence that says that part of the evidence is against it."""
    doubt = min(1.0, _FLAGGED / max(0.01, line.confidence))
    words = tuple(replace(w, confidence=round((w.confidence or 0.5) * doubt, 4)) for w in line.words)
    return replace(line, words=words, places=())


def _supported(best: _Reading, row: Sequence[_Reading]) -> bool:
    """Whether another picture reads nearly the same letters, marks aside."""
    letters = fold(best.line.text).replace(" ", "")
    return any(
        other is not best and fuzz.ratio(letters, fold(other.line.text).replace(" ", "")) >= _ALIKE for other in row
    )


def _score(reading: _Reading, row: Sequence[_Reading]) -> float:
    text = reading.line.text
    letters = sum(
        len(w.text) * ((1.0 if w.confidence is None else w.confidence) - _WORTHLESS) for w in reading.line.words
    )
    votes = sum(other.line.text == text for other in row) - 1
    votes += _WITNESS * (reading.witnessed)
    return letters + _VOTE * votes + _IS_NAME * is_personal_name(text) + _IS_TITLE * is_title(text)


def _may_be_text(reading: _Reading, ring: Box) -> bool:
    """Red ink is a seal's own unless it is a name; what stands wholly within the ring is the seal's or a stroke."""
    text = reading.line.text
    if reading.source.startswith("red"):
        return is_personal_name(text)
    return not _inside(reading.line.box, ring) or is_personal_name(text) or is_title(text)


def _zone(ring: Box, width: int, height: int) -> Box:
    size = max(ring.width, ring.height)
    left, above, right, below = (round(part * size) for part in _AROUND)
    return Box(
        max(0, ring.left - left),
        max(0, ring.top - above),
        min(width, ring.right + right),
        min(height, ring.bottom + below),
    )


def _near(row: Sequence[_Reading], ring: Box) -> bool:
    """Whether a row stands where the seal may have spoilt it."""
    box = Box.around(reading.line.box for reading in row)
    slack = 0.1 * ring.height
    return box.top < ring.bottom + slack and box.bottom > ring.top - slack and box.left < ring.right + 4 * slack


def _within(one: Box, zone: Box) -> bool:
    return one.left > zone.left and one.right < zone.right and one.top >= zone.top and one.bottom <= zone.bottom


def _inside(one: Box, ring: Box) -> bool:
    """Whether a box stands within a ring."""
    radius = max(ring.width, ring.height) / 2
    x, y = (ring.left + ring.right) / 2, (ring.top + ring.bottom) / 2
    across = max(abs(one.left - x), abs(one.right - x))
    return bool(np.hypot(across, (one.top + one.bottom) / 2 - y) < 1.02 * radius)


def _is_cut(one: Box, zone: Box, width: int, height: int) -> bool:
    slack = 3
    return (
        (one.left <= zone.left + slack and zone.left > 0)
        or (one.right >= zone.right - slack and zone.right < width)
        or one.top <= zone.top
        or (one.bottom >= zone.bottom and zone.bottom < height)
    )


def _same_place(one: Box, other: Box) -> bool:
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    across = min(one.right, other.right) - max(one.left, other.left)
    return down > 0.5 * min(one.height, other.height) and across > 0.2 * min(one.width, other.width)


def _moved(box: Box, x: int, y: int) -> Box:
    return Box(box.left + x, box.top + y, box.right + x, box.bottom + y)


def _moved_line(line: EngineLine, x: int, y: int) -> EngineLine:
    words = tuple(Word(w.text, _moved(w.box, x, y) if w.box else None, w.confidence) for w in line.words)
    return EngineLine(_moved(line.box, x, y), words)
