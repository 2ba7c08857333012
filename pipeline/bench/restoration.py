"""Measures restoration on an evaluation set, by page condition, for ours and for other restorers alike.

    python -m pipeline.bench.restoration --set pairs/eval/seeds-eng.tsv [--restorer ours|pyvi|none] [--errors 40]

A set is a file of rows condition, page, line, truth, observed (see pipeline.training.evaluation_sets).
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from rapidfuzz.distance import LCSseq

from pipeline.errors import MissingToolError, UsageError, extra_command
from pipeline.measure.text import NOTHING, Rate, exact_token_errors, syllable_key, words

Restore = Callable[[Sequence[str]], list[str]]
"""Lines of one page in, as many restored lines out."""


@dataclass(frozen=True)
class SetPage:
    """One page of an evaluation set; `truth` and `observed` have a line each for each other."""

    condition: str
    name: str
    truth: tuple[str, ...]
    observed: tuple[str, ...]


@dataclass(frozen=True)
class Score:
    """What a restorer did to some text; scores of several pages add up.

    `removed` are syllables that were wrong and are right, `added` those that were right and are wrong.
    """

    before: Rate = NOTHING
    after: Rate = NOTHING
    exact: Rate = NOTHING
    removed: int = 0
    added: int = 0
    seconds: float = 0.0
    pages: int = 0
    confusions: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def __add__(self, other: Score) -> Score:
        return Score(
            self.before + other.before,
            self.after + other.after,
            self.exact + other.exact,
            self.removed + other.removed,
            self.added + other.added,
            self.seconds + other.seconds,
            self.pages + other.pages,
            self.confusions + other.confusions,
        )

    @property
    def removed_share(self) -> float:
        """Errors removed, of the errors there were."""
        return self.removed / self.before.errors if self.before.errors else 0.0

    @property
    def added_share(self) -> float:
        """Errors added, of all syllables."""
        return self.added / self.before.total if self.before.total else 0.0

    @property
    def milliseconds_a_page(self) -> float:
        """CPU time for 450 syllables, a full page."""
        return 1000 * self.seconds * 450 / self.before.total if self.before.total else 0.0


def read_set(path: Path) -> Iterator[SetPage]:
    """The pages of a set file in order. Raises UsageError when it is not there or is no set."""
    if not path.is_file():
        raise UsageError(
            f"There is no evaluation set {path}.", remedy="Make it: see pipeline.training.evaluation_sets."
        )
    rows = [row.split("\t") for row in path.read_text(encoding="utf-8").split("\n") if row]
    if any(len(row) != 5 for row in rows):
        raise UsageError(f"{path} is no evaluation set: a row has other than five columns.")
    for (condition, name), group in groupby(rows, key=lambda row: (row[0], row[1])):
        lines = list(group)
        yield SetPage(condition, name, tuple(row[3] for row in lines), tuple(row[4] for row in lines))


def score_page(page: SetPage, restored: Sequence[str], seconds: float = 0.0) -> Score:
    """Compare a page's restored lines with its truth, position by position."""
    truth = [word for word in words("\n".join(page.truth)) if syllable_key(word)]
    keys = [syllable_key(word) for word in truth]
    before, after = _right(keys, "\n".join(page.observed)), _right(keys, "\n".join(restored))
    confusions = Counter(_confusions(truth, keys, page.observed, restored, after))
    return Score(
        Rate(len(keys) - len(before), len(keys)),
        Rate(len(keys) - len(after), len(keys)),
        exact_token_errors("\n".join(page.truth), "\n".join(restored)),
        len(after - before),
        len(before - after),
        seconds,
        1,
        confusions,
    )


def score_set(pages: Sequence[SetPage], restore: Restore) -> dict[str, Score]:
    """Score by condition, in order of first mention, and "all"."""
    scores: dict[str, Score] = {}
    for page in pages:
        start = time.process_time()
        restored = restore(page.observed)
        score = score_page(page, restored, time.process_time() - start)
        scores[page.condition] = scores.get(page.condition, Score()) + score
    scores["all"] = sum(scores.values(), Score())
    return scores


def _right(keys: Sequence[str], text: str) -> set[int]:
    """The positions in `keys` whose syllable `text` has, in order."""
    found = [syllable_key(word) for word in words(text)]
    right: set[int] = set()
    for block in LCSseq.opcodes(keys, found):
        if block.tag == "equal":
            right.update(range(block.src_start, block.src_end))
    return right


def _confusions(
    truth: Sequence[str], keys: Sequence[str], observed: Sequence[str], restored: Sequence[str], right: set[int]
) -> Iterator[tuple[str, str, str]]:
    """(wanted, read, made of it) for each run of wrong syllables; read and made are found between right neighbours."""
    seen, made = words("\n".join(observed)), words("\n".join(restored))
    one_to_one = len(seen) == len(made)
    kept = [number for number, word in enumerate(made) if syllable_key(word)]  # signs on their own are no syllables
    made = [made[number] for number in kept]
    seen = [seen[number] for number in kept] if one_to_one else []
    made_at = _places(keys, [syllable_key(word) for word in made])
    position = 0
    while position < len(keys):
        if position in right:
            position += 1
            continue
        start = position
        while position < len(keys) and position not in right:
            position += 1
        left = made_at.get(start - 1, -1) + 1 if start else 0
        end = made_at.get(position, len(made)) if position < len(keys) else len(made)
        raw = " ".join(seen[left:end]) if one_to_one else "?"
        yield " ".join(truth[start:position]), raw, " ".join(made[left:end])


def _places(keys: Sequence[str], found: Sequence[str]) -> dict[int, int]:
    places: dict[int, int] = {}
    for block in LCSseq.opcodes(keys, found):
        if block.tag == "equal":
            truth = range(block.src_start, block.src_end)
            places.update(zip(truth, range(block.dest_start, block.dest_end), strict=True))
    return places


def load_restore(name: str) -> Restore:
    """A restorer by name: ours, pyvi, pyvi-stripped, underthesea, none, or 'module:function' on lines.

    Raises MissingToolError when the package is not installed, or its release has no restorer.
    """
    if name == "none":
        return list
    if name == "ours":
        return _ours()
    if name in ("pyvi", "pyvi-stripped"):
        return _pyvi(stripped=name.endswith("stripped"))
    if name == "underthesea":
        return _underthesea()
    module, _, function = name.partition(":")
    if not function:
        raise UsageError(f"There is no restorer called {name}.", remedy="Say ours, pyvi, underthesea, none or a:b.")
    return getattr(importlib.import_module(module), function)  # type: ignore[no-any-return]


def _ours() -> Restore:
    from pipeline.restoration import load_restorer  # noqa: PLC0415  loading takes time that other restorers need not spend
    from pipeline.settings import RestorationSettings  # noqa: PLC0415

    restorer = load_restorer(RestorationSettings())
    return lambda lines: [line.text for line in restorer.restore_lines(lines)]


def _pyvi(*, stripped: bool) -> Restore:
    try:
        from pyvi import ViUtils  # noqa: PLC0415
    except ImportError as error:
        raise MissingToolError("pyvi is not installed.", remedy=extra_command("bench")) from error
    from pipeline.vietnamese.folding import strip_marks  # noqa: PLC0415

    def add_accents(text: str) -> str:
        try:
            return str(ViUtils.add_accents(strip_marks(text) if stripped else text)) if text.strip() else text
        except KeyError:  # release 0.1.1 stops at some misreadings ('uus'); give it what is around them
            head, blank, tail = text.partition(" ")
            return f"{add_accents(head)} {add_accents(tail)}" if blank else text

    return lambda lines: [add_accents(line) for line in lines]


def _underthesea() -> Restore:
    import underthesea  # noqa: PLC0415

    function = getattr(underthesea, "restore_diacritics", None)
    if function is None:
        version = getattr(underthesea, "__version__", "?")
        raise MissingToolError(f"underthesea {version} has no restore_diacritics.")
    return lambda lines: [function(line) if line.strip() else line for line in lines]


def table(scores: dict[str, Score]) -> str:
    """The scores as an aligned table."""
    rows = [
        f"{'condition':12} {'syllables':>9} {'raw':>7} {'restored':>9} {'exact':>7} {'removed':>8} {'added/1e4':>9} "
        f"{'ms/page':>8}"
    ]
    for name, score in scores.items():
        rows.append(
            f"{name:12} {score.before.total:9d} {score.before.accuracy:7.2%} {score.after.accuracy:9.2%} "
            f"{score.exact.accuracy:7.2%} {score.removed_share:8.1%} {1e4 * score.added_share:9.2f} "
            f"{score.milliseconds_a_page:8.1f}"
        )
    return "\n".join(rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.bench.restoration", description=__doc__)
    parser.add_argument("--set", type=Path, required=True, nargs="+", dest="sets")
    parser.add_argument("--restorer", default="ours")
    parser.add_argument("--pages", type=int, help="only so many pages of each condition")
    parser.add_argument("--errors", type=int, default=0, help="list so many of the commonest errors")
    options = parser.parse_args(arguments)
    restore = load_restore(options.restorer)
    for path in options.sets:
        pages = first_pages(list(read_set(path)), options.pages)
        scores = score_set(pages, restore)
        sys.stdout.write(f"{path.stem}: {options.restorer}\n{table(scores)}\n")
        for (wanted, read, made), count in scores["all"].confusions.most_common(options.errors):
            sys.stdout.write(f"{count:5d}  {wanted}  ←  {read}  →  {made}\n")


def first_pages(pages: Sequence[SetPage], limit: int | None) -> list[SetPage]:
    """At most `limit` pages of each condition."""
    taken: Counter[str] = Counter()
    kept = []
    for page in pages:
        taken[page.condition] += 1
        if limit is None or taken[page.condition] <= limit:
            kept.append(page)
    return kept


if __name__ == "__main__":
    main()
