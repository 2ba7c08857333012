"""A file is what its content says; its name only earns it a remark."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
import time
import unicodedata
import zipfile
from pathlib import Path

import pikepdf
import psutil
import pytest

from pipeline.errors import ProblemCode, UnusableInputError
from pipeline.intake import open_source
from pipeline.settings import IntakeSettings

from .samples import docx, encoded, paragraph, png, png_bomb, scan, scanned_pdf, text_pdf

SETTINGS = IntakeSettings()


def opened(path: Path, settings: IntakeSettings = SETTINGS) -> tuple[str, list[str]]:
    with open_source(path, settings) as source:
        return source.media_type, [problem.code for problem in source.problems]


def refused(path: Path, settings: IntakeSettings = SETTINGS) -> UnusableInputError:
    with pytest.raises(UnusableInputError) as caught, open_source(path, settings) as source:
        list(source.pages())
    assert caught.value.message.endswith((".", "?"))
    return caught.value


@pytest.mark.parametrize(
    ("file_format", "media_type"),
    [
        ("PNG", "image/png"),
        ("JPEG", "image/jpeg"),
        ("TIFF", "image/tiff"),
        ("WEBP", "image/webp"),
        ("BMP", "image/bmp"),
        ("GIF", "image/gif"),
        ("JPEG2000", "image/jp2"),
    ],
)
def test_pictures_are_told_by_their_content(tmp_path, file_format, media_type):
    path = tmp_path / "scan.pdf"
    path.write_bytes(encoded(scan(), file_format))
    assert opened(path) == (media_type, ["wrong_extension"])


def test_a_pdf_called_docx_is_read_as_pdf(tmp_path):
    path = text_pdf(tmp_path / "a.docx", ["Ke hoach"])
    assert opened(path) == ("application/pdf", ["wrong_extension"])


@pytest.mark.parametrize("name", ["a.pdf", "A.PDF", "a", "a.scan", "a.2024"])
def test_an_extension_that_says_nothing_else_earns_no_remark(tmp_path, name):
    assert opened(text_pdf(tmp_path / name, ["Ke hoach"])) == ("application/pdf", [])


@pytest.mark.parametrize("junk", [b"\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n", b"\x00" * 900, b"x" * 5_000 + b"\n"])
def test_junk_before_a_pdf_is_passed_over(tmp_path, junk):
    clean = text_pdf(tmp_path / "clean.pdf", ["Ke hoach", "Trang hai"])
    (tmp_path / "junk.pdf").write_bytes(junk + clean.read_bytes())
    with open_source(tmp_path / "junk.pdf", SETTINGS) as source:
        pages = list(source.pages())
        assert [[word.text for word in page.layer.words] for page in pages] == [["Ke", "hoach"], ["Trang", "hai"]]
        assert pages[1].image.load().min() < 128


def test_a_text_about_pdf_is_a_text(tmp_path):
    (tmp_path / "a.txt").write_text("Tệp PDF bắt đầu bằng %PDF-1.7 theo tiêu chuẩn.\n")
    assert opened(tmp_path / "a.txt")[0] == "text/plain"


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"Rar!\x1a\x07\x00" + bytes(100), "RAR"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(100), "7-Zip"),
        (b"<!DOCTYPE html><html><body>x</body></html>", "web page"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><a/>', "XML"),
        (b'{"a": 1, "b": [2]}', "JSON"),
        (b"\x7fELF" + bytes(200), "program"),
        (bytes(range(256)) * 8, "does not know"),
        (b"\x00\x00\x00\x18ftypisom" + bytes(100), "video"),
        (b"From: a@b\nTo: c@d\nSubject: x\n\nhi", "e-mail"),
        (b"P5\n1654 2338\n255\n" + b"\xf5\xf4\xf6\xf3" * 2_000, "PNM"),
        (b"P4\n# a scanner\n1654 2338\n" + b"\x55" * 2_000, "PNM"),
        (b"\x0a\x05\x01\x08" + bytes(60) + b"\xc1\xf6\xc2\xf4\xc1\xf2" * 4_000, "does not know"),
    ],
)
def test_other_kinds_are_unsupported_and_said_to_be(tmp_path, content, word):
    path = tmp_path / "file.bin"
    path.write_bytes(content)
    error = refused(path)
    assert error.code == ProblemCode.UNSUPPORTED_KIND
    assert word in error.message
    assert error.remedy


@pytest.mark.parametrize("encoding", ["cp1258", "utf-8"])
def test_a_text_of_marked_letters_alone_is_a_text(tmp_path, encoding):
    text = "ẾỆỀỂỄ ếệềểễ đăâêôơư ĐĂÂÊÔƠƯ\n" * 40 if encoding != "cp1258" else "Đồng bào Việt Nam\n" * 40
    decomposed = unicodedata.normalize("NFD", text) if encoding == "cp1258" else text
    (tmp_path / "a.txt").write_bytes(decomposed.encode(encoding, "ignore"))
    assert opened(tmp_path / "a.txt")[0] == "text/plain"


@pytest.mark.parametrize("name", ["data.csv", "run.log", "code.py"])
def test_data_and_program_texts_are_unsupported_by_their_name(tmp_path, name):
    (tmp_path / name).write_text("mot,hai\n1,2\n")
    assert refused(tmp_path / name).code == ProblemCode.UNSUPPORTED_KIND


def test_other_office_and_zip_files_are_unsupported(tmp_path):
    for member, word in (("xl/workbook.bin", "spreadsheet"), ("ppt/other.bin", "slide"), ("a.txt", "ZIP")):
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            archive.writestr(member, "x")
        error = refused(tmp_path / "a.zip")
        assert error.code == ProblemCode.UNSUPPORTED_KIND
        assert word in error.message


@pytest.mark.parametrize("content", [b"", b" \n\r\n\t", bytes(4_096), b"\x1a"])
def test_an_empty_file_is_called_empty(tmp_path, content):
    (tmp_path / "a.pdf").write_bytes(content)
    assert refused(tmp_path / "a.pdf").code == ProblemCode.EMPTY_FILE


def test_a_text_may_begin_with_any_number_of_blank_lines(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"\n" * 200_000 + "Kế hoạch".encode())
    with open_source(tmp_path / "a.txt", SETTINGS) as source:
        ((line,),) = [page.lines for page in source.pages()]
    assert (line.text, line.gap_before) == ("Kế hoạch", 200_000)


def test_a_file_that_begins_with_zeros_is_damaged(tmp_path):
    (tmp_path / "a.pdf").write_bytes(bytes(70_000) + b"x")
    assert refused(tmp_path / "a.pdf").code == ProblemCode.DAMAGED_FILE


def test_a_pdf_with_a_password_is_encrypted(tmp_path):
    path = text_pdf(tmp_path / "open.pdf", ["Ke hoach"])
    with pikepdf.open(path) as pdf:
        pdf.save(tmp_path / "closed.pdf", encryption=pikepdf.Encryption(user="u", owner="o", R=6))
        pdf.save(tmp_path / "owner.pdf", encryption=pikepdf.Encryption(user="", owner="o", R=4))
    assert refused(tmp_path / "closed.pdf").code == ProblemCode.ENCRYPTED
    assert opened(tmp_path / "owner.pdf") == ("application/pdf", [])


def compound_file(names: list[str]) -> bytes:
    """A minimal OLE file whose directory has these entries."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<I", header, 44, 1)
    struct.pack_into("<I", header, 48, 1)
    struct.pack_into("<109I", header, 76, 0, *[0xFFFFFFFF] * 108)
    table = struct.pack("<128I", 0xFFFFFFFD, 0xFFFFFFFE, *[0xFFFFFFFF] * 126)
    directory = b""
    for at, name in enumerate(["Root Entry", *names]):
        entry = bytearray(128)
        raw = name.encode("utf-16-le") + b"\0\0"
        entry[: len(raw)] = raw
        struct.pack_into("<HB", entry, 64, len(raw), 5 if at == 0 else 2)
        directory += bytes(entry)
    return bytes(header) + table + directory.ljust(512, b"\0")


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["EncryptionInfo", "EncryptedPackage"], ProblemCode.ENCRYPTED),
        (["Workbook"], ProblemCode.DAMAGED_FILE),
        (["PowerPoint Document"], ProblemCode.UNSUPPORTED_KIND),
        (["__substg1.0_1000001E"], ProblemCode.UNSUPPORTED_KIND),
    ],
)
def test_office_containers_are_told_by_their_streams(tmp_path, names, code):
    (tmp_path / "a.docx").write_bytes(compound_file(names))
    assert refused(tmp_path / "a.docx").code == code


def test_a_broken_office_container_is_damaged(tmp_path):
    (tmp_path / "a.doc").write_bytes(compound_file(["WordDocument"])[:700])
    assert refused(tmp_path / "a.doc").code == ProblemCode.DAMAGED_FILE
    ring = bytearray(compound_file(["X"]))
    struct.pack_into("<I", ring, 516, 1)  # the directory's sector is followed by itself
    (tmp_path / "b.doc").write_bytes(ring)
    assert refused(tmp_path / "b.doc").code == ProblemCode.UNSUPPORTED_KIND


def test_an_old_word_file_without_libreoffice_says_what_to_install(tmp_path, monkeypatch):
    from pipeline.intake.word import convert_doc

    monkeypatch.setattr(convert_doc, "find_converter", lambda: None)
    (tmp_path / "a.doc").write_bytes(compound_file(["WordDocument"]))
    error = refused(tmp_path / "a.doc")
    assert error.code == ProblemCode.MISSING_CONVERTER
    assert "LibreOffice" in error.remedy


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.slow
def test_an_rtf_file_is_read_through_libreoffice_and_nothing_stays_behind(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    text = "".join(char if ord(char) < 128 else f"\\u{ord(char)}?" for char in "Kế hoạch thi đua")
    (tmp_path / "a.doc").write_text("{\\rtf1\\ansi\\b " + text + "\\b0\\par Hai\\par}")
    with open_source(tmp_path / "a.doc", SETTINGS) as source:
        (page,) = source.pages()
        assert source.media_type == "application/rtf"
        assert source.problems == ()
    assert [(line.text, line.bold) for line in page.lines] == [("Kế hoạch thi đua", True), ("Hai", False)]
    assert [path.name for path in tmp_path.iterdir()] == ["a.doc"]


def test_a_converter_that_hangs_is_stopped_with_its_children(tmp_path, monkeypatch):
    from pipeline.intake.word import convert_doc

    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\nsleep 600 &\necho $! > {tmp_path}/child\nsleep 600\n")
    program.chmod(0o755)
    monkeypatch.setattr(convert_doc, "find_converter", lambda: str(program))
    (tmp_path / "a.doc").write_bytes(compound_file(["WordDocument"]))
    error = refused(tmp_path / "a.doc", SETTINGS.model_copy(update={"converter_timeout_seconds": 1.0}))
    assert error.code == ProblemCode.DAMAGED_FILE
    assert "longer than 1 seconds" in error.message
    child = int((tmp_path / "child").read_text())
    for _ in range(100):  # a killed process takes its time to be gone on a busy machine
        if not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE:
            break
        time.sleep(0.1)
    else:
        pytest.fail("the converter's child is still alive")


def test_limits_of_size_and_pages(tmp_path):
    path = text_pdf(tmp_path / "a.pdf", ["mot", "hai", "ba"])
    error = refused(path, SETTINGS.model_copy(update={"max_file_bytes": 100}))
    assert error.code == ProblemCode.FILE_TOO_LARGE
    with open_source(path, SETTINGS.model_copy(update={"max_pages": 2})) as source:
        assert [problem.code for problem in source.problems] == ["too_many_pages"]
        assert source.page_count == 3
        assert [page.number for page in source.pages()] == [1, 2]


def test_pictures_beyond_the_limit_of_pixels_are_refused_undecoded(tmp_path):
    (tmp_path / "bomb.png").write_bytes(png_bomb(30_000, 30_000))
    assert refused(tmp_path / "bomb.png").code == ProblemCode.TOO_MANY_PIXELS
    (tmp_path / "big.png").write_bytes(png(scan(500, 500)))
    with open_source(tmp_path / "big.png", SETTINGS.model_copy(update={"max_page_pixels": 1_000})) as source:
        (page,) = source.pages()
    assert page.problem is not None
    assert page.problem.code == ProblemCode.TOO_MANY_PIXELS
    path = scanned_pdf(tmp_path / "bomb.pdf", [scan(500, 500)])
    with open_source(path, SETTINGS.model_copy(update={"max_page_pixels": 300_000})) as source:
        (page,) = source.pages()
        assert page.image.load().size <= 300_000


def test_what_is_no_regular_file_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, Path("/dev/null")):
        assert refused(path).code == ProblemCode.NOT_A_REGULAR_FILE
    assert refused(tmp_path / "gone.pdf").code == ProblemCode.UNREADABLE_FILE


def test_a_truncated_pdf_gives_its_pages_and_says_that_its_end_is_missing(tmp_path):
    path = scanned_pdf(tmp_path / "whole.pdf", [scan(), scan(), scan()])
    data = path.read_bytes()
    (tmp_path / "cut.pdf").write_bytes(data[: len(data) - 1_200])
    try:
        media_type, codes = opened(tmp_path / "cut.pdf")
    except UnusableInputError as error:
        assert error.code == ProblemCode.DAMAGED_FILE
    else:
        assert (media_type, codes) == ("application/pdf", ["damaged_file"])
    (tmp_path / "stump.pdf").write_bytes(data[:60])
    assert refused(tmp_path / "stump.pdf").code == ProblemCode.DAMAGED_FILE


def test_a_damaged_page_leaves_the_others_and_the_numbers_true(tmp_path):
    path = text_pdf(tmp_path / "a.pdf", ["mot", "hai", "ba"])
    with pikepdf.open(path) as pdf:
        kids = pdf.Root.Pages.Kids
        kids[1] = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Page, MediaBox=pikepdf.Array([0, 0, 0, 0])))
        pdf.save(tmp_path / "b.pdf")
    with open_source(tmp_path / "b.pdf", SETTINGS) as source:
        pages = list(source.pages())
        assert [page.number for page in pages] == [1, 2, 3]
        assert [word.text for word in pages[2].layer.words] == ["ba"]


def test_scripts_actions_and_attachments_do_nothing(tmp_path):
    path = text_pdf(tmp_path / "a.pdf", ["Ke hoach"])
    trace = tmp_path / "trace"
    with pikepdf.open(path) as pdf:
        launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String(f"touch {trace}"))
        script = pikepdf.Dictionary(
            S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1); this.exportDataObject()")
        )
        pdf.Root.OpenAction = launch
        pdf.pages[0].AA = pikepdf.Dictionary(O=script)
        pdf.attachments["evil.sh"] = b"#!/bin/sh\ntouch " + os.fsencode(trace)
        pdf.save(tmp_path / "b.pdf")
    before = set(tmp_path.iterdir())
    with open_source(tmp_path / "b.pdf", SETTINGS) as source:
        (page,) = source.pages()
        page.image.load()
    assert set(tmp_path.iterdir()) == before


def test_a_hundred_thousand_pages_stop_at_the_limit(tmp_path):
    with (tmp_path / "many.pdf").open("wb") as file:
        count = 100_000
        kids = b"3 0 R " * count
        objects = [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count %d /Kids [ %s ] >>" % (count, kids),
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        ]
        file.write(b"%PDF-1.4\n")
        places = []
        for number, body in enumerate(objects, start=1):
            places.append(file.tell())
            file.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        start = file.tell()
        file.write(b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places))
        file.write(b"trailer << /Root 1 0 R /Size 4 >>\nstartxref\n%d\n%%%%EOF\n" % start)
    with open_source(tmp_path / "many.pdf", SETTINGS.model_copy(update={"max_pages": 50})) as source:
        assert [problem.code for problem in source.problems] == ["too_many_pages"]
        assert len(list(source.pages())) == 50


def test_a_page_tree_that_runs_in_a_ring_ends(tmp_path):
    path = text_pdf(tmp_path / "a.pdf", ["mot"])
    with pikepdf.open(path) as pdf:
        pdf.Root.Pages.Kids.append(pdf.Root.Pages)
        pdf.Root.Pages.Count = 5
        pdf.save(tmp_path / "ring.pdf")
    with open_source(tmp_path / "ring.pdf", SETTINGS) as source:
        pages = list(source.pages())
    assert pages[0].problem is None
    assert len(pages) <= 5


def test_nothing_is_written_beside_the_source(tmp_path):
    archive = tmp_path / "archive"
    archive.mkdir()
    text_pdf(archive / "a.pdf", ["mot"])
    docx(archive / "b.docx", paragraph("hai"))
    (archive / "c.png").write_bytes(png(scan()))
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in archive.iterdir()}
    archive.chmod(0o555)
    for path in archive.iterdir():
        with open_source(path, SETTINGS) as source:
            for page in source.pages():
                if page.image is not None:
                    page.image.load()
    archive.chmod(0o755)
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in archive.iterdir()} == before


def test_importing_intake_starts_no_program():
    """The walk of 100,000 files must not pay for tools it does not use."""
    code = "import sys, pipeline.intake; print('underthesea' in sys.modules, 'spacy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
