"""A query is answered however it is spelt: i or y, other letters like đ, abbreviations, quotation marks left open."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.store.entries import index_entry
from pipeline.store.index import CorpusIndex
from pipeline.store.query import Query
from pipeline.store.search import search
from pipeline.store.suggesting import unknown_words
from tests.store.test_search import plan, section

PLANS = [
    plan("a.txt", section("1", "Nội dung", "Bồi dưỡng kỹ thuật trồng lúa; công ty cấp nước; quý III; lý lịch.")),
    plan("b.txt", section("1", "Nội dung", "Tập huấn kĩ thuật nuôi ong cho Công ti Nông nghiệp.")),
    plan("c.txt", section("1", "Mục đích", "Đẩy mạnh cải cách hành chính (CCHC) ở xã.")),
    plan("d.txt", section("1", "Chỉ tiêu", "Chỉ số CCHC tăng hai bậc.")),
    plan("e.txt", section("1", "Giải pháp", "Cải cách hành chính gắn với chuyển đổi số.")),
    plan("f.txt", section("1", "Hội đồng", "Hội đồng Thi đua và Khen thưởng (sau đây gọi tắt là HĐTĐKT) họp quý.")),
    plan("g.txt", section("1", "Cán bộ", "Phân công HĐTĐKT xét duyệt. Khen thưởng Đoàn thanh niên.")),
    plan("h.txt", section("1", "Ghi chú", "Mã CXD (xem bảng) là của kho.")),
]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("spellings") / "corpus.sqlite"
    with CorpusIndex(path) as index, index.transaction():
        for document in PLANS:
            index.put(index_entry(document))
    return path


def found(corpus: Path, query: str, *, exact: bool = False) -> set[str]:
    return {hit.path.removesuffix(".txt") for hit in search(corpus, query, exact=exact, limit=20)}


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize(
    ("query", "papers"),
    [
        ("kĩ thuật", "ab"),
        ("kỹ thuật", "ab"),
        ('"kĩ thuật"', "ab"),
        ("công ti", "ab"),
        ('"công ty"', "ab"),
        ("quí", "af"),
        ("lí lịch", "a"),
        ("CCHC", "cde"),
        ("cải cách hành chính", "cde"),
        ('"cải cách hành chính"', "cde"),
        ("chỉ số cải cách hành chính", "d"),
        ("HĐTĐKT", "fg"),
        ("CXD", "h"),
        ("Ðoàn thanh niên", "g"),
        ("ðoàn", "g"),
        ('"chuyển đổi', "e"),
        ('xã "cải cách hành chính', "c"),
        ("“chuyển đổi số”", "e"),
        ("hành chính -số", "c"),
    ],
)
def test_it_is_found(query: str, papers: str, exact: bool, corpus: Path) -> None:
    assert found(corpus, query, exact=exact) == set(papers)


def test_what_is_left_out_is_so_in_either_spelling(corpus: Path) -> None:
    assert found(corpus, 'nội dung -"kĩ thuật"') == set()
    assert found(corpus, "-lúa kĩ thuật") == {"b"}


def test_the_best_hit_is_spelt_as_it_was_typed(corpus: Path) -> None:
    assert search(corpus, '"kĩ thuật"')[0].path == "b.txt"
    assert search(corpus, '"kỹ thuật"')[0].path == "a.txt"


def test_a_slip_is_offered_and_another_spelling_is_none(corpus: Path) -> None:
    assert [(one.word, one.near[:1]) for one in unknown_words(corpus, "bồi dưỡgn kĩ thuật")] == [("dưỡgn", ("dưỡng",))]
    assert unknown_words(corpus, "lí lịch") == []


@pytest.mark.parametrize("query", ['"', '""', "-", '-"', "“", '"-"', "- -", '"" -'])
def test_signs_alone_ask_for_nothing(query: str) -> None:
    assert Query.read(query).items == ()


def test_an_inch_sign_opens_no_phrase() -> None:
    assert [item.exact[0] for item in Query.read('màn hình 32" và loa').items] == [
        ("màn",),
        ("hình",),
        ("32",),
        ("và",),
        ("loa",),
    ]
