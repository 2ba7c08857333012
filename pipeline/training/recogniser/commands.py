"""Prints training pages, trains the recogniser on their lines, exports and measures it.

    python -m pipeline.training.recogniser all --lines N     all of it, what `make recogniser` runs
    python -m pipeline.training.recogniser render            print pages and keep their lines as shards
    python -m pipeline.training.recogniser train --lines N   train on the shards as they come
    python -m pipeline.training.recogniser export            write recogniser.onnx and recogniser.json
    python -m pipeline.training.recogniser measure           score it, trueocr beside it

Printing and training are two processes side by side, of one core each; either may be ended at any time and started
again: it goes on where it was.
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from pathlib import Path

LINES = 400_000
"""About three hours on two free cores."""
PASSES = 2


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.training.recogniser",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("step", choices=list(_STEPS))
    shared = Path(os.environ.get("SHARED", "../shared"))
    parser.add_argument("--shared", type=Path, default=shared, help="folder with text/, scans/ and handwriting/")
    parser.add_argument("--work", type=Path, default=Path("build/recogniser"), help="for text, shards and checkpoint")
    parser.add_argument("--out", type=Path, default=Path("models"), help="where the network goes to")
    parser.add_argument("--lines", type=int, default=LINES, help="to train on in all, each pass counted")
    parser.add_argument("--passes", type=int, default=PASSES, help="how often a line is used at most")
    parser.add_argument("--first", type=int, default=0, help="number of the first shard to print")
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--version", default="1", help="of the exported network")
    _STEPS[(options := parser.parse_args(arguments)).step](options)


def _render(options: argparse.Namespace) -> None:
    from pipeline.training.recogniser.render import render  # noqa: PLC0415  each step loads what it needs

    render(options.shared / "text", options.work, itertools.count(options.first), options.seed)


def _train(options: argparse.Namespace, coming: Callable[[], bool] = lambda: True) -> None:
    from pipeline.training.recogniser import start, train  # noqa: PLC0415

    checkpoint = _checkpoint(options)
    state = train.resumed(checkpoint) if checkpoint.is_file() else start.from_package()
    plan = train.Plan(options.lines, options.passes, options.seed)
    train.train(state, plan, options.work / "shards", checkpoint, coming=coming)


def _export(options: argparse.Namespace) -> None:
    from pipeline.training.recogniser import export, start  # noqa: PLC0415

    export.export(_checkpoint(options), start.MODEL, options.out, options.version)


def _measure(options: argparse.Namespace) -> None:
    from pipeline.training.recogniser.report import report  # noqa: PLC0415

    sys.stdout.write(report(options.shared, options.work, options.out))


def _all(options: argparse.Namespace) -> None:
    printer = get_context("spawn").Process(target=_render, args=(options,), daemon=True)
    printer.start()
    try:
        _train(options, coming=printer.is_alive)
    finally:
        printer.terminate()
    _export(options)
    _measure(options)


def _checkpoint(options: argparse.Namespace) -> Path:
    return Path(options.work / "checkpoint.pt")


_STEPS: dict[str, Callable[[argparse.Namespace], None]] = {
    "all": _all,
    "render": _render,
    "train": _train,
    "export": _export,
    "measure": _measure,
}
