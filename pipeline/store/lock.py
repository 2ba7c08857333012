"""One run at a time writes to an OUT folder. The kernel drops the lock when its owner dies, however it dies."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline.errors import OutputError
from pipeline.store.atomic import output_error


@dataclass(frozen=True, slots=True)
class Owner:
    """Who holds a lock: enough for a person to find the process."""

    pid: int
    host: str
    started: float

    @staticmethod
    def me() -> Owner:
        """This process."""
        return Owner(os.getpid(), socket.gethostname(), time.time())


@contextmanager
def lock_folder(path: Path, *, wait: bool = False, poll_seconds: float = 0.5) -> Iterator[Owner]:
    """Hold the lock file at `path`. A lock left by a dead process is taken over, because the kernel released it.

    Raises OutputError when another run holds it (at once, unless `wait`) or the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise output_error(path.parent, error) from error
    try:
        while not _try_lock(descriptor, path):
            if not wait:
                raise OutputError(_held_message(path), remedy="Wait for it to end, or pass --wait.")
            time.sleep(poll_seconds)
        owner = Owner.me()
        try:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, json.dumps(asdict(owner)).encode(), 0)
        except OSError as error:
            raise output_error(path, error) from error
        try:
            yield owner
        finally:
            with suppress(OSError):
                os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int, path: Path) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        raise output_error(path, error) from error
    return True


def lock_owner(path: Path) -> Owner | None:
    """Who holds the lock at `path` now; None when nobody does (a note left by a dead run does not count)."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _noted_owner(path) or Owner(0, "unknown", 0.0)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return None


def _noted_owner(path: Path) -> Owner | None:
    try:
        return Owner(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        return None


def _held_message(path: Path) -> str:
    owner = _noted_owner(path)
    if owner is None:
        return f"Another run is writing to {path.parent}."
    since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(owner.started))
    return f"Another run (process {owner.pid} on {owner.host}, since {since}) is writing to {path.parent}."
