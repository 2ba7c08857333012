"""The number that a file's name gives, and the many numbers in names that are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.evidence.file_name import from_names


def said(path, symbol="KH-SYT", document_type="KẾ HOẠCH"):
    found = list(from_names([path], symbol, document_type))
    return [(one.candidates[0].value, one.candidates[0].probability, one.source) for one in found]


@pytest.mark.parametrize(
    ("path", "symbol", "serial"),
    [
        ("upload/2084 kh syt.pdf", "KH-SYT", "2084"),
        ("4sv_2084 KH_SYT (1).pdf", "KH-SYT", "2084"),
        ("upload/3176b qd syt.pdf", "QĐ-SYT", "3176b"),
        ("107tb -kcn.pdf", "TB-KCN", "107"),
        ("20.tb-stttt.pdf", "TB-STTTT", "20"),
        ("2352 ( 07-CT-UBND).signed_20250221_092046.pdf", "CT-UBND", "07"),
        ("QD383STP18-02-2025.pdf", "QĐ-UBND", "383"),
        ("1761747582082-xedq39mqg-KH_1134_Vv_xay_dung__09.03.2006__0001.pdf", "KH-ĐHTĐ", "1134"),
        ("Thông báo 660.pdf", "TB-UBND", "660"),
    ],
)
def test_the_number_beside_type_or_symbol_is_the_document_s(path, symbol, serial):
    ((value, precision, source),) = said(path, symbol, "THÔNG BÁO" if "báo" in path else None)
    assert (value, source) == (serial, "file_name")
    assert precision >= 0.9


@pytest.mark.parametrize(
    "path",
    [
        "scan.pdf",
        "doc_fcfd46c4-24b9-4972-9810-42d89fe22b33.pdf",
        "1702518414736.pdf",
        "20250221_092046.pdf",
        "2017-11-15 (2).pdf",
        "H14.1999.1180.ND.001.020.pdf",
        "IMG_0003.jpg",
        "trang 2.jpg",
    ],
)
def test_moments_counters_digests_and_archives_signatures_are_no_numbers(path):
    assert said(path) == []


def test_a_number_alone_says_less_and_a_short_one_hardly_anything():
    assert said("upload/1945.pdf")[0][:2] == ("1945", 0.75)
    assert said("data/3.pdf")[0][1] < 0.3


def test_a_folder_s_name_counts_where_the_file_s_says_nothing():
    assert said("2017/2084 KH-SYT/scan.pdf") == [("2084", pytest.approx(0.77, abs=0.02), "folder_name")]
    assert said("2017/11/scan.pdf") == []


def test_no_name_alone_makes_a_number_sure():
    assert all(precision < 0.97 for _, precision, _ in said("2084 kh syt.pdf"))


def test_copies_that_repeat_a_name_are_one_witness():
    assert len(list(from_names(["a/2084 kh syt.pdf", "b/2084 kh syt.pdf", "c/2085 kh syt.pdf"], "KH-SYT", None))) == 2


@given(st.text(max_size=80))
def test_no_name_raises_and_what_is_found_stands_in_it(name):
    for one in from_names([name], "KH-SYT", "KẾ HOẠCH"):
        assert one.candidates[0].value.rstrip("abcdeđ") in name
