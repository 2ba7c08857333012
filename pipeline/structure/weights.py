"""The numbers that decide what a document's structure is, in few levels, passed down from `build_structure`.

A hundred finer ones were no better: on 55 documents with gold the mean of the fields was 0.8842 with those and 0.8847
with these (`make bench-sweep STAGE=structure`, November 2026). What counts is which of two things costs more.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ParagraphSigns:
    """Evidence that a row begins a paragraph, for and against. One strong sign decides, or two others that agree."""

    begins: float = 0.3  # a row whose evidence is above this begins a paragraph
    strong: float = 0.6  # a bullet, a gap, capitals after prose; against: a small letter, a text that surely goes on
    plain: float = 0.4  # the line before ends a sentence, or had room for the next word
    weak: float = 0.2  # a small indent or gap, bold after roman


@dataclass(frozen=True, slots=True)
class MarkerDamage:
    """What it costs to believe that a list marker was damaged, or is set as its kind seldom is; 0 is printed so."""

    slight: float = 0.2  # a capital letter, brackets, a dash: right, but other things look like it too
    letter: float = 0.4  # one letter or figure that OCR confuses; a numeral in a heading's capitals without its dot
    unlikely: float = 0.8  # a comma for the dot, a lone small numeral
    stroke: float = 1.3  # a stroke of a numeral lost or made, a dot lost with it
    figure: float = 3.2  # a whole figure taken for another: only where the sequence asks for it


@dataclass(frozen=True, slots=True)
class OutlineCosts:
    """What an outline costs that is other than authors make them; the cheapest outline of a document is taken."""

    slight: float = 0.6  # a level opened at one; capitals or sign unlike a sister's
    unusual: float = 1.5  # a heading with nothing under it, the topmost numbering of another kind, a list anew
    odd: float = 2.4  # a number twice, or missing, or passed over; a level under one that stands below it
    wrong: float = 3.4  # numbers that go back, a level opened beyond one, a sure marker taken for text
    each: float = 0.3  # … and so much more for each number further


@dataclass(frozen=True, slots=True)
class Weights:
    """All weights of structure."""

    paragraphs: ParagraphSigns = ParagraphSigns()
    damage: MarkerDamage = MarkerDamage()
    outline: OutlineCosts = OutlineCosts()


STANDARD = Weights()
