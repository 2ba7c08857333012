"""Spellings of which official text prefers one and the news the other."""

from __future__ import annotations

import pytest

from pipeline.restoration import Restorer, load_restorer
from pipeline.settings import RestorationSettings


@pytest.fixture(scope="module")
def restorer() -> Restorer:
    return load_restorer(RestorationSettings())


def test_marks_that_were_lost_come_back_as_official_text_writes_them(restorer: Restorer) -> None:
    line = "Dinh ky hang quy, hang nam, cac don vi bao cao ket qua ve Uy ban nhan dan huyen."
    assert "hằng quý, hằng năm," in restorer.restore_lines([line])[0].text


@pytest.mark.parametrize("read", ["hãng ngày", "hãng tuần", "hãng năm"])
def test_a_tilde_is_rather_the_mark_of_the_official_spelling(restorer: Restorer, read: str) -> None:
    line = f"Tổ chấm điểm theo dõi, chấm điểm {read}; công bố kết quả công khai."
    wanted = line.replace("hãng", "hằng")
    assert restorer.restore_lines([line], by_engine=[True])[0].text == wanted


@pytest.mark.parametrize("written", ["hàng năm", "hằng năm", "hàng tháng", "hằng tháng", "bán hàng ngày Tết"])
def test_either_spelling_stays_as_it_was_read(restorer: Restorer, written: str) -> None:
    line = f"Các đơn vị tổng hợp, báo cáo kết quả {written} về Ủy ban nhân dân xã."
    assert restorer.restore_lines([line], by_engine=[True])[0].text == line
