"""Whatever comes in, restoration neither crashes nor invents: a line out for each line in, the unknown left alone."""

from __future__ import annotations

import random
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.restoration import Restorer, load_restorer
from pipeline.settings import RestorationSettings
from pipeline.vietnamese.unicode import clean

ANYTHING = st.text(st.characters(min_codepoint=0, max_codepoint=0x10FFFF, exclude_characters="\n\r"), max_size=60)
_SCRAPS = "Ké hoach cia 6ng \x00 x4 1& ¢ I11. 15/KH-UBND \ud800 貌 é"
WRECKED = st.lists(st.sampled_from(_SCRAPS.split(" ")), max_size=12)


@pytest.fixture(scope="module")
def restorer() -> Restorer:
    return load_restorer(RestorationSettings())


def restored(restorer: Restorer, *lines: str) -> list[str]:
    return [line.text for line in restorer.restore_lines(lines)]


def test_nothing_gives_nothing(restorer: Restorer) -> None:
    assert restored(restorer) == []
    assert restored(restorer, "", "   ", "\t") == ["", "   ", "\t"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(ANYTHING, WRECKED.map(" ".join)), max_size=6))
def test_any_lines_give_as_many_clean_lines(restorer: Restorer, lines: list[str]) -> None:
    out = restorer.restore_lines(lines)
    assert len(out) == len(lines)
    for line in out:
        assert unicodedata.is_normalized("NFC", line.text)
        assert "\n" not in line.text
        assert "\x00" not in line.text
        line.text.encode("utf-8")  # no lone surrogate is left
        assert 0.0 <= line.confidence <= 1.0


@pytest.mark.parametrize(
    "line",
    [
        "国务院办公厅关于印发年度工作计划的通知",
        "هذا التقرير السنوي للجنة الشعبية",
        "דוח שנתי של הוועדה העממית",
        "Ежегодный отчёт народного комитета",
        "The committee shall publish its annual report within thirty days.",
        "Le comité publie son rapport annuel dans les trente jours.",
        "12.500.000 - 15.000.000; 08h30 (24/7), 100%",
        "☎ 0203.3825.501 ✉ vanphong@example.vn",
    ],
)
def test_text_in_other_languages_and_figures_stay_as_they_are(restorer: Restorer, line: str) -> None:
    assert restored(restorer, line) == [line]


def test_foreign_letters_inside_garbled_text_stay(restorer: Restorer) -> None:
    line = "Ké hoach t6 chirc 16 l貌 h6i cia Uy ban nhan dan x4 你好 nim 2024"
    words = restored(restorer, line)[0].split()
    assert "l貌" in words
    assert "你好" in words
    assert words[0] == "Kế"
    assert words[-1] == "2024"


def test_what_could_not_be_decoded_is_not_guessed(restorer: Restorer) -> None:
    first, second = restored(restorer, "Ké hoach \ud800 cia Uy ban \udfff nhan dan", "ké hoach \ud800 x4")
    assert first.split().count("\ufffd") == 2
    assert second.split()[2] == "\ufffd"


def test_control_characters_go_and_the_words_around_them_are_restored(restorer: Restorer) -> None:
    assert restored(restorer, "Ké\x00 hoach\x07 cia Uy\x1b ban nhan dan x4") == ["Kế hoạch của Ủy ban nhân dân xã"]


def test_bytes_that_are_no_text_are_not_made_into_words(restorer: Restorer) -> None:
    rng = random.Random(5)
    for _ in range(5):
        line = bytes(byte for byte in rng.randbytes(4000) if byte not in b"\n\r\x85").decode("latin-1")
        before, after = clean(line).split(), restored(restorer, line)[0].split()
        changed = sum(1 for old, new in zip(before, after, strict=True) if old != new)
        assert changed <= 0.02 * len(before)


# Memory is only known in a process of its own; the limit is 300 MB and the text itself a few times over.
_PROBE = """
import re, sys
from pathlib import Path
from pipeline.restoration import load_restorer
from pipeline.settings import RestorationSettings
lines = eval(sys.argv[1])
out = load_restorer(RestorationSettings()).restore_lines(lines)
assert [len(line.text.split()) for line in out] == [len(line.split()) for line in lines]
print(int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "lines",
    ["['a' * 20_000_000]", "['Ké hoach cia Uy ban nhan dan xa ' * 1_500]", "['Ké hoach cia Uy ban'] * 1_500"],
    ids=["one letter", "one line", "many lines"],
)
def test_memory_does_not_grow_with_the_text(lines: str) -> None:
    probe = subprocess.run([sys.executable, "-c", _PROBE, lines], capture_output=True, text=True, check=False)
    assert probe.returncode == 0, probe.stderr
    assert int(probe.stdout) < 600


def test_random_letters_among_misread_text_come_through(restorer: Restorer) -> None:
    source = random.Random(7)
    letters = "abcdeghiklmnopqrstuvxy0123456789ăâđêôơưáàảãạ.,-/"
    for _ in range(12):
        words = ["".join(source.choices(letters, k=source.randint(1, 9))) for _ in range(12)]
        line = "Ké hoach cia Uy ban nhan dan xã vé viéc té chtrc " + " ".join(words)
        assert len(restored(restorer, line)[0].split()) >= 20


@pytest.mark.parametrize("sign", ["*", "1", "", "đ", "\x00"])
def test_a_column_of_very_many_signs_stays_and_parts_what_it_parts(restorer: Restorer, sign: str) -> None:
    lines = ["Uy ban nhan dan x4", *[sign] * 100_000, "Ké hoach thi dua nam 2024"]
    restored = [line.text for line in restorer.restore_lines(lines, by_engine=[True] * len(lines))]
    assert len(restored) == len(lines)
    assert set(restored[1:-1]) == {"" if sign == "\x00" else sign}
    assert (restored[0], restored[-1]) == ("Ủy ban nhân dân xã", "Kế hoạch thi đua năm 2024")


def test_a_short_column_is_text_as_any_other(restorer: Restorer) -> None:
    lines = ["Uy ban nhan dan xa ban hanh ké hoach nhu sau:", *["TT", "10"] * 20, "Don vi thuc hién"]
    restored = [line.text for line in restorer.restore_lines(lines)]
    assert restored[1:-1] == lines[1:-1]
    assert restored[-1] == "Đơn vị thực hiện"


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("Website: http://xaphukhe.sonha.gov.vn/thi-dua", "Website: http://xaphukhe.sonha.gov.vn/thi-dua"),
        ("Chi tiet tai www.sonha.gov.vn/van-ban de biet", "Chi tiết tại www.sonha.gov.vn/van-ban để biết"),
        ("gui vé dia chi to.chuc@sonha.gov.vn truéc ngay 20", "gửi về địa chỉ to.chuc@sonha.gov.vn trước ngày 20"),
    ],
)
def test_addresses_stay_as_they_are(restorer: Restorer, line: str, wanted: str) -> None:
    assert restored(restorer, line)[0] == wanted
