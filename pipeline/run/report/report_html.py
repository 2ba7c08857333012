"""report.html: the report on one page for people, plots as inline SVG. No script, nothing loaded from elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pipeline.errors import NOTES
from pipeline.messages import Messages
from pipeline.store.layout import document_name

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70em; margin: 1.5em auto; padding: 0 1em; color: #222;
background: #fff; }
h1 { font-size: 1.5em; } h2 { font-size: 1.2em; margin-top: 2em; } h3 { font-size: 1em; margin: 1.4em 0 .3em; }
h3 code { font-weight: normal; color: #666; } a { color: #1a5fb4; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .3em .6em .3em 0;
vertical-align: top; border-bottom: 1px solid #ddd; overflow-wrap: anywhere; }
td.number, th.number { text-align: right; } th { font-weight: 600; } .new { color: #b00020; font-weight: 600; }
table.files td:first-child { width: 45%; } table.facts td:first-child { width: 9em; color: #666; }
svg { max-width: 100%; height: auto; } .bar { fill: #2b6cb0; } text { font: 12px system-ui, sans-serif; fill: #222; }
@media (max-width: 600px) { body { margin: .5em auto; padding: 0 .7em; } table.files tr:first-child { display: none; }
table.files, table.files tbody, table.files tr, table.files td { display: block; width: auto !important; border: 0; }
table.files tr { border-bottom: 1px solid #ddd; padding: .4em 0; } table.files td { padding: 0; }
td.number { text-align: left; } table.facts td:first-child { width: 6em; } }
@media (prefers-color-scheme: dark) { body { background: #1b1b1b; color: #ddd; } text { fill: #ddd; }
a { color: #8ab4f8; } td, th, table.files tr { border-color: #444; } .bar { fill: #63a4e0; } .new { color: #ff8a80; }
h3 code, table.facts td:first-child { color: #aaa; } }
"""
_LISTED = 1_000


def report_page(report: Mapping[str, Any], say: Messages) -> str:
    """The HTML page of a report as `run.report` makes it, in the language of `say`. Every value is escaped."""
    deleted = [(path,) for path in report["deleted"][:_LISTED]]
    parts = [
        f"<!DOCTYPE html><html lang='{say.language}'><head><meta charset='utf-8'><title>{escape(say('title'))}</title>",
        "<meta name='viewport' content='width=device-width, initial-scale=1'>",
        f"<style>{_STYLE}</style></head><body><h1>{escape(say('title'))}</h1>",
        _table((), _facts(report, say), say, "facts"),
        _head(say("missing")),
        _by_reason(report["failures"], report, say, report["failures_not_listed"]),
        _head(say("look")),
        f"<p>{escape(say('look.told'))}</p>",
        _by_reason(report["to_check"], report, say),
        *([_head(say("gone")), _table((say("file"),), deleted, say, "files")] if deleted else []),
        _head(say("by_status")),
        _bars(list(report["files"]["by_status"].items()), say),
        _table((), [(name, say.status(name)) for name in report["files"]["by_status"]], say, "facts"),
        _head(say("confidence")),
        f"<p>{escape(say('confidence.told'))}</p>",
        _histogram(list(report["page_confidence"].items()), say),
        _head(say("slowest")),
        _table(
            (say("file"), say("pages"), say("seconds")),
            [(_Html(_document(slow["path"])), slow["pages"], slow["seconds"]) for slow in report["slowest"]],
            say,
            "files",
        ),
        "</body></html>\n",
    ]
    return "".join(parts)


class _Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def _head(text: str) -> str:
    return f"<h2>{escape(text)}</h2>"


def _facts(report: Mapping[str, Any], say: Messages) -> list[tuple[str, str]]:
    files, speed = report["files"], report["speed"]
    versions = [f"{name} {version.removeprefix(name).strip()}" for name, version in report["versions"].items()]
    failed = {"new": files["newly_failed"], "before": files["failed_before"], "acknowledged": files["acknowledged"]}
    run = say("run.told", run=report["run"], state=report["state"], started=report["started"])
    pages = say("pages.told", total=report["pages"]["total"], now=report["pages"]["worked_on"])
    time = say("time.told", seconds=speed["seconds"], jobs=speed["jobs"], speed=speed["pages_per_minute"])
    memory = say("memory.told", megabytes=f"{report['memory']['worker_peak_bytes'] / 1e6:.0f}")
    told = {name: files[name] for name in ("met", "worked_on", "unchanged")}
    return [
        (say("archive"), report["archive"]),
        (say("run"), run),
        (say("files"), say("files.told", **told)),
        (say("failures"), say("failures.told", **failed)),
        (say("pages"), pages),
        (say("time"), time),
        (say("memory"), memory),
        (say("versions"), ", ".join(versions)),
    ]


def _by_reason(files: Sequence[dict[str, Any]], report: Mapping[str, Any], say: Messages, not_listed: int = 0) -> str:
    """Files under what is wrong with them, the commonest reason first; a file with two stands under both."""
    groups: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = defaultdict(list)
    for file in files[:_LISTED]:
        for problem in file["problems"]:
            if problem["code"] not in NOTES:
                groups[problem["code"]].append((file, problem))
    parts = []
    for code, found in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0])):
        parts.append(f"<h3>{escape(say.reason(code))} <code>{escape(code)} · {len(found)}</code></h3>")
        rows = [(_Html(_file(file, report, say)), _Html(_place(problem, file, report, say))) for file, problem in found]
        parts.append(_table((say("file"), say("why")), rows, say, "files"))
    if more := max(0, len(files) - _LISTED) + not_listed:
        parts.append(f"<p>{escape(say('more', count=more))}</p>")
    return "".join(parts) or f"<p>{escape(say('none'))}</p>"


def _file(file: Mapping[str, Any], report: Mapping[str, Any], say: Messages) -> str:
    new = f" <span class='new'>{escape(say('new'))}</span>" if file.get("new") else ""
    source = _source(report["archive"], file["path"])
    link = f" · <a href='{escape(source)}'>{escape(say('source'))}</a>" if source else ""
    return f"{_document(file['path'])}{new}{link}"


def _place(problem: Mapping[str, Any], file: Mapping[str, Any], report: Mapping[str, Any], say: Messages) -> str:
    """The page, as a link to it in the source file, and what is wrong there."""
    message = escape(problem["message"])
    if not problem["page"]:
        return message
    source = _source(report["archive"], file["path"])
    page = escape(say("page", page=problem["page"]))
    return (f"<a href='{escape(source)}#page={problem['page']}'>{page}</a>" if source else page) + f": {message}"


def _document(path: str) -> str:
    """A link to the document of a file, beside this page."""
    return f"<a href='{escape(quote(document_name(path), errors='surrogatepass'))}'>{escape(path)}</a>"


def _source(archive: str, path: str) -> str:
    """The address of a source file on this machine; '' where the archive lies elsewhere, or the file in a ZIP."""
    if "://" in archive or ".zip/" in path.lower():
        return ""
    return "file://" + quote(str(Path(archive) / path), errors="surrogatepass")


def _table(head: Sequence[str], rows: Iterable[Sequence[object]], say: Messages, kind: str) -> str:
    all_rows = list(rows)
    if not all_rows:
        return f"<p>{escape(say('none'))}</p>"
    header = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join("<tr>" + "".join(map(_cell, row)) + "</tr>" for row in all_rows)
    return f"<table class='{kind}'>{f'<tr>{header}</tr>' if header else ''}{body}</table>"


def _cell(value: object) -> str:
    number = " class='number'" if isinstance(value, (int, float)) else ""
    return f"<td{number}>{value if isinstance(value, _Html) else escape(str(value))}</td>"


def _bars(items: Sequence[tuple[str, int]], say: Messages) -> str:
    """Horizontal bars, one a name."""
    if not items:
        return f"<p>{escape(say('none'))}</p>"
    longest = max(count for _, count in items) or 1
    rows = []
    for row, (name, count) in enumerate(items):
        y = row * 24
        rows.append(
            f"<text x='130' y='{y + 16}' text-anchor='end'>{escape(name)}</text>"
            f"<rect class='bar' x='140' y='{y + 4}' width='{420 * count / longest:.1f}' height='16'/>"
            f"<text x='{146 + 420 * count / longest:.1f}' y='{y + 16}'>{count}</text>"
        )
    return f"<svg viewBox='0 0 640 {24 * len(items)}' role='img'>{''.join(rows)}</svg>"


def _histogram(items: Sequence[tuple[str, int]], say: Messages) -> str:
    """Upright bars, one a step of the scale."""
    highest = max((count for _, count in items), default=0)
    if not highest:
        return f"<p>{escape(say('no_image'))}</p>"
    step = 680 / len(items)
    bars = []
    for column, (name, count) in enumerate(items):
        height = 140 * count / highest
        bars.append(
            f"<rect class='bar' x='{10 + column * step:.1f}' y='{150 - height:.1f}' width='{step - 3:.1f}'"
            f" height='{height:.1f}'><title>{escape(name)}: {count}</title></rect>"
        )
        if column % 4 == 0:
            bars.append(f"<text x='{10 + column * step:.1f}' y='168'>{escape(name)}</text>")
    return f"<svg viewBox='0 0 700 175' role='img'>{''.join(bars)}</svg>"
