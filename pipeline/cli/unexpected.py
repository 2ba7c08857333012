"""A fault of sohoa's own that reached the command line: one sentence for the user, the trace for whoever mends it."""

from __future__ import annotations

import os
import platform
import tempfile
import traceback
from pathlib import Path

from pipeline.cli.terminal import say
from pipeline.errors import ExitCode

TRACE = "SOHOA_TRACEBACK"
"""The environment variable that asks for the trace on stderr."""


def report_fault(error: Exception, arguments: list[str]) -> ExitCode:
    """Say that `error` is no fault of the user's, and where its trace is; the exit code."""
    trace = "".join(traceback.format_exception(error))
    kept = _kept(trace, arguments)
    where = f"Its trace is in {kept}" if kept else f"Run again with {TRACE}=1 to see its trace"
    say(
        f"sohoa: this is a fault of sohoa, not of your files or arguments ({_in_short(error)}). {where}; please report"
        " it with that. What was finished before is kept."
    )
    if os.environ.get(TRACE):
        say(trace)
    return ExitCode.INTERNAL_ERROR


def _in_short(error: Exception) -> str:
    first = (str(error).splitlines() or [""])[0][:200]
    return f"{type(error).__name__}: {first}" if first else type(error).__name__


def _kept(trace: str, arguments: list[str]) -> Path | None:
    """Where the trace was written, with what one needs to know beside it; None where nothing can be written."""
    import pipeline

    head = f"sohoa {pipeline.__version__}, Python {platform.python_version()}, {platform.platform()}\n{arguments!r}\n\n"
    try:
        handle, name = tempfile.mkstemp(prefix="sohoa-error-", suffix=".log")
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(head + trace)
    except OSError:
        return None
    return Path(name)
