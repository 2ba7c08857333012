"""Where source files come from: a folder, or a place in an object store by its fsspec URL."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from pipeline.errors import ProblemCode, UnusableInputError, UsageError
from pipeline.intake import SourceFile, walk_archive
from pipeline.intake.earlier import LEDGER, earlier_results, holds_results, is_result
from pipeline.intake.ignoring import IGNORE_FILE, NOTHING, Ignored
from pipeline.intake.walking import Packed, actual_name, printable_name
from pipeline.intake.zipped import is_folder_like, members_of, spool_path, unpack
from pipeline.run.storage.object_store import ObjectStore, is_url, patiently, without_file_scheme
from pipeline.run.tasks import Task
from pipeline.settings import IntakeSettings, Settings
from pipeline.store.ledger import FileStamp
from pipeline.values import PageProblem

_AHEAD = 4  # objects fetched at once: enough to hide a store's latency, little enough for the disk


def printable_names(path: str) -> str:
    """A path in an archive with each of its names printable."""
    return "/".join(map(printable_name, path.split("/")))


class EmptyArchiveError(UsageError):
    """There is no file in the archive."""


class ListingError(UsageError):
    """The store does not tell what there is."""


class Archive(Protocol):
    """A set of source files."""

    @property
    def name(self) -> str:
        """What a report calls it."""

    def files(self) -> Iterator[SourceFile]:
        """All files, in an order that does not change."""

    def contains(self, relative: str) -> bool:
        """Whether a file is still there."""

    def stamp(self, file: SourceFile) -> FileStamp:
        """What tells, without reading, that a file is unchanged. Raises UnusableInputError."""

    def fetched(self, files: Iterator[SourceFile], wanted: Callable[[SourceFile], bool]) -> Iterator[SourceFile | None]:
        """`files`, those that are `wanted` with their content at `path`; None when that still takes time."""

    def task(self, task: Task) -> Task:
        """`task` with what another machine needs to read its file."""

    def release(self, path: Path) -> None:
        """The file at `path` is not needed here any more."""


@dataclass(frozen=True, slots=True)
class FolderArchive:
    """A folder (or one file) of this machine."""

    root: Path
    skip: Path | None = None
    join: bool = False
    spool: Path | None = None
    settings: IntakeSettings = field(default_factory=IntakeSettings)

    @property
    def name(self) -> str:
        """Its path, from wherever it is read."""
        return str(self.root.resolve() if ".." in self.root.parts else self.root.absolute())

    def files(self) -> Iterator[SourceFile]:
        """As `walk_archive`; what lies in a ZIP, as if that were a folder."""
        for file in walk_archive(self.root, skip=self.skip, join=self.join):
            if self.spool is None or file.problem or file.more or not is_folder_like(file.path):
                yield file
            else:
                yield from self._unpacked(file, self.spool)

    def _unpacked(self, file: SourceFile, spool: Path) -> Iterator[SourceFile]:
        try:
            members = list(members_of(file.path, self.settings))
        except UnusableInputError as error:
            yield replace(file, problem=PageProblem(error.code, str(error)))
            return
        met: set[str] = set()
        for member in members:
            name = printable_names(member.name)
            # Two of one name: the later stands for the earlier when it is unpacked; here both are read.
            name = name if name not in met else f"{name}~{member.index}"
            met.add(name)
            path, packed = spool_path(spool, file.path, member), Packed(file.path, member.index, member.crc)
            yield SourceFile(path, f"{file.relative}/{name}", member.bytes, member.problem, packed=packed)
        if not members:
            yield file

    def contains(self, relative: str) -> bool:
        """Whether something of that name lies there, or in a ZIP there."""
        root = self.root if self.root.is_dir() else self.root.parent
        if os.path.lexists(root / actual_name(relative)):
            return True
        for above in PurePosixPath(relative).parents:
            path = root / actual_name(str(above))
            if path.is_file() and is_folder_like(path):
                inside = relative.removeprefix(f"{above}/")
                return any(printable_names(member.name) == inside for member in members_of(path, self.settings))
        return False

    def stamp(self, file: SourceFile) -> FileStamp:
        """From the file system."""
        try:
            if file.packed is not None:
                stamp = FileStamp.of(file.packed.archive.stat())
                inode = int.from_bytes(hashlib.sha256(f"{stamp.inode} {file.packed}".encode()).digest()[:7])
                return replace(stamp, bytes=file.bytes, inode=inode)
            return FileStamp.of_all([file.path, *(page.path for page in file.more)])
        except OSError as error:
            raise UnusableInputError(
                ProblemCode.UNREADABLE_FILE,
                f"The file could be listed but not read: {error.strerror or error}.",
                remedy="It is tried again on the next run.",
            ) from error

    def fetched(self, files: Iterator[SourceFile], wanted: Callable[[SourceFile], bool]) -> Iterator[SourceFile | None]:
        """The files as they are: they lie here already, but for those in a ZIP, which are unpacked when wanted."""
        for file in files:
            if file.packed is None or file.problem or not wanted(file):
                yield file
                continue
            try:
                unpack(file.packed.archive, file.packed.index, file.path, self.settings)
            except UnusableInputError as error:
                yield replace(file, problem=PageProblem(error.code, str(error)))
            else:
                yield file

    def task(self, task: Task) -> Task:
        """Unchanged."""
        return task

    def release(self, path: Path) -> None:
        """Remove what was unpacked; all else is not ours."""
        if self.spool is not None and path.is_relative_to(self.spool):
            shutil.rmtree(path.parent, ignore_errors=True)


@dataclass(slots=True)
class UrlArchive:
    """Objects below an fsspec URL; what is wanted is fetched into `spool`, a few ahead, and removed after use.

    What lies below `results`, the URL of OUT, is no source; nor are the results of other runs.
    """

    url: str
    spool: Path
    results: str = ""
    _store: ObjectStore = field(init=False)
    _stamps: dict[Path, FileStamp] = field(default_factory=dict)
    _keys: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Open the store. Raises MissingToolError, UsageError."""
        self._store = ObjectStore.at(self.url)

    @property
    def name(self) -> str:
        """Its URL."""
        return self.url

    def files(self) -> Iterator[SourceFile]:
        """All objects, by key. Raises EmptyArchiveError, ListingError before the first one."""
        self._store.files.invalidate_cache()
        try:
            found = patiently(lambda: self._store.files.find(self._store.root, detail=True))
        except UnusableInputError as error:
            raise ListingError(
                f"{self.url} cannot be listed: {error.message}", remedy="Check the URL and the credentials."
            ) from error
        own = f"{self._results_root()}/"
        keys = sorted(key for key in found if not key.startswith(own))
        if not keys:
            raise EmptyArchiveError(
                f"There is nothing at {self.url}.", remedy="Check the URL and the right to list it."
            )
        outs = _earlier_outs(keys)
        ignored = self._ignored(keys)
        for key in keys:
            if PurePosixPath(key).name == IGNORE_FILE or ignored.has(self._inside(key)):
                continue
            made_in = next((out for out in outs if _is_made_in(key, out)), None)
            if made_in is None:
                yield self._source(key, found[key])
            elif key == made_in + LEDGER:
                yield replace(self._source(key, found[key]), problem=earlier_results())

    def _results_root(self) -> str:
        """The key below which results lie; a name that no key has when they lie in another store."""
        same = self.results.partition("://")[0] == self.url.partition("://")[0]
        return ObjectStore.at(self.results).root if same else "\0"

    def _ignored(self, keys: list[str]) -> Ignored:
        """What the lists in the folders of the store say, the outermost first."""
        ignored = NOTHING
        for key in (key for key in keys if PurePosixPath(key).name == IGNORE_FILE):
            patterns: bytes = patiently(partial(self._store.files.cat_file, key))
            folder = self._inside(key).removesuffix(IGNORE_FILE)
            ignored = ignored.below(folder, patterns.decode("utf-8-sig", "replace"))
        return ignored

    def _inside(self, key: str) -> str:
        return key[len(self._store.root) :].lstrip("/") or PurePosixPath(key).name

    def _source(self, key: str, info: dict[str, Any]) -> SourceFile:
        inside = self._inside(key)
        relative = "/".join(printable_name(part) for part in inside.split("/"))
        folder = hashlib.sha256(key.encode()).hexdigest()[:24]
        path = self.spool / folder / _file_name(PurePosixPath(inside).name)
        self._keys[relative] = key
        self._stamps[path] = _stamp_of(info)
        return SourceFile(path, relative, int(info.get("size") or 0))

    def contains(self, relative: str) -> bool:
        """Whether the last listing had it."""
        return relative in self._keys

    def stamp(self, file: SourceFile) -> FileStamp:
        """From the listing: size, time, and a digest of the entity tag."""
        return self._stamps[file.path]

    def fetched(self, files: Iterator[SourceFile], wanted: Callable[[SourceFile], bool]) -> Iterator[SourceFile | None]:
        """Fetch what is wanted, several at once, and yield in order."""
        waiting: deque[tuple[SourceFile, Future[SourceFile] | None]] = deque()
        with ThreadPoolExecutor(_AHEAD) as pool:
            for file in files:
                waiting.append((file, pool.submit(self._fetch, file) if wanted(file) else None))
                while waiting and (len(waiting) > _AHEAD or waiting[0][1] is None):
                    yield from self._next(waiting)
            while waiting:
                yield from self._next(waiting)

    @staticmethod
    def _next(waiting: deque[tuple[SourceFile, Future[SourceFile] | None]]) -> Iterator[SourceFile | None]:
        file, future = waiting.popleft()
        if future is None:
            yield file
            return
        while not future.done():
            yield None
            time.sleep(0.01)
        yield future.result()

    def _fetch(self, file: SourceFile) -> SourceFile:
        try:
            self._store.fetch(self._keys[file.relative], file.path)
        except UnusableInputError as error:
            return replace(file, problem=PageProblem(error.code, str(error)))
        return file

    def task(self, task: Task) -> Task:
        """With the URL of its object."""
        return replace(task, url=self._store.files.unstrip_protocol(self._keys[task.relative]))

    def release(self, path: Path) -> None:
        """Remove the fetched copy; whoever needs it again fetches it by its URL."""
        shutil.rmtree(path.parent, ignore_errors=True)


def _earlier_outs(keys: list[str]) -> list[str]:
    """The places among `keys`, each ending in '/', where earlier runs left their results."""
    places = [key.removesuffix(LEDGER) for key in keys if key.endswith("/" + LEDGER)]
    return [out for out in places if holds_results({_name_in(key, out) for key in keys if key.startswith(out)})]


def _is_made_in(key: str, out: str) -> bool:
    return key.startswith(out) and is_result(_name_in(key, out))


def _name_in(key: str, folder: str) -> str:
    return key[len(folder) :].partition("/")[0]


def _file_name(name: str) -> str:
    """A name that the spool's file system takes, with its ending kept: intake compares it with the content."""
    stem, ending = os.path.splitext(name.replace("\0", ""))  # noqa: PTH122 - a key, not a path
    return (stem[:40] + ending[:20]) or "object"


def _stamp_of(info: dict[str, Any]) -> FileStamp:
    modified = info.get("LastModified") or info.get("mtime") or info.get("last_modified") or info.get("updated") or 0
    when = modified.timestamp() if isinstance(modified, datetime) else float(modified if _is_number(modified) else 0)
    tag = str(info.get("ETag") or info.get("etag") or modified)
    inode = int.from_bytes(hashlib.sha256(tag.encode()).digest()[:7])
    return FileStamp(int(info.get("size") or 0), int(when * 1e9), 0, inode)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float))


@contextmanager
def local_copy(task: Task, settings: IntakeSettings) -> Iterator[Path]:
    """The file of `task` on this machine: as it lies here, or fetched for as long as the context lasts.

    Raises UnusableInputError; also when the object is no longer the one whose digest the task carries.
    """
    if task.path.exists() or (task.url is None and task.packed is None):
        yield task.path
        return
    if task.packed is not None:
        with tempfile.TemporaryDirectory(prefix="sohoa-packed-") as folder:
            path = Path(folder, task.path.name)
            unpack(task.packed.archive, task.packed.index, path, settings)
            yield path
        return
    assert task.url is not None
    store = ObjectStore.at(task.url)
    with tempfile.TemporaryDirectory(prefix="sohoa-object-") as folder:
        path = Path(folder, task.path.name)
        store.fetch(store.root, path)
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != task.sha256:
            raise UnusableInputError(
                ProblemCode.CHANGED_WHILE_READ, "The file changed while it was read.", remedy="The next run reads it."
            )
        yield path


def open_archive(
    place: Path | str, skip: Path | None, spool: Path, results: str = "", *, settings: Settings | None = None
) -> Archive:
    """The archive at a path or URL; results in it, in the folder `skip` or at the URL `results`, are no sources.

    In a folder, files that are the pages of one paper are one (`run.join`) and ZIPs are folders; objects of a store
    stay as they are. `spool` is for what has to be fetched or unpacked.

    Raises UsageError, MissingToolError.
    """
    text = without_file_scheme(place)
    if is_url(text):
        return UrlArchive(text, spool, results)
    root = Path(text)
    if not root.exists():
        raise UsageError(f"There is no archive {root}.", remedy="Check the path.")
    settings = settings or Settings()
    return FolderArchive(root, skip, settings.run.join == "sure", spool, settings.intake)
