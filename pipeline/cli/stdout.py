"""What the commands on one file print: data, and nothing else."""

from __future__ import annotations

import sys

from pipeline.vietnamese.tones import ToneStyle, in_style


def write_bytes(data: bytes) -> None:
    """Print `data` as it is, at once."""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def with_tones(text: str, tones: str) -> str:
    """`text` with its tone marks as it has them ('own'), or all placed in one style ('old', 'new')."""
    return text if tones == "own" else in_style(text, ToneStyle(tones))
