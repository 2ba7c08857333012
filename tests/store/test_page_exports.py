"""Searchable PDF, PDF/A and ALTO: each word stands in its own box, on straight pages and on tilted ones."""

from __future__ import annotations

import re
import subprocess
from html import unescape
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from lxml import etree
from PIL import Image

from pipeline.schema import (
    Document,
    FieldValue,
    Header,
    LineWord,
    Mark,
    NumberValue,
    PageLine,
    PageRecord,
    ProvenanceStep,
    Source,
    Status,
)
from pipeline.store.exports.alto import alto_of
from pipeline.store.exports.pdf import searchable_pdf
from pipeline.store.formats import LeftOutError

SIZE = (1240, 1754)  # A4 at 150 dpi
POINTS = 72 / 150
LINES = ["Thực hiện Kế hoạch phát động phong trào thi đua “Đẩy mạnh", "công tác dân vận chính quyền” của xã Đồng Tiến"]
LOWER, STEP = 40, 14  # pixels: a line's height, a letter's width
Edges = tuple[float, float, float, float]


def tilted_page(tilt: float) -> PageRecord:
    """A page whose lines sink by `tilt` pixels for each pixel to the right, each word in the box around it."""
    lines = []
    for row, text in enumerate(LINES):
        words, at = [], 0
        for word in text.split():
            left, right = 150 + at * STEP, 150 + (at + len(word)) * STEP
            top = 300 + row * 60 + tilt * left
            low = round(min(0, tilt * (right - left)))
            high = round(LOWER + max(0, tilt * (right - left)))
            lean = abs(tilt) * LOWER / 2
            bbox = [round(left - lean), round(top) + low, round(right + lean), round(top) + high]
            words.append(LineWord(bbox=bbox, confidence=0.9))
            at += len(word) + 1
        boxes = [word.bbox for word in words]
        around = [boxes[0][0], min(b[1] for b in boxes), boxes[-1][2], max(b[3] for b in boxes)]
        lines.append(PageLine(text=text, raw=text, bbox=around, confidence=0.9, words=words))
    seal = Mark(kind="seal", bbox=[700, 1200, 950, 1450])
    return PageRecord(number=1, width=SIZE[0], height=SIZE[1], text_source="ocr", lines=lines, marks=[seal])


def scan(page: PageRecord, media_type: str = "image/png") -> Document:
    return Document(
        doc_id="sha256:a",
        source=Source(path="kh.png", sha256="a", bytes=1, media_type=media_type, page_count=1),
        status=Status.OK,
        header=Header(
            issuing_body=FieldValue(value="UBND XÃ ĐỒNG TIẾN"),
            number=NumberValue(value="28/KH-UBND", complete=True),
            document_type=FieldValue(value="KẾ HOẠCH"),
            subject=FieldValue(value="Phát động thi đua"),
        ),
        pages=[page],
        provenance=[ProvenanceStep(step="ocr", tool="sohoa", version="1")],
    )


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    Image.new("L", SIZE, 255).save(tmp_path / "kh.png", dpi=(150, 150))
    return tmp_path / "kh.png"


def made(document: Document, source: Path, name: str = "made.pdf", *, archival: bool = False) -> Path:
    path = source.parent / name
    path.write_bytes(searchable_pdf(document, source, archival=archival))
    return path


def words_of(line: PageLine) -> list[tuple[str, LineWord]]:
    return list(zip(line.text.split(), line.words, strict=True))


def within(found: Edges, page_box: list[int], slack: float) -> bool:
    left, top, right, bottom = (edge * POINTS for edge in page_box)
    inside = found[0] >= left - slack and found[2] <= right + slack
    return inside and found[1] >= top - slack and found[3] <= bottom + slack


@pytest.mark.parametrize("tilt", [0.0, 0.04, -0.04])
def test_pdftotext_and_pdfium_find_each_word_in_its_own_box(tilt: float, picture: Path) -> None:
    page = tilted_page(tilt)
    path = made(scan(page), picture)
    expected = [(text, word.bbox) for line in page.lines for text, word in words_of(line)]
    done = subprocess.run(["pdftotext", "-bbox", path, "-"], capture_output=True, check=True, text=True)
    number = r'"(-?[\d.]+)"'
    pattern = rf"<word xMin={number} yMin={number} xMax={number} yMax={number}>(.*?)</word>"
    poppler = [
        (unescape(text), (float(a), float(b), float(c), float(d)))
        for a, b, c, d, text in re.findall(pattern, done.stdout)
    ]
    assert sorted(text for text, _ in poppler) == sorted(text for text, _ in expected)
    for text, box in expected:
        assert any(one == text and within(found, box, 1.0) for one, found in poppler), (text, box, poppler)
    with pypdfium2.PdfDocument(path) as pdf:
        high = pdf[0].get_height()
        textpage = pdf[0].get_textpage()
        assert " ".join(textpage.get_text_range().split()) == " ".join(LINES)
        for text, (left, top, right, bottom) in expected:
            corners = (left * POINTS - 1, high - bottom * POINTS - 1, right * POINTS + 1, high - top * POINTS + 1)
            assert text in textpage.get_text_bounded(*corners)


def test_title_and_author_are_the_documents(picture: Path) -> None:
    with pikepdf.open(made(scan(tilted_page(0)), picture)) as pdf, pdf.open_metadata() as about:
        assert about["dc:title"] == "KẾ HOẠCH số 28/KH-UBND: Phát động thi đua"
        assert about["dc:creator"] == ["UBND XÃ ĐỒNG TIẾN"]
        assert str(pdf.docinfo["/Author"]) == "UBND XÃ ĐỒNG TIẾN"
        assert str(pdf.Root.Lang) == "vi"


def test_pdf_a_declares_itself_and_has_its_colours_and_no_scripts(picture: Path) -> None:
    source = picture.parent / "source.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        pdf.Root.OpenAction = script
        hidden = pikepdf.Dictionary(Subtype=pikepdf.Name.Text, F=2, Rect=pikepdf.Array([0, 0, 9, 9]))
        pdf.pages[0].obj.Annots = pikepdf.Array([pdf.make_indirect(hidden)])
        pdf.save(source)
    path = made(scan(tilted_page(0), "application/pdf"), source, archival=True)
    with pikepdf.open(path) as pdf, pdf.open_metadata() as about:
        assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("2", "B")
        assert pdf.Root.OutputIntents[0].S == pikepdf.Name.GTS_PDFA1
        assert len(pdf.Root.OutputIntents[0].DestOutputProfile.read_bytes()) > 100
        assert "/OpenAction" not in pdf.Root
        assert len(pdf.pages[0].obj.Annots) == 0
        assert "/ID" in pdf.trailer
        assert "/Filter" not in pdf.Root.Metadata
    with pypdfium2.PdfDocument(path) as pdf:
        assert LINES[0] in pdf[0].get_textpage().get_text_range()


def test_pdf_a_is_refused_where_print_would_change(picture: Path) -> None:
    source = picture.parent / "source.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        pdf.pages[0].add_resource(font, pikepdf.Name.Font, pikepdf.Name.F1)
        pdf.pages[0].contents_add(b"BT /F1 12 Tf 50 100 Td (Signed) Tj ET")
        pdf.save(source)
    with pytest.raises(LeftOutError, match="Helvetica"):
        made(scan(tilted_page(0), "application/pdf"), source, archival=True)


@pytest.mark.parametrize("tilt", [0.0, 0.04])
def test_alto_is_valid_and_has_words_blanks_and_the_lines_lie(tilt: float) -> None:
    page = tilted_page(tilt)
    alto = etree.fromstring(alto_of(scan(page)))
    etree.RelaxNG(etree.parse(Path(__file__).with_name("alto_subset.rng"))).assertValid(alto)
    names = {"a": alto.nsmap[None]}
    lines = alto.findall(".//a:TextLine", names)
    for line, printed in zip(lines, page.lines, strict=True):
        strings = line.findall("a:String", names)
        assert [string.get("CONTENT") for string in strings] == printed.text.split()
        assert [int(string.get("HPOS", "")) for string in strings] == [word.bbox[0] for word in printed.words]
        assert {string.get("WC") for string in strings} == {"0.9000"}
        assert len(line.findall("a:SP", names)) == len(strings) - 1
        (x1, y1), (x2, y2) = (map(int, end.split(",")) for end in (line.get("BASELINE") or "").split())
        assert (y2 - y1) / (x2 - x1) == pytest.approx(tilt, abs=0.003)


def test_a_document_of_an_earlier_version_has_its_words_in_shares_of_the_line() -> None:
    page = tilted_page(0)
    older = page.model_copy(update={"lines": [line.model_copy(update={"words": []}) for line in page.lines]})
    alto = etree.fromstring(alto_of(scan(older)))
    found = [int(string.get("HPOS", "")) for string in alto.iter("{*}String")]
    assert found == pytest.approx([word.bbox[0] for line in page.lines for word in line.words], abs=2)
