"""The chance that a chosen word is right, from how far its rivals are behind.

The share of the chosen candidate among all that were looked at is too sure of itself, for channel and language model
count the same evidence twice; two numbers fitted on held-out decrees (Platt 1999) bring it to what was seen.
models/channels.md has the table.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

_SLOPE, _OFFSET, _SUREST = 0.78, -0.75, 9.9


def log_odds(own: float, rivals: Sequence[float]) -> float:
    """Log odds of a candidate with log score `own` against all `rivals` (log scores; at least one)."""
    against = math.fsum(math.exp(min(rival - own, 50.0)) for rival in rivals)
    return min(-math.log(max(against, 1e-30)), _SUREST)


def confidence(own: float, rivals: Sequence[float]) -> float:
    """The chance that the chosen candidate is right; 1 where there was no other."""
    if not rivals:
        return 1.0
    return 1 / (1 + math.exp(-(_SLOPE * log_odds(own, rivals) + _OFFSET)))
