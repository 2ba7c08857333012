"""The inside of a Word paragraph: text with its breaks, tabs, bold runs, fields, tracked changes and text boxes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from itertools import groupby
from xml.etree.ElementTree import Element

from pipeline.intake import symbol_fonts
from pipeline.intake.word.legacy_fonts import in_unicode
from pipeline.intake.word.ooxml import DRAWING, MATH, MC, VML, R, W, attribute, switch
from pipeline.intake.word.styles import Look, Styles
from pipeline.language.legacy_encodings import LegacyEncoding


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
    font: str = ""


@dataclass(slots=True)
class Pieces:
    """What a paragraph holds, in order, and what hangs on it. `deletions`: something in it is deleted, but tracked."""

    content: list[Run | Break] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    footnotes: list[str] = field(default_factory=list)
    fonts: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    objects: list[str] = field(default_factory=list)
    deletions: bool = False

    def is_empty(self) -> bool:
        """Whether the paragraph shows nothing at all."""
        shown = any(not isinstance(piece, Run) or piece.text.strip() for piece in self.content)
        return not (shown or self.boxes or self.pictures or self.objects)

    def followed_by(self, other: Pieces) -> Pieces:
        """The two as one paragraph."""
        return Pieces(
            [*self.content, *other.content],
            [*self.boxes, *other.boxes],
            [*self.footnotes, *other.footnotes],
            [*self.fonts, *(font for font in other.fonts if font not in self.fonts)],
            [*self.pictures, *other.pictures],
            [*self.objects, *other.objects],
            self.deletions or other.deletions,
        )


_OPENED = frozenset(
    W + name
    for name in ("hyperlink", "ins", "moveTo", "smartTag", "sdtContent", "customXml", "fldSimple", "dir", "bdo")
)
_DELETED = (W + "del", W + "moveFrom")
_PLAIN = {W + "tab": "\t", W + "noBreakHyphen": "-", W + "softHyphen": "\u00ad", W + "ptab": "\t"}


def paragraph_pieces(
    paragraph: Element, styles: Styles, look: Look, in_use: frozenset[LegacyEncoding] = frozenset()
) -> Pieces:
    """The pieces of `paragraph`, whose own look is `look`. Deleted and hidden text is left out.

    Text in a font of one of the encodings `in_use` comes out in Unicode.
    """
    pieces = Pieces()
    for run in _runs(paragraph, pieces):
        shown = styles.run(run.find(W + "rPr"), look)
        for node in run:
            _add(node, pieces, shown)
    pieces.content = list(_together(pieces.content, in_use))
    return pieces


def is_placeholder(control: Element) -> bool:
    """Whether a content control shows nothing but its prompt ('Click here to enter text')."""
    return switch(control.find(W + "sdtPr"), "showingPlcHdr") is True


def _runs(parent: Element, pieces: Pieces) -> Iterator[Element]:
    for node in parent:
        if node.tag == W + "r":
            yield node
        elif node.tag in _OPENED or (node.tag == W + "sdt" and not is_placeholder(node)):
            yield from _runs(node, pieces)
        elif node.tag in _DELETED:
            pieces.deletions = True
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
        pieces.objects.extend(found for ole in node.iter(_OLE) if (found := ole.get(R + "id")) is not None)
    elif node.tag == W + "br":
        kind = attribute(node, "type")
        pieces.content.append(Break.PAGE if kind == "page" else Break.LINE)
    elif node.tag == W + "cr":
        pieces.content.append(Break.LINE)
    elif node.tag == W + "lastRenderedPageBreak":
        pieces.content.append(Break.RENDERED_PAGE)
    elif node.tag in (W + "footnoteReference", W + "endnoteReference"):
        kind = "endnote:" if node.tag.endswith("endnoteReference") else ""
        pieces.footnotes.append(kind + (attribute(node, "id") or ""))
    elif not look.hidden:
        text = _text(node)
        if text:
            _add_text(text, pieces, look)


_OLE = "{urn:schemas-microsoft-com:office:office}OLEObject"


def _text(node: Element) -> str:
    if node.tag == W + "t":
        return node.text or ""
    if node.tag == W + "sym":
        try:
            code = int(attribute(node, "char") or "", 16)
        except ValueError:
            return ""
        return symbol_fonts.sign_of(code, attribute(node, "font"))
    return _PLAIN.get(node.tag, "")


def _add_text(text: str, pieces: Pieces, look: Look) -> None:
    font = (look.font if text.isascii() else look.high_font or look.font) or ""
    if font and font not in pieces.fonts:
        pieces.fonts.append(font)
    text = symbol_fonts.in_unicode(text, font)
    pieces.content.append(Run(text.upper() if look.capitals else text, bool(look.bold), font))


def _together(content: list[Run | Break], in_use: frozenset[LegacyEncoding]) -> Iterator[Run | Break]:
    """The pieces with runs of one look made one, and old fonts' text in Unicode: a letter may be parted in two."""
    for key, group in groupby(content, key=lambda piece: isinstance(piece, Run) and (piece.bold, piece.font)):
        pieces = list(group)
        first = pieces[0]
        if not key or not isinstance(first, Run):
            yield from pieces
            continue
        text = "".join(piece.text for piece in pieces if isinstance(piece, Run))
        yield replace(first, text=in_unicode(text, first.font, in_use) if in_use else text)


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
