"""What restoration did to a line can be undone: to the letter, whatever came in."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.edits import undone
from pipeline.intake.text.dump_pages import page_lines
from pipeline.restoration import Restorer, load_restorer
from pipeline.settings import RestorationSettings
from pipeline.values import Line, Page, TextSource

UNMARKED = "Can cu Ke hoach so 12/KH-UBND ngay 5 thang 3 nam 2021 cua Uy ban nhan dan huyen ve phong trao thi dua"
BY_ENG = "Can cur Ké hoach cua Uy ban nhan dan xa vé viéc té chtrc phong trao thi dua nam 2024."
TCVN3 = "Céng hßa x· héi chñ nghÜa ViÖt Nam, ®éc lËp tù do h¹nh phóc cña nh©n d©n"


@pytest.fixture(scope="module")
def restorer() -> Restorer:
    """The restorer with the models that ship with the package."""
    return load_restorer(RestorationSettings())


words = st.sampled_from(
    [
        *UNMARKED.split(),
        *BY_ENG.split(),
        *TCVN3.split(),
        "I11.",
        "a)",
        "©)",
        "tr ường",
        "./",
        "\u00a0",
        "\u200b",
        "“",
        "''",
    ]
)
lines = st.lists(
    st.lists(st.one_of(words, st.text(max_size=6)), max_size=12)
    .map(" ".join)
    .map(lambda text: text.replace("\n", " ")),
    max_size=6,
)


@pytest.mark.parametrize("by_engine", [True, False])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=lines)
def test_what_was_done_to_any_line_can_be_undone(restorer: Restorer, by_engine: bool, lines: list[str]) -> None:
    for came_in, line in zip(lines, restorer.restore_lines(lines, by_engine=[by_engine] * len(lines)), strict=True):
        assert undone(line.text, line.edits) == came_in
        assert all(line.text[edit.start : edit.end] == edit.text for edit in line.edits)
        assert len(line.sure) in (0, len(line.text.split()))


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        ([UNMARKED], {"restoration"}),
        ([unicodedata.normalize("NFD", "Kế hoạch tổ chức phong trào thi đua năm 2024 của xã")], {"unicode"}),
        ([TCVN3] * 8, {"legacy_encoding"}),
        (["7" * 400 + "\u200b" + "+" * 400], {"unicode"}),
        ([f"{UNMARKED} " * 100], {"restoration"}),
    ],
)
def test_each_edit_says_who_made_it(restorer: Restorer, lines: list[str], names: set[str]) -> None:
    restored = restorer.restore_lines(lines)
    assert {edit.by for line in restored for edit in line.edits} == names
    assert [undone(line.text, line.edits) for line in restored] == lines


typed = st.lists(st.sampled_from([*UNMARKED.split(), *BY_ENG.split()]), min_size=1, max_size=9).map(" ".join)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(typed, min_size=1, max_size=8))
def test_the_lines_of_a_text_file_lead_back_to_what_stands_in_it(restorer: Restorer, texts: list[str]) -> None:
    (page,) = restorer.restore_pages([Page(1, TextSource.TEXT_FILE, page_lines("\n".join(texts), markdown=False))])
    assert [undone(line.text, line.edits) for line in page.lines] == [line.raw for line in page.lines] == texts


def test_numerals_and_half_signs_of_an_engine_are_told_apart(restorer: Restorer) -> None:
    lines = ["I. MỤC ĐÍCH", "I1. NỘI DUNG", "III. KINH PHÍ", "Các xã triển khai thực hiện Kế hoạch này./"]
    restored = restorer.restore_lines(lines, by_engine=[True] * len(lines))
    told = [(edit.read, edit.text, edit.by) for line in restored for edit in line.edits]
    assert told == [("I1.", "II.", "sequence"), ("này./", "này./.", "half_signs")]


def test_clean_lines_are_left_without_edits_and_without_doubts(restorer: Restorer) -> None:
    page = Page(1, TextSource.TEXT_FILE, (Line("Kế hoạch tổ chức phong trào thi đua năm 2024.", ""),))
    assert restorer.restore_pages([page]) == [page]


def test_a_page_keeps_what_reading_put_right_before(restorer: Restorer) -> None:
    before = Line(UNMARKED, UNMARKED)
    page = restorer.restore_pages([Page(1, TextSource.TEXT_FILE, (before,))])[0]
    assert undone(page.lines[0].text, page.lines[0].edits) == UNMARKED
    assert len(page.lines[0].sure) == len(page.lines[0].text.split())
    assert min(page.lines[0].sure) > 0.5
