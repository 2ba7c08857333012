"""Reliability of confidences: which fields are samples, and the figures over them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.bench.calibration import (
    Sample,
    brier,
    calibration_error,
    format_reliability,
    main,
    reliability,
    samples,
)

GOLD = {
    "header": {"number": {"any": ["12/KH-UBND", "/KH-UBND"]}, "place": "Tân Hội", "date": None},
    "recipients": ["Như trên", "Lưu: VT"],
    "signer": {"authority": None, "position": "CHỦ TỊCH", "name": "Lê Văn Tám"},
    "sections": [{"number": "I", "heading": "MỤC ĐÍCH", "roles": [], "text": "", "children": []}],
}
FOUND = {
    "header": {
        "number": {"value": "/KH-UBND", "confidence": 0.9},
        "place": {"value": "Tân Hôi", "confidence": 0.6},
        "date": None,
        "subject": {"value": "không có trong bản vàng", "confidence": 0.5},
    },
    "recipients": [{"value": "Lưu: VT", "confidence": 0.8}, {"value": "Sở", "confidence": 0.3}],
    "signers": [
        {"position": {"value": "CHỦ TỊCH", "confidence": None}, "name": {"value": "Lê Văn Tám", "confidence": 0.7}}
    ],
    "sections": [{"number": "I", "heading": "MỤC ĐICH", "text": "", "confidence": 0.95, "children": []}],
}


def test_each_field_that_gold_speaks_about_is_a_sample() -> None:
    found = {(s.kind, s.confidence, s.right) for s in samples(GOLD, FOUND)}
    assert found == {
        ("header", 0.9, True),
        ("header", 0.6, False),
        ("recipients", 0.8, True),
        ("recipients", 0.3, False),
        ("signer", 0.7, True),
        ("heading", 0.95, False),
    }


def test_bins_hold_mean_confidence_and_share_right() -> None:
    found = [Sample("x", 0.91, 5, True), Sample("x", 0.93, 5, False), Sample("x", 1.0, 5, True)]
    first, last = reliability(found)
    assert (first.count, first.right, last.count, last.right) == (2, 0.5, 1, 1.0)
    assert first.confidence == pytest.approx(0.92)


def test_perfect_confidence_has_no_error() -> None:
    found = [Sample("x", 1.0, 5, True)] * 3
    assert calibration_error(found) == 0.0
    assert brier(found) == 0.0


def test_overconfidence_shows_in_both_figures() -> None:
    found = [Sample("x", 0.9, 5, False)] * 4
    assert calibration_error(found) == pytest.approx(0.9)
    assert brier(found) == pytest.approx(0.81)
    assert "4 fields" in format_reliability(found)


def test_nothing_to_measure_is_no_error() -> None:
    assert (calibration_error([]), brier([])) == (0.0, 0.0)


def test_the_command_prints_a_row_for_the_fields_that_have_gold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "gold").mkdir()
    (tmp_path / "gold" / "kh.pdf.json").write_text('{"header": {"number": "28/KH-UBND"}}')
    (tmp_path / "out").mkdir()
    number = {"value": "28/KH-UBND", "page": 1, "bbox": None, "confidence": 0.93}
    (tmp_path / "out" / "kh.pdf.json").write_text(json.dumps({"header": {"number": number}, "sections": []}))
    main([str(tmp_path / "gold"), str(tmp_path / "out")])
    rows = capsys.readouterr().out.splitlines()
    assert rows[1].split() == ["0.90-0.95", "1", "0.930", "1.000"]
    assert rows[-1].startswith("1 fields")
