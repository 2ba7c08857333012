"""Trains the context network: which spelling of a bare syllable stands here, told from both sides.

Needs PyTorch (extra `network`). Random chunks of the text in two stages: a network of few layers learns the words, then
layers that see further are put on it, at first without effect, and all go on learning (progressive stacking, Gong et
al. 2019). Everything random hangs on one seed, and the number of threads is one, so that the same text gives the same
network on the same kind of machine. A run that is stopped goes on from its last checkpoint.
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
from pipeline.training.precision import has_bfloat16

log = logging.getLogger(__name__)

WIDTH = 192
_CHUNK = 256  # words
_BATCH = 32  # chunks
_WARM_UP = 100  # steps
_FLOOR = 0.02  # of the rate, at the end
_SAVED = 250  # steps between two checkpoints


@dataclass(frozen=True)
class Stage:
    """`gaps`: how far apart the three words lie that each layer joins; `takes`: how often each source's text is shown.

    `lowered` is the share of chunks shown in lower case: damaged text often lost its capitals. Of a share `damaged` of
    the chunks every twelfth word is shown as another, of the others every hundredth: what is read in use is the first
    choice of the decoder, which is sometimes wrong.
    """

    gaps: tuple[int, ...]
    steps: int
    rate: float
    takes: Mapping[str, float]
    lowered: float = 0.1
    damaged: float = 0.0


STAGES = (
    Stage((1, 2, 4, 1, 2, 4), 2000, 3e-3, {"vbpl": 2, "baomoi": 0.25, "vietnews": 0.15}),
    Stage(
        (1, 2, 4, 1, 2, 4, 8, 1, 2),
        2000,
        1.5e-3,
        {"phapdien": 0.5, "baomoi": 0.6, "vietnews": 0.6},
        lowered=0.15,
        damaged=0.2,
    ),
)
"""The second sees 25 words to each side, and news before law: general Vietnamese is what plans are lively with."""

_NOISE, _DAMAGE = 0.01, 0.08


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

    def __init__(self, spellings: Spellings, gaps: Sequence[int]) -> None:
        super().__init__()
        self.spellings = spellings
        self.gaps = tuple(gaps)
        self.inputs = nn.Embedding(len(spellings.candidates), WIDTH)
        self.cases = nn.Embedding(3, WIDTH)
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in gaps)
        self.layers = nn.ModuleList(nn.Conv1d(WIDTH, 2 * WIDTH, 3, padding=gap, dilation=gap) for gap in gaps)
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

    def begin_as(self, weights: Mapping[str, torch.Tensor]) -> None:
        """Take the weights of a network with fewer layers; the layers that are new add nothing as yet."""
        known = len({name for name in weights if name.startswith("layers.") and name.endswith(".weight")})
        self.load_state_dict(dict(weights), strict=False)
        for layer in self.layers[known:]:
            nn.init.zeros_(layer.weight[:WIDTH])
            nn.init.zeros_(layer.bias[:WIDTH])

    def logits(self, hidden: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        """(places x WIDTH), (places) → (places x widest group), -1e9 where a skeleton has fewer words."""
        valid = self.spellings.valid[rows]
        words = self.spellings.candidates[rows][valid]
        place = torch.repeat_interleave(torch.arange(len(rows)), valid.sum(1))
        scores = (self.outputs.weight.index_select(0, words) * hidden.index_select(0, place)).sum(-1)
        scores = scores + self.bias.weight.index_select(0, words)[:, 0]
        return torch.full(valid.shape, -1e9).masked_scatter(valid, scores)


def train_context_network(text: Path, out: Path, work: Path, *, share: float = 1.0, seed: int = 1) -> float:
    """Train on the text of a folder and write `context.npz` and `context.onnx` to `out`.

    Checkpoints lie in the folder `work`; a run goes on from the last of them. `share` of the steps: less for a trial.
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
    network = train_stages(texts, Spellings.of(words), work, share=share, seed=seed)
    export_context_network(_weights(network), network.gaps, words, out)
    held_out = read_streams(text, "held_out")
    judge = "vbpl" if "vbpl" in held_out else next(iter(held_out))
    return accuracy(network, numbered(*held_out[judge], numbers))


def train_stages(
    texts: Mapping[str, ContextText], spellings: Spellings, work: Path, *, share: float = 1.0, seed: int = 1
) -> Network:
    """A network trained through all stages, each begun with the weights of the one before."""
    network, before = Network(spellings, STAGES[0].gaps), None
    for number, stage in enumerate(STAGES):
        network = Network(spellings, stage.gaps)
        if before is not None:
            network.begin_as(before)
        chunks = _chunks(texts, stage.takes, np.random.default_rng(seed + number))
        steps, kept = math.ceil(stage.steps * share), work / f"context-{number}.pt"
        _fit(network, chunks, stage, steps=steps, seed=seed, kept=kept)
        before = network.state_dict()
    return network


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


def _chunks(texts: Mapping[str, ContextText], takes: Mapping[str, float], rng: np.random.Generator) -> list[Chunk]:
    chunks: list[Chunk] = []
    for name, text in texts.items():
        left = takes.get(name, 1.0)
        while left > 0:
            own = [*_cut(text, int(rng.integers(0, _CHUNK)))]
            kept = rng.random(len(own)) < left
            chunks.extend(chunk for chunk, keep in zip(own, kept.tolist(), strict=True) if keep)
            left -= 1
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


def _fit(network: Network, chunks: Sequence[Chunk], stage: Stage, *, steps: int, seed: int, kept: Path) -> None:
    """Train; `kept` is the checkpoint, which names the step that comes next."""
    optimiser = torch.optim.AdamW(network.parameters(), lr=stage.rate, weight_decay=0.01, betas=(0.9, 0.98))
    generator = torch.Generator().manual_seed(seed)
    first, smooth = 0, 0.0
    if kept.is_file():
        held = torch.load(kept)
        network.load_state_dict(held["network"])
        optimiser.load_state_dict(held["optimiser"])
        generator.set_state(held["generator"])
        first, smooth = held["step"], held["loss"]
    batches = max(1, len(chunks) // _BATCH)
    for step in range(first, steps):
        for group in optimiser.param_groups:
            group["lr"] = stage.rate * _schedule(step, steps)
        begin = step % batches * _BATCH
        words, cases = next(_batches(chunks[begin : begin + _BATCH], _BATCH))
        loss = _loss(network, words, cases, stage, generator)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        smooth = loss.item() if step == 0 else 0.98 * smooth + 0.02 * loss.item()
        if (step + 1) % _SAVED == 0 or step + 1 == steps:
            log.info("context network: step %d of %d, loss %.4f", step + 1, steps, smooth)
            part = kept.with_suffix(".part")  # a run that is broken off leaves no file that looks whole
            state = {"network": network, "optimiser": optimiser}
            held = {name: one.state_dict() for name, one in state.items()}
            torch.save(held | {"generator": generator.get_state(), "step": step + 1, "loss": smooth}, part)
            part.replace(kept)


def _loss(
    network: Network, words: torch.Tensor, cases: torch.Tensor, stage: Stage, generator: torch.Generator
) -> torch.Tensor:
    """How badly the network spells a batch, shown with the stage's noise."""
    spellings = network.spellings
    lowered = torch.rand(len(words), generator=generator) < stage.lowered
    cases = torch.where(lowered[:, None], torch.zeros_like(cases), cases)
    rows = spellings.rows[words]
    damaged = torch.rand(len(words), generator=generator) < stage.damaged
    noise = torch.where(damaged, _DAMAGE, _NOISE)[:, None]
    noisy = torch.rand(words.shape, generator=generator) < noise
    seen = torch.where(noisy, torch.randint(0, len(spellings.valid), words.shape, generator=generator), rows)
    with torch.autocast("cpu", torch.bfloat16, enabled=has_bfloat16()):
        hidden = network.hidden(seen, cases)
    judged = (words > 0) & (spellings.valid.sum(1)[rows] > 1) & ~noisy
    logits = network.logits(hidden[judged].float(), rows[judged])
    return functional.cross_entropy(logits, spellings.places[words[judged]])


def _schedule(step: int, steps: int) -> float:
    """Linear warm-up, then half a cosine down to the floor."""
    cosine = 0.5 * (1 + math.cos(math.pi * step / steps))
    return min(1.0, (step + 1) / _WARM_UP) * ((1 - _FLOOR) * cosine + _FLOOR)


def _weights(network: Network) -> dict[str, NDArray[np.float32]]:
    state: dict[str, Any] = network.state_dict()
    return {name: value.float().numpy() for name, value in state.items()}
