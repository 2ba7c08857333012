"""The number column of a recognised table: '1!' between 10 and 12 is 11, '2.' between 26. and 28. is 27.

Numbers damaged by OCR are repaired from their neighbours, as those of sections are; what an author numbered twice or
left out stays, and an empty cell stays empty.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.edits import By, Correction, composed, put_right
from pipeline.structure.lines.corrections import at_place
from pipeline.structure.lines.model import LineCorrection
from pipeline.values import Line, Page, TextSource
from pipeline.vietnamese.administrative.look_alikes import as_figures

_NUMBER = re.compile(r"(\d{1,3})([.)]?)")
_WORD = re.compile(r"[^\W\d_]{3}")


def repair_numbers(pages: Sequence[Page]) -> tuple[list[Page], list[LineCorrection]]:
    """`pages` with the damaged numbers in the first columns of recognised tables put right; where, and what."""
    places = [
        (page, index)
        for page, content in enumerate(pages)
        if content.source is TextSource.OCR
        for index, line in enumerate(content.lines)
        if line.cell is not None and line.cell[2] == 0 and not _WORD.search(line.text)
    ]
    texts = [pages[page].lines[index].text for page, index in places]
    repaired = {
        place: text for place, text, old in zip(places, repaired_sequence(texts), texts, strict=True) if text != old
    }
    result, corrections = list(pages), []
    for (page, index), number in repaired.items():
        lines = list(result[page].lines)
        line = lines[index]
        corrections.append(at_place(line, 0, line.text, number, By.NUMBER_COLUMN))
        lines[index] = _with_number(line, number)
        result[page] = replace(result[page], lines=tuple(lines))
    return result, [one for one in corrections if one is not None]


def _with_number(line: Line, number: str) -> Line:
    text, edits = put_right(line.text, [Correction(0, line.text, number, None, By.NUMBER_COLUMN)])
    return replace(line, text=text, edits=composed(text, line.edits, edits))


def repaired_sequence(texts: Sequence[str]) -> list[str]:
    """The cells of a number column, each damaged one as both its neighbours tell it."""
    numbers = [_NUMBER.fullmatch(text) for text in texts]
    result = list(texts)
    for place in range(1, len(texts)):
        before, own = numbers[place - 1], numbers[place]
        after = numbers[place + 1] if place + 1 < len(texts) else None
        if before is None:
            continue
        due = int(before[1]) + 1
        sign = texts[place][-1:] if texts[place].endswith((".", ")")) else ""
        if after is not None and int(after[1]) == due + 1 and _may_be(texts[place], str(due)):
            result[place] = f"{due}{before[2] if before[2] == after[2] else sign}"
        elif place + 1 == len(texts) and place > 1 and own is None and _figures(texts[place]) == str(due):
            result[place] = f"{due}{before[2]}"
    return result


def _may_be(text: str, due: str) -> bool:
    """Whether `text` is the number `due` with letters for figures, blanks between them or a figure lost."""
    figures = _figures(text)
    return figures == due or (figures.isdigit() and len(due) == 2 and figures in due)


def _figures(text: str) -> str:
    """A number cell with what OCR takes for figures as figures, without blanks and the sign at its end."""
    return "".join(as_figures(text).split()).rstrip(".),")
