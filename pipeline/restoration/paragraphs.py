"""Which lines make up a paragraph, so that the language model sees sentences and not line ends."""

from __future__ import annotations

import re
from collections.abc import Sequence

# A bullet, '1.', '1.2.', 'a)', 'I.', 'I11.' or 'Điều 3' at a line's beginning starts a paragraph.
_STARTS = re.compile(
    r"\s*(?:[-+*•#□■●–—]\s|\d{1,2}(?:\.\d{1,2})*[.)/]|\w{1,2}\)|[IVXLl1H|]{1,5}\.\s|[ĐDPB]i[êéèeềể]u\s+\d)"
)
_ENDING = frozenset(".:;!?…/")
_LONGEST = 6_000  # letters; what is longer is no paragraph, and is restored in parts


def paragraphs_of(lines: Sequence[str]) -> list[list[int]]:
    """The numbers of the lines of each paragraph, in order. Blank lines belong to none.

    A blank line within a sentence (a page break in a dump) does not end a paragraph: the next line goes on in small
    letters.
    """
    result: list[list[int]] = []
    blank = False
    size = 0
    for number, line in enumerate(lines):
        text = line.strip()
        if not text:
            blank = True
            continue
        if result and size < _LONGEST and _goes_on(lines[result[-1][-1]].strip(), text, blank=blank):
            result[-1].append(number)
        else:
            result.append([number])
            size = 0
        size += len(text)
        blank = False
    return result


def _ends(text: str) -> bool:
    """Whether a sentence ends with `text`: such a sign is among those after its last letter."""
    for char in reversed(text):
        if char in _ENDING:
            return True
        if char.isalnum() or char == "_":
            return False
    return False


def _goes_on(before: str, text: str, *, blank: bool) -> bool:
    """Whether `text` goes on with the sentence of the line `before`."""
    if _STARTS.match(text) or _ends(before):
        return False
    if before.isupper() != text.isupper():
        return False
    first = next((char for char in text if char.isalpha()), "a")
    return not (blank and first.isupper())
