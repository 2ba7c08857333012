"""The chance that a chosen word is right, from how far its rivals are behind and how much of its text is in doubt.

The share of the chosen candidate among all that were looked at is too sure of itself, for channel and language model
count the same evidence twice, and more so in text of another register than theirs: of words that seemed 95 to 98 %
sure, 80 % were right in plans full of kitchens, fields and games. Such a text shows itself by the share of its words
that are in doubt. Three numbers fitted on held-out text (Platt 1999, with that share) bring the chance to what was
seen. models/channels.md has the table.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

_SLOPE, _OFFSET, _BY_DOUBT = 0.534, -1.605, -0.47
_SUREST = 9.9

_ALONE_SLOPE, _ALONE_OFFSET = 0.566, -0.349  # the chance where nothing is known of the text
_USUAL_DOUBT, _WORDS = 0.5, 20  # in so many words of any text so much is in doubt


def log_odds(own: float, rivals: Sequence[float]) -> float:
    """Log odds of a candidate with log score `own` against all `rivals` (log scores); infinite without any."""
    if not rivals:
        return math.inf
    against = math.fsum(math.exp(min(rival - own, 50.0)) for rival in rivals)
    return min(-math.log(max(against, 1e-30)), _SUREST)


def doubt_of(odds: Sequence[float]) -> float:
    """How much of a text is in doubt, as a log share, from the log odds of its words (infinite ones left out)."""
    contested = [own for own in odds if own < math.inf]
    wrong = math.fsum(1 - _logistic(_ALONE_SLOPE * own + _ALONE_OFFSET) for own in contested)
    return math.log((wrong + _USUAL_DOUBT) / (len(contested) + _WORDS))


def confidence(odds: float, doubt: float) -> float:
    """The chance that a word with these log odds is right in a text of this doubt; 1 where there was no other."""
    return 1.0 if odds == math.inf else _logistic(_SLOPE * odds + _OFFSET + _BY_DOUBT * doubt)


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value))
