"""What is held out: whole documents, the same ones whatever else the file holds, and nothing of them elsewhere."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pipeline.training.evaluation_sets import pages_each
from pipeline.training.split import held_out_documents, read_part

SENTENCE = "Ủy ban nhân dân xã {} giao cho thôn {} chủ trì thực hiện nhiệm vụ."


def test_documents_are_held_out_whole(tmp_path: Path) -> None:
    path = _decrees(tmp_path / "vbpl.txt", range(200))
    held_out = dict(held_out_documents(path))
    assert 10 < len(held_out) < 50
    for number, lines in held_out.items():
        assert lines[0] == f"Số: {number}"
        assert len(lines) == 6
    train = set(read_part(path, "train"))
    assert not train & {line for lines in held_out.values() for line in lines}
    assert len(train) == 6 * (200 - len(held_out))


def test_a_document_stays_where_it_was_when_others_are_added(tmp_path: Path) -> None:
    few, many = _decrees(tmp_path / "few.txt", range(50)), _decrees(tmp_path / "many.txt", range(100))
    known = {number for number, _ in held_out_documents(few)}
    assert known == {name for name, _ in held_out_documents(many) if int(name.split("/")[0]) < 50}


def test_text_without_documents_is_held_out_in_blocks(tmp_path: Path) -> None:
    path = tmp_path / "news.txt"
    path.write_text("".join(SENTENCE.format(n, n) + "\n" for n in range(100_000)), encoding="utf-8")
    blocks = [lines for _, lines in held_out_documents(path)]
    assert blocks
    assert {len(lines) for lines in blocks} == {500}
    assert len(list(read_part(path, "train"))) == 100_000 - 500 * len(blocks)


def test_what_is_held_out_in_one_file_is_not_learned_from_another(tmp_path: Path) -> None:
    decrees = _decrees(tmp_path / "vbpl.txt", range(200))
    held_out = next(line for line in read_part(decrees, "held_out") if "giao cho" in line)
    learned = next(line for line in read_part(decrees, "train") if "giao cho" in line)
    news = tmp_path / "news.txt"
    kept = [learned, "Độc lập - Tự do - Hạnh phúc"]
    left_out = [held_out, held_out.upper(), f"Sáng nay có tin mới. {held_out} Việc này còn dài."]
    news.write_text("\n".join(["Một dòng đầu.", *kept, *left_out]) + "\n", encoding="utf-8")
    assert list(read_part(news, "train")) == ["Một dòng đầu.", *kept]


def _decrees(path: Path, numbers: range) -> Path:
    with path.open("w", encoding="utf-8") as file:
        for number in numbers:
            file.write(f"Số: {number}/2025/TT-BTC\n")
            file.writelines(SENTENCE.format(number, row) + "\n" for row in range(5))
    return path


@given(st.lists(st.integers(0, 50_000), min_size=1), st.integers(1, 600))
def test_pages_are_spread_over_all_documents(words: list[int], pages: int) -> None:
    limit = pages_each(words, pages)
    full = [1 + count // 560 for count in words]
    assert sum(min(limit, own) for own in full) >= min(pages, sum(full))
    assert limit == 1 or sum(min(limit - 1, own) for own in full) < pages


def test_text_that_lost_its_marks_is_not_learned(tmp_path: Path) -> None:
    path = tmp_path / "news.txt"
    good = SENTENCE.format(1, 1)
    path.write_text(f"{good}\nPhu luc kem theo Nghi dinh so 94.2022.NĐ-CP.rar\nNơi nhận: VT, KH\n", encoding="utf-8")
    assert list(read_part(path, "train")) == [good, "Nơi nhận: VT, KH"]
