"""ZIPs as folders of an archive: names, limits, attacks, and that nothing is left behind."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from pipeline.errors import UnusableInputError
from pipeline.intake.zipped import is_folder_like, members_of
from pipeline.run.ingest import Wishes, ingest
from pipeline.run.report.tally import Tally
from pipeline.settings import IntakeSettings, RunSettings, Settings
from pipeline.store.ledger import FileStatus, Ledger
from pipeline.store.results import FolderResults
from pipeline.store.verify import verify
from tests.run.test_ingest import _faulty_executor


def zipped(path: Path, files: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def run(folder: Path, **limits: int) -> Tally:
    settings = Settings(run=RunSettings(jobs=1), intake=IntakeSettings(**limits))
    return ingest(folder / "archive", folder / "out", settings, wishes=Wishes(), executor=_faulty_executor)


def rows(folder: Path) -> dict[str, tuple[FileStatus, list[str]]]:
    """Status and problems by path, but for the fields that texts of one line lack."""
    with Ledger(folder / "out" / "ledger.sqlite", read_only=True) as ledger:
        found = [(row.path, row.status, [problem.code for problem in row.problems]) for row in ledger.rows()]
    return {path: (status, [code for code in codes if code != "field_missing"]) for path, status, codes in found}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "archive").mkdir()
    return tmp_path


def test_what_lies_in_a_zip_is_read_as_in_a_folder_and_nothing_is_left_unpacked(folder: Path) -> None:
    path = zipped(folder / "archive" / "2024.zip", {"KH/a.txt": "Kế hoạch một\n", "b.txt": "Kế hoạch hai\n"})
    os.utime(path, ns=(10**18, 10**18))
    tally = run(folder)
    assert tally.newly_failed == 0
    assert rows(folder) == {"2024.zip/KH/a.txt": (FileStatus.DONE, []), "2024.zip/b.txt": (FileStatus.DONE, [])}
    assert (folder / "out/text/2024.zip/KH/a.txt.txt").read_text("utf-8") == "Kế hoạch một\n"
    assert not list((folder / "out" / ".spool").glob("*/*"))
    assert list(verify(FolderResults(folder / "out"))) == []
    assert run(folder).skipped == 2
    path.unlink()
    zipped(folder / "archive" / "2024.zip", {"b.txt": "Kế hoạch ba\n"})
    second = run(folder)
    assert (second.done_now, second.deleted) == (1, ["2024.zip/KH/a.txt"])


@pytest.mark.parametrize("name", ["../x.txt", "a/../../x.txt", "/etc/x.txt", "C:\\x.txt", "..\\x.txt"])
def test_a_name_that_leads_out_is_named_and_never_unpacked(folder: Path, name: str) -> None:
    archive = folder / "archive" / "a.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        info = zipfile.ZipInfo("x")
        info.filename = name
        packed.writestr(info, "Hư\n")
    run(folder)
    ((status, codes),) = rows(folder).values()
    assert (status, codes) == (FileStatus.UNSUPPORTED, ["not_a_regular_file"])
    assert not list(folder.rglob("x.txt"))


def test_names_in_the_old_vietnamese_code_page_are_read(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"x.txt": "Một"})
    data = path.read_bytes().replace(b"x.txt", "Kê.t".encode("cp1258")[:1] + b"\xea.t1")  # "Kê.t1", as many bytes
    path.write_bytes(data)
    (member,) = members_of(path, IntakeSettings())
    assert member.name == "Kê.t1"


def test_bombs_are_named_and_not_unpacked(folder: Path) -> None:
    zipped(folder / "archive" / "bomb.zip", {"a.txt": bytes(60_000_000), "b.txt": "Kế hoạch\n"})
    run(folder)
    assert rows(folder) == {
        "bomb.zip/a.txt": (FileStatus.FAILED_TERMINAL, ["too_many_bytes"]),
        "bomb.zip/b.txt": (FileStatus.DONE, []),
    }


def test_a_member_whose_packed_bytes_are_broken_is_named_and_costs_only_itself(folder: Path) -> None:
    path = zipped(folder / "archive" / "a.zip", {"a.txt": "Kế hoạch một\n" * 50, "b.txt": "Kế hoạch hai\n"})
    with zipfile.ZipFile(path) as archive:
        begin = archive.infolist()[0].header_offset + 30 + len("a.txt")
    data = bytearray(path.read_bytes())
    data[begin] = 0xFF  # no kind of block that deflate has
    path.write_bytes(data)
    run(folder)
    assert rows(folder) == {
        "a.zip/a.txt": (FileStatus.FAILED_TERMINAL, ["damaged_file"]),
        "a.zip/b.txt": (FileStatus.DONE, []),
    }


def test_a_zip_that_holds_more_than_is_allowed_gives_what_fits(folder: Path) -> None:
    zipped(folder / "archive" / "a.zip", {f"{number}.txt": f"Kế hoạch {number}\n" for number in range(4)})
    run(folder, max_archive_bytes=40)
    assert [codes for _, codes in rows(folder).values()] == [[], [], ["too_many_bytes"], ["too_many_bytes"]]


def test_a_zip_in_a_zip_is_listed_with_its_reason(folder: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as packed:
        packed.writestr("a.txt", "Một")
    zipped(folder / "archive" / "a.zip", {"inner.zip": inner.getvalue()})
    run(folder)
    assert rows(folder) == {"a.zip/inner.zip": (FileStatus.UNSUPPORTED, ["unsupported_kind"])}


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04" + bytes(50), b"PK\x05\x06" + bytes(18), b"%PDF-1.4\nPK\x03\x04", b""],
)
def test_what_only_looks_like_a_zip_is_a_file_like_others(folder: Path, content: bytes) -> None:
    (folder / "archive" / "a.zip").write_bytes(content)
    run(folder)
    assert list(rows(folder)) == ["a.zip"]
    assert rows(folder)["a.zip"][0].failed


def test_a_word_file_that_is_called_zip_is_no_folder(tmp_path: Path) -> None:
    assert not is_folder_like(zipped(tmp_path / "a.zip", {"[Content_Types].xml": "<x/>", "word/document.xml": "<x/>"}))
    assert is_folder_like(zipped(tmp_path / "b.zip", {"a.txt": "Một"}))


def test_a_damaged_directory_is_said_to_be_one(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.txt": "Một"})
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(UnusableInputError):
        list(members_of(path, IntakeSettings()))
