"""Counts the words by which clean, unmarked and misread Vietnamese are told apart; writes models/garble.tsv.

    python -m pipeline.training.garble_table --text ../shared/text --pairs PAIRS/train-eng.tsv --out models/garble.tsv

Each row: word, and its frequency in ten millionths among the words of clean text, of the same text without marks, and
of text read by an engine that knows no Vietnamese.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from pipeline.language.garble import words_of
from pipeline.training.corpus import chosen_files, source_name
from pipeline.training.split import read_part
from pipeline.vietnamese.folding import strip_marks

_WEIGHTS = {"vbpl": 3.0, "govnews_slice": 3.0, "phapdien": 0.5, "baomoi": 0.3}
_SCALE = 10_000_000
_LEAST_CLEAN, _LEAST_READ = 6.0, 4


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.training.garble_table", description=__doc__)
    parser.add_argument("--text", type=Path, default=Path("../shared/text"))
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("models/garble.tsv"))
    options = parser.parse_args(arguments)
    clean: Counter[str] = Counter()
    for path in chosen_files(options.text, _WEIGHTS):
        weight = _WEIGHTS.get(source_name(path), 1.0)
        counted: Counter[str] = Counter()
        for line in read_part(path, "train"):
            counted.update(words_of(line))
        for word, count in counted.items():
            clean[word] += round(10 * weight * count)
    with options.pairs.open(encoding="utf-8") as pairs:
        read = Counter(word for row in pairs for word in words_of(row.rstrip("\n").split("\t")[3]))
    write_table(options.out, clean, read)


def write_table(path: Path, clean: Counter[str], read: Counter[str]) -> None:
    """Write the table; equal counts give equal bytes."""
    bare: Counter[str] = Counter()
    for word, count in clean.items():
        bare[strip_marks(word)] += count
    keep = {word for word, count in clean.items() if count >= 10 * _LEAST_CLEAN}
    keep |= {strip_marks(word) for word in keep}
    keep |= {word for word, count in read.items() if count >= _LEAST_READ}
    rows = ["\t".join((word, *(_share(table, word) for table in (clean, bare, read)))) for word in sorted(keep)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def _share(table: Counter[str], word: str) -> str:
    return str(round(_SCALE * table[word] / table.total())) if word in table else "0"


if __name__ == "__main__":
    main()
