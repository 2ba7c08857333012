"""Names in OUT, atomic writes, documents as bytes, and the lock."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ExitCode, OutputError, UnusableInputError
from pipeline.schema import Document, PageLine, PageRecord, Source, Status
from pipeline.store.atomic import TEMPORARY_PREFIX, remove_temporaries, write_atomic
from pipeline.store.documents import from_json, to_json, to_text
from pipeline.store.layout import document_name, text_name
from pipeline.store.lock import lock_folder, lock_owner

NAMES = st.text(st.sampled_from("aế.~d/xtjson"), min_size=1, max_size=12)


@given(st.lists(NAMES, min_size=2, max_size=2, unique=True))
def test_two_sources_never_share_an_output(pair: list[str]) -> None:
    assert len({document_name(path) for path in pair} | {text_name(path) for path in pair}) == 4


@given(NAMES, NAMES)
def test_no_output_is_a_folder_of_another(first: str, second: str) -> None:
    assert not document_name(first).startswith(document_name(second) + "/")
    assert not text_name(first).startswith(text_name(second) + "/")


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=400))
def test_outputs_stay_inside_out_and_fit_the_file_system(relative: str) -> None:
    parts = document_name(relative).split("/")
    assert parts[0] == "documents"
    assert not {"", ".", ".."} & set(parts)
    assert all(len(os.fsencode(part)) <= 255 for part in parts)


def test_the_contract_s_example_names() -> None:
    assert document_name("2024/kh-28.pdf") == "documents/2024/kh-28.pdf.json"
    assert text_name("2024/kh-28.pdf") == "text/2024/kh-28.pdf.txt"


def test_a_folder_named_like_a_document_does_not_stand_in_its_way(tmp_path: Path) -> None:
    write_atomic(tmp_path / document_name("a"), b"1")
    write_atomic(tmp_path / document_name("a.json/b"), b"2")
    assert (tmp_path / document_name("a")).read_bytes() == b"1"
    assert (tmp_path / document_name("a.json/b")).read_bytes() == b"2"


def test_a_failed_write_keeps_the_old_bytes_and_leaves_nothing_beside_them(tmp_path: Path) -> None:
    target = tmp_path / "a.json"
    write_atomic(target, b"old")
    with pytest.raises(TypeError):
        write_atomic(target, "no bytes")  # type: ignore[arg-type]
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_a_write_where_nothing_can_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError) as caught:
        write_atomic(tmp_path / "file" / "a.json", b"x")
    assert caught.value.exit_code is ExitCode.CANNOT_WRITE


def test_leftovers_of_killed_runs_are_removed(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / f"{TEMPORARY_PREFIX}abc").write_bytes(b"half")
    (tmp_path / "documents" / "a.json").write_bytes(b"whole")
    assert remove_temporaries(tmp_path) == 1
    assert [path.name for path in (tmp_path / "documents").iterdir()] == ["a.json"]


def document(*texts: str, path: str = "a.txt") -> Document:
    """A document with one page of `texts`."""
    lines = [PageLine(text=text, raw=text, bbox=[1, 2, 3, 4], confidence=0.5) for text in texts]
    page = PageRecord(number=1, width=0, height=0, text_source="text_file", lines=lines)
    return Document(doc_id="sha256:00", source=Source(path=path, sha256="00", bytes=1), status=Status.OK, pages=[page])


@given(st.lists(st.text(max_size=30), max_size=4))
def test_documents_come_back_from_their_bytes_whatever_they_hold(texts: list[str]) -> None:
    original = document(*texts)
    data = to_json(original)
    assert to_json(from_json(data)) == data
    assert [line.text for line in from_json(data).pages[0].lines] == [
        text.encode("utf-8", "replace").decode() if "\ud800" <= max(text, default="") <= "\udfff" else text
        for text in texts
    ]


def test_a_line_with_its_box_is_one_line_of_json() -> None:
    lines = to_json(document("I. MỤC ĐÍCH", "x" * 90)).decode().splitlines()
    assert (
        '    {"text": "I. MỤC ĐÍCH", "raw": "I. MỤC ĐÍCH", "bbox": [1, 2, 3, 4], "confidence": 0.5, "edits": []},'
        in lines
    )


def test_documents_of_another_schema_are_refused() -> None:
    data = to_json(document("a")).replace(b'"schema_version": "1.0"', b'"schema_version": "2.0"')
    with pytest.raises(UnusableInputError, match=r"2\.0"):
        from_json(data)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"schema_version": "1.0"}', b"\xff\xfe"])
def test_damaged_documents_are_refused(data: bytes) -> None:
    with pytest.raises(UnusableInputError):
        from_json(data)


def test_the_text_is_a_printed_line_a_line_and_cannot_steer_a_terminal() -> None:
    assert to_text(document("Kế hoạch", "a\x1b[31mb\u2028c\nd")) == "Kế hoạch\na [31mb c d\n"


def test_a_second_run_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    with (
        lock_folder(tmp_path / ".lock"),
        pytest.raises(OutputError, match=str(os.getpid())),
        lock_folder(tmp_path / ".lock"),
    ):
        pass
    assert lock_owner(tmp_path / ".lock") is None
    with lock_folder(tmp_path / ".lock"):
        owner = lock_owner(tmp_path / ".lock")
        assert owner is not None
        assert owner.pid == os.getpid()


def _hold(path: Path, held: multiprocessing.synchronize.Event) -> None:
    with lock_folder(path):
        held.set()
        time.sleep(60)


def test_the_lock_of_a_killed_run_is_taken_over(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    held = context.Event()
    process = context.Process(target=_hold, args=(tmp_path / ".lock", held))
    process.start()
    assert held.wait(30)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    with lock_folder(tmp_path / ".lock") as owner:
        assert owner.pid == os.getpid()
