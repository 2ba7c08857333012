"""Lets the language model choose among the readings of an engine's places, and gives the words their confidence."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import replace

from pipeline.edits import By
from pipeline.reading.engines.base import Alternatives, EngineLine
from pipeline.reading.recognition.rescorer import Rescorer
from pipeline.values import Box, Word

_NUMBER_AND_COMMA = re.compile(r"^\d{1,2},$")


def rescored(lines: Sequence[EngineLine], rescorer: Rescorer, only: Container[int] | None = None) -> list[EngineLine]:
    """The lines with the readings that make most sense together; those without places, or not among `only`, as is."""
    open_lines = [number for number, line in enumerate(lines) if line.places]
    asked = [[[(r.text, r.log) for r in place.readings] for place in lines[number].places] for number in open_lines]
    result = list(lines)
    wanted = None if only is None else {at for at, number in enumerate(open_lines) if number in only}
    for number, choices in zip(open_lines, rescorer.choose(asked, wanted), strict=True):
        if only is not None and number not in only:
            continue
        words: list[Word] = []
        for place, (choice, share) in zip(lines[number].places, choices, strict=True):
            # What the engine hardly saw as letters is no surer for having no rival.
            words += words_at(place, choice, share * place.sure**0.5)
        result[number] = replace(lines[number], words=tuple(_with_dot(words)))
    return result


def _with_dot(words: list[Word]) -> list[Word]:
    """A number that opens a line is followed by a dot; at 200 dpi a comma there is a smudged one ("13, Nhiệm vụ")."""
    if words and _NUMBER_AND_COMMA.match(words[0].text):
        return [words[0].put_right(words[0].text[:-1] + ".", By.PUNCTUATION), *words[1:]]
    return words


def words_at(place: Alternatives, choice: int, share: float) -> list[Word]:
    """The words of one reading of a place; its box is shared out by the number of letters."""
    parts = place.readings[choice].text.split()
    letters = sum(map(len, parts)) + len(parts) - 1
    words = []
    done = 0
    for part in parts:
        left = place.box.left + round(place.box.width * done / max(1, letters))
        done += len(part)
        right = place.box.left + round(place.box.width * done / max(1, letters))
        done += 1
        words.append(Word(part, Box(left, place.box.top, max(left + 1, right), place.box.bottom), round(share, 4)))
    return words
