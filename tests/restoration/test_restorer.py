"""Restoration as its users see it, with the models that ship."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.restoration import Restorer, load_restorer
from pipeline.settings import RestorationSettings


@pytest.fixture(scope="module")
def restorer() -> Restorer:
    return load_restorer(RestorationSettings())


def test_misread_plan_is_repaired(restorer: Restorer) -> None:
    lines = ["Thuc hién Ké hoach cua Uy ban nhan dan huyén vé céng tac phong, chéng thién tai"]
    expected = "Thực hiện Kế hoạch của Ủy ban nhân dân huyện về công tác phòng, chống thiên tai"
    assert restorer.restore_lines(lines)[0].text == expected


def test_lost_marks_are_put_back_over_line_ends(restorer: Restorer) -> None:
    lines = ["Cac co quan, don vi chu dong phoi hop voi chinh", "quyen dia phuong trien khai thuc hien nghiem tuc."]
    expected = ["Các cơ quan, đơn vị chủ động phối hợp với chính", "quyền địa phương triển khai thực hiện nghiêm túc."]
    assert [line.text for line in restorer.restore_lines(lines)] == expected


def test_clean_text_stays_as_it_is(restorer: Restorer) -> None:
    lines = ["ỦY BAN NHÂN DÂN", "", "  Căn cứ Kế hoạch số 15/KH-UBND ngày 03/4/2023 của Ủy ban nhân dân tỉnh;"]
    assert [line.text for line in restorer.restore_lines(lines)] == lines


def test_numbers_dates_and_codes_are_never_touched(restorer: Restorer) -> None:
    line = "Thuc hién Ké hoach sé 267/KH-UBND ngay 29/11/2024, kinh phi 1.250.000 ddng"
    restored = restorer.restore_lines([line])[0].text
    assert "267/KH-UBND" in restored
    assert "29/11/2024," in restored
    assert "1.250.000" in restored


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=60).map(lambda text: "".join(text.splitlines())), max_size=6))
def test_any_text_comes_back_line_for_line(restorer: Restorer, lines: list[str]) -> None:
    assert len(restorer.restore_lines(lines)) == len(lines)


@pytest.mark.parametrize("word", ["LH:", "GPP", "SYT", "PT-TH", "GD&ĐT", "CCHC"])
def test_abbreviations_are_never_turned_into_others(restorer: Restorer, word: str) -> None:
    line = f"Thuc hién Ké hoach cua co quan {word} vé céng tac phong, chéng thién tai"
    assert word in restorer.restore_lines([line])[0].text.split()


def test_no_word_loses_letters_at_its_ends() -> None:
    lines = [
        "Chi s6 hai long cua ngudi dan (SIPAS), TS.BS. Nguyén Van An, Pharmacy",
        "xay dung ké hoach trién khai cac nhiém vu trong nam 2024 cua don vi",
    ]
    restored = " ".join(line.text for line in load_restorer(RestorationSettings()).restore_lines(lines))
    assert all(kept in restored for kept in ("SIPAS", "TS.BS.", "Pharmacy"))
    assert "xây dựng kế hoạch triển khai các nhiệm vụ" in restored


def test_a_tilde_read_for_hat_and_tone_is_put_right(restorer: Restorer) -> None:
    lines = [
        "Các đơn vị báo cáo hãng tuãn kết quả thực hiện về Ủy ban nhân dân xã.",
        "Cãn có sự đồng thuận của từng tõ nhân dân trên địa bàn.",
        "KẼ HOẠCH",
    ]
    restored = [line.text for line in restorer.restore_lines(lines, by_engine=[True] * len(lines))]
    assert restored == [
        "Các đơn vị báo cáo hằng tuần kết quả thực hiện về Ủy ban nhân dân xã.",
        "Cần có sự đồng thuận của từng tổ nhân dân trên địa bàn.",
        "KẾ HOẠCH",
    ]


def test_words_with_a_tilde_of_their_own_stay(restorer: Restorer) -> None:
    line = "Xã đã chỉ rõ những lẽ phải, bãi bỏ thủ tục cũ và mở rộng ngõ xóm."
    assert restorer.restore_lines([line], by_engine=[True])[0].text == line


def test_what_was_restored_before_changes_nothing(restorer: Restorer) -> None:
    page = ["Can cir Ké hoach cua Uy ban nhan dan x4 vé viéc té chtrc", "phong trao thi dua nam 2024 ctia các dơn vị."]
    fresh = load_restorer(RestorationSettings()).restore_lines(page)
    restorer.restore_lines(["Ké hoach so 15/KH-UBND ngay 12 thang 3 cia Uy ban nhan dan huyén vé céng tac thi dua"])
    restorer.restore_lines(["Căn cứ Kế hoạch của Ủy ban nhân dân xã về việc tổ chức."])
    assert restorer.restore_lines(page) == fresh
