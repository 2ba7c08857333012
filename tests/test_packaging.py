"""The wheel, not only the checkout, has to work: built, installed elsewhere, run there."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=repository,
        check=True,
        capture_output=True,
    )
    return next(folder.glob("sohoa-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of a new environment with the wheel in it; the libraries are those of this environment.

    They are put on the path by a .pth file: the editable install of the checkout, itself a .pth, is not followed from
    there, so that only the wheel can provide `pipeline`.
    """
    home = tmp_path_factory.mktemp("elsewhere") / "venv"
    venv.create(home, with_pip=False)
    site = next(home.glob("lib/python*/site-packages"))
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n" + sysconfig.get_path("platlib") + "\n")
    python = home / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check"]
    options = ["--quiet", "--no-deps", "--no-index", "--ignore-installed"]
    subprocess.run([*pip, "install", *options, str(wheel)], check=True, capture_output=True)
    return home / "bin"


def test_wheel_holds_the_package_its_rules_and_the_models(repository: Path, wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    tracked = subprocess.run(
        ["git", "ls-files", "pipeline", "models"], cwd=repository, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    wanted = {name if name.startswith("pipeline/") else f"pipeline/{name}" for name in tracked}
    assert not {name for name in wanted if not name.endswith(".gitkeep")} - names
    assert not [name for name in names if name.startswith(("tests/", "corpus/"))]


def test_wheel_restores_text_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [installed / "sohoa", "restore", "-"],
        input="KE HOACH\n\n  Phat dong phong trao thi dua yeu nuoc nam 2024\n",
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "KẾ HOẠCH\n\n  Phát động phong trào thi đua yêu nước năm 2024\n"


def test_wheel_runs_from_its_own_files(installed: Path, tmp_path: Path) -> None:
    where = subprocess.run(
        [installed / "python", "-c", "import pipeline.resources as r; print(r.__file__); print(r.models_dir())"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
    ).stdout.split()
    assert all(Path(path).is_relative_to(installed.parent) for path in where)
