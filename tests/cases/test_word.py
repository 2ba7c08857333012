"""Word files as offices make them: nothing that Word prints is dropped, nothing that it does not print comes in."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from pipeline.intake.word.convert_doc import find_converter
from pipeline.training.legacy_encoders import ENCODERS, LegacyEncoding
from tests.cases.facts import document_of, marks_of, problems_of, text_of
from tests.cases.plans import (
    BODY,
    CLOSING,
    HEAD_LEFT,
    HEAD_RIGHT,
    RECIPIENTS,
    TITLE,
    WordPlan,
    differences,
    part,
    word_paragraph,
    write_docx,
)

PLAN = WordPlan()
TRACKED = 'w:id="7" w:author="x" w:date="2024-05-01T00:00:00Z"'
needs_office = pytest.mark.skipif(find_converter() is None, reason="LibreOffice is not installed")


def docx_bytes(body: str) -> bytes:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return write_docx(Path(folder, "a.docx"), body).read_bytes()


# ------------------------------------------------------------------ page headers and footers


@pytest.mark.parametrize("kind", ["first", "default"])
@pytest.mark.parametrize("two_sided", [False, True])
def test_a_letterhead_in_the_page_header_is_the_letterhead(kind: str, two_sided: bool, tmp_path: Path) -> None:
    section = (
        f'<w:sectPr><w:headerReference w:type="{kind}" r:id="rId1"/>{"<w:titlePg/>" * (kind == "first")}</w:sectPr>'
    )
    parts = {"header1.xml": part("hdr", PLAN.head)}
    if two_sided:
        parts["settings.xml"] = part("settings", "<w:evenAndOddHeaders/>")
    path = write_docx(
        tmp_path / "a.docx", PLAN.title + PLAN.body + PLAN.closing + section, parts, [("header", "header1.xml")]
    )
    assert differences(path) == {}
    assert document_of(path).problems == []


def test_a_letterhead_in_the_header_of_even_pages_is_the_letterhead(tmp_path: Path) -> None:
    section = '<w:sectPr><w:headerReference w:type="even" r:id="rId1"/></w:sectPr>'
    parts = {"header1.xml": part("hdr", PLAN.head), "settings.xml": part("settings", "<w:evenAndOddHeaders/>")}
    path = write_docx(
        tmp_path / "a.docx", PLAN.title + PLAN.body + PLAN.closing + section, parts, [("header", "header1.xml")]
    )
    assert differences(path) == {}


def test_a_letterhead_in_a_text_box_of_the_page_header(tmp_path: Path) -> None:
    shape = f"<v:shape><v:textbox><w:txbxContent>{PLAN.head}</w:txbxContent></v:textbox></v:shape>"
    box = f"<w:p><w:r><w:pict>{shape}</w:pict></w:r></w:p>"
    section = '<w:sectPr><w:headerReference w:type="default" r:id="rId1"/></w:sectPr>'
    path = write_docx(
        tmp_path / "a.docx",
        PLAN.title + PLAN.body + PLAN.closing + section,
        {"header1.xml": part("hdr", box)},
        [("header", "header1.xml")],
    )
    assert differences(path) == {}


def test_a_running_head_and_a_page_number_are_marks(tmp_path: Path) -> None:
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="rId1"/>'
        '<w:footerReference w:type="default" r:id="rId2"/></w:sectPr>'
    )
    parts = {
        "header1.xml": part("hdr", word_paragraph("Kế hoạch trồng cây xanh")),
        "footer1.xml": part("ftr", word_paragraph("Trang 2")),
    }
    path = write_docx(
        tmp_path / "a.docx", PLAN.whole + section, parts, [("header", "header1.xml"), ("footer", "footer1.xml")]
    )
    assert differences(path) == {}
    told = {text for _, text in marks_of(document_of(path))}
    assert {"Kế hoạch trồng cây xanh", "Trang 2"} <= told


def test_a_letterhead_in_the_body_and_again_in_the_header_is_read_once(tmp_path: Path) -> None:
    section = '<w:sectPr><w:headerReference w:type="default" r:id="rId1"/></w:sectPr>'
    path = write_docx(
        tmp_path / "a.docx", PLAN.whole + section, {"header1.xml": part("hdr", PLAN.head)}, [("header", "header1.xml")]
    )
    assert differences(path) == {}


def test_a_header_that_word_does_not_print_is_left_out(tmp_path: Path) -> None:
    section = '<w:sectPr><w:headerReference w:type="first" r:id="rId1"/></w:sectPr>'  # no w:titlePg
    parts = {"header1.xml": part("hdr", word_paragraph("BẢN NHÁP"))}
    path = write_docx(tmp_path / "a.docx", PLAN.whole + section, parts, [("header", "header1.xml")])
    assert differences(path) == {}
    assert "BẢN NHÁP" not in str(document_of(path))


def test_a_closing_in_the_footer_is_the_closing(tmp_path: Path) -> None:
    section = '<w:sectPr><w:footerReference w:type="default" r:id="rId1"/></w:sectPr>'
    path = write_docx(
        tmp_path / "a.docx",
        PLAN.head + PLAN.title + PLAN.body + section,
        {"footer1.xml": part("ftr", PLAN.closing)},
        [("footer", "footer1.xml")],
    )
    assert differences(path) == {}


# ------------------------------------------------------------------ parts of another kind


def html_body(text: str = "") -> str:
    return (
        "<html><head><title>Không in</title></head><body>"
        + (text or "".join(f"<p>{t}</p>" for t in BODY))
        + "</body></html>"
    )


def rtf(lines: tuple[str, ...]) -> bytes:
    escaped = "\\par ".join("".join(char if char.isascii() else f"\\u{ord(char)}?" for char in line) for line in lines)
    return ("{\\rtf1\\ansi " + escaped + "\\par}").encode("ascii")


MHTML = (
    "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=XX\n\n--XX\nContent-Type: text/html; charset=utf-8\n"
    "Content-Transfer-Encoding: base64\n\n{}\n--XX--\n"
)


def mhtml(page: str) -> bytes:
    import base64

    return MHTML.format(base64.encodebytes(page.encode()).decode()).encode()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("chunk.html", html_body().encode()),
        ("chunk.htm", html_body().encode("utf-16")),
        ("chunk.mht", mhtml(html_body())),
        ("chunk.txt", "\n".join(BODY).encode()),
        ("chunk.docx", docx_bytes(PLAN.body)),
        pytest.param("chunk.rtf", rtf(BODY), marks=needs_office),
    ],
)
def test_a_part_of_another_kind_stands_where_it_is_named(name: str, content: bytes, tmp_path: Path) -> None:
    body = PLAN.head + PLAN.title + '<w:altChunk r:id="rId1"/>' + PLAN.closing
    path = write_docx(tmp_path / "a.docx", body, {name: content}, [("aFChunk", name)])
    assert differences(path) == {}
    assert document_of(path).problems == []


def test_a_part_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    body = PLAN.head + PLAN.title + '<w:altChunk r:id="rId1"/>' + PLAN.closing
    for number, parts in enumerate(({}, {"chunk.docx": b"PK\x03\x04 no container"})):
        path = write_docx(tmp_path / f"{number}.docx", body, parts, [("aFChunk", "chunk.docx")])
        document = document_of(path)
        assert any("chunk.docx" in told for _, told in problems_of(document))
        assert document.status == "partial"


def test_a_part_that_holds_itself_ends(tmp_path: Path) -> None:
    inner = docx_bytes('<w:altChunk r:id="rId1"/>' + PLAN.body)
    for _ in range(6):
        body = word_paragraph("Kế hoạch") + '<w:altChunk r:id="rId1"/>'
        path = write_docx(tmp_path / "in.docx", body, {"chunk.docx": inner}, [("aFChunk", "chunk.docx")])
        inner = path.read_bytes()
    assert any("parts lie in parts" in told for _, told in problems_of(document_of(tmp_path / "in.docx")))


def test_html_is_read_as_it_shows(tmp_path: Path) -> None:
    page = html_body(
        "<ol type=I><li><b>MỤC ĐÍCH, YÊU CẦU</b></li></ol><p style='display:none'>Ẩn</p><script>var a</script>"
        "<div align=center><b>Chương I</b></div><table><tr><td>Cột một</td><td>Cột hai</td></tr></table>"
        "<p>Dòng một<br>dòng hai</p>Ngoài thẻ"
    )
    body = '<w:altChunk r:id="rId1"/>'
    document = document_of(write_docx(tmp_path / "a.docx", body, {"c.html": page.encode()}, [("aFChunk", "c.html")]))
    assert text_of(document).splitlines() == [
        "I. MỤC ĐÍCH, YÊU CẦU", "Chương I", "Cột một", "Cột hai", "Dòng một", "dòng hai", "Ngoài thẻ",
    ]  # fmt: skip


# ------------------------------------------------------------------ tracked changes

NUMBERING = part(
    "numbering",
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/>'
    '<w:lvlText w:val="%1."/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
    '<w:lvlText w:val="%2."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
)


def item(content: str, level: int = 1, mark: str = "") -> str:
    number = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>'
    return f"<w:p><w:pPr>{number}<w:rPr>{mark}</w:rPr></w:pPr>{content}</w:p>"


def run(text: str, tag: str = "t") -> str:
    return f'<w:r><w:{tag} xml:space="preserve">{text}</w:{tag}></w:r>'


DELETED = f"<w:del {TRACKED}/>"


def tracked(name: str, text: str) -> str:
    return f"<w:{name} {TRACKED}>{run(text, 'delText' if name == 'del' else 't')}</w:{name}>"


@pytest.mark.parametrize(
    ("items", "shown"),
    [
        ([item(tracked("del", "Bỏ."), mark=DELETED)], []),
        ([item(tracked("moveFrom", "Chuyển."), mark=f"<w:moveFrom {TRACKED}/>")], []),
        ([item(tracked("del", "Bỏ."))], []),
        ([item(tracked("ins", "Thêm."), mark=f"<w:ins {TRACKED}/>")], ["2. Thêm."]),
        ([item(tracked("moveTo", "Đến."), mark=f"<w:moveTo {TRACKED}/>")], ["2. Đến."]),
        ([item(run("Nửa ") + tracked("del", "bỏ"), mark=DELETED), item(run("còn lại."))], ["2. Nửa còn lại."]),
        ([item(run("Giữ ") + tracked("del", "bỏ ") + tracked("ins", "thêm"))], ["2. Giữ thêm"]),
        ([item(tracked("del", "A"), mark=DELETED), item(tracked("del", "B"), mark=DELETED)], []),
    ],
)
def test_numbers_count_what_tracked_changes_leave(items: list[str], shown: list[str], tmp_path: Path) -> None:
    body = item(run("MỤC ĐÍCH"), 0) + item(run("Đầu.")) + "".join(items) + item(run("Cuối."))
    path = write_docx(tmp_path / "a.docx", body, {"numbering.xml": NUMBERING})
    last = f"{len(shown) + 2}. Cuối."
    assert text_of(document_of(path)).splitlines() == ["I. MỤC ĐÍCH", "1. Đầu.", *shown, last]


# ------------------------------------------------------------------ symbols, controls, boxes


@pytest.mark.parametrize(
    ("sign", "shown"),
    [
        ('<w:sym w:font="Wingdings" w:char="F0E0"/>', "→"),
        ('<w:sym w:font="Wingdings" w:char="00E0"/>', "→"),
        ('<w:sym w:font="Symbol" w:char="F0B3"/>', "≥"),
        ('<w:sym w:font="Wingdings" w:char="F0FE"/>', "☑"),
        ('<w:sym w:font="Wingdings 2" w:char="F052"/>', "☑"),
        ("<w:t>\uf0e0</w:t>", "→"),
        ("<w:t>\uf0b7</w:t>", "•"),
    ],
)
def test_signs_of_symbol_fonts(sign: str, shown: str, tmp_path: Path) -> None:
    body = f"<w:p>{run('7h00 ')}<w:r>{sign}</w:r>{run(' 9h00')}</w:p>"
    assert text_of(document_of(write_docx(tmp_path / "a.docx", body))) == f"7h00 {shown} 9h00"


def test_a_letter_set_in_wingdings_is_the_sign_that_it_shows(tmp_path: Path) -> None:
    arrow = '<w:r><w:rPr><w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/></w:rPr><w:t>à</w:t></w:r>'
    assert text_of(document_of(write_docx(tmp_path / "a.docx", f"<w:p>{run('A ')}{arrow}</w:p>"))) == "A →"


def test_a_content_control_that_only_prompts_prints_nothing(tmp_path: Path) -> None:
    def control(properties: str, text: str) -> str:
        return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{run(text)}</w:sdtContent></w:sdt>"

    body = f"<w:p>{control('<w:showingPlcHdr/>', 'Bấm vào đây để nhập')}{control('', 'Số: 12/KH-UBND')}</w:p>"
    assert text_of(document_of(write_docx(tmp_path / "a.docx", body))) == "Số: 12/KH-UBND"


@pytest.mark.parametrize("anchored", ["title", "body"])
def test_a_letterhead_in_a_text_box_stands_above_what_it_is_anchored_to(anchored: str, tmp_path: Path) -> None:
    box = (
        "<w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx><w:txbxContent>"
        + PLAN.head
        + "</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>"
        + PLAN.head
        + "</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    at = "<w:p>" if anchored == "body" else PLAN.title[: PLAN.title.index("<w:r>")]
    empty = f"<w:p>{box}</w:p>" if anchored == "body" else ""
    title = PLAN.title if anchored == "body" else at + box + PLAN.title[len(at) :]
    assert differences(write_docx(tmp_path / "a.docx", empty + title + PLAN.body + PLAN.closing)) == {}


def test_endnotes_are_footnotes(tmp_path: Path) -> None:
    body = f'<w:p>{run("Kinh phí")}<w:r><w:endnoteReference w:id="2"/></w:r></w:p>'
    notes = part("endnotes", f'<w:endnote w:id="2"><w:p>{run("Theo dự toán năm 2024")}</w:p></w:endnote>')
    document = document_of(write_docx(tmp_path / "a.docx", body, {"endnotes.xml": notes}))
    assert ("footnote", "Theo dự toán năm 2024") in marks_of(document)


# ------------------------------------------------------------------ fonts from before Unicode

FONT = '<w:rFonts w:ascii="{0}" w:hAnsi="{0}"/>'


@pytest.mark.parametrize(
    ("encoding", "font", "capital_font"),
    [
        (LegacyEncoding.TCVN3, ".VnTime", ".VnTimeH"),
        (LegacyEncoding.TCVN3, ".VnArial", ".VnArialH"),
        (LegacyEncoding.TCVN3, ".VnTime", ".VnTime"),
        (LegacyEncoding.VNI, "VNI-Times", "VNI-Times"),
    ],
)
def test_fonts_tell_the_encoding_of_a_whole_plan(
    encoding: LegacyEncoding, font: str, capital_font: str, tmp_path: Path
) -> None:
    def written(text: str) -> str:
        if capital_font.endswith("H") and text.isupper():
            text = text.lower()
        return ENCODERS[encoding](text)

    plan = WordPlan(run=FONT.format(font), capitals=FONT.format(capital_font), written=written)
    assert differences(write_docx(tmp_path / "a.docx", plan.whole)) == {}


def test_a_soft_hyphen_of_a_tcvn3_font_is_its_letter(tmp_path: Path) -> None:
    font = FONT.format(".VnTime")
    run_ = f"<w:r><w:rPr>{font}</w:rPr>"
    body = f"<w:p>{run_}<w:t>Nhµ n</w:t><w:softHyphen/><w:t>íc ph¸t tr</w:t></w:r>"
    body += f"{run_}<w:softHyphen/><w:t>ëng</w:t></w:r></w:p>" + word_paragraph("§Þnh h\u00adíng", run=font)
    assert text_of(document_of(write_docx(tmp_path / "a.docx", body))).splitlines() == [
        "Nhà nước phát trưởng",
        "Định hướng",
    ]


def test_unicode_text_in_an_old_font_stays(tmp_path: Path) -> None:
    plan = WordPlan(run=FONT.format(".VnTime"))
    assert differences(write_docx(tmp_path / "a.docx", plan.whole)) == {}


def test_a_document_of_both_has_each_read_its_way(tmp_path: Path) -> None:
    old = WordPlan(run=FONT.format(".VnTime"), written=ENCODERS[LegacyEncoding.TCVN3])
    path = write_docx(tmp_path / "a.docx", PLAN.head + PLAN.title + old.body + PLAN.closing)
    assert differences(path) == {}


@pytest.mark.parametrize("times", [1, 2])
def test_misread_utf8_in_a_word_file(times: int, tmp_path: Path) -> None:
    def written(text: str) -> str:
        for _ in range(times):
            text = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in text.encode())
        return text

    plan = WordPlan(written=written)
    assert differences(write_docx(tmp_path / "a.docx", plan.whole)) == {}


# ------------------------------------------------------------------ other kinds of Word files


def office(path: Path, target: str) -> Path:
    subprocess.run(
        [find_converter() or "soffice", f"-env:UserInstallation={(path.parent / 'profile').as_uri()}", "--headless",
         "--convert-to", target, "--outdir", str(path.parent / "out"), str(path)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return next((path.parent / "out").iterdir())


@needs_office
@pytest.mark.slow
@pytest.mark.parametrize("target", ["doc", "rtf", "odt"])
@pytest.mark.parametrize("encoding", [None, LegacyEncoding.TCVN3])
def test_plans_saved_in_older_formats(target: str, encoding: LegacyEncoding | None, tmp_path: Path) -> None:
    plan = PLAN
    if encoding is not None:
        plan = WordPlan(
            run=FONT.format(".VnTime"),
            capitals=FONT.format(".VnTimeH"),
            written=lambda text: ENCODERS[encoding](text.lower() if text.isupper() else text),
        )
    assert differences(office(write_docx(tmp_path / "a.docx", plan.whole), target)) == {}


def html_plan() -> str:
    def cell(lines: tuple[str, ...]) -> str:
        return "<td>" + "".join(f"<p align=center><b>{line}</b></p>" for line in lines) + "</td>"

    title = "".join(f"<p align=center><b>{line}</b></p>" for line in TITLE)
    foot = "".join(f"<p>{line}</p>" for line in RECIPIENTS)
    return (
        "<html xmlns:w='urn:schemas-microsoft-com:office:word'><head><meta charset=utf-8></head><body><table><tr>"
        f"{cell(HEAD_LEFT)}{cell(HEAD_RIGHT)}</tr></table>{title}{''.join(f'<p>{t}</p>' for t in BODY)}"
        f"<table><tr><td>{foot}</td>{cell(CLOSING)}</tr></table></body></html>"
    )


@pytest.mark.parametrize("content", [html_plan().encode(), mhtml(html_plan())], ids=["html", "mhtml"])
def test_a_web_page_saved_as_doc_is_a_word_file(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "plan.doc").write_bytes(content)
    assert differences(tmp_path / "plan.doc") == {}


# ------------------------------------------------------------------ what the reader knows nothing of


@pytest.mark.parametrize(
    "run",
    [
        "<w:ruby><w:rubyBase><w:r><w:t>Phần chữ lạ</w:t></w:r></w:rubyBase></w:ruby>",
        "<w:futureThing><w:r><w:t>Phần chữ lạ</w:t></w:r></w:futureThing>",
        '<w:pict><v:shape><v:textpath string="Phần chữ lạ"/></v:shape></w:pict>',
    ],
)
def test_text_that_no_page_shows_is_told(run: str, tmp_path: Path) -> None:
    path = write_docx(
        tmp_path / "a.docx", PLAN.head + PLAN.title + PLAN.body + PLAN.closing + f"<w:p><w:r>{run}</w:r></w:p>"
    )
    document = document_of(path)
    assert "Phần chữ lạ" in text_of(document) or any(
        code == "text_lost" and "phan" in message for code, message in problems_of(document)
    )
