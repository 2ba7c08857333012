"""The restoration benchmark: accuracy beside other restorers, cost, errors by cause, reliability, against a baseline.

    python -m pipeline.bench.restoration_bench --sets bench-out/sets corpus/evaluation --out bench-out

writes restoration.md, restoration.json and restoration.svg and ends with 1 when a figure fell below the stored baseline
by more than its tolerance. `--store` makes the figures of this run the new baseline.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pipeline.bench.garble import GarbleScore, score_garble
from pipeline.bench.restoration import Score, SetPage, first_pages, load_restore, read_set, score_set
from pipeline.bench.restoration_cost import Cost, measure_cost
from pipeline.bench.restoration_errors import errors_by_cause, reliability_rows, reliability_table
from pipeline.bench.restoration_plot import bars
from pipeline.errors import MissingToolError, SohoaError

BASELINE = Path(__file__).with_name("restoration_baseline.json")
TOLERANCE = 0.003
"""Accuracies may fall by so much: sets of some thousand syllables move by 0.1 % with a font version."""
HARM_TOLERANCE = 0.0005
"""Right words that are changed weigh more: on clean text 2 in 10,000 are the floor."""

RESTORERS = ("none", "pyvi", "pyvi-stripped", "underthesea", "ours")
_COST_SET = "plans-eng"
FLOORS = {  # syllable accuracy, floor and aim
    "hoaphong": (0.990, 0.996),
    "seeds-stripped": (0.994, 0.997),
    "seeds-eng": (0.985, 0.993),
    "vbpl-stripped": (0.985, 0.992),
    "vbpl-eng": (0.985, 0.992),
}


@dataclass
class Report:
    """All that one run found."""

    scores: dict[str, dict[str, dict[str, Score]]] = field(default_factory=dict)  # set → restorer → condition
    absent: dict[str, str] = field(default_factory=dict)  # restorer → why it could not run
    reliability: list[tuple[float, bool]] = field(default_factory=list)
    garble: dict[str, GarbleScore] = field(default_factory=dict)
    cost: Cost | None = None


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    options = _parser().parse_args(arguments)
    try:
        report = run(options.sets, options.pages)
        options.out.mkdir(parents=True, exist_ok=True)
        figures = figures_of(report)
        (options.out / "restoration.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
        (options.out / "restoration.md").write_text(markdown(report), encoding="utf-8")
        (options.out / "restoration.svg").write_text(bars(chart(report)), encoding="utf-8")
        sys.stdout.write(markdown(report))
        if options.store:
            BASELINE.write_text(json.dumps(merged(baseline(), figures), indent=1) + "\n", encoding="utf-8")
    except SohoaError as error:
        sys.exit(str(error))
    fallen = regressions(figures, baseline())
    for name, was, now in fallen:
        sys.stderr.write(f"{name}: {now:.4f}, the baseline has {was:.4f}\n")
    sys.exit(1 if fallen else 0)


def run(folders: Sequence[Path], pages: int | None = None) -> Report:
    """Score every restorer on every set below `folders`, all on the same lines; `pages`: so many a condition."""
    report = Report()
    paths = sorted({path for folder in folders for path in folder.glob("*.tsv")}, key=lambda path: path.stem)
    restorers = {}
    for name in RESTORERS:
        try:
            restorers[name] = load_restore(name)
        except MissingToolError as error:
            report.absent[name] = str(error)
    for path in paths:
        if path.stem.startswith("garble"):
            report.garble = score_garble(path)
            continue
        chosen = first_pages(list(read_set(path)), pages)
        sys.stderr.write(f"{path.stem} ")
        for name, restore in restorers.items():
            if name in ("none", "ours") or _for_others(path.stem):
                report.scores.setdefault(path.stem, {})[name] = score_set(chosen, restore)
        if not path.stem.endswith("clean"):
            report.reliability += reliability_rows(_spread(chosen, 10))
        if path.stem == _COST_SET:
            report.cost = measure_cost(chosen)
    sys.stderr.write("\n")
    return report


def _for_others(name: str) -> bool:
    """Whether other restorers are run on a set: they are made to mark bare text, and would only harm marked text."""
    return not name.endswith(("clean", "vie"))


def _spread(pages: Sequence[SetPage], count: int) -> list[SetPage]:
    step = max(1, len(pages) // count)
    return list(pages[::step])


def figures_of(report: Report) -> dict[str, float]:
    """The figures that are kept and compared: higher is better in all of them."""
    figures = {}
    for name, by_restorer in report.scores.items():
        score = by_restorer["ours"]["all"]
        figures[f"{name} syllables"] = round(score.after.accuracy, 5)
        figures[f"{name} exact"] = round(score.exact.accuracy, 5)
        figures[f"{name} kept right"] = round(1 - score.added_share, 6)
    figures |= {f"garble {unit}": round(score.accuracy, 5) for unit, score in report.garble.items()}
    return figures


def baseline() -> dict[str, float]:
    """The stored figures; empty before the first were stored."""
    return json.loads(BASELINE.read_text(encoding="utf-8")) if BASELINE.is_file() else {}


def merged(old: dict[str, float], new: dict[str, float]) -> dict[str, float]:
    """The old figures with the new ones in their place: a run on few sets does not drop the others."""
    return dict(sorted({**old, **new}.items()))


def regressions(figures: dict[str, float], stored: dict[str, float]) -> list[tuple[str, float, float]]:
    """(name, stored, now) of each figure that is below the stored one by more than the tolerance."""
    return [
        (name, stored[name], now)
        for name, now in figures.items()
        if name in stored and now < stored[name] - _slack(name)
    ]


def _slack(name: str) -> float:
    return HARM_TOLERANCE if name.endswith("kept right") else TOLERANCE


def markdown(report: Report) -> str:
    """The report."""
    made = datetime.now(UTC).strftime("%Y-%m-%d")
    parts = [f"# Restoration, {made}\n", _accuracy(report), _by_condition(report), _causes(report)]
    if report.reliability:
        parts += ["## Confidence of changed tokens\n", reliability_table(report.reliability), ""]
    for unit, score in report.garble.items():
        parts += [f"## Garble measure: {unit} ({score.accuracy:.2%} right, {score.milliseconds_a_page:.1f} ms/page)\n"]
        parts += [score.markdown(), ""]
    if report.cost is not None:
        parts += ["## Cost\n", report.cost.markdown(), ""]
    parts += [f"- {name}: not run. {reason}" for name, reason in report.absent.items()]
    return "\n".join(parts) + "\n"


def _accuracy(report: Report) -> str:
    rows = [
        "Syllable accuracy, case-insensitive, edge punctuation aside; all restorers on the same lines in this run.\n",
        "| set | syllables | as it came | pyvi | pyvi, marks stripped first | underthesea | **sohoa** "
        "| case and punctuation too | errors removed | right ones changed, in 10,000 | floor / aim |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, by_restorer in report.scores.items():
        ours = by_restorer["ours"]["all"]
        others = [by_restorer.get(other) for other in ("pyvi", "pyvi-stripped", "underthesea")]
        shown = [f"{other['all'].after.accuracy:.1%}" if other else "–" for other in others]
        floor = "{:.1%} / {:.1%}".format(*FLOORS[name]) if name in FLOORS else ""
        rows.append(
            f"| {name} | {ours.before.total} | {ours.before.accuracy:.2%} | {' | '.join(shown)} | "
            f"**{ours.after.accuracy:.2%}** | {ours.exact.accuracy:.2%} | {ours.removed_share:.1%} | "
            f"{1e4 * ours.added_share:.1f} | {floor} |"
        )
    return "\n".join(rows) + "\n"


def _by_condition(report: Report) -> str:
    rows = ["## By page condition\n", "| set | condition | syllables | as it came | sohoa | removed | added |"]
    rows.append("|---|---|---|---|---|---|---|")
    for name, by_restorer in report.scores.items():
        conditions = {key: score for key, score in by_restorer["ours"].items() if key != "all"}
        for condition, score in conditions.items() if len(conditions) > 1 else ():
            rows.append(
                f"| {name} | {condition} | {score.before.total} | {score.before.accuracy:.2%} | "
                f"{score.after.accuracy:.2%} | {score.removed_share:.1%} | {score.added_share:.2%} |"
            )
    return "\n".join(rows) + "\n"


def _causes(report: Report) -> str:
    """What the remaining errors are, with the commonest examples of each cause."""
    total = sum((by_restorer["ours"]["all"] for by_restorer in report.scores.values()), Score())
    rows = [
        "## What is still wrong\n",
        "| cause | runs of errors | commonest (printed ← read → restored) |",
        "|---|---|---|",
    ]
    for cause, examples in errors_by_cause(total).items():
        shown = "; ".join(example.replace("|", "\\|") for example, _ in examples.most_common(6))
        rows.append(f"| {cause} | {examples.total()} | {shown} |")
    return "\n".join(rows) + "\n"


def chart(report: Report) -> dict[str, dict[str, float]]:
    """set → restorer → accuracy, for the sets that others were run on too."""
    names = {"none": "as it came", "pyvi": "pyvi", "pyvi-stripped": "pyvi, stripped", "ours": "sohoa"}
    return {
        name: {shown: by_restorer[key]["all"].after.accuracy for key, shown in names.items() if key in by_restorer}
        for name, by_restorer in report.scores.items()
        if _for_others(name)
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pipeline.bench.restoration_bench", description=__doc__)
    parser.add_argument("--sets", type=Path, nargs="+", required=True, help="folders of evaluation sets")
    parser.add_argument("--out", type=Path, default=Path("bench-out"))
    parser.add_argument("--pages", type=int, help="only so many pages of each condition")
    parser.add_argument("--store", action="store_true", help="keep the figures of this run as the baseline")
    return parser


if __name__ == "__main__":
    main()
