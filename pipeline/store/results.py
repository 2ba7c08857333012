"""What commands read of OUT: its files by their names, its databases as files of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipeline.store.layout import OutFolder
from pipeline.store.lock import Owner, lock_owner


class Results(Protocol):
    """OUT for reading, wherever it lies. Methods raise OSError for what is not there."""

    @property
    def name(self) -> str:
        """What the user calls it: a path or a URL."""

    @property
    def databases(self) -> OutFolder:
        """Where ledger and index can be opened; of the other files none need be there."""

    def read(self, name: str) -> bytes:
        """The content of a file by its name inside OUT: 'documents/2024/kh-28.pdf.json'."""

    def has(self, name: str) -> bool:
        """Whether there is such a file."""

    def names(self, tree: str) -> Iterator[str]:
        """The names of all files below a folder of OUT ('documents', 'text'), in the order of their paths."""

    def owner(self) -> Owner | None:
        """The run that writes there now."""


@dataclass(frozen=True, slots=True)
class FolderResults:
    """OUT as a folder of this machine."""

    root: Path

    @property
    def name(self) -> str:
        """Its path."""
        return str(self.root)

    @property
    def databases(self) -> OutFolder:
        """The folder itself."""
        return OutFolder(self.root)

    def read(self, name: str) -> bytes:
        """From the folder."""
        return (self.root / name).read_bytes()

    def has(self, name: str) -> bool:
        """From the folder."""
        return (self.root / name).exists()

    def names(self, tree: str) -> Iterator[str]:
        """From the folder."""
        for path in sorted((self.root / tree).rglob("*")):
            if path.is_file():
                yield path.relative_to(self.root).as_posix()

    def owner(self) -> Owner | None:
        """Whoever holds its lock."""
        return lock_owner(self.databases.lock)
