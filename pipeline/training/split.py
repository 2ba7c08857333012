"""Which lines of the training text are trained on and which are held out; decided here and nowhere else.

Whole documents are held out, chosen by a hash of their number, so that they lie all over a file and stay the same when
text is added. A file whose documents cannot be told apart (news, codified law) is held out in blocks of lines. Passages
repeat from file to file, so what is held out anywhere is left out of the training part everywhere.
"""

from __future__ import annotations

import hashlib
import lzma
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Literal

from pipeline.vietnamese.folding import fold

Part = Literal["train", "held_out"]

HELD_OUT_DOCUMENTS = 0.14
"""Of the documents of a file; most are short ones, which makes it a tenth of the words of vbpl: over 500 pages."""
HELD_OUT_BLOCKS = 0.02

_BLOCK_LINES = 500
_LOOKED_AT = 5000  # lines of a file, to see whether it names its documents
_LEAST_WORDS = 8  # shorter passages are formulas that documents share ("Nơi nhận:"), not repetitions of one
_HEAD = 48  # characters of a passage by which most are told from the held-out ones, long before all is compared
_KEY = 16  # letters of it: each has at most two combining marks

# A letterhead's number, a line of its own: "Số: 249/2025/NĐ-CP", "Luật số: 111/2025/QH15". Forms leave it blank.
_DOCUMENT_NUMBER = re.compile(
    r"\W*(?:Luật |Nghị quyết |Pháp lệnh )?[Ss]ố\s*:?\s*(\d[\d.]*\s*/\s*\d{4}\s*/\s*[A-ZĐ][\w -]*)\W*"
)
_LEAST_MARKED = 0.2  # share of a passage's words that are no plain ASCII; good prose has seven in ten
_JUDGED_WORDS = 6

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


def text_files(folder: Path) -> list[Path]:
    """The training files of a folder, in the order of their names."""
    return sorted([*folder.glob("*.txt"), *folder.glob("*.txt.xz")])


def read_part(path: Path, part: Part) -> Iterator[str]:
    """The lines of a `.txt` or `.txt.xz` file that belong to `part`, without their line ends.

    Passages that lost their marks are never trained on. Reading a training part reads the other files of its folder
    too, once a process, for what they hold out.
    """
    if part == "held_out":
        yield from (line for _, line in held_out_lines(path))
        return
    held_out = _held_out_passages(path.parent)
    for _, held, line in _lines(path):
        if not held and not _lost_its_marks(line) and not held_out.repeated_in(line):
            yield line


def held_out_documents(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(number or first line, lines) of each document or block that is held out, in order."""
    name, lines = "", list[str]()
    for unit, line in held_out_lines(path):
        if unit != name and lines:
            yield name, tuple(lines)
            lines = []
        name = unit
        lines.append(line)
    if lines:
        yield name, tuple(lines)


def held_out_lines(path: Path) -> Iterator[tuple[str, str]]:
    """(number or first line of its document or block, line) of each held-out line."""
    return ((unit, line) for unit, held, line in _lines(path) if held)


def _lines(path: Path) -> Iterator[tuple[str, bool, str]]:
    """(name of its document or block, whether that is held out, line) of each line."""
    named = sum(_DOCUMENT_NUMBER.fullmatch(line) is not None for line in islice(_raw_lines(path), _LOOKED_AT)) > 1
    share = HELD_OUT_DOCUMENTS if named else HELD_OUT_BLOCKS
    unit, held = "", False
    for number, line in enumerate(_raw_lines(path)):
        found = _DOCUMENT_NUMBER.fullmatch(line) if named else None
        if number == 0 or found or (not named and number % _BLOCK_LINES == 0):
            unit = "".join(found[1].split()) if found else line
            held = _chance(unit) < share
        yield unit, held, line


def _lost_its_marks(line: str) -> bool:
    """File names of annexes and other languages: they would teach that 'chuc' and 'thuc' are words."""
    words = line.split()
    return len(words) >= _JUDGED_WORDS and sum(not word.isascii() for word in words) < _LEAST_MARKED * len(words)


def _chance(unit: str) -> float:
    """A number in 0..1 that hangs on nothing but the name."""
    return int.from_bytes(hashlib.sha256(unit.encode()).digest()[:4], "big") / 2**32


class _Passages:
    """Lines and their sentences, to be found again in other text whatever became of marks and case."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._whole = {fold(passage) for line in lines for passage in _passages(line)}
        self._keys = {whole[:_KEY] for whole in self._whole}

    def repeated_in(self, line: str) -> bool:
        """Whether `line` or one of its sentences is among them."""
        return any(
            fold(passage[:_HEAD])[:_KEY] in self._keys and fold(passage) in self._whole for passage in _passages(line)
        )


def _passages(line: str) -> Iterator[str]:
    """The line and its sentences, without those of a few words."""
    parts = [line, *_SENTENCE_END.split(line)] if len(line) > _HEAD else [line]
    return (part for part in parts if part.count(" ") >= _LEAST_WORDS - 1)


@lru_cache(maxsize=1)
def _held_out_passages(folder: Path) -> _Passages:
    return _Passages(line for path in text_files(folder) for _, line in held_out_lines(path))


def _raw_lines(path: Path) -> Iterator[str]:
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield line.rstrip("\n")
