"""Values as a spreadsheet's cells: nothing is run as a formula, nothing is longer than a cell, nothing breaks XML."""

from __future__ import annotations

import re
from typing import Any

# OWASP, CSV injection: a cell that begins so may be run as a formula when the file is opened.
_FORMULA = re.compile(r"^\s*[=+@\t\r]|^\s*-(?!\s|$)")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

EXCEL_LONGEST = 32_767  # characters of a cell: Excel's own limit
_CUT = " … [cắt bớt: ô bảng tính chứa nhiều nhất 32.767 ký tự]"


def plain_cell(value: Any) -> Any:  # noqa: ANN401 - whatever a table holds
    """`value` for CSV: a list as its parts with "; " between, a text that looks like a formula after an apostrophe."""
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    if isinstance(value, str):
        value = _CONTROL.sub(" ", value)
        return f"'{value}" if _FORMULA.match(value) else value
    return value


def excel_cell(value: Any) -> Any:  # noqa: ANN401
    """`value` for a worksheet, which keeps texts apart from formulas itself: cut with a note where it is too long."""
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    if isinstance(value, str):
        value = _CONTROL.sub(" ", value)
        return value if len(value) <= EXCEL_LONGEST else value[: EXCEL_LONGEST - len(_CUT)] + _CUT
    return value
