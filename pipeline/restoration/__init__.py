"""Restoration: finds damaged Vietnamese text and repairs it with dictionary, channel and language model."""

from __future__ import annotations

from pipeline.restoration.losses import swallowed
from pipeline.restoration.restorer import Restorer, load_restorer, warm_restorer
from pipeline.restoration.results import Change, RestoredLine
from pipeline.restoration.told import told

__all__ = ["Change", "RestoredLine", "Restorer", "load_restorer", "swallowed", "told", "warm_restorer"]
