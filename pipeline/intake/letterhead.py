"""Two-column heads and feet of a document that are kept as tables in DOCX and Markdown.

A clerk sets the letterhead (issuing body left, quốc hiệu right) and the closing (nơi nhận left, signer right) as a
borderless table of two columns. Told by their words, their lines get the region that geometry gives on a scan.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.values import Line, Region
from pipeline.vietnamese.folding import fold

_MOTTO = re.compile(r"cong hoa xa hoi|doc lap\s*[-–—]\s*tu do|dang cong san viet nam")
_RECIPIENTS = re.compile(r"^noi nhan\b")
_SIGNER = re.compile(r"^(tm|kt|tl|tuq|q)\s*\.|^(pho )?(chu tich|giam doc|bi thu|truong|hieu truong|chanh)|\(da ky\)")


def mark_columns(lines: Sequence[Line]) -> list[Line]:
    """`lines` with the letterhead's and the closing's table cells in their regions, left column before right."""
    tables = sorted({line.cell[0] for line in lines if line.cell is not None})
    if not tables:
        return list(lines)
    result = list(lines)
    for table in tables:
        members = [at for at, line in enumerate(result) if line.cell is not None and line.cell[0] == table]
        regions = _regions_of([result[at] for at in members])
        if regions is None:
            continue
        left, right = regions
        cells = [replace(result[at], gap_before=min(result[at].gap_before, 1.0)) for at in members]
        ordered = [replace(c, region=left, cell=None) for c in cells if c.cell is not None and c.cell[2] == 0]
        ordered += [replace(c, region=right, cell=None) for c in cells if c.cell is not None and c.cell[2] > 0]
        result[members[0] : members[-1] + 1] = ordered
    return result


def _regions_of(cells: Sequence[Line]) -> tuple[Region, Region] | None:
    """The regions of a table's left and right column, or None for an ordinary table."""
    columns = {line.cell[2] for line in cells if line.cell is not None}
    rows = {line.cell[1] for line in cells if line.cell is not None}
    if not columns <= {0, 1, 2} or len(rows) > 6:
        return None
    left = [fold(line.text).strip() for line in cells if line.cell is not None and line.cell[2] == 0]
    right = [fold(line.text).strip() for line in cells if line.cell is not None and line.cell[2] > 0]
    if any(_MOTTO.search(text) for text in right):
        return Region.LETTERHEAD_LEFT, Region.LETTERHEAD_RIGHT
    if any(_RECIPIENTS.match(text) for text in left) or (not left and any(_SIGNER.search(text) for text in right)):
        return Region.CLOSING_LEFT, Region.CLOSING_RIGHT
    return None
