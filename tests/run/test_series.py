"""One document in several files: which names are pages of one paper, and what becomes of them in a run."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas

from pipeline.intake.series import series_in
from pipeline.store.ledger import FileStatus
from tests.fonts import DEJAVU
from tests.run.test_several_documents import Place
from tests.structure.test_parts import BODY, CLOSING, MORE, head, title


@pytest.mark.parametrize(
    ("names", "series"),
    [
        (["trang-1.jpg", "trang-2.jpg", "trang-10.jpg"], []),
        (["trang-1.jpg", "trang-2.jpg", "trang-3.jpg"], [3]),
        (["KH 28 trang 1.png", "KH 28 trang 2.png", "KH 29 trang 1.png", "KH 29 trang 2.png"], [2, 2]),
        (["KH 28 (1).pdf", "KH 28 (2).pdf"], [2]),
        (["KH 28.pdf", "KH 28 (1).pdf", "KH 28 (2).pdf"], []),
        (["KH_28_p01.tif", "KH_28_p02.tif"], [2]),
        (["Page 1.JPG", "page 2.jpg"], [2]),
        (["trang-1.jpg", "trang-2.png"], []),
        (["trang-2.jpg", "trang-3.jpg"], []),
        (["trang-1.jpg", "trang-01.jpg", "trang-2.jpg"], []),
        (["IMG_0001.jpg", "IMG_0002.jpg", "IMG_0003.jpg"], []),
        (["scan20240512_0001.jpg", "scan20240512_0002.jpg"], []),
        (["28-1.pdf", "28-2.pdf"], []),
        (["trang-1.txt", "trang-2.txt"], []),
        (["(1).jpg", "(2).jpg"], []),
        ([f"trang-{number}.jpg" for number in range(1, 102)], []),
    ],
)
def test_only_names_that_say_so_are_pages_of_one_paper(names: list[str], series: list[int]) -> None:
    assert [len(pages) for pages in series_in(names).values()] == series


@given(st.lists(st.text(), unique=True), st.integers(2, 40))
def test_a_series_has_each_of_its_names_once_and_in_order(others: list[str], count: int) -> None:
    pages = [f"Kế hoạch trang {number}.jpg" for number in range(1, count + 1)]
    names = sorted({*pages, *others})
    found = series_in(names)
    assert found[pages[0]] == tuple(pages)
    assert len([page for series in found.values() for page in series]) <= len(names)


def page(lines: list[str]) -> bytes:
    """A PDF of one page with a text layer."""
    pdfmetrics.registerFont(TTFont("DejaVu", DEJAVU[0]))
    file = io.BytesIO()
    sheet = canvas.Canvas(file, invariant=True)
    sheet.setFont("DejaVu", 11)
    for row, text in enumerate(lines):
        (sheet.drawCentredString if row < 7 else sheet.drawString)(297 if row < 7 else 80, 780 - 22 * row, text)
    sheet.showPage()
    sheet.save()
    return file.getvalue()


FIRST = [*head("28/KH-UBND"), *title(), *BODY, "- Việc thứ nhất của kế hoạch là tuyên truyền;"]
SECOND = ["- Việc thứ hai của kế hoạch là tổ chức thực hiện.", *MORE, *CLOSING]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path)
    for name, lines in (("KH trang 1.pdf", FIRST), ("KH trang 2.pdf", SECOND)):
        (place.archive / name).write_bytes(page(lines))
        os.utime(place.archive / name, ns=(10**18, 10**18))
    return place


def test_the_pages_of_one_paper_are_one_document(place: Place) -> None:
    tally = place.run()
    assert place.rows() == {"KH trang 1.pdf": FileStatus.DONE, "KH trang 2.pdf": FileStatus.JOINED}
    assert tally.files == 2
    document = place.document("KH trang 1.pdf")
    assert document["header"]["number"]["value"] == "28/KH-UBND"
    assert document["signer"]["name"]["value"] == "Nguyễn Thế Toàn"
    assert [page["number"] for page in document["pages"]] == [1, 2]
    assert document["source"]["files"] == [
        {"path": "KH trang 1.pdf", "first_page": 1, "last_page": 1},
        {"path": "KH trang 2.pdf", "first_page": 2, "last_page": 2},
    ]
    assert document["problems"] == []
    assert place.sound()
    assert place.run().skipped == 2


def codes_of(document: dict[str, Any]) -> list[str]:
    """Its problems but for the fields that a piece of a paper lacks."""
    return [problem["code"] for problem in document["problems"] if problem["code"] != "field_missing"]


def test_a_page_that_changes_or_goes_is_noticed(place: Place) -> None:
    place.run()
    (place.archive / "KH trang 2.pdf").write_bytes(page([*SECOND[:-1], "Trần Văn Hải"]))
    place.run()
    assert place.document("KH trang 1.pdf")["signer"]["name"]["value"] == "Trần Văn Hải"
    (place.archive / "KH trang 1.pdf").unlink()
    place.run(prune=True)
    assert place.rows() == {"KH trang 2.pdf": FileStatus.DONE}
    assert codes_of(place.document("KH trang 2.pdf")) == ["no_letterhead"]
    assert place.sound()


def test_two_papers_whose_files_are_called_like_pages_come_apart(place: Place) -> None:
    (place.archive / "KH trang 2.pdf").write_bytes(page([*head("31/KH-UBND"), *title(), *BODY, *CLOSING]))
    (place.archive / "KH trang 1.pdf").write_bytes(page([*FIRST, *CLOSING]))
    place.run()
    numbers = [place.document(path)["header"]["number"]["value"] for path in ("KH trang 1.pdf", "KH trang 1.pdf#2")]
    assert numbers == ["28/KH-UBND", "31/KH-UBND"]
    assert place.sound()


def test_a_page_that_cannot_be_read_costs_only_itself(place: Place) -> None:
    (place.archive / "KH trang 2.pdf").write_bytes(b"%PDF-1.4\nbroken")
    place.run()
    document = place.document("KH trang 1.pdf")
    assert document["status"] == "partial"
    assert document["header"]["number"]["value"] == "28/KH-UBND"
    assert any("KH trang 2.pdf" in problem["message"] for problem in document["problems"])


def test_without_joining_each_file_says_what_it_lacks(place: Place) -> None:
    from pipeline.run.ingest import ingest
    from pipeline.settings import RunSettings, Settings

    ingest(place.archive, place.out, Settings(run=RunSettings(jobs=1, join="off")))
    codes = [codes_of(place.document(f"KH trang {number}.pdf")) for number in (1, 2)]
    assert codes == [["continues_elsewhere"], ["no_letterhead"]]
