"""`sohoa ingest`: a whole archive into an OUT folder, a run that can be stopped anywhere and carries on."""

from __future__ import annotations

import secrets
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import OutputError, UsageError
from pipeline.intake import SourceFile
from pipeline.logs import PACKAGE
from pipeline.run.cache import bound_cache
from pipeline.run.commit import Books, Committer
from pipeline.run.copies import settle_copies
from pipeline.run.corrections import lay_over
from pipeline.run.delivery import Delivery
from pipeline.run.fingerprints import fingerprints, image_fingerprint
from pipeline.run.ordering import long_ones_first, small_ones_first
from pipeline.run.plan import Copy, Planner, Refuse, Skip
from pipeline.run.reindex import complete_index
from pipeline.run.report.observers import Observer, Silence
from pipeline.run.report.report import write_report
from pipeline.run.report.tally import Settled as SettledFailures
from pipeline.run.report.tally import Tally
from pipeline.run.settling import settle_registers
from pipeline.run.storage.archives import Archive, EmptyArchiveError, FolderArchive, ListingError, open_archive
from pipeline.run.storage.outputs import Outputs, open_outputs
from pipeline.run.tasks import Beat, Outcome, Task, WorkerPlan
from pipeline.run.watching import Settled
from pipeline.run.workers.executor import Executor, LocalExecutor
from pipeline.settings import Settings
from pipeline.store.index import CorpusIndex
from pipeline.store.ledger import Ledger
from pipeline.store.lock import lock_folder
from pipeline.store.reviews import ReviewStore


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user asked of a run beside archive, output and settings."""

    force: bool = False
    retry: bool = False
    prune: bool = False
    wait: bool = False
    watch: bool = False
    on_commit: str | None = None  # who is told of each committed document: an address or a command


MakeExecutor = Callable[[WorkerPlan, Callable[[Task, Beat], None]], Executor]

_ASK_AGAIN_SECONDS = 0.1
# Watching: a look at the archive every so often, but looking never takes more than a quarter of the time.
_LOOK_SECONDS = 2.0
_LOOK_AT_STORE_SECONDS = 30.0  # a listing is paid for
_LOOK_SHARE = 4.0


@dataclass(slots=True)
class _Run:
    archive: Archive
    outputs: Outputs
    settings: Settings
    wishes: Wishes
    observer: Observer
    books: Books
    committer: Committer
    planner: Planner
    tally: Tally
    delivery: Delivery | None = None
    waiting: dict[str, list[Copy]] = field(default_factory=lambda: defaultdict(list))
    again: list[Task] = field(default_factory=list)
    in_work: dict[str, Task] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)


def ingest(
    archive_place: Path | str,
    out_place: Path | str,
    settings: Settings,
    *,
    wishes: Wishes | None = None,
    observer: Observer | None = None,
    executor: MakeExecutor = LocalExecutor,
) -> Tally:
    """Bring the OUT folder up to date with the archive and tell what was done; strings may be fsspec URLs.

    Nothing in the archive is changed. Raises UsageError, MissingToolError, OutputError, and KeyboardInterrupt when
    stopped; in all cases what was finished is kept, and the next run carries on.
    """
    wishes, observer = wishes or Wishes(), observer or Silence()
    outputs = open_outputs(out_place)
    out = outputs.workspace
    archive = open_archive(archive_place, out.root, out.root / ".spool", str(out_place), settings=settings)
    with lock_folder(out.lock, wait=wishes.wait), outputs.locked(wait=wishes.wait):
        with Ledger(out.ledger) as ledger, CorpusIndex(out.corpus) as index, ReviewStore(out.reviews) as reviews:
            prints = fingerprints(settings)
            books = Books(ledger, index, reviews)
            committer = Committer(outputs, books, settings, prints)
            planner = Planner(ledger, settings, prints, archive, wishes.force, wishes.retry)
            delivery = Delivery(wishes.on_commit, ledger, outputs) if wishes.on_commit else None
            tally = Tally(SettledFailures(ledger.known_failures(), ledger.acknowledged()))
            run = _Run(archive, outputs, settings, wishes, observer, books, committer, planner, tally, delivery)
            shutil.rmtree(out.work, ignore_errors=True)  # what a killed run left
            complete_index(index, ledger, outputs)
            plan = WorkerPlan(
                settings,
                out.cache,
                prints.reading,
                image_fingerprint=image_fingerprint(settings),
                result_fingerprint=prints.structure,
                work_folder=out.work,
                log_level=PACKAGE.getEffectiveLevel(),
            )
            tally = _run(run, executor(plan, observer.beat))
        outputs.finish()
    return tally


def _run(run: _Run, executor: Executor) -> Tally:
    run_id = time.strftime("%Y%m%dT%H%M%S-", time.gmtime()) + secrets.token_hex(3)
    started = time.time()
    with run.books.ledger.transaction():
        run.books.ledger.start_run(run_id, started)
        run.books.ledger.set_meta("archive", run.archive.name)
    run.committer.collect_garbage()
    run.observer.began(run_id, run.tally)
    state = "interrupted"
    try:
        if run.wishes.watch:
            _watch(run, executor)
        else:
            _bring_up_to_date(run, executor)
        state = "finished"
    except OutputError:
        state = "broken off"  # nothing more can be written: what was committed is what the next run finds
        raise
    finally:
        executor.close()
        shutil.rmtree(run.outputs.workspace.work, ignore_errors=True)
        if state != "broken off":
            run.committer.flush()
            run.outputs.tidy()
            bound_cache(run.outputs.workspace.cache, run.settings.run.cache_bytes)
            _deliver_the_rest(run, state)
            _close_the_books(run, run_id, started, state)
    return run.tally


def _deliver_the_rest(run: _Run, state: str) -> None:
    """Wait for the receiver, unless somebody wants the run to end: what it lacks then, the next run sends."""
    if run.delivery is not None:
        reason = run.delivery.finish() if state == "finished" else "the run was stopped"
        if waiting := run.delivery.waiting():
            run.tally.undelivered = (waiting, reason or "it is slow")


def _close_the_books(run: _Run, run_id: str, started: float, state: str) -> None:
    summary = write_report(
        run.outputs, run.tally, run.settings, run.archive.name, run_id=run_id, started=started, ended=state
    )
    with run.books.ledger.transaction():
        run.books.ledger.end_run(run_id, time.time(), summary)
        if state == "finished":
            told = [(row.path, row.codes) for row in run.books.ledger.failing()]
            run.books.ledger.set_known_failures(told)
    run.observer.ended(state, run.tally)


def _bring_up_to_date(run: _Run, executor: Executor) -> None:
    """One pass over the archive, and a second over duplicates that lost their original meanwhile."""
    _work_through(run, executor, _files(run))
    _look_for_deleted(run)
    if stranded := set(run.books.ledger.stranded()):
        _work_through(run, executor, (file for file in _files(run) if file.relative in stranded))
    _finish(run)


def _watch(run: _Run, executor: Executor) -> None:
    """Pass after pass over the files that have stopped growing, until interrupted, which is the ordinary end."""
    settled = Settled(run.archive)
    pause = _LOOK_SECONDS if isinstance(run.archive, FolderArchive) else _LOOK_AT_STORE_SECONDS
    looked = False
    with suppress(KeyboardInterrupt):
        while True:
            began = time.monotonic()
            try:
                _work_through(run, executor, settled.files())
            except EmptyArchiveError:
                pass  # nothing yet
            except ListingError:
                if not looked:
                    raise
            looked = True
            if stranded := set(run.books.ledger.stranded()):
                _work_through(run, executor, (file for file in _files(run) if file.relative in stranded))
            _finish(run)
            rest = began + max(pause, _LOOK_SHARE * (time.monotonic() - began))
            while time.monotonic() < rest:
                time.sleep(0.2)
                _tick(run)


def _tick(run: _Run) -> None:
    run.outputs.tick()
    if run.delivery is not None:
        run.delivery.tick()
    run.observer.tick(run.tally)


def _finish(run: _Run) -> None:
    """What people corrected and what documents say of each other, when all files of a pass are done."""
    settle_copies(run.books, run.committer)
    lay_over(run.books, run.committer)
    settle_registers(run.books, run.committer)


def _files(run: _Run) -> Iterator[SourceFile]:
    return small_ones_first(run.archive.files())


def _work_through(run: _Run, executor: Executor, files: Iterator[SourceFile]) -> None:
    """Decide on every file, have the work done, and commit what comes back."""
    tasks: Iterator[Task | None] = long_ones_first(_tasks(run, files))
    while True:
        for outcome in executor.run(tasks):
            if outcome is not None:
                _take(run, outcome)
            run.committer.flush_if_due()
            _tick(run)
        if not run.again:
            break
        tasks = iter(run.again)
        run.again = []
    run.committer.flush()
    _mark_seen(run, every=1)


def _tasks(run: _Run, files: Iterator[SourceFile]) -> Iterator[Task | None]:
    """The files that need work, as they are asked for; all others are dealt with on the way (None: it takes time)."""
    asked = time.monotonic()
    for file in run.archive.fetched(files, run.planner.needs_content):
        if file is None:
            yield None
            continue
        run.seen += [file.relative, *(page.relative for page in file.more)]
        _mark_seen(run, every=1000)
        decision = run.planner.decide(file)
        match decision:
            case Task():
                run.in_work[decision.relative] = decision
                yield decision
                asked = time.monotonic()
            case Skip():
                _skip(run, file, decision)
            case Refuse():
                row = run.committer.add_refused(decision)
                run.tally.add(row)
                run.observer.finished(row, None)
            case Copy():
                if decision.original in run.in_work:
                    run.waiting[decision.original].append(decision)
                elif not _copy(run, decision):
                    yield decision.task
        if not isinstance(decision, Task):
            run.archive.release(file.path)
        if time.monotonic() - asked > _ASK_AGAIN_SECONDS:
            yield None
            asked = time.monotonic()


def _skip(run: _Run, file: SourceFile, skip: Skip) -> None:
    run.tally.skip(skip.row)
    for joined in run.books.ledger.joined_to(skip.row.path) if file.more else ():
        run.tally.skip(joined)
    if skip.row.gone:
        run.committer.bring_back(skip.row)
    if skip.touched:
        run.committer.touch(skip)


def _mark_seen(run: _Run, every: int) -> None:
    if len(run.seen) >= every:
        run.books.ledger.mark_seen(run.seen)
        run.seen.clear()


def _take(run: _Run, outcome: Outcome) -> None:
    row = run.committer.add(outcome)
    run.tally.add(row, outcome)
    run.observer.finished(row, outcome)
    run.in_work.pop(row.path, None)
    for joined in run.committer.add_joined(outcome):
        run.tally.add(joined)
    for copy in run.waiting.pop(row.path, ()):
        if not _copy(run, copy):
            run.again.append(copy.task)
    run.planner.committed(outcome.task)
    run.archive.release(outcome.task.path)


def _copy(run: _Run, copy: Copy) -> bool:
    row = run.committer.add_copy(copy)
    if row is None:
        return False
    run.tally.add(row, moved=copy.moved)
    run.observer.finished(row, None)
    return True


def _look_for_deleted(run: _Run) -> None:
    """Report the files that are gone from the archive: no search finds them; with --prune their results go too."""
    if run.wishes.prune and run.tally.files == 0:
        raise UsageError(
            "The archive is empty; nothing was pruned.",
            remedy="Is it mounted? Remove the output folder itself if you mean to start over.",
        )
    unseen = list(run.books.ledger.unseen())
    run.tally.deleted += [row.path for row in unseen]
    if run.wishes.prune:
        for row in unseen:
            run.committer.remove(row.path)
            run.tally.pruned += 1
    elif run.tally.files:  # an empty archive is a drive that is not there
        run.committer.hide([row for row in unseen if not row.gone])
