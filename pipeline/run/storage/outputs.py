"""Where results go: a folder, or a place in an object store by its fsspec URL.

A folder gets each file under a temporary name and renames it. An object store has no rename, and needs none: a PUT
becomes visible whole or not at all. What a rename cannot give there, and neither can a PUT, is many objects at once;
so the order gives it: documents and texts are stored before the ledger says that they are. The ledger and the index
live in a local workspace, are copied to the store now and then and at the end (each as one object), and the copy
never says more than is stored. A run on a new machine starts from that copy and does again only what came after it.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipeline.errors import OutputError, UnusableInputError
from pipeline.run.storage.lease import Lease
from pipeline.run.storage.object_store import ObjectStore, is_url, without_file_scheme
from pipeline.store.atomic import output_error, remove_temporaries, write_atomic
from pipeline.store.layout import OutFolder
from pipeline.store.reviews import ReviewStore

_COPY_SECONDS = 300.0


class Outputs(Protocol):
    """Takes result files by their names inside OUT. All methods raise OutputError."""

    @property
    def workspace(self) -> OutFolder:
        """Where the ledger and the index live while a run goes on."""

    def read(self, name: str) -> bytes:
        """A file that was written. Raises FileNotFoundError too."""

    def write(self, name: str, data: bytes) -> None:
        """Write a file: whole or not at all."""

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""

    def tidy(self) -> None:
        """Remove what killed runs left."""

    def tick(self) -> None:
        """Do what has to be done now and then."""

    @contextmanager
    def locked(self, *, wait: bool = False) -> Iterator[None]:
        """Keep others from writing there, if the workspace's own lock does not; with `wait`, when they have ended."""
        yield

    def finish(self) -> None:
        """The databases are closed: bring them to where they belong."""


@dataclass(frozen=True, slots=True)
class FolderOutputs:
    """A folder of this machine."""

    workspace: OutFolder

    def read(self, name: str) -> bytes:
        """From the folder."""
        return (self.workspace.root / name).read_bytes()

    def write(self, name: str, data: bytes) -> None:
        """Atomically, by rename."""
        write_atomic(self.workspace.root / name, data)

    def remove(self, name: str) -> None:
        """With the folders that it leaves empty."""
        path = self.workspace.root / name
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise output_error(path, error) from error
        folder = path.parent
        while self.workspace.root not in {folder, folder.parent}:
            try:
                folder.rmdir()
            except OSError:
                return
            folder = folder.parent

    def tidy(self) -> None:
        """Temporary files."""
        remove_temporaries(self.workspace.root)

    def tick(self) -> None:
        """Nothing."""

    @contextmanager
    def locked(self, *, wait: bool = False) -> Iterator[None]:
        """The workspace is the folder: its lock is enough."""
        yield

    def finish(self) -> None:
        """They lie there."""


class UrlOutputs:
    """Objects below an fsspec URL; the databases are copied there every few minutes and at the end."""

    def __init__(self, url: str, workspace: OutFolder) -> None:
        self.workspace = workspace
        self._store = ObjectStore.at(url)
        self._lease = Lease(self._store)
        self._copied = time.monotonic()

    def read(self, name: str) -> bytes:
        """From the store."""
        with self._reported(name):
            return self._store.read(name)

    def write(self, name: str, data: bytes) -> None:
        """One PUT (for large objects a multipart upload, which shows nothing before it is complete)."""
        with self._reported(name):
            self._store.write(name, data)

    def remove(self, name: str) -> None:
        """One DELETE."""
        with self._reported(name):
            self._store.remove(name)

    def tidy(self) -> None:
        """A store keeps no half-written objects."""

    def tick(self) -> None:
        """Renew the lease and tell how far the run is; copy the databases; each when it is time."""
        now = time.monotonic()
        if self._lease.renew_if_due():
            with suppress(OSError):
                self.write(self.workspace.state.name, self.workspace.state.read_bytes())
        if now - self._copied > _COPY_SECONDS:
            self._copied = now
            self._copy_databases()

    @contextmanager
    def locked(self, *, wait: bool = False) -> Iterator[None]:
        """Hold a lease object in the store, and start from the newest databases there are."""
        self._lease.take(wait=wait)
        try:
            self._fetch_databases()
            yield
        except KeyboardInterrupt:
            with suppress(OutputError):  # the next run may be on another machine
                self._copy_databases()
            raise
        finally:
            with suppress(OutputError):
                self._lease.drop()

    def finish(self) -> None:
        """Copy the databases a last time."""
        self._copy_databases()

    @contextmanager
    def _reported(self, name: str) -> Iterator[None]:
        try:
            yield
        except (UnusableInputError, OSError) as error:
            raise OutputError(
                f"Cannot use {self._store.url}/{name}: {error}", remedy="Check the store; run the same command again."
            ) from error

    # the databases

    def _fetch_databases(self) -> None:
        """Take the store's databases when another machine was the last to write them."""
        with self._reported("ledger.sqlite"):
            if not self._store.has("ledger.sqlite"):
                return
        root = self.workspace.root
        root.mkdir(parents=True, exist_ok=True)
        other = root / ".ledger-in-store.sqlite"
        other.write_bytes(self.read("ledger.sqlite"))
        if _last_started(other) > _last_started(self.workspace.ledger):
            index = root / ".index-in-store.sqlite"
            index.write_bytes(self.read("corpus.sqlite"))
            _take_over(index, self.workspace.corpus)
            _take_over(other, self.workspace.ledger)
        other.unlink(missing_ok=True)
        self._fetch_reviews()

    def _fetch_reviews(self) -> None:
        """Take in the corrections that were made on other machines; those made here stay."""
        with self._reported("reviews.sqlite"):
            if not self._store.has("reviews.sqlite"):
                return
        other = self.workspace.root / ".reviews-in-store.sqlite"
        other.write_bytes(self.read("reviews.sqlite"))
        with ReviewStore(other) as theirs, ReviewStore(self.workspace.reviews) as ours:
            known = {(one.id, one.undone_at) for one in ours.all()}
            ours.add(one for one in theirs.all() if (one.id, one.undone_at) not in known)
        other.unlink(missing_ok=True)

    def _copy_databases(self) -> None:
        """The index first: the ledger's copy must not say more than the index's."""
        names = ["ledger.sqlite", "corpus.sqlite"] + ["reviews.sqlite"] * self.workspace.reviews.is_file()
        for name in names:
            _consistent_copy(self.workspace.root / name, self.workspace.root / f".copy-{name}")
        for name in reversed(names):
            copy = self.workspace.root / f".copy-{name}"
            self.write(name, copy.read_bytes())
            copy.unlink(missing_ok=True)


def _take_over(database: Path, place: Path) -> None:
    """Move a database to where another one lay.

    The write-ahead log that a killed run left of the other one goes first: SQLite would apply it to the new one.
    """
    for ending in ("-wal", "-shm", "-journal"):
        place.with_name(place.name + ending).unlink(missing_ok=True)
    database.replace(place)


def _consistent_copy(source: Path, target: Path) -> None:
    """A copy of a database as it was at one moment, also while it is written to."""
    target.unlink(missing_ok=True)
    with closing(sqlite3.connect(source)) as reader, closing(sqlite3.connect(target)) as writer:
        reader.backup(writer)


def _last_started(ledger: Path) -> float:
    """When the last run that `ledger` knows of began; 0 when there is none."""
    if not ledger.is_file():
        return 0.0
    try:
        with closing(sqlite3.connect(ledger)) as connection:
            return float(connection.execute("SELECT max(started) FROM runs").fetchone()[0] or 0.0)
    except sqlite3.Error:
        return 0.0


def open_outputs(place: Path | str) -> Outputs:
    """Outputs at a path or URL. The workspace of a URL lies in the user's cache folder, one for each URL."""
    text = without_file_scheme(place)
    if is_url(text):
        return UrlOutputs(text, OutFolder(cache_folder(text)))
    return FolderOutputs(OutFolder(Path(text)))


def cache_folder(url: str) -> Path:
    """Where this user's copies of what belongs to `url` lie on this machine."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "sohoa" / hashlib.sha256(url.encode()).hexdigest()[:16]


def workspace_of(place: str) -> OutFolder:
    """Where a run into the path or URL `place` keeps its databases and its state."""
    text = without_file_scheme(place)
    return OutFolder(cache_folder(text) if is_url(text) else Path(text))
