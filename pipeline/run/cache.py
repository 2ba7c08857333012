"""Keeps what the reading stage gave, by content and fingerprint: a change behind it costs no OCR again.

The folder may be removed at any time. Files are named by what they depend on, so two writers of one name write the
same bytes, and a stale one is never asked for again; the oldest go when the folder outgrows its bound.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from pipeline.errors import OutputError
from pipeline.run.document import Reading
from pipeline.store.atomic import write_atomic
from pipeline.values import TextSource


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Reading]:
    return TypeAdapter(Reading)


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
        if reading.problems or any(page.problems for page in reading.pages):
            return
        try:
            write_atomic(self._path(sha256, suffix), zlib.compress(_adapter().dump_json(reading), 6), durable=False)
        except OutputError:
            return  # a cache that cannot be written costs time later, and nothing now

    def _path(self, sha256: str, suffix: str) -> Path:
        key = hashlib.sha256(f"{sha256}\0{suffix}\0{self.fingerprint}".encode()).hexdigest()
        return self.folder / "reading" / key[:2] / key


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
