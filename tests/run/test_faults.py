"""Five rounds of kills with the real tools; `make bench-faults` does fifty."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.bench.faults import inject_faults, small_archive

SAMPLES = Path(__file__).resolve().parents[2] / "corpus" / "archive"


@pytest.mark.slow
def test_killed_at_any_moment_nothing_is_lost_and_nothing_survives(tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    report = inject_faults(small_archive(SAMPLES, tmp_path / "archive"), rounds=5, folder=tmp_path)
    assert report.losses == []
    assert report.rounds == 5
    assert sum(report.kills.values()) >= 3
