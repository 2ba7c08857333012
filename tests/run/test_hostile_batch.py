"""A batch over the known attacks and some malformed files; `make bench-hostile` does it with hundreds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.intake.test_hostile import _LONG as LONG
from tests.run.hostile import run_batch

# These take seconds or minutes each; the benchmark has them.
_SLOW = {"entities.md", "brackets.md", "bomb-fax.pdf", "bomb-image.pdf", "million-lines.txt", "many-scans.jpg",
         "blanks.txt", "stars-apart.md"}  # fmt: skip


@pytest.mark.slow
def test_a_run_over_hostile_files_ends_names_each_and_does_nothing_that_they_ask_for(tmp_path: Path) -> None:
    found = run_batch(tmp_path, 6, without=frozenset({*LONG, *_SLOW}))
    assert found.faults == []
    assert found.exit_code == 4
    assert found.files > 60
