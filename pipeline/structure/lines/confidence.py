"""From an engine's confidence in letters to the probability that a whole value is exactly right.

An engine says how sure it is of a line. Whether a value read from it is right to the letter also depends on how many
letters it has and on whether restoration had to change something in its lines: what was damaged in one place is
oftener so in another. Above 0.95 the engine's own figure tells nothing more; below, it counts in full, so that a
value read with little confidence keeps little. The map is logistic; it never falls when the engine is surer and never
rises with the length. How it was fitted, with a reliability table held out by document: docs/measurements/structure.md.
Measure it anew with `python -m pipeline.bench.calibration GOLD OUT`.
"""

from __future__ import annotations

import math

_BASE = 4.028
_SURENESS = 1.025  # per unit of log-odds of the engine's confidence
_LENGTH = -1.240  # per e-fold of the length in characters
_MENDED = -1.049  # where restoration changed one of the lines
_SUREST = 0.95  # the engine's confidences above this are right equally often
_EDGE = 1e-4  # confidences of 0 are taken for this


def calibrated(confidence: float, length: int, *, mended: bool = False) -> float:
    """The probability that a value of `length` characters, read with the engine's `confidence` (0..1), is right.

    `mended` says that a line it stands on was changed after it was read.
    """
    share = min(max(confidence, _EDGE), _SUREST)
    odds = _BASE + _SURENESS * math.log(share / (1.0 - share)) + _LENGTH * math.log(max(1, length))
    return 1.0 / (1.0 + math.exp(-odds - (_MENDED if mended else 0.0)))


def restored_rightly(chance: float, words: int) -> float:
    """The probability that all of `words` words are right, each of which was restored rightly with this `chance`."""
    return chance ** max(1, words)
