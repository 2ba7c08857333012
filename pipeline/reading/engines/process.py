"""Outside programs under a deadline: when it passes, the program and all its children are gone before we go on.

pytesseract's own timeout terminates only the program itself and may leave it as a zombie, and leaves its children
running; here the whole tree is found by a marker in its arguments and killed, so that pytesseract's own wait
collects it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil


class Deadline:
    """Tells afterwards whether the time ran out."""

    def __init__(self) -> None:
        self.passed = False


@contextmanager
def deadline(marker: str, seconds: float) -> Iterator[Deadline]:
    """Kill every child process whose arguments contain `marker`, with its own children, after `seconds`."""
    state = Deadline()

    def stop() -> None:
        state.passed = True
        kill_trees(marker)

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield state
    finally:
        timer.cancel()


def kill_trees(marker: str) -> None:
    """Kill the children of this process that carry `marker` in an argument, and all below them."""
    for child in psutil.Process().children():
        with suppress(psutil.Error):
            if any(marker in argument for argument in child.cmdline()):
                for process in [*child.children(recursive=True), child]:
                    with suppress(psutil.Error):
                        process.kill()
