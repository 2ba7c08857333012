"""Speed, memory and disk of whole batches: `python -m pipeline.measure.scale --out bench-out/scale.json`.

Figures are of whole processes with all their children, as the kernel counts them. On a machine that does other work
beside it the wall times say little; the CPU times still do.
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
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from pipeline.intake import open_source
from pipeline.settings import IntakeSettings

_PR_SET_CHILD_SUBREAPER = 36
_SCANS = frozenset({".pdf", ".tif", ".jpg", ".png"})


@dataclass(frozen=True, slots=True)
class Run:
    """What one command cost: seconds of wall and of CPU, its own and its descendants'; and sohoa's report of it."""

    wall: float
    cpu: float
    report: dict[str, Any]


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends, so that its CPU time is counted here (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def measure(command: Sequence[str], out: Path | None = None) -> Run:
    """Run a command to its end; with its report when it is an ingest into `out`. Raises RuntimeError."""
    before, started = _children_cpu(), time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wall = time.monotonic() - started
    if done.returncode not in {0, 4}:
        raise RuntimeError(f"{command[:4]} ended with {done.returncode}: {done.stderr[-1000:]}")
    with suppress(ChildProcessError):
        while True:
            os.wait()
    report = json.loads((out / "report.json").read_text()) if out else {}
    return Run(wall, _children_cpu() - before, report)


def _children_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def ingest_command(archive: Path, out: Path, jobs: int) -> list[str]:
    """The command line of a batch."""
    return [sys.executable, "-m", "pipeline", "ingest", str(archive), "--out", str(out), "--jobs", str(jobs)]


def text_archive(folder: Path, files: int) -> Path:
    """`files` short plans as text, in folders of 500."""
    for number in range(files):
        path = folder / f"{number // 500:04}" / f"kh-{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            f"UBND XÃ SỐ {number}\nSố: {number}/KH-UBND\n\nKẾ HOẠCH\nThi đua {number}\n\nI. MỤC ĐÍCH\n"
            f"- Mục đích thứ {number}.\n\nII. KINH PHÍ\nKinh phí {number * 1000} đồng.\n"
        )
    return folder


def page_archive(samples: Path, folder: Path, pages: int) -> Path:
    """The scans among `samples` as PDFs of pictures, again and again until there are `pages` pages.

    Each copy has a mark of its own in a corner of each page, too small to be read: files and pictures that are the
    same would come from the caches, and nothing would be measured.
    """
    scans = [(path, _pictures(path)) for path in sorted(samples.rglob("*")) if path.suffix in _SCANS]
    found = copy = 0
    while found < pages:
        for path, pictures in scans:
            target = folder / str(copy) / path.relative_to(samples).with_suffix(".pdf")
            target.parent.mkdir(parents=True, exist_ok=True)
            first, *others = [_marked(picture, copy) for picture, _ in pictures]
            quality: dict[str, Any] = {} if first.mode == "1" else {"quality": 90}
            first.save(target, save_all=True, append_images=others, resolution=pictures[0][1], **quality)
            found += len(pictures)
        copy += 1
    return folder


def _pictures(path: Path) -> list[tuple[Image.Image, float]]:
    """(picture, resolution) of each page of a file."""
    with open_source(path, IntakeSettings()) as source:
        found = []
        for page in source.pages():
            if page.image is None:
                raise RuntimeError(f"{path} has a page without a picture")
            picture = Image.fromarray(page.image.load())
            if picture.mode == "L" and not any(picture.histogram()[1:255]):
                picture = picture.convert("1")
            found.append((picture, page.image.dpi or 300.0))
        return found


def _marked(picture: Image.Image, copy: int) -> Image.Image:
    """`picture` with a block of eight pixels a side in the corner (where JPEG has its own), a grey for each copy."""
    marked = picture.copy()
    if picture.mode == "1":
        marked.putpixel((copy, 0), 0)
    else:
        marked.paste((255 - copy) if picture.mode == "L" else (255 - copy,) * 3, (0, 0, 8, 8))
    return marked


def _page_count(path: Path) -> int:
    import pypdfium2  # noqa: PLC0415

    with pypdfium2.PdfDocument(path) as document:
        return len(document)


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
                "first_result_seconds": first.report["speed"]["first_result_seconds"],
                "wall": round(first.wall, 1),
                "cpu": round(first.cpu, 1),
                "unchanged_wall": round(again.wall, 2),
                "unchanged_cpu": round(again.cpu, 2),
                "ledger_bytes": (out / "ledger.sqlite").stat().st_size,
            }
        )
    low, high = rows[0], rows[-1]
    slope = (high["parent_peak_bytes"] - low["parent_peak_bytes"]) / max(1, high["files"] - low["files"])
    return {"runs": rows, "parent_bytes_per_file": round(slope, 1)}


def machine_ceiling(samples: Path, work: Path, rounds: int = 8) -> dict[str, float]:
    """What two processes at once gain on this machine with work that has nothing in common: plain Tesseract.

    Shared caches, memory and clocks keep it below 2, and so below 2 stays whatever is built on it.
    """
    import pypdfium2  # noqa: PLC0415

    source = max(samples.rglob("*.pdf"), key=lambda path: path.stat().st_size)
    picture = work / "ceiling.png"
    with pypdfium2.PdfDocument(source) as document:
        document[0].render(scale=300 / 72, grayscale=True).to_pil().save(picture)
    command = ["tesseract", str(picture), "-", "-l", "vie"]
    options = {"env": {**os.environ, "OMP_THREAD_LIMIT": "1"}, "stdout": subprocess.DEVNULL}
    alone = together = 0.0
    for _ in range(rounds):  # in turn, so that a machine that slows down does so for both
        started = time.monotonic()
        for _ in range(2):
            subprocess.run(command, check=True, stderr=subprocess.DEVNULL, **options)  # type: ignore[call-overload]
        alone += time.monotonic() - started
        started = time.monotonic()
        pair = [subprocess.Popen(command, stderr=subprocess.DEVNULL, **options) for _ in range(2)]  # type: ignore[call-overload]
        for process in pair:
            process.wait()
        together += time.monotonic() - started
    return {"alone": round(alone, 1), "together": round(together, 1), "speed_up": round(alone / together, 3)}


def measure_speed(samples: Path, work: Path, pages: int) -> dict[str, Any]:
    """One job against two over the same pages; CPU of the whole run against that of the stages; sizes on disk."""
    archive = page_archive(samples, work / "pages", pages)
    runs = {}
    for jobs in (1, 2):
        out = work / f"pages-out-{jobs}"
        runs[jobs] = measure(ingest_command(archive, out, jobs), out)
    one, two = runs[1], runs[2]
    stages = sum(two.report["speed"]["stage_cpu_seconds"].values())
    total = two.report["pages"]["total"]
    return {
        "pages": total,
        "ceiling": machine_ceiling(samples, work),
        "one_job": _figures(one),
        "two_jobs": _figures(two),
        "speed_up": round(one.wall / two.wall, 3),
        "cpu_over_stages": round(two.cpu / stages, 3),
        "first_result_seconds": two.report["speed"]["first_result_seconds"],
        "bytes_per_100_000_pages": {
            name: round(_size(work / "pages-out-2" / name) / total * 100_000)
            for name in ("corpus.sqlite", "ledger.sqlite", "documents", "text", ".cache")
        },
        "ocrmypdf": _ocrmypdf(archive, work / "ocrmypdf", 2),
    }


def _figures(run: Run) -> dict[str, Any]:
    return {
        "wall": round(run.wall, 1),
        "cpu": round(run.cpu, 1),
        "stage_cpu": run.report["speed"]["stage_cpu_seconds"],
        "parent_cpu": run.report["speed"]["own_cpu_seconds"],
        "memory": run.report["memory"],
    }


def _size(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def _ocrmypdf(archive: Path, out: Path, jobs: int) -> dict[str, Any] | str:
    """OCRmyPDF over the PDFs of the archive, file after file as it works, with as many jobs inside each."""
    beside = Path(sys.executable).with_name("ocrmypdf")
    program = os.environ.get("OCRMYPDF") or (str(beside) if beside.exists() else shutil.which("ocrmypdf"))
    if not program:
        return "not installed"
    out.mkdir()
    wall = cpu = 0.0
    failed = 0
    files = sorted(archive.rglob("*.pdf"))
    for number, path in enumerate(files):
        command = [program, "-l", "vie", "--jobs", str(jobs), "--force-ocr", "--output-type", "pdf", "-q"]
        try:
            run = measure([*command, str(path), str(out / f"{number}.pdf")])
        except RuntimeError:
            failed += 1
            continue
        wall, cpu = wall + run.wall, cpu + run.cpu
    pages = sum(map(_page_count, files))
    return {"files": len(files), "failed": failed, "pages": pages, "wall": round(wall, 1), "cpu": round(cpu, 1)}


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("bench-out/scale.json"))
    parser.add_argument("--samples", type=Path, default=Path("corpus/archive"))
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--files", type=int, nargs="*", default=[1_000, 20_000])
    options = parser.parse_args()
    adopt_orphans()
    result: dict[str, Any] = {"date": time.strftime("%Y-%m-%d"), "load": os.getloadavg(), "cores": os.cpu_count()}
    with tempfile.TemporaryDirectory(prefix="sohoa-scale-") as folder:
        if options.pages:
            result["speed"] = measure_speed(options.samples, Path(folder), options.pages)
        if options.files:
            result["memory"] = measure_memory(Path(folder), options.files)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(result, indent=1) + "\n")
    sys.stdout.write(json.dumps(result, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
