"""Corrections in a whole folder: on the spot, over every run, with files that move, into index and verification."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.run.corrections import Wish, correct, open_desk, out_of_document
from pipeline.schema import Document
from pipeline.store.lock import lock_folder
from pipeline.store.results import FolderResults
from pipeline.store.search import search
from pipeline.store.verify import verify
from tests.run.test_ingest import Batch, batch

__all__ = ["batch"]

AT = "2025-11-30T10:00:00+00:00"
PLAN = (
    "UBND XÃ PHÚ KHÊ",
    "Số:      /KH-UBND",
    "Phú Khê, ngày 02 tháng 3 năm 2025",
    "",
    "KẾ HOẠCH",
    "Thi đua",
    "",
    "I. MỤC ĐÍCH",
    "Vì dân.",
)


def document(batch: Batch, path: str) -> Document:
    return Document.model_validate_json((batch.out / "documents" / f"{path}.json").read_bytes())


def number(batch: Batch, path: str):
    held = document(batch, path).header.number
    return held.value, held.reviewed


def set_number(batch: Batch, path: str, value: str | None = "28/KH-UBND"):
    (made,) = correct(batch.out, [Wish(path, "header.number", value)], "Lan", AT)
    return made


def faults(batch: Batch) -> list[str]:
    return [f"{fault.path}: {fault.message}" for fault in verify(FolderResults(batch.out))]


@pytest.fixture
def ingested(batch: Batch) -> Batch:
    batch.put("2025/kh.txt", *PLAN)
    batch.run()
    return batch


def test_a_correction_is_in_document_index_and_verification_at_once(ingested: Batch) -> None:
    made = set_number(ingested, "2025/kh.txt")
    assert (made.machine, made.by) == ("/KH-UBND", "Lan")
    assert number(ingested, "2025/kh.txt") == ("28/KH-UBND", True)
    assert "number_unreadable" not in {problem.code for problem in document(ingested, "2025/kh.txt").problems}
    assert search(ingested.out / "corpus.sqlite", "28/KH-UBND")[0].number == "28/KH-UBND"
    assert faults(ingested) == []


@pytest.mark.parametrize("wishes", [{}, {"force": True}, {"retry": True}])
def test_it_stands_over_every_run(ingested: Batch, wishes: dict[str, bool]) -> None:
    set_number(ingested, "2025/kh.txt")
    before = ingested.files()
    ingested.run(**wishes)
    assert ingested.files() == before
    assert faults(ingested) == []


def test_it_follows_a_file_that_is_moved_and_holds_for_copies(ingested: Batch) -> None:
    set_number(ingested, "2025/kh.txt")
    source = ingested.archive / "2025" / "kh.txt"
    ingested.put("copy/kh.txt", *PLAN)
    source.rename(ingested.archive / "moved.txt")
    ingested.run(prune=True)
    assert number(ingested, "moved.txt") == number(ingested, "copy/kh.txt") == ("28/KH-UBND", True)
    assert faults(ingested) == []


def test_other_content_at_the_same_path_is_another_document(ingested: Batch) -> None:
    set_number(ingested, "2025/kh.txt")
    ingested.put("2025/kh.txt", *PLAN, "Thêm một dòng.")
    ingested.run()
    assert number(ingested, "2025/kh.txt") == ("/KH-UBND", False)


def test_an_undone_one_leaves_what_the_machine_made_byte_for_byte(ingested: Batch) -> None:
    before = ingested.files()
    made = set_number(ingested, "2025/kh.txt")
    assert ingested.files() != before
    with open_desk(ingested.out) as desk:
        desk.reviews.undo(made.id, "Nam", AT)
    assert ingested.files() == before
    assert faults(ingested) == []


def test_while_a_run_writes_a_correction_waits_for_its_end(ingested: Batch) -> None:
    before = ingested.files()
    with lock_folder(ingested.out / ".lock"):
        set_number(ingested, "2025/kh.txt")
    assert ingested.files() == before
    ingested.run()
    assert number(ingested, "2025/kh.txt") == ("28/KH-UBND", True)


def test_a_document_that_comes_later_takes_the_corrections_that_wait_for_it(ingested: Batch, tmp_path: Path) -> None:
    made = set_number(ingested, "2025/kh.txt")
    (tmp_path / "other").mkdir()
    other = Batch(tmp_path / "other")
    other.put("x.txt", "Một")
    other.run()
    with open_desk(other.out) as desk:
        desk.reviews.add([made])
    other.put("kh.txt", *PLAN)
    other.run()
    assert number(other, "kh.txt") == ("28/KH-UBND", True)


def test_a_corrected_line_is_in_the_text_too(ingested: Batch) -> None:
    correct(ingested.out, [Wish("2025/kh.txt", "pages[1].lines[0].text", "UBND XÃ PHÚ KHÊ ĐÔNG")], "Lan", AT)
    assert ingested.files()["text/2025/kh.txt.txt"].decode().startswith("UBND XÃ PHÚ KHÊ ĐÔNG\n")
    assert faults(ingested) == []


def test_a_lost_index_is_made_anew_with_the_corrections_in_it(ingested: Batch) -> None:
    set_number(ingested, "2025/kh.txt")
    (ingested.out / "corpus.sqlite").unlink()
    ingested.run()
    assert search(ingested.out / "corpus.sqlite", "28/KH-UBND")[0].number == "28/KH-UBND"


def test_nothing_is_kept_of_corrections_of_which_one_is_wrong(ingested: Batch) -> None:
    wishes = [Wish("2025/kh.txt", "header.place", "Phú Khê"), Wish("nowhere.txt", "header.place", "Phú Khê")]
    with pytest.raises(UsageError):
        correct(ingested.out, wishes, "Lan", AT)
    with open_desk(ingested.out) as desk:
        assert list(desk.reviews.all()) == []


def test_a_document_s_own_file_names_folder_and_source(ingested: Batch) -> None:
    name = ingested.out / "documents" / "2025" / "kh.txt.json"
    assert out_of_document(name) == (ingested.out, "2025/kh.txt")
    assert out_of_document(ingested.out / "report.json") is None
    assert json.loads(name.read_bytes())["source"]["path"] == "2025/kh.txt"
