"""The reading benchmark: our reading beside plain Tesseract, OCRmyPDF and trueocr, on the same pages in one run.

    python -m pipeline.bench.reading_bench --scans ../shared/scans --pages 3 --out bench-out

writes reading.md, reading.json, reading.svg (errors by condition) and reading.html (the worst lines as pictures beside
truth and output), and ends with 1 when a figure is worse than the stored baseline by more than its tolerance. Rendered
pages are compared only with as many of them as the baseline has: other pages hold other words. `--store` makes the
figures of this run the new baseline. Engines that are not installed are left out and named.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.bench.reading_engines import PAGE_READERS, PageReader, ScanPage
from pipeline.bench.reading_pages import CONDITIONS, make_page, plan_paragraphs
from pipeline.bench.reading_report import markdown, worst_lines
from pipeline.bench.reading_tally import Report, Tally, told, total
from pipeline.bench.restoration_plot import bars
from pipeline.errors import MissingToolError, SohoaError
from pipeline.intake import open_source
from pipeline.records import cpu_seconds
from pipeline.settings import IntakeSettings
from pipeline.values import Page

BASELINE = Path(__file__).with_name("reading_baseline.json")
TOLERANCE = 0.004
"""Error rates may rise by so much: a page of 300 words moves by a word or two with a library's version."""

_PAGES = "rendered pages a condition"

# The transcript of this page is left out of the anchors: its second page is a worn copy of a table.
_CUT = {"KH_SYT_KienGiang_2128_kh_syt": (1, "\n\nTT\n")}


@dataclass(frozen=True)
class Transcript:
    """A scan's file, the pages that were transcribed, and what they print."""

    name: str
    path: Path
    pages: tuple[int, ...]
    truth: str


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    options = _parser().parse_args(arguments)
    try:
        report = run(options.scans, options.sources, options.pages, options.only)
        figures = figures_of(report)
        options.out.mkdir(parents=True, exist_ok=True)
        page = markdown(report, date=datetime.now(UTC).date().isoformat())
        (options.out / "reading.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
        (options.out / "reading.md").write_text(page, encoding="utf-8")
        (options.out / "reading.html").write_text(report.worst, encoding="utf-8")
        (options.out / "reading.svg").write_text(
            bars(chart(report), "Words missed, by condition of the page"), encoding="utf-8"
        )
        sys.stdout.write(page)
    except SohoaError as error:
        sys.exit(str(error))
    stored = json.loads(BASELINE.read_text(encoding="utf-8")) if BASELINE.is_file() else {}
    if options.store:
        BASELINE.write_text(json.dumps({**stored, **figures}, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    worse = regressions(figures, stored)
    for name, was, now in worse:
        sys.stderr.write(f"{name}: {now:.4f}, the baseline has {was:.4f}\n")
    sys.exit(1 if worse else 0)


def run(scans: Path | None, sources: Path, pages: int, only: Sequence[str] = ()) -> Report:
    """Read the transcribed scans (when they are there) and `pages` rendered pages a condition.

    With every engine, or with those named in `only`.
    """
    report = Report()
    documents = list(transcripts(scans)) if scans and scans.is_dir() else []
    paragraphs = plan_paragraphs(sources)
    for name, make in PAGE_READERS.items():
        if only and name not in only:
            continue
        try:
            reader = make()
        except MissingToolError as error:
            report.absent[name] = str(error)
            continue
        sys.stderr.write(f"{name} ")
        report.scans[name] = {document.name: _read_document(document, reader, report) for document in documents}
        report.conditions[name] = {
            condition: _read_condition(condition, pages, paragraphs, reader, report) for condition in CONDITIONS
        }
        if reader.ours and not report.memory_mb:
            report.memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stderr.write("\n")
    return report


def transcripts(scans: Path) -> Iterator[Transcript]:
    """The transcripts of a folder with `files/` and `transcripts/` (`<stem>_p<page>-<page>.txt`)."""
    for path in sorted((scans / "transcripts").glob("*.txt")):
        match = re.fullmatch(r"(.+)_p([\d-]+)", path.stem)
        if match is None:
            continue
        name, truth = match[1], path.read_text(encoding="utf-8")
        numbers = tuple(int(number) for number in match[2].split("-"))
        if name in _CUT:
            kept, mark = _CUT[name]
            numbers, truth = numbers[:kept], truth.partition(mark)[0]
        yield Transcript(name, scans / "files" / f"{name}.pdf", numbers, truth)


def _read_document(document: Transcript, reader: PageReader, report: Report) -> Tally:
    tally = Tally()
    read, seen = [], list[Page]()
    with open_source(document.path, IntakeSettings()) as opened:
        for page in opened.pages():
            if page.number in document.pages:
                before = cpu_seconds()
                read.append(reader.read(ScanPage(page=page, pdf=document.path)))
                tally.cpu += cpu_seconds() - before
                tally.pages += 1
                if reader.ours and reader.last is not None and page.image is not None:
                    report.worst += worst_lines(document.name, page.image.load(), reader.last, document.truth)
                    seen.append(reader.last)
    tally.add(document.truth, "\n".join(read))
    report.told += told(document.truth, seen)
    return tally


def _read_condition(condition: str, pages: int, paragraphs: Sequence[str], reader: PageReader, report: Report) -> Tally:
    tally = Tally()
    for number in range(pages):
        made = make_page(condition, number, paragraphs)
        before = cpu_seconds()
        text = reader.read(ScanPage.of_pixels(made.image))
        tally.cpu += cpu_seconds() - before
        tally.pages += 1
        tally.add(made.truth, text)
        if condition == "red seal":
            right, total = report.signers.get(reader.name, (0, 0))
            lines = set(text.splitlines())
            report.signers[reader.name] = (right + sum(one in lines for one in made.sheet.signer), total + 2)
    return tally


def figures_of(report: Report) -> dict[str, float]:
    """The figures that are kept and compared: errors of our reading after restoration, lower is better."""
    figures: dict[str, float] = {}
    ours = report.scans.get("ours", {})
    if ours:
        figures["scans missed words"] = total(ours).missed.rate
        figures["scans CER"] = total(ours).letters.rate
    conditions = report.conditions.get("ours", {})
    if conditions:
        figures[_PAGES] = max(tally.pages for tally in conditions.values())
    for condition, tally in conditions.items():
        figures[f"{condition} missed words"] = tally.missed.rate
    return {name: round(value, 5) for name, value in figures.items()}


def chart(report: Report) -> dict[str, dict[str, float]]:
    """Missed words by condition and engine, for the plot."""
    return {
        condition: {name: min(1.0, tallies[condition].missed.rate) for name, tallies in report.conditions.items()}
        for condition in CONDITIONS
    }


def regressions(figures: dict[str, float], stored: dict[str, float]) -> list[tuple[str, float, float]]:
    """(name, stored, now) of each error rate above the stored one by more than the tolerance.

    Those of rendered pages count only when both runs had the same pages.
    """
    same_pages = figures.get(_PAGES) == stored.get(_PAGES)
    return [
        (name, stored[name], now)
        for name, now in figures.items()
        if name in stored and name != _PAGES and now > stored[name] + TOLERANCE
        if same_pages or name.startswith("scans ")
    ]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pipeline.bench.reading_bench", description=__doc__)
    parser.add_argument(
        "--scans", type=Path, default=Path("../shared/scans"), help="folder with files/ and transcripts/"
    )
    parser.add_argument("--sources", type=Path, default=Path("corpus/sources"), help="plans whose text is rendered")
    parser.add_argument("--pages", type=int, default=3, help="rendered pages a condition")
    parser.add_argument("--out", type=Path, default=Path("bench-out"))
    parser.add_argument("--only", action="append", default=[], help="run this engine only (may be repeated)")
    parser.add_argument("--store", action="store_true", help="store this run's figures as the baseline")
    return parser


if __name__ == "__main__":
    main()
