"""Nights that end green: what counts as a failure, what is settled, ignored or gone."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.intake.ignoring import NOTHING
from pipeline.intake.walking import walk_archive
from pipeline.run.acknowledging import acknowledge
from pipeline.run.ingest import Wishes, ingest
from pipeline.run.report.observers import JsonLog, MetricsFile, Together
from pipeline.run.report.status import read_status
from pipeline.run.report.tally import Tally
from pipeline.run.workers.executor import LocalExecutor
from pipeline.settings import RunSettings, Settings
from pipeline.store.exports import export_corpus
from pipeline.store.ledger import Ledger
from pipeline.store.results import FolderResults
from pipeline.store.search import search
from pipeline.store.verify import verify
from tests.run.test_ingest import _faulty_executor


class Nights:
    """An archive and one run after the other over it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.archive, self.out = folder, folder / "archive", folder / "out"
        self.archive.mkdir()

    def put(self, name: str, content: bytes | str) -> Path:
        path = self.archive / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        os.utime(path, ns=(10**18, 10**18))
        return path

    def run(self, **wishes: bool) -> Tally:
        log, metrics = self.folder / "log", self.folder / "metrics"
        log.unlink(missing_ok=True)
        return ingest(
            self.archive,
            self.out,
            Settings(run=RunSettings(jobs=1)),
            wishes=Wishes(**wishes),
            observer=Together([JsonLog(log), MetricsFile(metrics)]),
            executor=_faulty_executor,
        )

    def log(self) -> list[dict]:
        return [json.loads(line) for line in (self.folder / "log").read_text("utf-8").splitlines()]

    def metric(self, name: str) -> float:
        lines = (self.folder / "metrics").read_text("utf-8").splitlines()
        return float(next(line.split()[1] for line in lines if line.startswith(f"{name} ")))

    def found(self, query: str) -> list[str]:
        return [hit.path for hit in search(self.out / "corpus.sqlite", query)]


@pytest.fixture
def nights(tmp_path: Path) -> Nights:
    return Nights(tmp_path)


ZIP = b"7z\xbc\xaf\x27\x1c" + bytes(60)


def test_a_failure_counts_in_the_night_it_is_met_and_not_again(nights: Nights) -> None:
    nights.put("a.txt", "Một\n")
    nights.put("b.7z", ZIP)
    first, second = nights.run(), nights.run()
    assert (first.newly_failed, first.failed) == (1, 1)
    assert (second.newly_failed, second.failed) == (0, 1)
    assert nights.metric("sohoa_failures") == 0
    assert nights.metric("sohoa_known_failures") == 1
    nights.put("c.7z", ZIP + b"c")
    assert nights.run().newly_failed == 1
    assert nights.metric("sohoa_failures") == 1
    report = json.loads((nights.out / "report.json").read_text("utf-8"))
    assert [(one["path"], one["new"]) for one in report["failures"]] == [("b.7z", False), ("c.7z", True)]


def test_a_file_that_fails_for_another_reason_counts_again(nights: Nights) -> None:
    nights.put("b.7z", ZIP)
    nights.run()
    nights.put("b.7z", "")
    assert nights.run().newly_failed == 1


def test_a_run_that_was_stopped_has_told_of_nothing(nights: Nights) -> None:
    nights.put("a.7z", ZIP)
    nights.put("b.txt", "Hai\n")

    class Stopped(LocalExecutor):
        def run(self, tasks):  # type: ignore[no-untyped-def]
            yield from super().run(tasks)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest(nights.archive, nights.out, Settings(run=RunSettings(jobs=1)), executor=Stopped)
    assert nights.run().newly_failed == 1


def test_what_a_person_settled_no_longer_counts_until_it_changes(nights: Nights) -> None:
    nights.put("cũ/b.7z", ZIP)
    nights.run()
    assert acknowledge(str(nights.out), "cũ/b.7z") == ["cũ/b.7z"]
    tally = nights.run(force=True)
    assert (tally.failed, tally.newly_failed, tally.acknowledged) == (0, 0, 1)
    nights.put("cũ/b.7z", "")
    assert nights.run().newly_failed == 1


def test_a_code_settles_every_file_that_has_it_and_can_be_taken_back(nights: Nights) -> None:
    nights.put("b.7z", ZIP)
    nights.run()
    acknowledge(str(nights.out), "unsupported_kind")
    nights.put("c.7z", ZIP + b"c")
    assert nights.run().newly_failed == 0
    acknowledge(str(nights.out), "unsupported_kind", undo=True)
    assert nights.run().failed == 2


def test_a_folder_settles_what_lies_in_it(nights: Nights) -> None:
    nights.put("cũ/b.7z", ZIP)
    nights.put("cũ hơn/c.7z", ZIP + b"c")
    nights.run()
    assert acknowledge(str(nights.out), "cũ") == ["cũ/b.7z"]


def test_what_did_not_fail_cannot_be_settled(nights: Nights) -> None:
    nights.put("a.txt", "Một\n")
    nights.run()
    with pytest.raises(UsageError, match=r"No file a\.txt failed"):
        acknowledge(str(nights.out), "a.txt")


def test_what_systems_leave_behind_is_neither_a_failure_nor_an_error(nights: Nights) -> None:
    for name in ("Thumbs.db", ".DS_Store", "~$KH 28.docx", "x/desktop.ini"):
        nights.put(name, b"\xd0\xcf\x11\xe0")
    nights.put("a.txt", "Một\n")
    tally = nights.run()
    assert (tally.failed, tally.newly_failed, tally.harmless) == (0, 0, 4)
    assert {line["level"] for line in nights.log() if line["event"] == "file_done"} == {"info"}


@pytest.mark.parametrize(
    ("patterns", "left"),
    [
        ("*.log\n", ["a/b.txt", "a/c.txt", "d.txt"]),
        ("a/\n", ["d.txt", "e.log"]),
        ("/b.txt\n", ["a/b.txt", "a/c.txt", "d.txt", "e.log"]),
        ("*.txt\n!a/c.txt\n", ["a/c.txt", "e.log"]),
        ("# no pattern\n\n", ["a/b.txt", "a/c.txt", "d.txt", "e.log"]),
        ("**/b.txt\n*.log", ["a/c.txt", "d.txt"]),
    ],
)
def test_ignored_files_are_not_met(tmp_path: Path, patterns: str, left: list[str]) -> None:
    for name in ("a/b.txt", "a/c.txt", "d.txt", "e.log"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / ".sohoaignore").write_text(patterns)
    assert [file.relative for file in walk_archive(tmp_path)] == left


def test_a_list_in_a_folder_counts_there_and_before_the_one_above() -> None:
    ignored = NOTHING.below("", "*.tmp\n").below("a/", "!keep.tmp\n/x/\n")
    assert [ignored.has(path) for path in ("b.tmp", "a/b.tmp", "a/keep.tmp", "keep.tmp", "a/x/", "x/")] == [
        True, True, False, True, True, False,
    ]  # fmt: skip


def test_a_file_that_is_deleted_leaves_search_and_exports_at_once_and_comes_back_whole(
    nights: Nights, tmp_path: Path
) -> None:
    path = nights.put("a.txt", "Kế hoạch khen thưởng\n")
    nights.put("b.txt", "Báo cáo kết quả\n")
    nights.run()
    document = (nights.out / "documents/a.txt.json").read_bytes()
    path.unlink()
    assert nights.run().deleted == ["a.txt"]
    assert nights.found("khen thưởng") == []
    assert (nights.out / "documents/a.txt.json").read_bytes() == document
    assert read_status(FolderResults(nights.out))["gone"] == 1
    with Ledger(nights.out / "ledger.sqlite", read_only=True) as ledger:
        assert [(one.path, one.kind) for one in ledger.changes_after(2)] == [("a.txt", "removed")]
    target = tmp_path / "all.jsonl"
    assert export_corpus(FolderResults(nights.out), "jsonl", target).written == 1
    assert list(verify(FolderResults(nights.out))) == []
    nights.put("a.txt", "Kế hoạch khen thưởng\n")
    assert nights.run().skipped == 2
    assert nights.found("khen thưởng") == ["a.txt"]
    assert read_status(FolderResults(nights.out))["gone"] == 0
    assert list(verify(FolderResults(nights.out))) == []


def test_a_copy_takes_the_place_of_an_original_that_is_deleted(nights: Nights) -> None:
    path = nights.put("a.txt", "Kế hoạch khen thưởng\n")
    nights.put("a (2).txt", "Kế hoạch khen thưởng\n")
    nights.run()
    assert nights.found("khen thưởng") == ["a.txt"]
    path.unlink()
    nights.run()
    assert nights.found("khen thưởng") == ["a (2).txt"]
    assert list(verify(FolderResults(nights.out))) == []


def test_a_drive_that_is_not_there_takes_nothing_out_of_the_search(nights: Nights) -> None:
    path = nights.put("a.txt", "Kế hoạch khen thưởng\n")
    nights.run()
    path.unlink()
    nights.run()
    assert nights.found("khen thưởng") == ["a.txt"]
