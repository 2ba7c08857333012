"""Types of documents: one table for titles, citations and numbers."""

from __future__ import annotations

import re

import pytest

from pipeline.vietnamese.administrative.document_numbers import typed_number
from pipeline.vietnamese.administrative.document_types import (
    ACT_TYPES,
    ANY_ACT,
    SYMBOL_OF_TYPE,
    TITLE_TYPES,
    TYPE_OF_SYMBOL,
    TYPE_SYMBOLS,
)
from pipeline.vietnamese.administrative.tables import table
from pipeline.vietnamese.folding import fold
from pipeline.vietnamese.tones import to_old_style
from pipeline.vietnamese.unicode import clean


def test_the_table_is_written_in_one_form() -> None:
    rows = table("document_types")["types"]
    assert len({name for name, _, _ in rows}) == len(rows)
    for name, symbol, told in rows:
        assert name == clean(name) == to_old_style(name) and name[0].isupper()
        assert symbol == clean(symbol)
        assert set(told.split()) <= {"title", "act", "form"} and told
    assert len(set(TYPE_SYMBOLS)) == len(TYPE_SYMBOLS)


def test_a_type_is_not_taken_for_the_beginning_of_a_longer_one() -> None:
    assert TITLE_TYPES.index("KẾ HOẠCH PHỐI HỢP") < TITLE_TYPES.index("KẾ HOẠCH")
    match = re.match(ANY_ACT, fold("Thông tư liên tịch số 5"))
    assert match is not None and ACT_TYPES[match[0]] == "Thông tư liên tịch"


@pytest.mark.parametrize("symbol", [symbol for symbol in TYPE_SYMBOLS if len(symbol) > 1])
def test_every_symbol_makes_a_number(symbol: str) -> None:
    assert typed_number(f"47/{symbol}-SYT") is not None


def test_what_a_symbol_tells_is_what_it_is_made_of() -> None:
    for symbol, name in TYPE_OF_SYMBOL.items():
        assert SYMBOL_OF_TYPE[name.upper()] == symbol
    assert "HĐ" not in TYPE_OF_SYMBOL  # Hội đồng as well
