"""Keeps memory bounded: long texts are restored some dozen pages at a time, endless lines in parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.edits import Edit
from pipeline.restoration.damage import DAMAGED
from pipeline.restoration.results import Change, RestoredLine

_LONGEST_LINE = 5_000  # letters; longer lines are no lines
_BATCH = 150_000  # letters, some 60 pages


def parts(line: str) -> list[str]:
    """`line` itself; a line that is too long for one, in parts that end before a blank where there is one."""
    result, start = [], 0
    while len(line) - start > _LONGEST_LINE:
        blank = line.rfind(" ", start + 1, start + _LONGEST_LINE)
        end = blank if blank > 0 else start + _LONGEST_LINE
        result.append(line[start:end])
        start = end
    return [*result, line[start:]]


def batches(sizes: Sequence[int]) -> list[tuple[int, int]]:
    """Runs of lines with at most _BATCH letters together (or one line)."""
    bounds, total = [0], 0
    for number, size in enumerate(sizes):
        if total and total + size > _BATCH:
            bounds.append(number)
            total = 0
        total += size
    return list(zip(bounds, [*bounds[1:], len(sizes)], strict=True)) if sizes else []


def joined(own: Sequence[tuple[str, RestoredLine]]) -> RestoredLine:
    """One line from its parts (as they came in, as they went out)."""
    if len(own) == 1:
        return own[0][1]
    changes: list[Change] = []
    doubts: list[Change] = []
    edits: list[Edit] = []
    start = end = 0
    for raw, line in own:
        changes.extend(replace(change, start=change.start + start) for change in line.changes)
        doubts.extend(replace(doubt, start=doubt.start + start) for doubt in line.doubts)
        edits.extend(edit.moved(end) for edit in line.edits)
        start += len(raw)
        end += len(line.text)
    text = "".join(line.text for _, line in own)
    sure = [share for _, line in own for share in line.sure or [1.0] * len(line.text.split())]
    told = any(line.sure for _, line in own) and len(sure) == len(text.split())  # where no word was cut in two
    return RestoredLine(
        text,
        min(line.confidence for _, line in own),
        tuple(changes),
        max((line for _, line in own), key=lambda line: line.garble in DAMAGED).garble,
        tuple(edits),
        tuple(sure) if told else (),
        tuple(doubts),
    )
