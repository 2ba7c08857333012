"""Pictures of pages, drawn from the source file when they are asked for, in a process that can be killed."""

from __future__ import annotations

import io
from collections import OrderedDict
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

_SECONDS = 30.0  # for one page; the largest pages that intake takes are drawn in five
_CACHE_BYTES = 96 << 20  # some 300 pages
_MOST_PIXELS = 60_000_000
_QUALITY = 82  # of JPEG: letters of 8 points show no rings

Area = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class PagePicture:
    """What to draw: page `number` of a file in the pixels of its record; only `area` of it, `width` pixels wide."""

    source: Path
    media_type: str
    number: int
    size: tuple[int, int]
    area: Area | None = None
    width: int | None = None


class Pictures:
    """Draws pages one at a time and keeps the last ones. `close` ends its process."""

    def __init__(self) -> None:
        self._drawn: OrderedDict[PagePicture, bytes] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None

    def jpeg(self, wanted: PagePicture) -> bytes | None:
        """The picture as JPEG; None where the page cannot be drawn."""
        with self._lock:
            if wanted in self._drawn:
                self._drawn.move_to_end(wanted)
                return self._drawn[wanted]
            data = self._draw(wanted)
            if data is not None:
                self._keep(wanted, data)
            return data

    def close(self) -> None:
        """End the process that draws."""
        with self._lock:
            self._end()

    def _keep(self, wanted: PagePicture, data: bytes) -> None:
        self._drawn[wanted] = data
        self._bytes += len(data)
        while self._bytes > _CACHE_BYTES:
            _, oldest = self._drawn.popitem(last=False)
            self._bytes -= len(oldest)

    def _draw(self, wanted: PagePicture) -> bytes | None:
        if self._process is None or not self._process.is_alive():
            self._end()
            self._start()
        assert self._pipe is not None
        try:
            self._pipe.send(wanted)
            if self._pipe.poll(_SECONDS):
                drawn: bytes | None = self._pipe.recv()
                return drawn
        except (OSError, EOFError):
            pass
        self._end()  # it hangs or died: the next page gets a new one
        return None

    def _start(self) -> None:
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_draw_all, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None


def _draw_all(pipe: Connection) -> None:
    """The drawing process: answers until the other end is closed."""
    while True:
        try:
            wanted = pipe.recv()
        except (EOFError, KeyboardInterrupt):
            return
        try:
            pipe.send(_drawn(wanted))
        except Exception:  # a damaged source raises all kinds; whatever it is, there is no picture
            pipe.send(None)


def _drawn(wanted: PagePicture) -> bytes | None:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
    width, height = wanted.size
    if width * height > _MOST_PIXELS:
        return None
    image = _page_of_pdf(wanted) if wanted.media_type == "application/pdf" else _frame(wanted)
    if image.size != wanted.size:
        image = image.resize(wanted.size)
    if wanted.area:
        left, top, right, bottom = wanted.area
        image = image.crop((max(0, left), max(0, top), min(width, right), min(height, bottom)))
    if wanted.width and wanted.width < image.width:
        image = image.resize((wanted.width, max(1, round(image.height * wanted.width / image.width))))
    target = io.BytesIO()
    image.convert("RGB").save(target, "JPEG", quality=_QUALITY)
    return target.getvalue()


def _page_of_pdf(wanted: PagePicture) -> Image.Image:
    import pypdfium2

    document = pypdfium2.PdfDocument(wanted.source)
    try:
        document.init_forms()
        page = document[wanted.number - 1]
        picture: Image.Image = page.render(scale=wanted.size[0] / page.get_width()).to_pil()
        return picture
    finally:
        document.close()


def _frame(wanted: PagePicture) -> Image.Image:
    from PIL import Image, ImageOps

    with Image.open(wanted.source) as image:
        image.seek(wanted.number - 1)
        return ImageOps.exif_transpose(image).convert("RGB")
