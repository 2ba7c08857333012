"""Where a training begins: trueocr's weights, from its package."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.training.recogniser.train import State, fresh


def from_package() -> State:
    """A run that starts from the weights of the installed trueocr."""
    import trueocr  # noqa: PLC0415  an extra

    folder = Path(trueocr.__file__).parent / "models"
    alphabet = "".join(json.loads((folder / "meta.json").read_text(encoding="utf-8"))["charset"])
    return fresh(folder / "rec.onnx", alphabet)
