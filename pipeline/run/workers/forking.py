"""The fork server that workers come from: started early, with all that a worker needs in its memory, shared with them.

Light on purpose: it is imported before everything else, so that the server loads while the parent does.
"""

from __future__ import annotations

import os
from multiprocessing import forkserver, get_context
from multiprocessing.context import ForkServerContext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from pipeline.run.tasks import WorkerPlan

_PRELOADED = ["pipeline.run.workers.preload"]


def one_thread_each() -> None:
    """Keep outside tools and libraries at one thread: the workers are the parallelism. Call before importing them.

    OpenCV is one of them: with its default, a thread for each core in every worker, two workers on two cores spent
    7 % more CPU time for the same pages.
    """
    for name in ("OMP_THREAD_LIMIT", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"):
        os.environ[name] = "1"


def hand_back_pictures() -> None:
    """Have programs started from now on give blocks of a picture's size back to the system as soon as they are free.

    Left to itself glibc learns from the first large block that is freed to keep all of them: a worker that had read
    pages of three sizes held 130 MB of which it used nothing. Other systems' allocators do not know these names.
    """
    for name, value in (("MALLOC_MMAP_THRESHOLD_", 2 << 20), ("MALLOC_TRIM_THRESHOLD_", 8 << 20)):
        os.environ.setdefault(name, str(value))


def fork_server() -> ForkServerContext:
    """The context that makes worker processes; its server starts with the first of them, or with `warm_up`."""
    one_thread_each()
    hand_back_pictures()
    context = get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return context


def warm_up() -> None:
    """Start the server now: a run that is about to look at tools and files will need it, and loading takes a second."""
    fork_server()
    forkserver.ensure_running()


def worker_process(plan: WorkerPlan, pipe: Connection, lifeline: Connection) -> None:
    """What a worker runs. The parent names it without importing what it needs; the fork server has that in memory."""
    from pipeline.run.workers.worker import worker_main  # noqa: PLC0415

    worker_main(plan, pipe, lifeline)
