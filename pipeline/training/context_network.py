"""Trains the context network: which spelling of a bare syllable stands here, told from both sides.

Needs PyTorch (extra `network`). One pass over the text in random chunks; everything random hangs on one seed, and the
number of threads is one, so that the same text gives the same network on the same kind of machine.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from pipeline.restoration.decoding.context_network import group_by_skeleton
from pipeline.training.context_export import export_context_network
from pipeline.training.context_text import ContextText, numbered, read_streams, vocabulary

log = logging.getLogger(__name__)

WIDTH = 192
GAPS = (1, 2, 4, 1, 2, 4)
"""How far apart the three words lie that each layer joins: 14 words to each side in all."""

_CHUNK = 256  # words
_BATCH = 32  # chunks
_RATE = 3e-3
_WARM_UP = 100  # steps
_FLOOR = 0.02  # of the rate, at the end
_LOWERED = 0.1  # share of chunks shown in lower case: damaged text often lost its capitals
_NOISE = 0.01  # share of words shown as another: the first pass is sometimes wrong
_REPEATS = {"vbpl": 2}


@dataclass(frozen=True)
class Spellings:
    """For each word its skeleton's row and its place among the skeleton's words; `candidates` is padded with 0."""

    rows: torch.Tensor
    places: torch.Tensor
    candidates: torch.Tensor
    valid: torch.Tensor

    @staticmethod
    def of(words: Sequence[str]) -> Spellings:
        """Spellings of a vocabulary."""
        _, groups = group_by_skeleton(words)
        widest = max(map(len, groups.values()))
        rows, places = np.zeros(len(words), np.int64), np.zeros(len(words), np.int64)
        candidates = np.zeros((len(groups), widest), np.int64)
        valid = np.zeros((len(groups), widest), bool)
        for row, group in enumerate(groups.values()):
            candidates[row, : len(group)], valid[row, : len(group)] = group, True
            for place, word in enumerate(group):
                rows[word], places[word] = row, place
        return Spellings(*map(torch.from_numpy, (rows, places, candidates, valid)))


class Network(nn.Module):
    """Embeddings, gated convolutions with residual connections, and a score for each word of a skeleton."""

    def __init__(self, spellings: Spellings) -> None:
        super().__init__()
        self.spellings = spellings
        self.inputs = nn.Embedding(len(spellings.candidates), WIDTH)
        self.cases = nn.Embedding(3, WIDTH)
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in GAPS)
        self.layers = nn.ModuleList(nn.Conv1d(WIDTH, 2 * WIDTH, 3, padding=gap, dilation=gap) for gap in GAPS)
        self.last_norm = nn.LayerNorm(WIDTH)
        self.outputs = nn.Embedding(len(spellings.rows), WIDTH)
        self.bias = nn.Embedding(len(spellings.rows), 1)
        nn.init.normal_(self.inputs.weight, 0, 0.1)
        nn.init.normal_(self.cases.weight, 0, 0.1)
        nn.init.normal_(self.outputs.weight, 0, 0.05)
        nn.init.zeros_(self.bias.weight)

    def hidden(self, rows: torch.Tensor, cases: torch.Tensor) -> torch.Tensor:
        """(chunks x words) → (chunks x words x WIDTH)."""
        state: torch.Tensor = self.inputs(rows) + self.cases(cases)
        for norm, layer in zip(self.norms, self.layers, strict=True):
            state = state + functional.glu(layer(norm(state).transpose(1, 2)), 1).transpose(1, 2)
        result: torch.Tensor = self.last_norm(state)
        return result

    def logits(self, hidden: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        """(places x WIDTH), (places) → (places x widest group), -1e9 where a skeleton has fewer words."""
        valid = self.spellings.valid[rows]
        words = self.spellings.candidates[rows][valid]
        place = torch.repeat_interleave(torch.arange(len(rows)), valid.sum(1))
        scores = (self.outputs.weight.index_select(0, words) * hidden.index_select(0, place)).sum(-1)
        scores = scores + self.bias.weight.index_select(0, words)[:, 0]
        return torch.full(valid.shape, -1e9).masked_scatter(valid, scores)


def train_context_network(text: Path, out: Path, *, steps: int = 2000, seed: int = 1) -> float:
    """Train on the text of a folder and write `context.npz` and `context.onnx` to `out`.

    Returns the share of held-out words of vbpl (or the first source) with several spellings that it spells right.
    """
    torch.manual_seed(seed)
    torch.set_num_threads(1)  # two need four times the CPU for such small layers, and round other ways
    torch.use_deterministic_algorithms(True)
    streams = read_streams(text, "train")
    words = vocabulary(streams)
    numbers = {word: number for number, word in enumerate(words)}
    texts = {name: numbered(own, cases, numbers) for name, (own, cases) in streams.items()}
    del streams
    spellings = Spellings.of(words)
    network = Network(spellings)
    _fit(network, _chunks(texts, np.random.default_rng(seed)), steps, seed)
    export_context_network(_weights(network), GAPS, words, out)
    held_out = read_streams(text, "held_out")
    judge = "vbpl" if "vbpl" in held_out else next(iter(held_out))
    return accuracy(network, numbered(*held_out[judge], numbers))


def accuracy(network: Network, text: ContextText) -> float:
    """Share of the words with several spellings that the network spells right."""
    spellings, right, total = network.spellings, 0, 0
    choices = spellings.valid.sum(1)
    with torch.no_grad():
        for words, cases in _batches([*_cut(text, 0)], _BATCH):
            rows = spellings.rows[words]
            judged = (words > 0) & (choices[rows] > 1)
            logits = network.logits(network.hidden(rows, cases)[judged], rows[judged])
            right += int((logits.argmax(1) == spellings.places[words[judged]]).sum())
            total += int(judged.sum())
    return right / max(1, total)


Chunk = tuple[NDArray[np.uint16], NDArray[np.uint8]]


def _chunks(texts: Mapping[str, ContextText], rng: np.random.Generator) -> list[Chunk]:
    chunks: list[Chunk] = []
    for name, text in texts.items():
        for _ in range(_REPEATS.get(name, 1)):
            chunks.extend(_cut(text, int(rng.integers(0, _CHUNK))))
    order = rng.permutation(len(chunks))
    return [chunks[number] for number in order]


def _cut(text: ContextText, start: int) -> Iterator[Chunk]:
    for begin in range(start, len(text.words) - _CHUNK + 1, _CHUNK):
        yield text.words[begin : begin + _CHUNK], text.cases[begin : begin + _CHUNK]


def _batches(chunks: Sequence[Chunk], size: int) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    for begin in range(0, len(chunks), size):
        own = chunks[begin : begin + size]
        words = torch.from_numpy(np.stack([words for words, _ in own]).astype(np.int64))
        yield words, torch.from_numpy(np.stack([cases for _, cases in own]).astype(np.int64))


def _fit(network: Network, chunks: Sequence[Chunk], steps: int, seed: int) -> None:
    spellings = network.spellings
    choices = spellings.valid.sum(1)
    optimiser = torch.optim.AdamW(network.parameters(), lr=_RATE, weight_decay=0.01, betas=(0.9, 0.98))
    generator = torch.Generator().manual_seed(seed)
    batches: Iterator[tuple[torch.Tensor, torch.Tensor]] = iter(())
    smooth = 0.0
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = _RATE * _schedule(step, steps)
        batch = next(batches, None)
        if batch is None:
            batches = _batches(chunks, _BATCH)
            batch = next(batches)
        words, cases = batch
        lowered = torch.rand(len(words), generator=generator) < _LOWERED
        cases = torch.where(lowered[:, None], torch.zeros_like(cases), cases)
        rows = spellings.rows[words]
        noisy = torch.rand(words.shape, generator=generator) < _NOISE
        seen = torch.where(noisy, torch.randint(0, len(choices), words.shape, generator=generator), rows)
        with torch.autocast("cpu", torch.bfloat16):
            hidden = network.hidden(seen, cases)
        judged = (words > 0) & (choices[rows] > 1) & ~noisy
        logits = network.logits(hidden[judged].float(), rows[judged])
        loss = functional.cross_entropy(logits, spellings.places[words[judged]])
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        smooth = loss.item() if step == 0 else 0.98 * smooth + 0.02 * loss.item()
        if step % 250 == 249:
            log.info("context network: step %d of %d, loss %.4f", step + 1, steps, smooth)


def _schedule(step: int, steps: int) -> float:
    """Linear warm-up, then half a cosine down to the floor."""
    cosine = 0.5 * (1 + math.cos(math.pi * step / steps))
    return min(1.0, (step + 1) / _WARM_UP) * ((1 - _FLOOR) * cosine + _FLOOR)


def _weights(network: Network) -> dict[str, NDArray[np.float32]]:
    state: dict[str, Any] = network.state_dict()
    return {name: value.float().numpy() for name, value in state.items()}
