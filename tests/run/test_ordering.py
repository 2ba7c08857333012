"""Which task is given out next, and which part of a long document goes to a helper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.intake import SourceFile
from pipeline.run.ordering import long_ones_first, small_ones_first
from pipeline.run.tasks import Assist, Assisted, Task
from pipeline.run.workers.sharing import DocumentProgress, Sharing
from pipeline.store.ledger import FileStamp


def task(size: int, name: str = "") -> Task:
    name = name or f"{size}.pdf"
    return Task(Path(name), name, "digest of " + name, FileStamp(size, 0, 0, 0))


def given(tasks: list[Task | None]) -> list[int | None]:
    return [task.stamp.bytes if task else None for task in long_ones_first(iter(tasks))]


def test_the_first_task_comes_first_and_then_the_longest_in_sight() -> None:
    assert given([task(size) for size in (1, 2, 3, 9, 4)]) == [1, 9, 4, 3, 2]


def test_the_first_files_are_those_that_are_read_soonest() -> None:
    sizes = {"a.pdf": 10, "b.jpg": 900, "c.txt": 50, "d.png": 300, "e.tif": 5}
    files = [SourceFile(Path(name), name, size) for name, size in sizes.items()]
    assert [file.relative for file in small_ones_first(iter(files))] == ["c.txt", "d.png", "b.jpg", "e.tif", "a.pdf"]


def test_every_task_is_given_out_once_and_the_last_ones_are_short() -> None:
    sizes = [(number * 7919) % 1000 for number in range(1000)]
    order = given([task(size) for size in sizes])
    assert sorted(filter(None, order)) == sorted(filter(None, sizes))
    assert max(filter(None, order[-20:])) < 400


def test_tasks_of_the_same_length_keep_their_order() -> None:
    tasks = [task(5, f"{number}.pdf") for number in range(20)]
    assert list(long_ones_first(iter(tasks))) == tasks


def test_a_little_text_counts_more_than_the_bytes_of_a_scan() -> None:
    scan, text = task(100_000, "a.jpg"), task(50_000, "b.txt")
    assert list(long_ones_first(iter([task(1), scan, text]))) == [task(1), text, scan]


def test_no_more_is_looked_at_than_a_window() -> None:
    taken = []

    def source() -> Iterator[Task]:
        for number in range(10_000):
            taken.append(number)
            yield task(number)

    tasks = long_ones_first(source())
    for _ in range(1000):
        next(tasks)
    assert len(taken) < 1100


def test_that_finding_the_next_task_takes_time_is_passed_on_only_when_there_is_none() -> None:
    assert given([None, task(1), None, task(2), task(3)]) == [None, 1, None, 3, 2]


def slow(page: int, pages: int, name: str = "long.pdf") -> DocumentProgress:
    return DocumentProgress(task(1, name), page, pages, seconds=float(page))


def test_parts_are_given_away_from_the_end_and_meet_what_is_being_read() -> None:
    sharing = Sharing()
    parts = []
    while part := sharing.part([slow(10, 100)], workers=2):
        parts.append((part.first, part.last))
    assert parts[0] == (71, 100)
    assert [last for _, last in parts[1:]] == [first - 1 for first, _ in parts[:-1]]
    assert parts[-1][0] == 12  # page 11 is what the worker itself reads next
    assert all(first <= last for first, last in parts)


def test_the_longest_rest_is_shared_first() -> None:
    part = Sharing().part([slow(2, 20, "a.pdf"), slow(2, 40, "b.pdf"), slow(90, 100, "c.pdf")], workers=2)
    assert part
    assert part.task.relative == "b.pdf"


@pytest.mark.parametrize(
    "progress",
    [slow(1, 100), slow(99, 100), slow(100, 100), DocumentProgress(task(1), 50, 100, seconds=1.0)],
    ids=["just begun", "almost done", "done", "no scan"],
)
def test_what_is_not_worth_sharing_is_not_shared(progress: DocumentProgress) -> None:
    assert Sharing().part([progress], workers=2) is None


def test_pages_that_a_helper_read_are_not_counted_as_known_before() -> None:
    from dataclasses import replace

    from pipeline.records import SourceRecord, Watch, failed_document
    from pipeline.run.workers.outcomes import outcome_of

    sharing = Sharing()
    part = sharing.part([slow(2, 20)], workers=2)
    assert isinstance(part, Assist)
    sharing.take(Assisted(part, 6, {"reading": 6.0}))
    plain = outcome_of(part.task, failed_document(SourceRecord("long.pdf", "", 1), []), Watch())
    credited = sharing.credited(replace(plain, pages_cached=7, cpu_seconds={"reading": 14.0, "structure": 1.0}))
    assert credited.pages_cached == 1
    assert credited.cpu_seconds == {"reading": 20.0, "structure": 1.0}
