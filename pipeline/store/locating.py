"""Finds the page that a hit stands on: a section is indexed with the page it begins on, and may go on for several."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from pipeline.store.entries import folded_form
from pipeline.store.layout import document_name

_TOKEN = re.compile(r"[^\W_]+")
_WORDS = (8, 5, 3)  # words from the hit on that are looked for on the pages; fewer where a page ends among them


def page_of_hit(
    read: Callable[[str], bytes], path: str, first_page: int | None, snippet: str, start: int
) -> int | None:
    """The page on which the words of `snippet` from `start` on stand; `first_page` where that cannot be told.

    `read` gives a file of OUT by its name, `path` is the source's; `first_page` is where the section begins.
    """
    if first_page is None:
        return None
    words = _TOKEN.findall(folded_form(snippet[start:]))
    pages = _pages(read, document_name(path), first_page)
    for size in _WORDS:
        wanted = f" {' '.join(words[:size])} "
        for number, text in pages:
            if len(words) >= min(size, 2) and wanted in text:
                return number
    return first_page


def _pages(read: Callable[[str], bytes], name: str, first_page: int) -> list[tuple[int, str]]:
    """(number, folded words) of the pages from `first_page` on; none when the document is not there."""
    try:
        document: dict[str, Any] = json.loads(read(name))
        pages = [page for page in document["pages"] if page["number"] >= first_page]
        return [(page["number"], _words(page)) for page in pages]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _words(page: dict[str, Any]) -> str:
    text = " ".join(line["text"] for line in page["lines"])
    return f" {' '.join(_TOKEN.findall(folded_form(text)))} "
