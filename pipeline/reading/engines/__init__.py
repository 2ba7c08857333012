"""Recognition engines behind one Protocol: an image goes in, lines of words with boxes and confidences come out."""

from pipeline.reading.engines.base import (
    BoxEngine,
    Engine,
    EngineFailureError,
    EngineLine,
    EngineTimeoutError,
    StripEngine,
)

__all__ = ["BoxEngine", "Engine", "EngineFailureError", "EngineLine", "EngineTimeoutError", "StripEngine"]
