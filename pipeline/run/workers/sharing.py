"""Shares a long document between workers at the end of a run, when some of them would have nothing to do.

The worker that has the document reads it from its first page on; helpers read parts from its end into the cache of
pages. When the first one gets there, it finds these pages by their pictures, as it finds those that a killed run had
read: so the document is the same to the byte whoever helped, and a helper that dies costs nothing but time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from pipeline.run.tasks import Assist, Assisted, Outcome, Task

_WORTH_SECONDS = 0.1  # a page that takes less is no scan, and sharing it gains nothing
_LEAST_PAGES = 2  # between the page that is being read and those given away: less than that is done sooner alone


@dataclass(frozen=True, slots=True)
class DocumentProgress:
    """A document in work: at which page of how many its worker is, after so many seconds."""

    task: Task
    page: int
    pages: int
    seconds: float


@dataclass(slots=True)
class Sharing:
    """Which parts of which documents are given away, and what the helpers' work cost."""

    _given_from: dict[str, int] = field(default_factory=dict)  # the first page of those given away, by path
    _costs: dict[str, Counter[str]] = field(default_factory=dict)
    _pages: Counter[str] = field(default_factory=Counter)

    def part(self, documents: Iterable[DocumentProgress], workers: int) -> Assist | None:
        """A part for an idle one of `workers`; None when nothing in work is long enough.

        It is less than an even share of what is left of the longest document: so the parts grow smaller towards the
        end, and the worker that has the document seldom meets a helper that is still at its part.
        """
        left = {progress: self._left(progress) for progress in documents if _is_slow(progress)}
        if not left:
            return None
        longest = max(left, key=lambda progress: (left[progress], progress.task.relative))
        if left[longest] < _LEAST_PAGES:
            return None
        task = longest.task
        last = self._given_from.get(task.relative, longest.pages + 1) - 1
        first = last + 1 - max(1, left[longest] // (workers + 1))
        self._given_from[task.relative] = first
        return Assist(task, first, last)

    def _left(self, progress: DocumentProgress) -> int:
        """Pages between the one that is being read and those given away."""
        return self._given_from.get(progress.task.relative, progress.pages + 1) - 1 - progress.page

    def take(self, assisted: Assisted) -> None:
        """Note what a helper did."""
        path = assisted.assist.task.relative
        if path in self._given_from:
            self._costs.setdefault(path, Counter()).update(assisted.cpu_seconds)
            self._pages[path] += assisted.pages

    def credited(self, outcome: Outcome) -> Outcome:
        """The outcome of a document with its helpers' work added to what it cost."""
        path = outcome.task.relative
        self._given_from.pop(path, None)
        cost, pages = self._costs.pop(path, None), self._pages.pop(path, 0)
        if cost is None:
            return outcome
        cost.update(outcome.cpu_seconds)
        return replace(outcome, cpu_seconds=dict(cost), pages_cached=max(0, outcome.pages_cached - pages))


def _is_slow(progress: DocumentProgress) -> bool:
    done = progress.page - 1
    return done > 0 and progress.seconds / done > _WORTH_SECONDS
