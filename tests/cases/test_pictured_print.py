"""Print that is no text in the file: a letterhead or closing that is a picture or curves on a page of text is read."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from tests.cases.facts import document_of, marks_of
from tests.cases.plans import HEIGHT, WIDTH, Placed, differences, draw_plainly, pdf_of, register

Faces = tuple[str, str]
Rectangle = tuple[float, float, float, float]
"""left, bottom, right, top in points"""


def drawn(placed: Sequence[Placed], mode: str, dpi: int) -> Image.Image:
    """These lines on a page of their own, as a picture."""
    faces = register()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT))
    draw_plainly(canvas, placed, faces, 12.0)
    canvas.showPage()
    canvas.save()
    page = pypdfium2.PdfDocument(out.getvalue())[0]
    return page.render(scale=dpi / 72).to_pil().convert("RGB").convert(mode)


def around(placed: Sequence[Placed]) -> Rectangle:
    faces = register()
    canvas = Canvas(io.BytesIO())
    rights = [line.x + canvas.stringWidth(line.text, faces[line.bold], 11) for line in placed]
    return (
        min(line.x for line in placed) - 4,
        min(line.y for line in placed) - 5,
        max(rights) + 4,
        max(line.y for line in placed) + 14,
    )


def pictured(parts: Sequence[Callable[[Placed], bool]], mode: str = "L", dpi: int = 200):
    """Draws the plan with the lines of each part as a picture of its own."""

    def draw(canvas: Canvas, placed: Sequence[Placed], faces: Faces, size: float) -> None:
        left = [line for line in placed if line.text and not any(belongs(line) for belongs in parts)]
        draw_plainly(canvas, left, faces, size)
        for belongs in parts:
            lines = [line for line in placed if line.text and belongs(line)]
            box = around(lines)
            whole = drawn(lines, mode, dpi)
            part = whole.crop(
                tuple(round(side * dpi / 72) for side in (box[0], HEIGHT - box[3], box[2], HEIGHT - box[1]))
            )
            canvas.drawImage(ImageReader(part), box[0], box[1], box[2] - box[0], box[3] - box[1])

    return draw


def head(line: Placed) -> bool:
    return line.part == "head"


def head_left(line: Placed) -> bool:
    return line.part == "head" and line.x < 220


def head_right(line: Placed) -> bool:
    return line.part == "head" and line.x >= 220


def closing(line: Placed) -> bool:
    return line.part == "closing"


def signer(line: Placed) -> bool:
    return line.part == "closing" and line.x > 300


def title(line: Placed) -> bool:
    return line.part == "title"


PARTS: dict[str, list[Callable[[Placed], bool]]] = {
    "letterhead": [head],
    "both halves": [head_left, head_right],
    "left half": [head_left],
    "right half": [head_right],
    "closing": [closing],
    "signer": [signer],
    "letterhead and closing": [head, closing],
    "letterhead and title": [lambda line: line.part in ("head", "title")],
    "title": [title],
}


@pytest.mark.parametrize("name", PARTS)
def test_a_part_of_the_page_that_is_a_picture_is_read(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf_of(pictured(PARTS[name])))
    assert differences(tmp_path / "a.pdf") == {}
    assert document_of(tmp_path / "a.pdf").pages[0].text_source == "text_layer"


@pytest.mark.parametrize(("mode", "dpi"), [("L", 150), ("L", 300), ("RGB", 200), ("1", 300)])
def test_whatever_the_picture_is_made_of(mode: str, dpi: int, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf_of(pictured([head], mode, dpi)))
    assert differences(tmp_path / "a.pdf") == {}


def test_a_letterhead_in_strips_is_read(tmp_path: Path) -> None:
    """Some programs cut a picture into strips."""

    def draw(canvas: Canvas, placed: Sequence[Placed], faces: Faces, size: float) -> None:
        lines = [line for line in placed if head(line)]
        draw_plainly(canvas, [line for line in placed if not head(line)], faces, size)
        whole, box = drawn(lines, "L", 200), around(lines)
        top, bottom = round((HEIGHT - box[3]) * 200 / 72), round((HEIGHT - box[1]) * 200 / 72)
        for start in range(top, bottom, 24):
            stop = min(bottom, start + 24)
            part = whole.crop((0, start, whole.width, stop))
            canvas.drawImage(ImageReader(part), 0, HEIGHT - stop * 72 / 200, WIDTH, (stop - start) * 72 / 200)

    (tmp_path / "a.pdf").write_bytes(pdf_of(draw))
    assert differences(tmp_path / "a.pdf") == {}


def curves(canvas: Canvas, placed: Sequence[Placed], faces: Faces, size: float) -> None:
    """The letterhead as outlines: text that was converted to curves before printing."""
    draw_plainly(canvas, [line for line in placed if not head(line)], faces, size)
    scale = 72 / 600
    ink = 255 - np.asarray(drawn([line for line in placed if head(line)], "L", 600))
    outlines, _ = cv2.findContours((ink > 128).astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    path = canvas.beginPath()
    for outline in outlines:
        corners = [(x * scale, HEIGHT - y * scale) for ((x, y),) in outline]
        path.moveTo(*corners[0])
        for corner in corners[1:]:
            path.lineTo(*corner)
        path.close()
    canvas.drawPath(path, stroke=0, fill=1, fillMode=0)


def test_a_letterhead_of_curves_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf_of(curves))
    assert differences(tmp_path / "a.pdf") == {}


def with_picture(picture: Image.Image, where: Rectangle):
    def draw(canvas: Canvas, placed: Sequence[Placed], faces: Faces, size: float) -> None:
        draw_plainly(canvas, placed, faces, size)
        left, bottom, right, top = where
        canvas.drawImage(ImageReader(picture), left, bottom, right - left, top - bottom, mask="auto")

    return draw


def noise() -> Image.Image:
    grain = np.random.default_rng(7).integers(0, 255, (300, 400), dtype=np.uint8)
    return Image.fromarray(grain).convert("RGB")


def scribble() -> Image.Image:
    picture = Image.new("RGB", (400, 160), "white")
    draw = ImageDraw.Draw(picture)
    points = [(10 + 9 * at, 80 + (55 if at % 2 else -50) * ((at * 7) % 5) / 5) for at in range(42)]
    draw.line(points, fill=(30, 40, 140), width=4, joint="curve")
    return picture


def emblem() -> Image.Image:
    picture = Image.new("RGB", (200, 200), "white")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((5, 5, 195, 195), outline=(200, 20, 20), width=6)
    star = [(100, 30), (120, 90), (180, 90), (130, 125), (150, 180), (100, 145), (50, 180), (70, 125), (20, 90)]
    draw.polygon([*star, (80, 90)], fill=(200, 20, 20))
    return picture


@pytest.mark.parametrize(
    ("picture", "where"),
    [(noise, (90, 60, 230, 160)), (scribble, (380, 140, 500, 185)), (emblem, (90, 60, 150, 120))],
)
def test_photographs_signatures_and_emblems_bring_no_words(
    picture: Callable[[], Image.Image], where: Rectangle, tmp_path: Path
) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf_of(with_picture(picture(), where)))
    assert differences(tmp_path / "a.pdf") == {}


def test_letters_that_stand_for_nothing_are_read(tmp_path: Path) -> None:
    """A font without a table of letters, or with one that gives blanks: nothing of it is in the layer."""
    from tests.cases.layers import stream_of, table_of

    document = pikepdf.open(io.BytesIO(pdf_of()))
    for font in document.pages[0].Resources.Font.values():
        if "/ToUnicode" in font and "Bold" in str(font.BaseFont):
            table = dict.fromkeys(table_of(font.ToUnicode.read_bytes()), " ")
            font.ToUnicode = document.make_stream(stream_of(table))
    document.save(tmp_path / "a.pdf")
    assert differences(tmp_path / "a.pdf") == {}
    assert marks_of(document_of(tmp_path / "a.pdf"))
