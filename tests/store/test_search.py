"""The index and the search: marks or none, phrases, roles, copies, rank."""

from __future__ import annotations

import re
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
from pipeline.store.entries import index_entry
from pipeline.store.index import CorpusIndex
from pipeline.store.layout import document_name
from pipeline.store.search import search
from pipeline.store.suggesting import unknown_words
from tests.store.older import make_older


def plan(path: str, *sections: Section, subject: str = "Một kế hoạch", **header: str) -> Document:
    """A document with these sections."""
    fields = {"number": "28/KH-UBND", "subject": subject, **header}
    return Document(
        doc_id=f"sha256:{path}",
        source=Source(path=path, sha256=path, bytes=1),
        status=Status.OK,
        header=Header.model_validate({name: {"value": value} for name, value in fields.items()}),
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


DATED = plan(
    "dated.txt",
    section(
        "1",
        "TỔ CHỨC THỰC HIỆN",
        "",
        Role.TO_CHUC_THUC_HIEN,
        children=(
            Section(id="1.1", number="1", text="Văn phòng tặng giấy khen trước ngày 05/4/2024."),
            Section(id="1.2", number="2", children=[Section(id="1.2.1", number="2.1", text="Mua giày cho đội bóng.")]),
        ),
    ),
    place="Sơn Hạ",
    date="2024-03-08",
)


@pytest.fixture
def dated(corpus: Path) -> Path:
    """The corpus, and a plan of Sơn Hạ of 8 March 2024."""
    with CorpusIndex(corpus) as index, index.transaction():
        index.put(index_entry(DATED))
    return corpus


@pytest.mark.parametrize(
    "date",
    [
        *("8/3/2024", "08/03/2024", "8-3-2024", "8.3.2024", "ngày 8/3/2024", "2024-03-08", "2024-3-8"),
        *("ngày 8 tháng 3 năm 2024", "ngay 08 thang 03 nam 2024", "8 tháng 3, năm 2024", "Ngày 8 tháng 3/2024"),
        *("tháng 3 năm 2024", "thang 3/2024", "03/2024", "3/2024", "2024-03", "tháng 03 năm 2024"),
    ],
)
def test_a_document_is_found_by_its_date_as_people_type_it(date: str, dated: Path) -> None:
    assert found(dated, date) == [("dated.txt", None)]
    assert found(dated, f"kế hoạch {date}, sơn hạ") == [("dated.txt", None)]


@pytest.mark.parametrize("topic_and_place", ["giay khen son ha", "giấy khen 3/2024", '"giấy khen" 2024 "Sơn Hạ"'])
def test_what_a_section_lacks_may_stand_in_the_letterhead_of_its_document(topic_and_place: str, dated: Path) -> None:
    assert found(dated, topic_and_place) == [("dated.txt", "1.1")]
    assert ("dated.txt", "1.1") not in found(dated, f"{topic_and_place} -giấy")


def test_many_letterheads_with_the_place_do_not_hide_the_sections_below_them(corpus: Path) -> None:
    with CorpusIndex(corpus) as index, index.transaction():
        for number in range(250):
            topic = "Tặng giấy khen." if number == 249 else "Trồng cây ven đường."
            index.put(index_entry(plan(f"{number}.txt", section("1", "Nội dung", topic), place="Sơn Hạ")))
    assert found(corpus, "giay khen son ha") == [("249.txt", "1")]


def test_sections_that_have_all_words_themselves_come_before_those_that_need_the_letterhead(corpus: Path) -> None:
    both = plan("both.txt", section("1", "Nội dung", "Khen thưởng của xã Sơn Hạ."))
    split = plan("split.txt", section("1", "Khen thưởng", "Khen thưởng, khen thưởng."), place="Sơn Hạ")
    with CorpusIndex(corpus) as index, index.transaction():
        index.put(index_entry(both))
        index.put(index_entry(split))
    hits = search(corpus, "khen thuong son ha")
    assert [hit.path for hit in hits] == ["both.txt", "split.txt"]
    assert hits[0].score >= hits[1].score
    assert found(corpus, "mat troi son ha") == []


def test_what_is_left_out_is_not_shown_below_a_heading(dated: Path) -> None:
    (shown,) = search(dated, '"to chuc thuc hien" -giay')
    assert (shown.section, shown.snippet) == ("1", "TỔ CHỨC THỰC HIỆN")
    (shown,) = search(dated, '"to chuc thuc hien" -giày')
    assert "giấy khen" in shown.snippet


@pytest.mark.parametrize("date", ["5/4/2024", "ngày 5 tháng 4 năm 2024", "4/2024", "2024-04-05"])
def test_a_date_is_found_however_the_text_writes_it(date: str, dated: Path) -> None:
    assert found(dated, date) == [("dated.txt", "1.1")]


@pytest.mark.parametrize("query", ["9/3/2024", "3/2025", "38/3/2024", "3/2024/QĐ-UBND", "tháng 13 năm 2024"])
def test_other_dates_and_numbers_that_only_look_like_dates_find_nothing(query: str, dated: Path) -> None:
    assert found(dated, query) == []


def test_a_document_is_found_by_its_place(dated: Path) -> None:
    assert found(dated, "son ha") == [("dated.txt", None)]


def test_a_word_after_a_minus_leaves_out(dated: Path) -> None:
    assert set(found(dated, "giay")) == {("dated.txt", "1.1"), ("dated.txt", "1.2.1")}
    assert found(dated, "giay -khen") == [("dated.txt", "1.2.1")]
    assert found(dated, 'giay -"đội bóng"') == [("dated.txt", "1.1")]
    assert found(dated, 'giay -"bóng đội"') == found(dated, "giay")
    assert found(dated, "giay -05/4/2024") == [("dated.txt", "1.2.1")]
    assert found(dated, "giay - khen") == [("dated.txt", "1.1")]  # a dash by itself leaves nothing out


def test_marks_of_a_word_that_is_left_out_are_meant(dated: Path) -> None:
    assert found(dated, "giay -giấy") == [("dated.txt", "1.2.1")]
    assert found(dated, "giay -giay") == []


def test_a_query_that_only_leaves_out_is_an_error(corpus: Path) -> None:
    with pytest.raises(UsageError, match="leave out"):
        search(corpus, "-giấy")


def test_an_item_without_a_heading_is_called_by_its_numbers_and_the_heading_above(dated: Path) -> None:
    assert [hit.title for hit in search(dated, "giấy khen")] == ["1.1 (TỔ CHỨC THỰC HIỆN)"]
    assert [hit.title for hit in search(dated, "bóng")] == ["1.2.1 (TỔ CHỨC THỰC HIỆN)"]
    assert [hit.title for hit in search(dated, "lien thon")] == ["1. Nội dung"]


def test_a_section_that_is_only_a_heading_shows_what_it_begins_with(dated: Path) -> None:
    hit = search(dated, "to chuc thuc hien")[0]
    assert hit.section == "1"
    assert hit.snippet == "TỔ CHỨC THỰC HIỆN 1. Văn phòng tặng giấy khen trước ngày 05/4/2024."
    assert ("dated.txt", "1") not in found(dated, "giấy khen")  # shown there, found where it stands


def test_only_the_words_of_a_phrase_that_stand_together_are_marked(dated: Path) -> None:
    hit = search(dated, '"giấy khen"')[0]
    assert [hit.snippet[a:b] for a, b in hit.highlights] == ["giấy", "khen"]
    hit = search(dated, "tháng 4 năm 2024")[0]
    assert [hit.snippet[a:b] for a, b in hit.highlights] == ["4", "2024"]


def test_words_that_nothing_has_are_told_with_those_like_them(dated: Path) -> None:
    def near(query: str, **options: bool) -> dict[str, tuple[str, ...]]:
        return {unknown.word: unknown.near for unknown in unknown_words(dated, query, **options)}

    assert near("khen thưởg") == {"thưởg": ("thưởng",)}
    assert near("thuongg") == {"thuongg": ("thuong",)}
    assert near("duogn mua") == {"duogn": ("duong",)}
    assert near("xyzzy 99999") == {"xyzzy": (), "99999": ()}
    assert near("đường giải") == {}
    assert near("duong", exact=True)["duong"][0] in {"đường", "dương"}


def test_an_index_of_another_version_is_not_searched(corpus: Path) -> None:
    make_older(corpus)
    with pytest.raises(UnusableInputError, match="sohoa ingest"):
        search(corpus, "duong")


def test_an_index_of_an_earlier_version_is_emptied_and_not_searched_until_it_is_whole(corpus: Path) -> None:
    make_older(corpus)
    with CorpusIndex(corpus) as index:
        assert (index.is_empty, index.is_unfinished) == (True, True)
        with pytest.raises(UnusableInputError, match="being made anew"):
            search(corpus, "duong")
        with index.transaction():
            index.put(index_entry(PLANS[0]))
            index.set_unfinished(False)
    assert {path for path, _ in found(corpus, "duong")} == {"road.txt"}


@pytest.fixture(scope="module")
def shared_corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("search") / "corpus.sqlite"
    with CorpusIndex(path) as index, index.transaction():
        for document in PLANS:
            index.put(index_entry(document))
    yield path


@settings(max_examples=60, deadline=None)
@given(query=st.text(st.sampled_from("đuờ ngNEAR\"*^:(){}-+'aAND OR NOT\0012/"), max_size=20))
def test_no_query_is_a_syntax_error(shared_corpus: Path, query: str) -> None:
    try:
        search(shared_corpus, query)
    except UsageError:
        asked = re.sub(r'(?<!\S)-("[^"]*"|\S+)', "", query)  # -words only leave out
        assert not any(char.isalnum() for char in asked)


def test_the_finished_index_is_one_plain_file(corpus: Path) -> None:
    assert [path.name for path in corpus.parent.iterdir()] == ["corpus.sqlite"]
    connection = sqlite3.connect(corpus)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
