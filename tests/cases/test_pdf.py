"""Born-digital PDFs as programs make them: what is on the paper is read, once, upright, and nothing else is."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from pipeline.vietnamese.folding import strip_marks
from tests.cases.facts import document_of, marks_of, problems_of, text_of
from tests.cases.plans import HEIGHT, WIDTH, Placed, differences, draw_plainly, pdf_of

Faces = tuple[str, str]


def saved(pdf: pikepdf.Pdf, path: Path) -> Path:
    pdf.save(path)
    return path


def plan_pdf(draw: Callable[[Canvas, Sequence[Placed], Faces, float], None] = draw_plainly) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf_of(draw)))


# ------------------------------------------------------------------ print that was doubled


def doubled(across: float, down: float, times: int, unit: str, everything: bool):
    def draw(canvas: Canvas, placed: Sequence[Placed], faces: Faces, size: float) -> None:
        for line in placed:
            face, points = faces[line.bold], size - 1 if line.part in ("head", "title", "closing") else size
            canvas.setFont(face, points)
            parts, x = {"line": [line.text], "word": line.text.split(" "), "letter": list(line.text)}[unit], line.x
            for part in parts:
                shown = part + (" " if unit == "word" else "")
                for again in range(times if line.bold or everything else 1):
                    canvas.drawString(x + again * across, line.y + again * down, part)
                x += canvas.stringWidth(shown, face, points)

    return draw


OFFSETS = [(0, 0), (0.2, 0), (0.35, 0), (0.6, 0), (0, 0.3), (0.4, -0.4), (1, -1), (1.5, 0), (-0.35, 0), (0, -1.5)]


@pytest.mark.parametrize("unit", ["line", "word", "letter"])
@pytest.mark.parametrize(("across", "down"), OFFSETS)
def test_doubled_print_is_read_once(across: float, down: float, unit: str, tmp_path: Path) -> None:
    if unit == "letter" and across > 1:
        pytest.skip("letters set one by one so far apart close the blanks between words")
    everything = (across, down) == (0.35, 0)
    path = saved(plan_pdf(doubled(across, down, 2, unit, everything)), tmp_path / "a.pdf")
    assert differences(path) == {}


def test_print_of_three_layers_is_read_once(tmp_path: Path) -> None:
    assert differences(saved(plan_pdf(doubled(0.3, 0, 3, "line", False)), tmp_path / "a.pdf")) == {}


@pytest.mark.parametrize(("across", "down"), [(2.5, -2.5), (3, 0)])
def test_a_shadow_is_no_text(across: float, down: float, tmp_path: Path) -> None:
    assert differences(saved(plan_pdf(doubled(across, down, 2, "line", False)), tmp_path / "a.pdf")) == {}


# ------------------------------------------------------------------ layers that are switched off

GROUP = pikepdf.Dictionary


def with_layer(pdf: pikepdf.Pdf, how: str, kind: str) -> pikepdf.Pdf:
    """`pdf` with an item and a word of draft in a layer that is off (or on, how == 'on')."""
    group = pdf.make_indirect(GROUP(Type=pikepdf.Name.OCG, Name="Nháp"))
    usual = GROUP()
    if how == "off":
        usual.OFF = pikepdf.Array([group])
    elif how == "base":
        usual.BaseState = pikepdf.Name.OFF
    elif how in ("as print", "as view"):
        event = how.split()[1].capitalize()
        group.Usage = GROUP({f"/{event}": GROUP({f"/{event}State": pikepdf.Name.OFF})})
        usual.AS = pikepdf.Array(
            [
                GROUP(
                    Event=pikepdf.Name(f"/{event}"),
                    Category=pikepdf.Array([pikepdf.Name(f"/{event}")]),
                    OCGs=pikepdf.Array([group]),
                )
            ]
        )
    pdf.Root.OCProperties = GROUP(OCGs=pikepdf.Array([group]), D=usual)
    member = group
    if kind == "membership":
        member = pdf.make_indirect(GROUP(Type=pikepdf.Name.OCMD, OCGs=group, P=pikepdf.Name.AllOn))
    elif kind == "expression":
        rule = pikepdf.Array([pikepdf.Name.Not, pikepdf.Array([pikepdf.Name.Not, group])])
        member = pdf.make_indirect(GROUP(Type=pikepdf.Name.OCMD, VE=rule))
    page = pdf.pages[0]
    font = "/F1"
    shown = f"BT {font} 12 Tf 100 110 Td (NHAP LAN 2) Tj 0 -40 Td (4. Hidden item 2.000.000) Tj ET".encode()
    resources = GROUP(Font=page.Resources.Font)
    if kind in ("form", "nested form"):
        form = pdf.make_stream(shown, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 600, 850])
        form.Resources = resources
        if kind == "form":
            form.OC = member
        else:
            form.OC = member
            outer = pdf.make_stream(b"/Inner Do", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
            outer.BBox = pikepdf.Array([0, 0, 600, 850])
            outer.Resources = GROUP(XObject=GROUP(Inner=form))
            form = outer
        page.Resources.XObject = GROUP(Hidden=form)
        content = b"q /Hidden Do Q"
    else:
        page.Resources.Properties = GROUP(MC0=member)
        content = b"/OC /MC0 BDC /Span <</Lang (vi)>> BDC " + shown + b" EMC EMC"
    page.contents_add(content)
    return pdf


@pytest.mark.parametrize("kind", ["marked", "membership", "expression", "form", "nested form"])
@pytest.mark.parametrize("how", ["off", "base", "as print", "as view"])
def test_what_a_switched_off_layer_paints_is_not_there(how: str, kind: str, tmp_path: Path) -> None:
    path = saved(with_layer(plan_pdf(), how, kind), tmp_path / "a.pdf")
    assert differences(path) == {}
    assert "NHAP" not in str(document_of(path))


@pytest.mark.parametrize("kind", ["marked", "form", "nested form"])
def test_what_a_layer_that_is_on_paints_is_there(kind: str, tmp_path: Path) -> None:
    path = saved(with_layer(plan_pdf(), "on", kind), tmp_path / "a.pdf")
    assert "NHAP LAN 2" in strip_marks(text_of(document_of(path)))


# ------------------------------------------------------------------ pages that stand turned


def turned(quarter: int):
    def draw(canvas: Canvas, placed: Sequence[Placed], faces: Faces, size: float) -> None:
        if quarter % 2:
            canvas.setPageSize((HEIGHT, WIDTH))
        across, down = {1: (0, WIDTH), 2: (WIDTH, HEIGHT), 3: (HEIGHT, 0), 0: (0, 0)}[quarter]
        canvas.translate(across, down)
        canvas.rotate(-90 * quarter)
        draw_plainly(canvas, placed, faces, size)

    return draw


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("quarter", [0, 1, 2, 3])
def test_text_on_its_side_or_head_is_read_upright(quarter: int, rotate: int, tmp_path: Path) -> None:
    pdf = plan_pdf(turned(quarter))
    pdf.pages[0].Rotate = rotate
    assert differences(saved(pdf, tmp_path / "a.pdf")) == {}


def test_the_picture_of_a_turned_page_is_turned_with_its_text(tmp_path: Path) -> None:
    from pipeline.intake import open_source
    from pipeline.settings import IntakeSettings

    shown = {}
    for quarter in (0, 1, 2, 3):
        path = saved(plan_pdf(turned(quarter)), tmp_path / f"{quarter}.pdf")
        with open_source(path, IntakeSettings()) as source:
            (page,) = source.pages()
            assert page.image is not None
            assert page.layer is not None
            shown[quarter] = page.image.load()
            assert shown[quarter].shape[:2] == page.image.size[::-1]
            word = next(word for word in page.layer.words if word.text == "KẾ")
            assert word.box is not None
            assert shown[quarter][word.box.top : word.box.bottom, word.box.left : word.box.right].min() < 100
            # pages may be asked for again
            assert next(iter(source.pages())).layer == page.layer
    for quarter in (1, 2, 3):
        small = [cv2.resize(shown[at], (248, 351), interpolation=cv2.INTER_AREA) for at in (0, quarter)]
        assert np.corrcoef(small[0].ravel(), small[1].ravel())[0, 1] > 0.9


# ------------------------------------------------------------------ annotations


def gaps(*missing: str):
    def draw(canvas: Canvas, placed: Sequence[Placed], faces: Faces, size: float) -> None:
        for line in placed:
            text = line.text
            for word in missing:
                if line.part == "head" and word in text:
                    before = text[: text.index(word)]
                    canvas.setFont(faces[line.bold], size - 1)
                    PLACES[word] = line.x + canvas.stringWidth(before, faces[line.bold], size - 1), line.y
                    rest = text[len(before) + len(word) :]
                    canvas.drawString(
                        PLACES[word][0] + canvas.stringWidth(word, faces[line.bold], size - 1), line.y, rest
                    )
                    text = before
            draw_plainly(canvas, [Placed(text, line.x, line.y, line.bold, line.part)], faces, size)

    return draw


PLACES: dict[str, tuple[float, float]] = {}


def note(pdf: pikepdf.Pdf, text: str, kind: str, **more: object) -> pikepdf.Object:
    x, y = PLACES[text]
    made = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FreeText, Rect=[x - 1, y - 3, x + 16, y + 11], F=4, **more
    )
    if kind.startswith("field"):
        made.Subtype = pikepdf.Name.Widget
        if kind == "field of a parent":
            parent = pikepdf.Dictionary(FT=pikepdf.Name.Tx, V=pikepdf.String(text), T=pikepdf.String("so"))
            made.Parent = pdf.make_indirect(parent)
        else:
            made.FT = pikepdf.Name.Ch if kind == "field of a choice" else pikepdf.Name.Tx
            made.V, made.T = pikepdf.String(text), pikepdf.String("so")
    else:
        made.Contents = pikepdf.String(text)
    made.DA = pikepdf.String("/Helv 11 Tf 0 0 0.6 rg")
    if not kind.endswith("bare"):
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        appearance = pdf.make_stream(
            f"/Tx BMC q BT /Helv 11 Tf 0 0 0.6 rg 1 3 Td ({text}) Tj ET Q EMC".encode(),
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Form,
            BBox=[0, 0, 17, 14],
            Resources=pikepdf.Dictionary(Font=pikepdf.Dictionary(Helv=font)),
        )
        made.AP = pikepdf.Dictionary(N=appearance)
    return pdf.make_indirect(made)


KINDS = ["free text", "field", "field of a choice", "field of a parent", "free text, bare", "field, bare"]


@pytest.mark.parametrize("kind", KINDS)
def test_number_and_day_typed_over_the_page_are_print(kind: str, tmp_path: Path) -> None:
    pdf = plan_pdf(gaps("63", "21"))
    pdf.pages[0].Annots = pdf.make_indirect(pikepdf.Array([note(pdf, "63", kind), note(pdf, "21", kind)]))
    path = saved(pdf, tmp_path / "a.pdf")
    assert differences(path) == {}
    assert document_of(path).header.number.kind in ("printed", None)


@pytest.mark.parametrize("hidden", [2, 2 | 4])
def test_a_hidden_annotation_is_not_there(hidden: int, tmp_path: Path) -> None:
    pdf = plan_pdf(gaps("63"))
    made = note(pdf, "63", "free text")
    made.F = hidden
    pdf.pages[0].Annots = pikepdf.Array([made])
    assert document_of(saved(pdf, tmp_path / "a.pdf")).header.number.value == "/KH-UBND"


@pytest.mark.parametrize("kind", ["Text", "Popup", "Highlight"])
def test_a_note_that_is_not_printed_is_not_text(kind: str, tmp_path: Path) -> None:
    pdf = plan_pdf()
    PLACES["Sửa lại"] = (300.0, 500.0)
    made = note(pdf, "Sửa lại", "free text, bare")
    made.Subtype = pikepdf.Name(f"/{kind}")
    pdf.pages[0].Annots = pikepdf.Array([made])
    path = saved(pdf, tmp_path / "a.pdf")
    assert differences(path) == {}
    assert "Sửa lại" not in text_of(document_of(path))


def test_the_words_of_a_stamp_are_a_mark(tmp_path: Path) -> None:
    pdf = plan_pdf()
    PLACES["DA KY"] = (300.0, 640.0)
    made = note(pdf, "DA KY", "free text")
    made.Subtype = pikepdf.Name.Stamp
    pdf.pages[0].Annots = pikepdf.Array([made])
    path = saved(pdf, tmp_path / "a.pdf")
    assert differences(path) == {}
    assert ("stamp", "DA KY") in marks_of(document_of(path))


# ------------------------------------------------------------------ files inside the file


@pytest.mark.parametrize("portfolio", [False, True])
def test_attachments_are_named(portfolio: bool, tmp_path: Path) -> None:
    pdf = plan_pdf()
    pdf.attachments["phụ lục 1.docx"] = b"PK"
    pdf.attachments["ban-do.pdf"] = b"%PDF-1.4"
    pdf.attachments["chu-ky.xml"] = b"<a/>"
    if portfolio:
        pdf.Root.Collection = pikepdf.Dictionary(View=pikepdf.Name.D)
    path = saved(pdf, tmp_path / "a.pdf")
    ((code, told),) = problems_of(document_of(path))
    assert code == "attachments_unread"
    assert "phụ lục 1.docx" in told
    assert "ban-do.pdf" in told
    assert "chu-ky.xml" not in told
    assert ("portfolio" in told) is portfolio
    assert document_of(path).status == "partial"
    assert differences(path) == {}


def test_an_attachment_pinned_to_a_page_is_named(tmp_path: Path) -> None:
    pdf = plan_pdf()
    stream = pdf.make_stream(b"x", Type=pikepdf.Name.EmbeddedFile)
    specification = pikepdf.Dictionary(Type=pikepdf.Name.Filespec, UF="danh-sach.xlsx", EF=pikepdf.Dictionary(F=stream))
    pinned = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FileAttachment, Rect=[10, 10, 30, 30], FS=specification
    )
    pdf.pages[0].Annots = pikepdf.Array([pdf.make_indirect(pinned)])
    assert "danh-sach.xlsx" in problems_of(document_of(saved(pdf, tmp_path / "a.pdf")))[0][1]


def test_a_form_that_only_one_program_fills_is_named(tmp_path: Path) -> None:
    pdf = plan_pdf()
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(), XFA=pdf.make_stream(b"<xdp/>"))
    pdf.Root.NeedsRendering = True
    assert "XFA" in problems_of(document_of(saved(pdf, tmp_path / "a.pdf")))[0][1]


# ------------------------------------------------------------------ web pages


def printed_by_a_browser(canvas: Canvas, placed: Sequence[Placed], faces: Faces, size: float) -> None:
    draw_plainly(canvas, placed, faces, size)
    canvas.setFont(faces[0], 8)
    canvas.drawString(28, HEIGHT - 22, "25/11/2024, 10:32")
    canvas.drawCentredString(WIDTH / 2, HEIGHT - 22, "Kế hoạch 63/KH-UBND trồng cây xanh - Cổng thông tin điện tử")
    canvas.drawString(28, 18, "https://hoatruc.example.vn/van-ban/ke-hoach?id=63&loai=1")
    canvas.drawRightString(WIDTH - 28, 18, "1/1")


def test_what_a_browser_prints_around_a_page_is_no_text(tmp_path: Path) -> None:
    path = saved(plan_pdf(printed_by_a_browser), tmp_path / "a.pdf")
    assert differences(path) == {}
    told = [text for _, text in marks_of(document_of(path)) if text]
    assert any(text.startswith("25/11/2024, 10:32") for text in told)
    assert any(text.startswith("https://hoatruc.example.vn") for text in told)
