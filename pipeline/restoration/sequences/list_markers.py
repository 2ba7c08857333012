"""What items and headings begin with, put right by what their neighbours begin with: once for a text, in one go.

Headings have Roman numerals, items letters and numbers; a letter before a slash is no word, whatever its sentence says.
Structure reads the markers, and decides what is an item; it puts none right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.language.tokens import cut
from pipeline.restoration.sequences.item_letters import Reader, labels_with_a_slash, repaired_letters
from pipeline.restoration.sequences.roman_numerals import repair_numerals


def repaired_markers(
    words: Sequence[Sequence[str]], readers: Sequence[Reader | None], by_engine: Sequence[bool]
) -> Iterator[tuple[int, int, str]]:
    """(line, place in it, word as printed) of each marker of `words` (of each line: word, blanks, word …) in doubt.

    `readers` and `by_engine` say who read each line, and whether an engine did: numerals of others are their author's.
    """
    for number, (_, numeral) in repair_numerals(["".join(line) for line in words]).items():
        if by_engine[number]:
            yield number, *_with_numeral(words[number], numeral)
    yield from labels_with_a_slash(words)
    yield from repaired_letters(words, readers)


def _with_numeral(line: Sequence[str], numeral: str) -> tuple[int, str]:
    """(place, word) of a line's first word with `numeral` in place of what was read."""
    at = next(place for place, word in enumerate(line) if place % 2 == 0 and cut(word).core)
    token = cut(line[at])
    return at, token.open + numeral.removesuffix("." if token.close.startswith(".") else "") + token.close
