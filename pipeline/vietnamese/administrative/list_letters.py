"""The letters of list items, in order: a) b) c) d) đ) e) g) …"""

from __future__ import annotations

LIST_LETTERS = "abcdđeghiklmnopqrstuvxy"
"""The letters that items are lettered with; f, j, w and z are no letters of the Vietnamese alphabet."""

# Where authors use them all the same, they stand as in the Latin alphabet.
_FOREIGN = {"f": 6, "j": 10, "w": 23, "z": 24}
_PLACES = {letter: place for place, letter in enumerate(LIST_LETTERS, start=1)} | _FOREIGN


def letter_place(letter: str) -> int | None:
    """The place of a small letter in lists, from 1 on; None for what is no letter of one."""
    return _PLACES.get(letter)
