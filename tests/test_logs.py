"""Logging: quiet unless asked for; each record names its file and page, also from a worker process."""

from __future__ import annotations

import logging
import subprocess
import threading
from collections.abc import Callable, Iterator
from multiprocessing import Pipe
from pathlib import Path

import pytest

from pipeline.logs import PACKAGE, PlaceFormatter, SendingHandler, at_file, at_page, log_to, take_record
from pipeline.reading import Reader
from pipeline.settings import ReadingSettings
from pipeline.values import PageInput

Command = Callable[..., "subprocess.CompletedProcess[str]"]
log = logging.getLogger("pipeline.reading.reader")


class Kept(logging.Handler):
    """Keeps the records it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture
def attach() -> Iterator[Callable[[logging.Handler], None]]:
    """Attaches handlers to the package for the time of a test."""
    before, level = list(PACKAGE.handlers), PACKAGE.level
    yield lambda handler: log_to(handler, logging.DEBUG)
    PACKAGE.handlers[:] = before
    PACKAGE.setLevel(level)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    (tmp_path / "archive" / "2024").mkdir(parents=True)
    (tmp_path / "archive" / "2024" / "kh.txt").write_text("KẾ HOẠCH\nI. MỤC ĐÍCH\n- Cải cách hành chính.\n")
    return tmp_path / "archive"


def test_records_name_the_file_and_the_page_they_are_about(attach: Callable[[logging.Handler], None]) -> None:
    kept = Kept()
    attach(kept)
    with at_file("2024/kh.pdf"):
        with at_page(3):
            log.debug("inside")
        log.debug("after the page")
    log.debug("after the file")
    assert [(record.file, record.page) for record in kept.records] == [
        ("2024/kh.pdf", 3),
        ("2024/kh.pdf", None),
        ("", None),
    ]


def test_threads_do_not_see_each_others_place(attach: Callable[[logging.Handler], None]) -> None:
    kept = Kept()
    attach(kept)
    with at_file("mine.pdf"):
        other = threading.Thread(target=log.info, args=("of another thread",))
        other.start()
        other.join()
        log.info("of this one")
    assert {record.getMessage(): record.file for record in kept.records} == {
        "of another thread": "",
        "of this one": "mine.pdf",
    }


def test_a_record_crosses_a_process_border_with_place_and_trace(attach: Callable[[logging.Handler], None]) -> None:
    ours, theirs = Pipe()
    sending = SendingHandler(theirs.send)
    attach(sending)
    with at_file("kh.pdf"), at_page(2):
        try:
            raise ValueError(threading.Lock())  # an argument that cannot be pickled
        except ValueError:
            log.exception("stumbled over %s", threading.Lock())
    PACKAGE.removeHandler(sending)
    kept = Kept()
    attach(kept)
    take_record(ours.recv())
    (record,) = kept.records
    text = PlaceFormatter().format(record)
    assert " error reading.reader kh.pdf page 2: stumbled over" in text
    assert "ValueError" in text.splitlines()[-1]


def test_what_a_page_stumbles_over_is_logged_with_its_trace(attach: Callable[[logging.Handler], None]) -> None:
    kept = Kept()
    attach(kept)
    broken = PageInput(7, image="no image at all")  # type: ignore[arg-type]
    (page,) = Reader(ReadingSettings(engine="tesseract")).read([broken])
    assert page.problems
    trace = next(record for record in kept.records if record.exc_info)
    assert (trace.levelname, trace.page) == ("ERROR", 7)


def test_nothing_is_logged_unless_asked_for(archive: Path, sohoa: Command) -> None:
    done = sohoa("extract", archive / "2024" / "kh.txt")
    assert done.returncode == 0
    assert " info " not in done.stderr
    assert " debug " not in done.stderr


@pytest.mark.parametrize("options", [("--log-level", "debug", "extract"), ("extract", "--log-level", "debug")])
def test_the_command_line_shows_records_on_stderr_only(options: tuple[str, ...], archive: Path, sohoa: Command) -> None:
    quiet, told = sohoa("extract", archive / "2024" / "kh.txt"), sohoa(*options, archive / "2024" / "kh.txt")
    assert told.stdout == quiet.stdout
    assert "debug reading.reader kh.txt page 1: " in told.stderr


def test_records_of_worker_processes_are_shown_with_the_path_in_the_archive(
    archive: Path, sohoa: Command, tmp_path: Path
) -> None:
    done = sohoa("ingest", archive, "--out", tmp_path / "out", "--log-level", "debug")
    assert done.returncode == 0
    assert "debug reading.reader 2024/kh.txt page 1: " in done.stderr
    assert "info digitise 2024/kh.txt: ok" in done.stderr


def test_a_file_name_cannot_forge_a_line_of_the_log(archive: Path, sohoa: Command, tmp_path: Path) -> None:
    (archive / "2024" / "kh.txt").rename(archive / "2024" / "kh\x1b[2J\rinfo forged.txt")
    done = sohoa("ingest", archive, "--out", tmp_path / "out", "--log-level", "info")
    assert "\x1b" not in done.stderr
    assert "\r" not in done.stderr
