"""What a PDF's text layer has and nobody sees on the page is no text of the plan; it is kept as a mark."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.cases.facts import document_of, facts_of, marks_of
from tests.cases.plans import Placed, draw_plainly, pdf_of, right

Faces = tuple[str, str]
Paint = Callable[[Canvas, Faces], None]
WORDS = "chữ không ai thấy trên trang"


def white(canvas: Canvas, faces: Faces) -> None:
    canvas.setFillColorRGB(1, 1, 1)
    canvas.setFont(faces[0], 11)
    canvas.drawString(90, 60, WORDS)


def covered(canvas: Canvas, faces: Faces) -> None:
    canvas.setFont(faces[0], 11)
    canvas.drawString(90, 60, WORDS)
    canvas.setFillColorRGB(1, 1, 1)
    canvas.rect(80, 50, 400, 25, fill=1, stroke=0)


def cut_off(canvas: Canvas, faces: Faces) -> None:
    path = canvas.beginPath()
    path.rect(10, 10, 5, 5)
    canvas.clipPath(path, stroke=0)
    canvas.setFont(faces[0], 11)
    canvas.drawString(90, 60, WORDS)


def invisible(canvas: Canvas, faces: Faces) -> None:
    text = canvas.beginText(90, 60)
    text.setFont(faces[0], 11)
    text.setTextRenderMode(3)
    text.textOut(WORDS)
    canvas.drawText(text)


def tiny(canvas: Canvas, faces: Faces) -> None:
    canvas.setFont(faces[0], 0.5)
    canvas.drawString(90, 60, WORDS)


def watermark(canvas: Canvas, faces: Faces) -> None:
    canvas.setFillColorRGB(0.8, 0.8, 0.8)
    canvas.setFont(faces[1], 70)
    canvas.drawString(60, 400, "BẢN SAO")


def with_paint(paint: Paint):
    def draw(canvas: Canvas, placed: Sequence[Placed], faces: Faces, size: float) -> None:
        canvas.saveState()
        paint(canvas, faces)
        canvas.restoreState()
        draw_plainly(canvas, placed, faces, size)

    return draw


@pytest.mark.parametrize(
    ("paint", "words"),
    [*((paint, WORDS) for paint in (white, covered, cut_off, invisible, tiny)), (watermark, "BẢN SAO")],
)
def test_what_nobody_sees_is_a_mark(paint: Paint, words: str, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf_of(with_paint(paint)))
    document = document_of(tmp_path / "a.pdf")
    assert facts_of(document) == right()
    assert document.pages[0].text_source == "text_layer"
    assert words in [text for _, text in marks_of(document)]


def test_white_letters_on_a_dark_ground_are_seen(tmp_path: Path) -> None:
    def draw(canvas: Canvas, placed: Sequence[Placed], faces: Faces, size: float) -> None:
        title = next(line for line in placed if line.part == "title")
        draw_plainly(canvas, [line for line in placed if line is not title], faces, size)
        canvas.setFillColorRGB(0.1, 0.1, 0.4)
        canvas.rect(title.x - 10, title.y - 4, 140, 18, fill=1, stroke=0)
        canvas.setFillColorRGB(1, 1, 1)
        draw_plainly(canvas, [title], faces, size)

    (tmp_path / "a.pdf").write_bytes(pdf_of(draw))
    assert facts_of(document_of(tmp_path / "a.pdf")) == right()
