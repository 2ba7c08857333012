"""The symbol of a document's number ("KH-UBND"): how types and bodies are abbreviated, and what OCR makes of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz.distance import Levenshtein

from pipeline.vietnamese.administrative.document_numbers import labelled_number
from pipeline.vietnamese.administrative.document_types import SYMBOL_OF_TYPE, TYPE_SYMBOLS
from pipeline.vietnamese.folding import fold


def repair_symbol(symbol: str) -> str:
    """The symbol with Đ and capitals as they are written: 'QD-UBNĐ' → 'QĐ-UBND'."""
    parts = symbol.split("-")
    for position, part in enumerate(parts):
        if part in TYPE_SYMBOLS:
            continue  # HĐ is a contract, HD an instruction
        known = next((known for known in (*TYPE_SYMBOLS, "HĐND") if fold(known) == fold(part)), None)
        if known and (part.upper() == known.upper() or position == 0 or known in {"UBND", "HĐND"}):
            parts[position] = known
    return "-".join(parts)


def mended_number(number: str, document_type: str | None, bodies: Sequence[str]) -> str:
    """A number whose symbol was misread, by what the page says: '/xH-scH' → '/KH-BCH' on a Bộ Chỉ huy's kế hoạch.

    A part that begins with a small letter, as no abbreviation does, and differs in one letter from the type's or a
    body's first letters becomes these; everything else stays.
    """
    found = labelled_number(number)
    if found is None:
        return number
    pieces = re.split(r"([-/])", found.number.symbol)
    for at in range(0, len(pieces), 2):
        expected = [_initials(body) for body in bodies]
        if at == 0 and document_type:
            expected.insert(0, SYMBOL_OF_TYPE.get(document_type, _initials(document_type)))
        pieces[at] = _mended(pieces[at], expected)
    return str(replace(found.number, symbol="".join(pieces)))


def _mended(part: str, expected: Sequence[str]) -> str:
    if len(part) < 2 or not part[0].islower():
        return part
    alike = (whole[: len(part)] for whole in expected)
    near = (known for known in alike if len(known) == len(part))
    return next((known for known in near if Levenshtein.distance(fold(known), fold(part)) <= 1), part)


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split() if word[0].isalpha()).upper()
