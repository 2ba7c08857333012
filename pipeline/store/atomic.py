"""Writes files so that a reader, or a run that was killed, sees the old bytes or the new ones and nothing between."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.errors import OutputError

TEMPORARY_PREFIX = ".sohoa-tmp-"

_REASONS = {
    errno.ENOSPC: ("The disk is full", "Free some space and run the same command again; finished files are kept."),
    errno.EDQUOT: ("The disk quota is used up", "Free some space and run the same command again."),
    errno.EROFS: ("The output folder is read-only", "Choose another folder with --out."),
    errno.EACCES: ("No permission to write there", "Choose another folder with --out, or ask for the right to write."),
    errno.EPERM: ("No permission to write there", "Choose another folder with --out, or ask for the right to write."),
}


def output_error(path: Path, error: OSError) -> OutputError:
    """The OutputError that tells a user why `path` could not be written, and what to do."""
    reason, remedy = _REASONS.get(error.errno or 0, (error.strerror or str(error), "Check the output folder."))
    shown = os.fsencode(path).decode("utf-8", "backslashreplace")
    return OutputError(f"Cannot write {shown}: {reason}.", remedy=remedy)


def write_atomic(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Write `data` to `path` through a temporary name in the same folder, made before if need be.

    `durable` syncs the bytes before the rename, so that even a power cut leaves no empty file under the final name.
    Raises OutputError; the temporary file is gone then.
    """
    temporary = path.parent / f"{TEMPORARY_PREFIX}{secrets.token_hex(6)}"
    try:
        descriptor = _open_new(temporary)
        try:
            _write_all(descriptor, data)
            if durable:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
        temporary.replace(path)
    except BaseException as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise output_error(path, error) from error
        raise


@contextmanager
def moved_into_place(paths: Sequence[Path]) -> Iterator[list[Path]]:
    """Temporary names to write large files under; all are moved to `paths` at the end, none when the block raises.

    Raises OutputError, also for an OSError of the block.
    """
    temporaries = [path.parent / f"{TEMPORARY_PREFIX}{secrets.token_hex(6)}" for path in paths]
    try:
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
        yield temporaries
        for temporary, path in zip(temporaries, paths, strict=True):
            temporary.replace(path)
    except OSError as error:
        raise output_error(paths[0], error) from error
    finally:
        for temporary in temporaries:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _open_new(path: Path) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        return os.open(path, flags, 0o644)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, flags, 0o644)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def remove_temporaries(folder: Path) -> int:
    """Remove what killed runs left under `folder`; the number of files removed."""
    removed = 0
    for parent, _folders, names in os.walk(folder):
        for name in names:
            if name.startswith(TEMPORARY_PREFIX):
                Path(parent, name).unlink(missing_ok=True)
                removed += 1
    return removed
