"""Which lines of the pages are cells: reading's cells looked over, and the tables that have no rules."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.structure.lines.model import LineCorrection
from pipeline.structure.tables.blank_columns import with_columns
from pipeline.structure.tables.frames import free_text
from pipeline.structure.tables.number_columns import repair_numbers
from pipeline.values import Page


def settle_tables(pages: Sequence[Page]) -> tuple[list[Page], list[LineCorrection]]:
    """`pages` with frames and cut titles as text, tables without rules as cells, and number columns repaired; what was
    repaired."""
    return repair_numbers([with_columns(free_text(page)) for page in pages])
