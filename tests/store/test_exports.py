"""Exports of a corpus, read back with other people's tools: every document is there, nothing is invented or run."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pikepdf
import pyarrow.parquet as pq
import pypdfium2
import pytest
import spacy
from PIL import Image
from spacy.tokens import DocBin

from pipeline.errors import UsageError
from pipeline.schema import (
    Citation,
    Document,
    Entity,
    FieldValue,
    Header,
    Mark,
    PageLine,
    PageRecord,
    PlanValues,
    Problem,
    Role,
    Section,
    Source,
    Status,
    Table,
    Threshold,
)
from pipeline.store.documents import to_json
from pipeline.store.exports import export_corpus, without_password
from pipeline.store.exports.alto import NAMESPACE
from pipeline.store.exports.tables import TABLES
from pipeline.store.layout import OutFolder
from pipeline.store.results import FolderResults

Command = Callable[..., "subprocess.CompletedProcess[str]"]
FORMULA = '=HYPERLINK("http://example.invalid")'
LINE = "Kế hoạch phát động thi đua của xã Đồng Tiến"
SIZE = (1240, 1754)


def scanned(path: str, *, media_type: str = "application/pdf", line: str = LINE) -> Document:
    return Document(
        doc_id=f"sha256:{path}",
        source=Source(path=path, sha256=path, bytes=1, media_type=media_type, page_count=1),
        status=Status.OK,
        header=Header(subject=FieldValue(value=FORMULA, page=1, bbox=[1, 2, 3, 4], confidence=0.5)),
        sections=[
            Section(
                id="1",
                number="I",
                heading="MỤC ĐÍCH",
                roles=[Role.MUC_DICH],
                text="- Đạt 90% tại xã Đồng Tiến.",
                children=[Section(id="1.1", number="1", text="Giao Văn phòng.")],
            )
        ],
        citations=[Citation(type="Kế hoạch", number="28/KH-UBND")],
        entities=[Entity(label="LOC", text="xã Đồng Tiến", section="1", start=14, end=26)],
        tables=[Table(section="1", rows=[[FieldValue(value="STT"), FieldValue(value="")]])],
        plan=PlanValues(
            thresholds=[Threshold(text="90%", section="1", start=6, end=9, value=90, comparison="exactly")]
        ),
        pages=[
            PageRecord(
                number=1,
                width=SIZE[0],
                height=SIZE[1],
                text_source="ocr",
                lines=[PageLine(text=line, raw=line, bbox=[200, 300, 1000, 340], confidence=0.9)],
                marks=[Mark(kind="seal", bbox=[700, 1200, 950, 1450])],
            )
        ],
    )


FAILED = Document(
    doc_id="sha256:bad",
    source=Source(path="2024/hong.pdf", sha256="bad", bytes=1),
    status=Status.FAILED,
    problems=[Problem(code="damaged_file", message="The file is damaged.")],
)


def store(out: Path, *documents: Document) -> Path:
    for document in documents:
        path = OutFolder(out).document(document.source.path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(to_json(document))
    return out


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return store(tmp_path / "out", scanned("2024/kh.pdf"), scanned("2025/kh.pdf"), FAILED)


def test_jsonl_has_every_document_as_the_contract_has_it(out: Path, tmp_path: Path) -> None:
    outcome = export_corpus(FolderResults(out), "jsonl", tmp_path / "plans.jsonl")
    documents = [Document.model_validate_json(line) for line in (tmp_path / "plans.jsonl").read_text().splitlines()]
    assert (outcome.written, outcome.left_out) == (3, [])
    assert documents == [FAILED, scanned("2024/kh.pdf"), scanned("2025/kh.pdf")]


def test_a_damaged_document_is_named_and_the_others_are_exported(out: Path, tmp_path: Path) -> None:
    OutFolder(out).document("2024/kh.pdf").write_text("{")
    outcome = export_corpus(FolderResults(out), "jsonl", tmp_path / "plans.jsonl")
    assert outcome.written == 2
    ((path, reason),) = outcome.left_out
    assert path == "2024/kh.pdf"
    assert "not a whole sohoa document" in reason


def test_parquet_tables_join_on_the_document(out: Path, tmp_path: Path) -> None:
    assert export_corpus(FolderResults(out), "parquet", tmp_path / "tables").written == 3
    tables = {table.name: pq.read_table(tmp_path / "tables" / f"{table.name}.parquet").to_pylist() for table in TABLES}
    assert [row["status"] for row in tables["plans"]] == ["failed", "ok", "ok"]
    assert tables["plans"][0]["problems"] == ["damaged_file"]
    assert tables["plans"][1]["subject"] == FORMULA  # a text column: to no reader is this a formula
    assert [(row["path"], row["section_id"], row["parent_id"], row["roles"]) for row in tables["sections"][:2]] == [
        ("2024/kh.pdf", "1", None, ["muc_dich"]),
        ("2024/kh.pdf", "1.1", "1", []),
    ]
    assert {row["doc_id"] for row in tables["sections"][:2]} == {"sha256:2024/kh.pdf"}
    assert all(row["path"] for rows in tables.values() for row in rows)
    assert (tables["thresholds"][0]["amount"], tables["thresholds"][0]["comparison"]) == (90.0, "exactly")
    assert [row["content"] for row in tables["table_cells"][:2]] == ["STT", ""]
    assert tables["citations"][0]["act_number"] == "28/KH-UBND"
    assert tables["entities"][0]["to_character"] == 26


def test_parquet_of_an_empty_corpus_has_its_columns(tmp_path: Path) -> None:
    (tmp_path / "out" / "documents").mkdir(parents=True)
    assert export_corpus(FolderResults(tmp_path / "out"), "parquet", tmp_path / "tables").written == 0
    names = pq.read_table(tmp_path / "tables" / "sections.parquet").column_names
    assert names[:3] == ["path", "doc_id", "level"]


def test_docbin_has_a_doc_for_each_section_with_text(out: Path, tmp_path: Path) -> None:
    assert export_corpus(FolderResults(out), "docbin", tmp_path / "plans.spacy").written == 3
    docs = list(DocBin(store_user_data=True).from_disk(tmp_path / "plans.spacy").get_docs(spacy.blank("xx").vocab))
    assert len(docs) == 4
    assert [(ent.text, ent.label_) for ent in docs[0].ents] == [("xã Đồng Tiến", "LOC")]


def test_alto_has_lines_and_seals_with_their_boxes(out: Path, tmp_path: Path) -> None:
    assert export_corpus(FolderResults(out), "alto", tmp_path / "alto").written == 2
    root = ET.parse(tmp_path / "alto" / "2024" / "kh.pdf.xml").getroot()
    names = {"a": NAMESPACE}
    assert [child.tag.rpartition("}")[2] for child in root] == ["Description", "Layout"]
    assert root.findtext("a:Description/a:MeasurementUnit", namespaces=names) == "pixel"
    (page,) = root.findall("a:Layout/a:Page", names)
    assert (page.get("WIDTH"), page.get("HEIGHT"), page.get("PHYSICAL_IMG_NR")) == ("1240", "1754", "1")
    strings = page.findall("a:PrintSpace/a:TextBlock/a:TextLine/a:String", names)
    assert [string.get("CONTENT") for string in strings] == LINE.split()
    assert {string.get("WC") for string in strings} == {"0.9000"}
    assert (strings[0].get("HPOS"), strings[0].get("VPOS"), strings[0].get("HEIGHT")) == ("200", "300", "40")
    assert len(page.findall("a:PrintSpace/a:TextBlock/a:TextLine/a:SP", names)) == len(strings) - 1
    assert page.find("a:PrintSpace/a:Illustration", names).get("TYPE") == "seal"  # type: ignore[union-attr]
    identifiers = [element.get("ID") for element in root.iter() if element.get("ID")]
    assert len(identifiers) == len(set(identifiers))


@pytest.mark.parametrize("kind", ["alto", "pdf"])
def test_a_failed_document_is_named_as_left_out_with_its_reason(kind: str, out: Path, tmp_path: Path) -> None:
    outcome = export_corpus(FolderResults(out), kind, tmp_path / "exported", tmp_path / "out")
    assert ("2024/hong.pdf", "The file failed: The file is damaged.") in outcome.left_out


def test_the_command_names_what_alto_leaves_out_and_ends_with_4(out: Path, tmp_path: Path, sohoa: Command) -> None:
    done = sohoa("export", "--corpus", out, "--format", "alto", tmp_path / "alto")
    assert (done.returncode, done.stdout) == (4, "")
    assert "2 documents exported" in done.stderr
    assert "left out  2024/hong.pdf: The file failed: The file is damaged." in done.stderr


def test_alto_of_text_that_xml_cannot_hold_is_still_xml(tmp_path: Path) -> None:
    out = store(tmp_path / "out", scanned("a.pdf", line="A\x00<&\ud800\x1bB"))
    export_corpus(FolderResults(out), "alto", tmp_path / "alto")
    strings = ET.parse(tmp_path / "alto" / "a.pdf.xml").getroot().iter(f"{{{NAMESPACE}}}String")
    assert [string.get("CONTENT") for string in strings] == ["A <&  B"]


def text_in(path: Path, box: tuple[float, float, float, float] | None = None) -> str:
    """The text of a PDF's first page, or of a rectangle of it (left, bottom, right, top in points)."""
    with pypdfium2.PdfDocument(path) as pdf:
        page = pdf[0].get_textpage()
        text = page.get_text_bounded(*box) if box else page.get_text_range()
        return str(text).strip()


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_pdf_keeps_its_pages_and_can_be_searched(rotation: int, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    archive.mkdir()
    upright = rotation in (0, 180)
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842) if upright else (842, 595))
        pdf.pages[0].rotate(rotation, relative=False)
        pdf.save(archive / "kh.pdf")
    out = store(tmp_path / "out", scanned("kh.pdf"))
    assert export_corpus(FolderResults(out), "pdf", tmp_path / "pdf", archive).written == 1
    made = tmp_path / "pdf" / "kh.pdf"
    assert text_in(made) == LINE
    with pypdfium2.PdfDocument(made) as pdf:
        page = pdf[0]
        textpage = page.get_textpage()
        box = textpage.get_charbox(0)
        # The first letter lies where the line begins, as the page is shown: 200 of 1240, 300..340 of 1754 pixels.
        matrix_left, top = page.get_width() * 200 / 1240, page.get_height() * (1 - 340 / 1754)
        shown = {
            0: (box[0], box[1]),
            90: (box[1], page.get_height() - box[2]),
            180: (page.get_width() - box[2], page.get_height() - box[3]),
            270: (page.get_width() - box[3], box[0]),
        }[rotation]
    assert shown[0] == pytest.approx(matrix_left, abs=6)
    assert shown[1] == pytest.approx(top, abs=12)


def test_pdf_loses_the_hidden_text_of_an_earlier_ocr_and_keeps_the_visible(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    archive.mkdir()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        pdf.pages[0].add_resource(font, pikepdf.Name.Font, pikepdf.Name.F1)
        pdf.pages[0].contents_add(
            b"BT /F1 12 Tf 3 Tr 50 700 Td (CQNG HOA XA HO!) Tj ET BT /F1 12 Tf 0 Tr 50 100 Td (Signed) Tj ET"
        )
        pdf.save(archive / "kh.pdf")
    export_corpus(FolderResults(store(tmp_path / "out", scanned("kh.pdf"))), "pdf", tmp_path / "pdf", archive)
    text = text_in(tmp_path / "pdf" / "kh.pdf")
    assert LINE in text
    assert "Signed" in text
    assert "CQNG" not in text


def test_pdf_of_a_picture_and_none_of_a_text_file(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    archive.mkdir()
    Image.new("L", SIZE, 255).save(archive / "anh.png", dpi=(150, 150))
    text = scanned("kh.txt", media_type="text/plain")
    out = store(tmp_path / "out", scanned("anh.png", media_type="image/png"), text, scanned("gone.pdf"))
    outcome = export_corpus(FolderResults(out), "pdf", tmp_path / "pdf", archive)
    assert text_in(tmp_path / "pdf" / "anh.png.pdf") == LINE
    assert outcome.written == 1
    assert [path for path, _ in outcome.left_out] == ["gone.pdf", "kh.txt"]


def test_pdf_needs_the_archive_and_never_writes_into_it(out: Path, tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    with pytest.raises(UsageError, match="--archive"):
        export_corpus(FolderResults(out), "pdf", tmp_path / "pdf")
    with pytest.raises(UsageError, match="among the source files"):
        export_corpus(FolderResults(out), "pdf", tmp_path / "archive" / "pdf", tmp_path / "archive")


@pytest.mark.parametrize(
    ("kind", "destination"), [("jsonl", "out"), ("alto", "a.file"), ("parquet", "out/documents/tables")]
)
def test_a_destination_that_would_harm_is_refused(kind: str, destination: str, out: Path, tmp_path: Path) -> None:
    (tmp_path / "a.file").write_text("kept")
    with pytest.raises(UsageError):
        export_corpus(FolderResults(out), kind, tmp_path / destination)
    assert (tmp_path / "a.file").read_text() == "kept"
    assert len(list((out / "documents").rglob("*"))) == 5


def test_a_folder_without_documents_leaves_an_earlier_export_alone(tmp_path: Path) -> None:
    (tmp_path / "plans.jsonl").write_text("{}\n")
    with pytest.raises(UsageError, match="sohoa ingest"):
        export_corpus(FolderResults(tmp_path), "jsonl", tmp_path / "plans.jsonl")
    assert (tmp_path / "plans.jsonl").read_text() == "{}\n"
    assert [path.name for path in tmp_path.iterdir()] == ["plans.jsonl"]


def test_the_command_says_what_it_wrote_on_stderr(out: Path, tmp_path: Path, sohoa: Command) -> None:
    done = sohoa("export", "--corpus", out, "--format", "jsonl", tmp_path / "plans.jsonl")
    assert (done.returncode, done.stdout) == (0, "")
    assert "3 documents exported" in done.stderr
    assert sohoa("export", "--corpus", out, "--format", "odt", tmp_path / "x").returncode == 1
    assert "sohoa export --corpus" in sohoa("export", "--help").stdout


@pytest.mark.parametrize(
    ("destination", "shown"),
    [
        ("postgresql://an:mat%20khau@host/db", "postgresql://an:…@host/db"),
        ("postgresql:/an:mat@host", "postgresql:/an:…@host"),
        ("postgresql://an@host:5432/db", "postgresql://an@host:5432/db"),
        ("/data/kế hoạch.csv", "/data/kế hoạch.csv"),
    ],
)
def test_a_password_stays_out_of_messages(destination: str, shown: str) -> None:
    assert without_password(destination) == shown
