"""From probabilities to words: CTC readings, two witnesses, dashes, handwriting, coloured ink, stamps."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.reading.engines import EngineLine
from pipeline.reading.engines.base import Alternatives, Hypothesis, Steps
from pipeline.reading.engines.ctc import slots_of
from pipeline.reading.page_image.colour import find_inks
from pipeline.reading.page_image.ruled_lines import Rule, Rules, find_rules
from pipeline.reading.page_marks.handwriting import without_handwriting
from pipeline.reading.page_marks.stamps import set_aside, stamp_frames
from pipeline.reading.reader import load_rescorer
from pipeline.reading.recognition.rescored_lines import rescored
from pipeline.reading.text_layer import LayerVerdict, in_unicode, judge_layer
from pipeline.values import Box, Line, MarkKind, Region, TextLayer, Word
from tests.reading.samples import line

CHARSET = tuple("abcdđêềế ,")


def steps_of(*columns):
    """Steps from {letter or '': probability} for each time step."""
    width = max(map(len, columns))
    labels = np.zeros((len(columns), width), np.int64)
    logs = np.full((len(columns), width), -20.0, np.float32)
    for at, column in enumerate(columns):
        for rank, (letter, p) in enumerate(sorted(column.items(), key=lambda item: -item[1])):
            labels[at, rank] = 0 if letter == "" else CHARSET.index(letter) + 1
            logs[at, rank] = math.log(p)
    return Steps(labels, logs)


SURE = {"": 1.0}


def test_sure_letters_give_one_reading():
    (slot,) = slots_of(steps_of({"a": 1.0}, SURE, {"b": 1.0}, {"b": 1.0}, SURE, {"b": 1.0}), CHARSET)
    assert [reading.text for reading in slot.readings] == ["abb"]
    assert slot.readings[0].log == 0.0


def test_a_doubtful_mark_gives_both_readings_with_their_probabilities():
    (slot,) = slots_of(steps_of({"đ": 1.0}, SURE, {"ề": 0.6, "ế": 0.4}), CHARSET)
    assert {r.text: round(math.exp(r.log), 2) for r in slot.readings} == {"đề": 0.6, "đế": 0.4}


def test_words_are_cut_at_sure_spaces():
    steps = steps_of({"a": 1.0}, {" ": 1.0}, {"b": 1.0}, SURE, {",": 1.0}, SURE, {"c": 1.0})
    assert [slot.readings[0].text for slot in slots_of(steps, CHARSET)] == ["a", "b,c"]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.dictionaries(st.sampled_from(["", *CHARSET]), st.floats(0.01, 1.0), min_size=1, max_size=3),
        min_size=1,
        max_size=8,
    )
)
def test_readings_are_distinct_probabilities_never_above_one(columns):
    normal = [{k: v / sum(column.values()) for k, v in column.items()} for column in columns]
    for slot in slots_of(steps_of(*normal), CHARSET):
        texts = [reading.text for reading in slot.readings]
        assert len(texts) == len(set(texts))
        assert all(text and reading.log <= 1e-6 for text, reading in zip(texts, slot.readings, strict=True))
        assert 0 <= slot.sure <= 1


def place(at, *readings):
    return Alternatives(Box(at, 0, at + 80, 30), tuple(Hypothesis(text, log) for text, log in readings))


def engine_line(*places):
    words = tuple(Word(p.readings[0].text, p.box, 0.9) for p in places)
    return EngineLine(Box.around(p.box for p in places), words, places)


def test_the_language_model_chooses_the_reading_that_makes_sense():
    rescorer = load_rescorer()
    assert rescorer is not None
    words = [("kế", "kể"), ("hoạch", "hoach"), ("tổ", "tố"), ("chức", "chúc"), ("thực", "thục"), ("hiện", "hiên")]
    # The picture slightly prefers the wrong one every time.
    places = [place(100 * n, (wrong, -0.6), (right, -0.9)) for n, (right, wrong) in enumerate(words)]
    (chosen,) = rescored([engine_line(*places)], rescorer)
    assert chosen.text == "kế hoạch tổ chức thực hiện"


def test_a_sure_picture_is_not_overruled():
    rescorer = load_rescorer()
    assert rescorer is not None
    places = [place(0, ("Sở", 0.0)), place(100, ("Nọi", 0.0)), place(200, ("vụ", 0.0))]
    assert rescored([engine_line(*places)], rescorer)[0].text == "Sở Nọi vụ"


def head(text, confidence, region=Region.LETTERHEAD_LEFT):
    made = line(text, 100, 100, confidence=None)
    words = tuple(Word(word.text, word.box, confidence.get(word.text, 0.98)) for word in made.words)
    return Line(text, text, box=made.box, words=words, region=region)


def test_a_number_read_unsurely_is_handwriting_and_left_out_of_the_text():
    done = without_handwriting([head("Số: 43 /KH-SYT", {"43": 0.4})])
    assert done.lines[0].text == "Số: /KH-SYT"
    assert done.lines[0].raw == "Số: 43 /KH-SYT"
    (mark,) = done.marks
    assert mark.kind is MarkKind.HANDWRITING
    assert mark.text is None
    assert mark.box is not None
    box = next(word.box for word in done.lines[0].words if word.text == "43")
    assert mark.box.left < box.left
    assert mark.box.bottom > box.bottom


def test_printed_numbers_and_days_stay():
    lines = [
        head("Số: 128/KH-UBND", {}),
        head("Sơn Hà, ngày 07 tháng 3 năm 2024", {}, Region.LETTERHEAD_RIGHT),
        head("họp ngày 1x tháng 3 năm 2024", {"1x": 0.1}, Region.BODY),
    ]
    done = without_handwriting(lines)
    assert done.lines == tuple(lines)
    assert done.marks == ()


def test_a_number_is_refused_wherever_layout_put_the_letterheads_line():
    done = without_handwriting([head("Số: 99/KH-SYT Lam Giang, ngày 24 tháng 11", {"99/KH-SYT": 0.5}, Region.BODY)])
    assert done.lines[0].text == "Số: /KH-SYT Lam Giang, ngày 24 tháng 11"


@pytest.mark.parametrize("text", ["Số -KH/ĐU", "Số: -KH/ĐU", "Số: ....../KH-UBND", "Số 07-KH/ĐU", "Số: /KH-SYT"])
def test_a_blank_number_keeps_its_printed_symbol(text):
    done = without_handwriting([head(text, {})])
    assert (done.lines[0].text, done.marks) == (text, ())


@pytest.mark.parametrize(("text", "left"), [("Số: - /KH-SYT", "Số: /KH-SYT"), ("Số: : /STTTT", "Số: /STTTT")])
def test_strokes_read_as_signs_before_the_symbol_leave_the_text(text, left):
    done = without_handwriting([head(text, {})])
    assert done.lines[0].text == left
    assert [mark.kind for mark in done.marks] == [MarkKind.HANDWRITING]


def test_a_places_name_is_no_label_of_a_number():
    done = without_handwriting([head("Sơn Hà, ngày - tháng 3 năm 2024", {}, Region.LETTERHEAD_RIGHT)])
    assert done.lines[0].text == "Sơn Hà, ngày tháng 3 năm 2024"


def test_an_unsure_day_is_left_out_and_the_month_stays():
    done = without_handwriting([head("Sơn Hà, ngày 1) tháng 11 năm 2017", {"1)": 0.5}, Region.LETTERHEAD_RIGHT)])
    assert done.lines[0].text == "Sơn Hà, ngày tháng 11 năm 2017"


@pytest.mark.parametrize(
    "text", ["Số 14-BC/ĐTN", "Số: 45-KH/HU", "Số: :04/BC-STC", "Số: ..215../QĐ-SVHTT", "Số: 12a/KH-UBND", "Số: 9 / /KH"]
)
def test_numbers_of_any_style_are_seen_as_digits(text):
    assert without_handwriting([head(text, {})]).marks == ()
    (mark,) = without_handwriting([head(text, dict.fromkeys(text.split(), 0.3))]).marks
    assert mark.kind is MarkKind.HANDWRITING


def test_the_digits_of_a_number_that_were_read_apart_are_one_number():
    done = without_handwriting([head("Số: 82 3/KH-UBND", {})])
    assert done.lines[0].text == "Số: 823/KH-UBND"


def test_blue_digits_on_a_black_page_are_handwriting():
    done = without_handwriting([head("Số: 128/KH-UBND", {})], lambda _box: True)
    assert done.lines[0].text == "Số: /KH-UBND"


def sealed_page():
    page = np.full((1170, 827, 3), 255, np.uint8)
    cv2.circle(page, (560, 700), 90, (205, 40, 50), 6)
    cv2.circle(page, (560, 700), 60, (205, 40, 50), 4)
    for row in range(200, 500, 40):
        page[row : row + 12, 100:700] = 20
    return page


def test_a_red_seal_is_found_and_a_black_page_has_none():
    inks = find_inks(sealed_page())
    assert inks is not None
    (seal,) = inks.seals
    assert abs(seal.left - 467) < 12
    assert abs(seal.bottom - 793) < 12
    assert find_inks(np.full((100, 100, 3), 255, np.uint8)) is None
    assert find_inks(np.full((100, 100), 255, np.uint8)) is None


def test_black_words_under_a_pink_marker_stay_in_the_text():
    page = np.full((1170, 827, 3), 255, np.uint8)
    page[198:222, 90:500] = (255, 170, 200)
    words = line("Kế hoạch năm", 100, 200, 20)
    for word in words.words:  # black strokes as letters have them, one pixel in five
        for x in range(word.box.left, word.box.right, 10):
            page[204:217, x : x + 2] = (40, 30, 35)
    page[600:604, 100:400] = (205, 30, 40)  # red ink elsewhere
    inks = find_inks(page)
    assert inks is not None
    kept = set_aside([words], Rules(), inks, lambda box: box, (827, 1170))
    assert [one.text for one in kept.lines] == ["Kế hoạch năm"]


def test_words_in_red_ink_leave_the_text():
    inks = find_inks(sealed_page())
    lines = [line("Kế hoạch năm", 110, 200, 12), line("BAN", 462, 690, 30)]
    kept = set_aside(lines, Rules(), inks, lambda box: box, (827, 1170))
    assert [one.text for one in kept.lines] == ["Kế hoạch năm"]


def test_an_arrival_stamp_in_its_frame_leaves_the_text():
    rules = Rules(
        (Rule(600, 100, 480), Rule(780, 100, 480)),
        (Rule(100, 600, 780), Rule(480, 600, 780)),
    )
    (frame,) = stamp_frames(rules, (1650, 2340))
    lines = [line("CÔNG VĂN ĐẾN", 150, 620), line("Về việc tăng cường", 700, 620)]
    kept = set_aside(lines, rules, None, lambda box: box, (1650, 2340))
    assert [one.text for one in kept.lines] == ["Về việc tăng cường"]
    assert [(mark.kind, mark.box, mark.text) for mark in kept.marks] == [(MarkKind.STAMP, frame, "CÔNG VĂN ĐẾN")]


def test_a_line_of_text_that_runs_on_under_a_stamp_stays_whole():
    rules = Rules(
        (Rule(600, 500, 880), Rule(780, 500, 880)),
        (Rule(500, 600, 780), Rule(880, 600, 780)),
    )
    under = line("Các phòng, ban và đoàn thể của xã phối hợp chặt chẽ, báo cáo kết quả", 150, 660)
    strokes = line("Số: 168", 560, 720)
    kept = set_aside([under, strokes], rules, None, lambda box: box, (1650, 2340))
    assert [one.text for one in kept.lines] == [under.text]
    assert [mark.text for mark in kept.marks] == [strokes.text]


def test_the_first_word_of_a_line_that_a_stamp_covers_stays_and_what_the_stamp_says_does_not():
    rules = Rules(
        (Rule(600, 100, 700), Rule(780, 100, 700)),
        (Rule(100, 600, 780), Rule(700, 600, 780)),
    )
    text = line("Trong thời gian qua, công tác triển khai", 610, 740)
    stamped = line("Ngày:", 300, 740)
    both = EngineLine(Box.around([stamped.box, text.box]), (*stamped.words, *text.words))
    kept = set_aside([both], rules, None, lambda box: box, (1650, 2340))
    assert [one.text for one in kept.lines] == [text.text]
    assert [mark.text for mark in kept.marks] == ["Ngày:"]


def test_the_head_above_a_stamps_frame_belongs_to_it():
    rules = Rules(
        (Rule(600, 100, 480), Rule(780, 100, 480)),
        (Rule(100, 530, 780), Rule(480, 535, 780)),
    )
    (frame,) = stamp_frames(rules, (1650, 2340))
    assert frame.top == 530
    lines = [line("TRUNG TÂM CÔNG BÁO", 150, 550), line("Về việc tăng cường", 700, 550)]
    kept = set_aside(lines, rules, None, lambda box: box, (1650, 2340))
    assert [one.text for one in kept.lines] == ["Về việc tăng cường"]


def test_a_name_stamped_in_red_stays_in_the_text():
    page = sealed_page()
    page[900:930, 100:300] = (205, 40, 50)
    inks = find_inks(page)
    kept = set_aside([line("Lê Hoàng Anh", 100, 900, 12)], Rules(), inks, lambda box: box, (827, 1170))
    assert [one.text for one in kept.lines] == ["Lê Hoàng Anh"]


def test_the_frame_of_a_table_is_no_stamp():
    rules = Rules((Rule(600, 100, 1500), Rule(900, 100, 1500)), (Rule(100, 600, 900), Rule(1500, 600, 900)))
    assert stamp_frames(rules, (1650, 2340)) == []


def test_ruled_lines_are_found_and_letters_are_not():
    page = np.full((2340, 1650), 255, np.uint8)
    page[500:503, 200:1400] = 0
    page[500:900, 200:203] = 0
    cv2.putText(page, "HINH THUC KHEN THUONG", (300, 1500), cv2.FONT_HERSHEY_SIMPLEX, 1.5, 0, 4)
    rules = find_rules(page)
    assert len(rules.horizontal) == 1
    assert len(rules.vertical) == 1
    assert abs(rules.horizontal[0].start - 200) < 8


def layer(text, fonts=()):
    words = text.split()
    placed = tuple(
        Word(w, Box(90 * (n % 9), 60 * (n // 9), 90 * (n % 9) + 80, 60 * (n // 9) + 30)) for n, w in enumerate(words)
    )
    return TextLayer(placed, fonts=fonts, font_of=tuple(0 for _ in words) if fonts else ())


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Ủy ban nhân dân huyện ban hành kế hoạch thi đua khen thưởng năm 2024 như sau " * 9, LayerVerdict.GOOD),
        ("Uy ban nhan dan huyen ban hanh ke hoach thi dua khen thuong nam 2024 nhu sau " * 9, LayerVerdict.GARBLED),
        ("", LayerVerdict.ABSENT),
    ],
)
def test_text_layers_are_judged_by_whether_they_make_sense(text, verdict):
    assert judge_layer(layer(text), 700, has_image=True).verdict is verdict


def test_a_layer_in_a_legacy_encoding_is_good_and_converted():
    coded = layer("Uû ban nh©n d©n huyÖn ban hµnh kÕ ho¹ch thi ®ua khen th­ëng " * 9, (".VnTime",))
    assert judge_layer(coded, 700, has_image=True).verdict is LayerVerdict.GOOD
    assert "kế hoạch thi đua khen thưởng" in " ".join(word.text for word in in_unicode(coded).words)
