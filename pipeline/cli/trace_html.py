"""index.html of a trace: pictures, readings and edits on one page. No script, nothing loaded from elsewhere."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape

from pipeline.values import Box, Line, Word

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 100em; margin: 2em auto; padding: 0 1em; color: #222; }
h1 { font-size: 1.5em; } h2 { font-size: 1.2em; margin-top: 2em; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .25em .6em; vertical-align: top;
border-bottom: 1px solid #ddd; overflow-wrap: anywhere; } th { font-weight: 600; }
figure { display: inline-block; width: 48%; min-width: 20em; margin: 0 0 1em; vertical-align: top; }
svg { width: 100%; }
rect { fill: transparent; stroke: #2b6cb0; stroke-width: 2; vector-effect: non-scaling-stroke; }
rect.doubtful { stroke: #c53030; } del, em { color: #c53030; font-style: normal; }
ins { color: #2f855a; text-decoration: none; font-weight: 600; }
small { color: #666; } .gone { color: #999; }
@media (prefers-color-scheme: dark) { body { background: #1b1b1b; color: #ddd; } td, th { border-color: #444; }
small { color: #aaa; } }
"""
_DOUBTFUL = 0.8
_SHARED = 0.5  # of the lower one's height that a line and a word of it share


@dataclass(slots=True)
class TracedLine:
    """A line on its way: as it came in, its text after each stage but the last, and what it became (None: nothing)."""

    number: int
    raw: str
    texts: dict[str, str]
    final: Line | None


@dataclass(slots=True)
class TracedPage:
    """A page: (step, JPEG, its size in pixels of the page) of each picture, (step, lines of words) of each reading."""

    number: int
    source: str = ""
    pictures: list[tuple[str, bytes, tuple[int, int]]] = field(default_factory=list)
    readings: list[tuple[str, list[list[Word]]]] = field(default_factory=list)
    lines: list[TracedLine] = field(default_factory=list)


def trace_page(title: str, pages: Sequence[TracedPage]) -> str:
    """The HTML page of a trace. Every value is escaped."""
    contents = "".join(f" <a href='#page-{page.number}'>{page.number}</a>" for page in pages)
    return "".join(
        [
            "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'>",
            f"<title>{escape(title)}: trace</title>",
            "<meta name='viewport' content='width=device-width, initial-scale=1'>",
            f"<style>{_STYLE}</style></head><body><h1>{escape(title)}: what became of each line</h1>",
            f"<p>Pages:{contents}. Red: less than {_DOUBTFUL:.0%} sure.</p>",
            *(_page(page) for page in pages),
            "</body></html>\n",
        ]
    )


def _page(page: TracedPage) -> str:
    figures = "".join(_figure(step, jpeg, size, page) for step, jpeg, size in page.pictures)
    steps = [step for step, _ in page.readings]
    head = "".join(f"<th>{escape(name)}</th>" for name in ("", *steps, "came in", "came out", "put right"))
    rows = "".join(_row(line, page) for line in page.lines)
    name = f"Page {page.number}" + (f" ({escape(page.source)})" if page.source else "")
    return f"<h2 id='page-{page.number}'>{name}</h2>{figures}<table><tr>{head}</tr>{rows}</table>"


def _figure(step: str, jpeg: bytes, size: tuple[int, int], page: TracedPage) -> str:
    """A picture; over the page's own the words where the first engine saw them."""
    width, height = size
    data = b64encode(jpeg).decode("ascii")
    first = page.readings[0][1] if page.readings and step == page.pictures[0][0] else []
    boxes = "".join(_rect(word) for line in first for word in line)
    return (
        f"<figure><figcaption>{escape(step)}, {width} x {height} pixels</figcaption>"
        f"<svg viewBox='0 0 {width} {height}' role='img'><image href='data:image/jpeg;base64,{data}'"
        f" width='{width}' height='{height}'/>{boxes}</svg></figure>"
    )


def _rect(word: Word) -> str:
    if word.box is None:
        return ""
    doubtful = " class='doubtful'" if word.confidence is not None and word.confidence < _DOUBTFUL else ""
    sure = "" if word.confidence is None else f" ({word.confidence:.2f})"
    return (
        f"<rect{doubtful} x='{word.box.left}' y='{word.box.top}' width='{word.box.width}' height='{word.box.height}'>"
        f"<title>{escape(word.text)}{sure}</title></rect>"
    )


def _row(line: TracedLine, page: TracedPage) -> str:
    final = line.final
    box = final.box if final else None
    cells = [str(line.number)]
    cells += [_words(word for own in lines for word in own if _holds(box, word.box)) for _, lines in page.readings]
    cells.append(escape(line.raw))
    if final is None:
        cells += ["<span class='gone'>left out</span>", ""]
    else:
        sure = "" if final.sureness is None else f" <small>{final.sureness:.2f}</small>"
        cells += ["".join(_marked(final)) + sure, "<br>".join(_told(final))]
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _holds(line: Box | None, word: Box | None) -> bool:
    if line is None or word is None:
        return False
    _, shared = line.overlap(word)
    middle, _ = word.centre
    return shared > _SHARED * min(line.height, word.height) and line.left - 1 <= middle <= line.right + 1


def _words(words: Iterator[Word]) -> str:
    shown = []
    for word in words:
        doubtful = word.confidence is not None and word.confidence < _DOUBTFUL
        text = escape(word.text)
        shown.append(f"<em>{text}</em><small> {word.confidence:.2f}</small>" if doubtful else text)
    return " ".join(shown)


def _marked(line: Line) -> Iterator[str]:
    """The line's text with what was put in marked."""
    at = 0
    for edit in line.edits:
        yield escape(line.text[at : edit.start])
        yield f"<ins>{escape(edit.text)}</ins>"
        at = edit.end
    yield escape(line.text[at:])


def _told(line: Line) -> Iterator[str]:
    for edit in line.edits:
        sure = "" if edit.confidence is None else f", {edit.confidence:.2f}"
        yield (
            f"<del>{escape(edit.read) or '∅'}</del> → <ins>{escape(edit.text) or '∅'}</ins>"
            f" <small>{escape(edit.by)}{sure}</small>"
        )
