"""Document numbers made up over all types, bodies, forms and signs, with what each has to be read as."""

from __future__ import annotations

import random
from dataclasses import dataclass

from pipeline.vietnamese.administrative.document_numbers import DASHES, SLASHES, TYPE_SYMBOLS

_STATE_BODIES = (
    "UBND", "HĐND", "SNV", "SGDĐT", "PV01", "X05", "TH&THCS", "MN19/5", "P.GDĐT", "BCĐ389", "BCĐ 389", "CP", "TTg",
    "BVHTTDL", "CAT(PC06)", "ĐHQGHN", "TTYT", "BNV-BTC", "UBND-VX", "THCSNTMK", "BQLDA", "CĐCS", "TrMN", "VP",
)  # fmt: skip
_PARTY_BODIES = ("ĐU", "TW", "TU", "HU", "BTCTW", "TĐTN-BTG", "CĐCS", "MTTQ", "BTVHU", "ĐUK", "TĐTN")
_SUFFIXES = ("", "", "", "", "a", "b", "A", "C", "đ")


@dataclass(frozen=True, slots=True)
class MadeUp:
    """A number as it is `written` somewhere and as it has to be `read`."""

    written: str
    read: str


def made_up_numbers(count: int, seed: int, dashes: str = DASHES, slashes: str = SLASHES) -> list[MadeUp]:
    """`count` numbers, the same for the same seed: every type in the State's, the Party's or a union's form."""
    draw = random.Random(seed)
    return [_one(draw, TYPE_SYMBOLS[at % len(TYPE_SYMBOLS)], dashes, slashes) for at in range(count)]


def _one(draw: random.Random, type_symbol: str, dashes: str, slashes: str) -> MadeUp:
    serial = f"{draw.choice((draw.randint(1, 99), draw.randint(1, 9999)))}"
    serial = draw.choice((serial, serial.zfill(2), serial.zfill(4))) + draw.choice(_SUFFIXES)
    dash, slash = draw.choice(dashes), draw.choice(slashes)
    if type_symbol == "L":
        parts = [serial, "/", str(draw.randint(1992, 2030)), "/", "L", "-", "CTN"]
    elif type_symbol in {"QH", "UBTVQH"}:
        parts = [serial, "/", str(draw.randint(1992, 2030)), "/", f"{type_symbol}{draw.randint(9, 16)}"]
    elif draw.random() < 0.3:
        parts = [serial, "-", type_symbol, "/", draw.choice(_PARTY_BODIES)]
    else:
        year = ["/", str(draw.randint(1975, 2030))] if draw.random() < 0.4 else []
        parts = [serial, *year, "/", type_symbol, "-", draw.choice(_STATE_BODIES)]
    inner = [part.replace("-", dash) if len(part) > 1 else part for part in parts]
    signs = [{"-": dash, "/": slash}.get(part, part) for part in inner]
    spaced = draw.random() < 0.2 and len(type_symbol) > 1
    written = "".join(f" {sign} " if spaced and part in "-/" else sign for part, sign in zip(parts, signs, strict=True))
    return MadeUp(written, "".join(parts))
