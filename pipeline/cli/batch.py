"""`sohoa ingest`: runs the batch, shows how it goes, sums it up."""

from __future__ import annotations

import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.cli.progress import Extent, Progress
from pipeline.cli.terminal import printable, say
from pipeline.errors import NOTES, ExitCode, UsageError
from pipeline.run.archives import is_url
from pipeline.run.executor import LocalExecutor
from pipeline.run.health import require_tools
from pipeline.run.ingest import MakeExecutor, Wishes, ingest
from pipeline.run.observing import JsonLog, MetricsFile, Observer, StatusFile, Together
from pipeline.run.outputs import workspace_of
from pipeline.run.tally import Tally
from pipeline.settings import Settings

_SHOWN_FAILURES = 50


@dataclass(frozen=True, slots=True)
class Extras:
    """What a run does on request only: files kept beside OUT, work on a cluster."""

    log: Path | None = None
    metrics: Path | None = None
    use_ray: bool = False
    ray_address: str | None = None
    ray_slots: int | None = None


def ingest_archive(archive: str, out: str, settings: Settings, wishes: Wishes, extras: Extras) -> ExitCode:
    """Ingest `archive` into `out`; the exit code of the run."""
    _check_folders(archive, out)
    require_tools(settings)
    extent = Extent()
    if not is_url(archive):
        extent.count(Path(archive), Path(out))
    progress = Progress(extent)
    try:
        with _stoppable():
            observer = _observers(progress, out, extras)
            tally = ingest(archive, out, settings, wishes=wishes, observer=observer, executor=_executor(extras))
    finally:
        progress.close()
    _sum_up(tally, out)
    return ExitCode.SOME_FILES_FAILED if tally.failed else ExitCode.OK


def _executor(extras: Extras) -> MakeExecutor:
    if not extras.use_ray:
        return LocalExecutor
    from pipeline.run.ray_executor import RayOptions, ray_executor

    return ray_executor(RayOptions(extras.ray_address, extras.ray_slots))


def _observers(progress: Progress, out: str, records: Extras) -> Together:
    observers: list[Observer] = [progress, StatusFile(workspace_of(out).state)]
    if records.log:
        observers.append(JsonLog(records.log))
    if records.metrics:
        observers.append(MetricsFile(records.metrics))
    return Together(observers)


def _check_folders(archive: str, out: str) -> None:
    if not is_url(archive) and not Path(archive).exists():
        raise UsageError(f"There is no archive {archive}.", remedy="Check the path.")
    if not is_url(out) and Path(out).is_file():
        raise UsageError(f"{out} is a file.", remedy="Give a folder to --out.")
    if archive == out or (not is_url(archive) and not is_url(out) and Path(archive).resolve() == Path(out).resolve()):
        raise UsageError("Archive and --out are the same folder.", remedy="Results never go among the sources.")


@contextmanager
def _stoppable() -> Iterator[None]:
    """SIGTERM ends a run as Ctrl-C does: what is finished is committed, then it stops."""

    def stop(_signal: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _sum_up(tally: Tally, out: str) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(stderr=True, highlight=False)
    table = Table(title="sohoa ingest", title_justify="left", show_header=False)
    for name, value in _rows(tally):
        table.add_row(name, value)
    console.print(table)
    for failure in tally.failures[:_SHOWN_FAILURES]:
        problem = failure.problems[0] if failure.problems else None
        reason = f"{problem.message} [{problem.code}]" if problem else ""
        sys.stderr.write(printable(f"{failure.status}  {failure.path}: {reason}") + "\n")
    if tally.failed > _SHOWN_FAILURES:
        say(f"… and {tally.failed - _SHOWN_FAILURES} more: see {out}/report.json")
    for remark in tally.remarks[:_SHOWN_FAILURES]:
        note = next(problem for problem in remark.problems if problem.code in NOTES)
        sys.stderr.write(printable(f"remark  {remark.path}: {note.message} [{note.code}]") + "\n")
    if not is_url(out):
        say(f"Search it:  sohoa search 'khen thưởng' --corpus {shlex.quote(out)}")


def _rows(tally: Tally) -> Iterator[tuple[str, str]]:
    yield "files", str(tally.files)
    for status, count in sorted(tally.statuses.items()):
        yield f"  {status}", str(count)
    yield "worked on now", str(tally.done_now)
    yield "unchanged", str(tally.skipped)
    if tally.moved:
        yield "moved or renamed", str(tally.moved)
    if tally.deleted:
        what = "results removed" if tally.pruned else "results kept; --prune removes them"
        yield "no longer in the archive", f"{len(tally.deleted)} ({what})"
    yield "pages", f"{tally.pages} ({tally.pages_now} now)"
    yield "pages a minute", f"{tally.pages_per_minute():.0f}"
    yield "seconds", f"{tally.seconds:.1f}"
    if tally.worker_peak_bytes:
        yield "peak memory of a worker", f"{tally.worker_peak_bytes / 1e6:.0f} MB"
