"""Outside programs under a deadline: when it passes, the program and all its children are gone before we go on.

pytesseract's own timeout terminates only the program itself and may leave it as a zombie, and leaves its children
running; here the whole tree is found by a marker in its arguments and killed, so that pytesseract's own wait
collects it. Children whose parent is gone are found by the same marker in the environment that they were given.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil


class TimeLimit:
    """Tells afterwards whether the time ran out."""

    def __init__(self) -> None:
        self.passed = False


_MARKED = "SOHOA_CALL"


@contextmanager
def deadline(marker: str, seconds: float) -> Iterator[TimeLimit]:
    """Kill every child process whose arguments contain `marker`, with all that it started, after `seconds`."""
    state = TimeLimit()
    before = os.environ.get(_MARKED)
    os.environ[_MARKED] = marker

    def stop() -> None:
        state.passed = True
        kill_trees(marker)

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield state
    except BaseException:
        kill_orphans(marker)
        raise
    finally:
        timer.cancel()
        if before is None:
            del os.environ[_MARKED]
        else:
            os.environ[_MARKED] = before


def kill_trees(marker: str) -> None:
    """Kill the children of this process that carry `marker` in an argument, and all below them."""
    for child in psutil.Process().children():
        with suppress(psutil.Error):
            if any(marker in argument for argument in child.cmdline()):
                for process in [*child.children(recursive=True), child]:
                    with suppress(psutil.Error):
                        process.kill()


def kill_orphans(marker: str) -> None:
    """Kill the processes of this user that were started under `marker` and outlived the program that started them."""
    mine = psutil.Process()
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.pid != mine.pid and process.environ().get(_MARKED) == marker:
                process.kill()
