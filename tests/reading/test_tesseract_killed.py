"""A Tesseract that is killed from outside is asked again, and nobody can tell from the result."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipeline.errors import MissingToolError
from pipeline.reading.engines.base import EngineFailureError
from pipeline.reading.engines.tesseract import TesseractEngine

_SUICIDE = """#!/bin/sh
if [ -e "{flag}" ] || [ "$1" = --list-langs ] || [ "$1" = --version ]; then exec "{real}" "$@"; fi
{mark}
kill -9 $$
"""


def page() -> np.ndarray:
    """A line of large letters."""
    image = Image.new("L", (900, 200), 255)
    font = ImageFont.load_default(size=64)
    ImageDraw.Draw(image).text((40, 60), "KE HOACH 2024", fill=0, font=font)
    return np.asarray(image)


def killed_tesseract(folder: Path, monkeypatch: pytest.MonkeyPatch, *, once: bool) -> None:
    """Put a program before the real one that is killed each time, or the first time only."""
    flag = folder / "flag"
    script = folder / "tesseract"
    script.write_text(
        _SUICIDE.format(flag=flag, real=shutil.which("tesseract"), mark=f"touch {flag}" if once else "true")
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def test_killed_once_it_gives_the_same_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = TesseractEngine().read(page(), dpi=300, seconds=60)
    killed_tesseract(tmp_path, monkeypatch, once=True)
    assert TesseractEngine().read(page(), dpi=300, seconds=60) == wanted
    assert (tmp_path / "flag").exists()
    assert wanted


def test_killed_each_time_it_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    killed_tesseract(tmp_path, monkeypatch, once=False)
    with pytest.raises(EngineFailureError, match="signal 9"):
        TesseractEngine().read(page(), dpi=300, seconds=60)


def killed_when_asked(folder: Path, monkeypatch: pytest.MonkeyPatch, *, once: bool) -> None:
    """Put a program before the real one that is killed when it is asked for its languages, each time or once."""
    flag = folder / "flag"
    mark = f"touch {flag}" if once else "true"
    script = folder / "tesseract"
    script.write_text(
        f'#!/bin/sh\nif [ "$1" != --list-langs ] || [ -e "{flag}" ]; then exec "{shutil.which("tesseract")}" "$@"; fi\n'
        f"{mark}\nkill -9 $$\n"
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def test_killed_while_it_says_its_languages_it_is_not_taken_for_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_when_asked(tmp_path, monkeypatch, once=True)
    assert TesseractEngine().version
    assert (tmp_path / "flag").exists()


def test_killed_each_time_it_is_asked_it_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    killed_when_asked(tmp_path, monkeypatch, once=False)
    with pytest.raises(MissingToolError, match="does not answer"):
        _ = TesseractEngine().version
