"""Papers found by what they are called: number, file name, suggestion, stamp; whoever cites them comes behind."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.schema import Document, Mark
from pipeline.store.entries import index_entry
from pipeline.store.index import CorpusIndex, open_index, stored_entry
from pipeline.store.search import search
from tests.evidence.samples import document_of, number_slot, page_of


def paper(path: str, *below: str, number: str = "Số: /KH-SYT", marks: tuple[Mark, ...] = ()) -> Document:
    page = page_of(*([number_slot()] if "Số: /" in number else []), number=number, below=below)
    document = document_of(page, path)
    document = document.model_copy(update={"doc_id": f"sha256:{path}"})
    pages = [document.pages[0].model_copy(update={"marks": [*document.pages[0].marks, *marks]})]
    return document.model_copy(update={"pages": pages})


CITING = (
    "Thực hiện Kế hoạch số 2119/KH-SYT ngày 14/11/2017 của Sở Y tế, 2119 người và 660 hộ, thông báo 660 lần; số 2119."
)
PAPERS = (
    paper("2017/2119 kh syt.pdf", "Công văn này nói về việc khác."),
    paper("2017/scan.pdf", "Một việc khác nữa.", number="Số: 2120/KH-SYT"),
    paper("2017/660TBUB.signed.pdf", "Việc thứ ba."),
    paper("bao cao.pdf", *[CITING] * 4, number="Số: 12/BC-SYT"),
    paper("b/bao cao quy.pdf", *[CITING] * 2, number="Số: 13/BC-SYT"),
    paper(
        "dau.pdf", "Việc thứ năm.", number="Số: 14/BC-SYT", marks=(Mark(kind="stamp", text="ĐẾN Trung tâm Hoa Sen"),)
    ),
)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("out") / "corpus.sqlite"
    with CorpusIndex(path) as index, index.transaction():
        for document in PAPERS:
            index.put(index_entry(document))
    return path


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("2119/KH-SYT", "2017/2119 kh syt.pdf"),
        ("2119", "2017/2119 kh syt.pdf"),
        ("kế hoạch 2119", "2017/2119 kh syt.pdf"),
        ("ke hoach so 2119/KH-SYT", "2017/2119 kh syt.pdf"),
        ("2119 kh syt.pdf", "2017/2119 kh syt.pdf"),
        ("2120/KH-SYT", "2017/scan.pdf"),
        ("2120", "2017/scan.pdf"),
        ("kế hoạch số 2120", "2017/scan.pdf"),
        ("660TBUB", "2017/660TBUB.signed.pdf"),
        ("660", "2017/660TBUB.signed.pdf"),
        ("bao cao quy.pdf", "b/bao cao quy.pdf"),
        ("hoa sen", "dau.pdf"),
    ],
)
def test_the_paper_itself_comes_first(query: str, path: str, corpus: Path) -> None:
    assert search(corpus, query)[0].path == path


def test_a_number_in_a_text_comes_behind_a_name_and_a_suggestion_behind_a_value(corpus: Path) -> None:
    kinds = [(hit.path, hit.kind) for hit in search(corpus, "2119/KH-SYT")]
    assert kinds[:2] == [("2017/2119 kh syt.pdf", "name"), ("2017/2119 kh syt.pdf", "suggestion")]
    assert {path for path, _ in kinds[2:]} == {"bao cao.pdf", "b/bao cao quy.pdf"}


def test_words_of_a_text_are_not_hidden_behind_names(corpus: Path) -> None:
    assert search(corpus, "việc thứ ba")[0].kind != "name"


def test_a_copy_s_name_finds_the_original_and_goes_with_the_copy(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.sqlite"
    entry = index_entry(PAPERS[1])
    with CorpusIndex(corpus) as index:
        with index.transaction():
            index.put_copy("cũ/KH 2120 bản sao.pdf", entry.path)
            index.put(entry)
            index.put_copy("x/2120b.pdf", entry.path)
        assert [hit.path for hit in search(corpus, "bản sao")] == [entry.path]
        assert search(corpus, "2120b")[0].path == entry.path
        with open_index(corpus) as connection:
            assert stored_entry(connection, entry.path) == entry
        with index.transaction():
            index.delete("cũ/KH 2120 bản sao.pdf")
            index.put(replace(entry, status="partial"))
        assert search(corpus, "bản sao") == []
        assert search(corpus, "2120b")[0].path == entry.path
