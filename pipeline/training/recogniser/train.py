"""Trains the recogniser on shards as they come; can be stopped at any time and goes on from its last checkpoint.

Every shard is one round: its order, its alterations and its number of steps depend on the seed, the shard and how
often it was used before, so that a run in two halves does the same as one in one.
"""

from __future__ import annotations

import math
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from pipeline.training.precision import has_bfloat16
from pipeline.training.recogniser.alphabet import ALPHABET, INDEX, KIN, labels
from pipeline.training.recogniser.crops import Sample
from pipeline.training.recogniser.network import ROWS, STEP, Recogniser, from_trueocr
from pipeline.training.recogniser.shards import read_shard, shard_file, shard_numbers

PEAK = 6e-4
_WARM, _FALL = 0.01, 0.4  # of the run: the rate rises, and from here on falls
_LOWEST = 0.02
_COLUMNS = 12_000  # of a batch: some twenty lines
_WIDEST = 768
_AVERAGED = 0.998  # the weights that are kept are a running mean over some five hundred steps
_WAIT = 5.0  # seconds until it is looked again whether a shard has come


@dataclass(frozen=True)
class Plan:
    """How long to train: `lines` in all, a shard `passes` times at most; `seed` is that of order and alterations."""

    lines: int
    passes: int = 1
    seed: int = 13
    peak: float = PEAK
    checkpoint_seconds: float = 300.0


@dataclass
class State:
    """Where a run stands."""

    network: Recogniser
    optimiser: torch.optim.Optimizer
    mean: dict[str, Tensor]
    lines: int = 0
    steps: int = 0
    used: dict[int, int] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        """Writes the state whole, or leaves the old one."""
        part = path.with_suffix(".part")
        torch.save(
            {
                "alphabet": ALPHABET,
                "network": self.network.state_dict(),
                "optimiser": self.optimiser.state_dict(),
                "mean": self.mean,
                "lines": self.lines,
                "steps": self.steps,
                "used": self.used,
            },
            part,
        )
        part.replace(path)


def fresh(trueocr_model: Path, trueocr_alphabet: str, peak: float = PEAK) -> State:
    """A run that starts from trueocr's weights: its head's rows are put where our alphabet has their signs."""
    torch.manual_seed(0)
    network = from_trueocr(trueocr_model)
    old = network.head
    head = torch.nn.Linear(old.in_features, len(ALPHABET) + 1)
    theirs = {sign: n + 1 for n, sign in enumerate(trueocr_alphabet)}
    with torch.no_grad():
        head.weight.normal_(0, 0.02)
        head.bias.fill_(float(old.bias[1:].mean()) - 2)
        head.weight[0], head.bias[0] = old.weight[0], old.bias[0]
        for sign, row in INDEX.items():
            if sign in theirs:
                head.weight[row], head.bias[row] = old.weight[theirs[sign]], old.bias[theirs[sign]]
            elif sign in KIN and KIN[sign] in theirs:
                known = theirs[KIN[sign]]
                head.weight[row] = old.weight[known] + 0.01 * torch.randn(old.in_features)
                head.bias[row] = old.bias[known] - 2
    network.head = head
    return _state(network, peak)


def resumed(path: Path, peak: float = PEAK) -> State:
    """The run of a checkpoint. Raises ValueError when it is one of another alphabet."""
    held: dict[str, Any] = torch.load(path, weights_only=True)
    if held["alphabet"] != ALPHABET:
        raise ValueError(f"{path} was trained for another alphabet; move it away to begin anew")
    network = Recogniser(len(ALPHABET) + 1)
    network.load_state_dict(held["network"])
    state = _state(network, peak)
    state.optimiser.load_state_dict(held["optimiser"])
    state.mean, state.lines, state.steps, state.used = held["mean"], held["lines"], held["steps"], held["used"]
    return state


def _state(network: Recogniser, peak: float) -> State:
    network.train()
    network.norm.eval()  # its statistics are those of millions of lines
    # What sees single strokes stays as it is: a fifth of the time is saved, and trueocr's is as good as another.
    for frozen in (network.patch.weight, network.patch.bias, network.around, network.point.weight, network.point.bias):
        frozen.requires_grad_(False)
    trained = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(trained, peak, weight_decay=1e-4, betas=(0.9, 0.98))
    return State(network, optimiser, {name: value.clone() for name, value in network.state_dict().items()})


def train(
    state: State,
    plan: Plan,
    shards: Path,
    checkpoint: Path,
    *,
    rounds: int | None = None,
    coming: Callable[[], bool] = lambda: True,
) -> None:
    """Trains until the planned number of lines is reached, or for some rounds, and keeps a checkpoint.

    Waits for shards that are not there yet, as long as they are `coming`; raises RuntimeError when none is.
    """
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    cv2.setNumThreads(1)
    saved, start, cpu = time.monotonic(), time.monotonic(), time.process_time()
    done = 0
    while state.lines < plan.lines and done != rounds:
        number = next_shard(state.used, shard_numbers(shards), plan.passes)
        if number is None and not coming():
            state.save(checkpoint)
            raise RuntimeError(f"no more lines come to {shards}: the process that prints them has ended")
        if number is None:
            time.sleep(_WAIT)
            continue
        use = state.used.get(number, 0)
        rng = random.Random(f"{plan.seed} {number} {use}")
        samples = [sample for sample in read_shard(shard_file(shards, number)) if fits(sample)]
        losses = [_step(state, plan, batch, rng) for batch in batches(samples, rng)]
        state.used[number] = use + 1
        done += 1
        sys.stderr.write(
            f"shard {number} use {use + 1} step {state.steps} lines {state.lines} of {plan.lines} "
            f"rate {rate(plan, state.lines):.1e} loss a sign {np.mean(losses):.4f} "
            f"wall {time.monotonic() - start:.0f} cpu {time.process_time() - cpu:.0f}\n"
        )
        if time.monotonic() - saved > plan.checkpoint_seconds:
            state.save(checkpoint)
            saved = time.monotonic()
    state.save(checkpoint)


def next_shard(used: dict[int, int], there: list[int], passes: int) -> int | None:
    """The shard to train on next: the first unseen one, else the least used one, else None."""
    fit = [number for number in there if used.get(number, 0) < passes]
    return min(fit, key=lambda number: (used.get(number, 0), number), default=None)


def rate(plan: Plan, lines: int) -> float:
    """The learning rate after so many lines: up, level, down along a cosine."""
    part = min(1.0, lines / plan.lines)
    if part < _WARM:
        return plan.peak * max(0.02, part / _WARM)
    if part < _FALL:
        return plan.peak
    fall = (part - _FALL) / (1 - _FALL)
    return plan.peak * (_LOWEST + (1 - _LOWEST) * 0.5 * (1 + math.cos(math.pi * fall)))


def fits(sample: Sample) -> bool:
    """Whether its steps suffice for its signs; a sign that repeats needs one step more."""
    steps = (sample.ink.shape[1] + STEP - 1) // STEP
    text = sample.text
    return bool(len(text) + sum(a == b for a, b in pairwise(text)) <= 0.93 * steps)


def batches(samples: list[Sample], rng: random.Random) -> Iterator[list[Sample]]:
    """Lines of like width together, in random order."""
    order = sorted(samples, key=lambda sample: sample.ink.shape[1] + rng.uniform(0, 60))
    groups: list[list[Sample]] = [[]]
    widest = 0.0
    for sample in order:
        widest = max(widest, sample.ink.shape[1] * 1.08)
        if groups[-1] and widest * (len(groups[-1]) + 1) > _COLUMNS:
            groups.append([])
            widest = sample.ink.shape[1] * 1.08
        groups[-1].append(sample)
    rng.shuffle(groups)
    return iter(group for group in groups if group)


def _step(state: State, plan: Plan, batch: list[Sample], rng: random.Random) -> float:
    for group in state.optimiser.param_groups:
        group["lr"] = rate(plan, state.lines)
    inks = [altered(sample.ink, rng) for sample in batch]
    ink, widths = padded(inks)
    texts = [labels(sample.text) for sample in batch]
    with torch.autocast("cpu", torch.bfloat16, enabled=has_bfloat16()):
        logits, lengths = state.network(ink, widths)
    counts = torch.tensor([len(text) for text in texts])
    loss = functional.ctc_loss(
        torch.log_softmax(logits.float(), 2).transpose(0, 1),
        torch.tensor([label for text in texts for label in text], dtype=torch.long),
        lengths,
        counts,
        reduction="sum",
        zero_infinity=True,
    ) / max(int(counts.sum()), 1)
    state.optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(state.network.parameters(), 1.0)
    state.optimiser.step()
    state.steps += 1
    state.lines += len(batch)
    keep = min(_AVERAGED, (1 + state.steps) / (20 + state.steps))
    with torch.no_grad():
        for name, value in state.network.state_dict().items():
            if value.dtype.is_floating_point:
                state.mean[name].mul_(keep).add_(value, alpha=1 - keep)
    return float(loss.detach())


def padded(inks: list[NDArray[np.float32]]) -> tuple[Tensor, Tensor]:
    """Ink maps as one tensor (B x 96 x W), eight columns wider than the widest, and their widths."""
    widest = math.ceil(max(ink.shape[1] for ink in inks) / 8) * 8 + 8
    held = np.zeros((len(inks), ROWS, widest), np.float32)
    for n, ink in enumerate(inks):
        held[n, :, : ink.shape[1]] = ink
    return torch.from_numpy(held), torch.tensor([ink.shape[1] for ink in inks])


def altered(ink: NDArray[np.uint8], rng: random.Random) -> NDArray[np.float32]:
    """An ink map (0..255), as another scan might have it (0..1): a second pass over a shard shows other pictures."""
    wide = ink
    if rng.random() < 0.5:
        width = max(16, min(_WIDEST, round(ink.shape[1] * rng.uniform(0.93, 1.07))))
        wide = np.asarray(cv2.resize(ink, (width, ROWS), interpolation=cv2.INTER_LINEAR), np.uint8)
    if rng.random() < 0.4:
        scale, shift = rng.uniform(0.95, 1.06), rng.uniform(-1.5, 1.5)
        middle = ROWS / 2
        move = np.array([[1, rng.uniform(-0.03, 0.03), 0], [0, scale, middle * (1 - scale) + shift]], np.float32)
        wide = np.asarray(cv2.warpAffine(wide, move, (wide.shape[1], ROWS), borderMode=cv2.BORDER_REPLICATE), np.uint8)
    one = wide.astype(np.float32) / 255
    kind = rng.random()
    if kind < 0.12:
        one = np.asarray(cv2.GaussianBlur(one, (0, 0), rng.uniform(0.3, 0.8)), np.float32)
    elif kind < 0.2:
        one = one + rng.uniform(0.3, 0.9) * (one - cv2.GaussianBlur(one, (0, 0), 1.0))
    if rng.random() < 0.25:
        one = one * rng.uniform(0.75, 1.0)
    if rng.random() < 0.15:
        one = np.clip(one, 1e-6, 1) ** rng.uniform(0.75, 1.35)
    if rng.random() < 0.04:
        one[:26] = 0  # nothing stands above
    if rng.random() < 0.04:
        one[70:] = 0
    return np.asarray(np.clip(one, 0, 1), np.float32)
