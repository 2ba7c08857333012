"""`sohoa ingest --watch`: takes new files when they have stopped growing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from pipeline.errors import UnusableInputError
from pipeline.intake import SourceFile
from pipeline.run.storage.archives import Archive
from pipeline.store.ledger import FileStamp


@dataclass(slots=True)
class Settled:
    """Yields each file of an archive once it has kept its stamp for `quiet_seconds`, and again when it changed.

    A scanner or a copy over the network writes for seconds or minutes; a file taken meanwhile would be taken for a
    damaged one. (An object of a store appears whole; the rule costs it a few seconds.)
    """

    archive: Archive
    quiet_seconds: float = 5.0
    clock: Callable[[], float] = time.monotonic
    _seen: dict[str, tuple[FileStamp, float]] = field(default_factory=dict)
    _given: dict[str, FileStamp] = field(default_factory=dict)

    def files(self) -> Iterator[SourceFile]:
        """One look at the archive: what is settled now, in the archive's order. Others are left for a later look."""
        known, self._seen = self._seen, {}
        now = self.clock()
        for file in self.archive.files():
            try:
                stamp = self.archive.stamp(file)
            except UnusableInputError:
                stamp = FileStamp(0, 0, 0, 0)
            before = known.get(file.relative)
            since = before[1] if before and before[0] == stamp else now
            # A file untouched for long needs no second look: a first look at an old archive starts at once.
            old = time.time() - max(stamp.mtime_ns, stamp.ctime_ns) / 1e9 > self.quiet_seconds
            self._seen[file.relative] = (stamp, since)
            if self._given.get(file.relative) != stamp and (old or now - since >= self.quiet_seconds):
                self._given[file.relative] = stamp
                yield file
