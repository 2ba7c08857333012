"""Copies: which file is the original, what is linked to what, and that a paper is counted and found once."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.run.ingest import Wishes, ingest
from pipeline.run.originals import plainness
from pipeline.settings import RunSettings, Settings
from pipeline.store.exports import export_corpus
from pipeline.store.ledger import Ledger
from pipeline.store.results import FolderResults
from pipeline.store.search import search
from pipeline.store.verify import verify
from tests.structure.test_parts import BODY, CLOSING, MORE, head, title

OLD = 10**18
WORDS = (
    "thôn xóm nhân dân phong trào thi đua sản xuất nông nghiệp đường giao thông vệ sinh môi trường trường học hội"
    " phụ nữ thanh niên nông dân cựu chiến binh văn hóa thể thao khen thưởng tập thể cá nhân tiêu chí báo cáo"
)


def plan(number: str = "28/KH-UBND", *, date: str = "ngày 07 tháng 02 năm 2024", seed: int = 1) -> list[str]:
    """A plan with some text of its own."""
    chance = random.Random(seed)
    own = [" ".join(["-", *chance.choices(WORDS.split(), k=14)]) + "." for _ in range(14)]
    return [*head(number, date=date), *title(), *BODY, *own, *MORE, *CLOSING]


class Place:
    def __init__(self, folder: Path) -> None:
        self.archive, self.out = folder / "archive", folder / "out"

    def put(self, name: str, lines: list[str], age: int = 0) -> Path:
        path = self.archive / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", "utf-8")
        os.utime(path, ns=(OLD - age, OLD - age))
        return path

    def run(self, **wishes: bool) -> None:
        ingest(self.archive, self.out, Settings(run=RunSettings(jobs=1)), wishes=Wishes(**wishes))

    def originals(self) -> dict[str, str | None]:
        with Ledger(self.out / "ledger.sqlite", read_only=True) as ledger:
            return {row.path: row.duplicate_of for row in ledger.rows()}

    def derived(self, name: str) -> dict[str, Any]:
        return json.loads((self.out / "documents" / f"{name}.json").read_text("utf-8"))["derived"]

    def exported(self, folder: Path, *, copies: bool = False) -> list[str]:
        target = folder / "plans.jsonl"
        export_corpus(FolderResults(self.out), "plans", target, copies=copies)
        return sorted(json.loads(line)["path"] for line in target.read_text("utf-8").splitlines())

    def found(self, query: str) -> list[str]:
        return list(dict.fromkeys(hit.path for hit in search(self.out / "corpus.sqlite", query, limit=50)))

    def sound(self) -> bool:
        return list(verify(FolderResults(self.out))) == []


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.mark.parametrize(
    ("plain", "copy"),
    [
        ("KH 28.pdf", "Bản sao/KH 28.pdf"),
        ("KH 28.pdf", "KH 28 (2).pdf"),
        ("KH 28.pdf", "Copy of KH 28.pdf"),
        ("z/KH 28.pdf", "a/KH 28 - Copy.pdf"),
        ("z/KH 28.pdf", "backup/KH 28.pdf"),
        ("2024/KH 28.pdf", "KH 28 (ban_sao).pdf"),
    ],
)
def test_the_plainer_path_is_the_original_whatever_its_age(plain: str, copy: str) -> None:
    assert plainness(plain, 2) < plainness(copy, 1)


def test_of_equally_plain_paths_the_oldest_is_the_original() -> None:
    assert plainness("z.pdf", 1) < plainness("a.pdf", 2)


@given(st.lists(st.text(min_size=1), min_size=2, unique=True))
def test_there_is_always_exactly_one_original(paths: list[str]) -> None:
    keys = [plainness(path, 0) for path in paths]
    assert len(set(keys)) == len(paths)


def test_the_original_is_told_by_its_path_not_by_the_alphabet(place: Place, tmp_path: Path) -> None:
    for name in ("Bản sao/KH 28 (2).txt", "KH 28 - Copy.txt", "2024/KH 28.txt"):
        place.put(name, plan())
    place.run()
    original = "2024/KH 28.txt"
    assert place.originals() == {
        "2024/KH 28.txt": None,
        "Bản sao/KH 28 (2).txt": original,
        "KH 28 - Copy.txt": original,
    }
    assert place.derived("KH 28 - Copy.txt")["is_copy_of"] == {
        "value": original, "sources": ["content"], "confidence": 1.0,
    }  # fmt: skip
    assert "is_copy_of" not in place.derived(original)
    assert place.exported(tmp_path) == [original]
    assert len(place.exported(tmp_path, copies=True)) == 3
    assert place.found('"28/KH-UBND"') == [original]
    assert place.sound()
    before = {path: path.read_bytes() for path in place.out.glob("documents/**/*.json")}
    place.run()
    assert before == {path: path.read_bytes() for path in place.out.glob("documents/**/*.json")}


def test_a_plainer_file_that_comes_later_takes_the_place_of_the_original(place: Place) -> None:
    place.put("KH 28 (2).txt", plan())
    place.run()
    place.put("KH 28.txt", plan())
    place.run()
    assert place.originals() == {"KH 28 (2).txt": "KH 28.txt", "KH 28.txt": None}
    assert place.sound()


def test_the_same_bytes_under_another_ending_are_a_copy(place: Place, tmp_path: Path) -> None:
    place.put("b.txt", plan())
    place.put("a.docx", plan())
    place.run()
    assert place.originals() == {"a.docx": "b.txt", "b.txt": None}
    assert place.exported(tmp_path) == ["b.txt"]
    assert place.sound()


def test_a_paper_scanned_twice_counts_once(place: Place, tmp_path: Path) -> None:
    first = plan()
    second = [line.replace("phong trào", "phông trào").replace("sản xuất", "sản xuât") for line in first]
    place.put("KH 28.txt", first)
    place.put("quét lại/KH 28 (2).txt", second)
    place.put("KH 29.txt", plan("29/KH-UBND", seed=2))
    place.run()
    link = place.derived("quét lại/KH 28 (2).txt")
    assert link["is_copy_of"]["value"] == "KH 28.txt"
    assert link["is_copy_of"]["confidence"] == link["same_as"][0]["likeness"] > 0.5
    assert place.derived("KH 28.txt")["same_as"][0]["path"] == "quét lại/KH 28 (2).txt"
    assert "same_as" not in place.derived("KH 29.txt")
    assert place.exported(tmp_path) == ["KH 28.txt", "KH 29.txt"]
    assert len(place.found('"28/KH-UBND"')) == 1
    assert place.sound()


def test_a_draft_and_its_signed_form_are_linked_and_both_count(place: Place, tmp_path: Path) -> None:
    draft = [line.replace("28/KH-UBND", "      /KH-UBND").replace("ngày 07 tháng", "ngày    tháng") for line in plan()]
    place.put("dự thảo.txt", draft)
    place.put("KH 28.txt", plan())
    place.run()
    assert place.derived("dự thảo.txt")["same_as"][0]["path"] == "KH 28.txt"
    assert "is_copy_of" not in place.derived("dự thảo.txt")
    assert len(place.exported(tmp_path)) == 2


def test_this_years_plan_from_last_years_text_is_another_paper(place: Place) -> None:
    place.put("2023.txt", plan("28/KH-UBND", date="ngày 07 tháng 02 năm 2023"))
    place.put("2024.txt", plan("28/KH-UBND"))
    place.put("31.txt", plan("31/KH-UBND"))
    place.run()
    assert all("same_as" not in place.derived(name) for name in ("2023.txt", "2024.txt", "31.txt"))


def test_what_is_linked_to_a_file_that_changes_or_goes_is_told(place: Place) -> None:
    place.put("a.txt", plan())
    place.put("b.txt", [*plan()[:-1], "Nguyễn Thế Tòan"])
    place.run()
    assert place.derived("a.txt")["same_as"]
    place.put("b.txt", plan("31/KH-UBND", seed=3), age=-1)
    place.run()
    assert "same_as" not in place.derived("a.txt")
    assert place.sound()
