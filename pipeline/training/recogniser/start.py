"""Where a training begins: trueocr's weights, from its package."""

from __future__ import annotations

import json
from pathlib import Path

import trueocr

from pipeline.training.recogniser.train import State, fresh

FOLDER = Path(trueocr.__file__).parent / "models"
MODEL = FOLDER / "rec.onnx"


def alphabet() -> str:
    """trueocr's signs, in the order of its classes."""
    return "".join(json.loads((FOLDER / "meta.json").read_text(encoding="utf-8"))["charset"])


def from_package() -> State:
    """A run that starts from the weights of the installed trueocr."""
    return fresh(MODEL, alphabet())
