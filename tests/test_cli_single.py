"""extract, text and restore on one file: what they print, and how they refuse."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.cli.single import parse_pages
from pipeline.errors import UsageError
from pipeline.schema import Document

Command = Callable[..., "subprocess.CompletedProcess[str]"]
PLAN = "UBND XÃ PHÚ KHÊ\nSố: 28/KH-UBND\n\nKẾ HOẠCH\nThi đua\n\nI. MỤC ĐÍCH\n- Cải cách hành chính.\n"


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "kh.txt"
    path.write_text(PLAN + "\fII. KINH PHÍ\nNgân sách xã.\n")
    return path


def test_extract_prints_the_document_and_nothing_else(plan: Path, sohoa: Command) -> None:
    done = sohoa("extract", plan)
    assert done.returncode == 0
    document = Document.model_validate_json(done.stdout)
    assert document.source.path == "kh.txt"
    assert [section.number for section in document.sections] == ["I", "II"]


def test_extract_gives_the_bytes_that_ingest_stores(plan: Path, sohoa: Command, tmp_path: Path) -> None:
    assert sohoa("ingest", plan, "--out", tmp_path / "out").returncode == 0
    assert sohoa("extract", plan).stdout == (tmp_path / "out" / "documents" / "kh.txt.json").read_text()


def test_text_prints_lines_in_order_and_chosen_pages(plan: Path, sohoa: Command) -> None:
    whole = sohoa("text", plan).stdout
    assert whole.index("MỤC ĐÍCH") < whole.index("\f") < whole.index("KINH PHÍ")
    assert sohoa("text", plan, "--pages", "2").stdout == "II. KINH PHÍ\nNgân sách xã.\n"
    assert sohoa("text", plan, "--pages", "3").returncode == 1


@pytest.mark.parametrize("command", ["extract", "text"])
def test_unusable_input_is_named_with_a_code(command: str, sohoa: Command, tmp_path: Path) -> None:
    (tmp_path / "empty.pdf").touch()
    for path, code in [(tmp_path / "empty.pdf", "empty_file"), (tmp_path / "none.pdf", ""), (tmp_path, "")]:
        done = sohoa(command, path)
        assert (done.returncode, done.stdout) == (2, "")
        assert code in done.stderr
        assert "Traceback" not in done.stderr


def test_restore_gives_a_line_for_each_line(sohoa: Command) -> None:
    text = "Ke hoach to chuc phong trao thi dua\n\n   cai cach hanh chinh\n"
    done = sohoa("restore", "-", stdin=text)
    lines = done.stdout.split("\n")
    assert (done.returncode, len(lines)) == (0, 4)
    assert lines[1] == ""
    assert lines[2].startswith("   ")
    assert lines[0] == "Kế hoạch tổ chức phong trào thi đua"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_restore_reads_what_windows_calls_unicode(encoding: str, sohoa: Command, tmp_path: Path) -> None:
    (tmp_path / "dump.txt").write_bytes("Ke hoach thi dua\r\n\r\nnăm 2024\r\n".encode(encoding))
    done = sohoa("restore", tmp_path / "dump.txt")
    assert (done.stdout, done.stderr) == ("Kế hoạch thi đua\n\nnăm 2024\n", "")


def test_restore_reads_a_legacy_encoding_and_says_what_is_damaged(sohoa: Command, tmp_path: Path) -> None:
    (tmp_path / "abc.txt").write_bytes("KÕ ho¹ch thi ®ua n¨m häc, tæ chøc phong trµo\n".encode("cp1252"))
    assert sohoa("restore", tmp_path / "abc.txt").stdout == "Kế hoạch thi đua năm học, tổ chức phong trào\n"
    (tmp_path / "cut.txt").write_bytes("Kế hoạch tổ chức phong trào thi đua năm học".encode() + b"\xe1\xbb")
    done = sohoa("restore", tmp_path / "cut.txt")
    assert (done.returncode, "1 places are no valid UTF-8" in done.stderr) == (0, True)


@pytest.mark.parametrize("head", [b"%PDF-1.7\n", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n" + bytes(30)])
def test_restore_refuses_what_is_no_text_and_names_the_command_for_it(
    head: bytes, sohoa: Command, tmp_path: Path
) -> None:
    (tmp_path / "scan").write_bytes(head)
    done = sohoa("restore", tmp_path / "scan")
    assert (done.returncode, done.stdout) == (2, "")
    assert "`sohoa text FILE`" in done.stderr


def test_tone_marks_keep_their_place_unless_one_style_is_asked_for(sohoa: Command) -> None:
    text = "Kế hoạch xã Hoà Phong, thành phố Thủy An, quý II\n"
    assert sohoa("restore", "-", stdin=text).stdout == text
    assert sohoa("restore", "-", "--tones", "old", stdin=text).stdout == text.replace("Hoà", "Hòa")
    assert sohoa("restore", "-", "--tones", "new", stdin=text).stdout == text.replace("Thủy", "Thuỷ")
    assert sohoa("restore", "-", "--tones", "mine", stdin=text).returncode == 1


def test_restore_explains_each_changed_token(sohoa: Command) -> None:
    done = sohoa("restore", "-", "--explain", stdin="Ke hoach thi dua\n")
    changes = [json.loads(line) for line in done.stdout.splitlines()]
    assert changes
    assert all(change["line"] == 1 for change in changes)


def test_restore_shows_what_it_changed_as_a_page(sohoa: Command) -> None:
    page = sohoa("restore", "-", "--html", stdin="Ke hoach thi dua\n").stdout
    assert page.startswith("<!DOCTYPE html>")
    assert "'read: hoach" in page


@pytest.mark.parametrize("text", ["", "\n", "\n\n", "một dòng không hết"])
def test_restore_keeps_ends_of_lines_as_they_are(text: str, sohoa: Command) -> None:
    assert sohoa("restore", "-", stdin=text).stdout.count("\n") == text.count("\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("command", [["restore"], ["doctor"], ["restore", "--explain"]], ids=" ".join)
def test_output_that_cannot_be_written_ends_with_code_5_and_a_sentence(command: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "pipeline", *command],
            input="Ke hoach to chuc phong trao thi dua\n",
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 5
    assert done.stderr.count("\n") == 1
    assert "could not be written" in done.stderr


def test_a_reader_that_has_enough_is_no_reason_for_a_message() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "restore"],
        input="Ke hoach\n",
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (5, "")


def test_page_ranges() -> None:
    assert parse_pages("2") == [(2, 2)]
    assert parse_pages("1-3, 7")[:2] == [(1, 3), (7, 7)]
    assert parse_pages("-2") == [(1, 2)]
    assert parse_pages("4-")[0][0] == 4
    for wrong in ["", "0", "3-1", "a", "1-b", "-"]:
        with pytest.raises(UsageError):
            parse_pages(wrong)
