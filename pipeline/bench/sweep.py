"""Which numbers of a stage matter: each is set a fifth lower and a fifth higher, and the stage's benchmark run again.

    make bench-sweep STAGE=structure
    python -m pipeline.bench.sweep structure --only outline --by 0.2

Prints a table, the most telling first: the figure at both, and how many documents came out another way. A number that
changes nothing either way is flat: its reason is not in these documents. It can go, or be one with another.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType

from pipeline.bench.knobs import Knob, find_knobs, forget, watched
from pipeline.bench.sweep_stages import STAGES, Cases, Made


@dataclass(frozen=True)
class Side:
    """A number set to another value: how the mean over all documents changed, and how many came out another way."""

    value: float
    change: float
    documents: int


@dataclass(frozen=True)
class Effect:
    """What came of a number's two other values."""

    knob: Knob
    sides: tuple[Side, Side]

    @property
    def is_flat(self) -> bool:
        """Whether nothing at all changed."""
        return not any(side.documents for side in self.sides)

    @property
    def size(self) -> tuple[float, int]:
        """For sorting: the largest change of the mean, then the most documents."""
        return max(abs(side.change) for side in self.sides), max(side.documents for side in self.sides)


def sweep(package: str, knobs: Iterable[Knob], cases: Cases, by: float) -> Iterator[Effect]:
    """The effect of each knob on the cases, one by one. A case whose code does not ask for a knob is not run again."""
    base: dict[str, Made] = {}
    ran: dict[str, set[CodeType]] = {}
    for name, make in cases.items():
        forget(package)
        with watched() as codes:
            base[name] = make()
        ran[name] = codes
    for knob in knobs:
        asked = [name for name in cases if knob.users is None or knob.users & ran[name]]
        lower, higher = (
            _side(package, knob, factor, {name: cases[name] for name in asked}, base) for factor in (1 - by, 1 + by)
        )
        yield Effect(knob, (lower, higher))


def _side(package: str, knob: Knob, factor: float, cases: Cases, base: dict[str, Made]) -> Side:
    with knob.turned(factor) as value:
        forget(package)
        made = {name: _tried(make) for name, make in cases.items()}
    forget(package)
    change = sum(one.right - base[name].right for name, one in made.items()) / len(base)
    return Side(value, change, sum(one.digest != base[name].digest for name, one in made.items()))


def _tried(make: Callable[[], Made]) -> Made:
    """What comes of a case; nothing right where the number makes no sense to the code."""
    try:
        return make()
    except Exception as error:  # whatever an impossible number provokes
        return Made(0.0, repr(error))


def table(effects: Sequence[Effect]) -> str:
    """The effects as a table in Markdown, the most telling first; changes in points of a hundred."""
    lines = ["| number | value | lower | change | documents | higher | change | documents |", "|---" * 8 + "|"]
    lines += [row(effect) for effect in sorted(effects, key=lambda effect: effect.size, reverse=True)]
    flat = sum(effect.is_flat for effect in effects)
    return "\n".join([*lines, "", f"{len(effects)} numbers, of which {flat} are flat."]) + "\n"


def row(effect: Effect) -> str:
    """One row of the table."""
    sides = "".join(f" {side.value:.4g} | {100 * side.change:+.3f} | {side.documents} |" for side in effect.sides)
    return f"| `{effect.knob.name}` | {effect.knob.value:.4g} |{sides}"


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stage", choices=sorted(STAGES))
    parser.add_argument("--only", default="", help="numbers whose name holds this")
    parser.add_argument("--by", type=float, default=0.2, help="how far down and up, as a share (default 0.2)")
    parser.add_argument("--kept", type=Path, default=Path("bench-out/sweep"), help="where inputs are kept")
    options = parser.parse_args()
    package = f"pipeline.{options.stage}"
    knobs = [knob for knob in find_knobs(package) if options.only in knob.name]
    effects = []
    for effect in sweep(package, knobs, STAGES[options.stage](options.kept), options.by):
        sys.stderr.write(row(effect) + "\n")
        effects.append(effect)
    sys.stdout.write(table(effects))


if __name__ == "__main__":
    main()
