"""DOCX letterheads and closings set by tabs or in text boxes: their two columns are parted as on the sheet."""

from __future__ import annotations

from pathlib import Path

from pipeline.intake import open_source
from pipeline.intake.word.tab_stops import TabStop, with_blanks
from pipeline.settings import IntakeSettings
from pipeline.structure import build_structure
from pipeline.values import Line, Page, Region, TextSource

from .samples import docx, paragraph

CENTRES = '<w:tabs><w:tab w:val="center" w:pos="2041"/><w:tab w:val="center" w:pos="6803"/></w:tabs>'
LEFT, RIGHT = Region.LETTERHEAD_LEFT, Region.LETTERHEAD_RIGHT
FOOT_LEFT, FOOT_RIGHT = Region.CLOSING_LEFT, Region.CLOSING_RIGHT


def tabbed(text: str, properties: str = "") -> str:
    """A paragraph with a tab for each tab sign of `text`."""
    runs = "<w:r><w:tab/></w:r>".join(
        f'<w:r><w:t xml:space="preserve">{part}</w:t></w:r>' if part else "" for part in text.split("\t")
    )
    return f"<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>"


def lines(tmp_path: Path, body: str) -> list[Line]:
    with open_source(docx(tmp_path / "a.docx", body), IntakeSettings()) as source:
        (page,) = list(source.pages())
    return list(page.lines)


def placed(tmp_path: Path, body: str) -> list[tuple[str, Region]]:
    return [(line.text, line.region) for line in lines(tmp_path, body) if line.region is not Region.BODY]


def test_a_letterhead_on_centred_tab_stops_of_a_union_without_the_states_motto(tmp_path):
    head = ("\tTỈNH ĐOÀN MẪU\tĐOÀN TNCS HỒ CHÍ MINH", "\tBCH ĐOÀN HUYỆN THỬ\t", "\t***\t")
    date = "\tSố: 37-KH/ĐTN\tThử, ngày 24 tháng 02 năm 2023"
    body = "".join(tabbed(text, CENTRES) for text in (*head, date)) + paragraph("KẾ HOẠCH", '<w:jc w:val="center"/>')
    assert placed(tmp_path, body) == [
        ("TỈNH ĐOÀN MẪU", LEFT),
        ("BCH ĐOÀN HUYỆN THỬ", LEFT),
        ("***", LEFT),
        ("Số: 37-KH/ĐTN", LEFT),
        ("ĐOÀN TNCS HỒ CHÍ MINH", RIGHT),
        ("Thử, ngày 24 tháng 02 năm 2023", RIGHT),
    ]


def test_a_letterhead_on_words_own_stops_with_lines_of_one_column_alone(tmp_path):
    body = "".join(
        tabbed(text)
        for text in (
            "ỦY BAN NHÂN DÂN\t\t\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "XÃ MẪU",
            "\t\t\t\t\t\t\tĐộc lập - Tự do - Hạnh phúc",
            "Số: 12/KH-UBND\t\t\t\tMẫu, ngày 5 tháng 3 năm 2024",
            "KẾ HOẠCH",
            "1.\tMục đích",
        )
    )
    found = lines(tmp_path, body)
    assert [(line.text, line.region) for line in found] == [
        ("ỦY BAN NHÂN DÂN", LEFT),
        ("XÃ MẪU", LEFT),
        ("Số: 12/KH-UBND", LEFT),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", RIGHT),
        ("Độc lập - Tự do - Hạnh phúc", RIGHT),
        ("Mẫu, ngày 5 tháng 3 năm 2024", RIGHT),
        ("KẾ HOẠCH", Region.BODY),
        ("1. Mục đích", Region.BODY),
    ]
    assert found[-1].raw == "1.\tMục đích"


def test_recipients_and_signer_parted_by_tabs(tmp_path):
    stops = '<w:tabs><w:tab w:val="center" w:pos="6800"/></w:tabs>'
    foot = (
        "\tTM. ỦY BAN NHÂN DÂN",
        "Nơi nhận:\tKT. CHỦ TỊCH",
        "- Như Điều 3;\tPHÓ CHỦ TỊCH",
        "- Thường trực HĐND xã;",
        "- Lưu: VT.",
        "\tLê Văn Mẫu",
    )
    body = paragraph("Trên đây là Kế hoạch của Ủy ban nhân dân xã.") + "".join(tabbed(text, stops) for text in foot)
    assert placed(tmp_path, body) == [
        ("Nơi nhận:", FOOT_LEFT),
        ("- Như Điều 3;", FOOT_LEFT),
        ("- Thường trực HĐND xã;", FOOT_LEFT),
        ("- Lưu: VT.", FOOT_LEFT),
        ("TM. ỦY BAN NHÂN DÂN", FOOT_RIGHT),
        ("KT. CHỦ TỊCH", FOOT_RIGHT),
        ("PHÓ CHỦ TỊCH", FOOT_RIGHT),
        ("Lê Văn Mẫu", FOOT_RIGHT),
    ]


def test_columns_set_by_tabs_give_the_fields_of_the_document(tmp_path):
    head = (
        "\tUBND HUYỆN MẪU\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "\tPHÒNG NỘI VỤ\tĐộc lập - Tự do - Hạnh phúc",
        "\tSố: 7/KH-PNV\tMẫu, ngày 24 tháng 02 năm 2023",
    )
    foot = ("Nơi nhận:\t\tTRƯỞNG PHÒNG", "- UBND huyện;", "- Lưu: VT.", "\t\tLê Văn Mẫu")
    body = (
        "".join(tabbed(text, CENTRES) for text in head)
        + paragraph("KẾ HOẠCH", '<w:jc w:val="center"/>')
        + paragraph("Kiểm tra công tác thi đua", '<w:jc w:val="center"/>')
        + paragraph("I. MỤC ĐÍCH")
        + paragraph("Nắm tình hình ở cơ sở.")
        + "".join(tabbed(text, CENTRES) for text in foot)
    )
    document = build_structure([Page(1, TextSource.DOCX, tuple(lines(tmp_path, body)))])
    header = document.header
    assert header.parent_body is not None
    assert header.issuing_body is not None
    assert header.number is not None
    assert (header.parent_body.value, header.issuing_body.value) == ("UBND HUYỆN MẪU", "PHÒNG NỘI VỤ")
    assert header.number.value == "7/KH-PNV"
    assert [signer.name.value for signer in document.signers if signer.name] == ["Lê Văn Mẫu"]
    assert [recipient.value for recipient in document.recipients] == ["UBND huyện", "Lưu: VT"]


def test_blanks_for_tabs_reach_the_stops_that_the_paragraph_sets_and_words_own_behind_them():
    centred = with_blanks("\tXÃ MẪU\tCỘNG HÒA", (TabStop(2000, "center"), TabStop(6800, "center")), 0)
    assert centred.index("XÃ MẪU") + len("XÃ MẪU") // 2 in range(12, 19)
    assert centred.index("CỘNG") in range(42, 52)
    assert len(with_blanks("\t" * 10_000 + "a", (), 0)) < 400
    assert with_blanks("1.\tHọp", (), 0) == "1.    Họp"
