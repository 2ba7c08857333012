"""What is counted of words and names, for restoration to know a name when it meets one."""

from __future__ import annotations

from pathlib import Path

from pipeline.training.personal_names import count_cases, write_cases

TEXT = [
    "Chiều nay, ông Lò Văn Ún và bà Trần Thị Lan đến xã, huyện và tỉnh.",
    "",
    "",
    "",
    "Hôm nay ông Lò Văn Ún về Lào Cai.",
]


def test_a_name_counts_once_and_its_parts_by_their_places() -> None:
    cases = count_cases(TEXT)
    assert cases.family == {"lò": 1, "trần": 1}
    assert cases.middle == {"văn": 1, "thị": 1}
    assert cases.given == {"ún": 1, "lan": 1}


def test_words_are_counted_small_and_capitalised_but_not_where_sentences_begin() -> None:
    cases = count_cases(TEXT)
    assert cases.lower["xã"] == 1
    assert cases.capital["lào"] == 1
    assert "chiều" not in cases.capital


def test_the_same_text_gives_the_same_table(tmp_path: Path) -> None:
    lines = [f"Hôm nay, ông {family} Văn Lan gặp bà con" for family in ("Lò", "Trần", "Lê")] * 8
    tables = []
    for name in ("a", "b"):
        write_cases(tmp_path / name, count_cases(lines))
        tables.append((tmp_path / name).read_text(encoding="utf-8"))
    assert tables[0] == tables[1]
    assert "gặp\t6\t0\t0\t0\t0" in tables[0]
