"""`sohoa extract FILE --trace DIR`: what a page went through, as files and one HTML page.

What a developer opens when a number is read wrong: the page's picture and the one that was read in its place, what each
engine made of it and where, what the language model chose, and what was put right in each line, by whom and how surely.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2

from pipeline.cli.trace_html import TracedLine, TracedPage, trace_page
from pipeline.store.atomic import write_atomic
from pipeline.values import Line, Page, Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SHOWN_HEIGHT = 1_400  # pixels of a page's picture in the HTML page; the files have it whole


@dataclass(slots=True)
class Trace:
    """Writes pictures and readings into `folder` as they come (`records.Observer`), and the rest in `finish`.

    All of its methods raise OutputError when the folder cannot be written.
    """

    folder: Path
    _pages: dict[int, TracedPage] = field(default_factory=dict)
    _lines: dict[str, list[Page]] = field(default_factory=dict)

    def picture(self, page: int, step: str, pixels: NDArray[np.uint8]) -> None:
        """Keep a page's picture as it was at `step`."""
        name = self._name(page, step, "png")
        shown = pixels if pixels.ndim == 2 else pixels[:, :, ::-1]  # OpenCV writes BGR
        write_atomic(self.folder / name, cv2.imencode(".png", shown)[1].tobytes(), durable=False)
        scale = min(1.0, _SHOWN_HEIGHT / max(1, *pixels.shape[:2]))
        small = cv2.resize(shown, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else shown
        size = (pixels.shape[1], pixels.shape[0])
        self._page(page).pictures.append((step, cv2.imencode(".jpg", small)[1].tobytes(), size))

    def words(self, page: int, step: str, lines: Sequence[Sequence[Word]]) -> None:
        """Keep what an engine, or what chose among its readings, made of a page."""
        data = [[_word(word) for word in line] for line in lines]
        self._write(self._name(page, step, "json"), data)
        self._page(page).readings.append((step, [list(line) for line in lines]))

    def pages(self, step: str, pages: Sequence[Page]) -> None:
        """Keep the lines of all pages as they were after `step`."""
        self._lines[step] = list(pages)

    def finish(self, title: str) -> Path:
        """Write the lines and the HTML page; the path of the latter. `title` names the file that was traced."""
        steps = list(self._lines)
        for index, page in enumerate(self._lines[steps[-1]] if steps else ()):
            traced = self._page(page.number)
            before = {step: list(self._lines[step][index].lines) for step in steps[:-1]}
            traced.lines = _followed(before, page.lines)
            traced.source = page.source
            self._write(self._name(page.number, "lines", "json"), [_line(line) for line in traced.lines])
        path = self.folder / "index.html"
        html = trace_page(title, [self._pages[number] for number in sorted(self._pages)])
        write_atomic(path, html.encode("utf-8", "backslashreplace"), durable=False)
        return path

    def _page(self, number: int) -> TracedPage:
        return self._pages.setdefault(number, TracedPage(number))

    def _name(self, page: int, step: str, ending: str) -> str:
        return f"page-{page:03}-{step}.{ending}"

    def _write(self, name: str, data: object) -> None:
        text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
        write_atomic(self.folder / name, text.encode("utf-8", "backslashreplace"), durable=False)


def _followed(before: dict[str, list[Line]], lines: Sequence[Line]) -> list[TracedLine]:
    """The lines of a page with what they were before; those of which nothing was left come without a last text."""
    rows = next(iter(before.values()), list(lines))
    result: list[TracedLine] = []
    left = list(lines)
    for number, first in enumerate(rows):
        kept = left.pop(0) if left and left[0].raw == first.raw else None
        texts = {step: own[number].text for step, own in before.items()}
        result.append(TracedLine(number + 1, first.raw, texts, kept))
    return result


def _word(word: Word) -> dict[str, Any]:
    box = word.box.as_list() if word.box else None
    return {"text": word.text, "bbox": box, "confidence": word.confidence}


def _line(line: TracedLine) -> dict[str, Any]:
    final = line.final
    return {
        "line": line.number,
        "raw": line.raw,
        **line.texts,
        "text": final.text if final else None,
        "bbox": final.box.as_list() if final and final.box else None,
        "confidence": final.sureness if final else None,
        "edits": [asdict(edit) for edit in final.edits] if final else [],
    }
