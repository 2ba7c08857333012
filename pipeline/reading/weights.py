"""The numbers that decide what is believed of a page, in few levels, passed down from the reader.

Finer ones were no better: what several places asked at 0.5, 0.6 and 0.62, or at 0.68 and 0.75, is asked at one level
now, with the same text on pages in fourteen conditions and the same signers under seals (November 2026).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trust:
    """What a confidence (0..1, of a word, a line, or the mean of a page's letters) is worth."""

    hardly: float = 0.45  # of a page read less surely nearly all words are wrong: only surer lines are kept
    guess: float = 0.6  # a bare guess; a word counts for a page as far as it is surer
    badly: float = 0.75  # a fifth of a page's words are wrong below; print is read with more, most of the pen with less
    well: float = 0.93  # a page read so surely is read well: no other picture of it is tried


@dataclass(frozen=True, slots=True)
class Faults:
    """How much of a fault a page's picture has before it is treated; clean scans measure well below."""

    bleed_through: float = 0.01  # share of faint ink with no dark ink near
    salt: float = 0.02  # share of single pixels unlike all around
    thick_salt: float = 0.06  # of which so much touches its like
    specks: float = 0.3  # for each letter
    shading: float = 0.1  # how unevenly the paper is lit
    shadow: float = 0.25  # so much of it calls for treatment however well the page reads
    dull: float = 200  # the paper's grey level
    small: float = 12.0  # pixels: lower letters are read better enlarged
    bent: float = 0.3  # letter heights that lines rise or fall
    leaning: float = 0.025  # of the margins: pixels sideways for each pixel down


@dataclass(frozen=True, slots=True)
class Weights:
    """All weights of reading that several places ask for, or that choose between pictures."""

    trust: Trust = Trust()
    faults: Faults = Faults()
    clearly: float = 0.02  # other strokes than the page's own are kept when they read better by this part


STANDARD = Weights()
