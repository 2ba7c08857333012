"""Is a confidence of 0.9 right nine times in ten? Reliability of the fields' confidences against gold.

    python -m pipeline.bench.calibration GOLD OUT

Each field of the output that gold speaks about is a sample: its confidence, its length, whether it is exactly right.
The report is the usual reliability table with the expected calibration error (Naeini et al. 2015) and the Brier score.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from pipeline.measure.evaluate import paired_documents
from pipeline.measure.fields import HEADER_FIELDS, SIGNER_FIELDS
from pipeline.measure.matching import alternatives, is_exact, pair_best
from pipeline.measure.trees import align, flatten

Json = Mapping[str, Any]
EDGES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)


@dataclass(frozen=True, slots=True)
class Sample:
    """One field of the output: how sure it was, how long it is in characters, whether it is exactly right."""

    kind: str
    confidence: float
    length: int
    right: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """The samples with a confidence in `low`..`high`: how many, their mean confidence, the share that is right."""

    low: float
    high: float
    count: int
    confidence: float
    right: float


def samples(gold: Json, found: Json) -> Iterator[Sample]:
    """The fields of a document that carry a confidence and that the gold speaks about."""
    header = found.get("header") or {}
    for name in HEADER_FIELDS:
        if name in gold.get("header", {}):
            yield from _sample("header", gold["header"][name], header.get(name))
    yield from _listed("recipients", gold.get("recipients"), found.get("recipients") or [])
    signers = gold.get("signers") or ([gold["signer"]] if gold.get("signer") else [])
    for expected, actual in zip(signers, found.get("signers") or [], strict=False):
        for name in SIGNER_FIELDS:
            yield from _sample("signer", expected.get(name), actual.get(name))
    if "sections" in gold:
        yield from _headings(gold["sections"], found.get("sections") or [])


def reliability(found: Sequence[Sample], edges: Sequence[float] = EDGES) -> list[Bin]:
    """The samples by confidence; empty bins are left out."""
    bins = []
    for low, high in pairwise(edges):
        inside = [s for s in found if low <= s.confidence < high or (high == edges[-1] and s.confidence == high)]
        if inside:
            mean = sum(s.confidence for s in inside) / len(inside)
            bins.append(Bin(low, high, len(inside), mean, sum(s.right for s in inside) / len(inside)))
    return bins


def calibration_error(found: Sequence[Sample]) -> float:
    """Expected calibration error: how far confidence and share right lie apart, weighted by the size of the bins."""
    return sum(b.count * abs(b.confidence - b.right) for b in reliability(found)) / max(1, len(found))


def brier(found: Sequence[Sample]) -> float:
    """Mean squared difference between confidence and being right; 0 is perfect."""
    return sum((s.confidence - s.right) ** 2 for s in found) / max(1, len(found))


def format_reliability(found: Sequence[Sample]) -> str:
    """The reliability table as text."""
    lines = [f"{'confidence':<14}{'fields':>8}{'mean':>8}{'right':>8}"]
    for b in reliability(found):
        lines.append(f"{b.low:.2f}-{b.high:.2f}     {b.count:>8}{b.confidence:>8.3f}{b.right:>8.3f}")
    lines.append(
        f"{len(found)} fields, expected calibration error {calibration_error(found):.3f}, Brier {brier(found):.3f}"
    )
    return "\n".join(lines)


def _sample(kind: str, gold: object, found: object) -> Iterator[Sample]:
    if not isinstance(found, Mapping) or found.get("value") is None or found.get("confidence") is None:
        return
    value = str(found["value"])
    answers = [answer for answer in alternatives(gold) if answer is not None]  # type: ignore[arg-type]
    right = any(is_exact(answer, value) for answer in answers)
    yield Sample(kind, float(found["confidence"]), len(value), right)


def _listed(kind: str, gold: Sequence[str] | None, found: Sequence[Json]) -> Iterator[Sample]:
    if gold is None:
        return
    pairs = {j: i for i, j in pair_best(list(gold), [str(item["value"]) for item in found]).items()}
    for index, item in enumerate(found):
        yield from _sample(kind, gold[pairs[index]] if index in pairs else None, item)


def _headings(gold: Sequence[Json], found: Sequence[Json]) -> Iterator[Sample]:
    expected, actual = flatten(gold), flatten(found)
    confidences = list(_confidences(found))
    pairs = {j: i for i, j in align(expected, actual).items()}
    for index, node in enumerate(actual):
        (heading,) = alternatives(node.heading)
        if heading is None or confidences[index] is None:
            continue
        answers = alternatives(expected[pairs[index]].heading) if index in pairs else ()
        right = any(answer is not None and is_exact(answer, heading) for answer in answers)
        yield Sample("heading", float(confidences[index] or 0.0), len(heading), right)


def _confidences(sections: Sequence[Json]) -> Iterator[float | None]:
    for section in sections:
        yield section.get("confidence")
        yield from _confidences(section.get("children") or [])


def main(arguments: Sequence[str] | None = None) -> None:
    """The command: print the reliability table of all documents of OUT that the gold speaks about."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.bench.calibration", description=__doc__)
    parser.add_argument("gold", type=Path, help="folder of gold JSON files, or one file")
    parser.add_argument("out", type=Path, help="the folder that `sohoa ingest` filled")
    options = parser.parse_args(arguments)
    found: list[Sample] = []
    for expected, path in paired_documents(options.gold, options.out):
        found.extend(samples(expected, json.loads(path.read_text(encoding="utf-8"))))
    sys.stdout.write(format_reliability(found) + "\n")


if __name__ == "__main__":
    main()
