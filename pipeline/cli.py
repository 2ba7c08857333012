"""The commands: parse, call, print."""

from __future__ import annotations


def main() -> None:
    """Entry point of the `sohoa` command."""
    raise SystemExit(0)
