"""DOCX: what Word would print, as lines; what it would fetch or unpack without end, refused."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from pipeline.errors import ProblemCode, UnusableInputError
from pipeline.intake import open_source
from pipeline.intake.word.list_numbers import format_number
from pipeline.settings import IntakeSettings
from pipeline.values import Line, MarkKind, PageInput, Region, TextSource

from .samples import docx, encoded, paragraph, scan

SETTINGS = IntakeSettings()
BREAK = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'


def pages(path: Path, settings: IntakeSettings = SETTINGS) -> list[PageInput]:
    with open_source(path, settings) as source:
        return list(source.pages())


def lines(tmp_path: Path, body: str, **parts: str) -> list[Line]:
    (page,) = pages(docx(tmp_path / "a.docx", body, **parts))
    return list(page.lines)


def texts(tmp_path: Path, body: str, **parts: str) -> list[str]:
    return [line.text for line in lines(tmp_path, body, **parts)]


def level(at: int, number_format: str, text: str, *, start: int = 1, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{number_format}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def numbered(text: str, number: int, at: int = 0) -> str:
    return paragraph(text, f'<w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{number}"/></w:numPr>')


def number(number_id: int, abstract: int, override: str = "") -> str:
    return f'<w:num w:numId="{number_id}"><w:abstractNumId w:val="{abstract}"/>{override}</w:num>'


OUTLINE = (
    '<w:abstractNum w:abstractNumId="0">'
    + level(0, "upperRoman", "%1.")
    + level(1, "decimal", "%2.")
    + level(2, "decimal", "%2.%3.")
    + level(3, "lowerLetter", "%4)")
    + "</w:abstractNum>"
)


def test_numbers_of_nested_lists_are_restored(tmp_path):
    body = "".join(
        numbered(text, 1, at)
        for text, at in [("A", 0), ("B", 1), ("C", 2), ("D", 2), ("E", 3), ("F", 1), ("G", 2), ("H", 0), ("I", 1)]
    )
    assert texts(tmp_path, body, numbering=OUTLINE + number(1, 0)) == [
        "I. A", "1. B", "1.1. C", "1.2. D", "a) E", "2. F", "2.1. G", "II. H", "1. I",
    ]  # fmt: skip


def test_lists_of_one_definition_count_on_and_a_start_override_begins_anew_once(tmp_path):
    numbering = (
        '<w:abstractNum w:abstractNumId="0">' + level(0, "decimal", "%1.") + "</w:abstractNum>"
        + number(1, 0)
        + number(2, 0)
        + number(3, 0, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>')
    )  # fmt: skip
    body = "".join(numbered(t, n) for t, n in [("a", 1), ("b", 1), ("c", 2), ("d", 3), ("e", 3), ("f", 3)])
    assert texts(tmp_path, body, numbering=numbering) == ["1. a", "2. b", "3. c", "1. d", "2. e", "3. f"]


def test_a_list_may_begin_elsewhere_and_never_restart(tmp_path):
    numbering = (
        '<w:abstractNum w:abstractNumId="0">' + level(0, "decimal", "Điều %1.", start=5)
        + level(1, "decimal", "%2.", more='<w:lvlRestart w:val="0"/>') + "</w:abstractNum>" + number(1, 0)
    )  # fmt: skip
    body = "".join(numbered(t, 1, at) for t, at in [("a", 0), ("b", 1), ("c", 0), ("d", 1)])
    assert texts(tmp_path, body, numbering=numbering) == ["Điều 5. a", "1. b", "Điều 6. c", "2. d"]


def test_legal_numbers_are_decimal_and_a_level_that_was_jumped_over_shows_its_start(tmp_path):
    numbering = (
        '<w:abstractNum w:abstractNumId="0">' + level(0, "upperRoman", "%1.")
        + level(1, "decimal", "%1.%2", more="<w:isLgl/>") + "</w:abstractNum>" + number(1, 0)
    )  # fmt: skip
    body = numbered("a", 1, 1) + numbered("b", 1, 0) + numbered("c", 1, 1)
    assert texts(tmp_path, body, numbering=numbering) == ["1.1 a", "II. b", "2.1 c"]


def test_bullets_keep_their_sign_or_become_one(tmp_path):
    numbering = "".join(
        f'<w:abstractNum w:abstractNumId="{at}">{level(0, "bullet", sign)}</w:abstractNum>{number(at + 1, at)}'
        for at, sign in enumerate(["-", "+", "\uf0b7", "o", "\uf02d"])
    )
    body = "".join(numbered("x", at + 1) for at in range(5))
    assert texts(tmp_path, body, numbering=numbering) == ["- x", "+ x", "• x", "• x", "- x"]


def test_numbers_come_from_styles_too_and_can_be_switched_off(tmp_path):
    styles = (
        '<w:style w:type="paragraph" w:styleId="H1"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="H2"><w:basedOn w:val="H1"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Sub"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    numbering = (
        '<w:abstractNum w:abstractNumId="0">' + level(0, "upperRoman", "%1.")
        + level(1, "decimal", "%2.", more='<w:pStyle w:val="Sub"/>') + "</w:abstractNum>" + number(1, 0)
    )  # fmt: skip
    body = (
        paragraph("a", '<w:pStyle w:val="H1"/>')
        + paragraph("b", '<w:pStyle w:val="Sub"/>')
        + paragraph("c", '<w:pStyle w:val="H2"/>')
        + paragraph("d", '<w:pStyle w:val="H1"/><w:numPr><w:numId w:val="0"/></w:numPr>')
    )
    assert texts(tmp_path, body, styles=styles, numbering=numbering) == ["I. a", "1. b", "II. c", "d"]


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (3999, "upperRoman", "MMMCMXCIX"),
        (28, "lowerLetter", "bb"),
        (7, "decimalZero", "07"),
        (5, "none", ""),
        (5000, "upperRoman", "5000"),
        (6, "chineseCounting", "6"),
    ],
)
def test_number_formats(value, number_format, shown):
    assert format_number(value, number_format) == shown


def test_bold_centred_indented_and_capitals_follow_styles_and_runs(tmp_path):
    styles = (
        '<w:style w:type="paragraph" w:styleId="T"><w:pPr><w:jc w:val="center"/></w:pPr><w:rPr><w:b/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="U"><w:basedOn w:val="T"/><w:rPr><w:b w:val="0"/></w:rPr></w:style>'
    )
    body = (
        paragraph("Tiêu đề", '<w:pStyle w:val="T"/>')
        + paragraph("thường", '<w:pStyle w:val="U"/>')
        + paragraph("hoa", run="<w:caps/>")
        + paragraph("thụt", '<w:ind w:left="1300" w:firstLine="650"/>')
        + "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>5. Kinh phí:</w:t></w:r>"
        "<w:r><w:t> từ ngân sách của xã</w:t></w:r></w:p>"
    )
    found = lines(tmp_path, body, styles=styles)
    assert [(line.text, line.bold, line.centred, line.indent) for line in found] == [
        ("Tiêu đề", True, True, 0),
        ("thường", False, True, 0),
        ("HOA", False, False, 0),
        ("thụt", False, False, 15),
        ("5. Kinh phí: từ ngân sách của xã", True, False, 0),
    ]


def test_a_ring_of_styles_ends(tmp_path):
    styles = (
        '<w:style w:type="paragraph" w:styleId="A"><w:basedOn w:val="B"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="B"><w:basedOn w:val="A"/><w:rPr><w:b/></w:rPr></w:style>'
    )
    (line,) = lines(tmp_path, paragraph("x", '<w:pStyle w:val="A"/>'), styles=styles)
    assert line.bold is True


def test_tracked_changes_hidden_text_fields_and_links(tmp_path):
    body = (
        "<w:p><w:r><w:t>một </w:t></w:r><w:ins><w:r><w:t>hai</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>bỏ</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>dời</w:t></w:r></w:moveFrom>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>ẩn</w:t></w:r>"
        '<w:hyperlink r:id="x"><w:r><w:t> ba</w:t></w:r></w:hyperlink>'
        '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>INCLUDETEXT "/etc/passwd"</w:instrText>'
        '<w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t> bốn</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:noBreakHyphen/><w:softHyphen/><w:t>năm</w:t></w:r></w:p>'
    )
    assert texts(tmp_path, body) == ["một hai ba bốn-năm"]


def test_line_breaks_empty_paragraphs_and_gaps(tmp_path):
    body = "<w:p><w:r><w:t>một</w:t><w:br/><w:t>hai</w:t></w:r></w:p><w:p/><w:p/>" + paragraph("ba")
    assert [(line.text, line.gap_before) for line in lines(tmp_path, body)] == [("một", 1), ("hai", 0), ("ba", 3)]


def test_page_breaks_written_and_rendered_count_once(tmp_path):
    rendered = "<w:p><w:r><w:lastRenderedPageBreak/><w:t>{}</w:t></w:r></w:p>"
    body = (
        paragraph("một")
        + BREAK
        + rendered.format("hai")
        + "<w:p><w:r><w:t>dài </w:t></w:r><w:r><w:lastRenderedPageBreak/><w:t>tiếp</w:t></w:r></w:p>"
        + paragraph("bốn", "<w:pageBreakBefore/>")
    )
    found = pages(docx(tmp_path / "a.docx", body))
    assert [[line.text for line in page.lines] for page in found] == [["một"], ["hai", "dài"], ["tiếp"], ["bốn"]]
    assert [page.number for page in found] == [1, 2, 3, 4]
    assert {page.source for page in found} == {TextSource.DOCX}
    assert found[2].lines[0].gap_before == 0


def table(*rows: list[str]) -> str:
    cells = ["".join(f"<w:tc>{cell}</w:tc>" for cell in row) for row in rows]
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def test_the_letterhead_and_closing_tables_and_one_between(tmp_path):
    body = (
        table(
            [paragraph("UBND XÃ MẪU"), paragraph("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM") + paragraph("Độc lập - Tự do")],
            [paragraph("Số: 5/KH-UBND"), paragraph("Mẫu, ngày 2 tháng 3 năm 2024")],
        )
        + paragraph("KẾ HOẠCH")
        + table([paragraph("TT"), paragraph("Việc")], [paragraph("1"), paragraph("Họp")])
        + paragraph("hết")
        + table([paragraph("Nơi nhận:") + paragraph("- Lưu: VT."), paragraph("KT. CHỦ TỊCH") + paragraph("Lê Văn Mẫu")])
    )
    found = lines(tmp_path, body)
    assert [(line.text, line.region) for line in found if line.region is not Region.TABLE] == [
        ("UBND XÃ MẪU", Region.LETTERHEAD_LEFT),
        ("Số: 5/KH-UBND", Region.LETTERHEAD_LEFT),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", Region.LETTERHEAD_RIGHT),
        ("Độc lập - Tự do", Region.LETTERHEAD_RIGHT),
        ("Mẫu, ngày 2 tháng 3 năm 2024", Region.LETTERHEAD_RIGHT),
        ("KẾ HOẠCH", Region.BODY),
        ("hết", Region.BODY),
        ("Nơi nhận:", Region.CLOSING_LEFT),
        ("- Lưu: VT.", Region.CLOSING_LEFT),
        ("KT. CHỦ TỊCH", Region.CLOSING_RIGHT),
        ("Lê Văn Mẫu", Region.CLOSING_RIGHT),
    ]
    assert [line.cell for line in found if line.region is Region.TABLE] == [(1, 0, 0), (1, 0, 1), (1, 1, 0), (1, 1, 1)]


def test_a_closing_that_word_joined_to_the_table_above_it_is_still_the_closing(tmp_path):
    body = table(
        [paragraph("TT"), paragraph("Việc"), paragraph("Hạn")],
        [paragraph("1"), paragraph("Họp"), paragraph("30/6")],
        [paragraph("Nơi nhận:"), paragraph("CHỦ TỊCH")],
    )
    regions = [line.region for line in lines(tmp_path, body)]
    assert regions == [Region.TABLE] * 6 + [Region.CLOSING_LEFT, Region.CLOSING_RIGHT]


def test_merged_deleted_and_nested_cells(tmp_path):
    inner = table([paragraph("trong")])
    body = (
        '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>'
        + paragraph("rộng")
        + f"</w:tc><w:tc>{inner}{paragraph('sau')}</w:tc></w:tr>"
        + f"<w:tr><w:trPr><w:del/></w:trPr><w:tc>{paragraph('bỏ')}</w:tc></w:tr></w:tbl>"
    )
    assert [(line.text, line.cell) for line in lines(tmp_path, body)] == [
        ("rộng", (0, 0, 0)),
        ("trong", (0, 0, 2)),
        ("sau", (0, 0, 2)),
    ]


def test_text_boxes_once_and_footnotes_as_marks(tmp_path):
    box = f"<w:txbxContent>{paragraph('trong khung')}</w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>ngoài</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>"
        f"<wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict>"
        "</mc:Fallback></mc:AlternateContent></w:r>"
        "<w:r><w:footnoteReference w:id='2'/></w:r></w:p>"
    )
    notes = f'<w:footnote w:id="2">{paragraph("Theo Nghị định số 1.")}</w:footnote>'
    (page,) = pages(docx(tmp_path / "a.docx", body, footnotes=notes))
    assert [line.text for line in page.lines] == ["ngoài", "trong khung"]
    assert [(mark.kind, mark.text) for mark in page.marks] == [(MarkKind.FOOTNOTE, "Theo Nghị định số 1.")]


def test_old_fonts_are_named_and_capital_fonts_shown_as_capitals(tmp_path):
    body = paragraph("Céng hßa", run='<w:rFonts w:ascii=".VnTime"/>') + paragraph(
        "kÕ ho¹ch ®", run='<w:rFonts w:ascii=".VnTimeH"/>'
    )
    (page,) = pages(docx(tmp_path / "a.docx", body))
    assert [line.text for line in page.lines] == ["Cộng hòa", "KẾ HOẠCH Đ"]
    assert page.fonts == (".VnTime", ".VnTimeH")


def test_strict_open_xml_is_read_too(tmp_path):
    path = docx(tmp_path / "a.docx", paragraph("Kế hoạch", run="<w:b/>"))
    with zipfile.ZipFile(path) as archive:
        strict = archive.read("word/document.xml").replace(
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        )
    with zipfile.ZipFile(tmp_path / "strict.docx", "w") as archive:
        archive.writestr("word/document.xml", strict)
    ((line,),) = [page.lines for page in pages(tmp_path / "strict.docx")]
    assert (line.text, line.bold) == ("Kế hoạch", True)


def with_pictures(path: Path, body: str, pictures: dict[str, bytes]) -> Path:
    docx(path, body)
    relations = "".join(f'<Relationship Id="{name}" Type="image" Target="media/{name}"/>' for name in pictures)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("word/_rels/document.xml.rels", f"<Relationships>{relations}</Relationships>")
        for name, data in pictures.items():
            archive.writestr(f"word/media/{name}", data)
    return path


def pasted(name: str) -> str:
    blip = f'<a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" r:embed="{name}"/>'
    return f"<w:p><w:r><w:drawing>{blip}</w:drawing></w:r></w:p>"


def test_scans_pasted_into_word_are_pages_to_be_read(tmp_path):
    sheets = {"p1": encoded(scan(1240, 1754), "PNG"), "p2": encoded(scan(1240, 1754), "JPEG"), "bad": b"BM nothing"}
    path = with_pictures(tmp_path / "a.docx", "".join(pasted(name) for name in sheets), sheets)
    with open_source(path, SETTINGS) as source:
        found = [(page.number, page.image.size, page.image.load().shape) for page in source.pages()]
    assert found == [(1, (1240, 1754), (1754, 1240)), (2, (1240, 1754), (1754, 1240))]


def test_a_seal_in_a_written_document_is_no_page(tmp_path):
    body = paragraph("Kế hoạch thi đua. " * 50) + pasted("seal")
    (page,) = pages(with_pictures(tmp_path / "a.docx", body, {"seal": encoded(scan(1000, 1000), "PNG")}))
    assert page.image is None
    assert len(page.lines) == 1


def refused(path: Path, settings: IntakeSettings = SETTINGS) -> UnusableInputError:
    with pytest.raises(UnusableInputError) as caught, open_source(path, settings):
        pass
    return caught.value


def test_a_word_file_without_any_text_is_empty(tmp_path):
    assert refused(docx(tmp_path / "a.docx", "<w:p/>")).code == ProblemCode.EMPTY_FILE


def test_entity_bombs_are_refused(tmp_path):
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE x [<!ENTITY l0 "ha">{entities}]><w:document>&l11;</w:document>'
    outside = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><w:document>&f;</w:document>'
    for content in (bomb, outside):
        with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
            archive.writestr("word/document.xml", content)
        error = refused(tmp_path / "a.docx")
        assert error.code == ProblemCode.DAMAGED_FILE
        assert "entities" in error.message


def test_zip_bombs_are_refused_by_what_they_unpack_to(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.docx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<w:document>" + b" " * 80_000_000)
    assert refused(tmp_path / "a.docx").code == ProblemCode.TOO_MANY_BYTES
    small = SETTINGS.model_copy(update={"max_decompressed_bytes": 10_000})
    path = docx(tmp_path / "b.docx", paragraph("x" * 20_000))
    assert refused(path, small).code == ProblemCode.TOO_MANY_BYTES


def test_xml_of_absurd_depth_or_size_is_refused(tmp_path):
    deep = docx(tmp_path / "a.docx", "<w:p>" * 100_000 + "</w:p>" * 100_000)
    assert refused(deep).code == ProblemCode.TOO_MANY_BYTES
    many = docx(tmp_path / "b.docx", "<w:p/>" * 1_000_100)
    assert refused(many).code == ProblemCode.TOO_MANY_BYTES


def test_a_directory_of_a_hundred_thousand_members_is_refused_unread(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("word/document.xml", "x")
        for at in range(25_000):
            archive.writestr(f"x{at}", "")
    assert refused(tmp_path / "a.docx").code == ProblemCode.TOO_MANY_BYTES


@pytest.mark.parametrize("name", ["../../evil.txt", "..\\evil.txt", "C:/evil.txt", "word/../../x"])
def test_names_that_lead_out_are_refused(tmp_path, name):
    path = docx(tmp_path / "a.docx", paragraph("x"))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, "x")
    assert refused(path).code == ProblemCode.DAMAGED_FILE


def test_external_pictures_and_templates_are_not_fetched(tmp_path, monkeypatch):
    import socket

    def no_network(*args, **kwargs):
        raise AssertionError("something was fetched")

    monkeypatch.setattr(socket, "socket", no_network)
    path = docx(tmp_path / "a.docx", paragraph("x") + pasted("far"))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(
            "word/_rels/document.xml.rels",
            '<Relationships><Relationship Id="far" Target="http://127.0.0.1:9/a.png" TargetMode="External"/>'
            "</Relationships>",
        )
    ((line,),) = [page.lines for page in pages(path)]
    assert line.text == "x"


@pytest.mark.parametrize("keep", [0.2, 0.6, 0.95])
def test_a_truncated_word_file_is_damaged(tmp_path, keep):
    data = docx(tmp_path / "a.docx", paragraph("Kế hoạch")).read_bytes()
    (tmp_path / "b.docx").write_bytes(data[: int(len(data) * keep)])
    assert refused(tmp_path / "b.docx").code == ProblemCode.DAMAGED_FILE
