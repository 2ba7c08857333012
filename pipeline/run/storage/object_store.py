"""A place in an object store, by its fsspec URL, that is asked again while the store has trouble."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pipeline.errors import MissingToolError, ProblemCode, SohoaError, UnusableInputError, UsageError

_TRIES = 3  # on top of those that a store's own client makes
_FIRST_PAUSE = 0.2  # seconds before the second try, doubled for each further one

Result = TypeVar("Result")


def patiently(action: Callable[[], Result]) -> Result:
    """The result of `action`, tried again with growing pauses while the store has trouble.

    Raises UnusableInputError when it does not pass, at once for what no waiting changes (not found, no permission).
    """
    pause = _FIRST_PAUSE
    for tries in range(1, _TRIES + 1):
        try:
            return action()
        except SohoaError:
            raise
        except (FileNotFoundError, PermissionError) as error:
            raise _unreadable(error) from error
        except Exception as error:  # each store has its own; what they share is that they pass, or do not
            if tries == _TRIES:
                raise _unreadable(error) from error
        time.sleep(pause)
        pause *= 2
    raise AssertionError("unreachable")


def _unreadable(error: Exception) -> UnusableInputError:
    if isinstance(error, PermissionError):
        return UnusableInputError(
            ProblemCode.UNREADABLE_FILE, "The store does not permit it.", remedy="Check the credentials."
        )
    reason = (str(error).splitlines() or [type(error).__name__])[0]
    return UnusableInputError(
        ProblemCode.UNREADABLE_FILE,
        f"The store did not give the file: {reason}.",
        remedy="It is tried again on the next run.",
    )


def is_url(text: str) -> bool:
    """Whether `text` is an fsspec URL (s3://, gs://, file://) and not a path."""
    return "://" in text


def without_file_scheme(place: Path | str) -> str:
    """`place` as text; a file:// URL as the path that it names."""
    return str(place).removeprefix("file://")


@dataclass(frozen=True, slots=True)
class ObjectStore:
    """What lies below a URL. Names are those below it, keys the store's own. Methods raise UnusableInputError.

    `files` is the fsspec file system; those who use it themselves ask it `patiently`.
    """

    url: str
    files: Any
    root: str

    @staticmethod
    def at(url: str) -> ObjectStore:
        """The place at `url`; nothing is asked of the store yet. Raises MissingToolError, UsageError."""
        try:
            import fsspec  # noqa: PLC0415 - in the extra `s3`

            files, root = fsspec.core.url_to_fs(url)
        except ImportError as error:
            raise MissingToolError(f"{url} needs a package that is not installed.", remedy=f"{error}") from error
        except (ValueError, OSError) as error:
            raise UsageError(f"{url} cannot be opened: {error}.") from error
        return ObjectStore(url, files, str(root).rstrip("/"))

    def key(self, name: str) -> str:
        """'documents/a.json' → 'bucket/out/documents/a.json'."""
        return f"{self.root}/{name}"

    def has(self, name: str) -> bool:
        """Whether there is such an object."""
        return bool(patiently(lambda: self.files.exists(self.key(name))))

    def read(self, name: str) -> bytes:
        """Its content."""
        data: bytes = patiently(lambda: self.files.cat_file(self.key(name)))
        return data

    def write(self, name: str, data: bytes) -> None:
        """One PUT (for large objects a multipart upload, which shows nothing before it is complete)."""
        patiently(lambda: self.files.pipe_file(self.key(name), data))

    def remove(self, name: str) -> None:
        """One DELETE, of what is there."""
        if self.has(name):
            patiently(lambda: self.files.rm_file(self.key(name)))

    def fetch(self, key: str, target: Path) -> None:
        """Bring the object with this key to `target`, whole or not at all."""
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(target.name + ".part")
        try:
            patiently(lambda: self.files.get_file(key, str(part)))
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
