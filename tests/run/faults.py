"""Stages that fail on demand: a line of the source file says how. Only for tests; worker processes import this."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

from pipeline.digitise import Stages
from pipeline.reading import PageMemory, Reader
from pipeline.restoration import Restorer
from pipeline.settings import Settings
from pipeline.values import Page, PageInput, TextSource


class FaultyReader:
    """Passes the lines of text files through and does what a line that starts with '!!' says."""

    def read(self, pages: Iterable[PageInput], kept: PageMemory | None = None, _observer: Any = None) -> Iterator[Page]:
        """One page for each page.

        One that says "!!ocr LOG [SECONDS]" counts as recognised from a picture, which takes so long and is logged,
        and is kept as such.
        """
        for page in pages:
            source = TextSource.TEXT_FILE
            for line in page.lines:
                if line.text.startswith("!!ocr"):
                    source = TextSource.OCR
                    if kept and kept.get(_picture(page)):
                        continue
                    _order, log_name, *seconds = line.text.split()
                    with Path(log_name).open("a") as log:
                        log.write(f"{page.number}\n")
                    time.sleep(float(seconds[0]) if seconds else 0.0)
                elif line.text.startswith("!!"):
                    _obey(*line.text[2:].split())
            read = Page(page.number, source, lines=page.lines)
            if kept and source is TextSource.OCR:
                kept.put(_picture(page), read)
            yield read


def _picture(page: PageInput) -> str:
    return "".join(line.text for line in page.lines)


def _obey(order: str, *arguments: str) -> None:
    match order:
        case "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "crash-once":
            if not Path(arguments[0]).exists():
                Path(arguments[0]).touch()
                os.kill(os.getpid(), signal.SIGKILL)
        case "litter":
            folder = tempfile.mkdtemp(prefix="sohoa_ocr_")
            with Path(arguments[0]).open("a") as log:
                log.write(f"{folder}\n")
        case "hang":
            time.sleep(600)
        case "slow":
            time.sleep(float(arguments[0]))
        case "eat":
            hoard = []
            while True:
                hoard.append(b"x" * 10_000_000)
                time.sleep(0.001)
        case "raise":
            raise ValueError("a bug")
        case "vanish":
            Path(arguments[0]).unlink()
        case "grow":
            with Path(arguments[0]).open("a") as file:
                file.write("more\n")


class PlainRestorer:
    """Changes nothing."""

    def restore_pages(self, pages: Iterable[Page]) -> list[Page]:
        """The pages."""
        return list(pages)


def faulty_stages(settings: Settings) -> Stages:
    """Stages with a faulty reader and no models to load."""
    return Stages(settings, cast(Reader, FaultyReader()), cast(Restorer, PlainRestorer()))


class Recorder:
    """An observer that remembers what it is told."""

    def __init__(self) -> None:
        self.rows: dict[str, Any] = {}

    def began(self, run_id: str, tally: Any) -> None:
        """Nothing."""

    def beat(self, task: Any, beat: Any) -> None:
        """Nothing."""

    def finished(self, row: Any, outcome: Any) -> None:
        """Remember the row."""
        self.rows[row.path] = row

    def tick(self, tally: Any) -> None:
        """Nothing."""

    def ended(self, state: str, tally: Any) -> None:
        """Nothing."""
