"""`make models`: builds what lies in models/ from a folder of text.

    python -m pipeline.training [--corpus ../shared/text] [--out models] [--work DIR] [--jobs 2] [--only STEP …]

Steps: language, pairs, channels, codes, garble, context. Each says on stderr what it made and what it cost. The pages
of `pairs` are kept in the work folder and read again by a later run. The same text gives the same bytes.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from pipeline.restoration.edits import WordTree
from pipeline.restoration.language_model import LanguageModel
from pipeline.restoration.tokens import SPECIALS
from pipeline.training import garble_table
from pipeline.training.channel import build_channel, core_counts, read_pairs
from pipeline.training.corpus import read_corpus
from pipeline.training.gazetteer import place_names, write_places
from pipeline.training.lexicon import marked_parts, write_parts
from pipeline.training.ngrams import count_orders, estimate, pack, prune_to
from pipeline.training.pairs import write_pairs
from pipeline.training.split import read_part

ORDER = 4
MINIMUM_COUNTS = (0, 0, 0, 2)
"""The least weighted count of the n-grams of each order that are kept; each was needed for the estimates."""
THRESHOLD = 5e-8
MAXIMUM_NGRAMS = 4_100_000
"""About 22 MB."""

READERS = {"eng": 340, "eng-best": 300, "vie": 210}
"""How many pages each reader reads for the channels."""
CHANNELS = {"channel-eng.npz": ("eng", "eng-best"), "channel-vie.npz": ("vie",)}
_CODE_SOURCES = ("vbpl", "phapdien", "govnews_slice")


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.training", description=__doc__)
    default = Path(os.environ.get("CORPUS", "../shared/text"))
    parser.add_argument("--corpus", type=Path, default=default, help="folder of .txt or .txt.xz, a paragraph a line")
    parser.add_argument("--out", type=Path, default=Path("models"))
    parser.add_argument("--work", type=Path, default=Path("build/training"), help="folder for the pages read")
    parser.add_argument("--jobs", type=int, default=2)
    steps: dict[str, Callable[[argparse.Namespace], str]] = {
        "language": language,
        "pairs": pairs,
        "channels": channels,
        "codes": codes,
        "garble": garble,
        "context": context,
    }
    parser.add_argument("--only", nargs="*", choices=list(steps), default=list(steps))
    options = parser.parse_args(arguments)
    if not any(options.corpus.glob("*.txt*")):
        parser.error(f"there is no text in {options.corpus}; name a folder of .txt or .txt.xz with CORPUS=")
    options.out.mkdir(parents=True, exist_ok=True)
    options.work.mkdir(parents=True, exist_ok=True)
    for name, step in steps.items():
        if name in options.only:
            start = time.monotonic()
            made = step(options)
            sys.stderr.write(f"{name}: {made} ({time.monotonic() - start:.0f} s)\n")


def language(options: argparse.Namespace) -> str:
    """The syllable language model, and the list of places."""
    places = write_places(options.out / "places.txt")
    vocabulary, streams = read_corpus(options.corpus, place_names())
    words = sum(len(stream.ids) for stream in streams)
    ids, orders = count_orders(streams, ORDER)
    estimates = estimate(orders, MINIMUM_COUNTS)
    threshold = prune_to(orders, estimates, THRESHOLD, MAXIMUM_NGRAMS)
    pack(vocabulary, ids, orders, estimates).save(options.out / "syllables.npz")
    kept = " + ".join(str(int(own.kept.sum())) for own in estimates)
    return f"{words} words, {len(vocabulary)} different; {kept} n-grams, pruned at {threshold:.1e}; {places} places"


def pairs(options: argparse.Namespace) -> str:
    """Pages rendered, read by each reader and aligned."""
    for reader, pages in READERS.items():
        if not _pairs_file(options.work, reader).is_file():
            write_pairs(options.corpus, options.work, f"train-{reader}", reader, range(pages), jobs=options.jobs)
    return ", ".join(f"{pages} pages by {reader}" for reader, pages in READERS.items())


def channels(options: argparse.Namespace) -> str:
    """The channels, from the pairs."""
    model = LanguageModel.load(options.out / "syllables.npz")
    tree = WordTree((n, word) for n, word in enumerate(model.words) if n >= len(SPECIALS) and word.isalpha())
    made = []
    for name, readers in CHANNELS.items():
        files = ((_pairs_file(options.work, reader), range(READERS[reader])) for reader in readers)
        counts = core_counts(pair for file, pages in files for pair in read_pairs(file, pages))
        channel = build_channel(counts, model, tree, alike=name != "channel-vie.npz")
        channel.save(options.out / name)
        made.append(f"{name} from {counts.total()} pairs")
    return ", ".join(made)


def codes(options: argparse.Namespace) -> str:
    """The parts of document numbers."""
    files = [options.corpus / f"{name}.txt.xz" for name in _CODE_SOURCES]
    lines = (line for path in files if path.is_file() for line in read_part(path, "train"))
    parts = marked_parts(lines)
    write_parts(options.out / "codes.tsv", parts)
    return f"{len(parts)} parts of document numbers"


def garble(options: argparse.Namespace) -> str:
    """The table of the garble measure."""
    target = options.out / "garble.tsv"
    source = _pairs_file(options.work, "eng")
    garble_table.main(["--text", str(options.corpus), "--pairs", str(source), "--out", str(target)])
    return f"{target.stat().st_size} bytes"


def context(options: argparse.Namespace) -> str:
    """The context network."""
    from pipeline.training.context_network import train_context_network  # noqa: PLC0415  torch is large

    return f"{train_context_network(options.corpus, options.out):.4f} of held-out words spelled right"


def _pairs_file(work: Path, reader: str) -> Path:
    return work / f"train-{reader}.tsv"


if __name__ == "__main__":
    main()
