"""The pictures of a slot that the digits' reader is shown: as high as the line, as high as the strokes, and between.

A clerk's digits are up to twice as high as the print beside them. A network that looks at the line's rows alone cuts
them; one that looks at the strokes' rows sees print of every size. So it is shown both, with more and less around them,
and what it sees is put together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.reading.engines.line_pictures import MAX_WIDTH, Edges, cut_line
from pipeline.values import Box

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

VIEWS = ((0.0, 0.6), (0.0, 1.2), (0.5, 0.9), (1.0, 0.6), (1.0, 1.2))
"""Of each view: how far its rows go from the line's (0) to the strokes' (1), and what is shown on either side, in parts
of its height."""


def view_of(slot: Box, row: Box, tall: float, room: float) -> Edges:
    """The edges of a view of a slot in a row of print, in pixels of the page."""
    top = row.top + tall * (slot.top - row.top)
    bottom = row.bottom + tall * (slot.bottom - row.bottom)
    aside = room * max(1.0, bottom - top)
    return slot.left - aside, top, slot.right + aside, max(top + 4, bottom)


def shown(grey: NDArray[np.uint8], edges: Edges) -> NDArray[np.float32]:
    """A view cut out of a grey page, as the network takes it; beyond the page there is paper."""
    return cut_line(grey, edges, MAX_WIDTH, (0, grey.shape[1])).ink
