"""Makes the sets on which restoration is measured: true text beside what an engine, or a loss of marks, made of it.

    python -m pipeline.training.evaluation_sets --shared ../shared --out pairs/eval

Each set is a file `<name>.tsv`: condition, page, line, truth, observed; an empty line is a row with both empty.
Nothing of it is trained on: the seeds are no training text, vbpl gives its held-out documents (all of them unread, and
`--pages` pages of them, spread over the documents, for each reader), and the fonts are of their own. These sets hold
sentences of others, so they are made where they are needed and never committed. With `--plans` small ones are made
instead from the sample plans written for this project, which are committed (corpus/evaluation), with `--lively` from
those in everyday words (corpus/lively). News is held out in blocks of lines (`pipeline/training/split.py`).
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np
from pdf2image import convert_from_path
from rapidfuzz import fuzz, process

from pipeline.training.alignment import align_tokens
from pipeline.training.pairs import ReadLine, paired_lines, read_lines, unpaired_share
from pipeline.training.rendering import EVALUATION_FONTS, Damage, PageStyle, Paragraph, RenderedPage, render_page
from pipeline.training.split import held_out_documents
from pipeline.vietnamese.folding import fold, strip_marks

Row = tuple[str, str, int, str, str]

_TERMES, _SCHOLA = EVALUATION_FONTS
READ_BY_ENG = {
    "clean300": PageStyle(_TERMES, 14, 300, Damage.CLEAN),
    "blur200": PageStyle(_TERMES, 13, 200, Damage.BLUR, 0.5),
    "noise200": PageStyle(_SCHOLA, 13, 200, Damage.NOISE, 0.5),
    "one_bit200": PageStyle(_TERMES, 13, 200, Damage.ONE_BIT, 0.4),
    "jpeg150": PageStyle(_SCHOLA, 14, 150, Damage.JPEG, 0.5),
}
READ_BY_VIE = {
    "blur": PageStyle(_TERMES, 13, 150, Damage.BLUR, 0.9),
    "noise": PageStyle(_SCHOLA, 13, 150, Damage.NOISE, 0.9),
    "one_bit": PageStyle(_TERMES, 13, 150, Damage.ONE_BIT, 0.8),
    "low100": PageStyle(_SCHOLA, 14, 100, Damage.LOW_RESOLUTION, 0.9),
}
_PAGE_WORDS = 560
_NEWS, _NEWS_SYLLABLES = ("baomoi", "vietnews"), 30_000


@dataclass(frozen=True)
class Source:
    """A named body of true text, a paragraph a line, by document."""

    name: str
    documents: tuple[tuple[str, ...], ...]


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.training.evaluation_sets", description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pages", type=int, default=500, help="pages of held-out vbpl documents for `eng`")
    parser.add_argument("--bad-pages", type=int, default=100, help="pages of them for `vie`, as bad scans")
    parser.add_argument("--hoa-phong", type=Path, help="a transcription of seed 004, line by line with the dump")
    parser.add_argument("--plans", type=Path, help="make small sets from the .txt files below this folder instead")
    parser.add_argument("--lively", type=Path, help="make the sets of plans in everyday words from this folder instead")
    parser.add_argument("--only", default="", help="make only the sets whose name contains this")
    options = parser.parse_args(arguments)
    os.environ["OMP_THREAD_LIMIT"] = "1"
    options.out.mkdir(parents=True, exist_ok=True)
    counts = {"eng": options.pages, "vie": options.bad_pages}
    if options.lively:
        sets = lively_sets(options.lively)
    else:
        sets = plan_sets(options.plans) if options.plans else all_sets(options.shared, counts, options.hoa_phong)
    for name, rows in sets:
        if options.only in name:
            sys.stderr.write(f"{name} … ")
            sys.stderr.write(f"{write_set(options.out / f'{name}.tsv', rows)} lines\n")


def all_sets(shared: Path, pages: Mapping[str, int], hoa_phong: Path | None) -> Iterator[tuple[str, Iterable[Row]]]:
    """Every set's name and its rows, made as they are asked for."""
    seeds = Source("seeds", tuple(seed_text(path) for path in sorted((shared / "seeds").glob("00[0-3]*.txt"))))
    vbpl = Source("vbpl", tuple(lines for _, lines in held_out_documents(shared / "text" / "vbpl.txt.xz")))
    if hoa_phong is not None:
        dump = next((shared / "seeds").glob("004*.txt")).read_text(encoding="utf-8").replace("\f", "")
        yield "hoaphong", paired_files(hoa_phong.read_text(encoding="utf-8"), dump)
    for source in (seeds, vbpl):
        yield f"{source.name}-clean", unread(source, "clean")
        yield f"{source.name}-stripped", unread(source, "stripped")
    for name in _NEWS:
        blocks = tuple(lines for _, lines in held_out_documents(shared / "text" / f"{name}.txt.xz"))
        news = Source(name, spread(blocks, _NEWS_SYLLABLES))
        yield f"{name}-clean", unread(news, "clean")
        yield f"{name}-stripped", unread(news, "stripped")
    yield "seeds-eng", read_pages(seeds, READ_BY_ENG, "eng")
    yield "vbpl-eng", read_documents(vbpl, READ_BY_ENG, "eng", pages["eng"])
    yield "seeds-engbest", read_pages(seeds, READ_BY_ENG, "eng-best")
    for name, reader in (("scans-eng", "eng"), ("scans-engbest", "eng-best"), ("scans-vie", "vie")):
        yield name, read_scans(shared / "scans", reader)
    yield "seeds-vie", read_pages(seeds, READ_BY_VIE, "vie")
    yield "vbpl-vie", read_documents(vbpl, READ_BY_VIE, "vie", pages["vie"])


def plan_sets(folder: Path) -> Iterator[tuple[str, Iterable[Row]]]:
    """Small sets from our own plans: each document in one condition only."""
    plans = tuple(plan_text(path) for path in sorted(folder.rglob("*.txt")))
    for name, styles, reader in (
        ("plans-eng", READ_BY_ENG, "eng"),
        ("plans-engbest", READ_BY_ENG, "eng-best"),
        ("plans-vie", READ_BY_VIE, "vie"),
    ):
        parts = [
            read_pages(Source(condition, plans[number :: len(styles)]), {condition: style}, reader)
            for number, (condition, style) in enumerate(styles.items())
        ]
        yield name, chain.from_iterable(parts)


def lively_sets(folder: Path) -> Iterator[tuple[str, Iterable[Row]]]:
    """Our own plans in everyday words: clean, without marks, and each printed in one condition and read by `eng`."""
    plans = tuple(plan_text(path) for path in sorted(folder.glob("*.txt")))
    for condition in ("clean", "stripped"):
        yield f"lively-{condition}", unread(Source("lively", plans), condition)
    parts = [
        read_pages(Source(condition, plans[number :: len(READ_BY_ENG)]), {condition: style}, "eng")
        for number, (condition, style) in enumerate(READ_BY_ENG.items())
    ]
    yield "lively-eng", chain.from_iterable(parts)


def spread(blocks: Sequence[Sequence[str]], syllables: int) -> tuple[tuple[str, ...], ...]:
    """The beginning of each of `blocks`, all as long, with so many words in all."""
    documents: list[tuple[str, ...]] = []
    for lines in blocks:
        words, own = 0, list[str]()
        for line in lines:
            own.append(line)
            words += len(line.split())
            if words >= syllables / len(blocks):
                break
        documents.append(tuple(own))
    return tuple(documents)


def plan_text(path: Path) -> tuple[str, ...]:
    """The paragraphs of a gold text."""
    return tuple(line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def write_set(path: Path, rows: Iterable[Row]) -> int:
    """Write rows as a set file; gives their number."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write("\t".join(str(part).replace("\t", " ") for part in row) + "\n")
            count += 1
    return count


def seed_text(path: Path) -> tuple[str, ...]:
    """The paragraphs of a Markdown dump without its marks."""
    text = re.sub(r"\*\*|□|\f|^#+\s*", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def paired_files(truth: str, observed: str) -> Iterator[Row]:
    """Rows from two texts with the same number of lines."""
    pairs = zip(truth.rstrip().split("\n"), observed.rstrip().split("\n"), strict=True)
    for number, (left, right) in enumerate(pairs):
        yield "dump", "0", number, left, right


def unread(source: Source, condition: str) -> Iterator[Row]:
    """The text as it is, or with its marks stripped."""
    for document, paragraphs in enumerate(source.documents):
        for number, text in enumerate(paragraphs):
            yield condition, str(document), number, text, strip_marks(text) if condition == "stripped" else text


def read_pages(source: Source, styles: Mapping[str, PageStyle], reader: str) -> Iterator[Row]:
    """The text printed in each style and read."""
    for index, (condition, style) in enumerate(styles.items()):
        for document, paragraphs in enumerate(source.documents):
            for number, page in enumerate(printed_pages(paragraphs, style, seed=1000 * index, limit=None)):
                yield from _page_rows(condition, f"{document}.{number}", page, reader)


def read_documents(source: Source, styles: Mapping[str, PageStyle], reader: str, pages: int) -> Iterator[Row]:
    """About `pages` pages from the beginnings of all documents, each document printed in one style, and read."""
    limit = pages_each([sum(len(text.split()) for text in paragraphs) for paragraphs in source.documents], pages)
    for index, (condition, style) in enumerate(styles.items()):
        for document in range(index, len(source.documents), len(styles)):
            printed = printed_pages(source.documents[document], style, seed=1000 * document, limit=limit)
            for number, page in enumerate(printed):
                yield from _page_rows(condition, f"{document}.{number}", page, reader)


def pages_each(words: Sequence[int], pages: int) -> int:
    """The fewest pages that each of the documents of so many words must give for `pages` in all (or all they have)."""
    full = [1 + count // _PAGE_WORDS for count in words]
    return next((limit for limit in range(1, max(full)) if sum(min(limit, own) for own in full) >= pages), max(full))


def _page_rows(condition: str, name: str, page: RenderedPage, reader: str) -> Iterator[Row]:
    for line, (truth, observed) in enumerate(line_pairs(page, read_lines(page, reader))):
        yield condition, name, line, truth, observed


def read_scans(folder: Path, reader: str) -> Iterator[Row]:
    """Real scans with a transcript, a condition a document.

    Each line that was read finds its line in the transcript by its letters.
    Lines that no line of the transcript resembles (torn, two columns in one, stamps) are left out.
    """
    for transcript in sorted((folder / "transcripts").glob("*.txt")):
        stem, pages = transcript.stem.rsplit("_p", 1)
        truth = [line.strip() for line in transcript.read_text(encoding="utf-8").splitlines() if line.strip()]
        keys = [fold(line) for line in truth]
        first, _, last = pages.partition("-")
        images = convert_from_path(
            folder / "files" / f"{stem}.pdf",
            dpi=200,
            first_page=int(first),
            last_page=int(last or first),
            grayscale=True,
        )
        at = 0
        for number, image in enumerate(images):
            before: tuple[int, int] | None = None
            page = RenderedPage(np.asarray(image), (), 0, 200)
            for line in read_lines(page, reader):
                near = keys[max(0, at - 15) : at + 25]
                found = process.extractOne(fold(" ".join(line.words)), near, scorer=fuzz.ratio, score_cutoff=78)
                if found is None:
                    continue
                at = max(0, at - 15) + found[2]
                if before is not None and line.paragraph != before:
                    yield stem, f"{stem}.{number}", 0, "", ""
                before = line.paragraph
                yield stem, f"{stem}.{number}", at, truth[at], " ".join(line.words)


def printed_pages(paragraphs: Sequence[str], style: PageStyle, seed: int, limit: int | None) -> Iterator[RenderedPage]:
    """The paragraphs on as many pages as they take (at most `limit`)."""
    waiting = [_printed(text) for text in paragraphs]
    number = 0
    while waiting and (limit is None or number < limit):
        page = render_page(waiting, style, seed + number)
        yield page
        last = waiting[page.paragraphs_used - 1]
        waiting = ([replace(last, text=page.rest)] if page.rest else []) + waiting[page.paragraphs_used :]
        number += 1


def _printed(text: str) -> Paragraph:
    heading = text.upper() == text or bool(re.match(r"[IVX]+\. ", text))
    return Paragraph(text, bold=heading, centred=heading and len(text) < 60)


def line_pairs(page: RenderedPage, read: Sequence[ReadLine]) -> Iterator[tuple[str, str]]:
    """(printed, read) line by line; ("", "") where the engine saw a new paragraph; torn and lost lines left out."""
    before = None
    paragraphs = {}
    for line in read:
        for span, word in zip(line.spans, line.words, strict=True):
            paragraphs[span, word] = line.paragraph
    for number, found in enumerate(paired_lines(page, read)):
        observed = [word for word, _ in found]
        truth = page.lines[number].words
        if not observed or unpaired_share(align_tokens(truth, observed)) > 0.34:
            continue
        paragraph = paragraphs[found[0][1], found[0][0]]
        if before is not None and paragraph != before:
            yield "", ""
        before = paragraph
        yield " ".join(truth), " ".join(observed)


if __name__ == "__main__":
    main()
