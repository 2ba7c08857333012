"""A worker process: takes tasks from a pipe, sends beats and outcomes back, and never outlives its parent."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
import tempfile
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

from pipeline.digitise import Stages
from pipeline.errors import MissingToolError
from pipeline.logs import SendingHandler, log_to
from pipeline.run.cache import ReadingCache
from pipeline.run.tasks import Assist, Ready, Task, ToolMissing, WorkerPlan
from pipeline.run.workers.work import Workshop, assist, work

_PR_SET_PDEATHSIG = 1


def worker_main(plan: WorkerPlan, pipe: Connection, lifeline: Connection) -> None:
    """Run until the pipe closes. `lifeline` closes when the parent dies, even if this process is busy then."""
    _detach(lifeline)
    _limit_memory(plan.settings.run.worker_memory_bytes)
    _silence()
    log_to(SendingHandler(pipe.send), plan.log_level)
    try:
        _keep_temporaries_in(plan.work_folder)
        workshop = Workshop((plan.make_stages or Stages.load)(plan.settings), _cache(plan))
        pipe.send(Ready(os.getpid()))
        while True:
            order: Task | Assist = pipe.recv()
            if isinstance(order, Assist):
                pipe.send(assist(order, workshop, pipe.send))
            else:
                pipe.send(work(order, workshop, pipe.send))
    except MissingToolError as error:
        with suppress(OSError):
            pipe.send(ToolMissing(error.message, error.remedy))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # the parent is done, or gone


def _detach(lifeline: Connection) -> None:
    """A process group of its own, so that it is killed together with the tools it started; death with the parent."""
    with suppress(OSError):
        os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=_die_with_parent, args=(lifeline,), daemon=True).start()


def _die_with_parent(lifeline: Connection) -> None:
    with suppress(EOFError, OSError):
        lifeline.recv_bytes()
    os.killpg(0, signal.SIGKILL)


def _cache(plan: WorkerPlan) -> ReadingCache | None:
    if plan.cache_folder is None:
        return None
    return ReadingCache(
        plan.cache_folder, plan.reading_fingerprint, plan.image_fingerprint, plan.settings.run.cache_bytes
    )


def _keep_temporaries_in(folder: Path | None) -> None:
    """Temporary files of this process and its tools go where whoever kills it finds and removes them."""
    if folder is None or not folder.parent.parent.is_dir():
        return  # another machine of a cluster, on which OUT does not lie
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.tempdir = os.environ["TMPDIR"] = str(folder)


def _limit_memory(limit: int) -> None:
    """A last barrier for one sudden allocation; the parent watches the whole group's memory beside it."""
    if sys.platform == "linux":
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def _silence() -> None:
    """Libraries that write to the terminal would tear the progress display."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    if not os.environ.get("SOHOA_WORKER_STDERR"):
        os.dup2(nowhere, 2)
    os.close(nowhere)
