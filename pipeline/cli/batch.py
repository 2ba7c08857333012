"""`sohoa ingest`: runs the batch, shows how it goes, sums it up."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.cli.progress import Extent, Progress
from pipeline.cli.terminal import printable, say
from pipeline.errors import NOTES, ExitCode, UsageError
from pipeline.messages import Language, Messages, spoken
from pipeline.run.ingest import MakeExecutor, Wishes, ingest
from pipeline.run.report.health import require_tools
from pipeline.run.report.observers import JsonLog, MetricsFile, Observer, StatusFile, Together
from pipeline.run.report.tally import Failure, Tally
from pipeline.run.storage.object_store import is_url, without_file_scheme
from pipeline.run.storage.outputs import workspace_of
from pipeline.run.workers.executor import LocalExecutor
from pipeline.settings import Settings
from pipeline.store.ledger import FileStatus

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
    archive, out = without_file_scheme(archive), without_file_scheme(out)
    _check_folders(archive, out)
    require_tools(settings)
    extent = Extent()
    if not is_url(archive) and not wishes.watch:
        extent.count(Path(archive), Path(out))
    progress = Progress(extent, watching=wishes.watch)
    try:
        with _stoppable():
            observer = _observers(progress, out, extras)
            tally = ingest(archive, out, settings, wishes=wishes, observer=observer, executor=_executor(extras))
    finally:
        progress.close()
    language = Language(settings.run.language) if settings.run.language else None
    _sum_up(tally, out, spoken(os.environ, language), watched=wishes.watch)
    return ExitCode.SOME_FILES_FAILED if tally.newly_failed else ExitCode.OK


def _executor(extras: Extras) -> MakeExecutor:
    if not extras.use_ray:
        return LocalExecutor
    from pipeline.run.workers.ray_executor import RayOptions, ray_executor

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


def _sum_up(tally: Tally, out: str, told: Messages, *, watched: bool) -> None:
    rows = list(_rows(tally))
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        say(f"{name:{width}}  {value}")
    for failure in tally.failures[:_SHOWN_FAILURES]:
        sys.stderr.write(printable(f"{failure.status}  {failure.path}: {_reason(failure)}") + "\n")
    if tally.failed > _SHOWN_FAILURES:
        say(f"… and {tally.failed - _SHOWN_FAILURES} more: see {out}/report.json")
    for remark in tally.remarks[:_SHOWN_FAILURES]:
        note = next(problem for problem in remark.problems if problem.code in NOTES)
        sys.stderr.write(printable(f"remark  {remark.path}: {note.message} [{note.code}]") + "\n")
    if not tally.files and not watched:
        say(told("empty"))
    if tally.newly_failed:
        say(_verdict(tally, out, told))
    if known := tally.failed - tally.newly_failed:
        say(told("known", count=known))
    if tally.acknowledged:
        say(told("acknowledged", count=tally.acknowledged))
    if tally.to_check:
        say(told("doubtful", count=len(tally.to_check), out=out))
    if tally.undelivered:
        count, reason = tally.undelivered
        say(told("undelivered", count=count, reason=reason))
    if tally.files > tally.failed + tally.harmless:
        say(told("search", command=f"{_program()} search 'khen thưởng' --corpus {shlex.quote(out)}"))


def _reason(failure: Failure) -> str:
    """Its first problem, with the page that it is about."""
    if not failure.problems:
        return ""
    problem = failure.problems[0]
    page = f"page {problem.page}: " if problem.page else ""
    more = f" (and {len(failure.problems) - 1} more)" if len(failure.problems) > 1 else ""
    return f"{page}{problem.message} [{problem.code}]{more}"


def _verdict(tally: Tally, out: str, told: Messages) -> str:
    """Why the run ends with exit code 4, and what to do about it."""
    new = [failure for failure in tally.failures if failure.is_new]
    partial = sum(failure.status is FileStatus.PARTIAL for failure in new)
    failed = tally.newly_failed - partial
    return (
        told("verdict", failed=failed, count=partial, out=out)
        if failed
        else told("verdict.part", count=partial, out=out)
    )


def _program() -> str:
    """The command as this user has to type it: `.venv/bin/sohoa` where `sohoa` is not on the PATH."""
    called = sys.argv[0]
    return shlex.quote(called) if Path(called).name == "sohoa" and not shutil.which("sohoa") else "sohoa"


def _rows(tally: Tally) -> Iterator[tuple[str, str]]:
    yield "files", str(tally.files)
    for status, count in sorted(tally.statuses.items()):
        yield f"  {status}", str(count)
    yield "worked on now", str(tally.done_now)
    yield "unchanged", str(tally.skipped)
    if tally.moved:
        yield "moved or renamed", str(tally.moved)
    if tally.deleted:
        what = "results removed" if tally.pruned else "not searched any more; --prune removes their results"
        yield "no longer in the archive", f"{len(tally.deleted)} ({what})"
    yield "pages", f"{tally.pages} ({tally.pages_now} now)"
    if tally.pages_now:
        yield "pages a minute", f"{tally.pages_per_minute():.0f}"
    yield "seconds", f"{tally.seconds:.1f}"
    if tally.worker_peak_bytes:
        yield "peak memory of a worker", f"{tally.worker_peak_bytes / 1e6:.0f} MB"
