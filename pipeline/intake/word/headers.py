"""Page headers and footers of a Word document: a letterhead or closing set in them is text, all else a running head."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from pipeline.intake.text_columns import heads_right
from pipeline.intake.word.ooxml import R, W, attribute, switch
from pipeline.intake.word.part import DocumentPart
from pipeline.vietnamese.administrative.labels import holds_motto, opens_addressees, opens_recipients
from pipeline.vietnamese.folding import fold

_NUMBER = re.compile(r"^so\s*[:.]|^so \d+")
# So many of a body's first paragraphs may hold the letterhead.
_TOP = 25


@dataclass(frozen=True, slots=True)
class PageParts:
    """The headers and footers of a document: those that are its letterhead or closing, and those that are not."""

    letterhead: tuple[Element, ...] = ()
    closing: tuple[Element, ...] = ()
    running: tuple[Element, ...] = ()


def page_parts(part: DocumentPart) -> PageParts:
    """The document's headers and footers, told by their words. One that is nowhere printed is left out."""
    letterhead: list[Element] = []
    closing: list[Element] = []
    running: list[Element] = []
    has_own = any(holds_motto(line) for line in _first_lines(part.body))
    for kind, root in _parts(part):
        told = list(_lines(root))
        if not any(told):
            continue
        heads = any(heads_right(line) or _NUMBER.search(fold(line)) for line in told)
        if kind == "header" and heads and not has_own and not letterhead:
            letterhead.append(root)
        elif (
            kind == "footer" and any(opens_recipients(line) or opens_addressees(line) for line in told) and not closing
        ):
            closing.append(root)
        else:
            running.append(root)
    return PageParts(tuple(letterhead), tuple(closing), tuple(running))


def _parts(part: DocumentPart) -> Iterator[tuple[str, Element]]:
    """(header or footer, root) of each part that is printed, that of the first page first."""
    settings = part.part("settings.xml")
    two_sided = settings is not None and switch(settings, "evenAndOddHeaders") is True
    seen: set[str] = set()
    for section in _sections(part.body):
        ranks = {"first": 0, "default": 1, "even": 2}
        if not switch(section, "titlePg"):
            del ranks["first"]
        if not two_sided:
            del ranks["even"]
        found = [
            (
                ranks[kind],
                reference.tag[len(W) : -len("Reference")],
                part.targets.get(reference.get(R + "id") or "", ""),
            )
            for reference in section
            if reference.tag in (W + "headerReference", W + "footerReference")
            and (kind := attribute(reference, "type") or "default") in ranks
        ]
        for _, kind, name in sorted(found):
            root = part.xml(name) if name and name not in seen else None
            seen.add(name)
            if root is not None:
                yield kind, root


def _sections(body: Element) -> Iterator[Element]:
    """The section properties in force, in order; not those that a tracked change replaced."""
    for node in body:
        if node.tag == W + "sectPr":
            yield node
        elif node.tag == W + "p":
            section = node.find(f"{W}pPr/{W}sectPr")
            if section is not None:
                yield section


def _lines(root: Element) -> list[str]:
    return ["".join(text.text or "" for text in paragraph.iter(W + "t")).strip() for paragraph in root.iter(W + "p")]


def _first_lines(body: Element) -> list[str]:
    found = []
    for paragraph in body.iter(W + "p"):
        line = "".join(text.text or "" for text in paragraph.iter(W + "t")).strip()
        if line:
            found.append(line)
        if len(found) == _TOP:
            break
    return found


def running_text(root: Element) -> str:
    """All that a header or footer says, in one line."""
    return " ".join(line for line in _lines(root) if line)
