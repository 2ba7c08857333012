"""`make models` on a small folder: from any text, and bit for bit the same twice."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

import pytest

from pipeline.training.build import main

TEXT = "ủy ban nhân dân xã phường tổ chức thực hiện kế hoạch cải cách hành chính công tác báo cáo kết quả"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of decrees and one of other text, made up."""
    folder = tmp_path_factory.mktemp("corpus")
    rng = random.Random(4)
    lines = [" ".join(rng.choices(TEXT.split(), k=14)).capitalize() + "." for _ in range(1500)]
    numbered = [f"Số: {n // 20}/2025/QĐ-UBND" if n % 20 == 0 else line for n, line in enumerate(lines)]
    (folder / "decrees.txt").write_text("\n".join(numbered), encoding="utf-8")
    (folder / "letters.txt").write_text("\n".join(reversed(lines)), encoding="utf-8")
    return folder


def test_language_codes_and_names_come_out_the_same_twice(corpus: Path, tmp_path: Path) -> None:
    first, second = (_built(corpus, tmp_path / name, ["language", "codes", "names"], jobs=1) for name in "ab")
    assert first == second
    assert {"syllables.npz", "codes.tsv", "names.tsv"} <= set(first)


@pytest.mark.slow
def test_all_models_come_out_the_same_with_one_process_and_with_two(corpus: Path, tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="the extra `network` is not installed")
    pytest.importorskip("onnx", reason="the extra `network` is not installed")
    steps = ["language", "pairs", "channels", "codes", "names", "garble", "digits", "context"]
    first, second = (_built(corpus, tmp_path / str(jobs), steps, jobs=jobs) for jobs in (1, 2))
    assert first == second
    made = {"channel-eng.npz", "channel-vie.npz", "garble.tsv", "digits.npz", "context.npz", "context.onnx"}
    assert made <= set(first)


def _built(corpus: Path, folder: Path, steps: list[str], *, jobs: int) -> dict[str, str]:
    """The digest of each file that was made."""
    out = folder / "models"
    where = ["--corpus", str(corpus), "--out", str(out), "--work", str(folder / "work")]
    main([*where, "--jobs", str(jobs), "--share", "0.003", "--only", *steps])
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in out.iterdir()}
