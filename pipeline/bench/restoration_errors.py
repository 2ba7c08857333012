"""Why restoration errs, by kind of error, and whether its confidences mean what they say.

    python -m pipeline.bench.restoration_errors --set corpus/evaluation/lively-stripped.tsv [--examples 12]

prints the errors of a set by cause, and how often words of each confidence were right, those that stayed as well as
those that were changed.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from rapidfuzz.distance import LCSseq

from pipeline.bench.restoration import Score, SetPage, read_set, score_page
from pipeline.language.word_frequencies import clean_frequency
from pipeline.measure.text import syllable_key, words
from pipeline.restoration import RestoredLine, load_restorer
from pipeline.settings import RestorationSettings
from pipeline.vietnamese.folding import strip_marks

_BANDS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 1.0001)


def cause_of(wanted: str, read: str, made: str) -> str:
    """The cause of one run of wrong syllables, from what was printed, read and made of it."""
    left, right = words(wanted), words(made)
    keys, got = [syllable_key(word) for word in left], [syllable_key(word) for word in right if syllable_key(word)]
    if any(char.isdigit() for char in wanted) or any(key.isupper() and "/" in key for key in left):
        return "number or code"
    if len(keys) != len(got):
        return "split, joined, lost or invented"
    if any(clean_frequency(key) == 0 for key in keys):
        return "word not in the dictionary"
    if all(word[:1].isupper() for word in left) and not wanted.isupper() and len(left) > 1:
        return "name"
    if [strip_marks(key) for key in keys] == [strip_marks(key) for key in got]:
        return "marks chosen wrong"
    return "wrong letters left as they were" if words(read) == right else "wrong letters, other word chosen"


def errors_by_cause(score: Score) -> dict[str, Counter[str]]:
    """Cause → its errors as 'printed ← read → restored' with their numbers, the commonest cause first."""
    causes: dict[str, Counter[str]] = {}
    for (wanted, read, made), count in score.confusions.items():
        causes.setdefault(cause_of(wanted, read, made), Counter())[f"{wanted} ← {read} → {made}"] += count
    return dict(sorted(causes.items(), key=lambda item: -item[1].total()))


def words_by_chance(pages: Sequence[SetPage], restored: Sequence[Sequence[RestoredLine]]) -> list[tuple[float, bool]]:
    """(confidence, right) of every word of lines that were weighed and have as many words as were printed."""
    rows = []
    for page, lines in zip(pages, restored, strict=True):
        for truth, line in zip(page.truth, lines, strict=True):
            printed, made = truth.split(), line.text.split()
            if len(line.sure) == len(made) == len(printed):
                same = (syllable_key(one) == syllable_key(other) for one, other in zip(printed, made, strict=True))
                rows += [(chance, right) for chance, right in zip(line.sure, same, strict=True) if chance < 1]
    return rows


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.bench.restoration_errors", description=__doc__)
    parser.add_argument("--set", type=Path, required=True, nargs="+", dest="sets")
    parser.add_argument("--examples", type=int, default=12, help="list so many of each cause")
    options = parser.parse_args(arguments)
    restorer = load_restorer(RestorationSettings())
    for path in options.sets:
        pages = list(read_set(path))
        restored = [restorer.restore_lines(page.observed) for page in pages]
        scores = (score_page(page, [line.text for line in lines]) for page, lines in zip(pages, restored, strict=True))
        total = sum(scores, Score())
        sys.stdout.write(f"{path.stem}: {total.after.errors} of {total.after.total} syllables are wrong\n")
        for cause, examples in errors_by_cause(total).items():
            shown = "; ".join(example for example, _ in examples.most_common(options.examples))
            sys.stdout.write(f"{examples.total():5d}  {cause}: {shown}\n")
        sys.stdout.write(reliability_table(words_by_chance(pages, restored)) + "\n")


def reliability_rows(pages: Sequence[SetPage]) -> list[tuple[float, bool]]:
    """(confidence, right) of every token that restoration changed on `pages`."""
    restorer = load_restorer(RestorationSettings())
    return [row for page in pages for row in _judged(page, restorer.restore_lines(page.observed))]


def _judged(page: SetPage, restored: Sequence[RestoredLine]) -> Iterator[tuple[float, bool]]:
    keys = [key for key in map(syllable_key, words("\n".join(page.truth))) if key]
    made = [syllable_key(word) for line in restored for word in words(line.text)]
    right: set[int] = set()
    for block in LCSseq.opcodes(keys, made):
        if block.tag == "equal":
            right.update(range(block.dest_start, block.dest_end))
    first = 0
    for line, raw in zip(restored, page.observed, strict=True):
        count = len(words(line.text))
        if count == len(words(raw)):  # else a change cannot be found by counting the words before it
            for change in line.changes:
                place = first + len(words(raw[: change.start]))
                if place < first + count and made[place]:
                    yield change.confidence, place in right
        first += count


def reliability_table(rows: Sequence[tuple[float, bool]]) -> str:
    """Of the tokens given a confidence, how many were right, by bands."""
    table = ["| confidence | tokens | mean confidence | right |", "|---|---|---|---|"]
    for low, high in pairwise(_BANDS):
        band = [(confidence, right) for confidence, right in rows if low <= confidence < high]
        if band:
            mean = sum(confidence for confidence, _ in band) / len(band)
            share = sum(right for _, right in band) / len(band)
            table.append(f"| {low:.3g}–{min(high, 1.0):.3g} | {len(band)} | {mean:.1%} | {share:.1%} |")
    return "\n".join(table)


if __name__ == "__main__":
    main()
