"""Spellings of which official text prefers one and the news the other."""

from __future__ import annotations

import pytest

from pipeline.restoration import Restorer, load_restorer
from pipeline.settings import RestorationSettings


@pytest.fixture(scope="module")
def restorer() -> Restorer:
    return load_restorer(RestorationSettings())


@pytest.mark.parametrize("read", ["hãng ngày", "hãng tuần", "hãng năm"])
def test_a_tilde_is_rather_the_mark_of_the_official_spelling(restorer: Restorer, read: str) -> None:
    line = f"Tổ chấm điểm theo dõi, chấm điểm {read}; công bố kết quả công khai."
    wanted = line.replace("hãng", "hằng")
    assert restorer.restore_lines([line], by_engine=[True])[0].text == wanted


@pytest.mark.parametrize("written", ["hàng năm", "hằng năm", "hàng tháng", "hằng tháng", "bán hàng ngày Tết"])
def test_either_spelling_stays_as_it_was_read(restorer: Restorer, written: str) -> None:
    line = f"Các đơn vị tổng hợp, báo cáo kết quả {written} về Ủy ban nhân dân xã."
    assert restorer.restore_lines([line], by_engine=[True])[0].text == line
