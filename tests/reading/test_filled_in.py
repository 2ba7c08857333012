"""The box of what is filled in by hand frames its ink, so that a person can key in what stands there."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.bench.reading_pages import load_face
from pipeline.reading.page_marks.handwriting import without_handwriting
from pipeline.reading.page_marks.handwriting_box import framed
from pipeline.values import Box, Filling, Line, Region, Slot, Word
from tests.fonts import TERMES

_TOP, _SIZE, _LINE = 120, 36, 34


def _sheet(before, after, room=0, left=60):
    """A line of two printed pieces with `room` between them; the picture, and where the room begins and ends."""
    page = Image.new("L", (900, 300), 255)
    pen = ImageDraw.Draw(page)
    face = load_face(TERMES, "regular", _SIZE)
    start = left + round(face.getlength(before))
    pen.text((left, _TOP), before, font=face, fill=0)
    pen.text((start + room, _TOP), after, font=face, fill=0)
    end = start + room + round(face.getlength(after))
    return np.array(page, dtype=np.uint8), start, start + room, end


def _written(page, text, left, height=24):
    """Digits as a pen draws them; their box."""
    before = page.copy()
    scale = height / 21
    place = (left, _TOP + 34)
    cv2.putText(page, text, place, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, scale, 30, 2, cv2.LINE_AA)
    rows, columns = np.nonzero(page != before)
    return Box(int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)


def _holds(frame, ink):
    return frame is not None and (
        frame.left <= ink.left and frame.top <= ink.top and frame.right >= ink.right and frame.bottom >= ink.bottom
    )


def _word(text, left, right):
    return Word(text, Box(left, _TOP, right, _TOP + _LINE), 0.9)


@pytest.mark.parametrize(("digits", "offset"), [("849", 6), ("7", 30), ("1205", 3)])
def test_a_written_number_is_framed_whole_when_the_engine_shared_out_its_box_by_letters(digits, offset):
    page, start, stop, end = _sheet("Số:", "/KH-UBND", room=130)
    ink = _written(page, digits, start + offset)
    text = f"Số:{digits}/KH-UBND"
    frame = framed(page, [_word(text, 60, end)], 3, 3 + len(digits), _LINE)
    assert _holds(frame, ink)
    assert frame.left >= 60 + 20
    assert frame.right <= stop + 14


def test_a_written_day_that_no_engine_read_is_found_between_the_words_around_it():
    page, start, stop, end = _sheet("ngày", "tháng 5 năm 2023", room=90)
    ink = _written(page, "27", start + 8)
    at = [60, start + 50, stop, stop + 80, stop + 90, stop + 106, stop + 115, stop + 175, stop + 184, end]
    texts = ("ngày", "tháng", "5", "năm", "2023")
    words = tuple(_word(text, *at[2 * n : 2 * n + 2]) for n, text in enumerate(texts))
    text = " ".join(texts)
    line = Line(text, text, Box(60, _TOP, end, _TOP + _LINE), 0.9, words, Region.LETTERHEAD_RIGHT)
    read = without_handwriting([line], frame=lambda *place: framed(page, *place))
    assert read.lines[0].text == text
    assert any(_holds(mark.box, ink) for mark in read.marks)
    assert sorted((slot.slot, slot.filling) for slot in read.slots) == [
        (Slot.DAY, Filling.HANDWRITTEN),
        (Slot.MONTH, Filling.PRINTED),
    ]


def test_what_the_engine_took_handwriting_for_is_kept_as_evidence_and_not_as_text():
    words = (Word("Số:", Box(60, 100, 100, 130), 0.9), Word("2ll9/KH-SYT", Box(110, 100, 300, 130), 0.5))
    text = "Số: 2ll9/KH-SYT"
    line = Line(text, text, Box(60, 100, 300, 130), 0.9, words, Region.LETTERHEAD_LEFT)
    read = without_handwriting([line])
    assert read.lines[0].text == "Số: /KH-SYT"
    (slot,) = read.slots
    assert (slot.slot, slot.filling, slot.reader) == (Slot.NUMBER, Filling.HANDWRITTEN, "engine")
    assert [(guess.text, guess.probability) for guess in slot.readings] == [("2ll9", 0.5)]


def test_a_place_left_blank_has_no_box():
    page, start, stop, _ = _sheet("ngày", "tháng 5 năm 2023", room=90)
    words = [_word("ngày", 60, start), _word("tháng", stop, stop + 80)]
    assert framed(page, words, 4, 4, _LINE) is None


def test_leaders_alone_are_no_writing():
    page, start, stop, end = _sheet("Số:", "/KH-UBND", room=130)
    cv2.putText(page, "........", (start + 4, _TOP + 34), cv2.FONT_HERSHEY_PLAIN, 1.2, 0, 1)
    assert framed(page, [_word("Số:", 60, start), _word("/KH-UBND", stop, end)], 3, 3, _LINE) is None


@pytest.mark.parametrize(
    "number", ["15/2010/QĐ-UBND", "3176b/UBND-VX", "12-KH/ĐU", "05/2018/NQ–HĐND", "7⁄2024⁄KH-PV01"]
)
def test_a_printed_number_of_any_form_is_no_writing(number):
    text = f"Số: {number}"
    words = (_word("Số:", 60, 120), _word(number, 130, 420))
    line = Line(text, text, Box(60, _TOP, 420, _TOP + _LINE), 0.9, words, Region.LETTERHEAD_LEFT)
    read = without_handwriting([line])
    assert (read.lines[0].text, read.marks) == (text, ())


def test_what_is_written_before_a_printed_year_is_taken_out_alone():
    words = (
        _word("Số:", 60, 120),
        Word("4M9", Box(130, _TOP, 200, _TOP + _LINE), 0.3),
        _word("/2010/QĐ-UBND", 210, 420),
    )
    text = " ".join(word.text for word in words)
    line = Line(text, text, Box(60, _TOP, 420, _TOP + _LINE), 0.9, words, Region.LETTERHEAD_LEFT)
    assert without_handwriting([line]).lines[0].text == "Số: /2010/QĐ-UBND"
