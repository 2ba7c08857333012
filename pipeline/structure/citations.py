"""Citations: every act referred to by its number, and every law by its title, each once."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.schema import Citation
from pipeline.structure.model import Node, Paragraph


def find_citations(preamble: Sequence[Paragraph], nodes: Sequence[Node]) -> list[Citation]:
    """The citations of a document in the order of their first mention."""
    return []
