"""A lost blank is put back where both halves are words and the context likes them; no repair swallows a word."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.bench.restoration import read_set
from pipeline.edits import By
from pipeline.language.garble import Garble
from pipeline.language.tokens import cut
from pipeline.restoration import Restorer, load_restorer
from pipeline.restoration.channel.word_channel import MOST_INVENTED
from pipeline.settings import RestorationSettings
from pipeline.vietnamese.folding import fold, strip_marks

PLANS = Path(__file__).parents[2] / "corpus" / "evaluation" / "plans-eng.tsv"


@lru_cache(maxsize=1)
def restorer() -> Restorer:
    return load_restorer(RestorationSettings())


def restored(line: str, *, by_engine: bool = False) -> str:
    return restorer().restore_lines([line], by_engine=[by_engine])[0].text


@pytest.mark.parametrize(
    ("typed", "parted"),
    [
        ("tặng Giấy khen cho 10 cánhân tiêu biểu", "tặng Giấy khen cho 10 cá nhân tiêu biểu"),
        ("duy trì dọn vệsinh vào ngày thứ bảy", "duy trì dọn vệ sinh vào ngày thứ bảy"),
        ("90% số hộ giađình ký cam kết", "90% số hộ gia đình ký cam kết"),
        ("đoàn thểvà các thôn", "đoàn thể và các thôn"),
        ("gửi báo cáo trước ngày30 tháng 5", "gửi báo cáo trước ngày 30 tháng 5"),
        ("gửi báo cáo trước ngày30/5/2024", "gửi báo cáo trước ngày 30/5/2024"),
        ("trong 15ngày làm việc của năm 2024và", "trong 15 ngày làm việc của năm 2024 và"),
        ("Ủy ban nhândân xã và UBNDxã", "Ủy ban nhân dân xã và UBND xã"),
        ("Căn cứLuật Thi đua, khen thưởng", "Căn cứ Luật Thi đua, khen thưởng"),
        ("theo quy định tạikhoản 1 Điều 5", "theo quy định tại khoản 1 Điều 5"),
        ("theo quy định tại điểmb khoản 1 Điều 5", "theo quy định tại điểm b khoản 1 Điều 5"),
        ("Kế hoạch số47/KH-UBND của xã", "Kế hoạch số 47/KH-UBND của xã"),
        ("giữ gìn vệsinhmôi trường nông thôn", "giữ gìn vệ sinh môi trường nông thôn"),
        ("TỔ CHỨC THỰCHIỆN", "TỔ CHỨC THỰC HIỆN"),
        ("Kếhoạch tổ chức phong trào thi đua", "Kế hoạch tổ chức phong trào thi đua"),
    ],
)
def test_a_lost_blank_is_put_back(typed: str, parted: str) -> None:
    assert restored(typed) == parted
    assert restored(typed, by_engine=True) == parted


@pytest.mark.parametrize(
    "line",
    [
        "người Xơđăng, người Cơtu và người Raglai ở xã",
        "khí cácbonic, cácbon và canxi trong nước",
        "máy tính Samsung, xe Honda, tài khoản Zalo và Gmail của xã",
        "nước Ảrập Xêút và thủ đô Viêngchăn",
        "khoan giếng sâu 30m, rộng 5ha, nặng 20kg và 3A",
        "lớp học của trường TH&THCS, THPT, BQP67 và HTD",
        "trồng mới 2.400 mđường hoa trong năm",
        "địa chỉ vanphong@xa.gov.vn hoặc http://thiduakhenthuong.vn",
    ],
)
def test_what_only_looks_glued_stays_as_typed(line: str) -> None:
    assert restored(line) == line


def test_the_blank_is_told_as_an_edit_and_the_tone_stays_where_it_was_typed() -> None:
    line = restorer().restore_lines(["Các vấn đề kỹ thuậthoá dầu khác"], by_engine=[False])[0]
    assert line.text == "Các vấn đề kỹ thuật hoá dầu khác"
    assert [(edit.read, edit.text, edit.by) for edit in line.edits] == [("thuậthoá", "thuật hoá", By.WORD_BOUNDARIES)]


def same(text: str) -> str:
    return text


@lru_cache(maxsize=1)
def sentences() -> tuple[str, ...]:
    lines = (line.strip(" -+•.;:") for page in read_set(PLANS) for line in page.truth)
    return tuple(dict.fromkeys(line for line in lines if len(line.split()) >= 7 and not line.isupper()))


def glued(count: int) -> Iterator[tuple[str, str]]:
    """`count` sentences, each (as printed, with one blank between two words in small letters taken out)."""
    draw = random.Random(1)
    found: set[tuple[str, int]] = set()
    while len(found) < count:
        words = (sentence := draw.choice(sentences())).split()
        places = [
            at
            for at in range(1, len(words) - 1)
            if all(word.isalpha() and word.islower() for word in words[at : at + 2])
            and len(words[at] + words[at + 1]) > 3
        ]
        if not places or (key := (sentence, draw.choice(places))) in found:
            continue
        found.add(key)
        at = key[1]
        yield " ".join(words), " ".join([*words[:at], words[at] + words[at + 1], *words[at + 2 :]])


@pytest.mark.parametrize("damage", [same, strip_marks])
def test_nine_in_ten_lost_blanks_are_put_back_and_nothing_else_changes(damage: Callable[[str], str]) -> None:
    pairs = list(glued(500))
    flags = [False] * len(pairs)
    as_printed = restorer().restore_lines([damage(printed) for printed, _ in pairs], by_engine=flags)
    without = restorer().restore_lines([damage(typed) for _, typed in pairs], by_engine=flags)
    right = [one.text == other.text for one, other in zip(without, as_printed, strict=True)]
    changed = [
        (typed, one.text)
        for (_, typed), one in zip(pairs, without, strict=True)
        if fold(one.text).replace(" ", "") != fold(typed).replace(" ", "")
    ]
    assert changed == []
    assert sum(right) >= 0.9 * len(right)


def letters(text: str) -> int:
    return sum(map(str.isalpha, text))


def unexplained(lines: list[str], *, by_engine: bool | None) -> list[tuple[str, str]]:
    """The words that lost more letters than the channel of their line explains."""
    flags = None if by_engine is None else [by_engine] * len(lines)
    found = []
    for line, came_in in zip(restorer().restore_lines(lines, by_engine=flags), lines, strict=True):
        for change in line.changes:
            read, written = cut(change.raw).core, cut(change.text).core
            if letters(change.raw) - letters(change.text) > MOST_INVENTED:
                channel = restorer()._finder._channels.get(Garble(line.garble))
                if channel is None or not channel.explains(read, written.lower()):
                    found.append((change.raw, change.text))
        assert letters(line.text) >= letters(came_in) - sum(
            max(0, letters(change.raw) - letters(change.text)) for change in line.changes
        )
    return found


@st.composite
def run_together(draw: st.DrawFn) -> str:
    """A sentence in which any blanks are lost and any letters doubled, dropped or swapped for others."""
    text = draw(st.sampled_from(sentences()))
    text = draw(st.sampled_from((same, strip_marks, str.upper)))(text)
    places = draw(st.sets(st.integers(0, max(0, len(text) - 1)), max_size=5))
    blanks = draw(st.sets(st.sampled_from([m.start() for m in re.finditer(" ", text)]), max_size=4))
    out = []
    for at, char in enumerate(text):
        if at in blanks:
            continue
        out.append(char + draw(st.sampled_from(["", char, "m", "ê"])) if at in places else char)
    return "".join(out)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(st.lists(run_together(), min_size=1, max_size=8), st.sampled_from([None, True, False]))
def test_no_repair_loses_more_letters_than_its_channel_explains(lines: list[str], by_engine: bool | None) -> None:
    assert unexplained(lines, by_engine=by_engine) == []


def test_no_repair_of_what_engines_read_loses_more_letters_than_its_channel_explains() -> None:
    for name in ("plans-eng.tsv", "plans-engbest.tsv", "plans-vie.tsv"):
        lines = [line for page in read_set(PLANS.with_name(name)) for line in page.observed]
        assert unexplained(lines, by_engine=None) == []


def test_a_file_keeps_its_authors_slips_and_his_names() -> None:
    lines = [
        "Ủy ban nhân dân xã yêu cầu các thôn tổ chức thực hiên nghiêm túc kế hoạch này và báo cáo kêt quả.",
        "Trần Van Tao",
        "Tran Van Tao",
        "Đồng chí Nguyen Thi Hoa, Trưởng thôn Đông, chịu trách nhiệm tổng hợp danh sách đề nghị khen thưởng.",
    ]
    assert [line.text for line in restorer().restore_lines(lines, by_engine=[False] * 4)] == lines


def test_a_name_loses_its_marks_with_the_text_around_it() -> None:
    lines = ["Uy ban nhan dan xa yeu cau cac thon to chuc thuc hien nghiem tuc ke hoach nay.", "Tran Van Tao"]
    assert restorer().restore_lines(lines, by_engine=[False] * 2)[1].text != "Tran Van Tao"
