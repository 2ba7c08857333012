"""`sohoa ingest`: runs the batch, shows how it goes, sums it up."""

from __future__ import annotations

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
    _sum_up(tally, out, watched=wishes.watch)
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


def _sum_up(tally: Tally, out: str, *, watched: bool) -> None:
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
        say("There is no file in the archive. Is it the right folder, and is its drive there?")
    if tally.newly_failed:
        say(_verdict(tally, out))
    if known := tally.failed - tally.newly_failed:
        say(f"{known} of the failures were told of before and do not count; `sohoa ack` settles what is to stay so.")
    if tally.acknowledged:
        say(f"{tally.acknowledged} failures are settled (sohoa ack).")
    if tally.to_check:
        count = len(tally.to_check)
        who = "1 file that is done has" if count == 1 else f"{count} files that are done have"
        say(f"{who} a place that could not be read for certain: see {out}/report.html.")
    if tally.undelivered:
        count, reason = tally.undelivered
        say(f"The receiver has not taken {count} of the changes: {reason}. The next run with --on-commit sends them.")
    if tally.files > tally.failed + tally.harmless:
        say(f"Search it:  {_program()} search 'khen thưởng' --corpus {shlex.quote(out)}")


def _reason(failure: Failure) -> str:
    """Its first problem, with the page that it is about."""
    if not failure.problems:
        return ""
    problem = failure.problems[0]
    page = f"page {problem.page}: " if problem.page else ""
    more = f" (and {len(failure.problems) - 1} more)" if len(failure.problems) > 1 else ""
    return f"{page}{problem.message} [{problem.code}]{more}"


def _verdict(tally: Tally, out: str) -> str:
    """Why the run ends with exit code 4, and what to do about it."""
    partial = tally.statuses[FileStatus.PARTIAL]
    failed = tally.failed - partial
    in_part = f"{partial} {'file' if partial == 1 else 'files'} came out in part"
    if not failed:
        return (
            f"Every file gave a result; the exit code is 4 only because {in_part}. Their documents hold all that could"
            f" be read and say which pages are missing or damaged: see {out}/report.html. Scan or copy these again into"
            " the archive and run the same command; --retry reads them once more as they are."
        )
    also = f", and {in_part}" if partial else ""
    return (
        f"{failed} {'file' if failed == 1 else 'files'} gave no result{also} (exit code 4). The reasons are in"
        f" {out}/report.html. Mend or replace the files and run the same command; --retry tries them as they are."
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
