"""Signs that an engine half lost and that can be nothing else: './' at the end was './.', “…' was “…”."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_HALF_END = re.compile(r"(?<=[\w)”])\./,?$")
_HALF_QUOTE = re.compile(r"(?<=[\w.!?)%])(?:''?|\"|[’‘´`]{1,2}|[“″])(?=[.,;:)]*$)")
_INNER = re.compile(r"^[(“]*[‘'](?=\w)")  # a quotation inside one: what closes first closes this
_REACH = 4  # lines; a quotation that is longer was closed somewhere and the sign was lost


@dataclass(frozen=True, slots=True)
class MendedSign:
    """The word at place `at` of line `line`: its end as read, and as printed."""

    line: int
    at: int
    read: str
    printed: str


def mended_signs(words: Sequence[Sequence[str]], read_by_engine: Sequence[bool]) -> list[MendedSign]:
    """The signs to mend in `words` (of each line: word, blanks, word …); only lines that an engine read are looked at.

    A quotation mark is mended only where a curly one was opened shortly before and not closed.
    """
    found = []
    opened: int | None = None
    inner = False
    for number, line in enumerate(words):
        if opened is not None and number - opened > _REACH:
            opened = None
        last = max((at for at in range(0, len(line), 2) if line[at]), default=-1)
        for at in range(0, len(line), 2):
            word = line[at]
            if "“" in word and (opened is None or not _HALF_QUOTE.search(word)):
                opened, inner = number, False
            inner = inner or bool(_INNER.match(word))
            if read_by_engine[number]:
                half = _HALF_QUOTE.search(word) if opened is not None else None
                if half and inner:
                    inner = False
                elif half:
                    found.append(MendedSign(number, at, word[half.start() :], "”" + word[half.end() :]))
                    opened = None
                elif at == last and (end := _HALF_END.search(word)):
                    found.append(MendedSign(number, at, word[end.start() :], "./."))
            if word.rfind("”") > word.rfind("“"):
                opened = None
    return found
