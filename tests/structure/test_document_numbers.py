"""Numbers of every type of document, in every form, are read whole: in letterheads, in citations, in queries."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.store.entries import exact_form
from pipeline.store.query import TOKEN, Query
from pipeline.structure.entities.citations import mentions
from pipeline.vietnamese.administrative.document_numbers import (
    DASHES,
    DocumentNumber,
    find_numbers,
    labelled_number,
    whole_number,
    with_kept_hyphens,
)
from tests.structure.samples import codes_of, header_of, structure_of
from tests.vietnamese.made_up_numbers import MadeUp, made_up_numbers

_NO_SOFT = DASHES.replace("\u00ad", "")  # restoration has put a hyphen for it


def missed(numbers: list[MadeUp], read: list[str | None]) -> list[tuple[str, str, str | None]]:
    return [(one.written, one.read, found) for one, found in zip(numbers, read, strict=True) if found != one.read]


def test_a_thousand_numbers_are_read_whole_in_letterheads() -> None:
    numbers = made_up_numbers(1000, seed=1, dashes=_NO_SOFT)
    heads = [
        structure_of(
            "UBND HUYỆN BẮC SƠN                 CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
            "UBND XÃ ĐỒNG TIẾN                  Độc lập - Tự do - Hạnh phúc\n"
            f"Số: {one.written}                    Đồng Tiến, ngày 5 tháng 3 năm 2021\n\nKẾ HOẠCH\nThi đua\n"
        )
        for one in numbers
    ]
    assert missed(numbers, [header_of(head)["number"] for head in heads]) == []
    assert {code for head in heads for code in codes_of(head)} == set()
    assert {header_of(head)["place"] for head in heads} == {"Đồng Tiến"}


def test_a_thousand_numbers_are_read_whole_in_citations() -> None:
    numbers = made_up_numbers(1000, seed=2, dashes=_NO_SOFT)
    read = []
    for one in numbers:
        text = f"Căn cứ Văn bản số {one.written} ngày 03 tháng 4 năm 2024 của UBND huyện Thạch Lĩnh về việc thi đua;"
        cited = [mention.citation for mention in mentions(text)]
        read.append(cited[0].number if len(cited) == 1 and cited[0].date == "2024-04-03" else None)
    assert missed(numbers, read) == []


def test_a_thousand_numbers_typed_as_queries_ask_for_what_the_index_has_of_them() -> None:
    strangers = []
    for one in made_up_numbers(1000, seed=3):
        query = Query.parse(one.written)
        wanted = tuple(TOKEN.findall(exact_form(one.read)))
        if len(query.items) != 1 or wanted not in query.items[0].exact:
            strangers.append((one.written, query.items))
    assert strangers == []


@pytest.mark.parametrize(
    ("query", "tokens"),
    [
        ("47/kh-ubnd", ("47", "kh", "ubnd")),
        ("47 / KH – UBND", ("47", "kh", "ubnd")),
        ("15/2010/QD_UBND", ("15", "2010", "qd", "ubnd")),
        ("5/KH-UBND", ("05", "kh", "ubnd")),
        ("0005/KH-UBND", ("5", "kh", "ubnd")),
        ("12 - kh/đu", ("12", "kh", "đu")),
    ],
)
def test_a_number_in_a_query_is_one_phrase(query: str, tokens: tuple[str, ...]) -> None:
    (item,) = Query.parse(query).items
    assert tokens in item.exact


@pytest.mark.parametrize("query", ["5 - thi đua", "12 – quy chế", "30 / trẻ em"])
def test_a_dash_between_words_of_a_query_makes_no_number(query: str) -> None:
    assert len(Query.parse(query).items) == 3


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("theo Kế hoạch 47/KH-UBND - Ban Thi đua huyện", ["47/KH-UBND"]),
        ("Điều 5 - Ban Thi đua; năm 2024 - UBND xã", []),
        ("từ ngày 5/3/2024 đến 30/4/2024, 24/7, 2/3", []),
        ("Kế hoạch số 112/KH-UBNDngày 03 tháng 4", ["112/KH-UBND"]),
        ("Quyết định số 6858/QĐ- BYT và 1234/QĐ.UB", ["6858/QĐ-BYT", "1234/QĐ.UB"]),
        ("Luật số 33/2019/QH14, Nghị quyết 04/2024/UBTVQH15", ["33/2019/QH14", "04/2024/UBTVQH15"]),
        ("ý kiến 12/15 phiếu, khổ A4/A3, xe 29A-12345", []),
    ],
)
def test_only_numbers_are_numbers(text: str, numbers: list[str]) -> None:
    assert [str(found.number) for found in find_numbers(text)] == numbers


@pytest.mark.parametrize(
    ("after_label", "number"),
    [
        ("    /2010/QĐ-UBND", "/2010/QĐ-UBND"),
        (" ...... / KH - UBND", "/KH-UBND"),
        (" 12 KH/TĐTN", "12 KH/TĐTN"),
        (" 1O/KH-UBND", "10/KH-UBND"),
        (" 47%KH-UBND", "47/KH-UBND"),
        (" 4 7/2010/KH-U BND", "47/2010/KH-UBND"),
    ],
)
def test_what_follows_the_label_may_be_blank_or_damaged(after_label: str, number: str) -> None:
    found = labelled_number(after_label)
    assert found is not None
    assert str(found.number) == number


def test_a_year_stays_when_the_serial_is_blank() -> None:
    text = "UBND XÃ ĐỒNG TIẾN\nSố:     /2010/QĐ-UBND\n\nQUYẾT ĐỊNH\nVề việc thi đua\n\nĐiều 1. Ban hành Quy chế.\n"
    structure = structure_of(text)
    assert header_of(structure)["number"] == "/2010/QĐ-UBND"
    assert codes_of(structure) == {"number_unreadable"}


@pytest.mark.parametrize("line", ["47/2010/KH-UBND", "(47/2010/KH-UBND)", "Số 47/2010/KH-UBND", "SỐ: 47/2010/KH–UBND"])
def test_a_number_needs_no_label_where_it_stands_alone(line: str) -> None:
    head = "UBND XÃ ĐỒNG TIẾN\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
    structure = structure_of(f"{head}{line}\n\nKẾ HOẠCH\nThi đua\n\nI. MỤC ĐÍCH\nThi đua.\n")
    assert header_of(structure)["number"] == "47/2010/KH-UBND"


def test_a_soft_hyphen_in_a_number_is_printed_and_one_in_a_word_is_not() -> None:
    text = "Số: 47/KH\u00adUBND, ho\u00adạt động, PHO\u00adNG TRÀO"
    assert with_kept_hyphens(text) == "Số: 47/KH-UBND, ho\u00adạt động, PHO\u00adNG TRÀO"


@given(st.text(alphabet="0123456789/-–⁄ abKHQĐUBNDđ.&_\u00ad\u2011", max_size=40))
def test_any_signs_are_read_without_an_error_and_nothing_is_invented(text: str) -> None:
    for found in find_numbers(text):
        assert text[found.start : found.end]
        digits = re.findall(r"\d", str(found.number))
        assert digits == re.findall(r"\d", text[found.start : found.end])
    for number in (labelled_number(text), whole_number(text)):
        assert number is None or isinstance(number, DocumentNumber) or number.end <= len(text)
