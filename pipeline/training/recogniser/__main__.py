"""Prints training pages, trains the recogniser, exports and measures it.

    python -m pipeline.training.recogniser render [--first N] [--count N] [--every N]
    python -m pipeline.training.recogniser train --lines N [--passes N]
    python -m pipeline.training.recogniser export [--to FOLDER]
    python -m pipeline.training.recogniser measure

Printing and training are two processes that run side by side; either may be ended at any time and started again.
"""

from __future__ import annotations

import argparse
import itertools
import os
from collections.abc import Sequence
from pathlib import Path

WORK = Path("build/recogniser")


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.training.recogniser", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    shared = Path(os.environ.get("SHARED", "../shared"))
    parser.add_argument("--shared", type=Path, default=shared, help="folder with text/, scans/, handwriting/")
    parser.add_argument("--work", type=Path, default=WORK, help="folder for text, shards and checkpoint")
    parser.add_argument("--seed", type=int, default=13)
    steps = parser.add_subparsers(dest="step", required=True)
    rendering = steps.add_parser("render", help="print pages and keep their lines as shards")
    rendering.add_argument("--first", type=int, default=0)
    rendering.add_argument("--count", type=int, default=None, help="of shards; without end when not given")
    rendering.add_argument("--every", type=int, default=1, help="which process of how many this is, with --first")
    training = steps.add_parser("train", help="train on the shards as they come")
    training.add_argument("--lines", type=int, default=400_000)
    training.add_argument("--passes", type=int, default=1)
    exporting = steps.add_parser("export", help="write recogniser.onnx and recogniser.json")
    exporting.add_argument("--to", type=Path, default=Path("models"))
    steps.add_parser("measure", help="score the checkpoint, trueocr beside it")
    options = parser.parse_args(arguments)
    _STEPS[options.step](options)


def _render(options: argparse.Namespace) -> None:
    from pipeline.training.recogniser.render import render  # noqa: PLC0415  each step loads what it needs

    numbers = itertools.count(options.first, options.every)
    render(options.shared / "text", options.work, itertools.islice(numbers, options.count), options.seed)


def _train(options: argparse.Namespace) -> None:
    from pipeline.training.recogniser import start, train  # noqa: PLC0415

    checkpoint = options.work / "checkpoint.pt"
    state = train.resumed(checkpoint) if checkpoint.is_file() else start.from_package()
    plan = train.Plan(options.lines, options.passes, options.seed)
    train.train(state, plan, options.work / "shards", checkpoint)


_STEPS = {"render": _render, "train": _train}


if __name__ == "__main__":
    main()
