"""The text layer of a PDF page: PDFium's characters gathered to words with boxes, fonts and weights.

Programs that lack a letter in a font draw it from another one, after the rest of the line: "HUY N" and then "Ệ" in
the gap. Pieces that touch on the page are therefore joined to one word, wherever the file has them.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import pypdfium2
import pypdfium2.raw as pdfium_c

from pipeline.intake.pdf.askew_text import askew, is_round, runs
from pipeline.intake.pdf.doubled_print import printed_again
from pipeline.intake.pdf.drawn_lines import read_rules
from pipeline.intake.pdf.letters import Style, angle_of, characters_of, sign_of, style_of
from pipeline.intake.pdf.matrix import pixel_box
from pipeline.intake.pdf.page_plan import PagePlan
from pipeline.intake.pdf.typed_annotations import Typed
from pipeline.values import Box, MarkKind, PageMark, TextLayer, Word
from pipeline.vietnamese.unicode import clean

# Pieces of a word lie closer than this part of the line's height; a blank, also a squeezed one, is wider.
_TOUCHING = 0.12
_ONE_LINE = 0.3
_LARGE = 2.0  # heights of the page's usual type: watermarks have four and more
_POINTS = 72.0  # an inch
_CAPITALS, _FIGURE = 0.75, 0.5  # height of capitals and width of figures, as parts of the type's size


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of characters without a blank, as the file has it. `room` is the box that its characters take up on
    their line: from where the first is set to where a next one would be, over the height of the font. `level` is
    False for text that runs up or down the page."""

    text: str
    box: Box | None
    style: Style
    room: Box
    level: bool = True


@dataclass(slots=True)
class _Gathering:
    """The piece that is being put together."""

    characters: list[str] = field(default_factory=list)
    rectangle: list[float] | None = None
    first: int = 0
    last: int = 0
    style: Style | None = None


def read_text_layer(
    page: pypdfium2.PdfPage, plan: PagePlan, typed: Sequence[Typed] = (), marks: Sequence[PageMark] = ()
) -> TextLayer | None:
    """The page's words in the file's own order, boxes in pixels of the plan's picture; None when there are none.

    `typed` is what stands on the page beside its content, `marks` what is known to be no running text.
    """
    if not plan.has_text and not typed:
        return None
    text_page = page.get_textpage()
    try:
        fonts: dict[str, int] = {}
        characters = characters_of(text_page.raw)
        angles = [None if char.isspace() else angle_of(text_page.raw, at) for at, char in enumerate(characters)]
        turned = askew(angles)
        pieces = _once(_pieces(text_page.raw, plan, fonts, characters, turned))
        askew_marks = tuple(_askew_marks(text_page.raw, plan, characters, angles, turned)) if any(turned) else ()
    finally:
        text_page.close()
    words, behind = _without_watermark(_joined([*pieces, *_typed_words(typed, plan, fonts)]))
    if not words and not askew_marks:
        return None
    return TextLayer(
        tuple(Word(clean(word.text), word.box) for word in words),
        tuple(fonts),
        tuple(word.style.bold for word in words),
        tuple(word.style.hidden for word in words),
        tuple(word.style.font for word in words),
        (*askew_marks, *behind, *marks),
        read_rules(page, plan) if plan.embedded is None else (),
        tuple(_picture_boxes(plan)),
    )


def _without_watermark(words: Sequence[_Piece]) -> tuple[list[_Piece], list[PageMark]]:
    """The words without those that stand large and pale behind the others ("DỰ THẢO"), and these as a mark."""
    heights = sorted(word.room.height for word in words)
    usual = heights[len(heights) // 2] if heights else 0
    behind = [word for word in words if word.style.pale and word.box and word.room.height > _LARGE * usual]
    if not behind:
        return list(words), []
    text = " ".join(clean(word.text) for word in behind)
    mark = PageMark(MarkKind.OTHER, Box.around(word.box for word in behind if word.box), text)
    return [word for word in words if not any(word is one for one in behind)], [mark]


def _picture_boxes(plan: PagePlan) -> Iterator[Box]:
    """Where pictures stand on the plan's picture, cut to it."""
    scale = (plan.dpi or _POINTS) / _POINTS
    for left, top, right, bottom in plan.pictures:
        sides = [side * scale for side in (left, top, right, bottom)]
        if not all(map(math.isfinite, sides)):
            continue
        edges = [max(0.0, min(side, plan.size[at % 2])) for at, side in enumerate(sides)]
        box = Box(*(round(edge) for edge in edges))
        if box.width and box.height:
            yield box


def _typed_words(typed: Sequence[Typed], plan: PagePlan, fonts: dict[str, int]) -> Iterator[_Piece]:
    """The words of annotations that have no appearance, spread over their rectangles."""
    for note in typed:
        left, bottom, right, top = note.where
        middle, half = (bottom + top) / 2, min(top - bottom, _CAPITALS * note.size) / 2
        each = min(right - left, _FIGURE * note.size * len(note.text)) / max(1, len(note.text))
        start = 0
        for word in note.text.split():
            start = note.text.index(word, start)
            ends = left + start * each, left + (start + len(word)) * each
            start += len(word)
            box = pixel_box(plan.to_pixels, (ends[0], middle - half, ends[1], middle + half), plan.size)
            if box is not None:
                yield _Piece(word, box, Style(fonts.setdefault("", len(fonts)), "", bold=False, hidden=False), box)


def _once(pieces: Iterable[_Piece]) -> list[_Piece]:
    """The pieces without those that lie over an earlier one of the same text: a shadow of it."""
    kept: list[_Piece] = []
    known: dict[str, list[int]] = {}
    for piece in pieces:
        same = known.setdefault(piece.text, [])
        under = next((at for at in same if len(piece.text) > 1 and _covers(kept[at].box, piece.box)), None)
        if under is None:
            same.append(len(kept))
            kept.append(piece)
        elif not kept[under].style.hidden and not piece.style.hidden:
            kept[under] = replace(kept[under], style=replace(kept[under].style, bold=True))
    return kept


def _covers(one: Box | None, other: Box | None) -> bool:
    """Whether two boxes of one size share more than half of their area."""
    if one is None or other is None or not (one.width and one.height and other.width and other.height):
        return False
    across, down = one.overlap(other)
    return across > 0 and down > 0 and 2 * across * down > min(one.width * one.height, other.width * other.height)


def _askew_marks(
    raw: pdfium_c.FPDF_TEXTPAGE,
    plan: PagePlan,
    characters: Sequence[str],
    angles: Sequence[float | None],
    turned: Sequence[bool],
) -> Iterator[PageMark]:
    """A mark for each run of letters that stand askew: a seal where they run round, a watermark or the like else."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    for run in runs(turned, [char.isspace() for char in characters]):
        around = _Gathering()
        for at in run:
            if not characters[at].isspace() and pdfium_c.FPDFText_GetCharBox(raw, at, left, right, bottom, top):
                _extend(around, left.value, bottom.value, right.value, top.value)
        sides = around.rectangle
        box = pixel_box(plan.to_pixels, (sides[0], sides[1], sides[2], sides[3]), plan.size) if sides else None
        if box is not None:
            kind = MarkKind.SEAL if is_round([angles[at] for at in run]) else MarkKind.OTHER
            yield PageMark(kind, box, " ".join("".join(characters[at] for at in run).split()))


def _pieces(
    raw: pdfium_c.FPDF_TEXTPAGE,
    plan: PagePlan,
    fonts: dict[str, int],
    characters: Sequence[str],
    turned: Sequence[bool],
) -> Iterator[_Piece]:
    again, repeated = printed_again(raw, characters)
    styles: dict[int, Style] = {}
    gathering = _Gathering()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    for at, char in enumerate(characters):
        if char.isspace() or turned[at]:
            yield from _finished(raw, gathering, plan)
            gathering = _Gathering()
            continue
        if at in again:
            continue
        shown = char
        if char in "\x02\ufffe" and pdfium_c.FPDFText_IsHyphen(raw, at) == 1:
            shown = "-"  # PDFium's stand-in for a hyphen at a line's end
        handle = pdfium_c.FPDFText_GetTextObject(raw, at)
        address = ctypes.cast(handle, ctypes.c_void_p).value or 0
        style = styles.get(address)
        if style is None:
            style = styles[address] = style_of(raw, at, handle, fonts)
        if gathering.style is None:
            gathering.style, gathering.first = style, at
        gathering.last = at
        if at in repeated and not gathering.style.bold:
            gathering.style = replace(gathering.style, bold=True)
        if pdfium_c.FPDFText_GetCharBox(raw, at, left, right, bottom, top):
            _extend(gathering, left.value, bottom.value, right.value, top.value)
        gathering.characters.append(sign_of(shown, style.font_name))
    yield from _finished(raw, gathering, plan)


def _room(raw: pdfium_c.FPDF_TEXTPAGE, first: int, last: int) -> tuple[float, float, float, float] | None:
    """The box around the characters' places on their line (left, bottom, right, top), in page coordinates."""
    box, end = pdfium_c.FS_RECTF(), pdfium_c.FS_RECTF()
    if not pdfium_c.FPDFText_GetLooseCharBox(raw, first, box) or not pdfium_c.FPDFText_GetLooseCharBox(raw, last, end):
        return None
    return min(box.left, end.left), min(box.bottom, end.bottom), max(box.right, end.right), max(box.top, end.top)


def _extend(gathering: _Gathering, left: float, bottom: float, right: float, top: float) -> None:
    box = gathering.rectangle
    if box is None:
        gathering.rectangle = [left, bottom, right, top]
    else:
        box[0], box[1] = min(box[0], left), min(box[1], bottom)
        box[2], box[3] = max(box[2], right), max(box[3], top)


def _finished(raw: pdfium_c.FPDF_TEXTPAGE, gathering: _Gathering, plan: PagePlan) -> Iterator[_Piece]:
    """The gathered piece, if there is one; what lies outside the page is dropped, as it is not seen."""
    if not gathering.characters or gathering.style is None:
        return
    text = "".join(gathering.characters)
    if gathering.rectangle is None:
        yield _Piece(text, None, gathering.style, Box(0, 0, 0, 0))
        return
    left, bottom, right, top = gathering.rectangle
    box = pixel_box(plan.to_pixels, (left, bottom, right, top), plan.size)
    if box is None:
        return
    room = _room(raw, gathering.first, gathering.last)
    place = (room and pixel_box(plan.to_pixels, room, plan.size)) or box
    yield _Piece(text, box, gathering.style, place, _is_level(raw, gathering.first, plan))


def _is_level(raw: pdfium_c.FPDF_TEXTPAGE, at: int, plan: PagePlan) -> bool:
    angle = angle_of(raw, at)
    x, y = math.cos(angle), math.sin(angle)
    a, b, c, d, _, _ = plan.to_pixels
    return abs(b * x + d * y) < 0.1 * abs(a * x + c * y)


def _joined(pieces: Sequence[_Piece]) -> list[_Piece]:
    """`pieces` with those that touch on one line made one word; a word stands where its first piece stood."""
    groups: dict[int, list[int]] = {}
    taken: set[int] = set()
    for line in _lines(pieces):
        previous: int | None = None
        head = -1
        for at in sorted(line, key=lambda index: (pieces[index].room.left, index)):
            if previous is not None and _touch(pieces, previous, at):
                groups[head].append(at)
                taken.add(at)
            else:
                head = at
                groups[head] = [at]
            previous = at
    words = []
    for at, piece in enumerate(pieces):
        if piece.box is None:
            words.append((at, piece))
        elif at not in taken:
            group = groups[at]
            words.append((min(group), _one_word([pieces[index] for index in group])))
    return [word for _, word in sorted(words, key=lambda pair: pair[0])]


def _lines(pieces: Sequence[_Piece]) -> Iterator[list[int]]:
    """The indices of the pieces that stand on one line."""
    placed = [(piece.room.top + piece.room.bottom, at) for at, piece in enumerate(pieces) if piece.box is not None]
    line: list[int] = []
    for centre, at in sorted(placed):
        if line:
            last = pieces[line[-1]].room
            if centre - (last.top + last.bottom) > 2 * _ONE_LINE * max(1, last.height):
                yield line
                line = []
        line.append(at)
    if line:
        yield line


def _touch(pieces: Sequence[_Piece], one: int, other: int) -> bool:
    """True when two neighbours on a line are parts of one word. Pieces that follow each other in the file have a
    blank between them there, so they are two words however close they stand."""
    before, after = pieces[one], pieces[other]
    if other == one + 1 or not (before.level and after.level) or before.style.hidden != after.style.hidden:
        return False
    height = max(1, before.room.height)
    # A deep overlap is text printed twice, not a neighbour.
    return -2.5 * _TOUCHING * height < after.room.left - before.room.right < _TOUCHING * height


def _one_word(group: Sequence[_Piece]) -> _Piece:
    if len(group) == 1:
        return group[0]
    longest = max(group, key=lambda piece: len(piece.text))
    box = Box.around(piece.box for piece in group if piece.box is not None)
    return _Piece("".join(piece.text for piece in group), box, longest.style, longest.room)
