"""docs/python.md, run as it stands; the interface is light to import and can be shared by threads beside an ingest."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

import pipeline as sohoa
from pipeline.errors import UnusableInputError, UsageError

Command = Callable[..., "subprocess.CompletedProcess[str]"]
PLAN = "2024/kh-tu-sach-cu.md"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module", name="command")
def the_command(request: pytest.FixtureRequest) -> Command:
    command: Command = request.getfixturevalue("sohoa")  # the module has that name here
    return command


@pytest.fixture(scope="module")
def place(repository: Path, tmp_path_factory: pytest.TempPathFactory, command: Command) -> Path:
    """A folder with a file of the samples and `out`, its corpus."""
    folder = tmp_path_factory.mktemp("python")
    (folder / "2024").mkdir()
    shutil.copy(repository / "corpus" / "archive" / PLAN, folder / PLAN)
    shutil.copy(repository / "corpus" / "archive" / PLAN, folder / "kh-khac.md")
    (folder / "kh-khac.md").write_text((folder / PLAN).read_text("utf-8").replace("sách", "vở"), "utf-8")
    done = command("ingest", folder, "--out", folder.with_name("out-of-python"), "--jobs", "1")
    assert done.returncode == 0, done.stderr
    shutil.move(folder.with_name("out-of-python"), folder / "out")
    return folder


def test_the_guide_runs_as_it_stands(repository: Path, place: Path) -> None:
    names: dict[str, object] = {}
    blocks = BLOCK.findall((repository / "docs" / "python.md").read_text("utf-8"))
    with contextlib.chdir(place), contextlib.redirect_stdout(io.StringIO()) as shown:
        for block in blocks:
            exec(compile(block, "python.md", "exec"), names)
    assert PLAN in shown.getvalue()
    assert isinstance(names["rewards"], pd.DataFrame)
    assert "document" in names


def test_importing_it_loads_no_stage(repository: Path) -> None:
    code = "import sys, pipeline as sohoa; sohoa.open_corpus; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=repository, env={**os.environ}
    )
    heavy = {"numpy", "cv2", "onnxruntime", "spacy", "underthesea", "pandas", "pypdfium2", "pikepdf"}
    assert heavy.isdisjoint(done.stdout.split())


def test_restored_text_has_a_line_for_each_line() -> None:
    text = "Phat dong phong trao thi dua\n\n  khen thuong\n"
    lines = sohoa.restore(text).split("\n")
    assert len(lines) == len(text.split("\n"))
    assert lines[0] == "Phát động phong trào thi đua"
    assert lines[2].startswith("  ")


def test_tables_are_typed_and_every_document_is_there(place: Path) -> None:
    corpus = sohoa.open_corpus(place / "out")
    plans = corpus.to_pandas()
    assert list(plans["path"]) == [PLAN, "kh-khac.md"]
    assert str(plans["year"].dtype) == "Int64"
    assert [plan.path for plan in corpus.plans()] == list(plans["path"])
    assert set(corpus.to_pandas("sections")["path"]) == set(plans["path"])
    with pytest.raises(UsageError, match="sections"):
        corpus.to_pandas("no such table")


def test_threads_read_while_an_ingest_writes(place: Path, command: Command) -> None:
    corpus = sohoa.open_corpus(place / "out")
    with ThreadPoolExecutor(4) as pool:
        writing = pool.submit(command, "ingest", place, "--out", place / "out", "--jobs", "1", "--force")
        reads = 0
        while not writing.done():
            found = list(pool.map(lambda _: (len(corpus.search("tu sach")), len(list(corpus.plans()))), range(3)))
            assert all(hits >= 1 and plans == 2 for hits, plans in found), found
            reads += 1
        assert writing.result().returncode == 0, writing.result().stderr
        assert reads


def test_what_cannot_be_read_is_named(tmp_path: Path, place: Path) -> None:
    with pytest.raises(UnusableInputError, match="no file"):
        sohoa.extract(tmp_path / "gone.pdf")
    with pytest.raises(UsageError, match="no document of gone"):
        sohoa.open_corpus(place / "out").document("gone.pdf")
    with pytest.raises(UsageError, match="sohoa ingest"):
        list(sohoa.open_corpus(tmp_path).documents())
