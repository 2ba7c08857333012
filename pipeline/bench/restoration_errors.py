"""Why restoration errs, by kind of error, and whether its confidences mean what they say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from rapidfuzz.distance import LCSseq

from pipeline.bench.restoration import SetPage
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
