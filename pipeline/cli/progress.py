"""Shows a run's progress on stderr: a live line on a terminal, plain lines now and then otherwise."""

from __future__ import annotations

import os
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.terminal import printable
from pipeline.run.report.tally import Tally
from pipeline.run.tasks import Beat, Outcome, Task
from pipeline.store.ledger import FileStatus, LedgerRow

if TYPE_CHECKING:
    from rich.live import Live
    from rich.table import Table

_PLAIN_SECONDS = 10.0
_LIVE_SECONDS = 0.2
_UNTOLD_SECONDS = 10.0  # so long no time left is told: the first files are small ones, and workers are starting
_FILE_BYTES = 20_000  # what a file costs for being one, in bytes of a scan


@dataclass(slots=True)
class Extent:
    """How much there is in the archive, counted beside the work so that nothing waits for it."""

    files: int = 0
    bytes: int = 0
    known: bool = False

    def count(self, archive: Path, skip: Path) -> None:
        """Start counting in the background."""
        threading.Thread(target=self._walk, args=(archive, skip), daemon=True).start()

    def _walk(self, archive: Path, skip: Path) -> None:
        from pipeline.intake import walk_archive

        with suppress(Exception):
            for file in walk_archive(archive, skip=skip):
                self.files += 1
                self.bytes += file.bytes
            self.known = True


@dataclass(slots=True)
class Progress:
    """The observer of the command line."""

    extent: Extent
    watching: bool = False
    live: bool = field(default_factory=lambda: sys.stderr.isatty() and os.environ.get("TERM") != "dumb")
    _display: Live | None = None
    _drawn: float = 0.0
    _told: int = 0
    _at: dict[str, Beat] = field(default_factory=dict)

    def began(self, run_id: str, tally: Tally) -> None:
        """Open the display."""
        self._drawn = time.monotonic()
        if self.live:
            from rich.console import Console
            from rich.live import Live as RichLive

            self._display = RichLive(console=Console(stderr=True), auto_refresh=False, transient=True)
            self._display.start()

    def beat(self, task: Task, beat: Beat) -> None:
        """Note what a worker is at."""
        self._at[task.relative] = beat

    def finished(self, row: LedgerRow, outcome: Outcome | None) -> None:
        """Name a file that did not go well."""
        self._at.pop(row.path, None)
        if row.status is FileStatus.DONE or (row.status is FileStatus.DUPLICATE and row.text_sha256):
            return
        problem = row.problems[0] if row.problems else None
        reason = f"{problem.message} [{problem.code}]" if problem else "no reason known"
        more = f" (and {len(row.problems) - 1} more)" if len(row.problems) > 1 else ""
        self._say(f"{row.status}: {row.path}: {reason}{more}")

    def tick(self, tally: Tally) -> None:
        """Draw, if it is time."""
        now = time.monotonic()
        if now - self._drawn < (_LIVE_SECONDS if self.live else _PLAIN_SECONDS):
            return
        self._drawn = now
        if self._display is None:
            if not self.watching or tally.files != self._told:  # who watches for weeks wants no line every ten seconds
                self._say(self.line(tally))
            self._told = tally.files
        else:
            self._display.update(self._picture(tally), refresh=True)

    def ended(self, state: str, tally: Tally) -> None:
        """Close the display."""
        self.close()

    def close(self) -> None:
        """Close the display; also after an error, when nobody says that the run has ended."""
        if self._display is not None:
            self._display.stop()
            self._display = None

    def line(self, tally: Tally) -> str:
        """Files, pages, pages/min, failures, time left, in one line."""
        counted = self.extent.files
        total = f"/{counted}" if self.extent.known else f" of {counted}+" if counted else ""
        parts = [f"files {tally.files}{total}", f"pages {tally.pages_now}", f"{tally.pages_per_minute():.0f} pages/min"]
        parts.append(f"failures {tally.failed}")
        if tally.skipped:
            parts.append(f"unchanged {tally.skipped}")
        if counted:
            left = self.seconds_left(tally)
            parts.append(f"time left {_duration(left)}" if left is not None else "time left unknown")
        return " · ".join(parts)

    def seconds_left(self, tally: Tally) -> float | None:
        """From the files and bytes worked on so far; None while there is nothing to tell it from."""
        if not self.extent.known or not tally.done_now or tally.seconds < _UNTOLD_SECONDS:
            return None
        files, size = max(0, self.extent.files - tally.files), max(0, self.extent.bytes - tally.bytes_met)
        done = tally.bytes_now + _FILE_BYTES * tally.done_now
        return tally.seconds * (size + _FILE_BYTES * files) / done

    def _picture(self, tally: Tally) -> Table:
        from rich.progress_bar import ProgressBar
        from rich.table import Table as RichTable
        from rich.text import Text

        share = tally.bytes_met / self.extent.bytes if self.extent.bytes and self.extent.known else 0.0
        picture = RichTable.grid()
        picture.add_column(no_wrap=True, overflow="ellipsis")
        picture.add_row(ProgressBar(total=1.0, completed=min(1.0, share), width=60))
        picture.add_row(Text(self.line(tally)))
        for path, beat in list(self._at.items())[:8]:
            page = f" page {beat.page}" if beat.page else ""
            count = f"/{beat.page_count}" if beat.page and beat.page_count else ""
            picture.add_row(Text(f"  {printable(path)}: {beat.stage}{page}{count}", style="dim"))
        return picture

    def _say(self, message: str) -> None:
        if self._display is not None:
            self._display.console.print(printable(message), markup=False, highlight=False, soft_wrap=True)
        else:
            sys.stderr.write(printable(message) + "\n")
            sys.stderr.flush()


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"
