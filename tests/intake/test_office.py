"""Workbooks, slide shows, HEIC pictures and protected files, as they are opened."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pi_heif
import pikepdf
import pptx
import pytest
from PIL import Image
from pptx.util import Inches
from pydantic import SecretStr

from pipeline.errors import UnusableInputError
from pipeline.intake import open_source
from pipeline.settings import IntakeSettings
from pipeline.values import Line, Region


def lines(path: Path, settings: IntakeSettings | None = None) -> list[list[Line]]:
    with open_source(path, settings or IntakeSettings()) as source:
        return [list(page.lines) for page in source.pages()]


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["DANH SÁCH TẬP THỂ ĐỀ NGHỊ KHEN THƯỞNG"])
    sheet.append(["STT", "Tên tập thể", "Điểm", "Ngày họp"])
    sheet.append([1, "Thôn Mỹ Thạnh", 95.5, date(2024, 3, 12)])
    sheet.append([2, "Hội Nông dân\nxã", 90.0, None])
    sheet.append([])
    sheet.append(["Người lập biểu"])
    hidden = book.create_sheet("nháp")
    hidden.append(["không in"])
    hidden.sheet_state = "hidden"
    book.create_sheet("Quý II").append(["Tổng", "=1+1"])
    book.save(tmp_path / "ds.xlsx")
    return tmp_path / "ds.xlsx"


def test_a_sheet_is_a_page_and_its_rows_are_a_table(workbook: Path) -> None:
    first, second = lines(workbook)
    assert [line.text for line in first if line.cell is None] == [
        "DANH SÁCH TẬP THỂ ĐỀ NGHỊ KHEN THƯỞNG",
        "Người lập biểu",
    ]
    cells = {line.cell: line.text for line in first if line.cell and line.text != "xã"}
    assert cells[0, 1, 0] == "1"
    assert cells[0, 1, 2] == "95,5"
    assert cells[0, 1, 3] == "12/03/2024"
    assert cells[0, 2, 2] == "90"
    assert (0, 2, 3) not in cells
    assert all(line.region is Region.TABLE for line in first if line.cell)
    assert [line.text for line in second] == [
        "Tổng"
    ]  # a formula that nobody computed has no value, and none is invented


def test_slides_are_pages_their_boxes_from_top_to_bottom(tmp_path: Path) -> None:
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[6])
    for top, text in ((3, "Nội dung thi đua"), (1, "KẾ HOẠCH NĂM 2024")):
        slide.shapes.add_textbox(Inches(1), Inches(top), Inches(5), Inches(1)).text_frame.text = text
    table = slide.shapes.add_table(2, 2, Inches(1), Inches(5), Inches(4), Inches(1)).table
    for place, text in zip(((0, 0), (0, 1), (1, 0), (1, 1)), ("Việc", "Hạn", "Báo cáo", "01/12"), strict=True):
        table.cell(*place).text = text
    show.save(tmp_path / "kh.pptx")
    (page,) = lines(tmp_path / "kh.pptx")
    assert [line.text for line in page] == ["KẾ HOẠCH NĂM 2024", "Nội dung thi đua", "Việc", "Hạn", "Báo cáo", "01/12"]
    assert page[-1].cell == (0, 1, 1)


def test_a_heic_photograph_is_a_page(tmp_path: Path) -> None:
    # Written as HEIF by hand is no test of anybody's camera; the library ships an encoder only with its larger sister.
    pi_heif.register_heif_opener()
    path = tmp_path / "anh.heic"
    path.write_bytes(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200))
    with pytest.raises(UnusableInputError, match="HEIC picture"), open_source(path, IntakeSettings()):
        pass


@pytest.mark.parametrize("name", ["a.xlsx", "a.pptx"])
def test_a_damaged_package_is_said_to_be_one(tmp_path: Path, name: str) -> None:
    inside = {"a.xlsx": "xl/workbook.xml", "a.pptx": "ppt/presentation.xml"}[name]
    with zipfile.ZipFile(tmp_path / name, "w") as package:
        package.writestr("[Content_Types].xml", "<x/>")
        package.writestr(inside, "<broken")
    with pytest.raises(UnusableInputError) as caught, open_source(tmp_path / name, IntakeSettings()):
        pass
    assert caught.value.code == "damaged_file"


def test_a_workbook_that_would_unpack_to_too_much_is_refused(workbook: Path) -> None:
    with pytest.raises(UnusableInputError) as caught, open_source(workbook, IntakeSettings(max_decompressed_bytes=100)):
        pass
    assert caught.value.code == "too_many_bytes"


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    picture = io.BytesIO()
    Image.new("L", (600, 800), 255).save(picture, "PDF")
    with pikepdf.open(picture) as pdf:
        pdf.save(tmp_path / "khoa.pdf", encryption=pikepdf.Encryption(owner="chủ", user="mở-28"))
    return tmp_path / "khoa.pdf"


def test_a_protected_pdf_opens_with_one_of_the_passwords(locked: Path) -> None:
    known = IntakeSettings(passwords=(SecretStr("sai"), SecretStr("mở-28")))
    with open_source(locked, known) as source:
        assert source.page_count == 1
        assert next(iter(source.pages())).problem is None


def test_without_the_right_password_it_says_what_to_do(locked: Path) -> None:
    wrong = IntakeSettings(passwords=(SecretStr("sai"),))
    with pytest.raises(UnusableInputError, match="--passwords") as caught, open_source(locked, wrong):
        pass
    assert caught.value.code == "encrypted"
    assert "sai" not in str(caught.value)


def test_passwords_are_in_no_dump_digest_or_text_of_the_settings() -> None:
    known = IntakeSettings(passwords=(SecretStr("mở-28"),))
    assert "mở-28" not in f"{known!r} {known.model_dump()} {known.model_dump_json()}"
    assert known.digest() == IntakeSettings().digest()
