"""Output folders that fill up or refuse, and archives with names that few programs survive."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.store.layout import document_name
from pipeline.store.ledger import Ledger

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 600 kB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("mounting a small disk takes rights that this account has not")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=False)


def archive_of(folder: Path, files: int) -> Path:
    """Text files of some kilobytes."""
    folder.mkdir()
    for number in range(files):
        (folder / f"{number}.txt").write_text(f"KẾ HOẠCH {number}\n" + "Thi đua cải cách hành chính.\n" * 60)
    return folder


def test_a_disk_that_fills_ends_the_run_and_with_room_the_next_one_carries_on(
    small_disk: Path, sohoa: Command, tmp_path: Path
) -> None:
    archive = archive_of(tmp_path / "archive", 40)
    done = sohoa("ingest", archive, "--out", small_disk / "out")
    assert done.returncode == 5, done.stderr
    assert "disk is full" in done.stderr
    subprocess.run(["mount", "-o", "remount,size=60m", str(small_disk)], check=True)
    assert sohoa("ingest", archive, "--out", small_disk / "out").returncode == 0
    assert sohoa("verify", small_disk / "out").returncode == 0
    assert len(list((small_disk / "out" / "documents").iterdir())) == 40


def test_a_read_only_output_folder_is_refused_at_once(small_disk: Path, sohoa: Command, tmp_path: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    done = sohoa("ingest", archive_of(tmp_path / "archive", 1), "--out", small_disk / "out")
    assert done.returncode == 5
    assert "read-only" in done.stderr


def test_a_read_only_result_folder_can_be_searched_and_verified(
    small_disk: Path, sohoa: Command, tmp_path: Path
) -> None:
    subprocess.run(["mount", "-o", "remount,size=60m", str(small_disk)], check=True)
    assert sohoa("ingest", archive_of(tmp_path / "archive", 2), "--out", small_disk).returncode == 0
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert "KẾ HOẠCH" in sohoa("search", "ke hoach", "--corpus", small_disk).stdout
    assert sohoa("verify", small_disk).returncode == 0
    assert sohoa("status", small_disk).returncode == 0


def test_names_that_few_programs_survive(sohoa: Command, tmp_path: Path) -> None:
    archive = tmp_path / "kho lưu trữ\nsố 1 📁"
    archive.mkdir()
    names = [
        "dòng\nmới.txt".encode(),
        "😀 kế hoạch.txt".encode(),
        b"x" * 251 + b".txt",
        b"\xff\xfe kh\xf4ng ph\xe1i UTF-8.txt",
        b"-rf.txt",
        b"'; DROP TABLE files; --.txt",
        b"=cmd|'calc'!A0.txt",
        b"\x1b[31mred.txt",
        b"a.txt.json",
        b"a.txt",
    ]
    for number, name in enumerate(names):
        Path(os.fsdecode(os.fsencode(archive) + b"/" + name)).write_text(f"KẾ HOẠCH số {number}\n")
    out = tmp_path / "out"
    done = sohoa("ingest", archive, "--out", out)
    assert done.returncode == 4  # a.txt.json is no kind that is read
    assert "\x1b" not in done.stderr
    with Ledger(out / "ledger.sqlite", read_only=True) as ledger:
        rows = list(ledger.rows())
    assert len(rows) == len(names)
    for row in rows:
        document = json.loads((out / document_name(row.path)).read_text())
        assert document["source"]["path"] == row.path
    assert sohoa("verify", out).returncode == 0
    assert sohoa("ingest", archive, "--out", out).returncode == 0  # what is not read was said the first time
    assert json.loads((out / "report.json").read_text())["files"]["unchanged"] == len(names)
