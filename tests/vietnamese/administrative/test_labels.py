"""The fixed words of the form, whole and damaged, alone on a line and beside other words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.vietnamese.administrative.labels import (
    AUTHORITY,
    MOTTO,
    PARTY,
    STATE,
    UNION,
    has_motto,
    heads_right_column,
    holds_motto,
    is_motto,
    is_recipients_label,
    opens_addressees,
    opens_recipients,
    phrase_in,
    recipients_label_end,
)
from pipeline.vietnamese.folding import strip_marks


@pytest.mark.parametrize("phrase", [STATE, MOTTO, PARTY])
@given(st.data())
def test_a_motto_is_known_with_any_letter_misread(phrase: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(phrase) - 1))
    damaged = phrase[:at] + data.draw(st.sampled_from("XQ1.")) + phrase[at + 1 :]
    for text in (phrase, phrase.upper(), strip_marks(phrase), damaged):
        assert is_motto(text)
        assert holds_motto(text)


def test_what_heads_the_right_column_is_no_motto_under_it() -> None:
    assert heads_right_column(STATE) and heads_right_column(PARTY)
    assert not heads_right_column(MOTTO)


def test_a_motto_beside_the_other_column_is_cut_out_whole() -> None:
    text = f"UBND HUYỆN BẮC SƠN {STATE}"
    assert has_motto(text) and not is_motto(text)
    found = phrase_in(text, STATE)
    assert found is not None and text[slice(*found)] == STATE
    assert phrase_in("UBND HUYỆN BẮC SƠN", STATE) is None


@pytest.mark.parametrize(
    ("text", "phrase"),
    [("ĐẢNG BỘ TỈNH LÂM ĐỒNG", PARTY), ("HỘI CỰU CHIẾN BINH VIỆT NAM", STATE), ("ĐOÀN THANH NIÊN XÃ PHÚ KHÊ", UNION)],
)
def test_a_body_that_shares_words_with_a_motto_holds_none(text: str, phrase: str) -> None:
    assert phrase_in(text, phrase) is None
    assert not holds_motto(text)


@pytest.mark.parametrize("text", ["Nơi nhận:", "Nơi nhận", "NƠI NHẬN:", "Noi nhan:", "Nơi nhân;", "Nơi gửi:"])
def test_the_label_of_the_recipients_alone(text: str) -> None:
    assert is_recipients_label(text) and opens_recipients(text)


@pytest.mark.parametrize(
    ("text", "rest"),
    [("Nơi nhận: Như trên; Lưu: VT.", " Như trên; Lưu: VT."), ("Nơi nhận: TM. ỦY BAN", " TM. ỦY BAN")],
)
def test_what_stands_behind_the_label(text: str, rest: str) -> None:
    end = recipients_label_end(text)
    assert end is not None and text[end:] == rest
    assert not is_recipients_label(text)


@pytest.mark.parametrize("text", ["nơi nhận hồ sơ:", "Nơi nhận hồ sơ là bộ phận một cửa", "Nội dung:", "Nội dung", ""])
def test_other_words_are_no_label(text: str) -> None:
    assert not opens_recipients(text)


def test_addressees() -> None:
    assert opens_addressees("Kính gửi: Ủy ban nhân dân huyện")
    assert opens_addressees("Kinh gui các phòng")
    assert not opens_addressees("Kính thưa các đồng chí")


@pytest.mark.parametrize(
    "text", ["KT. CHỦ TỊCH", "T/M BAN CHẤP HÀNH", "TUQ. GIÁM ĐỐC", "TM, ỦY BAN", "KT CHỦ TỊCH", "Q. CHỦ TỊCH"]
)
def test_signs_of_authority(text: str) -> None:
    assert AUTHORITY.match(text)


@pytest.mark.parametrize("text", ["TM, CT, HC", "TLS hội nghị", "CHỦ TỊCH", "Các phòng: TM, KT"])
def test_abbreviations_in_a_list_are_no_authority(text: str) -> None:
    assert not AUTHORITY.match(text)


@given(st.text(max_size=60))
def test_no_text_breaks_the_readers(text: str) -> None:
    for phrase in (STATE, MOTTO, PARTY, UNION):
        found = phrase_in(text, phrase)
        assert found is None or 0 <= found[0] < found[1] <= len(text)
    end = recipients_label_end(text)
    assert end is None or 0 < end <= len(text)
    is_motto(text), has_motto(text), opens_addressees(text)
