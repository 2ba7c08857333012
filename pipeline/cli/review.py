"""`sohoa set` and `sohoa review`: what people correct."""

from __future__ import annotations

import csv
import getpass
import io
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.cli.terminal import printable, say
from pipeline.errors import ExitCode, UsageError
from pipeline.run.corrections import Wish, correct, open_desk, out_of_document
from pipeline.run.storage.remote import open_results
from pipeline.store.exports.source import stored_documents
from pipeline.store.formats import ExportOutcome
from pipeline.store.reviews import Correction, ReviewStore, Value

_DOUBTS = ("path", "field", "value", "suggestion", "confidence", "evidence", "page", "new")
_EXPORTED = ("id", "path", "field", "value", "machine", "by", "at", "undone_by", "undone_at", "doc_id")
_FORMULAS = ("=", "+", "-", "@", "\t")  # what a spreadsheet would compute


def set_field(path: str, field: str, value: str | None, corpus: str | None, wish: str, by: str | None) -> ExitCode:
    """Set one field; `wish`: "set", "empty" or "confirm"."""
    inside = out_of_document(Path(path)) if corpus is None else None
    if inside:
        corpus, path = str(inside[0]), inside[1]
    if corpus is None:
        raise UsageError("Which corpus? Give --corpus OUT.", remedy="Or name a document: OUT/documents/….json.")
    if (value is None) == (wish == "set"):
        raise UsageError("Give a value, or --empty, or --confirm.")
    (made,) = correct(corpus, [Wish(path, field, _typed(field, value), confirm=wish == "confirm")], _who(by), _now())
    say(f"{made.path}: {made.field} is {_shown(made.value)}, it was {_shown(made.machine)}. Undo: {made.id}.")
    return ExitCode.OK


def print_corrections(corpus: str, path: str | None) -> ExitCode:
    """Print the corrections, oldest first."""
    for one in _corrections(corpus, path):
        undone = f"  (undone by {one.undone_by} at {one.undone_at})" if one.undone_at else ""
        change = f"{_shown(one.machine)} → {_shown(one.value)}"
        sys.stdout.write(printable(f"{one.id}  {one.at}  {one.by}  {one.path}  {one.field}: {change}{undone}") + "\n")
    return ExitCode.OK


def export_all(corpus: str, form: str) -> ExitCode:
    """Print all corrections as JSON Lines or CSV."""
    rows = (one.as_dict() for one in _corrections(corpus, None))
    if form == "jsonl":
        for row in rows:
            sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    else:
        _write_table(
            _EXPORTED, ({**row, "value": _cell(row["value"]), "machine": _cell(row["machine"])} for row in rows)
        )
    return ExitCode.OK


def print_doubts(corpus: str, form: str) -> ExitCode:
    """Print the fields without a sure value, likeliest suggestion first."""
    rows = _doubts(corpus)
    if form == "jsonl":
        for row in rows:
            sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    else:
        _write_table(_DOUBTS, rows)
    return ExitCode.OK


def import_file(file: Path, corpus: str, by: str | None) -> ExitCode:
    """Take in a file of corrections."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise UsageError(f"{file} cannot be read: {error}.") from error
    if text.lstrip().startswith("{"):
        rows = list(_lines_of(text, file))
        with open_desk(corpus) as desk:
            taken = desk.reviews.add(rows)
    else:
        taken = correct(corpus, list(_filled(text, file)), _who(by), _now())
    say(f"{len(taken)} corrections taken in.")
    return ExitCode.OK


def undo_one(identity: str, corpus: str, by: str | None) -> ExitCode:
    """Take one correction back."""
    with open_desk(corpus) as desk:
        undone = desk.reviews.undo(identity, _who(by), _now())
    say(f"{undone.path}: {undone.field} is no longer {_shown(undone.value)}.")
    return ExitCode.OK


def _corrections(corpus: str, path: str | None) -> Iterator[Correction]:
    store = open_results(corpus).databases.reviews
    if store.is_file():
        with ReviewStore(store, read_only=True) as reviews:
            yield from reviews.all(path)


def _doubts(corpus: str) -> Iterator[dict[str, Any]]:
    for document in stored_documents(open_results(corpus), ExportOutcome()):
        for name in ("number", "date"):
            held = getattr(document.header, name)
            whole = held is None or held.reviewed or (held.complete if name == "number" else held.precision == "day")
            if whole:
                continue
            best = next(iter(held.suggestions), None)
            yield {
                "path": document.source.document_path,
                "field": f"header.{name}",
                "value": held.value or "",
                "suggestion": best.value if best else "",
                "confidence": best.confidence if best else "",
                "evidence": best.evidence if best else "",
                "page": held.page or "",
                "new": "",
            }


def _filled(text: str, file: Path) -> Iterator[Wish]:
    """The rows of a table in which somebody typed something new."""
    with suppress(csv.Error):
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(text.partition("\n")[0], delimiters=",;\t")
        rows = csv.DictReader(io.StringIO(text), dialect=dialect)
        if not {"path", "field", "new"} <= set(rows.fieldnames or ()):
            raise UsageError(f"{file} has no columns path, field and new.")
        for row in rows:
            if new := (row["new"] or "").strip():
                yield Wish(_plain(row["path"]), row["field"].strip(), _typed(row["field"], _plain(new)))
        return
    raise UsageError(f"{file} is neither JSON Lines nor a table (CSV).")


def _lines_of(text: str, file: Path) -> Iterator[Correction]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise UsageError(f"{file}, line {number}, is no JSON: {error}.") from error
        if not isinstance(row, dict) or not row.get("id"):
            raise UsageError(f"{file}, line {number}, is no correction of `sohoa review export`.")
        yield Correction.of_dict(row)


def _write_table(columns: Iterable[str], rows: Iterable[dict[str, Any]]) -> None:
    """A CSV that spreadsheets open as what it is: UTF-8 said at its beginning, nothing to compute."""
    names = list(columns)
    sys.stdout.write("\ufeff")
    writer = csv.DictWriter(sys.stdout, names, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _guarded(row.get(name)) for name in names})


def _guarded(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULAS) else value


def _plain(cell: str) -> str:
    """A cell without the guard that `_guarded` put before it."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULAS) else cell


def _cell(value: Any) -> str:  # noqa: ANN401 - whatever a field holds
    return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)


def _typed(field: str, text: str | None) -> Value:
    """What a person typed for a field: roles are words with blanks between them."""
    return text.split() if text is not None and field.endswith(".roles") else text


def _shown(value: Any) -> str:  # noqa: ANN401
    return "empty" if value is None else f"“{' '.join(value) if isinstance(value, list) else value}”"


def _who(by: str | None) -> str:
    if by:
        return by
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
