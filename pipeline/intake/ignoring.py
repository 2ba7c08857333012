"""`.sohoaignore`: what of an archive is none of it, in the syntax of `.gitignore`, in any of its folders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec

IGNORE_FILE = ".sohoaignore"
_MOST_BYTES = 1_000_000  # no list that people write is longer


@dataclass(frozen=True, slots=True)
class Ignored:
    """The patterns of a folder and of those above it: `rules` are (folder with its final '/', patterns)."""

    rules: tuple[tuple[str, GitIgnoreSpec], ...] = ()

    def below(self, folder: str, patterns: str) -> Ignored:
        """With the patterns of `folder` ('' or a path that ends in '/'), which come before those above."""
        return Ignored((*self.rules, (folder, GitIgnoreSpec.from_lines(patterns.splitlines()))))

    def has(self, path: str) -> bool:
        """Whether the file at `path` (a folder ends in '/') is to be left out."""
        for folder, spec in reversed(self.rules):
            if not path.startswith(folder):
                continue
            said = spec.check_file(path.removeprefix(folder)).include
            if said is not None:
                return said
        return False


NOTHING = Ignored()


def ignored_in(folder: Path, prefix: str, names: Iterable[str], above: Ignored) -> Ignored:
    """What is ignored in `folder`, whose entries are `names`; a list that cannot be read ignores nothing."""
    if IGNORE_FILE not in names:
        return above
    try:
        with (folder / IGNORE_FILE).open("rb") as file:
            return above.below(prefix, file.read(_MOST_BYTES).decode("utf-8-sig", "replace"))
    except OSError:
        return above
