"""The letterhead benchmark's report: the table, how reliable confidences are, and every miss as a picture."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path

from pipeline.bench.letterhead_tally import Outcome, Share, reliability, share

Test = Callable[[Outcome], bool]


def is_right(one: Outcome) -> bool:
    """A value was given, and the right one."""
    return one.right


def is_offered(one: Outcome) -> bool:
    """The right one was given or suggested."""
    return one.offered


def is_wrong(one: Outcome) -> bool:
    """A value was given, and not the right one."""
    return one.wrong


# What is counted, of which outcomes, and the floor (at least, for wrong ones at most).
_ROWS: tuple[tuple[str, str, str, Test, float], ...] = (
    ("number by pen, given right", "number", "handwritten", is_right, 0.80),
    ("number by pen, given or suggested", "number", "handwritten", is_offered, 0.92),
    ("number by pen, given wrong", "number", "handwritten", is_wrong, 0.015),
    ("date with pen, given right", "date", "handwritten", is_right, 0.85),
    ("date with pen, given or suggested", "date", "handwritten", is_offered, 0.85),
    ("date with pen, given wrong", "date", "handwritten", is_wrong, 0.015),
    ("printed number, given right", "number", "printed", is_right, 0.0),
    ("printed number, given wrong", "number", "printed", is_wrong, 0.015),
    ("printed date, given right", "date", "printed", is_right, 0.0),
    ("printed date, given wrong", "date", "printed", is_wrong, 0.015),
    ("stamped number, given right", "number", "stamped", is_right, 0.0),
)


def counted(of: Sequence[Outcome]) -> dict[str, Share]:
    """The figures of the table by their names; numbers that nobody reads for certain are left out."""
    return {
        name: share((one for one in of if one.part == part and one.kind == kind and one.sure), test)
        for name, part, kind, test, _ in _ROWS
    }


def markdown(runs: Mapping[str, Sequence[Outcome]], notes: Sequence[str], date: str) -> str:
    """The run as Markdown; `runs` are outcomes by what was known beside the page."""
    parts = [f"# The letterhead's number and date, {date}", "", *notes, ""]
    tables = {name: counted(of) for name, of in runs.items()}
    parts += ["| | floor | " + " | ".join(tables) + " |", "|---" * (len(tables) + 2) + "|"]
    for name, *_, floor in _ROWS:
        cells = [str(table[name]) for table in tables.values()]
        parts.append(f"| {name} | {f'{floor:.1%}' if floor else 'as before'} | {' | '.join(cells)} |")
    for name, of in runs.items():
        parts += ["", f"## How sure and how right: {name}", ""]
        parts += ["| said | " + " | ".join(_PARTS) + " |", "|---" * (len(_PARTS) + 1) + "|"]
        rows = [reliability(one for one in of if one.part == part and one.kind == "handwritten") for part in _PARTS]
        parts += [
            f"| {cells[0][0]} | {' | '.join(str(cell) for _, cell in cells)} |" for cells in zip(*rows, strict=True)
        ]
    return "\n".join(parts) + "\n"


_PARTS = ("number", "date")


def misses(runs: Mapping[str, Sequence[Outcome]], crops: Mapping[str, Sequence[Path]]) -> str:
    """HTML with every number and date that was not given right: picture, truth, what was given, what witnesses said."""
    rows = []
    for name, of in runs.items():
        missed = sorted((one for one in of if not one.right), key=lambda one: (not one.wrong, one.part, one.document))
        rows.append(f"<h2>{escape(name)}: {len(missed)}</h2>")
        for one in missed:
            pictures = "".join(_picture(path) for path in crops[one.document] if f".{one.part}." in path.name)
            given = f"<b style='color:#a00'>{escape(one.value)}</b>" if one.value else "nothing given"
            also = "offered" if one.offered else "not offered"
            rows.append(
                f"<p>{pictures}<br>{escape(one.document)}, {one.part}, {one.kind}: {escape(one.truth)}; {given}, "
                f"{also}, {one.confidence:.2f}<br>{'<br>'.join(map(escape, one.said))}</p>"
            )
    return f"<!doctype html><meta charset='utf-8'><title>Letterheads</title>{''.join(rows)}\n"


def _picture(path: Path) -> str:
    return f'<img style="max-width:60em" src="data:image/png;base64,{base64.b64encode(path.read_bytes()).decode()}">'
