"""What is said to the user at a terminal: on stderr, and never anything that could steer it."""

from __future__ import annotations

import logging
import os
import sys

from pipeline.logs import PACKAGE, PlaceFormatter, log_to


def say(message: str) -> None:
    """Tell the user something, one or more lines; never on stdout."""
    sys.stderr.write("\n".join(printable(line) for line in message.split("\n")) + "\n")


class _TerminalHandler(logging.Handler):
    """Writes records as everything else is said; a progress display that is up stays whole."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record, whatever it holds."""
        try:
            say(self.format(record))
        except Exception:  # as every handler of the standard library: a log never ends the work
            self.handleError(record)


def show_records(level: str) -> None:
    """Write the library's records from `level` ('error' … 'debug') on to stderr; the last call counts."""
    for handler in [handler for handler in PACKAGE.handlers if isinstance(handler, _TerminalHandler)]:
        PACKAGE.removeHandler(handler)
    handler = _TerminalHandler()
    handler.setFormatter(PlaceFormatter())
    log_to(handler, logging.getLevelNamesMapping()[level.upper()])


def abandon_stdout() -> None:
    """Send what is still buffered for stdout nowhere: at the end Python would fail over it again, with its own code."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def printable(text: str) -> str:
    """`text` without anything that could steer a terminal or break a log line.

    >>> printable("kế hoạch\\x1b[2J.pdf")
    'kế hoạch?[2J.pdf'
    """
    return "".join(char if char.isprintable() else "?" for char in text)
