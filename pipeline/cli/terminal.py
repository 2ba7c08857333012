"""What is said to the user at a terminal: on stderr, and never anything that could steer it."""

from __future__ import annotations

import os
import sys


def say(message: str) -> None:
    """Tell the user something, one or more lines; never on stdout."""
    sys.stderr.write("\n".join(printable(line) for line in message.split("\n")) + "\n")


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
