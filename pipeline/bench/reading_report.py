"""The reading benchmark's report: tables for reading, and the worst lines as pictures."""

from __future__ import annotations

import base64
from html import escape

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from pipeline.bench.reading_engines import png_bytes
from pipeline.bench.reading_tally import Report, Tally
from pipeline.bench.restoration_errors import reliability_table
from pipeline.values import Page

_WORST = 8
_ANCHOR = "tesseract"


def markdown(report: Report, date: str) -> str:
    """The run as Markdown."""
    parts = [f"# Reading, {date}", ""]
    if any(report.scans.values()):
        parts += ["## Transcribed scans", "", *_scans(report), ""]
    parts += ["## Rendered pages: words missed, %", "", *_conditions(report), ""]
    if report.told:
        parts += ["## Confidence of words as they were read, transcribed scans", "", reliability_table(report.told), ""]
    if report.signers:
        parts += ["Signer's title and name under a red seal, right to the letter: " + _signers(report) + ".", ""]
    if report.memory_mb:
        parts += [f"Peak memory of the process with reading and restoration: {report.memory_mb:.0f} MB.", ""]
    parts += [f"Left out: {name} ({why})" for name, why in report.absent.items()]
    return "\n".join(parts).rstrip() + "\n"


def _scans(report: Report) -> list[str]:
    rows = [
        "| engine | words missed | words invented | CER | CPU s a page | of plain Tesseract |",
        "|---|---|---|---|---|---|",
    ]
    anchor = _mean_cpu(report.scans.get(_ANCHOR, {}))
    for name, tallies in report.scans.items():
        missed = _sum([tally.missed.errors for tally in tallies.values()], [t.missed.total for t in tallies.values()])
        extra = _sum(
            [tally.invented.errors for tally in tallies.values()], [t.invented.total for t in tallies.values()]
        )
        letters = _sum(
            [tally.letters.errors for tally in tallies.values()], [t.letters.total for t in tallies.values()]
        )
        cpu = _mean_cpu(tallies)
        part = f"{cpu / anchor:.2f}" if anchor else ""
        rows.append(f"| {name} | {missed:.2%} | {extra:.2%} | {letters:.2%} | {cpu:.2f} | {part} |")
    rows += ["", "| document | words missed | CER |", "|---|---|---|"]
    for name, tally in report.scans.get("ours", {}).items():
        rows.append(f"| {name} | {tally.missed.rate:.2%} | {tally.letters.rate:.2%} |")
    return rows


def _conditions(report: Report) -> list[str]:
    names = list(report.conditions)
    rows = ["| condition | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for condition in next(iter(report.conditions.values()), {}):
        cells = [f"{100 * report.conditions[name][condition].missed.rate:.1f}" for name in names]
        rows.append(f"| {condition} | " + " | ".join(cells) + " |")
    return rows


def _signers(report: Report) -> str:
    return ", ".join(f"{name} {right} of {total}" for name, (right, total) in report.signers.items())


def _sum(errors: list[int], totals: list[int]) -> float:
    return sum(errors) / max(1, sum(totals))


def _mean_cpu(tallies: dict[str, Tally]) -> float:
    pages = sum(tally.pages for tally in tallies.values())
    return sum(tally.cpu for tally in tallies.values()) / pages if pages else 0.0


def worst_lines(name: str, pixels: NDArray[np.uint8], page: Page, truth: str) -> str:
    """HTML with the lines that are farthest from any line of the truth: picture, truth, output."""
    candidates = [line for line in truth.splitlines() if line.strip()]
    found = []
    for line in page.lines:
        match = process.extractOne(line.text, candidates, scorer=fuzz.ratio) if line.text.strip() else None
        if match and match[1] < 99.5 and line.box:
            found.append((match[1], match[0], line))
    found.sort(key=lambda item: item[0])
    rows = []
    for likeness, gold, line in found[:_WORST]:
        assert line.box is not None
        crop = pixels[max(0, line.box.top - 6) : line.box.bottom + 6, max(0, line.box.left - 6) : line.box.right + 6]
        picture = base64.b64encode(png_bytes(np.ascontiguousarray(crop))).decode() if crop.size else ""
        rows.append(
            f'<p><img src="data:image/png;base64,{picture}" style="max-width:60em"><br>'
            f"{escape(gold)}<br><b>{escape(line.text)}</b> ({likeness:.0f} %)</p>"
        )
    return f"<h2>{escape(name)}, page {page.number}</h2>\n" + "\n".join(rows) + "\n"
