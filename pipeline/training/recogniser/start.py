"""Where a training begins: trueocr's weights, from its package."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import trueocr

if TYPE_CHECKING:
    from pipeline.training.recogniser.train import State

FOLDER = Path(trueocr.__file__).parent / "models"
MODEL = FOLDER / "rec.onnx"


def alphabet() -> str:
    """trueocr's signs, in the order of its classes."""
    return "".join(json.loads((FOLDER / "meta.json").read_text(encoding="utf-8"))["charset"])


def from_package() -> State:
    """A run that starts from the weights of the installed trueocr."""
    from pipeline.training.recogniser.train import fresh  # noqa: PLC0415  torch is in the extra `network` only

    return fresh(MODEL, alphabet())


def with_outputs(model: bytes, names: Sequence[str]) -> bytes:
    """The ONNX model with more of its inner values named as outputs.

    Protocol Buffers merge what is appended: a second `graph` (field 7) that holds only `output`s (field 12) adds
    them to the first.
    """
    outputs = b"".join(_field(12, _field(1, name.encode())) for name in names)
    return model + _field(7, outputs)


def _field(number: int, content: bytes) -> bytes:
    length, size = len(content), b""
    while True:
        size += bytes([(length & 0x7F) | (0x80 if length > 0x7F else 0)])
        length >>= 7
        if not length:
            return bytes([number << 3 | 2]) + size + content
