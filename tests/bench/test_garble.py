"""The garble measure's confusion table counts lines, pages and the lines of mixed pages."""

from __future__ import annotations

from pathlib import Path

from pipeline.bench.garble import score_garble
from pipeline.language.garble import Garble
from pipeline.training.garble_set import LINE_BREAK, mixed_page
from pipeline.vietnamese.folding import strip_marks

CLEAN = "Các thôn đăng ký chỉ tiêu trồng cây với Ban chỉ đạo xã trước ngày mười lăm hằng tháng"
ENGLISH = "The villages shall register their targets with the committee before the middle of each month"


def test_right_and_wrong_answers_are_counted_by_unit(tmp_path: Path) -> None:
    bare = strip_marks(CLEAN)
    rows = [
        ("line", "clean", CLEAN),
        ("line", "clean", bare),  # labelled wrong on purpose
        ("page", "marks_lost", LINE_BREAK.join([bare] * 3)),
        ("mixed", "clean,clean,not_vietnamese,not_vietnamese", LINE_BREAK.join([CLEAN, CLEAN, ENGLISH, ENGLISH])),
    ]
    path = tmp_path / "labelled.tsv"
    path.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
    scores = score_garble(path)
    assert scores["line"].table == {("clean", "clean"): 1, ("clean", "marks_lost"): 1}
    assert scores["line"].accuracy == 0.5
    assert scores["page"].accuracy == scores["mixed"].accuracy == 1.0
    assert "| clean | 1 | 1 | 0 | 0 | 0 |" in scores["line"].markdown()


def test_a_mixed_page_has_a_label_for_each_line() -> None:
    import random

    lines = {kind: [f"{kind} {n}" for n in range(20)] for kind in Garble}
    labels, text = mixed_page(lines, random.Random(2))
    assert len(labels.split(",")) == len(text.split(LINE_BREAK)) >= 25
    assert set(labels.split(",")) <= set(Garble)
