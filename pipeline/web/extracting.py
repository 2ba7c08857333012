"""One file of another system through the whole way, in a process of its own that is ended when it takes too long."""

from __future__ import annotations

import asyncio
import os
import re
import resource
import signal
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from pipeline.errors import OutputError, ProblemCode, UnusableInputError

_SECONDS = 300.0  # a scan of a hundred pages on one core
_MEMORY = 6 << 30  # bytes of address space; the models map some two of them
_AT_ONCE = 2
_NAME = re.compile(r"[^\w.\- ()]+")


class Extracting:
    """Digitises single files, few at once."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(_AT_ONCE)

    @property
    def is_busy(self) -> bool:
        """Whether one more would have to wait."""
        return self._turns.locked()

    async def document(self, data: bytes, name: str) -> bytes:
        """The JSON document of a file's content. Raises UnusableInputError, OutputError."""
        async with self._turns:
            with tempfile.TemporaryDirectory(prefix="sohoa-extract-") as folder:
                file = Path(folder) / (_NAME.sub("_", Path(name).name).strip(". ")[-120:] or "file")
                file.write_bytes(data)
                return await _run(file)


async def _run(file: Path) -> bytes:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pipeline", "extract", file.name),
        cwd=file.parent,
        env={**os.environ, "OMP_THREAD_LIMIT": "1", "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
        preexec_fn=_limit,
    )
    try:
        out, said = await asyncio.wait_for(process.communicate(), _SECONDS)
    except TimeoutError as error:
        raise UnusableInputError(
            ProblemCode.DOCUMENT_TIMEOUT, f"It took longer than {_SECONDS:.0f} s.", remedy="Split it."
        ) from error
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # with whatever it started
    if out:
        return out
    words = said.decode("utf-8", "replace").strip().splitlines()
    message = words[-1].removeprefix("sohoa: ") if words else "Nothing could be had of it."
    if process.returncode == 2:
        raise UnusableInputError(ProblemCode.UNREADABLE_FILE, message)
    raise OutputError(message)


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
