"""Documents found: grouped, counted by facets, sorted, paged; one query language; what is new is found at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.schema import Document, Header, PlanValues, Problem, Section, Source, Status
from pipeline.store.catalogue import Catalogue
from pipeline.store.entries import index_entry
from pipeline.store.filing import FACETS
from pipeline.store.finding import Finding, Sort, Wanted, find
from pipeline.store.index import CorpusIndex, open_index
from pipeline.store.query import LONGEST_QUERY, Query
from pipeline.store.search import search
from pipeline.structure.derived import derive


def paper(path: str, *header: str, due: str | None = None) -> Document:
    """A plan (body, number, date, subject) with one section on rewards."""
    body, number, date, subject, text = header
    fields = {"issuing_body": body, "number": number, "date": date, "document_type": "KẾ HOẠCH", "subject": subject}
    deadline = {"text": "trước", "start": 0, "end": 5, "bound": "before", "due": due}
    document = Document(
        doc_id=f"sha256:{path}",
        source=Source(path=path, sha256=path, bytes=1),
        status=Status.OK,
        problems=[Problem(code="date_partial", message="x")] if len(date) < 10 else [],
        header=Header.model_validate({name: {"value": value} for name, value in fields.items()}),
        sections=[Section(id="1", number="I", heading="Khen thưởng", text=text, roles=["khen_thuong"], page=1)],
        plan=PlanValues.model_validate({"deadlines": [deadline]}) if due else None,
    )
    return document.model_copy(update={"derived": derive(document)})


PAPERS = [
    paper(
        "a.txt", "UBND XÃ PHÚ KHÊ", "28/KH-UBND", "2024-02-07", "Trồng cây", "Biểu dương 10 tập thể.", due="2024-12-01"
    ),
    paper("b.txt", "UBND XÃ PHÚ KHÊ", "31/KH-UBND", "2025-03-01", "Đọc sách", "Tặng giấy khen 5 tập thể."),
    paper("c.txt", "SỞ Y TẾ", "29/KH-SYT", "2023-05", "Nụ cười", "Tặng bằng khen; tập trung nguồn lực."),
]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "corpus.sqlite"
    with CorpusIndex(path) as index, index.transaction():
        for document in PAPERS:
            index.put(index_entry(document))
    return path


def found(corpus: Path, query: str = "", *narrowed: tuple[str, str], **more: object) -> Finding:
    with open_index(corpus) as connection:
        return find(connection, Catalogue(), Wanted(query, narrowed, **more))  # type: ignore[arg-type]


def paths(finding: Finding) -> list[str]:
    return [document.path for document in finding.documents]


def test_an_empty_query_lists_the_latest_first(corpus: Path) -> None:
    assert paths(found(corpus)) == ["b.txt", "a.txt", "c.txt"]
    assert paths(found(corpus, sort=Sort.EARLIEST)) == ["c.txt", "a.txt", "b.txt"]


def test_hits_of_a_document_stand_together(corpus: Path) -> None:
    finding = found(corpus, "khen")
    assert finding.total == 3
    assert all(document.hits[0].section == "1" for document in finding.documents)


def test_facets_count_documents(corpus: Path) -> None:
    facets = {name: {one.value: one.count for one in values} for name, values in found(corpus, "tập").facets.items()}
    assert tuple(facets) == FACETS
    assert facets["role"] == {"khen_thuong": 3}
    assert facets["level"] == {"xa": 2, "so": 1}
    assert facets["year"] == {"2025": 1, "2024": 1, "2023": 1}
    assert facets["problem"] == {"none": 2, "any": 1, "date_partial": 1}
    assert facets["deadline"] == {"none": 2, "any": 1, "2024": 1}


@pytest.mark.parametrize(
    ("query", "narrowed", "expected"),
    [
        ("tập", [("level", "xa")], ["a.txt", "b.txt"]),
        ("tập cấp:xa năm:2024", [], ["a.txt"]),
        ("", [("year", "2024"), ("year", "2023")], ["a.txt", "c.txt"]),
        ("", [("deadline", "2024-12")], ["a.txt"]),
        ("", [("problem", "any")], ["c.txt"]),
        ("", [("body", "Ủy ban nhân dân xã Phú Khê"), ("role", "khen_thuong")], ["b.txt", "a.txt"]),
        ("", [("reviewed", "yes")], []),
    ],
)
def test_it_is_narrowed_by_what_papers_are_filed_by(
    corpus: Path, query: str, narrowed: list[tuple[str, str]], expected: list[str]
) -> None:
    assert sorted(paths(found(corpus, query, *narrowed))) == sorted(expected)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('"biểu dương" OR "giấy khen"', ["a.txt", "b.txt"]),
        ("bieu OR bang", ["a.txt", "c.txt"]),
        ("tru*", ["c.txt"]),
        ("28 kh ubnd", ["a.txt"]),
        ("tập -giấy -bằng", ["a.txt"]),
    ],
)
def test_the_query_language(corpus: Path, query: str, expected: list[str]) -> None:
    assert sorted(paths(found(corpus, query))) == expected
    assert sorted({hit.path for hit in search(corpus, query)}) == expected


def test_a_beginning_is_shown_where_it_stands(corpus: Path) -> None:
    (hit,) = search(corpus, "trun*")
    assert [hit.snippet[start:end] for start, end in hit.highlights] == ["trung"]


def test_pages_of_results_hold_each_document_once(corpus: Path) -> None:
    pages = [paths(found(corpus, "tập", first=first, count=1)) for first in range(4)]
    assert sorted(pages) == [[], ["a.txt"], ["b.txt"], ["c.txt"]]


def test_marks_that_were_typed_come_first(tmp_path: Path) -> None:
    path = tmp_path / "corpus.sqlite"
    with CorpusIndex(path) as index, index.transaction():
        index.put(index_entry(paper("x.txt", "SỞ Y TẾ", "1/KH-SYT", "2024-01-01", "Bàn", "Bàn bàn bàn bàn bàn.")))
        index.put(
            index_entry(paper("y.txt", "SỞ Y TẾ", "2/KH-SYT", "2024-01-01", "Khác", "Một bản trong nhiều chữ khác."))
        )
    assert next(hit.path for hit in search(path, "bản")) == "y.txt"


def test_a_catalogue_follows_the_index(corpus: Path) -> None:
    catalogue = Catalogue()
    with open_index(corpus) as connection:
        assert find(connection, catalogue, Wanted()).total == 3
    with CorpusIndex(corpus) as index, index.transaction():
        index.put(index_entry(paper("d.txt", "SỞ Y TẾ", "30/KH-SYT", "2026-01-01", "Mới", "Tập thể.")))
        index.put(index_entry(PAPERS[0]))
        index.delete("c.txt")
    with open_index(corpus) as connection:
        finding = find(connection, catalogue, Wanted("tập"))
        assert sorted(paths(finding)) == ["a.txt", "b.txt", "d.txt"]
        assert {one.value: one.count for one in finding.facets["level"]} == {"xa": 2, "so": 1}


def test_a_query_longer_than_anyone_types_is_refused(corpus: Path) -> None:
    with pytest.raises(UsageError):
        found(corpus, "a" * (LONGEST_QUERY + 1))


@pytest.fixture(scope="module")
def shared_corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("find") / "corpus.sqlite"
    with CorpusIndex(path) as index, index.transaction():
        index.put(index_entry(PAPERS[0]))
    yield path


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab\"*-:()^{}+ OR'/;%_năm:2024é\u0000đ,."), max_size=30))
def test_no_query_is_an_error(shared_corpus: Path, query: str) -> None:
    found(shared_corpus, query)
    assert all(item.exact for item in Query.read(query).items)
