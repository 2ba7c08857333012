"""How far the tabs of a Word paragraph reach: its stops, and its text with blanks in their place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from pipeline.intake.word.ooxml import TWIPS_PER_CHARACTER, W, attribute, integer

# Word's own stops where the paragraph sets none, and about how wide characters of 13 to 14 points are, in twips.
_EVERY = 720
_CAPITAL, _BLANK = 185, 70
# A tab parts two columns however near its stop is; a stop is nowhere near so far.
_LEAST_BLANKS = 4
_MOST_BLANKS = 150


@dataclass(frozen=True, slots=True)
class TabStop:
    """A stop at `at` twips from the margin; `kind` is left, center, right, decimal …"""

    at: int
    kind: str


def read_stops(properties: Element) -> tuple[TabStop, ...] | None:
    """The stops that a `w:pPr` sets, from the left; None where it says nothing of them."""
    tabs = properties.find(W + "tabs")
    if tabs is None:
        return None
    stops = [TabStop(integer(attribute(tab, "pos"), 0), attribute(tab, "val") or "left") for tab in tabs]
    return tuple(sorted((s for s in stops if s.kind not in ("clear", "bar") and s.at > 0), key=lambda s: s.at))


def with_blanks(raw: str, stops: Sequence[TabStop], indent: int) -> str:
    """`raw` of a paragraph that begins `indent` twips from the margin, each run of tabs as the blanks it leaves."""
    parts = re.split(r"(\t+)", raw)
    shown = parts[0]
    place = float(indent + _width(parts[0]))
    for tabs, text in zip(parts[1::2], parts[2::2], strict=True):
        stop = TabStop(0, "left")
        for _ in tabs[:50]:
            stop = _next_stop(stops, place)
            place = float(stop.at)
        width = _width(text.strip())
        place -= {"center": width / 2, "right": width, "end": width, "decimal": width}.get(stop.kind, 0.0)
        blanks = round((place - indent) / TWIPS_PER_CHARACTER) - len(shown)
        shown += " " * max(_LEAST_BLANKS, min(_MOST_BLANKS, blanks)) + text
        place += width
    return shown


def _next_stop(stops: Sequence[TabStop], place: float) -> TabStop:
    own = next((stop for stop in stops if stop.at > place), None)
    return own or TabStop((int(place) // _EVERY + 1) * _EVERY, "left")


def _width(text: str) -> int:
    capitals, blanks = sum(char.isupper() for char in text), text.count(" ")
    return capitals * _CAPITAL + blanks * _BLANK + (len(text) - capitals - blanks) * TWIPS_PER_CHARACTER
