"""The garble measure tells clean, unmarked, misread, legacy and foreign text apart, by page and by line."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.language.garble import Garble, garble_of_lines, garble_of_text, words_of
from pipeline.vietnamese.folding import strip_marks

CLEAN = (
    "Phát động đợt thi đua cao điểm trồng cây xanh, giữ gìn vệ sinh đường làng trên địa bàn toàn xã; "
    "các thôn đăng ký chỉ tiêu với Ban chỉ đạo trước ngày 15/3/2025 và báo cáo kết quả hằng tháng."
)
# The same sentence as Tesseract's 'eng' read a page of it.
MISREAD = (
    "Phat déng dot thi dua cao diém tréng cay xanh, git gin vé sinh dudng lang trén dia ban toan xa; "
    "cac thén ding ky chi tiéu v6i Ban chi dao trudc ngay 15/3/2025 va bao cdo két qua hang thang."
)
ENGLISH = "The committee shall review all applications and publish the results within thirty days of the deadline."
SHARED = Path(__file__).parents[2].parent / "shared"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (CLEAN, Garble.CLEAN),
        (CLEAN.upper(), Garble.CLEAN),
        (strip_marks(CLEAN), Garble.MARKS_LOST),
        (strip_marks(CLEAN).upper(), Garble.MARKS_LOST),
        (MISREAD, Garble.WRONG_LETTERS),
        (ENGLISH, Garble.NOT_VIETNAMESE),
        ("Le conseil municipal a approuvé les comptes de la commune pour l'année écoulée.", Garble.NOT_VIETNAMESE),
        ("关于印发年度工作计划的通知 各有关单位", Garble.NOT_VIETNAMESE),
    ],
)
def test_each_kind_of_text_is_told(text: str, kind: Garble) -> None:
    assert garble_of_text(text).kind is kind


@pytest.mark.parametrize(
    "text", ["", "\n\n", "12 345,6", "- / -", "15/KH-UBND", "(1) 2024", "TP, CVP, PCVP", "08h00 - 11h30"]
)
def test_text_without_words_counts_as_clean_and_says_that_no_word_spoke(text: str) -> None:
    report = garble_of_text(text)
    assert (report.kind, report.score, report.words) == (Garble.CLEAN, 0.0, 0)


def test_score_is_the_share_of_damaged_words() -> None:
    half = f"{CLEAN} {strip_marks(CLEAN)}"
    assert garble_of_text(CLEAN).score < 0.1
    assert 0.25 < garble_of_text(half).score < 0.75
    assert garble_of_text(strip_marks(CLEAN)).score > 0.7


def test_lines_of_a_mixed_document_are_judged_each_for_itself() -> None:
    lines = [CLEAN, CLEAN, "", ENGLISH, "", MISREAD, MISREAD, "", strip_marks(CLEAN), strip_marks(CLEAN)]
    kinds = [report.kind for report in garble_of_lines(lines) if report.words]
    assert kinds == [Garble.CLEAN] * 2 + [Garble.NOT_VIETNAMESE] + [Garble.WRONG_LETTERS] * 2 + [Garble.MARKS_LOST] * 2


def test_an_undecided_short_line_follows_its_neighbours() -> None:
    short = "thi dua cao"
    among_clean = garble_of_lines([CLEAN, CLEAN, "thi đua cao", CLEAN])[2]
    among_unmarked = garble_of_lines([strip_marks(CLEAN)] * 2 + [short] + [strip_marks(CLEAN)])[2]
    assert among_clean.kind is Garble.CLEAN
    assert among_unmarked.kind is Garble.MARKS_LOST


@given(st.lists(st.text(max_size=60), max_size=8))
def test_any_text_gets_one_report_a_line_with_a_score_between_0_and_1(lines: list[str]) -> None:
    reports = garble_of_lines(lines)
    assert len(reports) == len(lines)
    assert all(0.0 <= report.score <= 1.0 for report in reports)
    assert all(report.words == len(words_of(line)) for report, line in zip(reports, lines, strict=True))


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is not here: no real documents to judge")
def test_real_documents_are_judged_right() -> None:
    for seed in sorted((SHARED / "seeds").glob("*.txt")):
        text = seed.read_text(encoding="utf-8")
        garbled = seed.name.startswith("004")
        assert garble_of_text(text).kind is (Garble.WRONG_LETTERS if garbled else Garble.CLEAN), seed.name
        if not garbled:
            kinds = {report.kind for report in garble_of_lines(text.splitlines())}
            assert kinds == {Garble.CLEAN}, seed.name
            assert garble_of_text(strip_marks(text)).kind is Garble.MARKS_LOST, seed.name
    for transcript in sorted((SHARED / "scans" / "transcripts").glob("*.txt")):
        assert garble_of_text(transcript.read_text(encoding="utf-8")).kind is Garble.CLEAN, transcript.name


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is not here: no real scan to judge")
def test_a_text_layer_read_without_vietnamese_is_not_trusted() -> None:
    scan = SHARED / "scans" / "files" / "QD_SYT_KienGiang_3176b_BADTEXTLAYER.pdf"
    layer = subprocess.run(["pdftotext", scan, "-"], capture_output=True, text=True, check=True).stdout
    assert garble_of_text(layer).kind is Garble.WRONG_LETTERS
