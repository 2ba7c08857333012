"""Makes the labelled set on which the garble measure is judged: lines and pages of each kind, and mixed pages.

    python -m pipeline.training.garble_set --shared ../shared --sets pairs/eval --out pairs/eval/garble.tsv

A row is unit (line, page or mixed), label, text; the lines of a page are joined by U+2028. A mixed page has one label a
line, joined by ','.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.language.garble import Garble
from pipeline.training.legacy_encoders import ENCODERS
from pipeline.training.split import read_part
from pipeline.vietnamese.folding import strip_marks

LINE_BREAK = "\u2028"
_LINES_EACH, _PAGES_EACH, _MIXED, _PAGE_LINES = 600, 60, 60, 25
_CODES = (
    "STT",
    "01",
    "15/KH-UBND",
    "12.500.000",
    "QĐ-TTg",
    "08h00",
    "(1)",
    "2024-2026",
    "x",
    "-",
    "A.1",
    "100%",
    "TP.",
)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.training.garble_set", description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--sets", type=Path, required=True, help="folder with the evaluation sets")
    parser.add_argument("--foreign", type=Path, default=Path("LICENSE"), help="a text in another language")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    lines = lines_by_kind(options.shared, options.sets, options.foreign)
    rng = random.Random(11)
    rows = [("line", label, text) for label, texts in lines.items() for text in _sample(texts, _LINES_EACH, rng)]
    rows += [("page", label, page) for label, texts in lines.items() for page in _pages(texts, rng)]
    rows += [("mixed", *mixed_page(lines, rng)) for _ in range(_MIXED)]
    options.out.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")


def lines_by_kind(shared: Path, sets: Path, foreign: Path) -> dict[str, list[str]]:
    """Printed lines of each kind: held-out decrees and news, the same damaged, misread pages, another language."""
    decrees = list(_short_lines(read_part(shared / "text" / "vbpl.txt.xz", "held_out")))
    news = list(_short_lines(read_part(shared / "text" / "baomoi.txt.xz", "held_out")))[: len(decrees)]
    clean = decrees + news
    encoders = list(ENCODERS.values())
    return {
        Garble.CLEAN: clean,
        Garble.MARKS_LOST: [strip_marks(line) for line in clean],
        Garble.WRONG_LETTERS: [line for name in ("seeds-eng", "vbpl-eng", "hoaphong") for line in _read(sets, name)],
        Garble.LEGACY_ENCODING: [encoders[n // _PAGE_LINES % 4](line) for n, line in enumerate(clean)],
        Garble.NOT_VIETNAMESE: list(_short_lines(foreign.read_text(encoding="utf-8").splitlines())),
    }


def mixed_page(lines: dict[str, list[str]], rng: random.Random) -> tuple[str, str]:
    """(labels, text) of a page of blocks of two to eight lines, each clean, unmarked, misread or foreign."""
    labels: list[str] = []
    texts: list[str] = []
    kinds = [Garble.CLEAN, Garble.CLEAN, Garble.MARKS_LOST, Garble.WRONG_LETTERS, Garble.NOT_VIETNAMESE]
    while len(texts) < _PAGE_LINES:
        kind = rng.choice(kinds)
        length = rng.randint(2, 8)
        start = rng.randrange(len(lines[kind]) - length)
        texts += lines[kind][start : start + length]
        labels += [kind] * length
        if rng.random() < 0.3:
            texts.append(" ".join(rng.choices(_CODES, k=rng.randint(1, 6))))
            labels.append(Garble.CLEAN)
    return ",".join(labels), LINE_BREAK.join(texts)


def _short_lines(paragraphs: Iterator[str] | list[str]) -> Iterator[str]:
    """Paragraphs broken into lines as a page breaks them; lines without a word of two letters are left out."""
    for paragraph in paragraphs:
        words = paragraph.replace(LINE_BREAK, " ").split()
        for start in range(0, len(words), 13):
            line = " ".join(words[start : start + 13])
            if any(len(word) > 1 and word.isalpha() for word in line.split()):
                yield line


def _read(sets: Path, name: str) -> list[str]:
    path = sets / f"{name}.tsv"
    if not path.is_file():
        return []
    observed = (row.split("\t")[4].strip() for row in path.read_text(encoding="utf-8").split("\n") if row)
    return list(_short_lines([line for line in observed if line]))


def _sample(texts: Sequence[str], count: int, rng: random.Random) -> list[str]:
    return rng.sample(list(texts), min(count, len(texts)))


def _pages(texts: Sequence[str], rng: random.Random) -> Iterator[str]:
    starts = range(0, max(1, len(texts) - _PAGE_LINES), _PAGE_LINES)
    for start in rng.sample(list(starts), min(_PAGES_EACH, len(starts))):
        yield LINE_BREAK.join(texts[start : start + _PAGE_LINES])


if __name__ == "__main__":
    main()
