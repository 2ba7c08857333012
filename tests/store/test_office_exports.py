"""The copy for a USB stick, searched by a browser without a server, and Word files in the form of the document."""

from __future__ import annotations

import io
import re
import subprocess
from pathlib import Path
from urllib.parse import quote

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH

from pipeline.schema import (
    DateValue,
    Document,
    FieldValue,
    Header,
    Mark,
    NumberValue,
    PageRecord,
    Role,
    Section,
    Signer,
    Source,
    Status,
    Table,
)
from pipeline.store.exports import Export, ExportOutcome
from pipeline.store.exports.docx import word_file, write_docx
from pipeline.store.exports.static_site.write import write_site

LISTED = "Mở sổ </script> theo dõi:\nTT | Đơn vị\n1 | Thôn <Đông>\nHết bảng."


def plan(path: str, subject: str, date: str = "2024-03-05", text: str = "Tặng Giấy khen cho tập thể.") -> Document:
    rows = [[FieldValue(value=cell) for cell in row] for row in (["TT", "Đơn vị"], ["1", "Thôn <Đông>"])]
    marks = [Mark(kind="motto", text="CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")]
    return Document(
        doc_id=f"sha256:{path}",
        source=Source(path=path, sha256=path, bytes=1, page_count=1),
        status=Status.OK,
        header=Header(
            parent_body=FieldValue(value="UBND HUYỆN SƠN HÀ"),
            issuing_body=FieldValue(value="UBND XÃ PHÚ KHÊ"),
            number=NumberValue(value="28/KH-UBND", complete=True),
            place=FieldValue(value="Phú Khê"),
            date=DateValue(value=date),
            document_type=FieldValue(value="KẾ HOẠCH"),
            subject=FieldValue(value=subject),
        ),
        preamble=["Căn cứ Luật Thi đua, khen thưởng;"],
        sections=[
            Section(id="1", number="I", heading="KHEN THƯỞNG", roles=[Role.KHEN_THUONG], text=text, children=[
                Section(id="1.1", number="a", text=LISTED),
            ]),
            Section(id="2", heading="Phụ lục", roles=[Role.PHU_LUC], text="Mẫu số 1"),
        ],
        tables=[Table(section="1.1", rows=rows)],
        recipients=[FieldValue(value="UBND huyện (b/c)")],
        signers=[Signer(authority=FieldValue(value="TM. ỦY BAN NHÂN DÂN"), position=FieldValue(value="CHỦ TỊCH"),
                        name=FieldValue(value="Nguyễn Thế Toàn"))],
        pages=[PageRecord(number=1, width=0, height=0, text_source="docx", marks=marks)],
    )  # fmt: skip


def test_each_document_of_a_file_has_a_word_file_and_a_page_of_its_own(tmp_path: Path) -> None:
    first, other = plan("kh.pdf", "Đường làng sạch đẹp"), plan("kh.pdf", "Tủ sách dòng họ")
    second = other.model_copy(update={"source": other.source.model_copy(update={"part": 2})})
    for write in (write_docx, write_site):
        folder = tmp_path / write.__name__
        export = Export(target=folder, archive=None, outcome=ExportOutcome())
        assert write([first, second], export) == 2
        assert len([*folder.rglob("kh.pdf*")]) == 2


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("usb") / "Kho văn bản #1"
    documents = [
        plan("2024/kế hoạch #2?.pdf", "Đường làng sạch đẹp"),
        plan("2025/b.pdf", "Tủ sách", "2025-01-02", "Góp sách; ở đường làng."),
        plan("c.pdf", "Bữa ăn ca"),
    ]
    assert write_site(iter(documents), Export(folder, None, ExportOutcome())) == 3
    return folder


def opened(page: Path, query: str = "") -> str:
    """The page as a browser shows it from the folder."""
    address = page.as_uri() + (f"?q={quote(query)}" if query else "")
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=20000", "--dump-dom"]
    done = subprocess.run([*command, address], capture_output=True, text=True, check=True, timeout=120)
    return done.stdout


def test_the_copy_is_searched_from_a_folder_with_and_without_marks(site: Path) -> None:
    shown = opened(site / "index.html", "duong lang")
    assert "2 văn bản" in shown
    titles = re.findall(r"<a href=\"([^\"]+)\">([^<]+)</a>", shown)
    assert [title for _, title in titles] == ["KẾ HOẠCH Đường làng sạch đẹp", "KẾ HOẠCH Tủ sách"]
    assert "3 văn bản" in opened(site / "index.html")
    assert "Không có văn bản nào" in opened(site / "index.html", "phú khê không-có-từ-này")


def test_links_lead_to_pages_that_show_the_document_as_text(site: Path) -> None:
    (name,) = (site / "documents" / "2024").iterdir()
    shown = opened(name)
    assert "Tặng Giấy khen cho tập thể." in shown
    assert "&lt;Đông&gt;" in shown
    assert "<script" not in shown
    address = re.search(r'href=[\'"]([^\'"]*index.html)', shown)
    assert address
    assert (name.parent / address[1]).resolve() == site / "index.html"


def test_a_word_file_has_the_form_of_the_document() -> None:
    file = docx.Document(io.BytesIO(word_file(plan("a.pdf", "Phát động thi đua"))))
    letterhead, table, closing = file.tables
    left, right = letterhead.rows[0].cells
    assert left.text.split("\n") == ["UBND HUYỆN SƠN HÀ", "UBND XÃ PHÚ KHÊ", "Số: 28/KH-UBND"]
    assert right.text.split("\n") == ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Phú Khê, ngày 05 tháng 03 năm 2024"]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["TT", "Đơn vị"], ["1", "Thôn <Đông>"]]
    left, right = closing.rows[0].cells
    assert left.text.split("\n") == ["Nơi nhận:", "- UBND huyện (b/c);"]
    assert [line for line in right.text.split("\n") if line] == ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Nguyễn Thế Toàn"]
    paragraphs = [paragraph for paragraph in file.paragraphs if paragraph.text.strip()]
    assert [paragraph.text for paragraph in paragraphs] == [
        "KẾ HOẠCH", "Phát động thi đua", "Căn cứ Luật Thi đua, khen thưởng;", "I. KHEN THƯỞNG",
        "Tặng Giấy khen cho tập thể.", "a) Mở sổ </script> theo dõi:", "Hết bảng.", "Phụ lục", "Mẫu số 1",
    ]  # fmt: skip
    assert paragraphs[0].alignment == WD_ALIGN_PARAGRAPH.CENTER
    assert paragraphs[3].style is not None
    assert paragraphs[3].style.name == "Heading 1"


def test_nothing_is_put_in_that_a_document_does_not_print() -> None:
    bare = Document(
        doc_id="sha256:x",
        source=Source(path="x.md", sha256="x", bytes=1),
        status=Status.OK,
        sections=[Section(id="1", text="Một đoạn\x00 văn.")],
    )
    file = docx.Document(io.BytesIO(word_file(bare)))
    texts = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    assert "".join(texts + [paragraph.text for paragraph in file.paragraphs]).strip() == "Một đoạn  văn."
