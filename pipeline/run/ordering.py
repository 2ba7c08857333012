"""In which order the work is given out: something quick first, then the long ones, so that no worker ends alone.

Only the work is put in another order, not the decisions about it: what is a duplicate of what is settled before, and
no result depends on when it is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import islice

from pipeline.intake import SourceFile
from pipeline.run.tasks import Task
from pipeline.store.ledger import suffix_of

_HEAD = 32  # files
_WINDOW = 64  # tasks looked at at once: memory stays flat however large the archive is
_WINDOW_BYTES = 500_000_000  # objects of a store lie in the spool meanwhile
_PER_TURN = 4  # tasks looked at for each one given out, so that the window fills while the first are in work
# A byte of text is a letter to restore, a byte of a scan a thousandth of one.
_TEXT_WEIGHT = {".txt": 20, ".md": 20, ".docx": 2}
# What is read soonest, whatever its bytes: text, then pictures, which are one page; a PDF of few bytes may have many.
_SOON = {".txt": 0, ".md": 0, ".docx": 0, ".jpg": 1, ".jpeg": 1, ".png": 1, ".webp": 1, ".bmp": 1}
_LATER = 2


def small_ones_first(files: Iterator[SourceFile]) -> Iterator[SourceFile]:
    """The same files, of the first few the quick ones first: who has just started a run sees a result at once."""
    head = list(islice(files, _HEAD))
    yield from sorted(head, key=lambda file: (_SOON.get(suffix_of(file.relative), _LATER), file.bytes))
    yield from files


def long_ones_first(tasks: Iterator[Task | None]) -> Iterator[Task | None]:
    """The same tasks; the first one comes first, and then always the longest of the next few dozen.

    So the last ones are short, whatever the archive's order: a long document begun last would keep one worker busy
    while all others wait. None passes through (finding the next task takes time), unless there is one to give.
    """
    window: list[tuple[int, int, Task]] = []  # a heap: longest first, of equal ones the one that came first
    held = number = 0
    more = True
    while more or window:
        for _ in range(_PER_TURN if number else 1):
            if len(window) >= _WINDOW or held > _WINDOW_BYTES:
                break
            try:
                task = next(tasks)
            except StopIteration:
                more = False
                break
            if task is None:
                break
            heappush(window, (-_weight(task), number, task))
            held += task.stamp.bytes
            number += 1
        if window:
            *_, longest = heappop(window)
            held -= longest.stamp.bytes
            yield longest
        elif more:
            yield None


def _weight(task: Task) -> int:
    """How long a task may take, in a unit of its own."""
    return task.stamp.bytes * _TEXT_WEIGHT.get(suffix_of(task.relative), 1)
