"""Seals are found by their rings, and what stands under them is read without them or left out."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from pipeline.bench.reading_engines import Picture
from pipeline.bench.reading_pages import TestPage as RenderedPage
from pipeline.bench.reading_pages import make_page, plan_paragraphs
from pipeline.reading import Reader
from pipeline.reading.engines.base import EngineLine
from pipeline.reading.page_image.colour import to_grey
from pipeline.reading.page_image.treat import Treated
from pipeline.reading.page_marks.signatures import find_signatures
from pipeline.reading.seals.find_seals import Seal, find_rings, red_only, without_rings
from pipeline.reading.seals.overlaid_inks import black_filled, red_on_red
from pipeline.reading.seals.signer_words import is_title
from pipeline.reading.seals.under_seals import PlaceEngine, read_under_seals
from pipeline.settings import ReadingSettings
from pipeline.values import Box, Line, MarkKind, PageInput, Region, Word
from pipeline.vietnamese.administrative.personal_names import is_personal_name
from tests.reading.seal_pages import seal_page

SOURCES = Path(__file__).parents[2] / "corpus" / "sources"


@cache
def sealed(number: int) -> RenderedPage:
    return seal_page(number, plan_paragraphs(SOURCES))


@pytest.mark.parametrize("number", [2, 5, 8])  # grey, one bit, grey
def test_a_seal_without_colour_is_found_by_its_ring(number: int) -> None:
    page = sealed(number)
    (ring,) = find_rings(to_grey(page.image))
    assert 0.12 < ring.width / page.image.shape[1] < 0.22
    assert ring.top > page.sheet.seal[1] * 0.8


def test_a_page_without_a_seal_has_no_ring() -> None:
    page = make_page("slight noise", 1, plan_paragraphs(SOURCES))
    assert find_rings(to_grey(page.image)) == ()


def test_rings_are_erased_and_strokes_that_cross_them_stay() -> None:
    picture = np.full((300, 400), 255, dtype=np.uint8)
    cv2.circle(picture, (150, 150), 100, (0,), 4)
    cv2.line(picture, (20, 150), (380, 150), (0,), 14)
    left = without_rings(picture, Box(48, 48, 253, 253))
    assert (left[150, 20:380] < 128).all()
    assert (left[:130] < 128).mean() < 0.1 * (picture[:130] < 128).mean()


def test_red_ink_alone_is_black_on_white() -> None:
    picture = np.full((40, 60, 3), 240, dtype=np.uint8)
    picture[5:20, 5:30] = (210, 40, 50)
    picture[22:38, 5:30] = (20, 20, 20)
    red = red_only(picture)
    assert red[10, 10] < 40
    assert red[30, 10] > 230
    assert red[2, 50] > 230


def test_title_and_name_under_a_red_seal_are_read() -> None:
    page = sealed(4)
    (read,) = Reader(ReadingSettings()).read([PageInput(1, image=Picture(page.image))])
    texts = [line.text for line in read.lines]
    assert [one for one in page.sheet.signer if one not in texts] == []
    assert [mark.kind for mark in read.marks].count(MarkKind.SEAL) == 1


def test_a_name_beside_the_seal_that_a_pen_crossed_is_read() -> None:
    page = make_page("red seal", 304, plan_paragraphs(SOURCES))
    (read,) = Reader(ReadingSettings()).read([PageInput(1, image=Picture(page.image))])
    assert [one for one in page.sheet.signer if one not in [line.text for line in read.lines]] == []


def line(text: str, box: Box, confidence: float) -> EngineLine:
    return EngineLine(box, (*(Word(word, box, confidence) for word in text.split()),))


def under(page: list[EngineLine], again: list[EngineLine]) -> dict[str, float]:
    """What is recovered when every picture of the seal's surroundings reads as `again`."""
    pixels = np.full((1000, 800), 255, dtype=np.uint8)
    seal = Seal(Box(300, 500, 420, 620), coloured=False)
    x, y = -(300 - 66), -(500 - 72)  # how far around a seal is read

    def moved(box: Box) -> Box:
        return Box(box.left + x, box.top + y, box.right + x, box.bottom + y)

    crop = [line(one.text, moved(one.box), one.confidence) for one in again]
    found = read_under_seals(page, Treated.untouched(pixels), pixels, [seal], PlaceEngine(lambda _part: crop))
    return {one.text: one.confidence for one in (*found.lines, *found.recovered)}


def test_readings_that_agree_replace_what_the_page_read() -> None:
    box = Box(360, 600, 480, 620)
    assert under([line("ần Phước Hiền", box, 0.9)], [line("Trần Phước Hiền", box, 0.9)]).keys() == {"Trần Phước Hiền"}


def test_what_nobody_reads_surely_is_left_out() -> None:
    box = Box(360, 600, 480, 620)
    assert under([line("8 Hoang", box, 0.4)], [line("LF0àng", box, 0.5)]) == {}


def test_a_deputy_whose_title_lost_its_first_word_is_flagged() -> None:
    above, title = Box(360, 480, 480, 500), Box(370, 510, 480, 530)
    lines = [line("KT. CHỦ TỊCH", above, 0.9), line("CHỦ TỊCH", title, 0.9)]
    assert under(lines, lines)["CHỦ TỊCH"] < 0.6


@pytest.mark.parametrize("text", ["Lê Hoàng Anh", "ThS. Mai Hữu Nghĩa", "Đại tá Nguyễn Văn Bình"])
def test_whole_names_are_known(text: str) -> None:
    assert is_personal_name(text)


@pytest.mark.parametrize("text", ["8 Hoàng Anh", "Hoàng", "SỞ Y TẾ", "Bùi Đức Irọng", "ần Phước Hiền"])
def test_parts_and_strokes_are_no_names(text: str) -> None:
    assert not is_personal_name(text)


def test_titles_are_offices_with_or_without_an_authority() -> None:
    assert is_title("KT. CHỦ TỊCH")
    assert is_title("PHÓ GIÁM ĐỐC")
    assert is_title("TRƯỞNG THÔN")
    assert not is_title("CHỦ TỊCH SỞ")


def test_half_a_name_that_begins_under_the_ring_is_not_sure_however_surely_it_was_read() -> None:
    cut, beside = Box(418, 570, 500, 590), Box(440, 650, 560, 670)
    lines = [line("Văn Phúc", cut, 0.99), line("Nơi nhận: lưu", beside, 0.99)]
    found = under(lines, lines)
    assert found["Văn Phúc"] < 0.6
    assert found["Nơi nhận: lưu"] > 0.9


def test_ranks_before_a_name_are_spelt_and_set_apart() -> None:
    box = Box(360, 600, 480, 620)
    assert under([], [line("TS.Vũ Ngọc Ánh", box, 0.9)]).keys() == {"TS. Vũ Ngọc Ánh"}
    assert under([], [line("T6S. Mai Hữu Nghĩa", box, 0.9)]).keys() == {"ThS. Mai Hữu Nghĩa"}


def test_print_that_a_blue_stroke_crossed_is_filled_in() -> None:
    picture = np.full((120, 200, 3), 245, dtype=np.uint8)
    picture[20:100, 90:110] = 15
    cv2.line(picture, (10, 30), (190, 90), (40, 50, 170), 4)
    filled = black_filled(picture)
    assert filled is not None
    assert (filled[22:98, 93:107] < 110).mean() > 0.97
    assert (filled[:, 130:] > 170).all()
    assert black_filled(np.full((50, 50, 3), 240, dtype=np.uint8)) is None


def test_a_red_name_through_red_rings_stays_when_the_rings_are_taken_off() -> None:
    ink = np.zeros((300, 400), dtype=np.float32)
    cv2.circle(ink, (150, 150), 100, (0.8,), 4)
    name = np.zeros_like(ink)
    cv2.line(name, (60, 200), (380, 200), (0.8,), 14)
    colour = np.array([200, 40, 50], dtype=np.float32) / 255
    page = 255 * (1 - ink[..., None] * (1 - colour)) * (1 - name[..., None] * (1 - colour))
    left = red_on_red(page.astype(np.uint8), Box(48, 48, 253, 253))
    assert left is not None
    assert (left[197:204, 70:370] < 128).mean() > 0.95
    assert (left[:180] < 128).mean() < 0.2 * (ink[:180] > 0.5).mean()
    assert red_on_red(np.full((50, 50, 3), 240, dtype=np.uint8), Box(10, 10, 40, 40)) is None


def closing(*, signed: bool) -> tuple[np.ndarray, list[Line]]:
    page = np.full((500, 800), 250, dtype=np.uint8)
    lines = []
    for text, top in (("GIÁM ĐỐC", 100), ("Lê Hoàng Anh", 300)):
        box = Box(500, top, 700, top + 30)
        page[top + 6 : top + 24, 500:700:9] = 20
        lines.append(Line(text, text, box=box, region=Region.CLOSING_RIGHT))
    if signed:
        wave = [[520 + 4 * at, 215 + round(40 * np.sin(at / 3))] for at in range(40)]
        cv2.polylines(page, [np.array(wave)], False, (30,), 3)
    return page, lines


def test_a_signature_between_title_and_name_is_marked_by_its_strokes() -> None:
    page, lines = closing(signed=True)
    (mark,) = find_signatures(page, lines, ())
    assert mark.kind is MarkKind.SIGNATURE
    assert mark.box is not None
    assert 510 < mark.box.left < 525 and 670 < mark.box.right < 685
    assert mark.box.top > 165 and mark.box.bottom < 265
    assert find_signatures(page, lines, [Box(480, 120, 720, 290)]) == ()


def test_a_page_that_nobody_signed_has_no_signature() -> None:
    page, lines = closing(signed=False)
    page[200:203, 560:563] = 0
    assert find_signatures(page, lines, ()) == ()
    assert find_signatures(page, lines[:1], ()) == ()


def test_the_marks_of_a_family_name_are_put_right_where_they_can_be_no_others() -> None:
    box = Box(360, 600, 480, 620)
    assert under([], [line("Vỏ Hữu Phước", box, 0.9)]).keys() == {"Võ Hữu Phước"}
    assert under([], [line("Mạ Minh Đức", box, 0.9)]).keys() == {"Mạ Minh Đức"}  # Ma or Mã


def test_a_post_that_only_marks_tell_from_another_stays_as_it_is_read() -> None:
    box = Box(360, 600, 480, 620)
    for title in ("THỨ TRƯỞNG", "THỦ TRƯỞNG"):
        assert under([], [line(title, box, 0.9)]).keys() == {title}


def test_signs_that_strokes_left_about_a_name_go() -> None:
    box = Box(360, 600, 480, 620)
    assert under([], [line("'Võ Hữu Phước.", box, 0.9)]).keys() == {"Võ Hữu Phước"}
    assert under([], [line("T.", box, 0.97)]) == {}
