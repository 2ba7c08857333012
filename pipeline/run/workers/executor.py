"""Runs tasks in worker processes that can be killed: on a time limit, on a memory limit, with all they started."""

from __future__ import annotations

import logging
import math
import os
import secrets
import shutil
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from multiprocessing import connection
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Protocol, Self

import psutil

from pipeline.errors import MissingToolError, ProblemCode
from pipeline.logs import at_file, take_record
from pipeline.run.tasks import Assist, Assisted, Beat, Outcome, Ready, Task, ToolMissing, WorkerPlan
from pipeline.run.workers.forking import fork_server, worker_process
from pipeline.run.workers.outcomes import failure, out_of_memory
from pipeline.run.workers.sharing import DocumentProgress, Sharing
from pipeline.schema import Problem
from pipeline.settings import RunSettings

log = logging.getLogger(__name__)

# Tasks a worker holds: one in work and, while its files take no longer than this, one waiting, so that small files
# cost no idle round trip. A scan does not wait behind another: at the end, a worker that is free would have none.
_QUEUE = 2
_QUICK_SECONDS = 0.1
_WAIT_SECONDS = 0.2
_MEMORY_CHECK_SECONDS = 1.0
_MAX_GIVEN_UP_PAGES = 5  # a document that hangs on more pages than these is given up itself
_CRASHES_UNTIL_TERMINAL = 2
_MAX_STILLBORN = 4  # workers in a row that died before they were ready: that is the machine, not a file


class Executor(Protocol):
    """Something that does tasks. Outcomes come in any order; tasks are taken from the iterator only as needed."""

    def run(self, tasks: Iterator[Task | None]) -> Iterator[Outcome | None]:
        """Yield an outcome for each task; None now and then, so that the caller gets to do other things.

        A None among the tasks says that finding the next one takes time: see to the workers, then ask again.
        """

    def close(self) -> None:
        """Stop; what is not finished is dropped."""


@dataclass(slots=True)
class _Worker:
    process: ForkServerProcess
    pipe: Connection
    lifeline: Connection
    folder: Path | None = None  # its temporary files
    queue: deque[Task] = field(default_factory=deque)
    ready: bool = False
    task_started: float = 0.0
    last_beat: float = field(default_factory=time.monotonic)
    beat: Beat = Beat("start")  # noqa: RUF009 - frozen
    last_seconds: float = math.inf  # wall time of its last task
    assisting: Assist | None = None  # what it does for another worker, with an empty queue

    def has_room(self, depth: int) -> bool:
        """Whether it may get a task as the `depth`th (from 1) that it holds."""
        if self.assisting:
            return False
        return len(self.queue) < depth and (depth == 1 or self.last_seconds < _QUICK_SECONDS)

    @property
    def is_at_work(self) -> bool:
        """Whether it has been given something."""
        return bool(self.queue) or self.assisting is not None

    def limit_passed(self, settings: RunSettings, now: float) -> ProblemCode | None:
        """Which time limit this worker has run over, if any."""
        if not self.is_at_work or not self.ready:
            return None
        pages = self.beat.page_count or 0
        silence = settings.page_limit_seconds
        if self.beat.stage != "reading":
            silence += pages * 1.0  # these stages take all pages at once and say nothing between
        if now - self.last_beat > silence:
            return ProblemCode.OCR_TIMEOUT
        if now - self.task_started > settings.document_timeout_seconds + pages * settings.document_timeout_page_seconds:
            return ProblemCode.DOCUMENT_TIMEOUT
        return None


class LocalExecutor:
    """Worker processes on this machine, started by a fork server that has imported the pipeline once."""

    def __init__(self, plan: WorkerPlan, on_beat: Callable[[Task, Beat], None] | None = None) -> None:
        self._plan = plan
        self._settings = plan.settings.run
        self._on_beat = on_beat
        self._context = fork_server()
        self._workers: list[_Worker] = []
        self._requeued: deque[Task] = deque()
        self._memory_checked = 0.0
        self._stillborn = 0
        self._exhausted = False
        self._sharing = Sharing()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def run(self, tasks: Iterator[Task | None]) -> Iterator[Outcome | None]:
        """As `Executor.run`. Raises MissingToolError when a worker has not the tools it needs."""
        self._exhausted = False
        while True:
            all_fed = self._feed(tasks)
            if self._exhausted and not self._requeued:
                self._share()
            if self._exhausted and not self._requeued and not any(worker.queue for worker in self._workers):
                return
            yield from self._collect(timeout=_WAIT_SECONDS if all_fed else 0.0)
            yield None

    def close(self) -> None:
        """Kill all workers."""
        for worker in self._workers:
            self._kill(worker)
        self._workers.clear()

    # giving out work

    def _feed(self, tasks: Iterator[Task | None]) -> bool:
        """Give tasks to workers that have room, one to each in turn; False when there is more to ask for soon."""
        for depth in range(1, _QUEUE + 1):
            for slot in range(self._settings.jobs):
                if slot < len(self._workers) and not self._workers[slot].has_room(depth):
                    continue
                task = self._next_task(tasks)
                if task is None:
                    return self._exhausted
                if slot >= len(self._workers):
                    self._workers.append(self._start())
                self._give(self._workers[slot], task)
        return True

    def _share(self) -> None:
        """Have workers that would be idle help with the longest document in work; start those not needed so far."""
        now = time.monotonic()
        reading = [
            DocumentProgress(worker.queue[0], worker.beat.page, self._pages_to_read(worker), now - worker.task_started)
            for worker in self._workers
            if worker.queue and worker.beat.stage == "reading" and worker.beat.page
        ]
        idle = [worker for worker in self._workers if not worker.is_at_work]
        while idle or len(self._workers) < self._settings.jobs:
            part = self._sharing.part(reading, self._settings.jobs) if self._plan.cache_folder else None
            if part is None:
                return
            if not idle:
                idle.append(self._start())
                self._workers.append(idle[-1])
            helper = idle.pop()
            helper.assisting, helper.last_beat, helper.task_started = part, now, now
            with suppress(BrokenPipeError, ConnectionResetError):
                helper.pipe.send(part)

    def _pages_to_read(self, worker: _Worker) -> int:
        return min(worker.beat.page_count or 0, self._plan.settings.intake.max_pages)

    def _next_task(self, tasks: Iterator[Task | None]) -> Task | None:
        if self._requeued:
            return self._requeued.popleft()
        if self._exhausted:
            return None
        try:
            return next(tasks)
        except StopIteration:
            self._exhausted = True
            return None

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        death, life = self._context.Pipe(duplex=False)
        shared = self._plan.work_folder
        folder = shared / secrets.token_hex(6) if shared else None
        plan = replace(self._plan, work_folder=folder)
        process = self._context.Process(target=worker_process, args=(plan, theirs, death), daemon=True)
        process.start()
        log.debug("worker %s started", process.pid)
        theirs.close()
        death.close()
        return _Worker(process, ours, life, folder)

    def _give(self, worker: _Worker, task: Task) -> None:
        if not worker.queue:
            worker.task_started = worker.last_beat = time.monotonic()
            worker.beat = Beat("start")
        worker.queue.append(task)
        with suppress(BrokenPipeError, ConnectionResetError):  # it is dead; `_collect` will see that
            worker.pipe.send(task)

    # taking results

    def _collect(self, timeout: float) -> Iterator[Outcome]:
        by_pipe = {worker.pipe: worker for worker in self._workers}
        for ready in connection.wait(list(by_pipe), timeout):
            worker = by_pipe[ready]  # type: ignore[index]
            try:
                message = worker.pipe.recv()
            except (EOFError, OSError):
                yield from self._bury(worker, None)
                continue
            outcome = self._take(worker, message)
            if outcome is not None:
                yield outcome
        yield from self._enforce_limits()

    def _take(self, worker: _Worker, message: object) -> Outcome | None:
        if isinstance(message, logging.LogRecord):
            take_record(message)  # no sign of life: a loop without end may log
            return None
        now = worker.last_beat = time.monotonic()
        if isinstance(message, Outcome):
            worker.queue.popleft()
            worker.last_seconds = sum(message.wall_seconds.values())
            worker.task_started, worker.beat = now, Beat("start")
            return self._sharing.credited(message)
        if isinstance(message, Assisted):
            worker.assisting = None
            self._sharing.take(message)
            return None
        if isinstance(message, ToolMissing):
            raise MissingToolError(message.message, remedy=message.remedy)
        if isinstance(message, Ready):
            worker.ready, worker.task_started, self._stillborn = True, now, 0
        elif isinstance(message, Beat):
            count = message.page_count if message.page_count is not None else worker.beat.page_count
            worker.beat = replace(message, page_count=count)
            if self._on_beat and worker.queue:  # not of one that assists: the display shows where its document is
                self._on_beat(worker.queue[0], worker.beat)
        return None

    def _enforce_limits(self) -> Iterator[Outcome]:
        now = time.monotonic()
        check_memory = now - self._memory_checked > _MEMORY_CHECK_SECONDS
        if check_memory:
            self._memory_checked = now
        for worker in list(self._workers):
            code = worker.limit_passed(self._settings, now)
            if (
                code is None
                and check_memory
                and worker.is_at_work
                and _memory_of(worker) > self._settings.worker_memory_bytes
            ):
                code = ProblemCode.OUT_OF_MEMORY
            if code is not None:
                yield from self._bury(worker, code)

    # the end of a worker

    def _bury(self, worker: _Worker, reason: ProblemCode | None) -> Iterator[Outcome]:
        """Replace a worker that died (`reason` None) or has to; only the task it was at is to blame."""
        self._kill(worker)
        self._workers.remove(worker)
        tasks = list(worker.queue)
        if not tasks:
            return
        with at_file(tasks[0].relative):
            log.warning("worker %s ended: %s, at %s", worker.process.pid, reason or "it crashed", worker.beat)
        if not worker.ready and reason is None:
            self._stillborn += 1
            if self._stillborn > _MAX_STILLBORN:
                raise MissingToolError(
                    "The worker processes die before they can start.",
                    remedy="Run `sohoa doctor`; with SOHOA_WORKER_STDERR=1 the workers' own messages are shown.",
                )
            self._requeued.extendleft(reversed(tasks))
            return
        self._requeued.extendleft(reversed(tasks[1:]))
        again = _next_try(tasks[0], worker.beat, reason)
        if isinstance(again, Task):
            self._requeued.appendleft(again)
        else:
            yield again

    @staticmethod
    def _kill(worker: _Worker) -> None:
        """Kill a worker and whatever runs in its process group."""
        pid = worker.process.pid
        if pid:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        worker.process.join(timeout=5)
        if worker.folder:
            shutil.rmtree(worker.folder, ignore_errors=True)
        worker.pipe.close()
        worker.lifeline.close()


def _memory_of(worker: _Worker) -> int:
    """Bytes in memory of a worker and the tools it runs."""
    total = 0
    with suppress(psutil.Error):
        process = psutil.Process(worker.process.pid)
        for member in [process, *process.children(recursive=True)]:
            with suppress(psutil.Error):
                total += member.memory_info().rss
    return total


def _next_try(task: Task, beat: Beat, reason: ProblemCode | None) -> Task | Outcome:
    """What follows when a worker did not survive `task`: the task in another form, or its outcome."""
    if reason is ProblemCode.OCR_TIMEOUT and beat.page is not None and len(task.skip_pages) < _MAX_GIVEN_UP_PAGES:
        return replace(task, skip_pages=(*task.skip_pages, beat.page))
    if reason is None:
        crashes = task.crashes + 1
        if crashes < _CRASHES_UNTIL_TERMINAL:
            return replace(task, crashes=crashes)
        message = "Reading this file crashed the program twice; it is left aside. Try again with --retry."
        problem = Problem(code=ProblemCode.CRASHED, message=message, page=beat.page)
        return failure(replace(task, crashes=crashes), problem)
    if reason is ProblemCode.OUT_OF_MEMORY:
        return failure(task, out_of_memory())
    message = "Working on this file took longer than the time limit; it was given up."
    return failure(task, Problem(code=ProblemCode.DOCUMENT_TIMEOUT, message=message, page=beat.page))
