"""`sohoa set` and `sohoa review` as a person types them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.conftest import Command

PLAN = """\
UBND XÃ PHÚ KHÊ
Số:      /KH-UBND
Phú Khê, ngày ... tháng 3 năm 2024

KẾ HOẠCH
Thi đua

I. MỤC ĐÍCH
- Vì dân.
"""


@pytest.fixture
def out(tmp_path: Path, sohoa: Command) -> Path:
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "28 KH-UBND.txt").write_text(PLAN)
    done = sohoa("ingest", tmp_path / "archive", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    return tmp_path / "out"


def header(out: Path):
    return json.loads((out / "documents" / "28 KH-UBND.txt.json").read_text())["header"]


def test_a_field_is_set_listed_and_undone(out: Path, sohoa: Command) -> None:
    name = out / "documents" / "28 KH-UBND.txt.json"
    done = sohoa("set", name, "header.number", "28 / KH-UBND", "--by", "Lan")
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert (header(out)["number"]["value"], header(out)["number"]["reviewed"]) == ("28/KH-UBND", True)
    (line,) = sohoa("review", "list", "--corpus", out).stdout.splitlines()
    assert "Lan" in line
    assert "header.number: “/KH-UBND” → “28/KH-UBND”" in line
    assert sohoa("verify", out).returncode == 0
    assert sohoa("review", "undo", line.split()[0], "--corpus", out).returncode == 0
    assert header(out)["number"]["value"] == "/KH-UBND"


def test_doubts_are_a_table_that_is_filled_in_and_taken_back(out: Path, sohoa: Command, tmp_path: Path) -> None:
    table = sohoa("review", "doubts", "--corpus", out).stdout
    rows = list(csv.DictReader(io.StringIO(table.lstrip("\ufeff"))))
    assert [(row["field"], row["value"], row["suggestion"]) for row in rows] == [
        ("header.number", "/KH-UBND", "28/KH-UBND"),
        ("header.date", "2024-03", ""),
    ]
    rows[0]["new"], rows[1]["new"] = "28/KH-UBND", "05/03/2024"
    filled = tmp_path / "filled.csv"
    with filled.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0], delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    done = sohoa("review", "import", filled, "--corpus", out, "--by", "Lan")
    assert done.returncode == 0, done.stderr
    assert (header(out)["number"]["value"], header(out)["date"]["value"]) == ("28/KH-UBND", "2024-03-05")
    assert len(sohoa("review", "doubts", "--corpus", out).stdout.splitlines()) == 1


def test_corrections_go_out_as_json_lines_and_come_in_once(out: Path, sohoa: Command, tmp_path: Path) -> None:
    sohoa("set", "28 KH-UBND.txt", "header.place", "--confirm", "--corpus", out)
    exported = sohoa("review", "export", "--corpus", out).stdout
    assert json.loads(exported)["value"] == "Phú Khê"
    (tmp_path / "reviews.jsonl").write_text(exported)
    assert sohoa("review", "import", tmp_path / "reviews.jsonl", "--corpus", out).returncode == 0
    assert sohoa("review", "export", "--corpus", out).stdout == exported


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["28 KH-UBND.txt", "header.colour", "red"], "no field"),
        (["28 KH-UBND.txt", "header.date", "hôm qua"], "no date"),
        (["28 KH-UBND.txt", "header.number"], "Give a value"),
        (["nowhere.txt", "header.number", "1/KH"], "no document"),
    ],
)
def test_what_cannot_be_set_is_said_in_a_sentence(out: Path, sohoa: Command, arguments: list[str], says: str) -> None:
    done = sohoa("set", *arguments, "--corpus", out)
    assert done.returncode == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_corpus_it_asks_which(sohoa: Command) -> None:
    done = sohoa("set", "a.txt", "header.number", "1/KH-UBND")
    assert done.returncode == 1
    assert "--corpus" in done.stderr
