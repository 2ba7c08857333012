"""Training pages: what is said to stand on them stands there, and numbers by pen can be told apart."""

from __future__ import annotations

import random
from collections import Counter

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from rapidfuzz.distance import Levenshtein

from pipeline.training.recogniser import pen
from pipeline.training.recogniser.alphabet import ALPHABET, INDEX, decoded, labels, spelled
from pipeline.training.recogniser.damage import damaged
from pipeline.training.recogniser.fonts import face
from pipeline.training.recogniser.made_lines import made_line
from pipeline.training.recogniser.page import Page, Printed, Token, printed_page
from pipeline.training.recogniser.pen import FORMS, a_hand, written
from pipeline.training.recogniser.text import Paragraphs
from pipeline.training.recogniser.two_marks import Stacking, print_text

SERIF = (
    "LiberationSerif-Regular.ttf",
    "LiberationSerif-Bold.ttf",
    "LiberationSerif-Italic.ttf",
    "LiberationSerif-BoldItalic.ttf",
)
TEXT = Paragraphs(
    {
        "vbpl": [
            "Ủy ban nhân dân các xã, phường phối hợp thực hiện Kế hoạch này; báo cáo kết quả trước ngày 15 hằng tháng.",
            "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025; theo đề nghị của Giám đốc Sở Nội vụ.",
        ]
    }
)


@pytest.fixture(autouse=True)
def _without_handwriting_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set-up installs them for training only; with them or without, all else is the same."""
    monkeypatch.setattr(pen, "_hand_fonts", lambda: ())


def _page(seed: int) -> Page:
    return printed_page(random.Random(seed), TEXT, {SERIF: 1.0})


def test_each_token_has_its_ink_between_its_ends() -> None:
    page = _page(1)
    assert len(page.lines) > 20
    for line in page.lines:
        rows = page.image[max(0, int(line.top)) : int(line.bottom) + 1]
        for token in line.tokens:
            assert (rows[:, max(0, int(token.left)) : int(token.right) + 1] < 160).any(), token


def test_the_same_seed_prints_the_same_page() -> None:
    first, second = _page(2), _page(2)
    assert first.lines == second.lines
    assert np.array_equal(first.image, second.image)


def test_crops_show_the_text_they_are_said_to_show() -> None:
    from pipeline.training.recogniser import start
    from pipeline.training.recogniser.crops import Cutter, ink_map, page_samples
    from pipeline.training.recogniser.measure import Reader

    samples = page_samples(Cutter(), TEXT, {SERIF: 1.0}, seed=3, clean=True)
    samples = [one for one in samples if one.text and not one.by_pen]
    reader = Reader(start.with_outputs(start.MODEL.read_bytes(), ("topv", "topi")), start.alphabet())
    read = [text for text, _ in reader.read([ink_map(one) for one in samples])]
    wrong = sum(Levenshtein.distance(one.text, text) for one, text in zip(samples, read, strict=True))
    # trueocr misreads three signs in a hundred; labels of other lines would be wrong nearly throughout.
    assert wrong < 0.08 * sum(len(one.text) for one in samples)
    assert len(samples) > 20


def test_a_box_that_cuts_a_word_has_no_text_and_one_around_two_has_both() -> None:
    from pipeline.training.recogniser.crops import shown

    line = Printed((Token("Kế", 10, 50, spaced=False), Token("hoạch", 60, 140, spaced=True)), 100, 130)
    both = shown([line], (8, 100, 143, 130))
    assert both is not None
    assert [token.text for token in both] == ["Kế", "hoạch"]
    assert shown([line], (8, 100, 100, 130)) is None
    assert shown([line], (8, 112, 143, 142)) is None


def test_a_box_around_two_lines_beside_each_other_has_a_blank_between_them() -> None:
    from pipeline.training.recogniser.crops import shown

    left = Printed((Token("SỞ", 10, 50, spaced=True), Token("Y", 60, 70, spaced=True)), 100, 130)
    right = Printed((Token("CỘNG", 300, 380, spaced=True),), 101, 131)
    tokens = shown([right, left], (8, 100, 383, 130))
    assert tokens is not None
    assert [token.text for token in tokens] == ["SỞ", "Y", "CỘNG"]
    assert all(line.tokens[0].spaced for line in _page(8).lines)


def test_damage_leaves_the_size_and_most_of_the_ink() -> None:
    page = _page(4)
    for seed in range(8):
        scan = damaged(page.image, page.dpi, random.Random(seed))
        assert scan.shape == page.image.shape
        ink, paper = scan[page.image < 80].mean(), scan[page.image > 250].mean()
        assert paper - ink > 40, seed


def test_made_lines_keep_to_the_alphabet_and_use_all_of_its_signs() -> None:
    rng = random.Random(5)
    seen = Counter("".join(piece.text for _ in range(20_000) for piece in made_line(rng, TEXT)))
    assert set(seen) <= set(ALPHABET)
    missing = {sign for sign in ALPHABET if not sign.isalpha()} - set(seen)
    assert not missing


@given(st.text(alphabet=st.sampled_from("aBcếỆ đĐ.–—“”  12/&\u0301\u00a0☺"), max_size=40))
def test_spelling_is_settled_at_once_and_labels_lead_back(text: str) -> None:
    once = spelled(text)
    assert spelled(once) == once
    apart = [label for one in labels(once) for label in (one, 0)]
    assert decoded(apart) == once


def test_alphabet_has_each_sign_once() -> None:
    assert len(INDEX) == len(ALPHABET)


def test_digits_by_pen_can_be_told_apart_by_their_shape() -> None:
    rng = random.Random(6)
    known = {digit: [_shape(digit, rng) for _ in range(60)] for digit in "0123456789"}
    right = tries = 0
    for digit in known:
        for _ in range(12):
            shape = _shape(digit, rng)
            best = max(known, key=lambda one: max(float((shape * other).sum()) for other in known[one]))
            right, tries = right + (best == digit), tries + 1
    assert right > 0.85 * tries


def _shape(digit: str, rng: random.Random) -> np.ndarray:
    ink = written(digit, a_hand(rng), 40, rng)
    small = cv2.GaussianBlur(cv2.resize(ink, (24, 32), interpolation=cv2.INTER_AREA), (0, 0), 1.5)
    small = small - small.mean()
    return np.asarray(small / (np.linalg.norm(small) + 1e-6))


@pytest.mark.parametrize("number", ["1", "10", "2084", "77147", "21/3/18", "3176B"])
def test_a_number_by_pen_loses_no_digit(number: str) -> None:
    rng = random.Random(7)
    for _ in range(20):
        hand = a_hand(rng)
        ink = written(number, hand, 40, rng)
        # What is written grows with each sign: a lost one would leave the width of the number without it.
        digits = [sign for sign in number if sign in FORMS]
        assert ink.shape[1] > 0.16 * 40 * len(digits)
        assert (ink.max(0) > 0.3).mean() > 0.3


@pytest.mark.parametrize("letters", ["êề", "âầ", "ÔỒ", "ÊẾ"])
def test_second_marks_stand_right_of_the_roof_as_in_times_new_roman(letters: str) -> None:
    def printed(letter: str, stacking: Stacking | None) -> np.ndarray:
        image = Image.new("L", (160, 160), 255)
        print_text(ImageDraw.Draw(image), (40, 120), letter, face(SERIF[0], 80), stacking)
        return np.asarray(image, np.int32)

    roof = printed(letters[0], None)
    columns = np.flatnonzero((printed(letters[1], Stacking(0, 0, 0.75)) < roof - 60).any(0))
    middle = np.flatnonzero((roof < 128).any(0)).mean()
    assert columns.size
    assert columns.mean() > middle + 4
