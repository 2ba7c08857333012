"""What a Word paragraph or run looks like once its styles are followed: bold, centred, capitals, font, list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from pipeline.intake.word.ooxml import W, attribute, integer, switch, value_of
from pipeline.intake.word.tab_stops import TabStop, read_stops

# Styles based on each other in a ring are a fault of the file; no honest chain is this long.
_LONGEST_CHAIN = 20


@dataclass(frozen=True, slots=True)
class Look:
    """Properties of a run or paragraph; None where nothing is said. `number` is (list id, level or None)."""

    bold: bool | None = None
    capitals: bool | None = None
    hidden: bool | None = None
    font: str | None = None
    high_font: str | None = None  # that of the letters beyond ASCII
    centred: bool | None = None
    page_break_before: bool | None = None
    left: int | None = None
    first_line: int | None = None
    number: tuple[str, int | None] | None = None
    number_style: str | None = None
    stops: tuple[TabStop, ...] | None = None

    def over(self, below: Look) -> Look:
        """These properties, with `below`'s where nothing is said."""
        said = {name: value for name in _FIELDS if (value := getattr(self, name)) is not None}
        return replace(below, **said)


_FIELDS = tuple(Look.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Styles:
    """The looks of all styles of a document, chains of `basedOn` already followed."""

    looks: Mapping[str, Look]
    defaults: Look
    default_paragraph: str | None

    def paragraph(self, properties: Element | None) -> Look:
        """The look of a paragraph with these `w:pPr`."""
        style = value_of(properties, "pStyle") or self.default_paragraph
        base = self.looks.get(style or "", Look()).over(self.defaults)
        return paragraph_look(properties).over(base)

    def run(self, properties: Element | None, paragraph: Look) -> Look:
        """The look of a run with these `w:rPr` in a paragraph of this look."""
        if properties is None:
            return paragraph
        style = self.looks.get(value_of(properties, "rStyle") or "", Look())
        return run_look(properties).over(style.over(paragraph))


def read_styles(root: Element | None) -> Styles:
    """The styles in styles.xml."""
    if root is None:
        return Styles({}, Look(), None)
    nodes = {attribute(node, "styleId") or "": node for node in root.findall(W + "style")}
    defaults = root.find(W + "docDefaults")
    base = Look()
    if defaults is not None:
        base = run_look(defaults.find(f"{W}rPrDefault/{W}rPr")).over(
            paragraph_look(defaults.find(f"{W}pPrDefault/{W}pPr"))
        )
    default = next(
        (
            style_id
            for style_id, node in nodes.items()
            if attribute(node, "type") == "paragraph" and attribute(node, "default") in ("1", "true", "on")
        ),
        None,
    )
    return Styles({style_id: _chain(style_id, nodes) for style_id in nodes}, base, default)


def style_numbers(root: Element | None) -> dict[str, str]:
    """The list that each numbering style stands for, by style id."""
    if root is None:
        return {}
    found = {}
    for node in root.findall(W + "style"):
        number = value_of(node.find(f"{W}pPr/{W}numPr"), "numId")
        if number is not None and attribute(node, "type") == "numbering":
            found[attribute(node, "styleId") or ""] = number
    return found


def _chain(style_id: str, nodes: Mapping[str, Element]) -> Look:
    look, seen = Look(), 0
    current: str | None = style_id
    while current is not None and current in nodes and seen < _LONGEST_CHAIN:
        node = nodes[current]
        own = run_look(node.find(W + "rPr")).over(paragraph_look(node.find(W + "pPr")))
        if own.number is not None and look.number is None:
            own = replace(own, number_style=current)
        look = look.over(own)
        current, seen = value_of(node, "basedOn"), seen + 1
    return look


def run_look(properties: Element | None) -> Look:
    """What a `w:rPr` itself says."""
    if properties is None:
        return Look()
    fonts = properties.find(W + "rFonts")
    plain, high = (attribute(fonts, name) if fonts is not None else None for name in ("ascii", "hAnsi"))
    return Look(
        bold=switch(properties, "b"),
        capitals=switch(properties, "caps"),
        hidden=switch(properties, "vanish"),
        font=plain or high,
        high_font=high or plain,
    )


def paragraph_look(properties: Element | None) -> Look:
    """What a `w:pPr` itself says."""
    if properties is None:
        return Look()
    alignment = value_of(properties, "jc")
    indent = properties.find(W + "ind")
    number = properties.find(W + "numPr")
    left = first = None
    if indent is not None:
        left_text = attribute(indent, "left") or attribute(indent, "start")
        left = integer(left_text, 0) if left_text is not None else None
        if attribute(indent, "hanging") is not None:
            first = -integer(attribute(indent, "hanging"), 0)
        elif attribute(indent, "firstLine") is not None:
            first = integer(attribute(indent, "firstLine"), 0)
    return Look(
        centred=None if alignment is None else alignment == "center",
        page_break_before=switch(properties, "pageBreakBefore"),
        left=left,
        first_line=first,
        number=_number(number),
        stops=read_stops(properties),
    )


def _number(node: Element | None) -> tuple[str, int | None] | None:
    if node is None:
        return None
    number_id, level = value_of(node, "numId"), value_of(node, "ilvl")
    if number_id is None:
        return None
    return number_id, None if level is None else integer(level, 0)
