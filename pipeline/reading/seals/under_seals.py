"""Reads what stands under a seal: title and name of the signer, from several pictures of the place.

The page as a whole is read once; here only the surroundings of each seal are drawn again without it (`layers`)
and read by the fast engine, a twentieth of a page each. A name is decoded from all pictures of its row at once
(`name_decoder`). Of other rows what the pictures say is compared: readings that agree, that are surely read, and that
are a title win. A row that stays unclear is left out or keeps a low confidence: half a name is worse than none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from pipeline.reading.engines.base import EngineLine
from pipeline.reading.page_image.treat import Treated
from pipeline.reading.seals.find_seals import Seal
from pipeline.reading.seals.layers import more_pictures, pictures
from pipeline.reading.seals.rows import (
    RowReading,
    is_cut,
    is_inside,
    is_within,
    rows_of,
    same_place,
    touches,
    zone_of,
)
from pipeline.reading.seals.signer_lines import LookAt, Pixels, SealPlace, SignerLine, find_name, find_title
from pipeline.reading.seals.signer_words import is_title, spelt
from pipeline.reading.weights import STANDARD
from pipeline.values import Box, MarkKind, PageMark
from pipeline.vietnamese.administrative.labels import AUTHORITY
from pipeline.vietnamese.administrative.personal_names import is_personal_name
from pipeline.vietnamese.folding import fold

_SURE = 0.86  # a reading that nothing else supports
_FLAGGED = 0.55  # the confidence of what only part of the evidence supports
_ALIKE = 80  # letters that two pictures' readings share, in hundredths, to support each other
_LIKE = 45  # the same of a title or a name and what some picture's reading made of it
# What it counts for a reading that it is a name or a title, in letters surely read; a picture that agrees counts one.
_MAKES_SENSE = 4.0
# A row that may be a title or a name has no more words than this, and ends right of the ring's middle.
_MOST_WORDS = 7
_CAPITALS = 4  # a row with so many of them may be a title
ReadRegion = Callable[[Pixels], Sequence[EngineLine]]


@dataclass(frozen=True, slots=True)
class PlaceEngine:
    """An engine as it serves parts of a page: it reads a whole picture, and tells all that it sees of a row."""

    read: ReadRegion
    look: LookAt = lambda _pictures, _box: ()


@dataclass(frozen=True, slots=True)
class UnderSeals:
    """The page's lines that remain, those recovered from under its seals, and marks for the signatures there."""

    lines: tuple[EngineLine, ...]
    recovered: tuple[EngineLine, ...] = ()
    marks: tuple[PageMark, ...] = ()


def read_under_seals(
    lines: Sequence[EngineLine],
    page: Treated,
    pixels: NDArray[np.uint8],
    seals: Sequence[Seal],
    engine: PlaceEngine,
) -> UnderSeals:
    """`lines` were read off `page`, which was made of `pixels` (the page's own picture, grey or RGB)."""
    result = UnderSeals(tuple(lines))
    for seal in seals:
        if seal.whole:
            result = _under_one(result, page, pixels, seal, engine)
    return result


def _under_one(
    before: UnderSeals, page: Treated, pixels: NDArray[np.uint8], seal: Seal, engine: PlaceEngine
) -> UnderSeals:
    height, width = page.grey.shape
    ring = page.box_from_page(seal.box)
    zone = zone_of(ring, width, height)
    if not zone.width or not zone.height:
        return before
    here = [RowReading(spelt(line), "page") for line in before.lines if line.box.meets(zone)]
    place, found = SealPlace(zone, ring, page.region(pixels, zone)), list(here)
    fixed = [reading.line.box for reading in here if not is_within(reading.line.box, zone)]
    rows: list[list[RowReading]] = []
    tried: list[_Tried] = []
    for draw in (pictures, more_pictures):
        for source, picture in draw(place.cut, ring.moved(-zone.left, -zone.top), coloured=seal.coloured):
            place.drawn[source] = picture
            for seen in engine.read(picture):
                line = replace(seen, places=()).moved(*place.corner)
                beside = any(same_place(line.box, box) for box in fixed)
                if not beside and not is_cut(line.box, zone, width, height):
                    found.append(RowReading(spelt(line), source))
        rows = rows_of([reading for reading in found if is_within(reading.line.box, zone)])
        rows.sort(key=lambda row: min(reading.line.box.top for reading in row))
        tried = _tried(rows, place, engine)
        if any(one.found is not None and one.found.whole and not one.title for one in tried):
            break
    kept = [line for line in before.lines if not line.box.meets(zone) or not is_within(line.box, zone)]
    return _chosen(replace(before, lines=tuple(kept)), rows, tried, ring)


def _chosen(before: UnderSeals, rows: Sequence[Sequence[RowReading]], tried: Sequence[_Tried], ring: Box) -> UnderSeals:
    """What is made of each row: its name, its best reading, nothing, or what the page's own reading had there."""
    rest, recovered, marks = list(before.lines), list[EngineLine](), list[PageMark]()
    for row, one in zip(rows, tried, strict=True):
        own = [reading.line for reading in row if reading.source == "page"]
        touched = touches(row, ring)
        named = _as_found(one.found, row, ring)
        if named is not None and (touched or named.confidence > _FLAGGED or _misread(row, named)):
            recovered.append(named)
            continue
        if not touched:
            rest += own
            continue
        best = _best(row, ring)
        if best is not None:
            recovered.append(best)
        elif own:
            box = Box.around(line.box for line in own)
            if not is_inside(box, ring):
                marks.append(PageMark(MarkKind.SIGNATURE, box, None))
    rest = [line for line in rest if not any(_covers(found.box, line.box) for found in recovered)]
    recovered = [one for one in recovered if not any(_covers(o.box, one.box) for o in recovered if o.text != one.text)]
    return UnderSeals(
        tuple(rest),
        (*before.recovered, *_deputies(recovered, rest)),
        (*before.marks, *marks),
    )


@dataclass(frozen=True, slots=True)
class _Tried:
    """What came of looking for a title or a name on a row."""

    found: SignerLine | None = None
    title: bool = False


def _tried(rows: Sequence[Sequence[RowReading]], place: SealPlace, engine: PlaceEngine) -> list[_Tried]:
    """The title or the name on each row, from above to below; nothing on rows that can be neither."""
    result: list[_Tried] = []
    above = ""
    for row in rows:
        texts = [reading.line.text for reading in row]
        right = max(reading.line.box.right for reading in row)
        short = min(len(text.split()) for text in texts) <= _MOST_WORDS
        one = _Tried()
        if short and right > place.ring.centre[0]:
            title = any(sum(map(str.isupper, text)) >= _CAPITALS for text in texts)
            one = _Tried(find_title(row, place, engine.look, above), title=True) if title else _Tried()
            one = (
                one
                if one.found is not None or all(map(str.isupper, texts))
                else _Tried(find_name(row, place, engine.look))
            )
            above = one.found.line.text if one.title and one.found is not None else above
        result.append(one)
    return result


def _as_found(found: SignerLine | None, row: Sequence[RowReading], ring: Box) -> EngineLine | None:
    """The title or name of a row, flagged where it is in doubt; None where it is unlike all that was read there."""
    if found is None:
        return None
    letters = fold(found.line.text).replace(" ", "")
    like = max(fuzz.ratio(letters, fold(reading.line.text).replace(" ", "")) for reading in row)
    if like < _LIKE:
        return None
    return found.line if found.whole and not _may_be_cut(found.line, ring) else _flagged(found.line)


def _misread(row: Sequence[RowReading], named: EngineLine) -> bool:
    """Whether the page's reading of a row beside the seal is no name, and some picture shows nearly the one found."""
    letters = fold(named.text).replace(" ", "")
    if any(reading.source == "page" and is_personal_name(reading.line.text) for reading in row):
        return False
    return any(fuzz.ratio(letters, fold(reading.line.text).replace(" ", "")) >= _ALIKE for reading in row)


def _covers(found: Box, other: Box) -> bool:
    """Whether a line is for the most part a piece of another one that was read whole."""
    across, down = found.overlap(other)
    return down > 0.5 * other.height and across > 0.5 * other.width


def _best(row: Sequence[RowReading], ring: Box) -> EngineLine | None:
    """The reading of a row that counts most; None where nothing that is said of it can be trusted."""
    scored = [(_score(reading, row), number) for number, reading in enumerate(row) if _may_be_text(reading, ring)]
    if not scored:
        return None
    best = row[max(scored)[1]]
    votes = sum(other.line.text == best.line.text for other in row)
    line = best.line
    sense = is_personal_name(line.text) or is_title(line.text)
    guessed = line.confidence < STANDARD.trust.guess
    if sum(map(str.isalpha, line.text)) < 2 or (guessed and not (sense and _supported(best, row))):
        return None
    agreed = sense or line.confidence >= _SURE or votes > 1
    if not guessed and agreed and not _may_be_cut(line, ring):
        return line
    return _flagged(line)


def _may_be_cut(line: EngineLine, ring: Box) -> bool:
    """Whether the beginning of a line may be lost under the ring: "Văn Phúc" there is half a name, however sure."""
    begins_under = ring.left < line.box.left < ring.right + 0.5 * line.box.height
    whole = line.text.isupper() or (is_personal_name(line.text) and len(line.words) > 2)
    return begins_under and not whole


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


def _supported(best: RowReading, row: Sequence[RowReading]) -> bool:
    """Whether another picture reads nearly the same letters, marks aside."""
    letters = fold(best.line.text).replace(" ", "")
    return any(
        other is not best and fuzz.ratio(letters, fold(other.line.text).replace(" ", "")) >= _ALIKE for other in row
    )


def _score(reading: RowReading, row: Sequence[RowReading]) -> float:
    text = reading.line.text
    letters = sum(
        len(w.text) * ((1.0 if w.confidence is None else w.confidence) - STANDARD.trust.guess)
        for w in reading.line.words
    )
    votes = sum(other.line.text == text for other in row) - 1
    return letters + votes + _MAKES_SENSE * (is_personal_name(text) or is_title(text))


def _may_be_text(reading: RowReading, ring: Box) -> bool:
    """Red ink is a seal's own unless it is a name; what stands wholly within the ring is the seal's or a stroke."""
    text = reading.line.text
    if reading.source.startswith("red"):
        return is_personal_name(text)
    return not is_inside(reading.line.box, ring) or is_personal_name(text) or is_title(text)
