"""OUT in an object store, for commands that read it: files as they are asked for, the databases as copies."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline.errors import OutputError, UnusableInputError, UsageError
from pipeline.run.storage.lease import Lease
from pipeline.run.storage.object_store import ObjectStore, is_url, patiently, without_file_scheme
from pipeline.run.storage.outputs import cache_folder
from pipeline.store.layout import OutFolder
from pipeline.store.lock import Owner
from pipeline.store.results import FolderResults, Results

_DATABASES = ("ledger.sqlite", "corpus.sqlite")
_REMEDY = "Give the folder or URL that was named with --out."


class UrlResults:
    """Results below an fsspec URL.

    Ledger and index are those that the last run, or the running one at most five minutes ago, copied there. They are
    fetched once and kept for as long as the store's are the same.
    """

    def __init__(self, url: str) -> None:
        self.name = url
        self._store = ObjectStore.at(url)
        self._copies = OutFolder(cache_folder(url) / "read")
        self._fetched = False

    @property
    def databases(self) -> OutFolder:
        """Copies on this machine. Raises UsageError when there are none to be had."""
        if not self._fetched:
            for name in _DATABASES:
                self._fetch(name)
            if self._store.has("reviews.sqlite"):
                self._fetch("reviews.sqlite")
            self._fetched = True
        return self._copies

    def read(self, name: str) -> bytes:
        """From the store."""
        try:
            return self._store.read(name)
        except UnusableInputError as error:
            raise OSError(None, error.message) from error

    def has(self, name: str) -> bool:
        """From the store."""
        return self._store.has(name)

    def names(self, tree: str) -> Iterator[str]:
        """From one listing."""
        found = patiently(lambda: self._store.files.find(self._store.key(tree)))
        yield from sorted((key[len(self._store.root) + 1 :] for key in found), key=PurePosixPath)

    def owner(self) -> Owner | None:
        """Whoever holds the lease."""
        with suppress(OutputError):
            return Lease(self._store).owner()
        return None

    def _fetch(self, name: str) -> None:
        """Bring the copy of a database up to date; another command may do the same at the same time."""
        target = self._copies.root / name
        noted = target.with_name(f"{name}.version")
        try:
            info: dict[str, Any] = patiently(lambda: self._store.files.info(self._store.key(name)))
        except UnusableInputError as error:
            raise UsageError(f"There is no {name} at {self.name}.", remedy=f"{_REMEDY} {error}") from error
        version = json.dumps({key: str(info.get(key)) for key in ("size", "ETag", "etag", "LastModified", "mtime")})
        with suppress(OSError):
            if target.is_file() and noted.read_text(encoding="utf-8") == version:
                return
        part = target.with_name(f"{name}.{os.getpid()}-{secrets.token_hex(3)}")
        self._store.fetch(self._store.key(name), part)
        noted.unlink(missing_ok=True)
        part.replace(target)
        noted.write_text(version, encoding="utf-8")


def open_results(place: str | Path) -> Results:
    """The results at a path or URL. Raises UsageError, also for a folder that no run has filled; MissingToolError."""
    text = without_file_scheme(place)
    if is_url(text):
        return UrlResults(text)
    results = FolderResults(Path(text))
    if not any(map(results.has, (*_DATABASES, "documents"))):
        what = "holds no results of `sohoa ingest`" if Path(text).is_dir() else "is no folder"
        raise UsageError(f"{text} {what}.", remedy=_REMEDY)
    return results
