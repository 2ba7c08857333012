"""Which lines of a text file are trained on and which are held out; decided here and nowhere else."""

from __future__ import annotations

import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

HELD_OUT_SHARE = 0.02
"""The last 2 % of the lines of each file: documents stand whole in these files, so at most one is cut in two."""

Part = Literal["train", "held_out"]


def read_part(path: Path, part: Part) -> Iterator[str]:
    """The lines of a `.txt` or `.txt.xz` file that belong to `part`, without their line ends."""
    border = held_out_from(count_lines(path))
    for number, line in enumerate(_lines(path)):
        if (number >= border) == (part == "held_out"):
            yield line


def held_out_from(lines: int) -> int:
    """The number of the first held-out line in a file of `lines` lines."""
    return lines - int(lines * HELD_OUT_SHARE)


def count_lines(path: Path) -> int:
    """Lines of a `.txt` or `.txt.xz` file."""
    return sum(1 for _ in _lines(path))


def _lines(path: Path) -> Iterator[str]:
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield line.rstrip("\n")
