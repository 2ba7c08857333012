"""The parts of restoration, each alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.language.hash_table import HashTable, mix
from pipeline.language.tokens import cut, model_words
from pipeline.restoration.channel.document_symbols import CodeBook
from pipeline.restoration.paragraphs import paragraphs_of
from pipeline.restoration.sequences.roman_numerals import repair_numerals

BLANKLESS = st.text(min_size=1).filter(lambda text: not any(char.isspace() for char in text))


@given(BLANKLESS)
def test_a_token_put_together_again_is_what_it_was(word: str) -> None:
    assert cut(word).text == word


@pytest.mark.parametrize(
    ("word", "seen"),
    [
        ("“Hoà,", ["hòa", ","]),
        ("29/11/2024;", ["<num>", "."]),
        ("267/KH-UBND", ["<code>"]),
        ("kinh-tế.", ["kinh", "tế", "."]),
    ],
)
def test_what_the_language_model_sees(word: str, seen: list[str]) -> None:
    assert model_words(word) == seen


def test_a_full_hash_table_gives_back_every_value_and_nothing_else() -> None:
    keys = mix(np.arange(1, 20_001, dtype=np.uint64))
    values = (np.arange(20_000) % 251).astype(np.uint8)
    table = HashTable.build(keys, values)
    found, got = table.get(keys)
    assert found.all()
    assert (got == values).all()
    strangers, _ = table.get(mix(np.arange(50_000, 150_000, dtype=np.uint64)))
    assert strangers.sum() <= 3


def test_numerals_are_repaired_from_their_shape_and_their_neighbours() -> None:
    lines = ["I. MUC DICH", "1. Muc dich chung", "1. NOI DUNG", "I11. DOI TUONG", "IV. KINH PHI"]
    assert repair_numerals(lines) == {2: ("1", "II"), 3: ("I11", "III")}


def test_numbers_before_sub_headings_in_capitals_stay() -> None:
    assert repair_numerals(["I. MUC DICH", "1. MUC TIEU CHUNG", "2. CHI TIEU", "II. NHIEM VU"]) == {}


def test_lost_bars_of_document_numbers_come_back() -> None:
    codes = CodeBook({"QĐ": 3000, "NĐ": 12000})
    assert codes.repair("12/QD-UBND") == "12/QĐ-UBND"
    assert codes.repair("30/2020/NP-CP") == "30/2020/NĐ-CP"
    assert codes.repair("15/KH-UBND") == "15/KH-UBND"


def test_a_blank_line_in_mid_sentence_does_not_end_a_paragraph() -> None:
    lines = ["Các cơ quan phối hợp", "", "với địa phương thực hiện.", "- Xây dựng kế hoạch", "năm 2024"]
    assert paragraphs_of(lines) == [[0, 2], [3, 4]]


def test_a_numeral_that_came_out_as_its_neighbour_is_told_apart() -> None:
    assert repair_numerals(["I. MUC DICH", "II. YEU CAU", "Il. NOI DUNG"])[2] == ("Il", "III")
    assert repair_numerals(["IL. MUC DICH", "II. YEU CAU"])[0] == ("IL", "I")
    assert repair_numerals(["II. YEU CAU", "II. NOI DUNG"]) == {}
