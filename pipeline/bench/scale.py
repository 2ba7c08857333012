"""Speed, memory and disk of whole batches: `python -m pipeline.bench.scale --out bench-out/scale.json`.

Figures are of whole processes with all their children, as the kernel counts them. On a machine that does other work
beside it the wall times say little; the CPU times still do. Writes the figures as JSON, after each part anew, and as
a table beside it; ends with 1 when a floor was missed.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any

from pipeline.bench.scale_archives import long_scan, page_archive, text_archive
from pipeline.bench.scale_table import missed_floors, put_into, table
from pipeline.store.search import search

_PR_SET_CHILD_SUBREAPER = 36
_SIZES = ("corpus.sqlite", "ledger.sqlite", "documents", "text", ".cache")
# Words of all documents and of one, phrases, numbers, -words, a topic with the place above it, a misspelling.
_QUERIES = (
    *("thi đua", "kinh phi", "ke hoach", "ubnd", '"mục đích thứ 77"', "77/KH-UBND", "kinh phí -77", "ngan sach xa"),
    *("ủy ban nhân dân xã 1234", "mục đích xã số 512", "kinh phí thi đua 99", "phat dong thi dua mucj dich"),
)


@dataclass(frozen=True, slots=True)
class Run:
    """What one command cost: seconds of wall and of CPU, its own and its descendants'.

    Of an ingest also its report, and the seconds from the command's start until the first document lay in OUT.
    """

    wall: float
    cpu: float
    report: dict[str, Any]
    first_result: float | None = None


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends, so that its CPU time is counted here (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def measure(command: Sequence[str], out: Path | None = None) -> Run:
    """Run a command to its end; with its report when it is an ingest into `out`. Raises RuntimeError."""
    _reap_orphans()  # what an earlier command left counts for that one
    before, started, clock = _children_cpu(), time.monotonic(), time.time()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wall = time.monotonic() - started
    if done.returncode not in {0, 4}:
        raise RuntimeError(f"{command[:4]} ended with {done.returncode}: {done.stderr[-1000:]}")
    _reap_orphans()
    cpu = _children_cpu() - before
    if out is None:
        return Run(wall, cpu, {})
    written = [path.stat().st_mtime for path in (out / "documents").rglob("*.json")]
    first = round(min(written) - clock, 2) if written else None
    return Run(wall, cpu, json.loads((out / "report.json").read_text()), first)


def _reap_orphans() -> None:
    """Wait for every adopted process, so that its CPU time is counted now."""
    with suppress(ChildProcessError):
        while True:
            os.wait()


def _children_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def ingest_command(archive: Path, out: Path, jobs: int) -> list[str]:
    """The command line of a batch."""
    return [sys.executable, "-m", "pipeline", "ingest", str(archive), "--out", str(out), "--jobs", str(jobs)]


def measure_memory(work: Path, sizes: Sequence[int]) -> dict[str, Any]:
    """Peak memory of the parent over archives of `sizes` text files, its slope, and a run over the last unchanged."""
    rows = []
    for size in sizes:
        archive, out = text_archive(work / f"text-{size}", size), work / f"text-{size}-out"
        first = measure(ingest_command(archive, out, 2), out)
        again = measure(ingest_command(archive, out, 2), out)
        rows.append(
            {
                "files": size,
                "parent_peak_bytes": first.report["memory"]["parent_peak_bytes"],
                "first_result_seconds": first.first_result,
                "wall": round(first.wall, 1),
                "cpu": round(first.cpu, 1),
                "parent_cpu": first.report["speed"]["own_cpu_seconds"],
                "unchanged_wall": round(again.wall, 2),
                "unchanged_cpu": round(again.cpu, 2),
                "unchanged_parent_peak_bytes": again.report["memory"]["parent_peak_bytes"],
                "ledger_bytes": (out / "ledger.sqlite").stat().st_size,
                "search_cpu_seconds": _search_cpu(out / "corpus.sqlite"),  # half of the queries take less; 95 of 100
            }
        )
        shutil.rmtree(archive)
        shutil.rmtree(out)
    low, high = rows[0], rows[-1]
    slope = (high["parent_peak_bytes"] - low["parent_peak_bytes"]) / max(1, high["files"] - low["files"])
    return {"runs": rows, "parent_bytes_per_file": round(slope, 1)}


def _search_cpu(corpus: Path, rounds: int = 5) -> tuple[float, float]:
    """CPU seconds of a query: half of `_QUERIES` take less than the first figure, 95 of 100 less than the second."""
    seconds = []
    for query in _QUERIES * rounds:
        started = time.process_time()
        search(corpus, query)
        seconds.append(time.process_time() - started)
    twentieths = quantiles(seconds, n=20)
    return round(twentieths[9], 4), round(twentieths[18], 4)


def machine_ceiling(samples: Path, work: Path, rounds: int = 6) -> dict[str, float]:
    """What two processes at once gain on this machine with work that has nothing in common: plain Tesseract.

    Shared caches, memory and clocks keep it below 2, and so below 2 stays whatever is built on it.
    """
    import pypdfium2  # noqa: PLC0415

    source = max(samples.rglob("*.pdf"), key=lambda path: path.stat().st_size)
    picture = work / "ceiling.png"
    with pypdfium2.PdfDocument(source) as document:
        document[0].render(scale=300 / 72, grayscale=True).to_pil().save(picture)
    command = ["tesseract", str(picture), "-", "-l", "vie"]
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    alone = together = 0.0
    for _ in range(rounds):  # in turn, so that a machine that slows down does so for both
        started = time.monotonic()
        for _ in range(2):
            start().wait()
        alone += time.monotonic() - started
        started = time.monotonic()
        for process in [start() for _ in range(2)]:
            process.wait()
        together += time.monotonic() - started
    return {"alone": round(alone, 1), "together": round(together, 1), "speed_up": round(alone / together, 3)}


def own_ceiling(samples: Path, work: Path, pages: int = 40) -> dict[str, float]:
    """The same for batches of one job that share nothing: two at once, over archives of their own, against in turn."""
    archives = [page_archive(samples, work / f"own-{number}", pages, first_copy=100 * number) for number in (0, 1)]
    outs = [work / f"own-out-{number}" for number in (0, 1)]
    commands = [ingest_command(archive, out, 1) for archive, out in zip(archives, outs, strict=True)]
    alone = sum(measure(command, out).wall for command, out in zip(commands, outs, strict=True))
    for out in outs:
        shutil.rmtree(out)
    started = time.monotonic()
    for process in [subprocess.Popen(command, stderr=subprocess.DEVNULL) for command in commands]:
        process.wait()
    together = time.monotonic() - started
    for path in (*archives, *outs):
        shutil.rmtree(path)
    return {"alone": round(alone, 1), "together": round(together, 1), "speed_up": round(alone / together, 3)}


def measure_speed(archive: Path, work: Path, rounds: int) -> dict[str, Any]:
    """One job against two over the same pages; CPU of the whole run against that of the stages; sizes on disk.

    The second round has the two in the other order, so that a machine that slows down does so for both.
    """
    runs: dict[int, list[Run]] = {1: [], 2: []}
    sizes: dict[str, int] = {}
    for number in range(rounds):
        for jobs in (1, 2) if number % 2 == 0 else (2, 1):
            out = work / f"pages-out-{jobs}"
            runs[jobs].append(measure(ingest_command(archive, out, jobs), out))
            sizes = {name: _size(out / name) for name in _SIZES}
            shutil.rmtree(out)
    one, two = runs[1], runs[2]
    pages = two[0].report["pages"]["total"]
    return {
        "pages": pages,
        "files": two[0].report["files"]["met"],
        "one_job": [_figures(run) for run in one],
        "two_jobs": [_figures(run) for run in two],
        "speed_up": round(sum(run.wall for run in one) / sum(run.wall for run in two), 3),
        "cpu_over_stages": round(sum(run.cpu for run in two) / sum(map(_stage_cpu, two)), 3),
        "cpu_a_page": round(sum(run.cpu for run in two) / (pages * rounds), 3),
        "first_result_seconds": max(run.first_result or 0.0 for run in two),
        "bytes_per_100_000_pages": {name: round(size / pages * 100_000) for name, size in sizes.items()},
    }


def measure_long_document(samples: Path, work: Path) -> dict[str, Any]:
    """All scans among `samples` as one PDF: one job against two, which have to share it."""
    archive = work / "long"
    pages = long_scan(samples, archive / "long.pdf")
    runs = []
    for jobs in (1, 2):
        out = work / f"long-out-{jobs}"
        runs.append(measure(ingest_command(archive, out, jobs), out))
        shutil.rmtree(out)
    one, two = runs
    return {
        "pages": pages,
        "one_job": round(one.wall, 1),
        "two_jobs": round(two.wall, 1),
        "speed_up": round(one.wall / two.wall, 3),
        "cpu": [round(run.cpu, 1) for run in runs],
    }


def _stage_cpu(run: Run) -> float:
    return float(sum(run.report["speed"]["stage_cpu_seconds"].values()))


def _figures(run: Run) -> dict[str, Any]:
    return {
        "wall": round(run.wall, 1),
        "cpu": round(run.cpu, 1),
        "stage_cpu": run.report["speed"]["stage_cpu_seconds"],
        "parent_cpu": run.report["speed"]["own_cpu_seconds"],
        "first_result_seconds": run.first_result,
        "memory": run.report["memory"],
    }


def _size(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def ocrmypdf(archive: Path, out: Path, jobs: int) -> dict[str, Any] | None:
    """OCRmyPDF over the PDFs of the archive, file after file as it works, with as many jobs inside each.

    None when it is not installed (beside this Python, in PATH, or where the environment's OCRMYPDF says).
    """
    beside = Path(sys.executable).with_name("ocrmypdf")
    program = os.environ.get("OCRMYPDF") or (str(beside) if beside.exists() else shutil.which("ocrmypdf"))
    if not program:
        return None
    out.mkdir()
    wall = cpu = 0.0
    failed = pages = 0
    files = sorted(archive.rglob("*.pdf"))
    for number, path in enumerate(files):
        command = [program, "-l", "vie", "--jobs", str(jobs), "--force-ocr", "--output-type", "pdf", "-q"]
        try:
            run = measure([*command, str(path), str(out / f"{number}.pdf")])
        except RuntimeError:
            failed += 1
            continue
        wall, cpu, pages = wall + run.wall, cpu + run.cpu, pages + _page_count(path)
    return {
        "version": subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.strip(),
        "files": len(files),
        "failed": failed,
        "pages": pages,
        "wall": round(wall, 1),
        "cpu": round(cpu, 1),
    }


def _page_count(path: Path) -> int:
    import pypdfium2  # noqa: PLC0415

    with pypdfium2.PdfDocument(path) as document:
        return len(document)


def measure_all(options: argparse.Namespace, keep: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """All parts that are asked for; `keep` is given what is known so far after each of them."""
    chosen = f"--pages {options.pages} --rounds {options.rounds} --files {' '.join(map(str, options.files))}"
    result: dict[str, Any] = {
        "date": time.strftime("%Y-%m-%d"),
        "command": f"python -m pipeline.bench.scale {chosen}",
        "load": [round(load, 2) for load in os.getloadavg()],
        "cores": os.cpu_count(),
    }
    with tempfile.TemporaryDirectory(prefix="sohoa-scale-") as folder:
        work = Path(folder)

        def part(name: str, figures: Callable[[], Any]) -> None:
            started = time.monotonic()
            sys.stderr.write(f"{time.strftime('%H:%M:%S')} {name} …\n")
            result[name] = figures()
            result.setdefault("seconds", {})[name] = round(time.monotonic() - started)
            keep(result)

        if options.pages:
            archive = page_archive(options.samples, work / "pages", options.pages)
            part("ceiling", lambda: machine_ceiling(options.samples, work))
            part("own_ceiling", lambda: own_ceiling(options.samples, work, min(40, options.pages)))
            part("speed", lambda: measure_speed(archive, work, options.rounds))
            part("long_document", lambda: measure_long_document(options.samples, work))
            part("ocrmypdf", lambda: ocrmypdf(archive, work / "ocrmypdf", 2))
        if options.files:
            part("memory", lambda: measure_memory(work, options.files))
    return result


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("bench-out/scale.json"), help="JSON; the table goes beside it")
    parser.add_argument("--docs", type=Path, help="a Markdown file to put the table into, between its marks")
    parser.add_argument("--samples", type=Path, default=Path("corpus/archive"))
    parser.add_argument("--pages", type=int, default=260, help="scanned pages at least; 0: without this part")
    parser.add_argument("--rounds", type=int, default=2, help="how often one job and two run over these pages")
    parser.add_argument("--files", type=int, nargs="*", default=[1_000, 20_000], help="sizes of the text archives")
    options = parser.parse_args()
    adopt_orphans()
    options.out.parent.mkdir(parents=True, exist_ok=True)

    def keep(result: dict[str, Any]) -> None:
        options.out.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        options.out.with_suffix(".md").write_text(table(result), encoding="utf-8")

    result = measure_all(options, keep)
    sys.stdout.write(table(result))
    if options.docs:
        text = put_into(options.docs.read_text(encoding="utf-8"), table(result))
        options.docs.write_text(text, encoding="utf-8")
    missed = missed_floors(result)
    for sentence in missed:
        sys.stderr.write(f"missed: {sentence}\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
