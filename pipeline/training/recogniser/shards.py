"""Files of samples between the process that prints pages and the one that trains; written whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline.training.recogniser.crops import Sample

_SUFFIX = ".npz"


def shard_file(folder: Path, number: int) -> Path:
    """Where the shard of a number lies."""
    return folder / f"{number:06d}{_SUFFIX}"


def write_shard(folder: Path, number: int, samples: Sequence[Sample]) -> Path:
    """Writes a shard under a temporary name, then renames it: who sees it sees all of it, whenever the writer ends."""
    target = shard_file(folder, number)
    part = target.with_suffix(f".{os.getpid()}.part")
    inks = [sample.ink for sample in samples]
    texts = json.dumps([[sample.text, sample.by_pen] for sample in samples], ensure_ascii=False)
    with part.open("wb") as file:
        np.savez(
            file,
            ink=np.concatenate(inks, axis=1) if inks else np.zeros((96, 0), np.uint8),
            widths=np.array([ink.shape[1] for ink in inks], np.int32),
            texts=np.frombuffer(texts.encode(), np.uint8),
        )
    part.rename(target)
    return target


def read_shard(path: Path) -> list[Sample]:
    """The samples of a shard."""
    with np.load(path) as held:
        ink, widths, texts = held["ink"], held["widths"], json.loads(held["texts"].tobytes())
    ends = np.cumsum(widths)
    return [
        Sample(np.ascontiguousarray(ink[:, end - width : end]), text, by_pen)
        for end, width, (text, by_pen) in zip(ends.tolist(), widths.tolist(), texts, strict=True)
    ]


def shard_numbers(folder: Path) -> list[int]:
    """The numbers of the whole shards, rising."""
    return sorted(int(path.stem) for path in folder.glob(f"*{_SUFFIX}"))


def clear_parts(folder: Path) -> None:
    """Removes what writers that were ended have left."""
    for part in folder.glob("*.part"):
        part.unlink(missing_ok=True)
