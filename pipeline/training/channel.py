"""Builds the channel from aligned pairs of what was printed and what an engine read."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from pipeline.language.language_model import LanguageModel
from pipeline.language.tokens import cut
from pipeline.restoration.channel.letter_edits import Pattern, WordTree, pattern_of
from pipeline.restoration.channel.word_channel import COUNTED_UP_TO, SMOOTHING, Candidate, Channel
from pipeline.training.edits import learn_edits
from pipeline.vietnamese.tones import to_old_style

MAXIMUM_LENGTH = 14


def read_pairs(path: Path, pages: range | None = None) -> Iterator[tuple[str, str]]:
    """The one-to-one pairs (printed, read) of a file that `pairs` wrote; of some pages only, if so asked."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            fields = line.rstrip("\n").split("\t")
            if len(fields) < 4 or (pages is not None and int(fields[0]) not in pages):
                continue
            printed, read = fields[2].split(), fields[3].split()
            if len(printed) == 1 and len(read) == 1:
                yield printed[0], read[0]


def core_counts(pairs: Iterable[tuple[str, str]]) -> Counter[tuple[str, str]]:
    """How often each core was read as each core. Cores that are no single word of letters are left out."""
    counts: Counter[tuple[str, str]] = Counter()
    for printed, read in pairs:
        own, seen = cut(printed).core, cut(read).core
        if own.isalpha() and seen and len(seen) <= MAXIMUM_LENGTH:
            counts[to_old_style(own), seen] += 1
    return counts


def build_channel(
    counts: Counter[tuple[str, str]], model: LanguageModel, tree: WordTree, *, alike: bool = True
) -> Channel:
    """The channel over the words of `model`; `tree` holds them.

    With `alike`, letters may be taken for any that look like them, seen or not: right for a reader that knows no
    Vietnamese, wrong for one that does.
    """
    numbers = model.ids
    known = {pair: count for pair, count in counts.items() if pair[0].lower() in numbers}
    edits = learn_edits(known, alike=alike)
    printed_counts = np.zeros(len(model.words), dtype=np.float32)
    by_read: defaultdict[str, Counter[tuple[int, Pattern]]] = defaultdict(Counter)
    for (printed, read), count in known.items():
        number = numbers[printed.lower()]
        printed_counts[number] += count
        by_read[read][number, pattern_of(printed)] += count
    channel = Channel(model.words, model.unigrams, edits, printed_counts, {}, tree)
    channel.table.update({read: _merged(channel, read, seen) for read, seen in by_read.items()})
    return channel


def _merged(channel: Channel, read: str, seen: Counter[tuple[int, Pattern]]) -> tuple[Candidate, ...]:
    """The candidates of `read`: counts of whole words joined with the letter model."""
    explained = {candidate.word: candidate for candidate in channel.explain(read)}
    totals: Counter[int] = Counter()
    patterns: dict[int, Pattern] = {}
    for (word, pattern), count in sorted(seen.items(), key=lambda item: (item[1], item[0])):
        totals[word] += count
        patterns[word] = pattern  # the most frequent one comes last
    result = []
    for word in sorted(set(explained) | set(totals)):
        own = float(channel.counts[word])
        score = explained[word].score if word in explained else -20.0
        if totals[word]:
            by_letters = math.exp(score) * (SMOOTHING + min(COUNTED_UP_TO, own)) / SMOOTHING
            score = math.log((totals[word] + SMOOTHING * by_letters) / (own + SMOOTHING))
        result.append(Candidate(word, score, patterns.get(word, pattern_of(read))))
    return channel.likely(result)
