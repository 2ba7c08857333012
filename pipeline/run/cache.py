"""Keeps what the reading stage gave, by content and fingerprint: a change behind it costs no OCR again.

The folder may be removed at any time. Files are named by what they depend on, so two writers of one name write the
same bytes, and a stale one is never asked for again; the oldest go when the folder outgrows its bound.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from pipeline.errors import OutputError
from pipeline.run.document import Reading
from pipeline.run.tasks import TRANSIENT
from pipeline.store.atomic import write_atomic
from pipeline.values import Page, TextSource


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Reading]:
    return TypeAdapter(Reading)


@lru_cache(maxsize=1)
def _pages_adapter() -> TypeAdapter[tuple[Page, ...]]:
    return TypeAdapter(tuple[Page, ...])


@dataclass(frozen=True, slots=True)
class ReadingCache:
    """Results of the reading stage under `folder`, made under one `fingerprint` of that stage."""

    folder: Path
    fingerprint: str

    def get(self, sha256: str, suffix: str) -> Reading | None:
        """What was read of the file with this content and ending, or None; a damaged entry counts as none."""
        path = self._path(sha256, suffix)
        try:
            data = zlib.decompress(path.read_bytes())
            reading = _adapter().validate_json(data)
            os.utime(path)  # the bound drops what was not used for longest
        except (OSError, zlib.error, ValidationError):
            return None
        return reading

    def put(self, sha256: str, suffix: str, reading: Reading) -> None:
        """Keep `reading` if it cost OCR and nothing in it may turn out better the next time."""
        if not any(page.source is TextSource.OCR for page in reading.pages):
            return
        if not self.folder.parent.is_dir():
            return  # another machine of a cluster, on which OUT does not lie
        problems = [*reading.problems, *(problem for page in reading.pages for problem in page.problems)]
        if any(problem.code in TRANSIENT for problem in problems):
            return
        self._write(self._path(sha256, suffix), _adapter().dump_json(reading))
        shutil.rmtree(self._pages_folder(sha256, suffix), ignore_errors=True)

    def pages(self, sha256: str, suffix: str) -> dict[int, Page]:
        """The pages of this file that an interrupted reading had finished, by number."""
        found: dict[int, Page] = {}
        for path in self._pages_folder(sha256, suffix).glob("*"):
            try:
                pages = _pages_adapter().validate_json(zlib.decompress(path.read_bytes()))
            except (OSError, zlib.error, ValidationError):
                continue
            found |= {page.number: page for page in pages}
        return found

    def put_pages(self, sha256: str, suffix: str, pages: Sequence[Page]) -> None:
        """Keep pages of a file that is still being read, so that whoever has to begin again begins after them."""
        good = tuple(page for page in pages if page.source is TextSource.OCR and not page.problems)
        if good and self.folder.parent.is_dir():
            self._write(self._pages_folder(sha256, suffix) / str(good[0].number), _pages_adapter().dump_json(good))

    @staticmethod
    def _write(path: Path, data: bytes) -> None:
        try:
            write_atomic(path, zlib.compress(data, 6), durable=False)
        except OutputError:
            return  # a cache that cannot be written costs time later, and nothing now

    def _path(self, sha256: str, suffix: str) -> Path:
        key = self._key(sha256, suffix)
        return self.folder / "reading" / key[:2] / key

    def _pages_folder(self, sha256: str, suffix: str) -> Path:
        return self.folder / "pages" / self._key(sha256, suffix)

    def _key(self, sha256: str, suffix: str) -> str:
        return hashlib.sha256(f"{sha256}\0{suffix}\0{self.fingerprint}".encode()).hexdigest()


def bound_cache(folder: Path, max_bytes: int) -> int:
    """Remove the entries unused for longest until the folder holds `max_bytes` at most; the bytes it then holds."""
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
