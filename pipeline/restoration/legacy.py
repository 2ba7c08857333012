"""Legacy encodings (stub, to be filled)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum


class LegacyEncoding(StrEnum):
    """The old ways of writing Vietnamese in eight bits or in ASCII."""

    TCVN3 = "tcvn3"
    VNI = "vni"
    VIQR = "viqr"
    WINDOWS_1258 = "windows_1258"


def detect_legacy(text: str, fonts: Sequence[str] = ()) -> LegacyEncoding | None:
    """The legacy encoding of `text`, or None."""
    return None
