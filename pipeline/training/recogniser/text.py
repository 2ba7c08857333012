"""Paragraphs to print: those of `../shared/text`, by document, training and test apart as `training.split` says."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.training.recogniser.alphabet import spelled
from pipeline.training.split import held_out_documents, read_part

Use = Literal["train", "tune", "test"]

SHARES = {"vbpl": 6, "phapdien": 2, "baomoi": 1, "govnews_slice": 1}
"""How often a paragraph comes from each source: the nearest register most."""
_MOST_BYTES = 40_000_000  # of a source: ten times what is printed in a night
_LONGEST = 700  # characters; of longer paragraphs some lines are printed
_EXCERPT = 400


@dataclass(frozen=True)
class Paragraphs:
    """Paragraphs by source."""

    by_source: dict[str, list[str]]

    def draw(self, rng: random.Random) -> str:
        """A paragraph, or an excerpt of a long one, in the recogniser's alphabet."""
        names = list(self.by_source)
        name = rng.choices(names, [SHARES[one] for one in names])[0]
        text = spelled(rng.choice(self.by_source[name]))
        if len(text) > _LONGEST:
            start = text.find(" ", rng.randrange(len(text) - _EXCERPT)) + 1
            text = text[start : start + _EXCERPT].rsplit(" ", 1)[0]
        return text

    def phrase(self, rng: random.Random, longest: int) -> str:
        """Some words of a legal text."""
        source = self.by_source.get("vbpl") or next(iter(self.by_source.values()))
        text = spelled(rng.choice(source))
        if len(text) > longest:
            start = text.find(" ", rng.randrange(max(1, len(text) - longest))) + 1
            text = text[start : start + longest]
            text = text.rsplit(" ", 1)[0]
        return text.strip()


def paragraphs(corpus: Path, work: Path, use: Use) -> Paragraphs:
    """The paragraphs for one use; read once and kept in `work`, which must belong to this corpus."""
    by_source = {}
    for name in SHARES:
        kept = work / f"{name}.{use}.txt"
        source = corpus / f"{name}.txt.xz"
        if not kept.is_file() and source.is_file():
            part = kept.with_suffix(".part")
            work.mkdir(parents=True, exist_ok=True)
            with part.open("w", encoding="utf-8") as file:
                file.writelines(f"{line}\n" for line in _first(_lines(source, use)))
            part.rename(kept)
        if kept.is_file():
            by_source[name] = [line for line in kept.read_text(encoding="utf-8").split("\n") if line.strip()]
    return Paragraphs({name: lines for name, lines in by_source.items() if lines})


def _first(lines: Iterator[str]) -> Iterator[str]:
    size = 0
    for line in lines:
        if line.strip():
            yield line
            size += len(line.encode())
            if size > _MOST_BYTES:
                return


def _lines(source: Path, use: Use) -> Iterator[str]:
    if use == "train":
        yield from read_part(source, "train")
        return
    for name, lines in held_out_documents(source):
        # Held-out documents are halved: those training is steered by, and those that only the card's scores see.
        tuned = hashlib.sha256(b"recogniser" + name.encode()).digest()[0] < 128
        if tuned == (use == "tune"):
            yield from lines
