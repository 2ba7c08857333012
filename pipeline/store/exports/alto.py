"""ALTO XML 4.4, the libraries' format for recognised pages: lines with boxes, seals and signatures as illustrations.

The JSON knows the boxes of lines, not of words, so a line is one `String`; a box that is not known is left out.
Format: http://www.loc.gov/standards/alto/v4/alto-4-4.xsd
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree as ET

from pipeline.schema import Document, Mark, PageLine, PageRecord
from pipeline.store.atomic import write_atomic
from pipeline.store.exports.source import exported_name, why_failed
from pipeline.store.formats import Export, Format

NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"
# What XML 1.0 cannot hold, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_PICTURES = frozenset({"seal", "signature", "stamp", "handwriting"})


def write_alto(documents: Iterable[Document], export: Export) -> int:
    """Write <path>.xml for each document that has pages into a folder; how many. Raises OutputError."""
    count = 0
    for document in documents:
        path = document.source.path
        if not document.pages:
            export.outcome.left_out.append((path, why_failed(document) or "It has no pages."))
            continue
        write_atomic(export.target / exported_name(path, ".xml"), alto_of(document), durable=False)
        count += 1
    return count


def alto_of(document: Document) -> bytes:
    """The document's pages as one ALTO file in UTF-8."""
    alto = ET.Element("alto", {"xmlns": NAMESPACE, "SCHEMAVERSION": "4.4"})
    description = ET.SubElement(alto, "Description")
    ET.SubElement(description, "MeasurementUnit").text = "pixel"
    source = ET.SubElement(description, "sourceImageInformation")
    ET.SubElement(source, "fileName").text = _clean(document.source.path)
    for position, step in enumerate(document.provenance):
        processing = ET.SubElement(description, "Processing", {"ID": f"step_{position + 1}"})
        ET.SubElement(processing, "processingStepDescription").text = _clean(step.step)
        software = ET.SubElement(processing, "processingSoftware")
        ET.SubElement(software, "softwareName").text = _clean(step.tool)
        ET.SubElement(software, "softwareVersion").text = _clean(step.version)
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
    for position, line in enumerate(lines, start=1):
        text_line = ET.SubElement(block, "TextLine", {"ID": f"{name}_line_{position}", **_box(line.bbox)})
        sure = {"WC": f"{line.confidence:.4f}"} if line.confidence is not None else {}
        ET.SubElement(text_line, "String", {"CONTENT": _clean(line.text), **_box(line.bbox), **sure})


def _add_picture(space: ET.Element, mark: Mark, name: str) -> None:
    ET.SubElement(space, "Illustration", {"ID": name, "TYPE": mark.kind, **_box(mark.bbox)})


def _around(lines: Iterable[PageLine]) -> list[int] | None:
    boxes = [line.bbox for line in lines if line.bbox]
    if not boxes:
        return None
    left, top, right, bottom = zip(*boxes, strict=True)
    return [min(left), min(top), max(right), max(bottom)]


def _box(bbox: list[int] | None) -> dict[str, str]:
    if bbox is None:
        return {}
    left, top, right, bottom = bbox
    return {"HPOS": str(left), "VPOS": str(top), "WIDTH": str(right - left), "HEIGHT": str(bottom - top)}


def _clean(text: str) -> str:
    return _NOT_XML.sub(" ", text)


FORMAT = Format(write_alto, to_folder=True)
