"""A command that is killed leaves a folder of temporary files; the next command removes it, and no other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from pipeline.run.workers.temporaries import clear_leftovers, own_temporaries

WORK = """
import subprocess, sys, tempfile, time
from pipeline.run.workers.temporaries import own_temporaries
with own_temporaries() as folder:
    tempfile.NamedTemporaryFile(delete=False).write(b"a page")
    child = subprocess.run([sys.executable, "-c", "import tempfile; print(tempfile.gettempdir())"], capture_output=True)
    assert child.stdout.decode().strip() == str(folder)
    print(folder, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def working(tmp_path):
    """A command at work, its temporary files in the test's folder: (process, its folder, last changed long ago)."""
    process = subprocess.Popen(
        [sys.executable, "-c", WORK], env={**os.environ, "TMPDIR": str(tmp_path)}, stdout=subprocess.PIPE, text=True
    )
    folder = Path(process.stdout.readline().strip())
    assert len(list(folder.iterdir())) == 2
    long_ago = time.time() - 3600
    os.utime(folder, (long_ago, long_ago))
    yield process, folder
    process.kill()
    process.communicate()


def test_what_a_killed_command_left_is_removed_by_the_next(working, tmp_path):
    process, folder = working
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert folder.is_dir()
    clear_leftovers(tmp_path)
    assert not folder.exists()


def test_the_files_of_a_command_at_work_stay(working, tmp_path):
    _, folder = working
    clear_leftovers(tmp_path)
    assert len(list(folder.iterdir())) == 2


def test_a_folder_made_a_moment_ago_and_strangers_folders_stay(tmp_path):
    (tmp_path / "sohoa-run-young").mkdir()
    (tmp_path / "sohoa_other").mkdir()
    clear_leftovers(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sohoa-run-young", "sohoa_other"]


def test_afterwards_everything_is_as_it_was(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    with own_temporaries() as folder:
        assert tempfile.gettempdir() == str(folder) == os.environ["TMPDIR"]
    assert list(tmp_path.iterdir()) == []
    assert os.environ["TMPDIR"] == str(tmp_path)
