"""Restoration: finds damaged Vietnamese text and repairs it with dictionary, channel and language model."""

from __future__ import annotations

from pipeline.restoration.restorer import Change, RestoredLine, Restorer, load_restorer

__all__ = ["Change", "RestoredLine", "Restorer", "load_restorer"]
