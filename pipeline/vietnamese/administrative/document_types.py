"""Types of documents: how each is abbreviated in a number, and where it is told. The table lies beside this module."""

from __future__ import annotations

from pipeline.vietnamese.administrative.tables import table
from pipeline.vietnamese.folding import fold

_TABLE = table("document_types")
_TYPES: list[tuple[str, str, str]] = sorted(
    ((name, symbol, told) for name, symbol, told in _TABLE["types"]), key=lambda row: -len(row[0])
)

TITLE_TYPES = tuple(name.upper() for name, _, told in _TYPES if "title" in told)
"""The types whose names head documents, in capitals, longer ones first."""
FORMS = frozenset(name.upper() for name, _, told in _TYPES if "form" in told)
"""Those of them that a person hands in: no body issues and numbers them."""
ACT_TYPES = {fold(name): name for name, _, told in _TYPES if "act" in told}
"""The types that are cited, by their folded names, longer ones first."""
ANY_ACT = f"(?:{'|'.join(ACT_TYPES)})"
"""A pattern for one of them in folded text."""
SYMBOL_OF_TYPE = {name.upper(): symbol for name, symbol, _ in _TYPES if symbol}
"""The abbreviation of a type in capitals: 'TỜ TRÌNH' → 'TTr'."""
TYPE_OF_SYMBOL = {
    symbol: name for name, symbol, told in _TYPES if symbol and "act" in told and symbol not in _TABLE["ambiguous"]
}
"""The type that a number's symbol tells by itself: 'KH' → 'Kế hoạch'."""
TYPE_SYMBOLS = tuple(symbol for _, symbol, _ in _TABLE["types"] if symbol) + tuple(_TABLE["bodies"])
"""All that may stand in a symbol's first place: types' abbreviations, and bodies' in the numbers of letters."""
