"""That text was restored, how much of it and how surely, is said with the document, not only in its lines."""

from __future__ import annotations

import pytest

from pipeline.digitise import Stages, digitise
from pipeline.edits import By, differences
from pipeline.records import SourceRecord
from pipeline.restoration import swallowed, told
from pipeline.schema import Document, Status
from pipeline.settings import Settings
from pipeline.values import Line, Page, TextSource

PLAN = """\
UBND HUYEN BAC SON
UBND XA DONG TIEN
So: 45/KH-UBND
Dong Tien, ngay 5 thang 3 nam 2021
KE HOACH
Thi dua va khen thuong tren dia ban xa nam 2021
I. MUC DICH
Nang cao nhan thuc cua can bo, cong chuc va nhan dan trong xa ve phong trao thi dua yeu nuoc.
II. KINH PHI
Kinh phi thuc hien Ke hoach lay tu nguon ngan sach cua xa theo quy dinh.
"""


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Document:
    path = tmp_path_factory.mktemp("told") / "dump.txt"
    path.write_text(PLAN, encoding="utf-8")
    return digitise(path, SourceRecord.of(path, path.name), Stages.load(Settings()))


def test_a_restored_dump_says_so_and_stays_ok(document: Document) -> None:
    assert document.status is Status.OK
    (problem,) = [problem for problem in document.problems if problem.code == "text_restored"]
    assert "% of the" in problem.message


def test_a_restored_dump_names_restoration_and_its_models(document: Document) -> None:
    (step,) = [step for step in document.provenance if step.step == "restoration"]
    assert (step.tool, step.pages) == ("sohoa", None)
    assert len(str(step.settings["models"])) == 12


def test_lines_and_fields_of_a_restored_dump_have_the_confidence_of_their_words(document: Document) -> None:
    lines = document.pages[0].lines
    assert all(line.confidence is not None for line in lines)
    assert all(edit.confidence is not None for line in lines for edit in line.edits)
    assert document.header.issuing_body is not None
    assert document.header.issuing_body.confidence is not None
    assert all(section.confidence is not None for section in document.sections)
    heading, line = document.sections[0], lines[6]
    assert (heading.heading, line.text) == ("MỤC ĐÍCH", "I. MỤC ĐÍCH")
    assert heading.confidence == pytest.approx((line.confidence or 0) ** 2, abs=0.02)  # that both words are right


@pytest.mark.parametrize(("changed", "is_said"), [(1, False), (2, True)])
def test_only_an_appreciable_share_is_said(changed: int, is_said: bool) -> None:
    text = "một hai ba bốn năm sáu bảy tám chín mười mười một"
    read = " ".join(
        ["mot", "hai", "ba", "bon"][at] if at in (0, 3)[:changed] else word for at, word in enumerate(text.split())
    )
    line = Line(text, read, edits=differences(read, text, By.RESTORATION, 0.7), sure=(0.7,) * 11)
    problems = told([Page(1, TextSource.TEXT_FILE, (line,))])
    assert [problem.code for problem in problems] == ["text_restored"] * is_said


def test_a_converted_encoding_is_no_guess() -> None:
    line = Line("Kế hoạch", "KÕ ho¹ch", edits=differences("KÕ ho¹ch", "Kế hoạch", By.LEGACY_ENCODING, 1.0))
    assert told([Page(1, TextSource.TEXT_FILE, (line,))]) == []


def test_letters_that_a_repair_swallows_are_told_and_those_of_an_old_encoding_are_not() -> None:
    def page(*lines: Line) -> Page:
        return Page(1, TextSource.OCR, lines=lines)

    read = Line("90% số hộ giađình ký", "90% số hộ giađình ký")
    kept, cut, old = (
        Line(text, read.raw, edits=differences(read.text, text, by, 1.0))
        for text, by in (
            ("90% số hộ gia đình ký", By.RESTORATION),
            ("90% số hộ gi ký", By.RESTORATION),
            ("90% số hộ ký", By.LEGACY_ENCODING),
        )
    )
    assert swallowed([page(read, read)], [page(kept, old)]) == []
    (problem,) = swallowed([page(read)], [page(cut)])
    assert (problem.code, problem.page) == ("text_lost", 1)
    assert [one.code for one in swallowed([page(read, read)], [page(read)])] == ["text_lost"]
