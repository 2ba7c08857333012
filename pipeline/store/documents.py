"""Documents as files: the JSON, the plain text, and back. The same document always gives the same bytes."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from pipeline.errors import ProblemCode, UnusableInputError
from pipeline.schema import SCHEMA_VERSION, Document

# A value that fits is written on one line: a line of a page with its box is one line, not nine.
_ONE_LINE = 160


def to_json(document: Document) -> bytes:
    """The bytes of documents/<path>.json: UTF-8, NFC as it came, small values on one line."""
    return (_layout(document.model_dump(mode="json"), 0) + "\n").encode("utf-8", "backslashreplace")


def _layout(value: Any, depth: int) -> str:  # noqa: ANN401
    if not isinstance(value, (dict, list)) or not value:
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, dict):
        parts = [f"{json.dumps(key, ensure_ascii=False)}: {_layout(item, depth + 1)}" for key, item in value.items()]
        opening, closing = "{", "}"
    else:
        parts = [_layout(item, depth + 1) for item in value]
        opening, closing = "[", "]"
    if sum(map(len, parts)) + 2 * len(parts) + depth <= _ONE_LINE and not any("\n" in part for part in parts):
        return opening + ", ".join(parts) + closing
    indent = "\n" + " " * (depth + 1)
    return opening + indent + ("," + indent).join(parts) + "\n" + " " * depth + closing


def from_json(data: bytes) -> Document:
    """The document in `data`. Raises UnusableInputError when it is of another schema version or damaged."""
    try:
        raw = json.loads(data)
        version = raw.get("schema_version") if isinstance(raw, dict) else None
        if version != SCHEMA_VERSION:
            raise UnusableInputError(
                ProblemCode.DAMAGED_FILE,
                f"This document has schema version {version!r}; this sohoa reads {SCHEMA_VERSION!r}.",
                remedy="Ingest the archive again with this version.",
            )
        return Document.model_validate(raw)
    except (ValueError, ValidationError) as error:
        raise UnusableInputError(
            ProblemCode.DAMAGED_FILE,
            f"This is not a whole sohoa document: {_first_line(error)}.",
            remedy="Run `sohoa verify OUT` and ingest the archive again.",
        ) from error


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]


def to_text(document: Document) -> str:
    """The restored text in reading order, a printed line a line; a form feed starts every page but the first."""
    texts = ["".join(f"{_one_line(line.text)}\n" for line in page.lines) for page in document.pages]
    return "\f".join(texts)


def _one_line(text: str) -> str:
    """A printed line stays one line: whatever could break it or move a terminal's cursor becomes a space."""
    return "".join(char if char == "\t" or char.isprintable() else " " for char in text) if text else text
