"""Parquet: a folder of the flat tables, which join on `path`, for pandas, DuckDB, Spark and the like.

Text is stored as text: no value is a formula to any reader of Parquet, so nothing has to be escaped.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pipeline.errors import MissingToolError, extra_command
from pipeline.schema import Document
from pipeline.store.atomic import moved_into_place
from pipeline.store.exports.tables import TABLES, Row, Table, rows_by_table
from pipeline.store.formats import Export, Format

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS = 5_000  # rows in memory before they are written


def write_parquet(documents: Iterable[Document], export: Export) -> int:
    """Write each of `TABLES` as <table>.parquet into a folder; the number of documents.

    Raises MissingToolError without pyarrow (extra `parquet`), OutputError.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415 - only for those who export Parquet
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError as error:
        raise MissingToolError("Exporting Parquet needs pyarrow.", remedy=extra_command("parquet")) from error
    count = 0
    with moved_into_place([export.target / f"{table.name}.parquet" for table in TABLES]) as temporaries:
        schemas = {table.name: _schema(pa, table) for table in TABLES}
        writers = {
            table.name: pq.ParquetWriter(path, schemas[table.name], compression="zstd")
            for table, path in zip(TABLES, temporaries, strict=True)
        }
        waiting: dict[str, list[Row]] = {table.name: [] for table in TABLES}

        def flush(least: int) -> None:
            for name, rows in waiting.items():
                if len(rows) >= least:
                    writers[name].write_table(pa.Table.from_pylist(rows, schema=schemas[name]))
                    rows.clear()

        try:
            for document in documents:
                for table, rows in rows_by_table(document):
                    waiting[table.name] += rows
                flush(_ROWS)
                count += 1
            flush(0)
        finally:
            for writer in writers.values():
                writer.close()
    return count


def _schema(pa: Any, table: Table) -> pa.Schema:  # noqa: ANN401 - the module itself
    types = {
        "text": pa.string(), "integer": pa.int64(), "real": pa.float64(), "boolean": pa.bool_(),
        "list": pa.list_(pa.string()),
    }  # fmt: skip
    return pa.schema([(name, types[kind]) for name, kind in table.columns.items()])


FORMAT = Format(write_parquet, to_folder=True)
