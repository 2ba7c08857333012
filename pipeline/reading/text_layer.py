"""A PDF page's text layer: does it cover the page, is it Vietnamese that makes sense, and its words as lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from pipeline.language.garble import Garble, garble_of_text
from pipeline.language.legacy_encodings import decode_legacy, detect_legacy, encoding_of_fonts
from pipeline.reading.engines.base import EngineLine
from pipeline.reading.layout.text_segments import Segment, rows_of, segment
from pipeline.values import Box, TextLayer, Word

# An e-signature overlay has 10 to 34 words on real pages; fewer words than this on a page with a picture are not
# its text unless they also spread over the page.
_FEW_WORDS = 40
# Between two words of a line set in one go lies a blank, at most half as wide as the line is high; stretched lines have
# wider ones.
_WIDE_GAP = 0.8
# The words' boxes reach over at least this part of the page's height when they are the page's text.
_SPREAD = 0.5


class LayerVerdict(StrEnum):
    """What a text layer is good for."""

    GOOD = "good"
    ABSENT = "absent"
    OVERLAY = "overlay"
    GARBLED = "garbled"
    LYING = "lying"


@dataclass(frozen=True, slots=True)
class LayerView:
    """The verdict and the numbers behind it."""

    verdict: LayerVerdict
    words: int
    spread: float
    garble: float


def layer_lines(layer: TextLayer) -> list[EngineLine]:
    """The layer's words as lines, like an engine's: grouped into rows by their boxes."""
    lines = []
    for row in rows_of(_runs(layer.words)):
        words = tuple(word for piece in row for word in piece.words)
        lines.append(EngineLine(Box.around(w.box for w in words if w.box), words))
    return lines


def layer_segments(layer: TextLayer) -> list[tuple[Word, ...]]:
    """The layer's words in runs that stand together on one row, in the file's own order."""
    return [run.words for run in _runs(layer.words)]


def _runs(words: Sequence[Word]) -> list[Segment]:
    """Words that follow each other on one row in the file's own order, with nothing between them."""
    runs: list[list[Word]] = []
    placed = [word for word in words if word.text.strip() and word.box is not None and word.box.height]
    for word in placed:
        box, previous = word.box, runs[-1][-1].box if runs else None
        if previous and box and _follows(previous, box) and not _parted(previous, box, placed):
            runs[-1].append(word)
        else:
            runs.append([word])
    return [segment(run) for run in runs]


def _parted(before: Box, after: Box, words: Sequence[Word]) -> bool:
    """Whether a word stands in the gap between two others: typed into it, or set there from another font."""
    height = min(before.height, after.height)
    if after.left - before.right < _WIDE_GAP * height:
        return False
    gap = Box(before.right + 1, max(before.top, after.top), after.left - 1, min(before.bottom, after.bottom))
    return any(word.box is not None and _lies_in(word.box, gap) for word in words)


def _lies_in(box: Box, gap: Box) -> bool:
    middle = (box.left + box.right) / 2
    shared = min(box.bottom, gap.bottom) - max(box.top, gap.top)
    return gap.left < middle < gap.right and shared > 0.5 * min(box.height, gap.height)


def _follows(before: Box, after: Box) -> bool:
    _, overlap = before.overlap(after)
    height = max(1, min(before.height, after.height))
    return overlap > 0.5 * height and -0.5 * height < after.left - before.right < 2.0 * height


def spread(words: Sequence[Word], height: int) -> float:
    """The part of the page's height between the first and the last word, ignoring a stray one on either end."""
    middles = sorted(w.box.centre[1] for w in words if w.box)
    if len(middles) < 3 or height <= 0:
        return 0.0
    return (middles[-2] - middles[1]) / height


def judge_layer(layer: TextLayer | None, height: int, *, has_image: bool) -> LayerView:
    """Decide what to do with a layer of a page of `height` pixels; without a picture there is nothing better."""
    words = [w for w in layer.words if w.text.strip()] if layer else []
    if not words or layer is None:
        return LayerView(LayerVerdict.ABSENT, 0, 0.0, 0.0)
    reach = spread(words, height)
    report = garble_of_text(" ".join(word.text for word in words), layer.fonts)
    if has_image and len(words) < _FEW_WORDS and reach < _SPREAD:
        verdict = LayerVerdict.OVERLAY
    elif report.kind in _DAMAGED or (report.kind is Garble.CLEAN and report.score > _TOO_GARBLED):
        verdict = LayerVerdict.GARBLED
    else:
        verdict = LayerVerdict.GOOD
    return LayerView(verdict, len(words), round(reach, 3), round(report.score, 3))


def in_unicode(layer: TextLayer) -> TextLayer:
    """The layer with text of a legacy encoding (TCVN3, VNI, …) converted; any other as it is.

    Where the layer says which font a word is set in, only words in fonts of that encoding are touched.
    """
    encoding = detect_legacy(" ".join(word.text for word in layer.words), layer.fonts)
    if encoding is None:
        return layer
    old = {number for number, font in enumerate(layer.fonts) if encoding_of_fonts((font,)) is not None}
    words = []
    for number, word in enumerate(layer.words):
        font = layer.font_of[number] if number < len(layer.font_of) else None
        told = font is not None and old
        if told and font not in old:
            words.append(word)
        else:
            fonts = (layer.fonts[font],) if font is not None and font < len(layer.fonts) else layer.fonts
            words.append(replace(word, text=decode_legacy(word.text, encoding, fonts)))
    return replace(layer, words=tuple(words))


# What a picture is better read again for; text in another language or in a legacy encoding is fine.
_DAMAGED = (Garble.MARKS_LOST, Garble.WRONG_LETTERS)
# Clean pages measure below 0.02; a page of which one word in eight is damaged was misread.
_TOO_GARBLED = 0.12
