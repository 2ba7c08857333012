"""Is all text of a Word document's body on its pages? Counted apart from the reader, over every kind of text there is.

What the reader knows nothing of (WordArt, phonetic guides, whatever Word invents next) is so at least said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

from pipeline.intake.word.ooxml import MC, VML, W, switch
from pipeline.intake.word.runs import is_placeholder
from pipeline.language.lost_words import lost_words
from pipeline.values import PageProblem

_PASSED_OVER = frozenset(W + name for name in ("del", "moveFrom", "rPrChange", "pPrChange", "sectPr"))


def left_out(body: Element, shown: Iterable[str]) -> list[PageProblem]:
    """A problem when text of `body` is not among what its pages show."""
    return lost_words(_texts(body), shown, "of the Word file's text are on no page")


def _texts(node: Element) -> Iterator[str]:
    for child in node:
        if child.tag in _PASSED_OVER or (child.tag == W + "sdt" and is_placeholder(child)):
            continue
        if child.tag == W + "r" and switch(child.find(W + "rPr"), "vanish"):
            continue
        if child.tag == MC + "AlternateContent":
            choice = child.find(MC + "Choice")
            written = list(_texts(choice)) if choice is not None else []
            fallback = child.find(MC + "Fallback")
            yield from written or (_texts(fallback) if fallback is not None else ())
        elif child.tag.endswith("}t"):
            yield child.text or ""
        elif child.tag == VML + "textpath":
            yield child.get("string") or ""
        else:
            yield from _texts(child)
