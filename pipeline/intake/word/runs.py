"""The inside of a Word paragraph: text with its breaks, tabs, bold runs, fields, tracked changes and text boxes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from xml.etree.ElementTree import Element

from pipeline.intake.word.legacy_fonts import as_shown
from pipeline.intake.word.ooxml import DRAWING, MATH, MC, VML, R, W, attribute
from pipeline.intake.word.styles import Look, Styles

_SYMBOLS = {"f0b7": "•", "f0a7": "▪", "f02d": "-", "f0d8": "•", "f0fc": "✓", "f0e0": "→", "f0e8": "→", "f0b0": "°"}


class Break(Enum):
    """What interrupts the text of a paragraph."""

    LINE = auto()
    PAGE = auto()
    RENDERED_PAGE = auto()


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one look."""

    text: str
    bold: bool


@dataclass(slots=True)
class Pieces:
    """What a paragraph holds, in order, and what hangs on it."""

    content: list[Run | Break] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    footnotes: list[str] = field(default_factory=list)
    fonts: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)


_OPENED = frozenset(
    W + name
    for name in ("hyperlink", "ins", "moveTo", "smartTag", "sdt", "sdtContent", "customXml", "fldSimple", "dir", "bdo")
)
_PLAIN = {W + "tab": "\t", W + "noBreakHyphen": "-", W + "softHyphen": "", W + "ptab": "\t"}


def paragraph_pieces(paragraph: Element, styles: Styles, look: Look) -> Pieces:
    """The pieces of `paragraph`, whose own look is `look`. Deleted and hidden text is left out."""
    pieces = Pieces()
    for run in _runs(paragraph, pieces):
        shown = styles.run(run.find(W + "rPr"), look)
        for node in run:
            _add(node, pieces, shown)
    return pieces


def _runs(parent: Element, pieces: Pieces) -> Iterator[Element]:
    for node in parent:
        if node.tag == W + "r":
            yield node
        elif node.tag in _OPENED:
            yield from _runs(node, pieces)
        elif node.tag == MC + "AlternateContent":
            chosen = node.find(MC + "Choice")
            if chosen is not None:
                yield from _runs(chosen, pieces)
        elif node.tag.startswith(MATH):
            text = "".join(t.text or "" for t in node.iter(MATH + "t"))
            if text:
                pieces.content.append(Run(text, bold=False))


def _add(node: Element, pieces: Pieces, look: Look) -> None:
    if node.tag in (W + "drawing", W + "pict", W + "object", MC + "AlternateContent"):
        pieces.boxes.extend(_text_boxes(node))
        pieces.pictures.extend(_pictures(node))
    elif node.tag == W + "br":
        kind = attribute(node, "type")
        pieces.content.append(Break.PAGE if kind == "page" else Break.LINE)
    elif node.tag == W + "cr":
        pieces.content.append(Break.LINE)
    elif node.tag == W + "lastRenderedPageBreak":
        pieces.content.append(Break.RENDERED_PAGE)
    elif node.tag == W + "footnoteReference":
        pieces.footnotes.append(attribute(node, "id") or "")
    elif not look.hidden:
        text = _text(node)
        if text:
            _add_text(text, pieces, look)


def _text(node: Element) -> str:
    if node.tag == W + "t":
        return node.text or ""
    if node.tag == W + "sym":
        return _SYMBOLS.get((attribute(node, "char") or "").lower(), "")
    return _PLAIN.get(node.tag, "")


def _add_text(text: str, pieces: Pieces, look: Look) -> None:
    if look.font:
        text = as_shown(text, look.font)
        if look.font not in pieces.fonts:
            pieces.fonts.append(look.font)
    pieces.content.append(Run(text.upper() if look.capitals else text, bool(look.bold)))


def _pictures(node: Element) -> Iterator[str]:
    """The relation ids of the pictures that lie in the file itself (never of those it only links to)."""
    chosen = node.find(MC + "Choice") if node.tag == MC + "AlternateContent" else None
    for child in (node if chosen is None else chosen).iter():
        found = child.get(R + "embed") if child.tag == DRAWING + "blip" else None
        found = child.get(R + "id") if child.tag == VML + "imagedata" else found
        if found is not None:
            yield found


def _text_boxes(node: Element) -> Iterator[Element]:
    """The contents of the text boxes in a drawing, of which Word writes each twice, for new and for old readers."""
    if node.tag == MC + "AlternateContent":
        choice = node.find(MC + "Choice")
        fallback = node.find(MC + "Fallback")
        found = list(_text_boxes(choice)) if choice is not None else []
        yield from found or (_text_boxes(fallback) if fallback is not None else ())
        return
    for child in node:
        if child.tag == W + "txbxContent":
            yield child
        else:
            yield from _text_boxes(child)
