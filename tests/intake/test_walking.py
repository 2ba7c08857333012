"""Everything in an archive is named, in a stable order, whatever it is and however it is called."""

from __future__ import annotations

import os
import socket
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.intake import actual_name, printable_name, walk_archive


def names(root: Path, **options: object) -> list[str]:
    return [found.relative for found in walk_archive(root, **options)]


def problems(root: Path) -> dict[str, str | None]:
    return {found.relative: found.problem and found.problem.code for found in walk_archive(root)}


def test_files_come_in_byte_order_folder_by_folder(tmp_path):
    for name in ("b.txt", "a/2.txt", "a/10.txt", "A.txt", "a.txt", "c/d/e/f.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    assert names(tmp_path) == ["A.txt", "a/10.txt", "a/2.txt", "a.txt", "b.txt", "c/d/e/f.txt"]
    assert next(walk_archive(tmp_path)).bytes == len("A.txt")


def test_a_single_file_is_an_archive_of_one(tmp_path):
    (tmp_path / "kh.txt").write_text("KẾ HOẠCH")
    (found,) = walk_archive(tmp_path / "kh.txt")
    assert (found.relative, found.problem, found.path) == ("kh.txt", None, tmp_path / "kh.txt")


def test_a_missing_archive_is_a_mistake_of_the_user(tmp_path):
    with pytest.raises(UsageError):
        list(walk_archive(tmp_path / "nowhere"))


def test_the_output_folder_inside_the_archive_is_left_out_even_when_it_appears_on_the_way(tmp_path):
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "z.txt").write_text("z")
    walk = walk_archive(tmp_path, skip=tmp_path / "out")
    assert next(walk).relative == "a.txt"
    (tmp_path / "out" / "documents").mkdir(parents=True)
    (tmp_path / "out" / "documents" / "a.txt.json").write_text("{}")
    assert [found.relative for found in walk] == ["z.txt"]
    assert names(tmp_path, skip=tmp_path / "out") == ["a.txt", "z.txt"]


def make_out(folder: Path, *files: str) -> None:
    """What a run leaves in its OUT, and `files` that others put there."""
    names = ("ledger.sqlite", "corpus.sqlite", "report.json", "report.html", ".lock", ".sohoa-tmp-12ab")
    for name in (*names, "documents/a.txt.json", "text/a.txt.txt", ".cache/pages/1", *files):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)


def test_what_an_earlier_run_made_inside_the_archive_is_left_out_with_one_remark(tmp_path):
    (tmp_path / "a.txt").write_text("a")
    make_out(tmp_path / "results" / "2024")
    assert problems(tmp_path) == {"a.txt": None, "results/2024/ledger.sqlite": "system_file"}
    (remark,) = [found.problem.message for found in walk_archive(tmp_path) if found.problem]
    assert "earlier run" in remark


def test_documents_that_somebody_put_beside_results_are_still_read(tmp_path):
    make_out(tmp_path, "2024/kh.pdf", "kh.txt")
    assert problems(tmp_path) == {"2024/kh.pdf": None, "kh.txt": None, "ledger.sqlite": "system_file"}


def test_a_folder_is_no_result_only_because_of_its_names(tmp_path):
    for name in ("documents/kh.pdf", "text/kh.txt", "report.json", "other/ledger.sqlite", "other/documents/kh.pdf"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert set(problems(tmp_path).values()) == {None}
    assert len(problems(tmp_path)) == 5


def test_links_are_named_and_never_lead_out_or_in_circles(tmp_path):
    archive, outside = tmp_path / "archive", tmp_path / "outside"
    (archive / "sub").mkdir(parents=True)
    outside.mkdir()
    (outside / "secret.txt").write_text("secret")
    (archive / "real.txt").write_text("text")
    (archive / "again.txt").symlink_to("real.txt")
    (archive / "sub" / "loop").symlink_to("..")
    (archive / "self").symlink_to("self")
    (archive / "gone").symlink_to("nothing")
    (archive / "out.txt").symlink_to(outside / "secret.txt")
    (archive / "outfolder").symlink_to(outside)
    assert problems(archive) == {
        "again.txt": None,
        "gone": "not_a_regular_file",
        "out.txt": "not_a_regular_file",
        "outfolder": "not_a_regular_file",
        "real.txt": None,
        "self": "not_a_regular_file",
        "sub/loop": "not_a_regular_file",
    }


def test_an_archive_given_as_a_link_is_followed(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.txt").write_text("a")
    (tmp_path / "link").symlink_to("real")
    assert problems(tmp_path / "link") == {"a.txt": None}


def test_pipes_and_sockets_are_named_and_not_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        here = Path.cwd()
        os.chdir(tmp_path)  # a socket's path must be short
        try:
            listening.bind("socket")
        finally:
            os.chdir(here)
        assert problems(tmp_path) == {"pipe": "not_a_regular_file", "socket": "not_a_regular_file"}


@pytest.mark.skipif(os.geteuid() == 0 and not Path("/dev/null").is_char_device(), reason="needs a device file")
def test_a_device_is_no_document():
    (found,) = walk_archive(Path("/dev/null"))
    assert found.problem is not None
    assert found.problem.code == "not_a_regular_file"
    assert "device" in found.problem.message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_without_permission_is_named(tmp_path):
    (tmp_path / "closed").mkdir(mode=0o000)
    assert problems(tmp_path) == {"closed": "unreadable_file"}


def test_litter_of_operating_systems_is_listed_as_such(tmp_path):
    for name in (".DS_Store", "Thumbs.db", "~$ke hoach.docx", "._scan.pdf", ".an.pdf"):
        (tmp_path / name).write_text("x")
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / "__MACOSX" / "x.pdf").write_text("x")
    assert problems(tmp_path) == {
        ".DS_Store": "system_file",
        "._scan.pdf": "system_file",
        ".an.pdf": None,
        "Thumbs.db": "system_file",
        "__MACOSX": "system_file",
        "~$ke hoach.docx": "system_file",
    }


def test_names_of_every_make_are_printable_different_and_lead_back(tmp_path):
    raw = [
        "Kế hoạch 100%.pdf".encode(),
        b"line\nbreak.pdf",
        b"line%0Abreak.pdf",
        b"\xff\xfe latin.pdf",
        "👨‍👩‍👧 gia đình.pdf".encode(),
        "exe.\u202efdp".encode(),
        b"x" * 255,
        unicodedata.normalize("NFC", "Kế").encode(),
        unicodedata.normalize("NFD", "Kế").encode(),
        b" ",
    ]
    for name in raw:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_bytes(b"x")
    found = names(tmp_path)
    assert len(set(found)) == len(raw)
    assert all(name.isprintable() or "\u200d" in name for name in found)
    assert sorted(os.fsencode(actual_name(name)) for name in found) == sorted(raw)
    assert all("\n" not in name for name in found)
    for file in walk_archive(tmp_path):
        assert file.path.read_bytes() == b"x"
        assert (tmp_path / actual_name(file.relative)) == file.path


@given(st.binary(min_size=1, max_size=40).filter(lambda name: b"/" not in name and b"\0" not in name))
def test_any_bytes_make_a_name_that_leads_back(raw):
    printable = printable_name(os.fsdecode(raw))
    printable.encode("utf-8")
    assert os.fsencode(actual_name(printable)) == raw


@given(st.lists(st.binary(min_size=1, max_size=12).filter(lambda n: b"/" not in n and b"\0" not in n), unique=True))
def test_different_names_stay_different(raws):
    assert len({printable_name(os.fsdecode(raw)) for raw in raws}) == len(raws)


def test_a_very_deep_folder_is_walked(tmp_path):
    deep = tmp_path
    for _ in range(300):
        deep = deep / "d"
    deep.mkdir(parents=True)
    (deep / "a.txt").write_text("a")
    assert names(tmp_path) == ["d/" * 300 + "a.txt"]
