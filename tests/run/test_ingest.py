"""A batch over text files: what is done again and what is not, what is counted, and what a fault leaves behind."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import MissingToolError, OutputError, UsageError
from pipeline.run.ingest import Wishes, ingest
from pipeline.run.report.tally import Tally
from pipeline.run.tasks import WorkerPlan
from pipeline.run.workers.executor import LocalExecutor
from pipeline.settings import RunSettings, Settings
from pipeline.store.ledger import FileStatus, Ledger
from pipeline.store.results import FolderResults
from pipeline.store.search import search
from pipeline.store.verify import verify
from tests.run.faults import Recorder, faulty_stages
from tests.store.older import make_older

ONE_JOB = Settings(run=RunSettings(jobs=1))


class Batch:
    """An archive, its OUT folder, and runs over them with stages that fail on demand."""

    def __init__(self, folder: Path) -> None:
        self.archive, self.out = folder / "archive", folder / "out"
        self.archive.mkdir()
        self.recorder = Recorder()

    def put(self, name: str, *lines: str) -> Path:
        """Write a source file, old enough for its time stamp to be trusted."""
        path = self.archive / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        os.utime(path, ns=(10**18, 10**18))
        return path

    def run(self, *, settings: Settings | None = None, **wishes: bool) -> Tally:
        """One run."""
        self.recorder = Recorder()
        return ingest(
            self.archive,
            self.out,
            settings or Settings(run=RunSettings(jobs=2)),
            wishes=Wishes(**wishes),
            observer=self.recorder,
            executor=_faulty_executor,
        )

    def rows(self) -> dict[str, FileStatus]:
        """The ledger: status by path."""
        with Ledger(self.out / "ledger.sqlite", read_only=True) as ledger:
            return {row.path: row.status for row in ledger.rows()}

    def files(self) -> dict[str, bytes]:
        """All documents and texts."""
        found = [path for tree in ("documents", "text") for path in (self.out / tree).rglob("*") if path.is_file()]
        return {path.relative_to(self.out).as_posix(): path.read_bytes() for path in found}


def _faulty_executor(plan: WorkerPlan, on_beat: Callable[..., None]) -> LocalExecutor:
    return LocalExecutor(replace(plan, make_stages=faulty_stages), on_beat)


@pytest.fixture
def batch(tmp_path: Path) -> Batch:
    return Batch(tmp_path)


def test_every_file_gets_its_document_text_index_row_and_ledger_row(batch: Batch) -> None:
    batch.put("a/kh.txt", "Kế hoạch một")
    batch.put("b/kh.txt", "Kế hoạch hai")
    tally = batch.run()
    assert sorted(batch.files()) == [
        "documents/a/kh.txt.json",
        "documents/b/kh.txt.json",
        "text/a/kh.txt.txt",
        "text/b/kh.txt.txt",
    ]
    assert batch.files()["text/b/kh.txt.txt"].decode() == "Kế hoạch hai\n"
    assert batch.rows() == {"a/kh.txt": FileStatus.DONE, "b/kh.txt": FileStatus.DONE}
    assert [hit.path for hit in search(batch.out / "corpus.sqlite", '"ke hoach hai"')] == ["b/kh.txt"]
    report = json.loads((batch.out / "report.json").read_text())
    assert (report["files"]["met"], report["failures"], tally.failed) == (2, [], 0)


def test_an_unchanged_archive_costs_no_work(batch: Batch) -> None:
    batch.put("a.txt", "Một")
    batch.run()
    before = batch.files()
    tally = batch.run()
    assert (tally.skipped, tally.done_now) == (1, 0)
    assert batch.files() == before


def test_a_touched_file_is_compared_by_content_and_a_changed_one_done_again(batch: Batch) -> None:
    touched, changed = batch.put("a.txt", "Một"), batch.put("b.txt", "Hai")
    batch.run()
    os.utime(touched)
    changed.write_text("Ba\n")
    tally = batch.run()
    assert (tally.skipped, tally.done_now) == (1, 1)
    assert batch.files()["text/b.txt.txt"] == b"Ba\n"
    corpus = batch.out / "corpus.sqlite"
    assert [hit.path for hit in search(corpus, "ba")] == ["b.txt"]
    assert search(corpus, "hai") == []


def test_a_file_written_in_the_tick_of_its_reading_is_not_trusted_by_its_stamp(batch: Batch) -> None:
    path = batch.archive / "a.txt"
    path.write_text("Một\n")
    batch.run()
    stamp = path.stat()
    path.write_text("Hai\n")
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))  # the same size, the same time
    batch.run()
    assert batch.files()["text/a.txt.txt"] == b"Hai\n"


def test_force_does_everything_again_with_the_same_bytes(batch: Batch) -> None:
    batch.put("a.txt", "Một")
    batch.run()
    before = batch.files()
    assert batch.run(force=True).done_now == 1
    assert batch.files() == before


def test_changed_settings_redo_what_depends_on_them(batch: Batch) -> None:
    batch.put("a.txt", "Một")
    batch.run()
    assert batch.run(settings=Settings(run=RunSettings(jobs=1))).done_now == 0  # jobs change no result
    other = Settings.model_validate({"reading": {"page_timeout_seconds": 99}})
    assert batch.run(settings=other).done_now == 1


def test_a_second_file_of_the_same_content_is_a_duplicate_with_its_own_document(batch: Batch) -> None:
    batch.put("a/one.txt", "Cùng nội dung")
    batch.put("b/two.txt", "Cùng nội dung")
    batch.put("c/other.md", "Cùng nội dung")  # another ending may mean another kind: judged by itself, then compared
    batch.run()
    assert batch.rows() == {
        "a/one.txt": FileStatus.DONE,
        "b/two.txt": FileStatus.DUPLICATE,
        "c/other.md": FileStatus.DUPLICATE,
    }
    one, two = (json.loads(batch.files()[f"documents/{name}.json"]) for name in ("a/one.txt", "b/two.txt"))
    assert two["source"].pop("path") == "b/two.txt"
    one["source"].pop("path")
    assert two["derived"].pop("is_copy_of")["value"] == "a/one.txt"
    assert one == two
    hits = [hit for hit in search(batch.out / "corpus.sqlite", "cung") if hit.path == "a/one.txt"]
    assert hits[0].copies == ("b/two.txt", "c/other.md")


def test_a_duplicate_stands_by_itself_when_its_original_changes_or_goes(batch: Batch) -> None:
    original = batch.put("a.txt", "Nội dung")
    batch.put("b.txt", "Nội dung")
    batch.run()
    original.write_text("Khác hẳn\n")
    batch.run()
    assert batch.rows() == {"a.txt": FileStatus.DONE, "b.txt": FileStatus.DONE}
    assert [hit.path for hit in search(batch.out / "corpus.sqlite", '"noi dung"')] == ["b.txt"]


def test_a_moved_file_keeps_its_work_under_its_new_name(batch: Batch) -> None:
    path = batch.put("old/a.txt", "Một kế hoạch")
    batch.run()
    (batch.archive / "new").mkdir()
    path.rename(batch.archive / "new" / "b.txt")
    tally = batch.run()
    assert (tally.moved, tally.pages_now, tally.deleted) == (1, 0, [])
    assert sorted(batch.files()) == ["documents/new/b.txt.json", "text/new/b.txt.txt"]
    assert batch.rows() == {"new/b.txt": FileStatus.DONE}
    assert [hit.path for hit in search(batch.out / "corpus.sqlite", "ke hoach")] == ["new/b.txt"]
    assert not (batch.out / "documents" / "old").exists()


def test_deleted_files_are_reported_and_kept_until_pruned(batch: Batch) -> None:
    batch.put("a.txt", "Một")
    batch.put("b.txt", "Hai").unlink()
    batch.put("b.txt", "Hai")
    batch.run()
    (batch.archive / "b.txt").unlink()
    assert batch.run().deleted == ["b.txt"]
    assert "documents/b.txt.json" in batch.files()
    assert batch.run(prune=True).pruned == 1
    assert sorted(batch.files()) == ["documents/a.txt.json", "text/a.txt.txt"]
    assert batch.rows() == {"a.txt": FileStatus.DONE}
    assert search(batch.out / "corpus.sqlite", "hai") == []


def test_an_empty_archive_is_not_a_reason_to_prune_everything(batch: Batch) -> None:
    batch.put("a.txt", "Một")
    batch.run()
    (batch.archive / "a.txt").unlink()
    with pytest.raises(UsageError, match="mounted"):
        batch.run(prune=True)
    assert "documents/a.txt.json" in batch.files()


def test_a_bug_on_one_file_does_not_stop_the_others(batch: Batch) -> None:
    batch.put("a.txt", "!!raise")
    batch.put("b.txt", "Hai")
    tally = batch.run()
    assert batch.rows() == {"a.txt": FileStatus.FAILED_TERMINAL, "b.txt": FileStatus.DONE}
    assert [failure.path for failure in tally.failures] == ["a.txt"]
    document = json.loads(batch.files()["documents/a.txt.json"])
    assert (document["status"], document["problems"][0]["code"]) == ("failed", "internal_error")
    assert "text/a.txt.txt" not in batch.files()


def test_a_file_that_kills_its_worker_twice_is_left_aside_until_retry(batch: Batch) -> None:
    batch.put("a.txt", "!!crash")
    for name in "bcdef":
        batch.put(f"{name}.txt", f"Tệp {name}")
    tally = batch.run()
    assert batch.rows()["a.txt"] is FileStatus.FAILED_TERMINAL
    assert tally.statuses[FileStatus.DONE] == 5
    assert batch.run().done_now == 0
    assert batch.run(retry=True).done_now == 1


def test_a_worker_killed_by_something_else_costs_nothing(batch: Batch, tmp_path: Path) -> None:
    batch.put("a.txt", f"!!crash-once {tmp_path / 'flag'}", "Một")
    batch.run()
    assert batch.rows() == {"a.txt": FileStatus.DONE}


def test_a_long_scan_whose_worker_was_killed_goes_on_after_the_pages_it_had(batch: Batch, tmp_path: Path) -> None:
    log, flag = tmp_path / "log", tmp_path / "flag"
    pages = [f"!!ocr {log}\nTrang {number}" for number in range(1, 31)]
    pages[24] += f"\n!!crash-once {flag}"
    batch.put("a.txt", "\f".join(pages))
    batch.run(settings=ONE_JOB)
    assert batch.rows() == {"a.txt": FileStatus.DONE}
    read = [int(number) for number in log.read_text().split()]
    assert read == [*range(1, 26), *range(25, 31)]
    interrupted = batch.files()
    assert batch.run(force=True).cached_readings == 1
    assert batch.files() == interrupted
    batch.out = tmp_path / "fresh"
    batch.run()
    assert batch.files() == interrupted


def test_workers_without_a_document_help_with_a_long_one_and_change_no_byte(batch: Batch, tmp_path: Path) -> None:
    log = tmp_path / "log"
    batch.put("a.txt", "\f".join(f"!!ocr {log} 0.2\nTrang {number}" for number in range(1, 31)))
    batch.run(settings=ONE_JOB)
    alone = [int(number) for number in log.read_text().split()]
    assert alone == list(range(1, 31))
    log.unlink()
    by_one = batch.files()
    batch.out = tmp_path / "shared"
    tally = batch.run(settings=Settings(run=RunSettings(jobs=3)))
    shared = [int(number) for number in log.read_text().split()]
    assert set(shared) == set(alone)
    assert shared != sorted(shared)  # later pages were read while earlier ones were
    assert batch.files() == by_one
    assert tally.cached_pages < 5  # what a helper has just read does not count as known before


def test_a_helper_that_dies_costs_nothing(batch: Batch, tmp_path: Path) -> None:
    log, flag = tmp_path / "log", tmp_path / "flag"
    pages = [f"!!ocr {log} 0.2\nTrang {number}" for number in range(1, 21)]
    pages[-1] += f"\n!!crash-once {flag}"  # the last page is in the first part that is given away
    batch.put("a.txt", "\f".join(pages))
    batch.run()
    assert flag.exists()
    assert batch.rows() == {"a.txt": FileStatus.DONE}
    assert batch.recorder.rows["a.txt"].crashes == 0


def test_what_killed_workers_and_killed_runs_left_in_temporary_folders_is_removed(batch: Batch, tmp_path: Path) -> None:
    log = tmp_path / "log"
    batch.put("a.txt", f"!!litter {log}\n!!crash-once {tmp_path / 'flag'}", "Một")
    stale = batch.out / ".work" / "of-a-killed-run" / "sohoa_ocr_x"
    stale.mkdir(parents=True)
    batch.run()
    littered = [Path(line) for line in log.read_text().splitlines()]
    assert len(littered) == 2
    assert all(batch.out / ".work" in folder.parents for folder in littered)
    assert not (batch.out / ".work").exists()


def test_a_file_that_hangs_is_given_up_and_the_worker_replaced(batch: Batch) -> None:
    batch.put("a.txt", "Trang một\f!!hang\fTrang ba")
    batch.put("b.txt", "Hai")
    settings = Settings(run=RunSettings(jobs=1, page_limit_seconds=4))
    batch.run(settings=settings)
    assert batch.rows() == {"a.txt": FileStatus.PARTIAL, "b.txt": FileStatus.DONE}
    document = json.loads(batch.files()["documents/a.txt.json"])
    told = [(problem["code"], problem["page"]) for problem in document["problems"]]
    assert [one for one in told if one[0] != "field_missing"] == [("ocr_timeout", 2)]
    assert [page["number"] for page in document["pages"]] == [1, 2, 3]


def test_a_document_that_takes_too_long_is_tried_on_later_runs_but_not_for_ever(batch: Batch) -> None:
    batch.put("a.txt", "!!slow 30")
    run = RunSettings(jobs=1, document_timeout_seconds=0.5, document_timeout_page_seconds=0.0, max_attempts=2)
    batch.run(settings=Settings(run=run))
    assert batch.rows() == {"a.txt": FileStatus.FAILED_RETRYABLE}
    assert batch.recorder.rows["a.txt"].problems[0].code == "document_timeout"
    batch.run(settings=Settings(run=run))
    assert batch.rows() == {"a.txt": FileStatus.FAILED_TERMINAL}
    assert batch.run(settings=Settings(run=run)).done_now == 0


def test_a_file_that_eats_memory_is_stopped(batch: Batch) -> None:
    batch.put("a.txt", "!!eat")
    batch.put("b.txt", "Hai")
    batch.run(settings=Settings(run=RunSettings(jobs=1, worker_memory_bytes=600_000_000)))
    assert batch.rows()["b.txt"] is FileStatus.DONE
    assert batch.recorder.rows["a.txt"].problems[0].code == "out_of_memory"


def test_a_file_that_vanishes_or_grows_while_it_is_read_is_read_again_next_time(batch: Batch) -> None:
    going, growing = batch.archive / "a.txt", batch.archive / "b.txt"
    batch.put("a.txt", f"!!vanish {going}")
    batch.put("b.txt", f"!!grow {growing}")
    batch.run()
    assert batch.rows() == {"a.txt": FileStatus.FAILED_RETRYABLE, "b.txt": FileStatus.FAILED_RETRYABLE}
    assert batch.recorder.rows["a.txt"].problems[0].code == "unreadable_file"
    assert batch.recorder.rows["b.txt"].problems[0].code == "changed_while_read"
    going.write_text("Đã về\n")
    growing.write_text("Yên\n")
    batch.run()
    assert batch.rows() == {"a.txt": FileStatus.DONE, "b.txt": FileStatus.DONE}


def test_a_text_that_failed_later_leaves_no_old_text_behind(batch: Batch) -> None:
    path = batch.put("a.txt", "Một")
    batch.run()
    path.write_text("!!raise\n")
    batch.run()
    assert sorted(batch.files()) == ["documents/a.txt.json"]
    assert search(batch.out / "corpus.sqlite", "mot") == []


def test_what_cannot_be_opened_is_named(batch: Batch) -> None:
    os.mkfifo(batch.archive / "pipe")
    (batch.archive / "loop").symlink_to("loop")
    batch.put("odd\nname\udcff.txt".encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape"), "Một")
    tally = batch.run()
    assert len(batch.rows()) == 3
    assert {failure.problems[0].code for failure in tally.failures} == {"not_a_regular_file"}
    assert sum(status is FileStatus.DONE for status in batch.rows().values()) == 1


def test_files_beyond_the_size_limit_are_not_even_digested(batch: Batch) -> None:
    with (batch.archive / "huge.pdf").open("wb") as file:
        file.truncate(10**12)  # a sparse terabyte
    batch.run()
    assert batch.recorder.rows["huge.pdf"].problems[0].code == "file_too_large"
    assert batch.run().skipped == 1


def test_the_output_folder_may_lie_in_the_archive(batch: Batch) -> None:
    batch.out = batch.archive / "out"
    batch.put("a.txt", "Một")
    batch.run()
    assert batch.run().files == 1


def test_the_results_of_another_run_in_the_archive_are_no_documents(batch: Batch, tmp_path: Path) -> None:
    batch.put("a.txt", "Một")
    batch.out = batch.archive / "out"
    batch.run()
    batch.out = tmp_path / "elsewhere"
    tally = batch.run()
    assert (tally.failed, tally.harmless) == (0, 1)
    assert batch.rows() == {"a.txt": FileStatus.DONE, "out/ledger.sqlite": FileStatus.UNSUPPORTED}
    assert "text/a.txt.txt" in batch.files()
    assert batch.run().done_now == 0


@pytest.mark.parametrize("spoil", [make_older, Path.unlink])
def test_an_index_that_is_old_or_gone_is_made_anew_without_doing_any_file_again(
    batch: Batch, spoil: Callable[[Path], None]
) -> None:
    batch.put("a.txt", "Một kế hoạch")
    batch.put("b.txt", "Một kế hoạch")
    batch.put("c.txt", "!!raise")
    batch.run()
    before = batch.files()
    spoil(batch.out / "corpus.sqlite")
    assert batch.run().done_now == 0
    assert batch.files() == before
    assert [(hit.path, hit.copies) for hit in search(batch.out / "corpus.sqlite", "ke hoach")] == [
        ("a.txt", ("b.txt",))
    ]
    assert list(verify(FolderResults(batch.out))) == []


def test_a_document_that_is_lost_when_the_index_is_made_anew_is_done_again(batch: Batch) -> None:
    batch.put("a.txt", "Một kế hoạch")
    batch.put("b.txt", "Hai")
    batch.run()
    (batch.out / "documents" / "a.txt.json").write_text("{")
    make_older(batch.out / "corpus.sqlite")
    assert batch.run().done_now == 1
    assert [hit.path for hit in search(batch.out / "corpus.sqlite", "ke hoach")] == ["a.txt"]
    assert list(verify(FolderResults(batch.out))) == []


def test_two_runs_on_one_folder_do_not_mix(batch: Batch) -> None:
    batch.put("a.txt", "Một")
    from pipeline.store.lock import lock_folder

    with lock_folder(batch.out / ".lock"), pytest.raises(OutputError, match="Another run"):
        batch.run()


def test_jobs_change_no_byte(batch: Batch, tmp_path: Path) -> None:
    for number in range(30):
        batch.put(f"{number % 3}/{number}.txt", f"Kế hoạch số {number % 20}")
    batch.run(settings=Settings(run=RunSettings(jobs=1)))
    one = batch.files()
    batch.out = tmp_path / "other"
    batch.run(settings=Settings(run=RunSettings(jobs=3)))
    assert batch.files() == one


def _toolless(plan: WorkerPlan, on_beat: Callable[..., None]) -> LocalExecutor:
    return LocalExecutor(WorkerPlan(plan.settings, None, "", _no_stages), on_beat)


def _no_stages(_settings: Settings) -> object:
    raise MissingToolError("tesseract is missing.", remedy="Install it.")


def test_a_missing_tool_ends_the_run_and_loses_nothing(batch: Batch) -> None:
    batch.put("a.txt", "Một")
    batch.run()
    batch.put("b.txt", "Hai")
    with pytest.raises(MissingToolError):
        ingest(batch.archive, batch.out, Settings(), executor=_toolless)
    assert batch.rows() == {"a.txt": FileStatus.DONE}
    connection = sqlite3.connect(batch.out / "ledger.sqlite")
    assert connection.execute("SELECT count(*) FROM runs WHERE ended IS NOT NULL").fetchone() == (2,)
    connection.close()
