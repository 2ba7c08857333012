"""PostgreSQL: the flat tables in a schema of their own, brought up to date by digest, with folded full-text search."""

from __future__ import annotations

from pipeline.store.exports.postgres.load import write_postgres
from pipeline.store.formats import Format

__all__ = ["FORMAT"]

FORMAT = Format(write_postgres, to_server=True)
