"""The formats of other systems that `sohoa export` writes; apart, for naming them needs no library."""

from __future__ import annotations

from enum import StrEnum


class Format(StrEnum):
    """What can be exported; DEST is a file for JSONL and DOCBIN, a folder for the others."""

    JSONL = "jsonl"
    PARQUET = "parquet"
    DOCBIN = "docbin"
    ALTO = "alto"
    PDF = "pdf"
