"""Documents that settle each other's numbers: whatever the order of work, whatever was killed, copies too."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.schema import Document
from pipeline.store.index import CorpusIndex
from pipeline.store.results import FolderResults
from pipeline.store.verify import verify
from tests.run.test_ingest import Batch, batch

__all__ = ["batch"]

SUBJECT = "Kiểm tra, đánh giá chất lượng bệnh viện năm 2017"
# What an engine made of a pen number: nothing sure, and no blank.
PLAN = (
    "SỞ Y TẾ",
    "Số:4/M 9 /KH-SYT",
    "Lam Giang, ngày Aồ tháng 11 năm 2017",
    "",
    "KẾ HOẠCH",
    SUBJECT,
    "",
    "I. MỤC ĐÍCH",
    "Vì dân.",
)
ACT = f"Kế hoạch số 2084/KH-SYT ngày 06/11/2017 của Sở Y tế về {SUBJECT[0].lower()}{SUBJECT[1:]}"
REPORT = (
    "SỞ Y TẾ",
    "Số: 12/BC-SYT",
    "Lam Giang, ngày 05 tháng 12 năm 2017",
    "",
    "BÁO CÁO",
    "Kết quả",
    "",
    f"Thực hiện {ACT};",
    "",
    "I. KẾT QUẢ",
    "Tốt.",
)
NAMED = "2084 kh syt.txt"


def number(batch: Batch, path: str = NAMED):
    document = Document.model_validate_json((batch.out / "documents" / f"{path}.json").read_bytes())
    return document.header.number.value, document.header.date.value


def faults(batch: Batch) -> list[str]:
    return [f"{fault.path}: {fault.message}" for fault in verify(FolderResults(batch.out))]


def test_a_paper_gets_its_number_from_the_one_that_cites_it(batch: Batch) -> None:
    batch.put(NAMED, *PLAN)
    batch.run()
    assert number(batch) == ("/KH-SYT", "2017-11")
    batch.put("bc.txt", *REPORT)
    batch.run()
    assert number(batch) == ("2084/KH-SYT", "2017-11-06")
    assert faults(batch) == []
    (batch.archive / "bc.txt").unlink()
    batch.run(prune=True)
    assert number(batch) == ("/KH-SYT", "2017-11")
    assert faults(batch) == []


def test_the_order_of_work_changes_no_byte(batch: Batch) -> None:
    sources = {NAMED: PLAN, "bc.txt": REPORT, "x/ban sao.txt": PLAN, "khac.txt": (*REPORT[:-1], "Khá.")}
    found = set()
    names = list(sources)
    for order in (names, names[::-1], [names[2], names[1], names[0], names[3]]):
        for folder in (batch.archive, batch.out):
            shutil.rmtree(folder, ignore_errors=True)
        batch.archive.mkdir()
        for name in order:
            batch.put(name, *sources[name])
            batch.run()
        found.add(tuple(sorted(batch.files().items())))
        assert number(batch) == number(batch, "x/ban sao.txt") == ("2084/KH-SYT", "2017-11-06")
    assert len(found) == 1
    assert faults(batch) == []


def test_a_run_that_has_nothing_new_looks_at_no_register(batch: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    batch.put(NAMED, *PLAN)
    batch.put("bc.txt", *REPORT)
    batch.run()
    before = batch.files()
    monkeypatch.setattr(CorpusIndex, "group", lambda *_: pytest.fail("a register was looked at"))
    batch.run()
    assert batch.files() == before


def test_a_run_killed_before_the_registers_were_settled_is_made_good_by_the_next(
    batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch.put(NAMED, *PLAN)
    batch.put("bc.txt", *REPORT)
    with monkeypatch.context() as killed:
        killed.setattr("pipeline.run.ingest.settle_registers", lambda *_: None)
        batch.run()
    assert number(batch) == ("/KH-SYT", "2017-11")
    batch.run()
    assert number(batch) == ("2084/KH-SYT", "2017-11-06")


def test_a_moved_file_is_settled_by_its_new_name(batch: Batch) -> None:
    batch.put(NAMED, *PLAN)
    batch.put("bc.txt", *REPORT)
    batch.run()
    Path(batch.archive / NAMED).rename(batch.archive / "2085 kh syt.txt")
    batch.run(prune=True)
    fresh = Batch(batch.archive.parent / "fresh") if (batch.archive.parent / "fresh").mkdir() is None else batch
    shutil.copytree(batch.archive, fresh.archive, dirs_exist_ok=True)
    fresh.run()
    assert number(batch, "2085 kh syt.txt") == ("/KH-SYT", "2017-11-06")
    assert batch.files() == fresh.files()


def test_a_lost_index_settles_to_the_same(batch: Batch) -> None:
    batch.put(NAMED, *PLAN)
    batch.put("bc.txt", *REPORT)
    batch.run()
    before = batch.files()
    (batch.out / "corpus.sqlite").unlink()
    batch.run()
    assert batch.files() == before
    assert faults(batch) == []
