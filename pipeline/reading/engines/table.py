"""The recognition engines by name, and which of them a run uses."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.errors import MissingToolError
from pipeline.extensions import Extensions, Group
from pipeline.reading.engines.base import Engine
from pipeline.settings import ReadingSettings

ENGINES: Extensions[Callable[[ReadingSettings], Engine]] = Extensions(
    "recognition engine",
    Group.ENGINES,
    {
        "sohoa": "pipeline.reading.engines.sohoa:SohoaEngine.of",
        "tesseract": "pipeline.reading.engines.tesseract:TesseractEngine.of",
    },
)


def choose_engine(settings: ReadingSettings) -> Engine:
    """The engine that the settings name; `auto` takes the first of our own that is installed.

    Raises UsageError for a name nobody knows, MissingToolError when the engine that was asked for is not installed.
    """
    if settings.engine == "auto":
        # Each is imported only when those before it are not installed: pytesseract brings pandas with it where that is.
        for name in ENGINES.own:
            engine = ENGINES.load(name)(settings)
            if is_installed(engine):
                break
        return engine
    engine = ENGINES.load(settings.engine)(settings)
    if not is_installed(engine) and settings.engine != "tesseract":  # a batch without scans does without that one
        _ = engine.version
    return engine


def is_installed(engine: Engine) -> bool:
    """Whether an engine could read a page here."""
    try:
        _ = engine.version
    except MissingToolError:
        return False
    return True
