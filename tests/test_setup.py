"""scripts/setup.sh: what a person sees of it. A stand-in for the environment's Python plays pip."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

PYTHON = """#!/bin/sh
case "$*" in
*--version*) exit 0 ;;
*install*)
    echo "WARNING: Location is ignored" >&2
    [ ! -f fails ] || { echo "ERROR: no matching distribution" >&2; exit 1; }
    ;;
esac
"""


@pytest.fixture
def checkout(repository: Path, tmp_path: Path) -> Path:
    """What setup.sh needs of a checkout, with an environment that was not filled yet."""
    (tmp_path / "scripts").mkdir()
    for name in ("scripts/setup.sh", "pyproject.toml", "constraints.txt"):
        shutil.copy(repository / name, tmp_path / name)
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(PYTHON)
    python.chmod(0o755)
    return tmp_path


def set_up(checkout: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "scripts/setup.sh", "run"], cwd=checkout, capture_output=True, text=True, check=False, timeout=60
    )


def test_warnings_of_an_installation_that_went_well_are_not_shown(checkout: Path) -> None:
    done = set_up(checkout)
    assert (done.returncode, done.stdout) == (0, "")
    assert "Installing sohoa" in done.stderr
    assert "WARNING" not in done.stderr
    assert not (checkout / ".venv" / ".sohoa-pip.log").exists()


def test_all_that_pip_said_of_an_installation_that_failed_is_shown(checkout: Path) -> None:
    (checkout / "fails").touch()
    done = set_up(checkout)
    assert done.returncode == 3
    assert "WARNING: Location is ignored" in done.stderr
    assert "ERROR: no matching distribution" in done.stderr
    assert "could not be installed (see above)" in done.stderr


@pytest.mark.parametrize("purpose", ["run", "test", "models", "bench"])
def test_the_packages_of_a_purpose_are_listed_and_known_in_the_releases(repository: Path, purpose: str) -> None:
    done = subprocess.run(
        ["sh", "scripts/setup.sh", "list", purpose], cwd=repository, capture_output=True, text=True, check=True
    )
    rows = (repository / "scripts" / "system-packages.tsv").read_text("utf-8").splitlines()
    header, *known = [row.split("\t") for row in rows if not row.startswith("#")]
    kinds = {name: dict(zip(header[1:], how, strict=True)) for name, *how in known}
    assert {how for row in kinds.values() for how in row.values()} <= {"installed", "apt", "page", "unchecked"}
    assert {"tesseract-ocr", "tesseract-ocr-vie", "poppler-utils"} <= set(done.stdout.split()) <= set(kinds)
    assert not [name for name, row in kinds.items() if "unchecked" in (row["debian 12"], row["debian 13"])]
