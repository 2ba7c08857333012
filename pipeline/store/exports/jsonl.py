"""JSON Lines: the contract's JSON, one document a line."""

from __future__ import annotations

import json
from collections.abc import Iterable

from pipeline.schema import Document
from pipeline.store.atomic import moved_into_place
from pipeline.store.formats import Export, Format


def write_jsonl(documents: Iterable[Document], export: Export) -> int:
    """Write each document as one line of UTF-8; the number of documents. Raises OutputError."""
    count = 0
    with moved_into_place([export.target]) as (temporary,), temporary.open("wb") as file:
        for document in documents:
            line = json.dumps(document.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":"))
            file.write(line.encode("utf-8", "backslashreplace") + b"\n")
            count += 1
    return count


FORMAT = Format(write_jsonl)
