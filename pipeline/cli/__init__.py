"""The `sohoa` command. Thin: parse, call, print. Commands import what they need only when they run."""

from __future__ import annotations

from pipeline.cli.app import main

__all__ = ["main"]
