"""The page that a PDF's text layer gives, with what its picture shows and the layer has no words for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import compress
from typing import TYPE_CHECKING

import numpy as np

from pipeline.language.lost_words import lost_words
from pipeline.language.word_frequencies import EDGE_SIGNS, clean_frequency
from pipeline.reading.layout.drawn_tables import drawn_rules, drawn_tables
from pipeline.reading.layout.reading_order import arrange
from pipeline.reading.text_layer import LayerView, in_unicode, layer_lines
from pipeline.reading.unaccounted_ink import unaccounted
from pipeline.values import Box, Line, MarkKind, Page, PageInput, PageMark, Step, TextLayer, TextSource, Word

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Where more of a layer's words than this are invisible, it is an engine's over a scan, which has ink of its own.
_MOSTLY_HIDDEN = 0.5
# A line read from a picture beside the text is text when it is so sure and so many of its words are in use: photographs
# and maps have letters in them, and patterns that look like some.
_SURE, _IN_USE = 0.7, 0.5
# A word shows when the grey levels of its place differ by so many, and its letters are so high, in parts of a page's
# height (a point of 842 on A4; footnotes' small letters have 3).
_CONTRAST, _READABLE = 16, 1 / 842
_EDGE = 12  # pixels around a region that are read with it


def extent(page: PageInput) -> tuple[int, int]:
    """How far a layer reaches, where there is no picture to tell a page's size."""
    boxes = [word.box for word in page.layer.words if word.box] if page.layer else []
    around = Box.around(boxes) if boxes else Box(0, 0, 0, 0)
    return around.right, around.bottom


def from_layer(page: PageInput, size: tuple[int, int], view: LayerView) -> Page:
    """The page that a text layer and the lines drawn beside it give; `size` is that of the page's picture."""
    assert page.layer is not None
    layer = in_unicode(page.layer)
    found = layer_lines(layer)
    rules = drawn_rules(layer.rules, found, size[0])
    tables = drawn_tables(rules, found, size[0])
    layout = arrange(found, *size, tables)
    bold = dict(zip(layer.words, layer.bold, strict=False))
    lines = tuple(
        replace(line, bold=all(bold.get(word, False) for word in line.words) if bold else None) for line in layout.lines
    )
    step = Step("text_layer", "sohoa", "1", {"words": view.words, "garble": view.garble, "spread": view.spread})
    marks = (*layout.marks, *layer.marks)
    shown = [*(line.text for line in lines), *(mark.text or "" for mark in marks)]
    lost = lost_words((word.text for word in layer.words), shown, "of the page's text layer are on none of its lines")
    return Page(page.number, TextSource.TEXT_LAYER, lines, *size, marks=marks, steps=(step,), problems=tuple(lost))


def overlay_marks(page: PageInput) -> tuple[PageMark, ...]:
    """The words of an e-signature overlay, kept as one mark."""
    words = [word for word in page.layer.words if word.box] if page.layer else []
    if not words:
        return ()
    box = Box.around(word.box for word in words if word.box)
    return (PageMark(MarkKind.E_SIGNATURE, box, " ".join(word.text for word in words)),)


def without_unseen(layer: TextLayer, look: Callable[[], NDArray[np.uint8]], size: tuple[int, int]) -> TextLayer:
    """The layer of a page of `size` pixels without words that nobody sees; their text is kept as a mark.

    They are white on white, covered, cut off, set in invisible letters beside others, or smaller than anyone reads.
    """
    if sum(layer.hidden) > _MOSTLY_HIDDEN * max(1, len(layer.words)):
        return layer
    grey = look()
    part = grey.shape[0] / max(1, size[1])
    typed = {at for at, name in enumerate(layer.fonts) if not name}  # into a field or note that nobody has drawn yet
    fonts = layer.font_of if len(layer.font_of) == len(layer.words) else (-1,) * len(layer.words)
    seen = [
        word.box is None or font in typed or _is_seen(word, grey, part, size[1])
        for word, font in zip(layer.words, fonts, strict=True)
    ]
    if all(seen):
        return layer
    unseen = [word for word, shows in zip(layer.words, seen, strict=True) if not shows]
    box = Box.around(word.box for word in unseen if word.box)
    return replace(
        layer,
        words=tuple(compress(layer.words, seen)),
        bold=tuple(compress(layer.bold, seen)),
        hidden=tuple(compress(layer.hidden, seen)),
        font_of=tuple(compress(layer.font_of, seen)),
        marks=(*layer.marks, PageMark(MarkKind.OTHER, box, " ".join(word.text for word in unseen))),
    )


def _is_seen(word: Word, grey: NDArray[np.uint8], part: float, height: int) -> bool:
    assert word.box is not None
    letters = any(map(str.isalnum, word.text))
    if letters and word.box.height < _READABLE * height:
        return False
    box = _scaled(word.box, part)
    place = grey[max(0, box.top - 1) : box.bottom + 2, max(0, box.left - 1) : box.right + 2]
    return not letters or not place.size or int(place.max()) - int(place.min()) >= _CONTRAST


def pictured_print(layer: TextLayer, look: Callable[[], NDArray[np.uint8]], size: tuple[int, int]) -> list[Box]:
    """Where on a page of `size` pixels print stands that the layer has no words for; `look` draws the page in grey."""
    hidden = sum(layer.hidden)
    if hidden > _MOSTLY_HIDDEN * max(1, len(layer.words)):
        return []
    grey = look()
    part = grey.shape[0] / max(1, size[1])
    words = [_scaled(word.box, part) for word in layer.words if word.box]
    words += [_scaled(mark.box, part) for mark in layer.marks if mark.box]
    return [_scaled(box, 1 / part).grown(_EDGE, _EDGE).clipped(*size) for box in unaccounted(grey, words)]


def nothing_but(pixels: NDArray[np.uint8], regions: Sequence[Box], layer: TextLayer) -> NDArray[np.uint8]:
    """The picture of a page with paper everywhere but in its regions, and there too where the layer has words."""
    masked = np.full_like(pixels, 255)
    for box in regions:
        part = slice(box.top, box.bottom), slice(box.left, box.right)
        masked[part] = pixels[part]
    for word in layer.words:
        if word.box is not None:
            masked[word.box.top : word.box.bottom + 1, word.box.left : word.box.right + 1] = 255
    return masked


def with_print_of(layer: TextLayer, read: Page) -> TextLayer:
    """The layer with the words of the lines that were read from the page's picture, as far as they are text."""
    words = [word for line in read.lines if _is_text(line) for word in line.words if word.box]
    if not words:
        return layer
    none = (False,) * len(words)
    return replace(
        layer,
        words=(*layer.words, *words),
        bold=(*layer.bold, *none),
        hidden=(*layer.hidden, *none),
        font_of=(*layer.font_of, *(len(layer.fonts),) * len(words)),
        fonts=(*layer.fonts, ""),
    )


def marks_of_picture(read: Page) -> tuple[PageMark, ...]:
    """The seals and signatures among a picture's marks; what else was set aside there is no mark of the page."""
    return tuple(mark for mark in read.marks if mark.kind in (MarkKind.SEAL, MarkKind.SIGNATURE))


def _is_text(line: Line) -> bool:
    words = [word.text.strip(EDGE_SIGNS).lower() for word in line.words]
    told = [word for word in words if word.isalpha()]
    if (line.confidence or 0.0) < _SURE or not told:
        return False
    return sum(clean_frequency(word) > 0 for word in told) >= _IN_USE * len(told)


def _scaled(box: Box, part: float) -> Box:
    return Box(*(round(side * part) for side in box.as_list()))
