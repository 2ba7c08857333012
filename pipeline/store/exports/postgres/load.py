"""Loads a corpus into PostgreSQL: only what changed since the last time, in transactions that may be cut anywhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pipeline.errors import MissingToolError, OutputError, UsageError, extra_command
from pipeline.schema import Document
from pipeline.store.exports.postgres.schema import SCHEMA, brought_up_to_date, checked_name, finished, shape_of_rows
from pipeline.store.exports.source import is_copy
from pipeline.store.exports.tables import TABLES, rows_by_table
from pipeline.store.formats import Export, StoredDocument

if TYPE_CHECKING:
    import asyncpg

_DOCUMENTS = 200  # of a transaction: loading is no faster with more, and what a killed one repeats stays small
_LOCK = "sohoa export"  # one export at a time in a database


def write_postgres(_documents: Iterable[Document], export: Export) -> int:
    """Bring the server's tables up to date; the number of documents written anew.

    Killed, or cut off from the server, it is run again and goes on. Runs an event loop of its own: not for a caller
    that is inside of one. Raises MissingToolError without asyncpg, UsageError, OutputError.
    """
    return asyncio.run(_brought_over(export))


async def _brought_over(export: Export) -> int:
    address, schema = _taken_apart(export.address)
    async with _connected(address) as connection:
        await brought_up_to_date(connection, schema)
        known: dict[str, str] = dict(await connection.fetch(f"SELECT path, digest FROM {schema}.documents"))
        shape, count = shape_of_rows(), 0
        changed = _changed(export.stored(), known, shape)
        while batch := list(islice(changed, _DOCUMENTS)):
            count += await _written(connection, schema, batch, shape, export)
        gone = list(known)  # `_changed` took out all that is still there
        await connection.execute(f"DELETE FROM {schema}.documents WHERE path = ANY($1)", gone)
        await finished(connection, schema)
    return count


def _taken_apart(address: str) -> tuple[str, str]:
    """The server's address, and the schema that its query names: '…?schema=ubnd'."""
    parts = urlsplit(address)
    if parts.scheme not in ("postgresql", "postgres"):
        raise UsageError("This format is a server's.", remedy="Give its address: postgresql://user@host/database")
    query = dict(parse_qsl(parts.query))
    schema = checked_name(query.pop("schema", SCHEMA))
    return urlunsplit(parts._replace(query=urlencode(query))), schema


@asynccontextmanager
async def _connected(address: str) -> AsyncIterator[asyncpg.Connection]:
    try:
        import asyncpg  # noqa: PLC0415 - only for those who have such a server
    except ImportError as error:
        raise MissingToolError("Exporting to PostgreSQL needs asyncpg.", remedy=extra_command("postgres")) from error
    # OverflowError: a number that no bigint holds, or no port.
    refusals = (asyncpg.PostgresError, asyncpg.InterfaceError, OverflowError)
    with _reported(*refusals, OSError, ValueError):  # no such socket, host or port
        connection = await asyncpg.connect(address)
    with _reported(*refusals, ConnectionError):
        try:
            if not await connection.fetchval("SELECT pg_try_advisory_lock(hashtext($1))", _LOCK):
                raise UsageError("Another export writes to this database.", remedy="Wait until it is done.")
            yield connection
        finally:
            await connection.close()


@contextmanager
def _reported(*refusals: type[Exception]) -> Iterator[None]:
    try:
        yield
    except refusals as error:
        # Where a connection is lost, leaving its transaction fails too: what came first says why.
        first = error.__context__ if isinstance(error.__context__, refusals) else error
        reason = " ".join(str(first).split()) or type(first).__name__
        raise OutputError(
            f"The database server says: {reason}",
            remedy="What was loaded stays; run the same command again once this is settled.",
        ) from error


def _changed(stored: Iterable[StoredDocument], known: dict[str, str], shape: str) -> Iterator[StoredDocument]:
    """Those of `stored` that the server does not have so; all that are there are taken out of `known`."""
    for one in stored:
        if known.pop(_value(one.path), None) != f"{shape}-{one.digest}":
            yield one


async def _written(
    connection: asyncpg.Connection, schema: str, batch: Sequence[StoredDocument], shape: str, export: Export
) -> int:
    """Replace the rows of a batch in one transaction; the number of documents that have rows."""
    loaded = [(one, one.load(export.outcome)) for one in batch]
    whole = [(one, document) for one, document in loaded if document is not None]
    shown = [(one, document) for one, document in whole if not is_copy(document)]
    async with connection.transaction():
        paths = [_value(one.path) for one, _ in whole]
        await connection.execute(f"DELETE FROM {schema}.documents WHERE path = ANY($1)", paths)
        copy = partial(connection.copy_records_to_table, schema_name=schema)
        digests = [f"{shape}-{one.digest}" for one, _ in whole]
        await copy("documents", columns=("path", "digest"), records=zip(paths, digests, strict=True))
        rows = _rows_of(shown)
        for table in TABLES:
            await copy(table.name, columns=tuple(table.columns), records=rows[table.name])
    return len(shown)


def _rows_of(documents: Iterable[tuple[StoredDocument, Document]]) -> dict[str, list[list[Any]]]:
    rows: dict[str, list[list[Any]]] = {table.name: [] for table in TABLES}
    for one, document in documents:
        for table, found in rows_by_table(document):
            rows[table.name] += [[_value(value) for value in {**row, "path": one.path}.values()] for row in found]
    return rows


def _value(value: Any) -> Any:  # noqa: ANN401 - whatever a table holds
    """A value as the server can store it: no NUL, half of a surrogate pair as an escape."""
    if isinstance(value, str):
        return value.replace("\x00", " ").encode("utf-8", "backslashreplace").decode()
    return [_value(part) for part in value] if isinstance(value, list) else value
