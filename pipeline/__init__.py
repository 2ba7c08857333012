"""sohoa: archives of Vietnamese plan documents into restored text, structured JSON and a searchable corpus."""

from __future__ import annotations

import importlib
import logging

logging.getLogger(__name__).addHandler(logging.NullHandler())  # quiet, unless an application or the command line asks

__version__ = "0.1.0"

# The Python interface stands above all layers and this module below them: it is looked up when it is asked for. What
# a type checker needs to know of it stands in __init__.pyi.
_INTERFACE = frozenset({"Corpus", "extract", "open_corpus", "restore"})


def __getattr__(name: str) -> object:
    if name in _INTERFACE:
        return getattr(importlib.import_module("pipeline.interface"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_INTERFACE})
