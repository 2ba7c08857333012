"""Writes trained weights as the product reads them: an ONNX file, and beside it what its signs and its picture are."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from pipeline.reading.engines.line_pictures import LIFT, MARGIN_X, MARGIN_Y, MAX_WIDTH
from pipeline.training.recogniser.network import LINE_ROWS, ROWS, STEP, trueocr_names


def export(checkpoint: Path, trueocr_model: Path, folder: Path, version: str) -> Path:
    """Writes `recogniser.onnx` and `recogniser.json` of a checkpoint's mean weights; the path of the former.

    Both are written whole, the description last: it names the network's digest.
    """
    held: dict[str, Any] = torch.load(checkpoint, weights_only=True)
    model = onnx_model(held["mean"], trueocr_model)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "recogniser.onnx"
    _written(target, model)
    about = {
        "version": version,
        "sha256": hashlib.sha256(model).hexdigest(),
        "alphabet": held["alphabet"],
        "blank": 0,
        "input": {
            "x": "float32 [lines, 1, 96, columns]: 0 paper, 1 ink; the line in the middle third; columns a multiple "
            "of 8, then 8 more without ink",
            "widths": "int64 [lines]: columns of each line before padding",
        },
        "outputs": {
            "lengths": "int64 [lines]: steps of each line",
            "ids": "int64 [lines, steps]: likeliest class; class n is the alphabet's n-th sign, from 1",
            "topv": "float32 [lines, steps, 8]: log probabilities of the likeliest classes, falling",
            "topi": "int64 [lines, steps, 8]: those classes",
        },
        "rows": ROWS,
        "line_rows": LINE_ROWS,
        "step_columns": STEP,
        "max_width": MAX_WIDTH,
        "margin_y": MARGIN_Y,
        "margin_x": MARGIN_X,
        "lift": LIFT,
        "trained_lines": held["lines"],
        "trained_steps": held["steps"],
    }
    _written(folder / "recogniser.json", (json.dumps(about, ensure_ascii=False, indent=1) + "\n").encode())
    return target


def onnx_model(weights: dict[str, Tensor], trueocr_model: Path) -> bytes:
    """trueocr's graph with these weights, its eight likeliest classes of each step among the outputs."""
    import onnx  # noqa: PLC0415  needed here only
    from onnx import TensorProto, helper, numpy_helper  # noqa: PLC0415

    model = onnx.load(trueocr_model)
    names = {theirs: own for own, theirs in trueocr_names().items()}
    names |= {f"rec.stem_bn.{part}": f"norm.{part}" for part in ("weight", "bias", "running_mean", "running_var")}
    for held in model.graph.initializer:
        value = weights[names.pop(held.name)].numpy()
        dims = [value.shape[0], *list(held.dims)[1:]] if held.name.startswith("rec.head") else list(held.dims)
        held.CopyFrom(numpy_helper.from_array(value.reshape(dims), held.name))
    if names:
        raise ValueError(f"this is not trueocr 0.1.1: it lacks {', '.join(sorted(names))}")
    model.graph.output.append(helper.make_tensor_value_info("topv", TensorProto.FLOAT, ["B", "T", 8]))
    model.graph.output.append(helper.make_tensor_value_info("topi", TensorProto.INT64, ["B", "T", 8]))
    model.doc_string = (
        "sohoa's line recogniser; trueocr 0.1.1 (Apache-2.0) with weights trained further, see recogniser.md"
    )
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def _written(path: Path, content: bytes) -> None:
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    part.replace(path)
