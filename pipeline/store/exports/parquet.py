"""Parquet: a folder of tables that join on `path`, for pandas, DuckDB, Spark and the like.

`doc_id` is the content's: two files that are copies of each other share it, and a join on it would count both twice.
Text is stored as text: no value is a formula to any reader of Parquet, so nothing has to be escaped.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from pipeline.errors import MissingToolError, extra_command
from pipeline.schema import Document, FieldValue, PlanValues, Section
from pipeline.store.atomic import moved_into_place
from pipeline.store.formats import Export, Format

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS = 5_000  # rows in memory before they are written

Record = dict[str, Any]

_SPAN = {"page": "int32", "left": "int32", "top": "int32", "right": "int32", "bottom": "int32", "confidence": "double"}
# Table → column → type, beside `doc_id` and `path`; lists of values have one row a value, in order (`position`).
TABLES: dict[str, dict[str, str]] = {
    "documents": {
        "sha256": "string", "media_type": "string", "page_count": "int32", "status": "string",
        "problems": "list", "parent_body": "string", "issuing_body": "string", "number": "string",
        "number_serial": "string", "number_symbol": "string", "number_kind": "string", "place": "string",
        "date": "string", "document_type": "string", "subject": "string", "urgency": "string", "secrecy": "string",
        "arrival_number": "string", "arrival_date": "string", "signed_at": "string", "preamble": "string",
        "signer_authority": "string", "signer_position": "string", "signer_name": "string", "text": "string",
    },
    "sections": {
        "section": "string", "parent": "string", "position": "int32", "depth": "int32", "number": "string",
        "heading": "string", "roles": "list", "text": "string", **_SPAN,
    },
    "recipients": {"position": "int32", "value": "string", **_SPAN},
    "signers": {"position": "int32", "authority": "string", "position_title": "string", "name": "string"},
    "citations": {
        "position": "int32", "type": "string", "number": "string", "date": "string", "issuer": "string",
        "title": "string", **_SPAN,
    },
    "entities": {
        "position": "int32", "label": "string", "text": "string", "section": "string", "start": "int32",
        "end": "int32",
    },
    "cells": {
        "table": "int32", "section": "string", "row": "int32", "column": "int32", "value": "string", **_SPAN,
    },
    "plan_values": {
        "kind": "string", "position": "int32", "text": "string", "section": "string", "start": "int32",
        "end": "int32", "in_heading": "bool", "values": "string", **_SPAN,
    },
}  # fmt: skip


def write_parquet(documents: Iterable[Document], export: Export) -> int:
    """Write the tables of `TABLES` as <table>.parquet into a folder; the number of documents.

    Raises MissingToolError without pyarrow (extra `parquet`), OutputError.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415 - only for those who export Parquet
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError as error:
        raise MissingToolError("Exporting Parquet needs pyarrow.", remedy=extra_command("parquet")) from error
    count = 0
    with moved_into_place([export.target / f"{name}.parquet" for name in TABLES]) as temporaries:
        schemas = {name: _schema(pa, columns) for name, columns in TABLES.items()}
        writers = {
            name: pq.ParquetWriter(path, schemas[name], compression="zstd")
            for name, path in zip(TABLES, temporaries, strict=True)
        }
        waiting: dict[str, list[Record]] = {name: [] for name in TABLES}

        def flush(least: int) -> None:
            for name, rows in waiting.items():
                if len(rows) >= least:
                    writers[name].write_table(pa.Table.from_pylist(rows, schema=schemas[name]))
                    rows.clear()

        try:
            for document in documents:
                keys = {"doc_id": document.doc_id, "path": document.source.path}
                for name, records in _RECORDS.items():
                    waiting[name] += [keys | record for record in records(document)]
                flush(_ROWS)
                count += 1
            flush(0)
        finally:
            for writer in writers.values():
                writer.close()
    return count


def _schema(pa: Any, columns: dict[str, str]) -> pa.Schema:  # noqa: ANN401 - the module itself
    types = {
        "string": pa.string(), "int32": pa.int32(), "double": pa.float64(), "bool": pa.bool_(),
        "list": pa.list_(pa.string()),
    }  # fmt: skip
    keys = [("doc_id", pa.string()), ("path", pa.string())]
    return pa.schema([*keys, *((name, types[kind]) for name, kind in columns.items())])


_HEADER = (
    "parent_body", "issuing_body", "place", "date", "document_type", "subject", "urgency", "secrecy",
)  # fmt: skip


def _documents(document: Document) -> Iterator[Record]:
    found = document.header
    header = {name: _value(getattr(found, name)) for name in _HEADER}
    signer, number = document.signer, document.header.number
    yield {
        "sha256": document.source.sha256,
        "media_type": document.source.media_type,
        "page_count": document.source.page_count,
        "status": document.status.value,
        "problems": [problem.code for problem in document.problems],
        **header,
        "number": number.value if number and number.complete else None,
        "arrival_number": found.arrival.number if found.arrival else None,
        "arrival_date": found.arrival.date if found.arrival else None,
        "signed_at": found.e_signatures[0].time if found.e_signatures else None,
        "number_serial": number.serial if number else None,
        "number_symbol": number.symbol if number else None,
        "number_kind": number.kind if number else None,
        "preamble": "\n".join(document.preamble),
        "signer_authority": _value(signer.authority) if signer else None,
        "signer_position": _value(signer.position) if signer else None,
        "signer_name": _value(signer.name) if signer else None,
        "text": "\n".join(line.text for page in document.pages for line in page.lines),
    }


def _sections(document: Document) -> Iterator[Record]:
    for position, section in enumerate(_walk(document.sections)):
        yield {
            "section": section.id,
            "parent": section.id.rpartition(".")[0] or None,
            "position": position,
            "depth": section.id.count(".") + 1,
            "number": section.number,
            "heading": section.heading,
            "roles": [str(role) for role in section.roles],
            "text": section.text,
            **_place(section.page, section.bbox, section.confidence),
        }


def _walk(sections: Iterable[Section]) -> Iterator[Section]:
    for section in sections:
        yield section
        yield from _walk(section.children)


def _recipients(document: Document) -> Iterator[Record]:
    for position, item in enumerate(document.recipients):
        yield {"position": position, "value": item.value, **_place(item.page, item.bbox, item.confidence)}


def _signers(document: Document) -> Iterator[Record]:
    for position, signer in enumerate(document.signers):
        yield {
            "position": position,
            "authority": _value(signer.authority),
            "position_title": _value(signer.position),
            "name": _value(signer.name),
        }


def _citations(document: Document) -> Iterator[Record]:
    for position, act in enumerate(document.citations):
        fields = act.model_dump(include={"type", "number", "date", "issuer", "title"})
        yield {"position": position, **fields, **_place(act.page, act.bbox, act.confidence)}


def _entities(document: Document) -> Iterator[Record]:
    for position, entity in enumerate(document.entities):
        yield {"position": position, **entity.model_dump()}


def _cells(document: Document) -> Iterator[Record]:
    for index, table in enumerate(document.tables):
        for row, cells in enumerate(table.rows):
            for column, cell in enumerate(cells):
                where = {"table": index, "section": table.section, "row": row, "column": column}
                yield {**where, "value": cell.value, **_place(cell.page, cell.bbox, cell.confidence)}


_COMMON = ("text", "section", "start", "end", "in_heading")


def _plan_values(document: Document) -> Iterator[Record]:
    """A row a typed value; what its kind alone has is JSON in `values`."""
    for kind in PlanValues.model_fields if document.plan else ():
        for position, item in enumerate(getattr(document.plan, kind)):
            own = item.model_dump(mode="json", exclude={*_COMMON, "page", "bbox", "confidence"})
            yield {
                "kind": kind,
                "position": position,
                **{name: getattr(item, name) for name in _COMMON},
                "values": json.dumps(own, ensure_ascii=False),
                **_place(item.page, item.bbox, item.confidence),
            }


_RECORDS: dict[str, Callable[[Document], Iterator[Record]]] = {
    "documents": _documents,
    "sections": _sections,
    "recipients": _recipients,
    "signers": _signers,
    "citations": _citations,
    "entities": _entities,
    "cells": _cells,
    "plan_values": _plan_values,
}


def _value(field: FieldValue | None) -> str | None:
    return field.value if field else None


def _place(page: int | None, bbox: list[int] | None, confidence: float | None) -> Record:
    left, top, right, bottom = bbox or (None, None, None, None)
    return {"page": page, "left": left, "top": top, "right": right, "bottom": bottom, "confidence": confidence}


FORMAT = Format(write_parquet, to_folder=True)
