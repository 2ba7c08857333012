"""Print against handwriting: digits of faces that ship, digits of faces that do not, strokes that are no print."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.bench.reading_pages import load_face
from pipeline.errors import MissingToolError
from pipeline.reading.page_marks.handwriting import span_box, without_handwriting
from pipeline.reading.page_marks.typeface_match import DigitFaces, compare_with_print, load_faces
from pipeline.values import Box, Line, MarkKind, Region, Word
from tests.fonts import TERMES

PIXELS = 34


def letterhead(number, *, drawn=None, blur=0.6):
    """A picture of "Số: NUMBER/KH-UBND", the number drawn by `drawn` instead of set, and its line."""
    try:
        face = load_face(TERMES, "regular", PIXELS)
    except MissingToolError as error:
        pytest.skip(str(error))
    sheet = Image.new("L", (700, 120), 255)
    draw = ImageDraw.Draw(sheet)
    parts = ("Số:", f"{number}/KH-UBND")
    x, words = 60.0, []
    for part in parts:
        width = face.getlength(part)
        words.append(Word(part, Box(round(x), 36, round(x + width), 78), 0.6))
        for letter in part:
            if not (drawn and letter.isdigit()):
                draw.text((x, 40), letter, font=face, fill=0)
            x += face.getlength(letter)
        x += face.getlength(" ")
    grey = np.array(sheet)
    if drawn:
        drawn(grey, words[1].box)
    grey = cv2.GaussianBlur(grey, (0, 0), blur)
    text = " ".join(parts)
    return grey, Line(
        text, text, box=Box.around(w.box for w in words), words=tuple(words), region=Region.LETTERHEAD_LEFT
    )


def read(grey, line, faces=None):
    faces = faces or load_faces()
    assert faces is not None
    return without_handwriting(
        [line], compare=lambda place, beside, digits: compare_with_print(grey, place, beside, digits, faces)
    )


@pytest.mark.parametrize("number", ["07", "45", "215", "1806", "3"])
@pytest.mark.parametrize("blur", [0.5, 1.2])
def test_a_printed_number_stays_however_unsure_the_engine_was(number, blur):
    done = read(*letterhead(number, blur=blur))
    assert done.lines[0].text == f"Số: {number}/KH-UBND"
    assert done.lines[0].words[1].confidence > 0.75
    assert done.marks == ()


def test_a_printed_number_of_a_face_that_does_not_ship_stays_when_the_engine_was_sure():
    grey, line = letterhead("215")
    faces = load_faces()
    others = np.array([pitch for pitch in range(len(faces.pitches)) if not 4 <= pitch < 8])
    known = DigitFaces(faces.pictures[others], faces.pitches[others])
    sure = Line(
        line.text, line.raw, line.box, words=tuple(Word(w.text, w.box, 0.9) for w in line.words), region=line.region
    )
    assert read(grey, sure, known).lines[0].text == line.text


def test_print_that_was_misread_is_left_out_however_sure_the_engine_was():
    grey, line = letterhead("215")
    text = "Số: 275/KH-UBND"
    words = (line.words[0], Word("275/KH-UBND", line.words[1].box, 0.99))
    done = read(grey, Line(text, text, box=line.box, words=words, region=line.region))
    assert done.lines[0].text == "Số: /KH-UBND"


def scrawl(grey, box):
    """15 by hand: a leaning stroke, a hook with a bow, larger than the print and off its line."""
    x, y = box.left + 4, box.top - 12
    cv2.polylines(grey, [np.array([[x, y + 44], [x + 14, y]])], False, 0, 3, cv2.LINE_AA)
    hook = [[x + 40, y + 2], [x + 22, y + 4], [x + 20, y + 20], [x + 34, y + 24], [x + 32, y + 40], [x + 14, y + 46]]
    cv2.polylines(grey, [np.array(hook)], False, 0, 3, cv2.LINE_AA)


def test_a_handwritten_number_is_left_out_however_sure_the_engine_was():
    grey, line = letterhead("15", drawn=scrawl)
    sure = Line(
        line.text, line.raw, line.box, words=tuple(Word(w.text, w.box, 0.99) for w in line.words), region=line.region
    )
    done = read(grey, sure)
    assert done.lines[0].text == "Số: /KH-UBND"
    (mark,) = done.marks
    assert mark.kind is MarkKind.HANDWRITING
    place = span_box(line.words, 4, 6)
    assert mark.box.left <= place.left and mark.box.right >= place.right


def test_small_print_cannot_be_told_from_handwriting():
    grey = np.full((40, 200), 255, np.uint8)
    grey[20:25, 20:180:6] = 0
    faces = load_faces()
    assert compare_with_print(grey, Box(20, 18, 60, 28), Box(60, 18, 180, 28), "12", faces) is None
    assert compare_with_print(grey, Box(500, 18, 560, 28), Box(560, 18, 580, 28), "12", faces) is None


def test_the_faces_hold_ten_different_digits_each():
    faces = load_faces()
    assert faces.pictures.shape[1] == 10
    assert len(faces.pitches) == len(faces.pictures)
    for face in faces.pictures:
        assert len({digit.tobytes() for digit in face}) == 10
