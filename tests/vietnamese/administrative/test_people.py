"""Family names, ranks and posts: one list of each, and what a reader may make of a damaged word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.vietnamese.administrative.family_names import (
    FAMILY_NAMES,
    IN_SENTENCES,
    is_family_name,
    may_be_family_name,
    with_own_marks,
)
from pipeline.vietnamese.administrative.personal_names import is_personal_name
from pipeline.vietnamese.administrative.posts import CHIEF_POSTS, POSTS
from pipeline.vietnamese.administrative.ranks import glued_length, is_degree, ranks_length, without_ranks
from pipeline.vietnamese.folding import fold
from pipeline.vietnamese.tones import to_old_style
from pipeline.vietnamese.unicode import clean


def test_lists_are_written_in_one_form() -> None:
    for word in (*FAMILY_NAMES, *IN_SENTENCES, *POSTS):
        assert word == clean(word) == to_old_style(word)
    assert all(name == name.capitalize() for name in FAMILY_NAMES)
    assert all(post.isupper() for post in POSTS)
    assert len(set(POSTS)) == len(POSTS)


def test_every_family_name_is_one_in_any_case_and_stays() -> None:
    for name in FAMILY_NAMES:
        assert is_family_name(name) and is_family_name(name.upper())
        assert may_be_family_name(name) and may_be_family_name(fold(name))
        assert with_own_marks(name) == name
        assert is_personal_name(f"{name} Thị Hoa")


@pytest.mark.parametrize("name", ["Đậu", "Mông", "Thiều", "Hán", "Siu", "Ksor", "Điểu", "Lềnh", "Mẫn", "Rmah", "Kpă"])
def test_names_that_one_list_knew_and_another_did_not(name: str) -> None:
    assert is_family_name(name)
    assert name.lower() in IN_SENTENCES


@pytest.mark.parametrize(
    ("read", "name"),
    [("Nguyển", "Nguyễn"), ("NGUYÊN", "NGUYỄN"), ("Vỏ", "Võ"), ("Dường", "Dương"), ("Trân", "Trần"), ("Hả", "Hà")],
)
def test_marks_that_can_be_no_others_are_put_right(read: str, name: str) -> None:
    assert with_own_marks(read) == name


@pytest.mark.parametrize("word", ["Mạ", "Đường", "Ly", "Vu", "Hạ", "Chữ", "Kế", "Irọng", ""])
def test_a_name_of_its_own_and_what_two_names_may_have_been_stay(word: str) -> None:
    assert with_own_marks(word) == word


@given(st.text(max_size=12))
def test_no_word_is_put_right_twice_or_loses_letters(word: str) -> None:
    right = with_own_marks(word)
    assert with_own_marks(right) == right
    assert fold(right) == fold(word)


@pytest.mark.parametrize("word", ["BẢN", "Viện", "NHÂN", "Thắng", "GIÁNG", "ĐẤU", "Tháng", "Kiến"])
def test_usual_words_with_the_letters_of_a_rare_name_are_none(word: str) -> None:
    assert not may_be_family_name(word)


def test_a_common_name_is_known_by_its_letters() -> None:
    assert may_be_family_name("Nguyển") and may_be_family_name("NGUYEN") and may_be_family_name("Vỏ")


@pytest.mark.parametrize("text", ["Giàng A Pháo", "Y Thuần", "Lý A Chớ", "Rmah H Lan", "ThS. Điểu K Ré"])
def test_single_letters_of_the_highlands_are_parts_of_names(text: str) -> None:
    assert is_personal_name(text)


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("PGS.TS. Lê Hoàng Anh", "Lê Hoàng Anh"),
        ("Ths. Mai Hữu Nghĩa", "Mai Hữu Nghĩa"),
        ("BS. CKII Lê An", "Lê An"),
        ("BS.CK1 Lê An", "Lê An"),
        ("TS.Vũ Ngọc Ánh", "Vũ Ngọc Ánh"),
        ("TSVũ Ngọc Ánh", "Vũ Ngọc Ánh"),
        ("Đại tá Nguyễn Văn Bình", "Nguyễn Văn Bình"),
        ("Thiếu tướng, PGS, TS Trần An", "Trần An"),
        ("KSOR H’BLÂM", "KSOR H’BLÂM"),
        ("Lê An", "Lê An"),
        ("TS. ", "TS. "),
    ],
)
def test_ranks_are_set_apart(text: str, bare: str) -> None:
    assert without_ranks(text) == bare
    assert text[ranks_length(text) :] == bare


def test_a_word_of_degrees() -> None:
    assert is_degree("PGS.TS.") and is_degree("BSCKII") and is_degree("ThS.")
    assert not is_degree("Tâm") and not is_degree("TS.Vũ")
    assert glued_length("TS.Vũ") == 3 and glued_length("PGS.TS.Vũ") == 7 and glued_length("Vũ") == 0


def test_every_post_has_its_deputy() -> None:
    assert {f"PHÓ {post}" for post in CHIEF_POSTS} <= set(POSTS)
