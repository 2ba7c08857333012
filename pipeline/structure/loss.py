"""The loss check: every word of the pages is in exactly one place of the result, or in a page mark."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from pipeline.errors import ProblemCode
from pipeline.schema import Problem
from pipeline.structure.lines.model import Node, Paragraph, Row, with_ids

_WORD = re.compile(r"[^\W_]+")
_SHOWN = 6


def words(texts: Iterable[str]) -> Counter[str]:
    """The words of some texts with how often each stands there; signs are passed over."""
    return Counter(word for text in texts for word in _WORD.findall(text.casefold()))


def texts_of(nodes: Sequence[Node]) -> Iterable[str]:
    """All printed text of a tree: markers as they stood on the page, headings, paragraphs."""
    for _, node in with_ids(nodes):
        yield node.printed
        yield node.heading or "" if node.heading_printed is None else node.heading_printed
        for paragraph in node.paragraphs:
            yield paragraph.text


def check_loss(
    rows: Sequence[Row], used: Iterable[Paragraph], preamble: Sequence[Paragraph], nodes: Sequence[Node]
) -> list[Problem]:
    """A problem when words of `rows` are in no part of the result, or words are there that the pages do not have.

    `used` are the pieces that header, closing and marks were read from.
    """
    printed = words(row.text for row in rows)
    kept = words(paragraph.text for paragraph in (*used, *preamble)) + words(texts_of(nodes))
    problems = []
    for missing, verb in ((printed - kept, "are in no section or field"), (kept - printed, "are kept twice")):
        if not missing:
            continue
        count = sum(missing.values())
        sample = ", ".join(f"“{word}”" for word in list(missing)[:_SHOWN])
        problems.append(
            Problem(
                code=ProblemCode.TEXT_LOST,
                message=f"{count} word(s) of the pages {verb}: {sample}. The page lines have the whole text.",
                page=_first_page(rows, missing),
            )
        )
    return problems


def _first_page(rows: Sequence[Row], missing: Counter[str]) -> int | None:
    for row in rows:
        if any(word in missing for word in _WORD.findall(row.text.casefold())):
            return row.page
    return None
