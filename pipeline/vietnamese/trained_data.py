"""Which of the trained data that Tesseract has speak a language: Vietnamese comes by two names."""

from __future__ import annotations

from collections.abc import Iterable

# Data by script instead of language, as distributions name them; `vie` comes first where it is installed.
_VIETNAMESE = ("Vietnamese", "script/Vietnamese")


def spoken(installed: Iterable[str]) -> dict[str, str]:
    """The languages that the `installed` data speak, and the data to name to Tesseract for each."""
    languages = {name: name for name in installed}
    other = next((name for name in _VIETNAMESE if name in languages), None)
    if "vie" not in languages and other is not None:
        languages["vie"] = other
    return languages
