"""Roman numerals and stops are as their ink has them, whatever the engine made of them."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from pipeline.edits import undone
from pipeline.reading.engines import EngineLine
from pipeline.reading.glyphs.line_ink import pieces_of
from pipeline.reading.glyphs.punctuation import with_stops
from pipeline.reading.glyphs.roman_numerals import with_numerals
from pipeline.values import Box, Word, edits_of_words
from tests.fonts import DEJAVU, FAMILIES, TERMES, TINOS
from tests.reading.samples import printed, read_as

STYLES = [("regular", 26), ("bold", 40), ("bold", 27), ("regular", 56)]
COMMAS = "Các sở, ban, ngành, đoàn thể, địa phương, đơn vị, trường học"


def counted(text, changes, **how):
    grey, line, letter = printed(text, **how)
    read = read_as(line, changes)
    (done,) = with_numerals([read], grey, letter)
    assert undone(done.text, edits_of_words(done.words)) == read.text
    return done.text


def stopped(text, changes, **how):
    grey, line, letter = printed(text, **how)
    read = read_as(line, changes)
    (done,) = with_stops([read], grey, letter)
    assert undone(done.text, edits_of_words(done.words)) == read.text
    return done.text


@pytest.mark.parametrize("family", [TERMES, TINOS])
@pytest.mark.parametrize(("style", "size"), STYLES)
@pytest.mark.parametrize(
    ("printed_as", "read"),
    [
        ("II.", "I."),
        ("III.", "II."),
        ("III.", "HI."),
        ("III.", "ỈI."),
        ("VII.", "VI."),
        ("VIII.", "VII."),
        ("XII.", "XI."),
        ("I.", "L."),
        ("II.", "L."),
    ],
)
def test_stems_that_the_engine_merged_are_counted(family, style, size, printed_as, read):
    text = f"{printed_as} ĐỐI TƯỢNG VÀ PHẠM VI"
    assert counted(text, {printed_as: read}, family=family, style=style, size=size) == text


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("text", ["I. MỤC ĐÍCH", "IV. TỔ CHỨC", "V. KINH PHÍ", "IX. KHEN THƯỞNG", "X. HIỆU LỰC"])
@pytest.mark.parametrize(("style", "size"), STYLES)
def test_numerals_read_right_stay(family, text, style, size):
    assert counted(text, {}, family=family, style=style, size=size) == text


@pytest.mark.parametrize(
    "text", ["H. Đông Hải", "1. Mục tiêu", "Xã Ia Hiao", "VIỆT NAM", "l. Kinh phí", "XIN Ý KIẾN", "L. Mạc"]
)
def test_other_words_stay(text):
    assert counted(text, {}) == text


def test_a_lone_capital_stays():
    assert counted("SỞ Y TẾ I AM GIANG", {"I": "L"}) == "SỞ Y TẾ L AM GIANG"


@pytest.mark.parametrize("first", ["1", "I"])
def test_a_numeral_read_as_two_words_becomes_one(first):
    grey, line, letter = printed("Phụ lục II kèm theo")
    left, top, right, bottom = (getattr(line.words[2].box, edge) for edge in ("left", "top", "right", "bottom"))
    middle = (left + right) // 2
    halves = (Word(first, Box(left, top, middle, bottom), 0.5), Word("I", Box(middle, top, right, bottom), 0.6))
    (done,) = with_numerals([EngineLine(line.box, (*line.words[:2], *halves, *line.words[3:]))], grey, letter)
    assert done.text == "Phụ lục II kèm theo"
    assert done.words[2].box == line.words[2].box
    (edit,) = edits_of_words(done.words)
    assert (edit.start, edit.read, edit.text, edit.by) == (8, f"{first} I", "II", "roman_numerals")


@pytest.mark.parametrize("family", [TERMES, TINOS])
@pytest.mark.parametrize(("style", "size"), STYLES)
def test_a_bracket_is_no_stem(family, style, size):
    text = "(theo Phụ lục II). Phụ lục III)."
    assert counted(text, {}, family=family, style=style, size=size) == text


@pytest.mark.parametrize("family", [*FAMILIES, DEJAVU])
@pytest.mark.parametrize(("style", "size"), [("regular", 36), ("regular", 56)])
@pytest.mark.parametrize("text", ["Quý I/2024", "Quý III năm 2025"])
def test_a_quarters_numeral_is_no_one(family, style, size, text):
    number = text.split()[1]
    assert counted(text, {number: number.replace("I", "1")}, family=family, style=style, size=size) == text


@pytest.mark.parametrize("family", [*FAMILIES, DEJAVU])
@pytest.mark.parametrize(("style", "size"), STYLES)
@pytest.mark.parametrize("text", ["quý 1/2024", "quý 1.", "quý 11"])
def test_a_quarters_one_is_no_numeral(family, style, size, text):
    assert counted(text, {}, family=family, style=style, size=size) == text


def test_the_dot_behind_a_headings_numeral_is_seen():
    assert counted("VII. Kinh phí", {"VII.": "VII"}) == "VII. Kinh phí"
    assert counted("VII Kinh phí", {}) == "VII Kinh phí"


@pytest.mark.parametrize("family", [TERMES, TINOS])
@pytest.mark.parametrize(("style", "size"), [*STYLES, ("italic", 40)])
@pytest.mark.parametrize("read", ["tỉnh:", "tỉnh,"])
def test_a_tail_and_a_dot_above_make_a_semicolon(family, style, size, read):
    text = "- Chủ tịch, các Phó Chủ tịch tỉnh; Giám đốc"
    assert stopped(text, {"tỉnh;": read}, family=family, style=style, size=size) == text


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(("style", "size"), [*STYLES, ("italic", 40)])
@pytest.mark.parametrize("text", [f"{COMMAS}: như sau; theo quy định.", "Quảng Ngãi, ngày 31 tháng 12", "Số: 84/QĐ"])
def test_stops_read_right_stay(family, style, size, text):
    assert stopped(text, {}, family=family, style=style, size=size) == text


@pytest.mark.parametrize("family", FAMILIES)
def test_a_full_stop_at_a_lines_end_is_known_where_commas_show_their_tails(family):
    assert stopped(f"{COMMAS}.", {"học.": "học,"}, family=family) == f"{COMMAS}."


def test_an_articles_number_ends_in_a_dot_unless_its_ink_has_a_tail():
    assert stopped("Điều 3. Trách nhiệm", {"3.": "3,"}) == "Điều 3. Trách nhiệm"
    assert stopped("Điều 3, Trách nhiệm", {}) == "Điều 3, Trách nhiệm"
    assert stopped("Điều 3. khoản 2", {"3.": "3,"}) == "Điều 3, khoản 2"


def test_without_commas_that_show_their_tails_a_comma_stays():
    assert stopped("của cả hệ thống chính trị.", {"trị.": "trị,"}) == "của cả hệ thống chính trị,"


@pytest.mark.parametrize(("text", "read"), [("quy định của pháp luật", "quy."), ("nội dung kế hoạch", "dung,")])
def test_a_stop_without_ink_goes(text, read):
    assert stopped(text, {read[:-1]: read}) == text


def test_a_stop_of_small_print_stays_though_its_ink_is_too_pale():
    text = "quy định của pháp luật"
    assert stopped(text, {"luật": "luật."}, size=20) == f"{text}."
    assert stopped(text, {"luật": "luật."}, size=40) == text


def test_where_dots_are_too_small_to_be_seen_no_stop_goes():
    text = f"{COMMAS}. Quy định. Kế hoạch, báo cáo."
    grey, line, letter = printed(text, size=40)
    pale = np.where(grey < 250, np.maximum(grey, 60), grey).astype(np.uint8)
    for word in line.words:  # the dots' ink goes, as a threshold or a low resolution takes it
        if word.text[-1] in ".,":
            pale[:, word.box.right - 9 : word.box.right + 2] = 255
    (done,) = with_stops([line], pale, letter)
    assert done.text == text


def test_a_comma_that_begins_a_word_goes_to_the_word_before():
    assert stopped("trực thuộc Chính phủ, Ủy ban", {"Ủy": ",Ủy"}) == "trực thuộc Chính phủ, Ủy ban"
    assert stopped("trực thuộc Chính phủ, Ủy ban", {"phủ,": "phủ", "Ủy": ",Ủy"}) == "trực thuộc Chính phủ, Ủy ban"


def test_a_page_without_contrast_or_letters_is_left_as_it_is():
    grey, line, letter = printed(f"II. {COMMAS}")
    read = read_as(line, {"II.": "I."})
    paper = np.full_like(grey, 250)
    for tell in (with_numerals, with_stops):
        assert tell([read], paper, letter) == [read]
        assert tell([read], grey, 0) == [read]
        assert tell([], grey, letter) == []


def test_pieces_of_a_wide_picture_full_of_specks_are_found():
    ink = np.zeros((120, 9000), np.uint8)
    ink[4::4, ::4] = ink[5::4, ::4] = ink[4::4, 1::4] = ink[5::4, 1::4] = 1
    assert len(pieces_of(ink)) == int(np.asarray(Image.fromarray(ink[4::4, ::4])).sum())
