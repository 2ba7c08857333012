"""report.html: the report on one page for people, plots as inline SVG. No script, nothing loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #222; }
h1 { font-size: 1.5em; } h2 { font-size: 1.15em; margin-top: 2em; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .25em .6em; vertical-align: top;
border-bottom: 1px solid #ddd; overflow-wrap: anywhere; } td.number, th.number { text-align: right; }
svg { max-width: 100%; height: auto; } .bar { fill: #2b6cb0; } text { font: 12px system-ui, sans-serif; fill: #222; }
@media (prefers-color-scheme: dark) { body { background: #1b1b1b; color: #ddd; } text { fill: #ddd; }
td, th { border-color: #444; } .bar { fill: #63a4e0; } }
"""
_LISTED = 1_000
_STATUSES = (
    "<p>partial: what could be read is in the results. failed-retryable: the next run tries again. failed-terminal:"
    " left alone until the file changes, or until a run with --retry. unsupported: not of a kind that sohoa reads.</p>"
)


def report_page(report: dict[str, Any]) -> str:
    """The HTML page of a report as `run.report` makes it. Every value is escaped."""
    files, speed = report["files"], report["speed"]
    versions = [f"{name} {version.removeprefix(name).strip()}" for name, version in report["versions"].items()]
    facts = [
        ("archive", report["archive"]),
        ("run", f"{report['run']} ({report['state']}), started {report['started']}"),
        ("files", f"{files['met']} met, {files['worked_on']} worked on, {files['unchanged']} unchanged"),
        ("pages", f"{report['pages']['total']}, of these {report['pages']['worked_on']} in this run"),
        ("time", f"{speed['seconds']} s with {speed['jobs']} jobs, {speed['pages_per_minute']} pages a minute"),
        ("memory", f"{report['memory']['worker_peak_bytes'] / 1e6:.0f} MB in the largest worker"),
        ("versions", ", ".join(versions)),
    ]
    reasons: dict[str, int] = report["problems"]
    return "".join(
        [
            "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>sohoa report</title>",
            "<meta name='viewport' content='width=device-width, initial-scale=1'>",
            f"<style>{_STYLE}</style></head><body><h1>sohoa: what the run did</h1>",
            _table((), facts),
            "<h2>Files of which something is missing</h2>",
            _STATUSES,
            _files(report["failures"], report["failures_not_listed"]),
            "<h2>Files that are done, and worth a look</h2>",
            "<p>Each has a place that could not be read for certain: compare it with the paper.</p>",
            _files(report["to_check"]),
            "<h2>Files by status</h2>",
            _bars(list(files["by_status"].items())),
            "<h2>Problems by reason</h2>",
            _bars(sorted(reasons.items(), key=lambda item: -item[1])),
            "<h2>How sure the reading was, page by page</h2>",
            "<p>Mean confidence of each page that was read from an image in this run.</p>",
            _histogram(list(report["page_confidence"].items())),
            "<h2>Slowest files</h2>",
            _table(
                ("file", "pages", "seconds"),
                [(slow["path"], slow["pages"], slow["seconds"]) for slow in report["slowest"]],
            ),
            "</body></html>\n",
        ]
    )


def _files(files: Sequence[dict[str, Any]], not_listed: int = 0) -> str:
    rows = [(f["path"], f["status"], "; ".join(map(_problem, f["problems"]))) for f in files[:_LISTED]]
    more = len(files) - len(rows) + not_listed
    tail = f"<p>… and {more} more, in report.json and ledger.sqlite.</p>" if more else ""
    return _table(("file", "status", "why"), rows) + tail


def _problem(problem: dict[str, Any]) -> str:
    where = f"page {problem['page']}: " if problem["page"] else ""
    return f"{where}{problem['message']} [{problem['code']}]"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    all_rows = list(rows)
    if not all_rows:
        return "<p>None.</p>"
    header = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join("<tr>" + "".join(map(_cell, row)) + "</tr>" for row in all_rows)
    return f"<table>{f'<tr>{header}</tr>' if header else ''}{body}</table>"


def _cell(value: object) -> str:
    number = " class='number'" if isinstance(value, (int, float)) else ""
    return f"<td{number}>{escape(str(value))}</td>"


def _bars(items: Sequence[tuple[str, int]]) -> str:
    """Horizontal bars, one a name."""
    if not items:
        return "<p>None.</p>"
    longest = max(count for _, count in items) or 1
    rows = []
    for row, (name, count) in enumerate(items):
        y = row * 24
        rows.append(
            f"<text x='190' y='{y + 16}' text-anchor='end'>{escape(name)}</text>"
            f"<rect class='bar' x='200' y='{y + 4}' width='{420 * count / longest:.1f}' height='16'/>"
            f"<text x='{206 + 420 * count / longest:.1f}' y='{y + 16}'>{count}</text>"
        )
    return f"<svg viewBox='0 0 700 {24 * len(items)}' role='img'>{''.join(rows)}</svg>"


def _histogram(items: Sequence[tuple[str, int]]) -> str:
    """Upright bars, one a step of the scale."""
    highest = max((count for _, count in items), default=0)
    if not highest:
        return "<p>No page was read from an image.</p>"
    step = 680 / len(items)
    bars = []
    for column, (name, count) in enumerate(items):
        height = 140 * count / highest
        bars.append(
            f"<rect class='bar' x='{10 + column * step:.1f}' y='{150 - height:.1f}' width='{step - 3:.1f}'"
            f" height='{height:.1f}'><title>{escape(name)}: {count} pages</title></rect>"
        )
        if column % 4 == 0:
            bars.append(f"<text x='{10 + column * step:.1f}' y='168'>{escape(name)}</text>")
    return f"<svg viewBox='0 0 700 175' role='img'>{''.join(bars)}</svg>"
