"""Who looks on while a run goes: nobody, several at once, a log of JSON lines, a status file, a metrics file."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TextIO

from pipeline.errors import OutputError, ProblemCode
from pipeline.run.report.tally import Tally
from pipeline.run.tasks import Beat, Outcome, Task
from pipeline.store.atomic import output_error, write_atomic
from pipeline.store.ledger import FileStatus, LedgerRow

_STATUS_SECONDS = 2.0
_METRICS_SECONDS = 15.0


class Observer(Protocol):
    """Is told how a run goes; shows it, logs it, or ignores it."""

    def began(self, run_id: str, tally: Tally) -> None:
        """The run starts; `tally` is updated while it goes on."""

    def beat(self, task: Task, beat: Beat) -> None:
        """A worker is at something."""

    def finished(self, row: LedgerRow, outcome: Outcome | None) -> None:
        """A file is done (without an outcome: it was refused, or is a copy)."""

    def tick(self, tally: Tally) -> None:
        """Some time has passed."""

    def ended(self, state: str, tally: Tally) -> None:
        """The run is over: 'finished' or 'interrupted'."""


class Silence:
    """An observer that ignores everything; the base of those that do not."""

    def began(self, run_id: str, tally: Tally) -> None:
        """Ignored."""

    def beat(self, task: Task, beat: Beat) -> None:
        """Ignored."""

    def finished(self, row: LedgerRow, outcome: Outcome | None) -> None:
        """Ignored."""

    def tick(self, tally: Tally) -> None:
        """Ignored."""

    def ended(self, state: str, tally: Tally) -> None:
        """Ignored."""


@dataclass(frozen=True, slots=True)
class Together:
    """Several observers as one."""

    observers: Sequence[Observer]

    def began(self, run_id: str, tally: Tally) -> None:
        """Tell all."""
        for observer in self.observers:
            observer.began(run_id, tally)

    def beat(self, task: Task, beat: Beat) -> None:
        """Tell all."""
        for observer in self.observers:
            observer.beat(task, beat)

    def finished(self, row: LedgerRow, outcome: Outcome | None) -> None:
        """Tell all."""
        for observer in self.observers:
            observer.finished(row, outcome)

    def tick(self, tally: Tally) -> None:
        """Tell all."""
        for observer in self.observers:
            observer.tick(tally)

    def ended(self, state: str, tally: Tally) -> None:
        """Tell all."""
        for observer in self.observers:
            observer.ended(state, tally)


class JsonLog(Silence):
    """One JSON object a line: run, file, page, stage, seconds. JSON escapes whatever a file name holds."""

    def __init__(self, path: Path) -> None:
        """Append to `path`. Raises OutputError."""
        try:
            self._file: TextIO = path.open("a", encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            raise output_error(path, error) from error
        self._run = ""
        self._last: dict[str, tuple[float, Beat]] = {}

    def began(self, run_id: str, tally: Tally) -> None:
        """The first line of a run."""
        self._run = run_id
        self._write("run_began")

    def beat(self, task: Task, beat: Beat) -> None:
        """What a worker was at before is over: tell how long it took."""
        self._over(task.relative)
        self._last[task.relative] = (time.monotonic(), beat)

    def finished(self, row: LedgerRow, outcome: Outcome | None) -> None:
        """A file is done: status, attempts, problems, seconds of CPU by stage."""
        self._over(row.path)
        problems = [problem.model_dump() for problem in row.problems]
        self._write(
            "file_done",
            file=row.path,
            status=row.status,
            pages=row.pages,
            attempts=row.attempts,
            seconds=row.seconds,
            problems=problems,
            level="error" if row.status.failed and not _is_system_file(row) else "info",
        )

    def ended(self, state: str, tally: Tally) -> None:
        """The last line of a run."""
        self._write("run_ended", state=state, files=tally.files, failures=tally.failed, seconds=round(tally.seconds, 3))
        self._file.close()

    def _over(self, path: str) -> None:
        started, beat = self._last.pop(path, (0.0, None))
        if beat is not None:
            event = "stage_done" if beat.page is None else "page_done"
            seconds = round(time.monotonic() - started, 3)
            self._write(event, file=path, stage=beat.stage, page=beat.page, seconds=seconds, level="debug")

    def _write(self, event: str, *, level: str = "info", **values: Any) -> None:  # noqa: ANN401
        now = time.time()
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now * 1000) % 1000:03}Z"
        head = {"time": stamp, "level": level, "run": self._run, "event": event}
        try:
            self._file.write(json.dumps(head | values, ensure_ascii=False) + "\n")
            self._file.flush()
        except OSError as error:
            raise OutputError(
                f"Cannot write the log: {error.strerror}.", remedy="Free space, or drop --log."
            ) from error


def _is_system_file(row: LedgerRow) -> bool:
    return any(problem.code == ProblemCode.SYSTEM_FILE for problem in row.problems)


class StatusFile(Silence):
    """Keeps OUT/.status.json fresh while a run goes, for `sohoa status`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._run = ""
        self._written = 0.0
        self._at: dict[str, Beat] = {}

    def began(self, run_id: str, tally: Tally) -> None:
        """Write the first state."""
        self._run = run_id
        self._write(tally, "running")

    def beat(self, task: Task, beat: Beat) -> None:
        """Remember what is in work."""
        self._at[task.relative] = beat

    def finished(self, row: LedgerRow, outcome: Outcome | None) -> None:
        """It is in work no more."""
        self._at.pop(row.path, None)

    def tick(self, tally: Tally) -> None:
        """Write, if it is time."""
        if time.monotonic() - self._written > _STATUS_SECONDS:
            self._write(tally, "running")

    def ended(self, state: str, tally: Tally) -> None:
        """Write the last state."""
        self._at.clear()
        self._write(tally, state)

    def _write(self, tally: Tally, state: str) -> None:
        self._written = time.monotonic()
        status = {
            "run": self._run,
            "pid": os.getpid(),
            "state": state,
            "written": time.time(),
            "seconds": round(tally.seconds, 1),
            "files": tally.files,
            "worked_on": tally.done_now,
            "unchanged": tally.skipped,
            "pages": tally.pages_now,
            "pages_per_minute": round(tally.pages_per_minute(), 1),
            "failures": tally.failed,
            "in_work": [{"file": path, "stage": beat.stage, "page": beat.page} for path, beat in self._at.items()],
        }
        write_atomic(
            self._path, json.dumps(status, ensure_ascii=False).encode("utf-8", "backslashreplace"), durable=False
        )


@dataclass(slots=True)
class MetricsFile(Silence):
    """A text file for a node exporter's textfile collector, in the Prometheus exposition format."""

    path: Path
    _written: float = 0.0
    _extra: dict[str, float] = field(default_factory=dict)

    def began(self, run_id: str, tally: Tally) -> None:
        """Write zeros."""
        self._write(tally, running=1)

    def tick(self, tally: Tally) -> None:
        """Write, if it is time."""
        if time.monotonic() - self._written > _METRICS_SECONDS:
            self._write(tally, running=1)

    def ended(self, state: str, tally: Tally) -> None:
        """Write the final figures."""
        if state == "finished":
            self._extra["sohoa_last_finished_timestamp_seconds"] = round(time.time(), 3)
        self._write(tally, running=0)

    def _write(self, tally: Tally, *, running: int) -> None:
        self._written = time.monotonic()
        text = "".join(_metric_lines(tally, running, self._extra))
        write_atomic(self.path, text.encode(), durable=False)


def _metric_lines(tally: Tally, running: int, extra: dict[str, float]) -> Iterator[str]:
    yield from _metric("sohoa_running", "gauge", "Whether a run is going on.", {"": running})
    by_status = {f'{{status="{status}"}}': tally.statuses.get(status, 0) for status in FileStatus}
    yield from _metric("sohoa_files", "gauge", "Files of the archive met by this run, by status.", by_status)
    yield from _metric("sohoa_worked_files_total", "counter", "Files this run worked on.", {"": tally.done_now})
    yield from _metric("sohoa_worked_pages_total", "counter", "Pages this run worked on.", {"": tally.pages_now})
    yield from _metric("sohoa_failures", "gauge", "Files that newly failed or came in part.", {"": tally.newly_failed})
    yield from _metric("sohoa_known_failures", "gauge", "Told of before.", {"": tally.failed - tally.newly_failed})
    yield from _metric("sohoa_acknowledged", "gauge", "Failures that people settled.", {"": tally.acknowledged})
    by_code = {f'{{code="{code}"}}': count for code, count in sorted(tally.problems.items())}
    yield from _metric("sohoa_problems", "gauge", "Problems, by code.", by_code)
    by_stage = {f'{{stage="{stage}"}}': round(value, 3) for stage, value in sorted(tally.cpu_seconds.items())}
    yield from _metric("sohoa_stage_cpu_seconds_total", "counter", "CPU seconds of the workers, by stage.", by_stage)
    yield from _metric("sohoa_run_seconds", "gauge", "Wall seconds since the run began.", {"": round(tally.seconds, 1)})
    for name, value in extra.items():
        yield from _metric(name, "gauge", "When the last whole run ended.", {"": value})


def _metric(name: str, kind: str, help_text: str, values: Mapping[str, float]) -> Iterator[str]:
    yield f"# HELP {name} {help_text}\n# TYPE {name} {kind}\n"
    for labels, value in values.items():
        yield f"{name}{labels} {value}\n"
