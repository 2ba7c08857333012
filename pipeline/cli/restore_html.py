"""The page of `sohoa restore --html`: restored text with what was changed and what is in doubt marked. No script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from pipeline.restoration.results import IN_DOUBT, Change, RestoredLine

_STYLE = """
body { font: 16px/1.7 system-ui, sans-serif; max-width: 50em; margin: 2em auto; padding: 0 1em; color: #222; }
h1 { font-size: 1.3em; } p { margin: 0; min-height: 1.7em; white-space: pre-wrap; overflow-wrap: anywhere; }
small { color: #666; } ins { text-decoration: none; border-bottom: 1px dotted #2f855a; }
mark { background: #fed7d7; color: inherit; border-bottom: 2px solid #c53030; } ins, mark { cursor: help; }
@media (prefers-color-scheme: dark) { body { background: #1b1b1b; color: #ddd; } mark { background: #742a2a; }
small { color: #aaa; } }
"""


def restored_page(title: str, lines: Sequence[RestoredLine]) -> str:
    """The HTML page; a word's reading, chance and alternatives show on pointing. Every value is escaped."""
    told = [change for line in lines for change in line.told()]
    doubtful = sum(change.confidence < IN_DOUBT for change in told)
    name = escape(title or "standard input")
    return "".join(
        [
            "<!DOCTYPE html><html lang='vi'><head><meta charset='utf-8'>",
            f"<title>{name}: restored text</title>",
            "<meta name='viewport' content='width=device-width, initial-scale=1'>",
            f"<style>{_STYLE}</style></head><body><h1 lang='en'>{name}</h1>",
            f"<p lang='en'><small>{sum(change.text != change.raw for change in told):,} words were restored (dotted), "
            f"{doubtful:,} are less than {IN_DOUBT:.0%} sure (<mark>red</mark>). Point at a word for what was read, "
            "how sure it is and what else it may be.</small></p>",
            *(f"<p>{''.join(_marked(line))}</p>\n" for line in lines),
            "</body></html>\n",
        ]
    )


def _marked(line: RestoredLine) -> Iterator[str]:
    at, grown = 0, 0
    for change in line.told():
        start = change.start + grown
        grown += len(change.text) - len(change.raw)
        if start < at or line.text[start : start + len(change.text)] != change.text:
            continue
        yield escape(line.text[at:start])
        tag = "mark" if change.confidence < IN_DOUBT else "ins"
        yield f"<{tag} title='{escape(_said(change))}'>{escape(change.text)}</{tag}>"
        at = start + len(change.text)
    yield escape(line.text[at:])


def _said(change: Change) -> str:
    others = ", ".join(dict.fromkeys(rival.text for rival in change.candidates))
    return f"read: {change.raw} · {change.confidence:.0%} sure" + (f" · or: {others}" if others else "")
