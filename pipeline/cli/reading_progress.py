"""A bar for commands that go through all documents of OUT: on a terminal only, and gone when they are done."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pipeline.store.layout import OutFolder
from pipeline.store.lock import Owner
from pipeline.store.results import Results


@contextmanager
def watched(results: Results) -> Iterator[Results]:
    """`results`, with a bar on stderr that moves with each document whose turn it is."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield results
        return
    from rich.console import Console
    from rich.progress import Progress

    total = sum(1 for _ in results.names("documents"))
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("documents", total=total)
        yield Counted(results, lambda: bar.advance(task))


@dataclass(frozen=True, slots=True)
class Counted:
    """Results that tell of each document listed; who goes through a listing works on each before the next."""

    results: Results
    tell: Callable[[], None]

    @property
    def name(self) -> str:
        """As the results have it."""
        return self.results.name

    @property
    def databases(self) -> OutFolder:
        """As the results have it."""
        return self.results.databases

    def read(self, name: str) -> bytes:
        """As the results have it."""
        return self.results.read(name)

    def has(self, name: str) -> bool:
        """As the results have it."""
        return self.results.has(name)

    def names(self, tree: str) -> Iterator[str]:
        """As the results have it, each told."""
        for name in self.results.names(tree):
            yield name
            self.tell()

    def owner(self) -> Owner | None:
        """As the results have it."""
        return self.results.owner()
