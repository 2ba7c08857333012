"""The store of corrections: kept apart, undone one by one, carried between machines, never lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.store.reviews import Correction, ReviewStore

AT = "2025-11-30T10:00:00+00:00"


def made(field="header.number", value="16/KH-UBND", doc_id="sha256:aa", path="a.txt"):
    return Correction(doc_id, path, field, value, "15/KH-UBND", "Lan", AT)


@pytest.fixture
def store(tmp_path: Path):
    with ReviewStore(tmp_path / "reviews.sqlite") as reviews:
        yield reviews


def test_the_last_correction_of_a_field_is_in_force_and_all_are_kept(store):
    store.add([made(value="16/KH-UBND"), made("header.date", "2025-03-02")])
    store.add([made(value="17/KH-UBND")])
    assert {one.field: one.value for one in store.active("sha256:aa")} == {
        "header.number": "17/KH-UBND",
        "header.date": "2025-03-02",
    }
    assert [one.value for one in store.all("a.txt")] == ["16/KH-UBND", "2025-03-02", "17/KH-UBND"]
    assert store.active("sha256:bb") == []


def test_one_is_undone_and_the_one_before_stands_again(store):
    store.add([made(value="16/KH-UBND")])
    (last,) = store.add([made(value="17/KH-UBND")])
    store.undo(last.id, "Nam", AT)
    assert [one.value for one in store.active("sha256:aa")] == ["16/KH-UBND"]
    with pytest.raises(UsageError, match="undone before, by Nam"):
        store.undo(last.id, "Nam", AT)
    with pytest.raises(UsageError, match="no correction"):
        store.undo("nothing", "Nam", AT)


def test_a_change_made_while_another_is_laid_over_is_not_forgotten(store):
    store.add([made()])
    pending = store.unapplied()
    store.add([made("header.date", "2025-03-02")])
    store.applied(pending)
    assert list(store.unapplied()) == ["sha256:aa"]
    store.applied(store.unapplied())
    assert store.unapplied() == {}


def test_corrections_travel_between_machines_with_what_was_undone(store, tmp_path):
    first, second = store.add([made(), made("header.roles", ["khen_thuong"])])
    with ReviewStore(tmp_path / "other.sqlite") as other:
        other.add(Correction.of_dict(one.as_dict()) for one in store.all())
        other.add(list(store.all()))
        assert list(other.all()) == list(store.all())
        store.undo(first.id, "Nam", AT)
        other.add(list(store.all()))
        assert [one.id for one in other.active("sha256:aa")] == [second.id]


@pytest.mark.parametrize(
    "row", [{}, {"doc_id": 1, "path": "a", "field": "b", "value": "", "machine": "", "by": "", "at": ""}]
)
def test_what_is_no_correction_is_refused(row):
    with pytest.raises(UsageError):
        Correction.of_dict(row)


def test_all_of_an_import_is_taken_in_or_none(store):
    broken = made()
    object.__setattr__(broken, "by", None)
    with pytest.raises(Exception, match="not text"):
        store.add([made(), broken])
    assert list(store.all()) == []


_WRITER = """
import sys
from pathlib import Path
from pipeline.store.reviews import Correction, ReviewStore
with ReviewStore(Path(sys.argv[1])) as store:
    for number in range(1000):
        store.add([Correction("sha256:aa", "a.txt", f"header.x{number}", str(number), None, "Lan", "2025")])
        print(number, flush=True)
"""


@pytest.mark.parametrize("after", [1, 40])
def test_a_writer_that_is_killed_loses_nothing_that_it_acknowledged(tmp_path, after):
    path = tmp_path / "reviews.sqlite"
    writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE, text=True)
    acknowledged = 0
    assert writer.stdout is not None
    for line in writer.stdout:
        acknowledged = int(line) + 1
        if acknowledged == after:
            os.kill(writer.pid, signal.SIGKILL)
    writer.wait()
    with ReviewStore(path) as store:
        found = [one.value for one in store.all()]
    assert found[:acknowledged] == [str(number) for number in range(acknowledged)]
    assert len(found) - acknowledged in (0, 1)
