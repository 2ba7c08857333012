"""From restored lines to a document's structure: letterhead, section tree with roles, closing, citations."""

from __future__ import annotations

from pipeline.structure.build import build_structure
from pipeline.structure.lines.corrections import with_corrections
from pipeline.structure.lines.model import Location, Node, Paragraph, Structure

__all__ = ["Location", "Node", "Paragraph", "Structure", "build_structure", "with_corrections"]
