"""Quotation marks are put back where their ink stands, and only there."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.reading.engines import EngineLine
from pipeline.reading.glyphs.quotation_marks import with_quotation_marks
from pipeline.values import Box, Word
from tests.fonts import FAMILIES
from tests.reading.samples import printed, read_as

PRINTED = "Phong trào “Cán bộ văn hóa công sở” giai đoạn 2019"


def mended(text, changes, **how):
    grey, line, letter = printed(text, **how)
    (done,) = with_quotation_marks([read_as(line, changes)], grey, letter)
    return done.text


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(("style", "size"), [("regular", 26), ("bold", 40), ("italic", 64), ("bold", 64)])
@pytest.mark.parametrize("word", ["sở", "sở'", "sở*", "sở’"])
def test_a_closing_mark_that_was_dropped_or_read_as_another_sign_is_put_back(family, style, size, word):
    assert mended(PRINTED, {"sở”": word}, family=family, style=style, size=size) == PRINTED


@pytest.mark.parametrize("word", ["Cán", "*Cán", "'Cán"])
def test_an_opening_mark_is_put_back(word):
    assert mended(PRINTED, {"“Cán": word}) == PRINTED


def test_the_mark_stands_before_the_stop_as_it_is_printed():
    text = "Khẩu hiệu “Quyết thắng”, “Chủ động”; “Bí mật”."
    assert mended(text, {"thắng”,": "thắng,", "động”;": "động;", "mật”.": "mật."}) == text


def test_the_mark_stands_behind_the_stop_where_it_is_printed_there():
    text = "Khẩu hiệu: “Tất cả vì học sinh.” Toàn trường"
    assert mended(text, {"sinh.”": "sinh."}) == text


def test_nothing_is_put_in_where_no_ink_stands():
    text = "Phong trào “Cán bộ ở Ấp Bể Ngự Hữu Đẻ Vẫn 30° giữ lấy lề"
    assert mended(text, {}) == text


def test_a_mark_without_its_partner_is_left_alone():
    text = "đẹp” và “tốt"
    assert mended(text, {"đẹp”": "đẹp"}) == "đẹp và “tốt"


def test_a_quotation_over_two_lines_is_closed():
    first, line, letter = printed("Phong trào “Cán bộ thi đua")
    second, other, _ = printed("thực hiện văn hóa công sở” năm")
    wide = max(first.shape[1], second.shape[1])
    page = np.vstack(
        [np.pad(part, ((0, 0), (0, wide - part.shape[1])), constant_values=255) for part in (first, second)]
    )
    down = first.shape[0]
    words = tuple(
        Word(word.text.rstrip("”"), Box(word.box.left, word.box.top + down, word.box.right, word.box.bottom + down))
        for word in other.words
    )
    done = with_quotation_marks([line, EngineLine(Box.around(word.box for word in words), words)], page, letter)
    assert done[1].text == "thực hiện văn hóa công sở” năm"
