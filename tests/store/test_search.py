"""The index and the search: marks or none, phrases, roles, copies, rank."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import UnusableInputError, UsageError
from pipeline.schema import (
    Document,
    FieldValue,
    Header,
    PageLine,
    PageRecord,
    Role,
    Section,
    Source,
    Status,
)
from pipeline.store.atomic import write_atomic
from pipeline.store.documents import to_json
from pipeline.store.index import CorpusIndex, index_entry
from pipeline.store.layout import document_name
from pipeline.store.search import search


def plan(path: str, *sections: Section, subject: str = "Một kế hoạch") -> Document:
    """A document with these sections."""
    return Document(
        doc_id=f"sha256:{path}",
        source=Source(path=path, sha256=path, bytes=1),
        status=Status.OK,
        header=Header(number=FieldValue(value="28/KH-UBND"), subject=FieldValue(value=subject)),
        sections=list(sections),
    )


def section(number: str, heading: str, text: str, *roles: Role, children: tuple[Section, ...] = ()) -> Section:
    """A section on page 2."""
    return Section(
        id=number, number=number, heading=heading, text=text, roles=list(roles), page=2, children=list(children)
    )


PLANS = [
    plan(
        "road.txt",
        section("1", "Nội dung", "Sửa chữa đường liên thôn trước mùa mưa.", Role.NOI_DUNG),
        section("2", "Kinh phí", "Đường đi bằng ngân sách xã; dương lịch 2024.", Role.KINH_PHI),
    ),
    plan("sun.txt", section("1", "Nội dung", "Thái dương hệ và năng lượng mặt trời.", Role.NOI_DUNG)),
    plan(
        "praise.txt",
        section(
            "1",
            "Khen thưởng",
            "",
            Role.KHEN_THUONG,
            children=(section("1.1", "Hồ sơ đề nghị", "Tờ trình kèm danh sách tập thể."),),
        ),
        section("2", "Tổ chức", "Danh sách đơn vị thực hiện; hòa giải ở cơ sở.", Role.TO_CHUC_THUC_HIEN),
        subject="Thi đua",
    ),
]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "corpus.sqlite"
    with CorpusIndex(path) as index, index.transaction():
        for document in PLANS:
            index.put(index_entry(document))
        index.put_copy("copy/road.txt", "road.txt")
    return path


def found(corpus: Path, query: str, **options: object) -> list[tuple[str, str | None]]:
    """(document, section) of each hit."""
    return [(hit.path, hit.section) for hit in search(corpus, query, **options)]  # type: ignore[arg-type]


def test_a_query_without_marks_finds_d_with_a_bar(corpus: Path) -> None:
    assert set(found(corpus, "duong")) == {("road.txt", "1"), ("road.txt", "2"), ("sun.txt", "1")}


def test_marks_in_the_query_put_the_right_word_first(corpus: Path) -> None:
    assert found(corpus, "đường")[0][0] == "road.txt"
    assert found(corpus, "dương")[0] == ("sun.txt", "1") or found(corpus, "thái dương")[0] == ("sun.txt", "1")


def test_exact_asks_for_the_marks_as_typed(corpus: Path) -> None:
    assert set(found(corpus, "đường", exact=True)) == {("road.txt", "1"), ("road.txt", "2")}
    assert found(corpus, "duong", exact=True) == []


def test_capitals_and_decomposed_letters_make_no_difference(corpus: Path) -> None:
    query = unicodedata.normalize("NFD", "ĐƯỜNG LIÊN THÔN")
    assert found(corpus, query, exact=True) == [("road.txt", "1")]


def test_both_ways_of_placing_the_tone_are_one_word(corpus: Path) -> None:
    assert found(corpus, "hoà giải", exact=True) == [("praise.txt", "2")]


def test_all_words_are_asked_for_and_most_of_them_if_no_section_has_them_all(corpus: Path) -> None:
    assert found(corpus, "duong mua") == [("road.txt", "1")]
    assert found(corpus, "giải trời") == []
    assert found(corpus, "sua duong thon bien") == [("road.txt", "1")]


def test_quoted_words_have_to_follow_each_other(corpus: Path) -> None:
    assert found(corpus, '"thôn liên"') == []
    assert found(corpus, '"liên thôn"') == [("road.txt", "1")]


def test_a_document_s_number_is_found_as_it_is_written(corpus: Path) -> None:
    assert {path for path, _ in found(corpus, "28/KH-UBND")} == {"road.txt", "sun.txt", "praise.txt"}


def test_a_role_keeps_sections_that_have_it_or_lie_in_one_that_has_it(corpus: Path) -> None:
    assert set(found(corpus, "danh sach")) == {("praise.txt", "1.1"), ("praise.txt", "2")}
    assert found(corpus, "danh sach", role="khen_thuong") == [("praise.txt", "1.1")]
    assert found(corpus, "danh sach", role="kinh_phi") == []


def test_a_hit_says_where_it_is_and_marks_the_words_it_found(corpus: Path) -> None:
    hit = search(corpus, "lien thon")[0]
    assert (hit.path, hit.heading, hit.page, hit.roles) == ("road.txt", "1. Nội dung", 2, ("noi_dung",))
    assert [hit.snippet[a:b] for a, b in hit.highlights] == ["liên", "thôn"]
    assert hit.copies == ("copy/road.txt",)


def test_a_hit_far_down_a_section_names_the_page_it_stands_on(corpus: Path) -> None:
    pages = [
        PageRecord(number=number, width=1, height=1, text_source="ocr", lines=[PageLine(text=text, raw=text)])
        for number, text in enumerate(["Nội dung", "Sửa chữa đường", "liên thôn trước mùa mưa."], start=1)
    ]
    document = PLANS[0].model_copy(update={"pages": pages})
    write_atomic(corpus.parent / document_name("road.txt"), to_json(document))
    assert search(corpus, "trước mùa mưa")[0].page == 3
    assert search(corpus, "sua chua")[0].page == 2
    assert search(corpus, "duong lien thon")[0].page == 2  # over a page break: where the section begins


def test_the_limit_keeps_the_best(corpus: Path) -> None:
    assert found(corpus, "duong", limit=1) == found(corpus, "duong")[:1]


def test_what_was_replaced_or_deleted_is_not_found_any_more(corpus: Path) -> None:
    with CorpusIndex(corpus) as index, index.transaction():
        index.put(index_entry(plan("road.txt", section("1", "Khác", "Trồng cây."))))
        index.delete("sun.txt")
    assert found(corpus, "duong") == []
    assert found(corpus, "trong cay") == [("road.txt", "1")]


@pytest.mark.parametrize("query", ["", "   ", '""', "-", "*()"])
def test_a_query_without_a_word_is_an_error(corpus: Path, query: str) -> None:
    with pytest.raises(UsageError):
        search(corpus, query)


def test_no_corpus_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UnusableInputError, match="sohoa ingest"):
        search(tmp_path / "corpus.sqlite", "a")


@pytest.fixture(scope="module")
def shared_corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("search") / "corpus.sqlite"
    with CorpusIndex(path) as index, index.transaction():
        for document in PLANS:
            index.put(index_entry(document))
    yield path


@settings(max_examples=60)
@given(query=st.text(st.sampled_from("đuờ ngNEAR\"*^:(){}-+'aAND OR NOT\0"), max_size=20))
def test_no_query_is_a_syntax_error(shared_corpus: Path, query: str) -> None:
    try:
        search(shared_corpus, query)
    except UsageError:
        assert not any(char.isalnum() for char in query)


def test_the_finished_index_is_one_plain_file(corpus: Path) -> None:
    assert [path.name for path in corpus.parent.iterdir()] == ["corpus.sqlite"]
    connection = sqlite3.connect(corpus)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
