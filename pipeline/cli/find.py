"""`sohoa search`: prints the hits, for people or as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from pipeline.cli.terminal import printable, say
from pipeline.errors import ExitCode, UsageError
from pipeline.run.storage.remote import open_results
from pipeline.schema import ADDED_ROLE, Role
from pipeline.store.search import Hit, search

_SHOWN_UNKNOWN = 5
_KINDS = {
    "header": "letterhead",
    "preamble": "preamble",
    "recipients": "nơi nhận",
    "signer": "signer",
    "table": "table",
    "page": "page",
}


def print_hits(query: str, corpus: str, *, exact: bool, role: str | None, limit: int, as_json: bool) -> ExitCode:
    """Search and print."""
    if role is not None and role not in set(Role) and not role.startswith(ADDED_ROLE):
        raise UsageError(f"There is no role '{role}'.", remedy="The roles are: " + ", ".join(Role) + ".")
    results = open_results(corpus)
    more = 0 if as_json else 1  # people are told whether there is more
    found = search(results.databases.corpus, query, exact=exact, role=role, limit=limit + more, read=results.read)
    hits = found[:limit]
    if as_json:
        sys.stdout.write(json.dumps([asdict(hit) for hit in hits], ensure_ascii=False, indent=1) + "\n")
        return ExitCode.OK
    for position, hit in enumerate(hits, start=1):
        sys.stdout.write(_shown(position, hit, colours=sys.stdout.isatty()))
    if len(found) > limit:
        say(f"There are more: --limit {2 * limit} shows twice as many, --role and -words keep fewer.")
    if not hits:
        say(" ".join(["Nothing found.", *_reasons(results.databases.corpus, query, exact=exact, role=role)]))
    return ExitCode.OK


def _reasons(corpus: Path, query: str, *, exact: bool, role: str | None) -> Iterator[str]:
    """Why nothing was found, as far as it can be told, and what may help."""
    from pipeline.store.suggesting import unknown_words

    unknown = unknown_words(corpus, query, exact=exact)
    for missing in unknown[:_SHOWN_UNKNOWN]:
        near = f"; like it are: {', '.join(missing.near)}." if missing.near else ", nor a word like it."
        yield f'No document has "{missing.word}"{near}'
    if not unknown:
        yield "No section has all that was asked for."
    if role is not None:
        yield "Without --role all sections are searched."
    if exact:
        yield "Without --exact, marks may differ."


def _shown(position: int, hit: Hit, *, colours: bool) -> str:
    bold, plain = ("\033[1m", "\033[0m") if colours else ("", "")
    title = " · ".join(filter(None, [hit.document_type, hit.number, hit.date, hit.issuing_body]))
    where = hit.title or (f"section {hit.section}" if hit.section else _KINDS.get(hit.kind, hit.kind))
    page = f", page {hit.page}" if hit.page else ""
    lines = [f"{position}. {bold}{printable(hit.path)}{plain}{page}"]
    if title:
        lines.append(f"   {printable(title)}")
    lines.append(f"   {printable(where)}" + (f"  [{', '.join(hit.roles)}]" if hit.roles else ""))
    if snippet := _marked(hit, bold, plain):
        lines.append(f"   {snippet}")
    if hit.copies:
        lines.append(f"   also: {printable(', '.join(hit.copies))}")
    return "\n".join(lines) + "\n\n"


def _marked(hit: Hit, bold: str, plain: str) -> str:
    """The snippet without the heading it begins with, which stands on the line above."""
    text, at = "", _length_of_heading(hit)
    for start, end in hit.highlights:
        if start < at:
            continue
        text += printable(hit.snippet[at:start]) + bold + printable(hit.snippet[start:end]) + plain
        at = end
    return text + printable(hit.snippet[at:])


def _length_of_heading(hit: Hit) -> int:
    """How much of the snippet is the heading again, without its number, and the blank after it."""
    heading = hit.heading or ""
    for title in (heading, heading.partition(". ")[2]):
        if title and hit.snippet.startswith(title):
            return len(title) + (hit.snippet[len(title) : len(title) + 1] == " ")
    return 0
