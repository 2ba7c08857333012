"""Shards that are whole or not there, a training that goes on where it was, weights that say the same as ONNX."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from pipeline.training.recogniser.crops import Sample
from pipeline.training.recogniser.shards import clear_parts, read_shard, shard_numbers, write_shard

NO_TORCH = "the extra `network` is not installed"


def _samples(seed: int, count: int = 6) -> list[Sample]:
    rng = np.random.default_rng(seed)
    return [
        Sample(rng.integers(0, 255, (96, 40 + 8 * n), dtype=np.uint8), "Kế 1"[: n % 4 + 1], n % 2 == 0)
        for n in range(count)
    ]


def test_a_shard_reads_as_it_was_written(tmp_path: Path) -> None:
    samples = [*_samples(1), Sample(np.zeros((96, 24), np.uint8), "")]
    write_shard(tmp_path, 7, samples)
    assert shard_numbers(tmp_path) == [7]
    for one, other in zip(read_shard(tmp_path / "000007.npz"), samples, strict=True):
        assert np.array_equal(one.ink, other.ink)
        assert (one.text, one.by_pen) == (other.text, other.by_pen)


def test_whoever_kills_the_writer_finds_whole_shards_only(tmp_path: Path) -> None:
    writing = (
        "import numpy as np, itertools; from pathlib import Path; "
        "from pipeline.training.recogniser.crops import Sample; "
        "from pipeline.training.recogniser.shards import write_shard\n"
        "many = [Sample(np.zeros((96, 700), np.uint8), 'a')] * 150\n"
        f"for n in itertools.count(): write_shard(Path({str(tmp_path)!r}), n, many)"
    )
    writer = subprocess.Popen([sys.executable, "-c", writing])
    for _ in range(600):
        if len(shard_numbers(tmp_path)) >= 3:
            break
        time.sleep(0.1)
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    numbers = shard_numbers(tmp_path)
    assert len(numbers) >= 3
    assert all(len(read_shard(tmp_path / f"{number:06d}.npz")) == 150 for number in numbers)
    clear_parts(tmp_path)
    assert not list(tmp_path.glob("*.part"))


def test_each_shard_is_used_before_one_is_used_again() -> None:
    pytest.importorskip("torch", reason=NO_TORCH)
    from pipeline.training.recogniser.train import next_shard

    assert next_shard({}, [3, 4], 2) == 3
    assert next_shard({3: 1}, [3, 4], 2) == 4
    assert next_shard({3: 1, 4: 1}, [3, 4], 2) == 3
    assert next_shard({3: 2, 4: 2}, [3, 4], 2) is None


@pytest.mark.slow
def test_two_halves_of_a_training_are_one_whole(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason=NO_TORCH)
    pytest.importorskip("onnx", reason=NO_TORCH)
    from pipeline.training.recogniser import start
    from pipeline.training.recogniser.train import Plan, resumed, train

    for number in range(4):
        write_shard(tmp_path, number, _samples(number))
    plan = Plan(lines=1000)
    whole, half = tmp_path / "whole.pt", tmp_path / "half.pt"
    train(start.from_package(), plan, tmp_path, whole, rounds=4)
    train(start.from_package(), plan, tmp_path, half, rounds=2)
    train(resumed(half), plan, tmp_path, half, rounds=2)
    one, other = (torch.load(path, weights_only=True) for path in (whole, half))
    assert (one["lines"], one["steps"], one["used"]) == (other["lines"], other["steps"], other["used"])
    for name, value in one["mean"].items():
        assert torch.equal(value, other["mean"][name]), name


@pytest.mark.slow
def test_a_training_whose_printer_has_ended_says_so_and_keeps_what_it_has(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason=NO_TORCH)
    pytest.importorskip("onnx", reason=NO_TORCH)
    from pipeline.training.recogniser import start
    from pipeline.training.recogniser.train import Plan, resumed, train

    write_shard(tmp_path, 0, _samples(1))
    with pytest.raises(RuntimeError, match="has ended"):
        train(start.from_package(), Plan(lines=1000), tmp_path, tmp_path / "checkpoint.pt", coming=lambda: False)
    assert resumed(tmp_path / "checkpoint.pt").used == {0: 1}


@pytest.mark.slow
def test_exported_weights_say_the_same_in_onnxruntime(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason=NO_TORCH)
    pytest.importorskip("onnx", reason=NO_TORCH)
    import onnxruntime

    from pipeline.training.recogniser import start
    from pipeline.training.recogniser.export import export
    from pipeline.training.recogniser.train import padded

    state = start.from_package()
    with torch.no_grad():
        for value in state.mean.values():
            if value.dtype.is_floating_point:
                value.add_(0.01 * torch.randn_like(value) * value.abs())
    state.save(tmp_path / "checkpoint.pt")
    model = export(tmp_path / "checkpoint.pt", start.MODEL, tmp_path / "models", "1")
    about = json.loads((tmp_path / "models" / "recogniser.json").read_text(encoding="utf-8"))
    state.network.load_state_dict(state.mean)
    state.network.eval()
    rng = random.Random(1)
    noise = np.random.default_rng(1)
    inks = [(noise.random((96, rng.randint(40, 300))) < 0.2).astype(np.float32) for _ in range(4)]
    ink, widths = padded(inks)
    with torch.no_grad():
        logits, lengths = state.network(ink, widths)
    logs, classes = torch.log_softmax(logits, 2).topk(8, dim=2)
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    read = session.run(["lengths", "topv", "topi"], {"x": ink[:, None].numpy(), "widths": widths.numpy()})
    assert read[0].tolist() == lengths.tolist()
    assert len(about["alphabet"]) + 1 == logits.shape[2]
    for n, length in enumerate(lengths.tolist()):
        assert np.abs(read[1][n, :length] - logs[n, :length].numpy()).max() < 1e-3
        assert (read[2][n, :length, 0] == classes[n, :length, 0].numpy()).mean() > 0.99
