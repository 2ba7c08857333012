"""Writes the trained context network as `restoration.context` reads it: int8 embeddings and an int8 ONNX graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

Weights = Mapping[str, NDArray[np.float32]]


def export_context_network(weights: Weights, gaps: Sequence[int], words: Sequence[str], out: Path) -> None:
    """Write `context.npz` (words, embeddings) and `context.onnx` (the convolutions) to the folder `out`."""
    inputs, input_scales = _quantised(weights["inputs.weight"])
    outputs, output_scales = _quantised(weights["outputs.weight"])
    np.savez_compressed(
        out / "context.npz",
        words=np.array("\n".join(words)),
        inputs=inputs,
        inputs_scale=input_scales,
        cases=weights["cases.weight"].astype(np.float16),
        outputs=outputs,
        outputs_scale=output_scales,
        bias=weights["bias.weight"][:, 0].astype(np.float16),
    )
    with TemporaryDirectory() as folder:
        whole = Path(folder) / "context.onnx"
        onnx.save(_graph(weights, gaps), whole)
        quantize_dynamic(
            whole, out / "context.onnx", weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul"]
        )


def _quantised(matrix: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    scales = np.maximum(np.abs(matrix).max(axis=1), 1e-8) / 127
    return np.round(matrix / scales[:, None]).astype(np.int8), scales.astype(np.float32)


class _Builder:
    """Collects nodes and constants of a graph."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, value: NDArray[np.generic]) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, kind: str, *inputs: str, outputs: int = 1, **attributes: float) -> list[str]:
        names = [f"n{len(self.nodes)}_{number}" for number in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, **attributes))
        return names


def _graph(weights: Weights, gaps: Sequence[int]) -> onnx.ModelProto:
    """`embedded` (1 x n x width) → `hidden` (1 x n x width). A convolution is a product with three shifted copies."""
    build = _Builder()
    state = "embedded"
    for layer, gap in enumerate(gaps):
        (normed,) = _norm(build, state, weights, f"norms.{layer}")
        (padded,) = build.add("Pad", normed, build.constant(np.array([0, gap, 0, 0, gap, 0], np.int64)))
        left, right = _slice(build, padded, 0, -2 * gap), _slice(build, padded, 2 * gap, np.iinfo(np.int64).max)
        (joined,) = build.add("Concat", left, normed, right, axis=-1)
        kernel = weights[f"layers.{layer}.weight"]  # 2 width x width x 3
        matrix = np.concatenate([kernel[:, :, tap] for tap in range(kernel.shape[2])], axis=1).T
        (product,) = build.add("MatMul", joined, build.constant(matrix))
        (shifted,) = build.add("Add", product, build.constant(weights[f"layers.{layer}.bias"]))
        value, gate = build.add("Split", shifted, outputs=2, axis=-1, num_outputs=2)
        (opening,) = build.add("Sigmoid", gate)
        (gated,) = build.add("Mul", value, opening)
        (state,) = build.add("Add", state, gated)
    (last,) = _norm(build, state, weights, "last_norm")
    build.nodes.append(helper.make_node("Identity", [last], ["hidden"]))
    shape = [1, "n", weights["inputs.weight"].shape[1]]
    graph = helper.make_graph(
        build.nodes,
        "context",
        [helper.make_tensor_value_info("embedded", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("hidden", TensorProto.FLOAT, shape)],
        build.constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.checker.check_model(model)
    return model


def _norm(build: _Builder, state: str, weights: Weights, name: str) -> list[str]:
    scale, shift = build.constant(weights[f"{name}.weight"]), build.constant(weights[f"{name}.bias"])
    return build.add("LayerNormalization", state, scale, shift, axis=-1, epsilon=1e-5)


def _slice(build: _Builder, value: str, begin: int, end: int) -> str:
    bounds = [build.constant(np.array([number], np.int64)) for number in (begin, end, 1)]
    return build.add("Slice", value, *bounds)[0]
