"""Trains the digits' reader: the line recogniser's network, which knows what print is, taught to see only the pen.

First on printed pages alone, then on these and on labelled rows. For figures that mean something a network is trained
for each fold of the labelled rows, without them; the one that is shipped has seen all.
"""

from __future__ import annotations

import json
import math
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from pipeline.reading.page_marks.pen_network import CLASSES
from pipeline.training.pen.samples import RealSlot
from pipeline.training.recogniser.crops import Sample
from pipeline.training.recogniser.network import Recogniser, from_trueocr
from pipeline.training.recogniser.train import altered, fits, padded

_BATCH = 48
_WARM = 0.05
_AVERAGED = 0.99


@dataclass(frozen=True)
class Plan:
    """How many views to train on, `real_share` of them real ones; the rate to begin with; the seed of their order."""

    views: int
    real_share: float = 0.0
    rate: float = 4e-4
    seed: int = 7


def begun(models: Path) -> dict[str, Tensor]:
    """The weights of the line recogniser in a folder, with a head for nothing and the ten digits."""
    alphabet = json.loads((models / "recogniser.json").read_text(encoding="utf-8"))["alphabet"]
    weights: dict[str, Tensor] = dict(from_trueocr(models / "recogniser.onnx").state_dict())
    rows = torch.tensor([0, *(alphabet.index(digit) + 1 for digit in CLASSES)])
    weights["head.weight"], weights["head.bias"] = weights["head.weight"][rows], weights["head.bias"][rows]
    return weights


def trained(
    weights: dict[str, Tensor], plan: Plan, made: Callable[[random.Random], Sample], real: Sequence[RealSlot] = ()
) -> dict[str, Tensor]:
    """The mean of the weights towards the end of a training; `made` draws a printed sample."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    cv2.setNumThreads(1)
    torch.manual_seed(plan.seed)
    network = Recogniser(len(CLASSES) + 1)
    network.load_state_dict(weights)
    network.train()
    network.norm.eval()
    optimiser = torch.optim.AdamW(network.parameters(), plan.rate, weight_decay=1e-3, betas=(0.9, 0.98))
    mean = {name: value.clone() for name, value in network.state_dict().items()}
    rng, steps = random.Random(plan.seed), max(1, plan.views // _BATCH)
    losses, start = [], time.process_time()
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = plan.rate * _share(step / steps)
        batch = [_draw(rng, plan, made, real) for _ in range(_BATCH)]
        losses.append(_step(network, optimiser, [one for one in batch if fits(one)], rng))
        keep = min(_AVERAGED, (1 + step) / (10 + step))
        with torch.no_grad():
            for name, value in network.state_dict().items():
                if value.dtype.is_floating_point:
                    mean[name].mul_(keep).add_(value, alpha=1 - keep)
        if step % 50 == 49 or step == steps - 1:
            done = f"step {step + 1} of {steps} loss {np.mean(losses[-50:]):.4f} cpu {time.process_time() - start:.0f}"
            sys.stderr.write(done + "\n")
    return mean


def _share(part: float) -> float:
    return part / _WARM if part < _WARM else 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * (part - _WARM) / (1 - _WARM)))


def _draw(rng: random.Random, plan: Plan, made: Callable[[random.Random], Sample], real: Sequence[RealSlot]) -> Sample:
    if not real or rng.random() >= plan.real_share:
        return made(rng)
    # An office counts by the square root of its slots: one has two thirds of them.
    offices: dict[str, list[RealSlot]] = {}
    for slot in real:
        offices.setdefault(slot.office, []).append(slot)
    names = sorted(offices)
    office = offices[rng.choices(names, [math.sqrt(len(offices[name])) for name in names])[0]]
    slot = rng.choice(office)
    return Sample(rng.choice((*slot.views, *slot.jittered)), slot.digits, by_pen=True)


def _step(network: Recogniser, optimiser: torch.optim.Optimizer, batch: Sequence[Sample], rng: random.Random) -> float:
    ink, widths = padded([altered(sample.ink, rng) for sample in batch])
    texts = [[CLASSES.index(digit) + 1 for digit in sample.text] for sample in batch]
    with torch.autocast("cpu", torch.bfloat16):
        logits, lengths = network(ink, widths)
    counts = torch.tensor([len(text) for text in texts])
    loss = functional.ctc_loss(
        torch.log_softmax(logits.float(), 2).transpose(0, 1),
        torch.tensor([label for text in texts for label in text], dtype=torch.long),
        lengths,
        counts,
        reduction="sum",
        zero_infinity=True,
    ) / max(int(counts.sum()), 1)
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimiser.step()
    return float(loss.detach())
