"""The piece of a section that is shown of a hit: where most of what was asked for stands together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from pipeline.store.query import TOKEN, Tokens

_SNIPPET = 220  # characters
_BEFORE = 60  # characters shown before the first word that was found
Spot = tuple[int, int]


def snippet_of(
    text: str, items: Sequence[Sequence[Tokens]], form: Callable[[str], str]
) -> tuple[str, tuple[Spot, ...]]:
    """The part of `text` with most of the query's items, each in one of its forms, and where their words stand in it.

    `form` makes of a word what the items are made of: lower case, with marks or without.
    """
    # Forms are made token by token: a letter whose lower case is two letters shifts nothing after it.
    spans = [match.span() for match in TOKEN.finditer(text)]
    words = [form(text[start:end]) for start, end in spans]
    found = sorted(_found(words, items))
    spots = [spans[at] for at in found]
    if not spots:
        return _cut(text, 0, _SNIPPET), ()
    size = sum(len(forms[0]) for forms in items)
    best = max(
        range(len(spots)), key=lambda i: (_density(spots[i : i + size], [words[at] for at in found[i : i + size]]), -i)
    )
    start = _word_start(text, max(0, min(spots[best][0] - _BEFORE, len(text) - _SNIPPET)))
    end = min(len(text), start + _SNIPPET)
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end -= 1
    before, after = ("… " if start else ""), (" …" if end < len(text) else "")
    body = text[start:end].replace("\n", " ").rstrip()
    shift = len(before) - start
    marks = tuple((a + shift, b + shift) for a, b in spots if a >= start and b <= start + len(body))
    return before + body + after, marks


def _found(words: Sequence[str], items: Sequence[Sequence[Tokens]]) -> set[int]:
    """Which words are part of something that is asked for, all of whose words follow each other there."""
    places: dict[str, list[int]] = {}
    for at, word in enumerate(words):
        places.setdefault(word, []).append(at)
    return {
        at + offset
        for forms in items
        for tokens in forms
        for at in _starts(tokens[0], places)
        if _fits(words[at : at + len(tokens)], tokens)
        for offset in range(len(tokens))
    }


def _starts(token: str, places: dict[str, list[int]]) -> Iterable[int]:
    if not token.endswith("*"):
        return places.get(token, ())
    return [at for word, where in places.items() if word.startswith(token[:-1]) for at in where]


def _fits(words: Sequence[str], tokens: Tokens) -> bool:
    """Whether these are the words asked for; of one that ends in '*' its beginning."""
    if not tokens[-1].endswith("*"):
        return tuple(words) == tokens
    same = len(words) == len(tokens) and tuple(words[:-1]) == tokens[:-1]
    return same and words[-1].startswith(tokens[-1][:-1])


def _density(spots: Sequence[Spot], words: Sequence[str]) -> int:
    """How many different words stand in the beginning of a snippet that starts with the first of `spots`."""
    return len({word for word, (_, end) in zip(words, spots, strict=True) if end <= spots[0][0] + _SNIPPET // 2})


def _word_start(text: str, at: int) -> int:
    while 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum():
        at -= 1
    return at


def _cut(text: str, start: int, size: int) -> str:
    return text[start : start + size].replace("\n", " ") + (" …" if len(text) > start + size else "")
