"""The commands around a batch, run as a user runs them: exit codes, streams, status, verify, logs, watch, signals."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from pipeline.cli.app import run

Command = Callable[..., "subprocess.CompletedProcess[str]"]
PLAN = "UBND XÃ PHÚ KHÊ\nSố: 28/KH-UBND\n\nKẾ HOẠCH\nThi đua\n\nI. MỤC ĐÍCH\n- Cải cách hành chính.\n"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("batch") / "archive"
    (folder / "2024").mkdir(parents=True)
    (folder / "kh.txt").write_text(PLAN)
    (folder / "2024" / "kh.txt").write_text(PLAN.replace("28", "29"))
    return folder


@pytest.fixture(scope="module")
def out(archive: Path, sohoa: Command) -> Path:
    folder = archive.parent / "out"
    options = ["--log", folder.parent / "log.jsonl", "--metrics", folder.parent / "sohoa.prom"]
    done = sohoa("ingest", archive, "--out", folder, *options)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    return folder


def test_search_prints_hits_and_json(out: Path, sohoa: Command) -> None:
    assert "kh.txt" in sohoa("search", "cai cach", "--corpus", out).stdout
    hits = json.loads(sohoa("search", "cải cách", "--corpus", out, "--exact", "--json").stdout)
    assert sorted(hit["path"] for hit in hits) == ["2024/kh.txt", "kh.txt"]
    assert hits[0]["heading"] == "I. MỤC ĐÍCH"


def test_a_hit_says_its_heading_once(out: Path, sohoa: Command) -> None:
    shown = sohoa("search", "cai cach", "--corpus", out, "--limit", "1").stdout.splitlines()
    at = next(number for number, line in enumerate(shown) if "I. MỤC ĐÍCH" in line)
    assert shown[at + 1].strip() == "- Cải cách hành chính."


def test_a_search_that_finds_nothing_says_which_word_is_unknown_and_what_is_like_it(out: Path, sohoa: Command) -> None:
    assert "kh.txt" in sohoa("search", "-giày cai cach", "--corpus", out).stdout
    done = sohoa("search", "cải cáhc", "--corpus", out)
    assert (done.returncode, done.stdout) == (0, "")
    assert 'No document has "cáhc"; like it are: cách.' in done.stderr
    done = sohoa("search", '"hành cải"', "--corpus", out)
    assert (done.stdout, "No section has all" in done.stderr) == ("", True)
    assert sohoa("search", "cải cáhc", "--corpus", out, "--json").stdout == "[]\n"


def test_people_are_told_that_there_are_more_hits_than_shown(out: Path, sohoa: Command) -> None:
    assert "There are more: --limit 2" in sohoa("search", "cai cach", "--corpus", out, "--limit", "1").stderr
    assert sohoa("search", "cai cach", "--corpus", out, "--limit", "2").stderr == ""
    assert len(json.loads(sohoa("search", "cai cach", "--corpus", out, "--limit", "1", "--json").stdout)) == 1


def test_a_word_to_leave_out_is_explained_in_the_help(out: Path, sohoa: Command) -> None:
    assert "-word leaves out" in " ".join(sohoa("search", "--help").stdout.split())
    assert sohoa("search", "cải -hành", "--corpus", out).stdout == ""


def test_a_fault_of_sohoa_is_one_sentence_and_a_file_with_the_trace(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise KeyError("no such thing")

    monkeypatch.setattr("pipeline.cli.find.print_hits", fail)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.delenv("SOHOA_TRACEBACK", raising=False)
    assert run(["search", "a", "--corpus", "x"]) == 70
    told = capsys.readouterr()
    (log,) = tmp_path.iterdir()
    assert (told.out, told.err.count("\n"), str(log) in told.err) == ("", 1, True)
    assert "KeyError" in told.err
    assert "in fail" in log.read_text()
    assert "'search', 'a'" in log.read_text()
    monkeypatch.setenv("SOHOA_TRACEBACK", "1")
    assert run(["search", "a", "--corpus", "x"]) == 70
    assert "Traceback" in capsys.readouterr().err


def test_a_fault_whose_trace_cannot_be_kept_says_how_to_see_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("pipeline.cli.find.print_hits", lambda *_arguments, **_options: 1 // 0)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    assert run(["search", "a", "--corpus", "x"]) == 70
    assert "SOHOA_TRACEBACK=1" in capsys.readouterr().err


def test_an_evaluation_that_has_nothing_to_compare_is_a_bad_argument(out: Path, sohoa: Command, tmp_path: Path) -> None:
    (tmp_path / "another.pdf.json").write_text('{"header": {}}')
    done = sohoa("evaluate", tmp_path, out)
    assert (done.returncode, done.stdout) == (1, "")
    assert "nothing to compare" in done.stderr


def test_a_role_that_does_not_exist_is_a_bad_argument(out: Path, sohoa: Command) -> None:
    done = sohoa("search", "a", "--corpus", out, "--role", "no_such_role")
    assert done.returncode == 1
    assert "khen_thuong" in done.stderr


def test_status_tells_how_the_last_run_ended(archive: Path, out: Path, sohoa: Command) -> None:
    status = json.loads(sohoa("status", out, "--json").stdout)
    assert (status["state"], status["files"], status["owner"]) == ("finished", {"done": 2}, None)
    assert "finished" in sohoa("status", out).stdout
    assert status["archive"] == str(archive)


@pytest.mark.parametrize(
    "command",
    [["status"], ["verify"], ["search", "a", "--corpus"], ["export", "--format", "jsonl", "x.jsonl", "--corpus"]],
    ids=lambda command: command[0],
)
def test_a_folder_without_results_is_a_bad_argument_in_one_sentence(
    command: list[str], sohoa: Command, tmp_path: Path
) -> None:
    for folder, what in [(tmp_path, "holds no results of `sohoa ingest`"), (tmp_path / "none", "is no folder")]:
        done = sohoa(*command, folder)
        remedy = "Give the folder or URL that was named with --out."
        assert (done.returncode, done.stdout, done.stderr) == (1, "", f"sohoa: {folder} {what}. {remedy}\n")


def test_the_log_has_a_line_for_each_event(out: Path) -> None:
    events = [json.loads(line) for line in (out.parent / "log.jsonl").read_text().splitlines()]
    assert [events[0]["event"], events[-1]["event"]] == ["run_began", "run_ended"]
    assert {event["file"] for event in events if event["event"] == "file_done"} == {"kh.txt", "2024/kh.txt"}
    assert {"reading", "restoration", "structure"} <= {event.get("stage") for event in events}
    assert len({event["run"] for event in events}) == 1


def test_the_metrics_are_in_prometheus_form(out: Path) -> None:
    lines = (out.parent / "sohoa.prom").read_text().splitlines()
    assert 'sohoa_files{status="done"} 2' in lines
    assert "sohoa_running 0" in lines
    assert all(line.startswith("# ") or len(line.rsplit(" ", 1)) == 2 for line in lines)


def test_the_report_page_is_one_file_that_loads_nothing(out: Path) -> None:
    page = (out / "report.html").read_text()
    assert "<svg" in page
    assert "<script" not in page
    assert "http" not in page


def test_the_last_lines_say_whether_a_file_is_without_a_result_or_only_in_part(sohoa: Command, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    archive.mkdir()
    (archive / "kh.txt").write_bytes(PLAN.encode() * 20 + b"\xff\xfe damaged\n")
    done = sohoa("ingest", archive, "--out", tmp_path / "out")
    assert done.returncode == 4
    assert "only because of 1 that newly came out in part" in done.stderr
    assert "--retry" in done.stderr
    (archive / "empty.txt").touch()
    done = sohoa("ingest", archive, "--out", tmp_path / "out")
    assert done.returncode == 4
    assert "Newly without a result: 1; newly in part: 0" in done.stderr
    assert "1 of the failures were told of before" in done.stderr
    assert f"{tmp_path / 'out'}/report.html" in done.stderr


def test_files_that_are_done_but_unsure_somewhere_are_named_for_a_look(sohoa: Command, tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    dated = PLAN.replace("\n\nKẾ", "\nPhú Khê, ngày 12 tháng 3 năm 2024\n\nKẾ")
    signed = f"{dated}\nNơi nhận:\n- Như trên;\n- Lưu: VT.\nTM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\n\nNguyễn Văn An\n"
    (tmp_path / "archive" / "no day.txt").write_text(signed.replace("12 tháng", "... tháng"))
    (tmp_path / "archive" / "sure.txt").write_text(signed)
    done = sohoa("ingest", tmp_path / "archive", "--out", tmp_path / "out")
    assert done.returncode == 0
    assert "could not be read for certain: 1;" in done.stderr
    (named,) = json.loads((tmp_path / "out" / "report.json").read_text())["to_check"]
    assert (named["path"], named["problems"][0]["code"]) == ("no day.txt", "date_partial")
    assert "no day.txt" in (tmp_path / "out" / "report.html").read_text().split("worth a look")[1].split("<h2>")[0]


def test_nothing_to_search_is_not_offered_for_search(sohoa: Command, tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    done = sohoa("ingest", tmp_path / "archive", "--out", tmp_path / "out")
    assert "There is no file in the archive." in done.stderr
    (tmp_path / "archive" / "Thumbs.db").write_bytes(b"\0\1")
    done = sohoa("ingest", tmp_path / "archive", "--out", tmp_path / "out")
    assert (done.returncode, "Search it" in done.stderr) == (0, False)


def test_verify_is_content_with_a_sound_folder_and_names_what_is_wrong(
    archive: Path, sohoa: Command, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    assert sohoa("ingest", archive, "--out", folder).returncode == 0
    assert sohoa("verify", folder).returncode == 0
    document = folder / "documents" / "kh.txt.json"
    document.write_bytes(document.read_bytes().replace("Cải cách".encode(), b"Cai cach"))
    (folder / "text" / "kh.txt.txt").unlink()
    (folder / "documents" / "stray.json").write_text("{}")
    done = sohoa("verify", folder, "--json")
    assert done.returncode == 4
    faults = {(fault["path"], fault["message"]) for fault in map(json.loads, done.stdout.splitlines())}
    assert ("documents/kh.txt.json", "The document is not the one that was written.") in faults
    assert ("documents/stray.json", "No ledger row owns it.") in faults
    assert {path for path, _ in faults} == {
        "documents/kh.txt.json",
        "text/kh.txt.txt",
        "documents/stray.json",
        "corpus.sqlite",
    }


def test_failures_end_with_exit_code_4_and_are_named(sohoa: Command, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "empty.pdf").touch()
    (tmp_path / "a" / "good.txt").write_text(PLAN)
    done = sohoa("ingest", tmp_path / "a", "--out", tmp_path / "out")
    assert done.returncode == 4
    assert "empty.pdf" in done.stderr
    assert "[empty_file]" in done.stderr
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert [failure["path"] for failure in report["failures"]] == ["empty.pdf"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["ingest", "no-such-folder", "--out", "x"],
        ["ingest"],
        ["ingest", ".", "--out", "."],
        ["ingest", ".", "--out", "x", "--jobs", "0"],
        ["no-such-command"],
        ["search", "a"],
    ],
)
def test_bad_arguments_end_with_exit_code_1(arguments: list[str], sohoa: Command) -> None:
    done = sohoa(*arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("sohoa: ")


def test_an_output_folder_that_cannot_be_written_ends_with_exit_code_5(
    archive: Path, sohoa: Command, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    done = sohoa("ingest", archive, "--out", tmp_path / "file" / "out")
    assert done.returncode == 5
    assert "Cannot write" in done.stderr


@pytest.mark.parametrize(
    "command",
    ["ingest", "extract", "text", "restore", "search", "export", "evaluate", "status", "verify", "doctor"],
)
def test_every_command_has_help_with_an_example(command: str, sohoa: Command) -> None:
    done = sohoa(command, "--help")
    assert done.returncode == 0
    assert f"sohoa {command}" in done.stdout.split("Example:")[1]


def start(*arguments: str | Path) -> subprocess.Popen[str]:
    """The command, started and not waited for; it hears Ctrl-C also where the tests run in the background."""
    command = [sys.executable, "-m", "pipeline", *map(str, arguments)]
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    finally:
        signal.signal(signal.SIGINT, before)


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until `condition` holds; fail after `seconds`."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], Path, Path]]:
    """A watching run over an empty archive."""
    (tmp_path / "archive").mkdir()
    process = start("ingest", tmp_path / "archive", "--out", tmp_path / "out", "--watch")
    yield process, tmp_path / "archive", tmp_path / "out"
    process.kill()
    process.communicate()


def test_watch_takes_a_file_when_it_has_stopped_growing(
    watching: tuple[subprocess.Popen[str], Path, Path], sohoa: Command
) -> None:
    process, archive, out = watching
    wait_for((out / "ledger.sqlite").exists)
    document = out / "documents" / "kh.txt.json"
    for line in PLAN.splitlines(keepends=True):
        with (archive / "kh.txt").open("a") as file:
            file.write(line)
        time.sleep(0.5)
        assert not document.exists()
    wait_for(document.exists)
    assert json.loads(sohoa("status", out, "--json").stdout)["state"] == "running"
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "time left" not in told  # nobody can know it
    assert json.loads(document.read_text())["source"]["bytes"] == len(PLAN.encode())
    assert sohoa("verify", out).returncode == 0


def test_a_terminal_shows_bar_and_figures_on_lines_of_their_own(archive: Path, tmp_path: Path) -> None:
    terminal, end = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "pipeline", "ingest", archive, "--out", tmp_path / "out"],
        stderr=end,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "80"},
    )
    os.close(end)
    shown = b""
    with suppress(OSError):  # how a terminal tells that nobody writes to it any more
        while data := os.read(terminal, 4096):
            shown += data
    os.close(terminal)
    assert process.wait() == 0
    lines = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode()).splitlines()
    figures = [line.strip() for line in lines if "pages/min" in line and "time left" in line]
    assert figures
    assert all(line.startswith("files ") for line in figures)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_ends_with_130_and_the_next_one_carries_on(
    how: signal.Signals, sohoa: Command, tmp_path: Path
) -> None:
    archive, out = tmp_path / "archive", tmp_path / "out"
    archive.mkdir()
    for number in range(600):
        (archive / f"{number}.txt").write_text(PLAN.replace("28", str(number)))
    process = start("ingest", archive, "--out", out, "--jobs", "2")
    wait_for(lambda: (out / "documents").exists() and len(list((out / "documents").iterdir())) > 5)
    process.send_signal(how)
    _, told = process.communicate(timeout=30)
    assert process.returncode == 130
    assert told.endswith("sohoa: interrupted. What was finished is kept; run the same command again to carry on.\n")
    assert json.loads(sohoa("status", out, "--json").stdout)["state"] == "interrupted"
    done = len(list((out / "documents").iterdir()))
    assert 5 < done < 600
    assert sohoa("verify", out).returncode == 0
    assert sohoa("ingest", archive, "--out", out, "--jobs", "2").returncode == 0
    assert sorted(path.name for path in (out / "documents").iterdir()) == sorted(
        f"{path.name}.json" for path in archive.iterdir()
    )
