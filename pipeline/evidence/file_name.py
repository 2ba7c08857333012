"""What the names of a file and its folder say of the document: "2084 kh syt.pdf", "KH_1146_…pdf", "Thông báo 660.pdf".

Clerks name a scan by its number, mostly with the type or the whole symbol beside it. Other numbers stand in names too:
of arrival, of days and years, of copies, of scanners' counters. So a number counts by what stands next to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.schema import Candidate, Evidence
from pipeline.vietnamese.folding import fold

# Right of all that spoke, on 236 real scans of 61 offices: the number beside a type's word 169 of 177, the first number
# of the others 157 of 203. On 108 scans whose symbol is known: beside the whole symbol 74 of 74, beside a part of it or
# its type 16 of 18, alone 6 of 6, alone with less than three digits (it counts the files) 0 of 4. A name alone never
# reaches the default for a value: a copy may be named after another paper.
_WHOLE, _BESIDE, _LONE, _SHORT = 0.965, 0.93, 0.75, 0.15
_FOLDER = 0.8  # of the same: a folder may hold more than one paper
_SHORT_DIGITS, _MOST_DIGITS = 2, 5

_TOKEN = re.compile(r"\d+|[^\W\d_]+")
# What no clerk means as a number: a moment, a counter of copies or pages, an archive's own signature, a digest.
_MOMENT = (
    r"(?<!\d)(?:19|20)\d{2}[-_. ]?(?:0[1-9]|1[0-2])[-_. ]?(?:0[1-9]|[12]\d|3[01])(?:[-_ T]?\d{4,6})?(?!\d)"
    r"|(?<!\d)(?:0?[1-9]|[12]\d|3[01])[-_.](?:0?[1-9]|1[0-2])[-_.](?:(?:19|20)?\d{2})(?!\d)|(?<!\d)\d{9,}(?!\d)"
)
_COUNTER = r"\(\d+\)|(?<=[-_])0{2,}\d{1,2}(?=\W|_|$)|(?:copy|ban sao)\s?\d*$|(?<![^\W_])(?:trang|page|p)\s?\d+$"
_ARCHIVAL = r"(?<![^\W_])\w{1,4}(?:\.\w{1,6}){3,}"
_DIGEST = r"(?<![^\W_])(?=[a-f]*\d)[\da-f]{4,}(?:-[\da-f]{2,}){2,}|(?<![^\W_])(?=\w*[a-f]\w*)(?=\w*\d\w*\d)[\da-f]{12,}"
_NO_NUMBER = re.compile("|".join((_DIGEST, _ARCHIVAL, _MOMENT, _COUNTER)))
_ENDINGS = re.compile(r"(?:[-._ ]+(?:signed|da ky|ky so|final|scan))+$")
_SERIAL_LETTER = re.compile(r"[a-e]|đ")


@dataclass(frozen=True, slots=True)
class NamedNumber:
    """A number in a name. `beside`: how many parts of the document's symbol, or of its type's name, stand by it."""

    serial: str
    beside: int


def from_names(names: Sequence[str], symbol: str | None, document_type: str | None) -> Iterator[Evidence]:
    """What the paths of a file and of its copies say, each number once; `symbol` is what the paper prints."""
    said: dict[str, Evidence] = {}
    for path in names:
        *folders, name = path.split("/")
        stem = name.rpartition(".")[0] or name
        own = _said_by(stem, symbol, document_type)
        if own is not None:
            serial, precision = own
            words = f"the file is called “{name}”"
            said.setdefault(serial, _evidence("file_name", words, serial, precision))
        for folder in folders[-1:]:
            above = _said_by(folder, symbol, document_type)
            if above is not None and own is None and above[1] >= _BESIDE:
                words = f"its folder is called “{folder}”"
                said.setdefault(above[0], _evidence("folder_name", words, above[0], _FOLDER * above[1]))
    yield from said.values()


def _evidence(source: str, words: str, serial: str, precision: float) -> Evidence:
    return Evidence(source=source, words=words, candidates=[Candidate(value=serial, probability=round(precision, 4))])


def _said_by(name: str, symbol: str | None, document_type: str | None) -> tuple[str, float] | None:
    """The serial that a name gives, and how often such a name is right."""
    parts = [part for part in re.split(r"[-/&., ]+", fold(symbol or "")) if part]
    found = named_numbers(name, parts, fold(document_type or "").split())
    best = max(found, key=lambda number: number.beside, default=None)
    if best is None:
        return None
    if best.beside:
        return best.serial, _WHOLE if best.beside >= max(2, len(parts)) else _BESIDE
    return best.serial, _LONE if len(best.serial) > _SHORT_DIGITS else _SHORT


def named_numbers(name: str, symbol: Sequence[str], type_words: Sequence[str] = ()) -> list[NamedNumber]:
    """The numbers in a name without its ending, in order; `symbol` and `type_words` are folded."""
    tokens = _TOKEN.findall(_ENDINGS.sub("", _NO_NUMBER.sub(" ", fold(name))))
    found = []
    for at, token in enumerate(tokens):
        if not token.isdigit() or len(token) > _MOST_DIGITS:
            continue
        after = at + 1
        letter = ""
        if after < len(tokens) and _SERIAL_LETTER.fullmatch(tokens[after]) and name_glued(name, token, tokens[after]):
            letter, after = tokens[after], after + 1
        beside = _beside(tokens[after:], symbol, type_words) or _beside(tokens[:at][::-1], symbol, type_words[::-1])
        found.append(NamedNumber(token + letter, beside))
    return found


def name_glued(name: str, digits: str, letter: str) -> bool:
    """Whether a letter stands right behind the digits ("3176b"), as one that belongs to the serial does."""
    return bool(re.search(rf"(?<!\d){digits}{letter}(?![^\W_])", fold(name)))


def _beside(tokens: Sequence[str], symbol: Sequence[str], type_words: Sequence[str]) -> int:
    """How many of the next tokens are parts of the symbol ("kh syt"; glued "tbub" for TB-UBND), or its type's name."""
    if type_words and list(tokens[: len(type_words)]) == list(type_words):
        return 1
    count = 0
    for token in tokens:
        if token in symbol:
            count += 1
        elif count == 0 and len(token) > 2 and any(token.startswith(part) for part in symbol if len(part) > 1):
            return 1
        else:
            break
    return count
