"""Whoever looks on while a document is made: shown the values that pass from step to step, changing none of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from pipeline.values import Page, Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Observer(Protocol):
    """Is shown the values that pass from step to step of one document, and changes none of them."""

    def picture(self, page: int, step: str, pixels: NDArray[np.uint8]) -> None:
        """A page's picture (height x width, or x 3 for RGB) as it is at `step`."""

    def words(self, page: int, step: str, lines: Sequence[Sequence[Word]]) -> None:
        """What `step`, an engine for one, made of a page; boxes in pixels of the page's own picture."""

    def pages(self, step: str, pages: Sequence[Page]) -> None:
        """All pages as they are after `step`."""


class Unobserved:
    """An observer that looks at nothing."""

    def picture(self, page: int, step: str, pixels: NDArray[np.uint8]) -> None:
        """See `Observer`."""

    def words(self, page: int, step: str, lines: Sequence[Sequence[Word]]) -> None:
        """See `Observer`."""

    def pages(self, step: str, pages: Sequence[Page]) -> None:
        """See `Observer`."""
