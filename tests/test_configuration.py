"""Settings: defaults, sohoa.toml, environment, command line; what is wrong is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.configuration import configured, places_of_file
from pipeline.errors import UsageError
from pipeline.settings import Settings


def write(folder: Path, text: str) -> Path:
    path = folder / "sohoa.toml"
    path.write_text(text, "utf-8")
    return path


def test_the_command_line_stands_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, "[run]\njobs = 2\nmax_attempts = 5\n[intake]\nmax_pages = 10\n")
    found = configured(path, {"SOHOA_RUN_JOBS": "3", "SOHOA_INTAKE_MAX_PAGES": "20"}, {("run", "jobs"): 4})
    run, intake = found.settings.run, found.settings.intake
    assert (run.jobs, run.max_attempts, intake.max_pages) == (4, 5, 20)
    assert found.sources == {
        ("run", "jobs"): "command line", ("run", "max_attempts"): str(path), ("intake", "max_pages"): "environment",
    }  # fmt: skip


def test_without_anything_the_defaults_are_in_force(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = configured(None, {"HOME": str(tmp_path), "SOHOA_TRACEBACK": "1"})
    assert found.settings == Settings()
    assert {source for _, _, source, _ in found.rows()} == {"default"}


def test_the_file_is_looked_for_here_then_among_the_users_settings(tmp_path: Path) -> None:
    assert places_of_file({"HOME": "/home/lan"})[:2] == [Path("sohoa.toml"), Path("/home/lan/.config/sohoa/sohoa.toml")]
    named = write(tmp_path, "")
    assert places_of_file({"SOHOA_CONFIG": str(named)}) == [named]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[run]\njob = 2\n", "no setting run.job. Did you mean jobs"),
        ("[runn]\njobs = 2\n", "no section [runn]. Did you mean run"),
        ("jobs = 2\n", "stands in no section"),
        ("[run]\njobs = 0\n", "run.jobs cannot be 0"),
        ("[run]\njobs = 'viele'\n", "run.jobs cannot be 'viele'"),
        ("[run\n", "is no TOML"),
        ("[office]\nplaces_file = 'gone.txt'\n", "cannot be read as a list of names"),
        ("[office]\nplaces = ['a']\n", "no setting office.places"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        configured(path, {})
    assert said in str(caught.value)
    assert "sohoa.toml" in str(caught.value) or "gone.txt" in str(caught.value)


def test_a_variable_with_an_unknown_key_is_named() -> None:
    with pytest.raises(UsageError, match=r"SOHOA_RUN_JOB: there is no setting run\.job"):
        configured(None, {"SOHOA_RUN_JOB": "2", "HOME": "/nowhere"})


def test_lists_of_names_are_seen_from_the_file_that_names_them(tmp_path: Path) -> None:
    (tmp_path / "thôn.txt").write_text("# các thôn\nKhe  Trĩ\n\nBàu Sẫm # mới\nKhe Trĩ\n", "utf-8-sig")
    found = configured(write(tmp_path, "[office]\nplaces_file = 'thôn.txt'\n"), {})
    assert found.settings.office.places == ("Khe Trĩ", "Bàu Sẫm")
    assert found.settings.office.digest() != Settings().office.digest()


def test_every_setting_says_what_it_is_for_and_is_documented(repository: Path) -> None:
    documented = (repository / "docs" / "settings.md").read_text("utf-8")
    for name, value, _, purpose in configured(None, {"HOME": "/nowhere"}).rows():
        assert purpose, name
        key = f"{name}_file" if name.startswith("office.") else name
        assert f"`{key}`" in documented, f"{key} is missing: python scripts/write_settings.py docs/settings.md"
        if not name.startswith("office."):
            assert f"| {json.dumps(value)} |" in documented.partition(f"`{key}`")[2].partition("\n")[0], key


def test_config_prints_what_is_in_force(sohoa: Callable[..., Any], tmp_path: Path) -> None:
    path = write(tmp_path, "[run]\njobs = 3\n")
    done = sohoa("config", "--config", path, "--json")
    assert json.loads(done.stdout)["run.jobs"] == {"value": 3, "source": str(path)}
    assert sohoa("config", "--config", write(tmp_path, "[run]\nx = 3\n")).returncode == 1
