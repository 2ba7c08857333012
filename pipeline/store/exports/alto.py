"""ALTO XML 4.4, the libraries' format for recognised pages: lines with boxes, seals and signatures as illustrations.

A word is a `String` with its own box and confidence (`WC`), the blank between two an `SP`, the line they stand on the
`BASELINE` of their `TextLine`; of a source without pictures, boxes are left out.
Format: http://www.loc.gov/standards/alto/v4/alto-4-4.xsd
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import mean, median
from xml.etree import ElementTree as ET

from pipeline.schema import Document, Mark, PageLine, PageRecord
from pipeline.store.exports.line_words import PlacedWord, placed_words, tilt_of_line, tilt_of_page
from pipeline.store.exports.plain_text import plain
from pipeline.store.exports.source import write_each
from pipeline.store.formats import Export, Format

NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_PICTURES = frozenset({"seal", "signature", "stamp", "handwriting"})


def write_alto(documents: Iterable[Document], export: Export) -> int:
    """Write <path>.xml for each document that has pages into a folder; how many. Raises OutputError."""
    return write_each(documents, export, ".xml", alto_of, lambda one: None if one.pages else "It has no pages.")


def alto_of(document: Document) -> bytes:
    """The document's pages as one ALTO file in UTF-8."""
    alto = ET.Element("alto", {"xmlns": NAMESPACE, "SCHEMAVERSION": "4.4"})
    description = ET.SubElement(alto, "Description")
    ET.SubElement(description, "MeasurementUnit").text = "pixel"
    source = ET.SubElement(description, "sourceImageInformation")
    ET.SubElement(source, "fileName").text = plain(document.source.path)
    for position, step in enumerate(document.provenance):
        processing = ET.SubElement(description, "Processing", {"ID": f"step_{position + 1}"})
        ET.SubElement(processing, "processingStepDescription").text = plain(step.step)
        software = ET.SubElement(processing, "processingSoftware")
        ET.SubElement(software, "softwareName").text = plain(step.tool)
        ET.SubElement(software, "softwareVersion").text = plain(step.version)
    layout = ET.SubElement(alto, "Layout")
    for page in document.pages:
        _add_page(layout, page)
    ET.indent(alto, " ")
    return ET.tostring(alto, encoding="unicode").encode("utf-8").join([_DECLARATION, b"\n"])


def _add_page(layout: ET.Element, page: PageRecord) -> None:
    name = f"page_{page.number}"
    size = {"WIDTH": str(page.width), "HEIGHT": str(page.height)} if page.width and page.height else {}
    element = ET.SubElement(layout, "Page", {"ID": name, "PHYSICAL_IMG_NR": str(page.number), **size})
    space = ET.SubElement(element, "PrintSpace", {"HPOS": "0", "VPOS": "0", **size} if size else {})
    for position, mark in enumerate(page.marks, start=1):
        if mark.kind in _PICTURES and mark.bbox:
            _add_picture(space, mark, f"{name}_mark_{position}")
    lines = [line for line in page.lines if line.text.strip()]
    if not lines:
        return
    block = ET.SubElement(space, "TextBlock", {"ID": f"{name}_text", **_box(_around(lines))})
    tilt = tilt_of_page(page)
    for position, line in enumerate(lines, start=1):
        attributes = {"ID": f"{name}_line_{position}", **_box(line.bbox)}
        words = placed_words(line)
        if words:
            attributes["BASELINE"] = _baseline(words, tilt)
        text_line = ET.SubElement(block, "TextLine", attributes)
        if words:
            _add_words(text_line, words)
        else:
            _add_unplaced(text_line, line)


def _add_words(line: ET.Element, words: Sequence[PlacedWord]) -> None:
    for at, word in enumerate(words):
        sure = {"WC": f"{word.confidence:.4f}"} if word.confidence is not None else {}
        ET.SubElement(line, "String", {"CONTENT": plain(word.text), **_box(word.box), **sure})
        if at + 1 < len(words):
            _, top, right, _ = word.box
            gap = max(0, words[at + 1].box[0] - right)
            ET.SubElement(line, "SP", {"HPOS": str(right), "VPOS": str(top), "WIDTH": str(gap)})


def _add_unplaced(text_line: ET.Element, line: PageLine) -> None:
    sure = {"WC": f"{line.confidence:.4f}"} if line.confidence is not None else {}
    for at, word in enumerate(line.text.split()):
        if at:
            ET.SubElement(text_line, "SP")
        ET.SubElement(text_line, "String", {"CONTENT": plain(word), **sure})


def _baseline(words: Sequence[PlacedWord], tilt_of_others: float) -> str:
    """The two ends of the line that the words stand on, a fifth of their height above their boxes' lower edge."""
    own = tilt_of_line(words)
    tilt = tilt_of_others if own is None else own
    size = median(word.box[3] - word.box[1] - abs(tilt) * (word.box[2] - word.box[0]) for word in words)
    middle = mean(word.centre[1] - tilt * word.centre[0] for word in words) + 0.3 * size
    left, right = min(word.box[0] for word in words), max(word.box[2] for word in words)
    return f"{left},{middle + tilt * left:.0f} {right},{middle + tilt * right:.0f}"


def _add_picture(space: ET.Element, mark: Mark, name: str) -> None:
    ET.SubElement(space, "Illustration", {"ID": name, "TYPE": mark.kind, **_box(mark.bbox)})


def _around(lines: Iterable[PageLine]) -> list[int] | None:
    boxes = [line.bbox for line in lines if line.bbox]
    if not boxes:
        return None
    left, top, right, bottom = zip(*boxes, strict=True)
    return [min(left), min(top), max(right), max(bottom)]


def _box(bbox: Sequence[int] | None) -> dict[str, str]:
    if bbox is None:
        return {}
    left, top, right, bottom = bbox
    return {"HPOS": str(left), "VPOS": str(top), "WIDTH": str(right - left), "HEIGHT": str(bottom - top)}


FORMAT = Format(write_alto, to_folder=True)
