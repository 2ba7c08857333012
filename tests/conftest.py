"""What all tests share: where things lie, the command line, goldens and the flag that rebuilds them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.system_packages import SystemPackages

REPOSITORY = Path(__file__).resolve().parent.parent
GOLDENS = Path(__file__).resolve().parent / "goldens"

Command = Callable[..., "subprocess.CompletedProcess[str]"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--regenerate-goldens` writes tests/goldens anew instead of comparing with them."""
    parser.addoption("--regenerate-goldens", action="store_true", default=False, help="write tests/goldens anew")


def pytest_configure(config: pytest.Config) -> None:
    """Whether set-up installs what the tests open is found out by the way."""
    config.pluginmanager.register(SystemPackages(), "system-packages")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def sohoa() -> Command:
    """Runs the `sohoa` command in a process of its own, as a user does."""

    def run(*arguments: str | Path, stdin: str | None = None, timeout: float = 600) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "pipeline", *map(str, arguments)],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            env={**os.environ, "OMP_THREAD_LIMIT": "1", "PYTHONUTF8": "1"},
        )

    return run


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, Any], Any]:
    """golden(name, value) is the stored value of that name; with --regenerate-goldens it stores `value` first."""

    def load(name: str, value: Any) -> Any:
        path = GOLDENS / f"{name}.json"
        if request.config.getoption("--regenerate-goldens"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")
        if not path.is_file():
            pytest.fail(f"There is no golden {path.name}; look at the result, then run with --regenerate-goldens.")
        return json.loads(path.read_text("utf-8"))

    return load
