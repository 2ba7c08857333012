"""The database's own side: tables, their migrations by version, and the search that knows words without marks.

`MIGRATIONS` holds what changed from version to version and is only ever added to. The flat tables follow
`pipeline.store.exports.tables` instead: a table or column that is new there is made, none is dropped.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import pipeline
from pipeline.errors import UsageError
from pipeline.store.exports.tables import TABLES, Table

if TYPE_CHECKING:
    import asyncpg

SCHEMA = "sohoa"
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,40}")
_TYPES = {
    "text": "text", "integer": "bigint", "real": "double precision", "boolean": "boolean", "list": "text[]",
}  # fmt: skip
# A tsvector holds a megabyte at most; a longer text is searched by its beginning.
_SEARCHED = 200_000  # characters

# {schema} is a checked name. unaccent's rules know đ and every Vietnamese letter with marks; what PostgreSQL's own
# stemmers and stop words do to other languages is left out.
MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE {schema}.documents (
      path text PRIMARY KEY, digest text NOT NULL, loaded timestamptz NOT NULL DEFAULT now()
    );
    CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA {schema};
    CREATE TEXT SEARCH CONFIGURATION {schema}.exact (COPY = simple);
    CREATE TEXT SEARCH CONFIGURATION {schema}.folded (COPY = simple);
    ALTER TEXT SEARCH CONFIGURATION {schema}.folded
      ALTER MAPPING FOR asciiword, asciihword, hword_asciipart, word, hword, hword_part, numword, numhword,
        hword_numpart WITH {schema}.unaccent, simple;
    """,
)
VERSION = len(MIGRATIONS)

_SEARCHED_TEXTS = {
    "plans": "coalesce(number, '') || ' ' || coalesce(subject, '') || ' ' || coalesce(issuing_body, '') || ' ' || "
    "coalesce(place, '') || ' ' || coalesce(signer_name, '')",
    "sections": "coalesce(heading, '') || ' ' || coalesce(body_text, '')",
}
_INDEXES = (
    "CREATE INDEX IF NOT EXISTS plans_groups ON {schema}.plans (level, province, year)",
    "CREATE INDEX IF NOT EXISTS plans_number ON {schema}.plans (number)",
    *(
        f"CREATE INDEX IF NOT EXISTS {table}_{kind} ON {{schema}}.{table} USING gin ({kind})"
        for table in _SEARCHED_TEXTS
        for kind in ("folded", "exact")
    ),
    *(
        f'CREATE INDEX IF NOT EXISTS "{table.name}_path" ON {{schema}}."{table.name}" (path)'
        for table in TABLES
        if table.name != "plans"
    ),
)
_SEARCH = """
CREATE OR REPLACE FUNCTION {schema}.search(query text, with_marks boolean DEFAULT false, most integer DEFAULT 10)
RETURNS TABLE (path text, section_id text, heading text, rank real, snippet text) LANGUAGE sql STABLE AS $$
  WITH asked AS (
    SELECT websearch_to_tsquery(
      CASE WHEN with_marks THEN '{schema}.exact' ELSE '{schema}.folded' END::regconfig, query) AS words
  ), found AS (
    SELECT s.path, s.section_id, s.heading, s.body_text,
      ts_rank_cd(CASE WHEN with_marks THEN s.exact ELSE s.folded END, words) AS rank
    FROM {schema}.sections s, asked
    WHERE CASE WHEN with_marks THEN s.exact ELSE s.folded END @@ words
    ORDER BY rank DESC, s.path, s.section_id LIMIT most
  )
  SELECT found.path, found.section_id, found.heading, found.rank,
    ts_headline(CASE WHEN with_marks THEN '{schema}.exact' ELSE '{schema}.folded' END::regconfig,
      coalesce(found.body_text, ''), words, 'MaxWords=30, MinWords=10')
  FROM found, asked ORDER BY found.rank DESC, found.path, found.section_id
$$
"""


def checked_name(name: str) -> str:
    """`name` if it can be a schema's without quotes. Raises UsageError."""
    if not _NAME.fullmatch(name):
        raise UsageError(f"'{name}' cannot be a schema.", remedy="Use small letters, digits and underscores.")
    return name


async def brought_up_to_date(connection: asyncpg.Connection, schema: str) -> None:
    """Make the schema, or migrate an older one. Raises UsageError for one that a newer sohoa made."""
    async with connection.transaction():
        run = connection.execute
        await run(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        await run(f"CREATE TABLE IF NOT EXISTS {schema}.version (number integer NOT NULL)")
        found = await connection.fetchval(f"SELECT number FROM {schema}.version FOR UPDATE") or 0
        if found > VERSION:
            raise UsageError(
                f"The schema {schema} is of version {found}; this sohoa knows {VERSION}.",
                remedy="Use the sohoa that made it, or a newer one, or another schema (…?schema=NAME).",
            )
        for migration in MIGRATIONS[found:]:
            await run(migration.format(schema=schema))
        await run(f"DELETE FROM {schema}.version")
        await run(f"INSERT INTO {schema}.version VALUES ($1)", VERSION)
        for table in TABLES:
            await _follow(connection, schema, table)


async def _follow(connection: asyncpg.Connection, schema: str, table: Table) -> None:
    """Make the table, or the columns that are new in it."""
    query = "SELECT column_name FROM information_schema.columns WHERE table_schema = $1 AND table_name = $2"
    known = {name for (name,) in await connection.fetch(query, schema, table.name)}
    columns = {name: _TYPES[kind] for name, kind in table.columns.items()}
    if table.name in _SEARCHED_TEXTS:
        for kind in ("folded", "exact"):
            words = f"to_tsvector('{schema}.{kind}'::regconfig, left({_SEARCHED_TEXTS[table.name]}, {_SEARCHED}))"
            columns[kind] = f"tsvector GENERATED ALWAYS AS ({words}) STORED"
    if not known:
        columns["path"] += f" NOT NULL REFERENCES {schema}.documents ON DELETE CASCADE"
        columns["path"] += " PRIMARY KEY" if table.name == "plans" else ""
        made = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        await connection.execute(f'CREATE TABLE {schema}."{table.name}" ({made})')
        return
    for name, kind in columns.items():
        if name not in known:
            await connection.execute(f'ALTER TABLE {schema}."{table.name}" ADD COLUMN "{name}" {kind}')


async def finished(connection: asyncpg.Connection, schema: str) -> None:
    """What is made once the rows are there: indexes, which would slow a first load, statistics, the search."""
    for statement in (*_INDEXES, _SEARCH):
        await connection.execute(statement.format(schema=schema))
    for table in TABLES:
        await connection.execute(f'ANALYZE {schema}."{table.name}"')


def shape_of_rows() -> str:
    """A digest of what rows look like: another program or other columns make all rows anew."""
    shape = [pipeline.__version__, *(f"{table.name}{table.columns}" for table in TABLES)]
    return hashlib.sha256("\n".join(shape).encode()).hexdigest()[:16]
