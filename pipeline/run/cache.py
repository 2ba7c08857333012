"""Keeps what the reading stage gave, so that a change behind it costs no OCR again: by file, and by page image.

A file's entry saves opening it. A page's entry is found by its pixels: the same picture in a PDF whose other bytes
changed, in another file, or in a reading that was interrupted is not recognised twice. Entries are named by all they
depend on, so two writers of one name write the same bytes, and a stale one is never asked for again. They are moved
into place whole, and what cannot be read counts as missing: the folder may be damaged or removed at any time. Those
unused for longest go when it outgrows its bound.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from pipeline.errors import OutputError
from pipeline.records import SourcePages
from pipeline.run.tasks import TRANSIENT
from pipeline.store.atomic import write_atomic
from pipeline.values import Page, TextSource

_T = TypeVar("_T")
_PART = 64  # a worker looks at the folder's size each time it has written this part of the bound


@lru_cache(maxsize=1)
def _readings() -> TypeAdapter[SourcePages]:
    return TypeAdapter(SourcePages)


@lru_cache(maxsize=1)
def _pages() -> TypeAdapter[Page]:
    return TypeAdapter(Page)


@dataclass(slots=True)
class Shelf:
    """Compressed entries of one kind under `folder`; `root`, which holds all kinds, is kept below `max_bytes`."""

    root: Path
    folder: Path
    max_bytes: int
    _written: int = 0

    def get(self, key: str, parse: Callable[[bytes], _T]) -> _T | None:
        """The entry, or None when there is none or it is damaged."""
        path = self._path(key)
        try:
            value = parse(zlib.decompress(path.read_bytes()))
            os.utime(path)  # the bound drops what was not used for longest
        except (OSError, zlib.error, ValidationError):
            return None
        return value

    def put(self, key: str, data: bytes) -> None:
        """Write an entry; a cache that cannot be written costs time later, and nothing now."""
        if not self.root.parent.is_dir():
            return  # another machine of a cluster, on which OUT does not lie
        packed = zlib.compress(data, 6)
        try:
            write_atomic(self._path(key), packed, durable=False)
        except OutputError:
            return
        self._written += len(packed)
        if self._written > self.max_bytes // _PART:
            self._written = 0
            bound_cache(self.root, self.max_bytes)

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key


@dataclass(slots=True)
class ImageCache:
    """Pages by the picture they were read from (`pipeline.reading.PageMemory`), under one fingerprint of reading.

    `hits` counts the pages that were found, `kept` those that were put in.
    """

    shelf: Shelf
    fingerprint: str
    hits: int = 0
    kept: int = 0

    def get(self, picture: str) -> Page | None:
        """The page that was read from the picture with this digest; its number is that of its first finder."""
        page = self.shelf.get(_key(picture, self.fingerprint), _pages().validate_json)
        self.hits += page is not None
        return page

    def put(self, picture: str, page: Page) -> None:
        """Keep a page."""
        self.shelf.put(_key(picture, self.fingerprint), _pages().dump_json(page))
        self.kept += 1


@dataclass(slots=True)
class ReadingCache:
    """Results of the reading stage under `folder`: of whole files, made under one `fingerprint`, and of `images`."""

    folder: Path
    fingerprint: str
    image_fingerprint: str = ""
    max_bytes: int = 2_000_000_000
    images: ImageCache = field(init=False)
    _shelf: Shelf = field(init=False)

    def __post_init__(self) -> None:
        self._shelf = Shelf(self.folder, self.folder / "reading", self.max_bytes)
        self.images = ImageCache(Shelf(self.folder, self.folder / "pages", self.max_bytes), self.image_fingerprint)

    def get(self, sha256: str, suffix: str) -> SourcePages | None:
        """What was read of the file with this content and ending, or None; a damaged entry counts as none."""
        return self._shelf.get(_key(sha256, suffix, self.fingerprint), _readings().validate_json)

    def put(self, sha256: str, suffix: str, reading: SourcePages) -> None:
        """Keep `reading` if it cost OCR and nothing in it may turn out better the next time."""
        if not any(page.source is TextSource.OCR for page in reading.pages):
            return
        problems = [*reading.problems, *(problem for page in reading.pages for problem in page.problems)]
        if any(problem.code in TRANSIENT for problem in problems):
            return
        self._shelf.put(_key(sha256, suffix, self.fingerprint), _readings().dump_json(reading))


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def bound_cache(folder: Path, max_bytes: int) -> int:
    """Remove the entries unused for longest until the folder holds `max_bytes` at most; the bytes it then holds.

    Several processes may do so at once: an entry that another has removed is as good as removed.
    """
    entries = []
    for parent, _folders, names in os.walk(folder):
        for name in names:
            path = Path(parent, name)
            try:
                stat = path.stat()
            except OSError:
                continue
            entries.append((stat.st_mtime_ns, stat.st_size, path))
    total = sum(size for _, size, _ in entries)
    for _, size, path in sorted(entries):
        if total <= max_bytes:
            break
        path.unlink(missing_ok=True)
        total -= size
    return total
