"""Word's automatic numbering: what number a list paragraph shows, as Word would print it.

After ECMA-376 part 1, 17.9. Counters belong to the abstract definition, so that lists which share it go on counting;
a start override takes effect once, at the first paragraph of its list.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from pipeline.intake.word.ooxml import W, attribute, integer, value_of
from pipeline.vietnamese.administrative.roman_numerals import to_roman

_LEVELS = 9
# Bullets of the symbol fonts, brought to the signs that Vietnamese documents use for them.
_SYMBOL_BULLETS = {"\uf02d": "-", "\uf0be": "-", "\uf02b": "+", "–": "-", "—": "-", "\u2212": "-"}
_PLAIN_BULLETS = frozenset("-+•*●○▪■□◦→⇒")


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list definition. `restart` is the level after which it starts anew (None: any higher one)."""

    start: int = 1
    format: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    restart: int | None = None
    legal: bool = False
    style: str | None = None
    indent: int = 0


@dataclass(frozen=True, slots=True)
class ListDefinition:
    """A `w:num`: its abstract definition and its own overrides."""

    abstract: str
    levels: Mapping[int, Level]
    start_overrides: Mapping[int, int]


@dataclass(slots=True)
class Numbering:
    """All list definitions of a document and the state of their counters."""

    definitions: Mapping[str, ListDefinition]
    _counters: dict[str, list[int | None]] = field(default_factory=dict)
    _begun: set[str] = field(default_factory=set)

    def level_of_style(self, number_id: str, style: str) -> int:
        """The level that a paragraph style of this list stands for (0 when none says so)."""
        definition = self.definitions.get(number_id)
        levels = definition.levels if definition else {}
        return next((at for at, level in levels.items() if level.style == style), 0)

    def indent(self, number_id: str, level: int) -> int:
        """The left indent that the list gives its paragraphs, in twentieths of a point."""
        definition = self.definitions.get(number_id)
        found = definition.levels.get(level) if definition else None
        return found.indent if found else 0

    def next_label(self, number_id: str, level: int) -> str:
        """The label of the next paragraph of this list and level, with the blank that follows it; '' for none."""
        definition = self.definitions.get(number_id)
        if definition is None or not 0 <= level < _LEVELS or level not in definition.levels:
            return ""
        counters = self._counters.setdefault(definition.abstract, [None] * _LEVELS)
        if number_id not in self._begun:
            self._begun.add(number_id)
            for at in definition.start_overrides:
                counters[at] = None
        counters[level] = self._start(definition, level) if counters[level] is None else (counters[level] or 0) + 1
        self._restart_below(definition, counters, level)
        return _label(definition, counters, level)

    @staticmethod
    def _start(definition: ListDefinition, level: int) -> int:
        return definition.start_overrides.get(level, definition.levels[level].start)

    @staticmethod
    def _restart_below(definition: ListDefinition, counters: list[int | None], level: int) -> None:
        for below in range(level + 1, _LEVELS):
            restart = definition.levels[below].restart if below in definition.levels else None
            # w:lvlRestart counts levels from 1; 0 means that the level is never started anew.
            if restart is None or (restart != 0 and level <= restart - 1):
                counters[below] = None


def read_numbering(root: Element | None, style_numbers: Mapping[str, str]) -> Numbering:
    """The definitions in numbering.xml; `style_numbers` gives the list of a numbering style (for links to styles)."""
    if root is None:
        return Numbering({})
    abstracts = {attribute(node, "abstractNumId") or "": node for node in root.iter(W + "abstractNum")}
    numbers = {attribute(node, "numId") or "": node for node in root.iter(W + "num")}
    definitions = {
        number_id: _definition(node, abstracts, numbers, style_numbers) for number_id, node in numbers.items()
    }
    return Numbering({number_id: found for number_id, found in definitions.items() if found is not None})


def _definition(
    node: Element, abstracts: Mapping[str, Element], numbers: Mapping[str, Element], style_numbers: Mapping[str, str]
) -> ListDefinition | None:
    abstract_id = value_of(node, "abstractNumId") or ""
    abstract = abstracts.get(abstract_id)
    if abstract is None:
        return None
    link = value_of(abstract, "numStyleLink")
    linked = numbers.get(style_numbers.get(link, "")) if link else None
    if linked is not None:
        abstract = abstracts.get(value_of(linked, "abstractNumId") or "", abstract)
    levels = {integer(attribute(level, "ilvl"), 0): _level(level) for level in abstract.findall(W + "lvl")}
    starts: dict[int, int] = {}
    for override in node.findall(W + "lvlOverride"):
        at = integer(attribute(override, "ilvl"), 0)
        own = override.find(W + "lvl")
        if own is not None:
            levels[at] = _level(own)
        start = value_of(override, "startOverride")
        if start is not None and 0 <= at < _LEVELS:
            starts[at] = integer(start, 1)
    return ListDefinition(abstract_id, levels, starts)


def _level(node: Element) -> Level:
    restart = value_of(node, "lvlRestart")
    indent = node.find(f"{W}pPr/{W}ind")
    left = (attribute(indent, "left") or attribute(indent, "start")) if indent is not None else None
    format_node = node.find(W + "numFmt")
    return Level(
        start=integer(value_of(node, "start"), 1 if format_node is not None else 0),
        format=value_of(node, "numFmt") or "decimal",
        text=value_of(node, "lvlText") or "",
        suffix=value_of(node, "suff") or "tab",
        restart=None if restart is None else integer(restart, 0),
        legal=node.find(W + "isLgl") is not None,
        style=value_of(node, "pStyle"),
        indent=integer(left, 0),
    )


def _label(definition: ListDefinition, counters: list[int | None], level: int) -> str:
    own = definition.levels[level]
    if own.format == "none" and "%" not in own.text:
        text = own.text
    elif own.format == "bullet":
        text = _bullet(own.text)
    else:

        def number(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            found = definition.levels.get(at)
            if found is None:
                return ""
            counted = counters[at]
            if counted is None:  # a level that was jumped over shows its start, and has now been used
                counted = counters[at] = definition.start_overrides.get(at, found.start)
            return format_number(counted, "decimal" if own.legal else found.format)

        text = re.sub(r"%([1-9])", number, own.text)
    if not text.strip():
        return ""
    return text.strip() + ("" if own.suffix == "nothing" else " ")


def _bullet(text: str) -> str:
    sign = text.strip()[:1]
    if sign in _SYMBOL_BULLETS:
        return _SYMBOL_BULLETS[sign]
    return sign if sign in _PLAIN_BULLETS else "•"


def format_number(value: int, number_format: str) -> str:
    """`value` in one of Word's number formats; unknown ones are written in digits.

    >>> [format_number(4, f) for f in ("decimal", "upperRoman", "lowerLetter", "decimalZero")]
    ['4', 'IV', 'd', '04']
    """
    if number_format in ("upperRoman", "lowerRoman") and 0 < value < 4_000:
        roman = to_roman(value)
        return roman if number_format == "upperRoman" else roman.lower()
    if number_format in ("upperLetter", "lowerLetter") and 0 < value <= 26 * 30:
        letter = chr(ord("A") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return letter if number_format == "upperLetter" else letter.lower()
    if number_format == "decimalZero":
        return f"{value:02d}"
    return "" if number_format == "none" else str(value)
