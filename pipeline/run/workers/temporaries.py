"""One folder for all temporary files of a command and its tools; what killed commands left behind goes with the next.

A process that is killed outright clears nothing up. Its folder holds a file that it had locked: the lock goes with the
process, whatever its number and in whichever container it ran, and tells the next command that nobody is left.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX = "sohoa-run-"
_LOCK = "in-use"
# A folder without a lock may have been made a moment ago.
_YOUNG_SECONDS = 60


@contextmanager
def own_temporaries() -> Iterator[Path]:
    """While it lasts, temporary files of this process and of the programs that it runs lie in one folder."""
    place = Path(tempfile.gettempdir())
    clear_leftovers(place)
    before = tempfile.tempdir, os.environ.get("TMPDIR")
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=place, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with (folder / _LOCK).open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            tempfile.tempdir = os.environ["TMPDIR"] = name
            try:
                yield folder
            finally:
                tempfile.tempdir = before[0]
                if before[1] is None:
                    os.environ.pop("TMPDIR", None)
                else:
                    os.environ["TMPDIR"] = before[1]


def clear_leftovers(place: Path) -> None:
    """Remove the folders in `place` whose commands are gone."""
    for folder in place.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > _YOUNG_SECONDS and not _is_in_use(folder / _LOCK):
                shutil.rmtree(folder, ignore_errors=True)


def _is_in_use(path: Path) -> bool:
    try:
        with path.open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False
