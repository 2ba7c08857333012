"""Prints pages without end and keeps their lines as shards, as far ahead of the training as is of use."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from pathlib import Path

from pipeline.training.recogniser.crops import Cutter, page_samples
from pipeline.training.recogniser.fonts import TRAINING
from pipeline.training.recogniser.shards import clear_parts, shard_file, shard_numbers, write_shard
from pipeline.training.recogniser.text import paragraphs

PAGES_PER_SHARD = 24
"""About a thousand lines: many faces and scans in each, and little is lost when a writer is ended."""
_KEPT = 300  # shards, about 15 GB


def render(corpus: Path, work: Path, numbers: Iterable[int], seed: int) -> None:
    """Writes the shards of these numbers that are missing; a shard depends on its number and the seed only."""
    shards = work / "shards"
    shards.mkdir(parents=True, exist_ok=True)
    clear_parts(shards)
    text, cutter = paragraphs(corpus, work, "train"), Cutter()
    for number in numbers:
        if shard_file(shards, number).is_file():
            continue
        start = time.process_time()
        first = (seed * 1_000_003 + number) * PAGES_PER_SHARD
        samples = [one for n in range(PAGES_PER_SHARD) for one in page_samples(cutter, text, TRAINING, first + n)]
        write_shard(shards, number, samples)
        pens, cost = sum(one.by_pen for one in samples), time.process_time() - start
        sys.stderr.write(f"shard {number}: {len(samples)} lines, {pens} with pen, {cost:.0f} s of CPU\n")
        for old in shard_numbers(shards)[:-_KEPT]:
            shard_file(shards, old).unlink(missing_ok=True)
