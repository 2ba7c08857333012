"""Recognition engines behind one Protocol: an image goes in, lines of words with boxes and confidences come out."""

from pipeline.reading.engines.base import (
    Engine,
    EngineFailureError,
    EngineLine,
    EngineTimeoutError,
    LineEngine,
)

__all__ = ["Engine", "EngineFailureError", "EngineLine", "EngineTimeoutError", "LineEngine"]
