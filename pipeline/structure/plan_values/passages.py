"""Passages: the paragraphs of a section tree as typed values read them, folded for matching, with their offsets.

Patterns are written without marks and matched on the folded text, so a mark that OCR lost hides no value; spans are
cut from the text itself. Folding here keeps every character's place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypedDict

from pipeline.structure.lines.model import Location, Node, with_ids
from pipeline.vietnamese.folding import flat

_BULLET = re.compile(r"\s*([-–—+•*])\s*")
# A short label before a colon, with no end of a sentence in it: "- Tập thể: …", "Ngày 16/11/2017: …".
_LABEL = re.compile(r"\s*(?:[-–—+•*]\s*)?([^:.;\n]{2,90}?)\s*:\s*")
_SENTENCE_END = re.compile(r"[;!?\n]|\.(?=\s|$|/)")


class SpanFields(TypedDict):
    """The fields that every `schema.PlanValue` has."""

    text: str
    section: str | None
    start: int
    end: int
    in_heading: bool
    page: int | None
    bbox: list[int] | None
    confidence: float | None


@dataclass(frozen=True)
class Passage:
    """One paragraph of a node's text, or its heading; `offset` is where it begins in that text."""

    node: Node | None
    section: str | None
    text: str
    offset: int = 0
    in_heading: bool = False

    @cached_property
    def folded(self) -> str:
        """The text to match patterns on; same length as `text`."""
        return flat(self.text)

    @property
    def bullet(self) -> str | None:
        """The bullet it begins with: '-', '+', …"""
        match = _BULLET.match(self.text)
        return match[1] if match else None

    @property
    def body_start(self) -> int:
        """Where the words begin after the bullet."""
        match = _BULLET.match(self.text)
        return match.end() if match else 0

    @property
    def label(self) -> tuple[str, int] | None:
        """(the label before a colon, where the text after it begins), or None."""
        match = _LABEL.match(self.text)
        return (match[1].strip(), match.end()) if match else None

    def sentence(self, position: int) -> tuple[int, int]:
        """Start and end of the sentence (or part between ';') around `position`; a label is a part of its own."""
        start, end = 0, len(self.text)
        for match in _SENTENCE_END.finditer(self.text):
            if match.start() >= position:
                end = match.start()
                break
            start = match.end()
        start = max(start, self.body_start)
        label = self.label
        if label and start < label[1] <= position:
            start = label[1]
        return start + len(self.text[start:end]) - len(self.text[start:end].lstrip()), end

    def span(self, start: int, end: int) -> SpanFields:
        """The fields of a value read from the characters `start`..`end`, blanks at the ends left out."""
        words = self.text[start:end]
        start += len(words) - len(words.lstrip())
        end = start + len(words.strip())
        place = self._place(start, end).field(self.text[start:end])
        return SpanFields(
            text=self.text[start:end],
            section=self.section,
            start=self.offset + start,
            end=self.offset + end,
            in_heading=self.in_heading,
            page=place.page,
            bbox=place.bbox,
            confidence=place.confidence,
        )

    def _place(self, start: int, end: int) -> Location:
        if self.node is None:
            return Location()
        return self.node.place if self.in_heading else self.node.locate(self.offset + start, self.offset + end)


def passages_of(identity: str, node: Node) -> list[Passage]:
    """The paragraphs of one node's own text."""
    result = []
    offset = 0
    for line in node.text.split("\n"):
        if line.strip():
            result.append(Passage(node, identity, line, offset))
        offset += len(line) + 1
    return result


def whole_text(identity: str, node: Node) -> Passage:
    """The node's text as one passage, for values that run over several paragraphs."""
    return Passage(node, identity, node.text)


def heading_of(identity: str, node: Node) -> Passage | None:
    """The node's heading as a passage."""
    return Passage(node, identity, node.heading, in_heading=True) if node.heading else None


@dataclass(frozen=True, slots=True)
class Branch:
    """A node with its id and its ancestors, nearest last."""

    identity: str
    node: Node
    ancestors: tuple[Node, ...]

    @property
    def passages(self) -> list[Passage]:
        """The paragraphs of the node's own text."""
        return passages_of(self.identity, self.node)

    @property
    def prose(self) -> list[Passage]:
        """The paragraphs that are no table rows; what a table says is in the table's own cells."""
        return [passage for passage in self.passages if " | " not in passage.text]

    @property
    def heading(self) -> Passage | None:
        """The node's heading as a passage."""
        return heading_of(self.identity, self.node)

    def roles(self) -> frozenset[str]:
        """The roles of the node and of its ancestors."""
        return frozenset(role for node in (*self.ancestors, self.node) for role in node.roles)

    def nearest_roles(self) -> frozenset[str]:
        """The roles of the node, or where it has none those of the nearest ancestor that has some."""
        for node in (self.node, *reversed(self.ancestors)):
            if node.roles:
                return frozenset(node.roles)
        return frozenset()


def branches(nodes: Sequence[Node]) -> Iterator[Branch]:
    """Every node of the tree in reading order, with its ancestors."""
    path: list[tuple[str, Node]] = []
    for identity, node in with_ids(nodes):
        depth = identity.count(".")
        del path[depth:]
        yield Branch(identity, node, tuple(parent for _, parent in path))
        path.append((identity, node))
