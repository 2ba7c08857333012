"""Engines that answer from a folder what they answered before: a benchmark of what stands around them takes minutes.

An answer is found by engine, version, question and picture; the time limit has no part in it. The folder may be
removed at any time. Its files are pickles of this program's own: nobody else's folder is to be opened.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from pipeline.reading.engines import Engine
from pipeline.store.atomic import write_atomic

_QUESTIONS = ("read", "read_lines", "read_boxes", "strips")
E = TypeVar("E", bound=Engine)


def recorded(engine: E, folder: Path) -> E:
    """`engine`, its answers kept in `folder` and taken from there."""
    for question in _QUESTIONS:
        ask = getattr(engine, question, None)
        if ask is not None:
            setattr(engine, question, _kept(ask, f"{engine.name} {engine.version} {question}", folder))
    return engine


def _kept(ask: Callable[..., Any], name: str, folder: Path) -> Callable[..., Any]:
    @wraps(ask)
    def answer(*pictures: object, **settings: object) -> Any:  # noqa: ANN401 - whatever the engine answers
        key = _digest(name, pictures, {what: value for what, value in settings.items() if what != "seconds"})
        path = folder / key[:2] / key
        if path.is_file():
            return pickle.loads(path.read_bytes())  # noqa: S301 - our own, see above
        found = ask(*pictures, **settings)
        write_atomic(path, pickle.dumps(found), durable=False)
        return found

    return answer


def _digest(*parts: object) -> str:
    digest = hashlib.sha256()
    for part in parts:
        _add(digest, part)
    return digest.hexdigest()


def _add(digest: hashlib._Hash, part: object) -> None:
    if isinstance(part, np.ndarray):
        digest.update(f"{part.shape}{part.dtype}".encode())
        digest.update(np.ascontiguousarray(part).tobytes())
    elif isinstance(part, (list, tuple)):
        digest.update(b"(")
        for member in part:
            _add(digest, member)
        digest.update(b")")
    else:
        digest.update(repr(part).encode() + b"\0")
