"""Runs tasks on a Ray cluster: the same stages on every node, results committed by the one driver.

A Ray task does one document. Inside it the work goes through the same killable worker process as on one machine, so
time and memory limits, crashes and retries mean the same everywhere. A node that dies takes its unfinished documents
with it; Ray does them again on another. Every node needs the same sohoa and the archive under the same path or URL.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from pipeline.errors import MissingToolError, ProblemCode, extra_command
from pipeline.run.fingerprints import fingerprints
from pipeline.run.tasks import Beat, Outcome, Task, ToolMissing, WorkerPlan
from pipeline.run.workers.executor import LocalExecutor
from pipeline.run.workers.outcomes import failure
from pipeline.schema import Problem

_AHEAD = 2  # documents waiting on the cluster beyond those in work; more would only fill its memory
_CLUSTER_LOOK_SECONDS = 5.0
_WAIT_SECONDS = 0.2
_RETRIES = 3  # nodes that may die under one document


@dataclass(frozen=True, slots=True)
class RayOptions:
    """Which cluster (None: the one RAY_ADDRESS names, or a new one on this machine), and how much of it."""

    address: str | None = None
    slots: int | None = None


class RayExecutor:
    """An `Executor` over a Ray cluster."""

    def __init__(self, plan: WorkerPlan, options: RayOptions) -> None:
        self._ray = _import_ray()
        self._plan = replace(plan, settings=plan.settings.model_copy(update={"run": _one_job(plan)}))
        self._slots = options.slots
        self._pending: dict[Any, Task] = {}
        self._resubmitted: dict[str, int] = {}
        self._known_slots = 0
        self._looked = 0.0
        self._owns = not self._ray.is_initialized()
        if self._owns:
            try:
                self._ray.init(address=options.address, log_to_driver=False, logging_level="error")
            except (ConnectionError, ValueError, RuntimeError) as error:
                raise MissingToolError(
                    f"There is no Ray cluster at {options.address or 'this machine'}: {_first_line(error)}",
                    remedy="Start one with `ray start --head`, or check --ray-address.",
                ) from error
        # A document is done again when its node dies; an exception inside it is a bug and is not.
        self._remote = self._ray.remote(num_cpus=1, max_retries=_RETRIES, retry_exceptions=False)(do_one)

    def run(self, tasks: Iterator[Task | None]) -> Iterator[Outcome | None]:
        """As `Executor.run`."""
        exhausted = False
        while True:
            waiting = False
            while not exhausted and not waiting and len(self._pending) < self._room():
                try:
                    task = next(tasks)
                except StopIteration:
                    exhausted = True
                    break
                if task is None:
                    waiting = True
                else:
                    self._submit(task)
            if exhausted and not self._pending:
                return
            yield from self._collect(0.0 if waiting else _WAIT_SECONDS)
            yield None

    def close(self) -> None:
        """Drop what is not finished, and leave the cluster."""
        for reference in self._pending:
            with suppress(Exception):
                self._ray.cancel(reference, force=True)
        self._pending.clear()
        if self._owns:
            self._ray.shutdown()

    def _room(self) -> int:
        """Documents that may be on the cluster at once; nodes come and go, so it is asked now and then."""
        if self._slots is not None:
            return self._slots + _AHEAD
        now = time.monotonic()
        if now - self._looked > _CLUSTER_LOOK_SECONDS:
            self._looked = now
            self._known_slots = int(self._ray.cluster_resources().get("CPU", 1))
        return max(1, self._known_slots) + _AHEAD

    def _submit(self, task: Task) -> None:
        self._pending[self._remote.remote(task, self._plan)] = task

    def _collect(self, timeout: float) -> Iterator[Outcome]:
        if not self._pending:
            time.sleep(timeout)
            return
        done, _ = self._ray.wait(list(self._pending), num_returns=1, timeout=timeout)
        for reference in done:
            task = self._pending.pop(reference)
            try:
                result = self._ray.get(reference)
            except self._ray.exceptions.RayError as error:
                yield from self._lost(task, error)
                continue
            if isinstance(result, ToolMissing):
                raise MissingToolError(result.message, remedy=result.remedy)
            yield result

    def _lost(self, task: Task, error: Exception) -> Iterator[Outcome]:
        """A document whose node died more often than Ray tries again: once more from here, then it is failed."""
        tries = self._resubmitted[task.relative] = self._resubmitted.get(task.relative, 0) + 1
        if tries == 1:
            self._submit(task)
            return
        message = f"The machines that worked on this file were lost ({type(error).__name__}); it is left aside."
        yield failure(task, Problem(code=ProblemCode.CRASHED, message=message))


def do_one(task: Task, plan: WorkerPlan) -> Outcome | ToolMissing:
    """Do one task in this node's worker process. Runs on the cluster."""
    try:
        executor = _node_executor(plan)
        for outcome in executor.run(iter([task])):
            if outcome is not None:
                return outcome
    except MissingToolError as error:
        return ToolMissing(error.message, error.remedy)
    raise RuntimeError("a task ended without an outcome")


@lru_cache(maxsize=1)
def _node_executor(plan: WorkerPlan) -> LocalExecutor:
    """The worker process of this Ray process: kept for its loaded models."""
    found = fingerprints(plan.settings).structure  # it stands for the stages before as well
    if plan.result_fingerprint and found != plan.result_fingerprint:
        raise MissingToolError(
            f"The node {socket.gethostname()} has another version of sohoa, its models, its libraries or tesseract"
            " than the driver.",
            remedy="Install the same versions on all nodes; `sohoa doctor` shows them.",
        )
    return LocalExecutor(plan)


def _one_job(plan: WorkerPlan) -> object:
    return plan.settings.run.model_copy(update={"jobs": 1})


def _import_ray() -> Any:  # noqa: ANN401
    try:
        import ray  # noqa: PLC0415
    except ImportError as error:
        raise MissingToolError("Ray is not installed.", remedy=extra_command("ray")) from error
    return ray


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def ray_executor(options: RayOptions) -> Callable[[WorkerPlan, Callable[[Task, Beat], None]], RayExecutor]:
    """A maker of executors for `ingest`; Ray tells of no beats."""
    return lambda plan, _on_beat: RayExecutor(plan, options)
