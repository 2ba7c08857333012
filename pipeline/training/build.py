"""`make models`: builds what lies in models/ from a folder of text.

    python -m pipeline.training [--corpus ../shared/text] [--out models] [--work DIR] [--jobs 2] [--only STEP …]

Steps: language, pairs, channels, codes, names, garble, digits, and beside them in a process of its own context. Each
says on stderr what it made and what it cost. The pages of `pairs` are kept in the work folder; a later run takes them
from there as long as neither the text nor the code that makes them has changed. The same text gives the same bytes,
whatever the number of jobs; the network's on processors of one kind, since others round other ways.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import os
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from pipeline.language.language_model import LanguageModel
from pipeline.language.tokens import SPECIALS
from pipeline.records import cpu_seconds
from pipeline.restoration.channel.letter_edits import WordTree
from pipeline.structure.entities.gazetteer import names_by_rank
from pipeline.training import garble_table
from pipeline.training.channel import build_channel, core_counts, read_pairs
from pipeline.training.corpus import chosen_files, read_corpus
from pipeline.training.digits import write_digits
from pipeline.training.lexicon import marked_parts, write_parts
from pipeline.training.ngrams import count_orders, estimate, pack, prune_to
from pipeline.training.pairs import write_pairs
from pipeline.training.personal_names import count_cases, write_cases
from pipeline.training.split import read_part, text_files

ORDER = 4
MINIMUM_COUNTS = (0, 0, 0, 2)
"""The least weighted count of the n-grams of each order that are kept; each was needed for the estimates."""
THRESHOLD = 5e-8
MAXIMUM_NGRAMS = 4_100_000
"""About 22 MB."""

READERS = {"eng": 340, "eng-best": 300, "vie": 210}
"""How many pages each reader reads for the channels."""
CHANNELS = {"channel-eng.npz": ("eng", "eng-best"), "channel-vie.npz": ("vie",)}
_CODE_SOURCES = ("vbpl", "phapdien", "govnews_slice", "baomoi")


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.training", description=__doc__)
    default = Path(os.environ.get("CORPUS", "../shared/text"))
    parser.add_argument("--corpus", type=Path, default=default, help="folder of .txt or .txt.xz, a paragraph a line")
    parser.add_argument("--out", type=Path, default=Path("models"))
    parser.add_argument("--work", type=Path, default=Path("build/training"), help="folder for the pages read")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--share", type=float, default=1.0, help="of the pages and training steps: less for a trial")
    parser.add_argument("--only", nargs="*", choices=list(STEPS), default=list(STEPS))
    options = parser.parse_args(arguments)
    if not text_files(options.corpus):
        parser.error(f"there is no text in {options.corpus}; name a folder of .txt or .txt.xz with CORPUS=")
    options.out.mkdir(parents=True, exist_ok=True)
    options.work.mkdir(parents=True, exist_ok=True)
    # The network needs nothing of the other steps, and one core: it is trained beside them.
    beside = [name for name in options.only if name == "context" and options.jobs > 1]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        waiting: list[Future[None]] = [pool.submit(_run, name, options) for name in beside]
        for name in STEPS:
            if name in options.only and name not in beside:
                _run(name, options)
        for future in waiting:
            future.result()


def _run(name: str, options: argparse.Namespace) -> None:
    start, before = time.monotonic(), cpu_seconds()
    made = STEPS[name](options)
    spent = f"{time.monotonic() - start:.0f} s, {cpu_seconds() - before:.0f} s of CPU"
    sys.stderr.write(f"\n{name}: {made} ({spent})\n")


def language(options: argparse.Namespace) -> str:
    """The syllable language model."""
    vocabulary, streams = read_corpus(options.corpus, names_by_rank())
    words = sum(len(stream.ids) for stream in streams)
    ids, orders = count_orders(streams, ORDER)
    estimates = estimate(orders, MINIMUM_COUNTS)
    threshold = prune_to(orders, estimates, THRESHOLD, MAXIMUM_NGRAMS)
    pack(vocabulary, ids, orders, estimates).save(options.out / "syllables.npz")
    kept = " + ".join(str(int(own.kept.sum())) for own in estimates)
    return f"{words} words, {len(vocabulary)} different; {kept} n-grams, pruned at {threshold:.1e}"


def pairs(options: argparse.Namespace) -> str:
    """Pages rendered, read by each reader and aligned."""
    folder = _pages_folder(options)
    for reader in READERS:
        target = _pairs_file(options, reader)
        if not target.is_file():
            part = folder / f"part-{reader}.tsv"  # a run that is broken off leaves no file that looks whole
            part.unlink(missing_ok=True)
            write_pairs(options.corpus, folder, part.stem, reader, range(_pages(options, reader)), jobs=options.jobs)
            part.rename(target)
    return ", ".join(f"{_pages(options, reader)} pages by {reader}" for reader in READERS)


def channels(options: argparse.Namespace) -> str:
    """The channels, from the pairs."""
    model = LanguageModel.load(options.out / "syllables.npz")
    tree = WordTree((n, word) for n, word in enumerate(model.words) if n >= len(SPECIALS) and word.isalpha())
    made = []
    for name, readers in CHANNELS.items():
        counts = core_counts(pair for reader in readers for pair in read_pairs(_pairs_file(options, reader)))
        channel = build_channel(counts, model, tree, alike=name != "channel-vie.npz")
        channel.save(options.out / name)
        made.append(f"{name} from {counts.total()} pairs")
    return ", ".join(made)


def codes(options: argparse.Namespace) -> str:
    """The parts of document numbers."""
    lines = (line for path in chosen_files(options.corpus, _CODE_SOURCES) for line in read_part(path, "train"))
    parts = marked_parts(lines)
    write_parts(options.out / "codes.tsv", parts)
    return f"{len(parts)} parts of document numbers"


def names(options: argparse.Namespace) -> str:
    """How words are cased, and which are parts of personal names."""
    cases = count_cases(line for path in text_files(options.corpus) for line in read_part(path, "train"))
    syllables = write_cases(options.out / "names.tsv", cases)
    return f"{syllables} syllables, {cases.given.total()} names"


def garble(options: argparse.Namespace) -> str:
    """The table of the garble measure."""
    target = options.out / "garble.tsv"
    source = _pairs_file(options, "eng")
    garble_table.main(["--text", str(options.corpus), "--pairs", str(source), "--out", str(target)])
    return f"{target.stat().st_size} bytes"


def digits(options: argparse.Namespace) -> str:
    """The digits of printed faces."""
    return f"{write_digits(options.out / 'digits.npz')} faces"


def context(options: argparse.Namespace) -> str:
    """The context network."""
    from pipeline.training.context_network import train_context_network  # noqa: PLC0415  torch is large

    kept = _work_folder(options, "split", "context_network", "context_text") / f"share-{options.share:g}"
    kept.mkdir(parents=True, exist_ok=True)
    right = train_context_network(options.corpus, options.out, kept, share=options.share)
    return f"{right:.4f} of held-out words spelled right"


STEPS: dict[str, Callable[[argparse.Namespace], str]] = {
    "language": language,
    "pairs": pairs,
    "channels": channels,
    "codes": codes,
    "names": names,
    "garble": garble,
    "digits": digits,
    "context": context,
}


def _pages(options: argparse.Namespace, reader: str) -> int:
    share: float = options.share
    return math.ceil(READERS[reader] * share)


def _pages_folder(options: argparse.Namespace) -> Path:
    """Where the pages lie that this text and this code give."""
    return _work_folder(options, "split", "pairs", "rendering", "alignment")


def _work_folder(options: argparse.Namespace, *names: str) -> Path:
    """Where lies what this text and the code of these modules give."""
    modules = (Path(__file__).with_name(f"{name}.py") for name in names)
    digest = hashlib.sha256()
    for path in [*text_files(options.corpus), *modules]:
        digest.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return Path(options.work / digest.hexdigest()[:16])


def _pairs_file(options: argparse.Namespace, reader: str) -> Path:
    return _pages_folder(options) / f"train-{reader}-{_pages(options, reader)}.tsv"
