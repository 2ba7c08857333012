"""The scale benchmark's figures as a table, beside the floors that the project holds itself to."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

_NIGHT_SECONDS = 10 * 3600
_PAGES_A_FILE = 4
_INDEX_SECONDS_A_PAGE = 0.0006  # measured apart: docs/measurements/scale.md
_MACHINES = (("1 small machine", 2), ("1 server", 32), ("10 servers (Ray)", 320), ("100 servers (Ray)", 3_200))
_BEGIN, _END = "<!-- figures of pipeline.bench.scale -->", "<!-- end of figures -->"


@dataclass(frozen=True, slots=True)
class Floor:
    """A figure (where it lies in the result) and the bound that it must keep."""

    name: str
    place: tuple[str, ...]
    keeps: Callable[[float, float], bool]
    bound: float

    def value(self, result: dict[str, Any]) -> float | None:
        """The figure; None when it was not measured."""
        found: Any = result
        for key in self.place:
            if not isinstance(found, dict) or key not in found:
                return None
            found = found[key]
        return float(found)


FLOORS = (
    Floor("2 jobs against 1", ("speed", "speed_up"), operator.ge, 1.85),
    Floor("CPU of the whole run over its stages'", ("speed", "cpu_over_stages"), operator.le, 1.10),
    Floor("seconds until the first result", ("speed", "first_result_seconds"), operator.le, 5.0),
    Floor("bytes of the parent for each further file", ("memory", "parent_bytes_per_file"), operator.le, 1_000.0),
    Floor("seconds for the largest archive unchanged", ("memory", "unchanged_wall"), operator.le, 12.0),
)


def missed_floors(result: dict[str, Any]) -> list[str]:
    """A sentence for each floor that was measured and missed."""
    found = [(floor, floor.value(_flat(result))) for floor in FLOORS]
    return [
        f"{floor.name}: {value}, should be {_bound(floor)}"
        for floor, value in found
        if value is not None and not floor.keeps(value, floor.bound)
    ]


def _flat(result: dict[str, Any]) -> dict[str, Any]:
    """`result` with the figures of its largest text archive among those of the part."""
    memory = result.get("memory")
    return result if not memory else result | {"memory": memory | memory["runs"][-1]}


def _bound(floor: Floor) -> str:
    return f"{'at least' if floor.keeps is operator.ge else 'at most'} {floor.bound:g}"


def table(result: dict[str, Any]) -> str:
    """The figures as Markdown, with date, command and the load that the machine had at the start."""
    rows = [*_floor_rows(result), *_speed_rows(result), *_memory_rows(result)]
    head = f"{result['date']}, `{result['command']}`, {result['cores']} cores, load {result['load'][0]} at the start.\n"
    lines = [head, "| what | figure | floor |", "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join([*lines, *_night(result)]) + "\n"


def _night(result: dict[str, Any]) -> Iterator[str]:
    """What machines do in a night, reckoned from the CPU time of a page."""
    if "speed" not in result:
        return
    cost = result["speed"]["cpu_a_page"]
    yield f"\nTen hours, every core with a worker, {cost:g} s of CPU a page (an upper bound: clocks fall under load):\n"
    yield "| | cores | pages a night | 100,000 files of 4 pages take |"
    yield "|---|---|---|---|"
    most = _driver_pages(result)
    for name, cores in _MACHINES:
        pages = min(most, _NIGHT_SECONDS * cores / cost)
        ends = " (the driver ends it)" if pages == most else ""
        shown = f"{float(f'{pages:.2g}'):,.0f}{ends}"
        yield f"| {name} | {cores:,} | {shown} | {_duration(400_000 / pages * _NIGHT_SECONDS / 3600)} |"


def _driver_pages(result: dict[str, Any]) -> float:
    """Pages of files of four that one parent or driver commits in a night, from what small text files cost it."""
    runs = result.get("memory", {}).get("runs")
    if not runs:
        return math.inf
    a_file: float = runs[-1]["parent_cpu"] / runs[-1]["files"]
    return _NIGHT_SECONDS / (a_file / _PAGES_A_FILE + _INDEX_SECONDS_A_PAGE)


def _duration(hours: float) -> str:
    if hours < 1:
        return f"{60 * hours:.0f} minutes"
    return f"{hours:.0f} hours" if hours < 20 else f"{hours / 10:.1f} such nights"


def put_into(document: str, figures: str) -> str:
    """`document` with `figures` between its two marks. Raises ValueError when it has not both."""
    before, begin, rest = document.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        raise ValueError(f"no place for figures: {_BEGIN} and {_END}")
    return f"{before}{_BEGIN}\n\n{figures}\n{_END}{after}"


def _floor_rows(result: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for floor in FLOORS:
        value = floor.value(_flat(result))
        if value is not None:
            held = "held" if floor.keeps(value, floor.bound) else "**missed**"
            yield floor.name, f"{value:g}", f"{_bound(floor)}: {held}"


def _speed_rows(result: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    if ceiling := result.get("ceiling"):
        yield "two plain Tesseracts at once against one after the other", f"{ceiling['speed_up']:g}", ""
    if own := result.get("own_ceiling"):
        yield "two batches of one job at once, sharing nothing, against one after the other", f"{own['speed_up']:g}", ""
    speed = result.get("speed")
    if not speed:
        return
    for name, key in (("one job", "one_job"), ("two jobs", "two_jobs")):
        runs = speed[key]
        walls = " and ".join(f"{run['wall']:g} s" for run in runs)
        cpus = " and ".join(f"{run['cpu']:g} s" for run in runs)
        yield f"{name}, {speed['pages']} pages in {speed['files']} files: wall; CPU", f"{walls}; {cpus}", ""
    two = speed["two_jobs"][-1]
    stages = ", ".join(f"{name} {seconds:g}" for name, seconds in two["stage_cpu"].items())
    yield "of the last run with two jobs: CPU of the stages; of the parent", f"{stages}; {two['parent_cpu']:g} s", ""
    yield "CPU a page, whole run, two jobs", f"{speed['cpu_a_page']:g} s", ""
    yield "pages a core and night of ten hours", f"{_NIGHT_SECONDS / speed['cpu_a_page']:,.0f}", ""
    memory = two["memory"]
    peaks = f"{memory['parent_peak_bytes'] / 1e6:.0f} MB; {memory['worker_peak_bytes'] / 1e6:.0f} MB"
    yield "peak memory of the parent; of a worker", peaks, ""
    for name, size in speed["bytes_per_100_000_pages"].items():
        yield f"`{name}` for 100,000 pages", f"{size / 1e9:.2f} GB", ""
    if long := result.get("long_document"):
        name = f"one document of {long['pages']} scanned pages alone: one job, two jobs"
        yield name, f"{long['one_job']:g} s, {long['two_jobs']:g} s: {long['speed_up']:g} times as fast", ""
    if "ocrmypdf" in result:
        yield _ocrmypdf_row(result["ocrmypdf"])


def _ocrmypdf_row(figures: dict[str, Any] | None) -> tuple[str, str, str]:
    if not figures:
        return "OCRmyPDF over the same PDFs", "not installed", ""
    pages = max(1, figures["pages"])
    done = f"{figures['pages']} pages, {figures['failed']} files failed"
    name = f"OCRmyPDF {figures['version']} over the same PDFs, 2 jobs ({done})"
    return name, f"{figures['wall']:g} s; {figures['cpu']:g} s of CPU, {figures['cpu'] / pages:.2f} s a page", ""


def _memory_rows(result: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for run in result.get("memory", {}).get("runs", ()):
        name = f"{run['files']:,} text files"
        first = f"{run['wall']:g} s; {run['cpu']:g} s of CPU, of it the parent's {run['parent_cpu']:g}"
        yield f"{name}, first run, 2 jobs", first, ""
        yield f"{name}: CPU of the parent for each", f"{1000 * run['parent_cpu'] / run['files']:.1f} ms", ""
        yield f"{name}, unchanged", f"{run['unchanged_wall']:g} s; {run['unchanged_cpu']:g} s of CPU", ""
        yield f"{name}: first result after", f"{run['first_result_seconds']:g} s", ""
        peaks = f"{run['parent_peak_bytes'] / 1e6:.1f} MB; {run['unchanged_parent_peak_bytes'] / 1e6:.1f} MB"
        yield f"{name}: peak memory of the parent, first; unchanged", peaks, ""
        yield f"{name}: `ledger.sqlite`", f"{run['ledger_bytes'] / 1e6:.1f} MB", ""
        median, most = (f"{1000 * seconds:.0f} ms" for seconds in run["search_cpu_seconds"])
        yield f"{name}: a search, CPU: half of them; 95 of 100", f"{median}; {most}", ""
