"""The image's and the service's files name what there is, and give no more rights than needed."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.main import get_command

from pipeline.cli.app import app

ROOT = Path(__file__).resolve().parent.parent


def unit(name: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string((ROOT / "deploy" / name).read_text("utf-8"))
    return parser


def test_the_image_copies_what_is_there_and_runs_as_nobody_in_particular() -> None:
    text = (ROOT / "Dockerfile").read_text("utf-8")
    for line in re.findall(r"^COPY (.*)$", text, re.MULTILINE):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source
    steps = re.findall(r"^(?:USER|ENTRYPOINT).*$", text, re.MULTILINE)
    assert steps == ["USER sohoa", 'ENTRYPOINT ["sohoa"]']


def test_the_image_installs_the_packages_of_set_up_and_no_other() -> None:
    text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    (installed,) = re.findall(r"--no-install-recommends\s+(.*?)\s+&&", text)
    listed = subprocess.run(
        ["sh", "scripts/setup.sh", "list", "run"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    python = {"python3", "python3-venv", "libreoffice-writer-nogui"}
    assert {name for name in installed.split() if name not in python} == {
        name for name in listed if not name.startswith(("python3", "libreoffice"))
    }


@pytest.mark.parametrize("name", ["sohoa.service", "sohoa.timer"])
def test_units_are_as_systemd_reads_them(name: str) -> None:
    parser = unit(name)
    assert parser.has_section("Unit")
    if analyser := shutil.which("systemd-analyze"):
        done = subprocess.run([analyser, "verify", ROOT / "deploy" / name], capture_output=True, text=True, check=False)
        assert "Unknown" not in done.stderr


def test_the_service_gives_a_command_that_there_is_with_options_that_it_has() -> None:
    words = shlex.split(unit("sohoa.service")["Service"]["ExecStart"])
    command = get_command(app).commands[words[1]]  # type: ignore[attr-defined]
    options = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words[2:] if word.startswith("--")} <= options


def test_the_service_writes_nowhere_but_into_the_results() -> None:
    service = unit("sohoa.service")["Service"]
    assert service["ProtectSystem"] == "strict"
    assert service["ReadWritePaths"] == "/results"
    assert service["User"] == "sohoa"


def test_the_settings_that_are_shipped_are_the_defaults_or_can_be() -> None:
    from pipeline.configuration import configured

    assert configured(ROOT / "deploy" / "sohoa.toml", {}).settings.run.jobs == 2
