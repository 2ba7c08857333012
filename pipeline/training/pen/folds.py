"""Which labelled documents are left out together when a network is trained for figures that mean something."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

FOLDS = 5


def largest_office(offices: Iterable[str]) -> str:
    """The office that has most of the documents."""
    return Counter(offices).most_common(1)[0][0]


def fold_of(document: str, office: str, largest: str) -> int:
    """The fold of a document: an office as a whole, but the largest one by document, for it has most of them."""
    key = document if office == largest else office
    return hashlib.sha256(key.encode()).digest()[0] % FOLDS


def fold_folder(work: Path, fold: int) -> Path:
    """Where the network lies that was trained without a fold."""
    return work / f"fold{fold}"
