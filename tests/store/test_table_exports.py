"""The flat tables as CSV, Excel, SQLite and JSON Lines, read back by the programs that offices and data teams use."""

from __future__ import annotations

import csv
import errno
import json
import sqlite3
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cli.reading_progress import Counted
from pipeline.errors import OutputError
from pipeline.schema import (
    AuthorityLevel,
    Bound,
    DateValue,
    Deadline,
    Derived,
    DerivedText,
    DerivedUnit,
    Document,
    FieldValue,
    Header,
    NumberValue,
    PlanValues,
    Reward,
    Role,
    Section,
    Source,
    Status,
    Witness,
)
from pipeline.store.documents import to_json
from pipeline.store.exports import export_corpus
from pipeline.store.exports.cells import EXCEL_LONGEST, excel_cell, plain_cell
from pipeline.store.exports.column_titles import column_title
from pipeline.store.exports.excel import write_excel
from pipeline.store.exports.tables import TABLES
from pipeline.store.layout import OutFolder
from pipeline.store.partial_dates import date_parts
from pipeline.store.plan_record import plan_record, role_text
from pipeline.store.results import FolderResults

FORMULA = '=HYPERLINK("http://example.invalid")'
# Words that PostgreSQL, SQLite, DuckDB or standard SQL keep for themselves where a column may stand.
RESERVED = {
    "all", "and", "any", "as", "asc", "between", "by", "case", "check", "column", "constraint", "create", "cross",
    "default", "desc", "distinct", "do", "else", "end", "except", "for", "foreign", "from", "full", "grant", "group",
    "having", "in", "inner", "into", "is", "join", "left", "like", "limit", "natural", "not", "null", "of", "offset",
    "on", "or", "order", "outer", "primary", "references", "right", "row", "select", "some", "table", "then", "to",
    "union", "unique", "user", "using", "values", "when", "where", "window", "with",
}  # fmt: skip


def plan(path: str, **parts: object) -> Document:
    base = Document(
        doc_id=f"sha256:{path}",
        source=Source(path=path, sha256="0", bytes=1, page_count=2),
        status=Status.OK,
        header=Header(
            issuing_body=FieldValue(value="UBND XÃ PHÚ KHÊ"),
            number=NumberValue(value="36/KH-UBND"),
            date=DateValue(value="2024-03-18"),
            subject=FieldValue(value=FORMULA),
        ),
        derived=Derived(
            body=DerivedText(value="Ủy ban nhân dân xã Phú Khê", sources=[Witness.LETTERHEAD], confidence=0.9),
            level=AuthorityLevel.XA,
            province=DerivedUnit(name="Tỉnh Phú Thọ", code="25", sources=[Witness.LETTERHEAD], confidence=0.9),
            year=DerivedText(value="2024", sources=[Witness.DATE], confidence=0.9),
        ),
        sections=[
            Section(
                id="1", number="I", heading="MỤC ĐÍCH, YÊU CẦU", roles=[Role.MUC_DICH, Role.YEU_CAU],
                children=[
                    Section(id="1.1", number="1", heading="Mục đích", roles=[Role.MUC_DICH], text="Nâng cao."),
                    Section(id="1.2", number="2", heading="Yêu cầu", roles=[Role.YEU_CAU], text="Thiết thực."),
                ],
            )
        ],
        plan=PlanValues(
            deadlines=[
                Deadline(text="trước ngày 01/12", start=0, end=1, due="--12-01", bound=Bound.BEFORE),
                Deadline(text="trước 20/11/2024", start=0, end=1, due="2024-11-20", bound=Bound.BEFORE),
                Deadline(text="trước 05/04/2024", start=0, end=1, due="2024-04-05", bound=Bound.BEFORE),
            ],
            rewards=[
                Reward(text="x", start=0, end=1, form="Giấy khen", authority="Chủ tịch xã", collectives_max=3),
                Reward(text="y", start=0, end=1, form="Giấy khen", authority="Chủ tịch xã", individuals_max=12),
            ],
        ),
    )  # fmt: skip
    return base.model_copy(update=parts)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    unsure = Header(number=NumberValue(value="/KH-SYT"), date=DateValue(value="2017-11"))
    for document in (plan("2024/kh.pdf"), plan("2024/kh\nhai.pdf", header=unsure)):
        path = OutFolder(tmp_path / "out").document(document.source.path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(to_json(document))
    return tmp_path / "out"


def test_a_record_has_a_text_for_each_role_and_the_parts_of_a_composite_section_go_to_their_own() -> None:
    record = plan_record(plan("kh.pdf")).model_dump()
    assert record["muc_dich"] == "MỤC ĐÍCH, YÊU CẦU\nMục đích\nNâng cao."
    assert record["yeu_cau"] == "MỤC ĐÍCH, YÊU CẦU\nYêu cầu\nThiết thực."
    assert record["noi_dung"] is None


def test_a_record_counts_rewards_by_form_and_has_the_first_whole_deadline() -> None:
    record = plan_record(plan("kh.pdf")).model_dump()
    assert record["rewards"] == [{"form": "Giấy khen", "authority": "Chủ tịch xã", "collectives": 3, "individuals": 12}]
    assert (record["reward_collectives"], record["reward_individuals"]) == (3, 12)
    assert record["first_deadline"] == "2024-04-05"


def test_half_a_number_is_no_number_in_a_record() -> None:
    record = plan_record(plan("kh.pdf", header=Header(number=NumberValue(value="/KH-SYT")))).model_dump()
    assert (record["number"], record["number_symbol"]) == (None, "KH-SYT")


def test_a_document_without_anything_has_a_record() -> None:
    empty = plan_record(plan("kh.pdf", header=Header(), derived=None, sections=[], plan=None)).model_dump()
    assert (empty["number"], empty["year"], empty["rewards"], empty["quality"]) == (None, None, [], None)


def test_a_subsection_with_a_role_of_its_own_belongs_to_the_section_around_it_too() -> None:
    inner = Section(id="1.1", heading="Hình thức", roles=[Role.HINH_THUC_KHEN_THUONG], text="Giấy khen.")
    outer = Section(id="1", heading="KHEN THƯỞNG", roles=[Role.KHEN_THUONG], children=[inner])
    assert role_text([outer], Role.KHEN_THUONG) == "KHEN THƯỞNG\nHình thức\nGiấy khen."
    assert role_text([outer], Role.HINH_THUC_KHEN_THUONG) == "Hình thức\nGiấy khen."


@pytest.mark.parametrize(
    ("date", "parts"),
    [
        ("2024-03-05", (2024, 3, 5)), ("2024-03", (2024, 3, None)), ("2024", (2024, None, None)),
        ("--12-01", (None, 12, 1)), ("--08", (None, 8, None)), ("2022-Q1", (2022, None, None)),
        ("--Q2", (None, None, None)), (None, (None, None, None)), ("hôm qua", (None, None, None)),
    ],
)  # fmt: skip
def test_a_partial_date_has_the_parts_it_names(date: str | None, parts: tuple[int | None, ...]) -> None:
    assert date_parts(date) == parts


def test_no_column_is_a_word_of_sql_and_each_has_a_vietnamese_title() -> None:
    names = {name for table in TABLES for name in table.columns} | {table.name for table in TABLES}
    assert names.isdisjoint(RESERVED)
    columns = {name for table in TABLES for name in table.columns}
    assert {name for name in columns if column_title(name) == name} == set()


def test_every_row_has_the_columns_of_its_table_and_can_be_grouped(out: Path, tmp_path: Path) -> None:
    assert export_corpus(FolderResults(out), "csv", tmp_path / "csv").written == 2
    for table in TABLES:
        with (tmp_path / "csv" / f"{table.name}.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert all(list(row) == list(table.columns) for row in rows)
        assert {row["province"] for row in rows} <= {"Tỉnh Phú Thọ"}


def test_csv_opens_in_a_spreadsheet_with_its_letters_and_runs_no_formula(out: Path, tmp_path: Path) -> None:
    export_corpus(FolderResults(out), "csv", tmp_path / "csv")
    data = (tmp_path / "csv" / "plans.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    frame = pd.read_csv(tmp_path / "csv" / "plans.csv")
    assert list(frame["body"]) == ["Ủy ban nhân dân xã Phú Khê"] * 2
    assert list(frame["path"]) == ["2024/kh\nhai.pdf", "2024/kh.pdf"]
    assert "'" + FORMULA in set(frame["subject"])


def test_excel_has_a_sheet_a_table_with_two_heads_types_and_links(out: Path, tmp_path: Path) -> None:
    assert export_corpus(FolderResults(out), "xlsx", tmp_path / "plans.xlsx").written == 2
    book = openpyxl.load_workbook(tmp_path / "plans.xlsx")
    assert book.sheetnames == [table.title for table in TABLES]
    sheet = book["Kế hoạch"]
    titles, names, first, second = (list(row) for row in sheet.iter_rows(min_row=1, max_row=4))
    place = {cell.value: cell.column - 1 for cell in names}
    assert titles[place["issuing_body"]].value == "Cơ quan ban hành"
    row = first if first[place["path"]].value == "2024/kh.pdf" else second
    assert (row[place["year"]].value, row[place["number"]].value) == (2024, "36/KH-UBND")
    assert (row[place["subject"]].value, row[place["subject"]].data_type) == (FORMULA, "s")
    assert row[place["path"]].hyperlink.target.replace("\\", "/") == "documents/2024/kh.pdf.json"
    assert sheet.freeze_panes == "B3"


def test_a_table_longer_than_a_sheet_goes_on_in_the_next(tmp_path: Path) -> None:
    documents = [plan(f"{number}.pdf") for number in range(5)]
    assert write_excel(documents, tmp_path / "plans.xlsx", most_rows=5) == 5
    book = openpyxl.load_workbook(tmp_path / "plans.xlsx")
    paths = [row[0] for name in ("Kế hoạch", "Kế hoạch 2") for row in book[name].iter_rows(min_row=3, values_only=True)]
    assert paths == [f"{number}.pdf" for number in range(5)]


@given(st.text() | st.text(alphabet="=+-@\t \x00\ud800a"))
def test_no_text_is_a_formula_in_csv_nor_too_long_or_broken_in_excel(text: str) -> None:
    assert not plain_cell(text).lstrip(" ").startswith(("=", "+", "@", "\t"))
    cell = excel_cell(text * 50)
    assert len(cell) <= EXCEL_LONGEST
    assert "\x00" not in cell
    cell.encode("utf-8")


def test_a_text_longer_than_a_cell_is_cut_with_a_note() -> None:
    cell = excel_cell("a" * 40_000)
    assert len(cell) == EXCEL_LONGEST
    assert cell.endswith("ký tự]")


def test_sqlite_has_keys_and_views_that_answer(out: Path, tmp_path: Path) -> None:
    assert export_corpus(FolderResults(out), "sqlite", tmp_path / "plans.db").written == 2
    database = sqlite3.connect(tmp_path / "plans.db")
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    counted = "SELECT body, year, form, collectives, individuals FROM rewards_by_authority_and_year"
    assert database.execute(counted).fetchall() == [("Ủy ban nhân dân xã Phú Khê", 2024, "Giấy khen", 6, 24)]
    due = database.execute("SELECT DISTINCT due FROM deadline_calendar").fetchall()
    assert due == [("2024-04-05",), ("2024-11-20",)]
    (roles,) = database.execute("SELECT roles FROM sections WHERE section_id = '1'").fetchone()
    assert json.loads(roles) == ["muc_dich", "yeu_cau"]


def test_duckdb_counts_over_parquet_without_quoting_a_name(out: Path, tmp_path: Path) -> None:
    export_corpus(FolderResults(out), "parquet", tmp_path / "tables")
    rows = duckdb.sql(
        f"SELECT province, year, sum(collectives_max) FROM '{tmp_path}/tables/rewards.parquet' GROUP BY ALL"
    ).fetchall()
    assert rows == [("Tỉnh Phú Thọ", 2024, 6)]


def test_plans_are_flat_records_a_line(out: Path, tmp_path: Path) -> None:
    assert export_corpus(FolderResults(out), "plans", tmp_path / "plans.jsonl").written == 2
    lines = [json.loads(line) for line in (tmp_path / "plans.jsonl").read_text("utf-8").splitlines()]
    assert {line["path"]: line["number"] for line in lines} == {"2024/kh.pdf": "36/KH-UBND", "2024/kh\nhai.pdf": None}


def test_a_bar_counts_every_document_of_an_export(tmp_path: Path) -> None:
    out, told = tmp_path / "out", list[int]()
    for number in range(3):
        path = OutFolder(out).document(f"{number}.pdf")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(to_json(plan(f"{number}.pdf")))
    counted = Counted(FolderResults(out), lambda: told.append(1))
    assert export_corpus(counted, "plans", tmp_path / "plans.jsonl").written == 3
    assert len(told) == 3


@pytest.mark.parametrize("kind", ["jsonl", "xlsx", "sqlite"])
def test_a_disk_that_is_full_is_said_and_leaves_the_earlier_export(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, target = tmp_path / "out", tmp_path / "earlier"
    path = OutFolder(out).document("a.pdf")
    path.parent.mkdir(parents=True)
    path.write_bytes(to_json(plan("a.pdf")))
    target.write_text("earlier")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OutputError, match="disk is full"):
        export_corpus(FolderResults(out), kind, target)
    assert target.read_text() == "earlier"
    assert [found.name for found in tmp_path.iterdir() if found.name.startswith(".sohoa-tmp-")] == []
