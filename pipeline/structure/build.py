"""The way from pages to structure, step by step."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.structure.model import Structure
from pipeline.values import Page


def build_structure(pages: Sequence[Page]) -> Structure:
    """The structure of a document from its pages in order; never raises on any text."""
    return Structure(marks={page.number: page.marks for page in pages})
