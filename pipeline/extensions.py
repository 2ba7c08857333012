"""What can be added from outside: engines, kinds of file, exports, rules. One table of our own each, and entry points.

An installed package adds to a table by an entry point of the table's group; docs/extending.md shows each. Nothing is
imported before it is asked for by name. Our own names cannot be taken by others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Generic, TypeVar, cast

from pipeline.errors import MissingToolError, UsageError

T = TypeVar("T")


class Group(StrEnum):
    """The groups of entry points under which packages add."""

    ENGINES = "sohoa.engines"
    KINDS = "sohoa.kinds"
    EXPORTS = "sohoa.exports"
    ROLES = "sohoa.roles"


@dataclass(frozen=True)
class Extensions(Generic[T]):
    """Things of one sort by name: `own` as 'module:attribute', and those that installed packages name in `group`.

    `what` is the sort in words, for messages.
    """

    what: str
    group: Group
    own: Mapping[str, str]

    def names(self) -> tuple[str, ...]:
        """All names, our own first."""
        return (*self.own, *(point.name for point in self._added()))

    def load(self, name: str) -> T:
        """What `name` stands for. Raises UsageError for a name nobody knows, MissingToolError for a broken package."""
        if name in self.own:
            return cast("T", EntryPoint(name, self.own[name], self.group).load())
        for point in self._added():
            if point.name == name:
                return cast("T", load_point(point))
        raise UsageError(f"There is no {self.what} '{name}'.", remedy=f"There are: {', '.join(self.names())}.")

    def load_added(self) -> list[T]:
        """What all installed packages add, by name. Raises MissingToolError for a broken package."""
        return [cast("T", load_point(point)) for point in self._added()]

    def _added(self) -> list[EntryPoint]:
        return [point for point in added_points(self.group) if point.name not in self.own]


@cache
def added_points(group: Group) -> tuple[EntryPoint, ...]:
    """What installed packages add, by name; of two with one name the first found counts.

    Looked for once a process: it reads a file of every installed package.
    """
    found = {point.name: point for point in reversed(tuple(entry_points(group=group)))}
    return tuple(found[name] for name in sorted(found))


def load_point(point: EntryPoint) -> object:
    """What a package's entry point stands for. Raises MissingToolError when its code cannot be imported."""
    try:
        return point.load()
    except Exception as error:  # importing runs code of others
        raise MissingToolError(
            f"The extension '{point.name}' of {package_of(point)} cannot be loaded: {type(error).__name__}: {error}.",
            remedy="Mend or uninstall that package.",
        ) from error


def package_of(point: EntryPoint) -> str:
    """The package that an entry point comes from, with its version: 'sohoa-kios 1.2'."""
    return f"{point.dist.name} {point.dist.version}" if point.dist else "a package without a name"


def versions(group: Group) -> str:
    """Who adds what under `group`, with versions: what a result depends on beside our own code."""
    return "\n".join(f"{point.name} = {point.value}, {package_of(point)}" for point in added_points(group))
