"""What a run of the reading benchmark counts: errors, CPU and pages of each engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.measure.text import NOTHING, Rate, cer, invented_words, order_free_wer, words
from pipeline.values import Page


@dataclass
class Tally:
    """What one engine made of some pages."""

    missed: Rate = NOTHING
    letters: Rate = NOTHING
    invented: Rate = NOTHING
    cpu: float = 0.0
    pages: int = 0

    def add(self, truth: str, observed: str) -> None:
        """Count a text."""
        self.missed += order_free_wer(truth, observed)
        self.letters += cer(truth, observed)
        self.invented += invented_words(truth, observed)


def told(truth: str, pages: Iterable[Page]) -> list[tuple[float, bool]]:
    """Each word of pages as it was read: its confidence, and whether the truth has it (as often, the surest first)."""
    left = Counter(words(truth))
    read = [(word.confidence, word.text) for page in pages for line in page.lines for word in line.words]
    rows = []
    for confidence, text in sorted(((c, t) for c, t in read if c is not None), reverse=True):
        parts = words(text)
        right = all(left[part] > 0 for part in parts)
        left.subtract(parts if right else ())
        rows.append((confidence, right))
    return rows


@dataclass
class Report:
    """All that one run found."""

    scans: dict[str, dict[str, Tally]] = field(default_factory=dict)  # engine → document → tally
    conditions: dict[str, dict[str, Tally]] = field(default_factory=dict)  # engine → condition → tally
    signers: dict[str, tuple[int, int]] = field(default_factory=dict)  # engine → (signers read under a seal, all)
    absent: dict[str, str] = field(default_factory=dict)
    told: list[tuple[float, bool]] = field(default_factory=list)  # words of ours on scans: confidence, right
    memory_mb: float = 0.0
    worst: str = ""


def total(tallies: dict[str, Tally]) -> Tally:
    """All tallies as one."""
    whole = Tally()
    for tally in tallies.values():
        whole.missed += tally.missed
        whole.letters += tally.letters
        whole.invented += tally.invented
        whole.cpu += tally.cpu
        whole.pages += tally.pages
    return whole
