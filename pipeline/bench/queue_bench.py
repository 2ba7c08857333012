"""How many of the true errors are among the first fields that the review queue offers.

    python -m pipeline.bench.queue_bench corpus/gold corpus/out

By confidence alone, by disagreement alone, by both; fields are those of letterhead and closing that hold something.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.schema import Document
from pipeline.store.documents import from_json
from pipeline.store.doubts import WEIGHTS, fields_of, reasons_of

_FIRST = (10, 25, 50)


@dataclass(frozen=True, slots=True)
class Judged:
    """A field: whether it is wrong, and how doubtful it is in each way."""

    is_wrong: bool
    unsure: float
    disagreed: float

    @property
    def both(self) -> float:
        """The two together, as the queue has them."""
        return 1.0 - (1.0 - self.unsure) * (1.0 - self.disagreed)


def judge(document: Document, gold: dict[str, Any]) -> Iterator[Judged]:
    """The fields of a document against its gold."""
    for name, held in fields_of(document):
        agreed = 1.0
        for reason in dict.fromkeys(reasons_of(document, name, held)):
            agreed *= 1.0 - WEIGHTS[reason]
        unsure = 1.0 - (1.0 if held.confidence is None else held.confidence)
        yield Judged(_plain(held.value) != _plain(_true_value(gold, name)), unsure, 1.0 - agreed)


def _true_value(gold: dict[str, Any], name: str) -> str | None:
    part, _, field = name.partition(".")
    if part == "header":
        held = gold.get("header") or {}
    else:
        signers = gold.get("signers") or [gold.get("signer") or {}]
        at = int(part.removeprefix("signers[").removesuffix("]"))
        held = signers[at] if at < len(signers) else {}
    value = held.get(field)
    return value.get("value") if isinstance(value, dict) else value


def _plain(value: str | None) -> str:
    return " ".join((value or "").split()).lower()


def main(arguments: Sequence[str] | None = None) -> int:
    """Count and print."""
    parser = argparse.ArgumentParser(description="True errors among the first fields of the queue.")
    parser.add_argument("gold", type=Path)
    parser.add_argument("out", type=Path)
    chosen = parser.parse_args(arguments)
    fields: list[Judged] = []
    for path in sorted(chosen.gold.rglob("*.json")):
        made = chosen.out / "documents" / path.relative_to(chosen.gold)
        if made.is_file():
            fields += judge(from_json(made.read_bytes()), json.loads(path.read_text("utf-8")))
    wrong = sum(field.is_wrong for field in fields)
    sys.stdout.write(f"{len(fields)} fields, {wrong} wrong; found among the first {', '.join(map(str, _FIRST))}:\n")
    for name in ("unsure", "disagreed", "both"):
        order = sorted(fields, key=lambda field, by=name: -getattr(field, by))  # type: ignore[misc]
        found = [str(sum(field.is_wrong for field in order[:first])) for first in _FIRST]
        sys.stdout.write(f"{name:10} {' '.join(found)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
