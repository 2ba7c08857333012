"""En dashes told from hyphens by their width; recognisers give either for both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.edits import By
from pipeline.reading.engines.base import EngineLine
from pipeline.values import Box, Word

# In office serif an en dash is half an em wide, a hyphen's ink a quarter, a letter without ascender 0.45 em high.
# On the development scans en dashes measured 0.71 to 1.1 letters (one at 0.65), hyphens 0.5 to 0.57.
_EN_DASH_WIDTH = 0.7
_DASHES = ("-", "–", "—", "_")


def with_dashes(lines: Sequence[EngineLine], grey: NDArray[np.uint8], letter: float) -> list[EngineLine]:
    """The lines with each free-standing dash as the picture has it; `letter` is the usual letter height."""
    if letter <= 0:
        return list(lines)
    result = []
    for line in lines:
        words = list(line.words)
        for at, word in enumerate(words):
            if word.text in _DASHES:
                width = dash_width(grey, _between(words, at, line.box))
                if width:
                    words[at] = word.put_right("–" if width > _EN_DASH_WIDTH * letter else "-", By.DASHES)
        result.append(replace(line, words=tuple(words)) if line.words != tuple(words) else line)
    return result


def _between(words: Sequence[Word], at: int, line: Box) -> Box:
    """From the word before to the word after, in the middle of the line's height."""
    own, before, after = words[at].box, words[at - 1].box if at else None, None
    if at + 1 < len(words):
        after = words[at + 1].box
    own = own or line
    left = before.right if before else own.left - own.height // 3
    right = after.left if after else own.right + own.height // 3
    high = own.height
    return Box(max(0, left), own.top + round(0.3 * high), max(left + 1, right), own.top + round(0.85 * high))


def dash_width(grey: NDArray[np.uint8], box: Box) -> int:
    """Width in pixels of the widest flat piece of ink in a box; 0 when there is none."""
    part = grey[box.top : box.bottom, box.left : box.right]
    if part.size == 0:
        return 0
    ink = np.asarray(part < (int(part.min()) + int(part.max())) // 2, dtype=np.uint8)
    if int(part.max()) - int(part.min()) < 60:
        return 0
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    flat = [
        int(stat[cv2.CC_STAT_WIDTH]) for stat in stats[1:] if stat[cv2.CC_STAT_WIDTH] >= 1.8 * stat[cv2.CC_STAT_HEIGHT]
    ]
    return max(flat, default=0)
