"""The line recogniser as a PyTorch network: trueocr's graph, with weights that can be read from it and trained on.

A line comes as an ink map of 96 rows: the line itself in the middle third, what stands above and below it in the
others. Four columns are one step. A step sees its own 32 rows, and through an attention over rows what the context
branch found in all 96; ten blocks pass what a step knows along the line.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

ROWS = 96
LINE_ROWS = 32
STEP = 4
"""Columns of the ink map that make one step."""

_CHANNELS, _EXPANDED, _SQUEEZED, _BLOCKS, _REACH = 128, 256, 64, 10, 9
_CONTEXT, _HEADS = (32, 64), 4
_FOLDED = 504  # trueocr's export numbers the convolutions into which it folded their normalisation from here on


class Along(nn.Module):
    """A convolution along the line, each channel by itself: B x T x C."""

    def __init__(self, channels: int, reach: int) -> None:
        super().__init__()
        self.reach = reach
        self.weight = nn.Parameter(torch.zeros(channels, 1, 1, reach))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        """The same shape."""
        # Channels last and in full precision: on processors this is four times as fast as the 1-D convolution.
        wide = x.transpose(1, 2).unsqueeze(2)
        y = functional.conv2d(wide, self.weight, self.bias, padding=(0, self.reach // 2), groups=x.shape[2])
        return y.squeeze(2).transpose(1, 2)


class Block(nn.Module):
    """Along the line, wider, weighed by what the whole line is like, narrower, added to what came in."""

    def __init__(self) -> None:
        super().__init__()
        self.along = Along(_CHANNELS, _REACH)
        self.expand = nn.Linear(_CHANNELS, _EXPANDED)
        self.squeeze, self.excite = nn.Linear(_EXPANDED, _SQUEEZED), nn.Linear(_SQUEEZED, _EXPANDED)
        self.project = nn.Linear(_EXPANDED, _CHANNELS)

    def forward(self, x: Tensor, mask: Tensor, lengths: Tensor) -> Tensor:
        """`x` is B x T x C; `mask` (B x T x 1) is 1 on the steps of a line; `lengths` (B x 1) counts them."""
        with torch.autocast("cpu", enabled=False):
            y = self.along(x.float())
        y = functional.hardswish(self.expand(y))
        mean = (y * mask).sum(1) / lengths
        weights = torch.sigmoid(self.excite(functional.relu(self.squeeze(mean))))
        return (x + self.project(y * weights.unsqueeze(1).to(y.dtype))) * mask


class Recogniser(nn.Module):
    """Ink maps (B x 96 x W, 0 paper, 1 ink) and widths (B) to logits (B x T x classes) and lengths (B) in steps."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        narrow, wide = _CONTEXT
        self.stem = nn.Linear(LINE_ROWS * STEP, _CHANNELS)
        self.patch = nn.Linear(STEP * STEP, narrow)
        self.around = nn.Parameter(torch.zeros(narrow, 1, 3, 3))
        self.point = nn.Linear(narrow, wide)
        self.score = nn.Linear(wide, _HEADS)
        self.prior = nn.Parameter(torch.zeros(1, _HEADS, ROWS // STEP, 1))
        self.context = nn.Linear(wide, _CHANNELS)
        self.norm = nn.BatchNorm1d(_CHANNELS)
        self.blocks = nn.ModuleList(Block() for _ in range(_BLOCKS))
        self.head = nn.Linear(_CHANNELS, classes)

    def forward(self, ink: Tensor, widths: Tensor) -> tuple[Tensor, Tensor]:
        """What each step shows."""
        batch, _, columns = ink.shape
        steps = columns // STEP
        middle = ink[:, LINE_ROWS : 2 * LINE_ROWS].reshape(batch, LINE_ROWS, steps, STEP)
        y = self.stem(middle.permute(0, 2, 1, 3).flatten(2)) + self.context(self._around(ink, steps))
        lengths = torch.clamp(torch.div(widths + STEP - 1, STEP, rounding_mode="floor"), max=steps)
        mask = (torch.arange(steps)[None] < lengths[:, None]).unsqueeze(2).to(torch.float32)
        counts = lengths.clamp(min=1)[:, None]
        with torch.autocast("cpu", enabled=False):
            y = functional.hardswish(self.norm(y.float().transpose(1, 2)).transpose(1, 2)) * mask
        for block in self.blocks:
            y = block(y, mask, counts)
        return self.head(y), lengths

    def _around(self, ink: Tensor, steps: int) -> Tensor:
        """What the rows above, in and below the line show of each step: B x T x C."""
        batch, rows = ink.shape[0], ROWS // STEP
        cells = ink.reshape(batch, rows, STEP, steps, STEP).permute(0, 1, 3, 2, 4).flatten(3)
        seen = functional.hardswish(self.patch(cells))
        with torch.autocast("cpu", enabled=False):
            wide = seen.float().permute(0, 3, 1, 2)
            seen = functional.conv2d(wide, self.around, padding=1, groups=wide.shape[1]).permute(0, 2, 3, 1)
        seen = functional.hardswish(self.point(seen))  # B x rows x T x C
        shares = torch.softmax(self.score(seen).float() + self.prior.permute(0, 2, 3, 1), 1)
        parts = seen.unflatten(3, (_HEADS, -1))
        return (parts * shares.unsqueeze(4).to(parts.dtype)).sum(1).flatten(2)


def from_trueocr(model: Path) -> Recogniser:
    """The network with the weights of trueocr's `rec.onnx` (0.1.1)."""
    import onnx  # noqa: PLC0415  needed here only
    from onnx import numpy_helper  # noqa: PLC0415

    values = {
        one.name: torch.from_numpy(numpy_helper.to_array(one).copy()) for one in onnx.load(model).graph.initializer
    }
    network = Recogniser(values["rec.head.bias"].shape[0])
    state: dict[str, Any] = {f"norm.{part}": values[f"rec.stem_bn.{part}"] for part in ("weight", "bias")}
    state |= {f"norm.{part}": values[f"rec.stem_bn.{part}"] for part in ("running_mean", "running_var")}
    state["norm.num_batches_tracked"] = torch.tensor(0)
    for own, theirs in trueocr_names().items():
        state[own] = values[theirs].reshape(network.state_dict()[own].shape)
    network.load_state_dict(state)
    return network


def trueocr_names() -> dict[str, str]:
    """The name of each of our weights in trueocr's graph; shapes differ by axes of one only."""
    names = {"around": "rec.context.dw.weight"}
    names |= {"prior": "rec.context.row_prior"}
    folded = {"patch": _FOLDED, "point": _FOLDED + 3}
    for own, first in folded.items():
        names[f"{own}.weight"], names[f"{own}.bias"] = f"onnx::Conv_{first}", f"onnx::Conv_{first + 1}"
    pairs = {"stem": "rec.stem", "score": "rec.context.score", "context": "rec.context.proj", "head": "rec.head"}
    for n in range(_BLOCKS):
        first = _FOLDED + 6 + 3 * n
        names[f"blocks.{n}.along.weight"] = f"onnx::Conv_{first}"
        names[f"blocks.{n}.along.bias"] = f"onnx::Conv_{first + 1}"
        theirs = {"expand": "expand", "squeeze": "se.fc1", "excite": "se.fc2", "project": "project"}
        pairs |= {f"blocks.{n}.{ours}": f"rec.blocks.{n}.{their}" for ours, their in theirs.items()}
    for own, their in pairs.items():
        names |= {f"{own}.{part}": f"{their}.{part}" for part in ("weight", "bias")}
    return names
