"""The garble measure's confusion table on a labelled set (see pipeline.training.garble_set), and its speed."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.language.garble import Garble, garble_of_lines, garble_of_text

_LINE_BREAK = "\u2028"


@dataclass(frozen=True)
class GarbleScore:
    """Counts of (label, answer) for one unit, and the CPU seconds spent on `words` words."""

    table: Counter[tuple[str, str]] = field(default_factory=Counter)
    seconds: float = 0.0
    words: int = 0

    @property
    def accuracy(self) -> float:
        """Share of right answers."""
        right = sum(count for (label, answer), count in self.table.items() if label == answer)
        return right / self.table.total() if self.table else 1.0

    @property
    def milliseconds_a_page(self) -> float:
        """CPU time for 450 words."""
        return 1000 * self.seconds * 450 / self.words if self.words else 0.0

    def markdown(self) -> str:
        """The confusion table, a row a label."""
        kinds = [kind.value for kind in Garble]
        rows = ["| label \\ answer | " + " | ".join(kinds) + " |", "|---|" + "---|" * len(kinds)]
        for label in kinds:
            rows.append(f"| {label} | " + " | ".join(str(self.table[label, answer]) for answer in kinds) + " |")
        return "\n".join(rows)


def score_garble(path: Path) -> dict[str, GarbleScore]:
    """The scores by unit: lines on their own, whole pages, and the lines of mixed pages."""
    rows = [row.split("\t") for row in path.read_text(encoding="utf-8").split("\n") if row]
    return {
        "line": _score(rows, "line", lambda text: [garble_of_text(text).kind]),
        "page": _score(rows, "page", lambda text: [garble_of_text(text.replace(_LINE_BREAK, "\n")).kind]),
        "mixed": _score(rows, "mixed", lambda text: [r.kind for r in garble_of_lines(text.split(_LINE_BREAK))]),
    }


def _score(rows: list[list[str]], unit: str, judge: Callable[[str], list[Garble]]) -> GarbleScore:
    table: Counter[tuple[str, str]] = Counter()
    words = 0
    start = time.process_time()
    for _, labels, text in (row for row in rows if row[0] == unit):
        table.update(zip(labels.split(","), (kind.value for kind in judge(text)), strict=True))
        words += len(text.split())
    return GarbleScore(table, time.process_time() - start, words)
