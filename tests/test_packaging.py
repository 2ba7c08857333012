"""The wheel, not only the checkout, has to work: built, installed elsewhere, run there."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

WORKSHOP = ("pipeline/training/", "pipeline/bench/", "tests/", "corpus/", "scripts/")
IMPORT_ALL = """
import importlib, pkgutil
import pipeline

found = [module.name for module in pkgutil.walk_packages(pipeline.__path__, "pipeline.")]
modules = [name for name in found if not name.endswith("__main__")]
for name in modules:
    importlib.import_module(name)
print(len(modules))
"""


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
    used = [name for name in tracked if not name.startswith(WORKSHOP) and not name.endswith(".gitkeep")]
    wanted = {name if name.startswith("pipeline/") else f"pipeline/{name}" for name in used}
    assert not wanted - names


def test_wheel_leaves_training_benchmarks_tests_and_samples_in_the_repository(repository: Path, wheel: Path) -> None:
    assert all((repository / folder).is_dir() for folder in WORKSHOP)
    assert not [name for name in zipfile.ZipFile(wheel).namelist() if name.startswith(WORKSHOP)]


def run_installed(folder: Path, *command: str | Path, given: str = "") -> subprocess.CompletedProcess[str]:
    """Runs a command of the installed wheel in `folder`, where nothing of the checkout is on the path."""
    elsewhere = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}  # it may name the checkout
    return subprocess.run(
        list(command), input=given, capture_output=True, text=True, cwd=folder, env=elsewhere, check=False
    )


def test_everything_in_the_wheel_imports_without_the_repository(installed: Path, tmp_path: Path) -> None:
    done = run_installed(tmp_path, installed / "python", "-c", IMPORT_ALL)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 150


def test_wheel_evaluates_results_against_gold(installed: Path, repository: Path, tmp_path: Path) -> None:
    gold = repository / "corpus" / "gold" / "2024" / "kh-tu-sach-cu.md.json"
    done = run_installed(tmp_path, installed / "sohoa", "evaluate", gold, tmp_path)
    assert done.returncode == 1
    assert "nothing to compare" in done.stderr


def test_wheel_restores_text_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    text = "KE HOACH\n\n  Phat dong phong trao thi dua yeu nuoc nam 2024\n"
    done = run_installed(tmp_path, installed / "sohoa", "restore", "-", given=text)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "KẾ HOẠCH\n\n  Phát động phong trào thi đua yêu nước năm 2024\n"


def test_wheel_runs_from_its_own_files(installed: Path, tmp_path: Path) -> None:
    script = "import pipeline.resources as r; print(r.__file__); print(r.models_dir())"
    where = run_installed(tmp_path, installed / "python", "-c", script).stdout.split()
    assert len(where) == 2
    assert all(Path(path).is_relative_to(installed.parent) for path in where)
