"""JSON Lines: the contract's JSON or the flat record of a plan, one document a line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from pipeline.schema import Document, Model
from pipeline.store.atomic import moved_into_place
from pipeline.store.formats import Export, Format
from pipeline.store.plan_record import plan_record


def write_jsonl(documents: Iterable[Document], export: Export) -> int:
    """Write each document as one line of UTF-8; the number of documents. Raises OutputError."""
    return _write_lines(documents, export.target)


def write_plans(documents: Iterable[Document], export: Export) -> int:
    """Write the flat record of each document as one line of UTF-8; the number of documents. Raises OutputError."""
    return _write_lines(map(plan_record, documents), export.target)


def _write_lines(records: Iterable[Model], target: Path) -> int:
    count = 0
    with moved_into_place([target]) as (temporary,), temporary.open("wb") as file:
        for record in records:
            line = json.dumps(record.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":"))
            file.write(line.encode("utf-8", "backslashreplace") + b"\n")
            count += 1
    return count


FORMAT = Format(write_jsonl)
PLANS = Format(write_plans)
