"""Small helpers for WordprocessingML: names, attributes, on/off values."""

from __future__ import annotations

from xml.etree.ElementTree import Element

# Word writes the transitional namespace; "Strict Open XML" documents use the other one and are brought to it.
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
VML = "{urn:schemas-microsoft-com:vml}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
TWIPS_PER_CHARACTER = 130  # an average character of 13 to 14 point type, in twentieths of a point


def attribute(node: Element, name: str) -> str | None:
    """The attribute w:`name` of `node`."""
    return node.get(W + name)


def value_of(node: Element | None, child: str) -> str | None:
    """The w:val of the child element w:`child`, None when there is no such child or value."""
    found = node.find(W + child) if node is not None else None
    return found.get(W + "val") if found is not None else None


def switch(node: Element | None, child: str) -> bool | None:
    """An on/off property: True, False, or None when it is not given."""
    found = node.find(W + child) if node is not None else None
    if found is None:
        return None
    return (found.get(W + "val") or "true").lower() not in ("0", "false", "off", "none")


def integer(text: str | None, default: int) -> int:
    """`text` as a number within reason; `default` when it is none."""
    try:
        number = int(float(text)) if text is not None else default
    except (ValueError, OverflowError):
        return default
    return max(-1_000_000, min(1_000_000, number))


def to_transitional(root: Element) -> Element:
    """A Strict document with its names in the transitional namespace (changed in place)."""
    if not root.tag.startswith(W_STRICT):
        return root
    for node in root.iter():
        if isinstance(node.tag, str) and node.tag.startswith(W_STRICT):
            node.tag = W + node.tag[len(W_STRICT) :]
        for name in [name for name in node.attrib if name.startswith(W_STRICT)]:
            node.attrib[W + name[len(W_STRICT) :]] = node.attrib.pop(name)
    return root
