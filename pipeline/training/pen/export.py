"""Writes the digits' network as the product reads it, its weights in half precision, and what makes it calibrated."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from pipeline.reading.page_marks.pen_digits import probabilities
from pipeline.reading.page_marks.pen_network import CLASSES
from pipeline.training.recogniser.export import onnx_model

_LEAST_HALVED = 256  # values; smaller tensors stay as they are
_SHARPEST, _UNSEEN = np.arange(0.4, 4.05, 0.1), (0.002, 0.005, 0.01, 0.015, 0.02)


@dataclass(frozen=True)
class Seen:
    """A slot as a network saw it that was trained without it: its views, what it says, what might stand there."""

    views: Sequence[NDArray[np.float32]]
    digits: str
    every: tuple[str, ...]


def fitted(seen: Iterable[Seen]) -> tuple[float, float]:
    """(sharpness, unseen) under which what was written there was likeliest."""
    held = list(seen)

    def loss(sharpness: float, unseen: float) -> float:
        return -sum(math.log(max(chance(one, sharpness, unseen), 0.05 * unseen)) for one in held) / len(held)

    pairs = [(float(sharpness), unseen) for sharpness in _SHARPEST for unseen in _UNSEEN]
    return min(pairs, key=lambda pair: loss(*pair))


def chance(seen: Seen, sharpness: float, unseen: float) -> float:
    """The probability of what is written there, with noughts before it or without."""
    known = set(seen.every)
    told = probabilities(
        seen.views, sharpness, unseen, known.__contains__ if known else lambda text: len(text) <= 5, seen.every
    )
    return sum(value for text, value in told.items() if text.lstrip("0") == seen.digits.lstrip("0"))


def export(weights: dict[str, Tensor], trueocr_model: Path, folder: Path, calibration: tuple[float, float]) -> None:
    """Write `pen.onnx` and, last, `pen.json`, which names its digest."""
    model = halved(onnx_model(weights, trueocr_model))
    folder.mkdir(parents=True, exist_ok=True)
    sharpness, unseen = calibration
    about = {
        "sha256": hashlib.sha256(model).hexdigest(),
        "classes": f"0 nothing, 1 to 10: {CLASSES}",
        "sharpness": round(sharpness, 2),
        "unseen": unseen,
    }
    (folder / "pen.onnx").write_bytes(model)
    (folder / "pen.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


def halved(model: bytes) -> bytes:
    """The ONNX model with its large weights in half precision; it reckons in full precision as before."""
    import onnx  # noqa: PLC0415  needed here only
    from onnx import TensorProto, helper, numpy_helper  # noqa: PLC0415

    graph_of = onnx.load_from_string(model)
    casts = []
    for held in graph_of.graph.initializer:
        values = numpy_helper.to_array(held)
        if values.dtype != np.float32 or values.size < _LEAST_HALVED:
            continue
        name = held.name
        held.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph_of.graph.node]
    del graph_of.graph.node[:]
    graph_of.graph.node.extend(nodes)
    graph_of.doc_string = (
        "sohoa's reader of digits by pen; trueocr 0.1.1 (Apache-2.0) with weights trained further, see pen.md"
    )
    onnx.checker.check_model(graph_of)
    return bytes(graph_of.SerializeToString())
