"""Dates as the contract writes them."""

from __future__ import annotations

from datetime import date


def is_date(iso: str) -> bool:
    """Whether it is a whole date that exists: not 2024-02-31."""
    try:
        return len(date.fromisoformat(iso).isoformat()) == len(iso)
    except ValueError:
        return False
