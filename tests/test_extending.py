"""docs/extending.md, followed to the letter: its files become a package, which is installed and used."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from pipeline import extensions
from pipeline.errors import MissingToolError, UsageError
from pipeline.extensions import Extensions, Group
from pipeline.reading.engines.table import ENGINES
from pipeline.store.formats import FORMATS

FILE = re.compile(r"^```\w+\n# (?P<path>\S+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def package(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of the page."""
    folder = tmp_path_factory.mktemp("sohoa-phukhe")
    for found in FILE.finditer((repository / "docs" / "extending.md").read_text("utf-8")):
        path = folder / found["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found["text"], "utf-8")
    return folder


@pytest.fixture(scope="module")
def environment(package: Path, repository: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a process that has the package of the page installed beside sohoa."""
    place = tmp_path_factory.mktemp("site-packages")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--no-build-isolation", "--target", str(place), str(package)], check=True)
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(place), str(repository)]), "PYTHONUTF8": "1"}


def run(environment: dict[str, str], *command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command], env=environment, capture_output=True, text=True, check=False
    )


def test_the_tests_of_the_page_pass(package: Path, environment: dict[str, str]) -> None:
    done = run(environment, "pytest", "-q", "-p", "no:cacheprovider", package / "tests")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 passed" in done.stdout


def test_what_is_added_works_from_the_command_line_and_in_workers(environment: dict[str, str], tmp_path: Path) -> None:
    text = "UBND XÃ PHÚ KHÊ\nSố: 28/KH-UBND\n\nKẾ HOẠCH\nThi đua\n\nI. BẢO ĐẢM AN NINH TRẬT TỰ\n- Tuần tra đêm.\n"
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "kh.pages.json").write_text(json.dumps({"pages": [text]}))
    done = run(environment, "pipeline", "ingest", tmp_path / "archive", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    found = run(environment, "pipeline", "search", "tuần tra", "--corpus", tmp_path / "out", "--role", "x_an_ninh")
    assert "kh.pages.json" in found.stdout
    register = tmp_path / "register.csv"
    assert run(environment, "pipeline", "export", "--corpus", tmp_path / "out", "--format", "register", register)
    assert "28/KH-UBND" in register.read_text("utf-8-sig")
    assert "phukhe (roles)" in run(environment, "pipeline", "doctor").stdout


@pytest.mark.parametrize("table", [ENGINES, FORMATS])
def test_everything_in_our_own_tables_can_be_loaded(table: Extensions[object]) -> None:
    assert all(table.load(name) for name in table.own)


def test_an_unknown_name_is_told_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="jsonl, plans, csv"):
        FORMATS.load("odt")


def added(monkeypatch: pytest.MonkeyPatch, *points: EntryPoint) -> None:
    monkeypatch.setattr(extensions, "entry_points", lambda group: [point for point in points if point.group == group])
    extensions.added_points.cache_clear()
    monkeypatch.setattr(extensions, "added_points", extensions.added_points.__wrapped__)


def test_our_own_names_cannot_be_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    added(monkeypatch, EntryPoint("jsonl", "os:getcwd", Group.EXPORTS))
    assert FORMATS.load("jsonl").write.__module__ == "pipeline.store.exports.jsonl"


def test_a_broken_package_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    added(monkeypatch, EntryPoint("register", "no_such_package:FORMAT", Group.EXPORTS))
    with pytest.raises(MissingToolError, match=r"'register'.*ModuleNotFoundError.*uninstall"):
        FORMATS.load("register")
