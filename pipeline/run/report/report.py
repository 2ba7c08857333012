"""report.json and report.html: what a run did; counts, failures with reasons, speed, versions, peak memory."""

from __future__ import annotations

import json
import os
import platform
import resource
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pipeline
from pipeline.messages import Language, spoken
from pipeline.run.fingerprints import tesseract_version
from pipeline.run.report.report_html import report_page
from pipeline.run.report.tally import Failure, Tally
from pipeline.run.storage.outputs import Outputs
from pipeline.settings import Settings

_LISTS = frozenset({"failures", "to_check", "deleted", "slowest", "settings"})


def write_report(
    outputs: Outputs, tally: Tally, settings: Settings, archive: str, *, run_id: str, started: float, ended: str
) -> dict[str, Any]:
    """Write report.json and report.html, and return the short form, without lists, for the ledger."""
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(started))
    head = {"run": run_id, "state": ended, "archive": archive, "started": when}
    report = head | _report(tally, settings)
    text = json.dumps(report, ensure_ascii=False, indent=1)
    outputs.write(outputs.workspace.report.name, text.encode("utf-8", "backslashreplace"))
    page = report_page(report, spoken(os.environ, Language(settings.run.language) if settings.run.language else None))
    outputs.write(outputs.workspace.report_page.name, page.encode("utf-8", "backslashreplace"))
    return {name: value for name, value in report.items() if name not in _LISTS}


def _report(tally: Tally, settings: Settings) -> dict[str, Any]:
    seconds, first = tally.seconds, tally.first_result_seconds
    return {
        "files": {
            "met": tally.files,
            "worked_on": tally.done_now,
            "unchanged": tally.skipped,
            "moved": tally.moved,
            "deleted": len(tally.deleted),
            "pruned": tally.pruned,
            "newly_failed": tally.newly_failed,
            "failed_before": tally.failed - tally.newly_failed,
            "acknowledged": tally.acknowledged,
            "by_status": {str(status): count for status, count in sorted(tally.statuses.items())},
        },
        "pages": {
            "total": tally.pages,
            "worked_on": tally.pages_now,
            "readings_from_cache": tally.cached_readings,
            "images_from_cache": tally.cached_pages,
        },
        "problems": dict(sorted(tally.problems.items())),
        "speed": {
            "seconds": round(seconds, 2),
            "files_per_minute": round(60 * tally.done_now / seconds, 1) if seconds else 0.0,
            "pages_per_minute": round(tally.pages_per_minute(), 1),
            "first_result_seconds": first and round(first, 2),
            "stage_cpu_seconds": {stage: round(value, 2) for stage, value in sorted(tally.cpu_seconds.items())},
            "own_cpu_seconds": round(_own_cpu(), 2),
            "jobs": settings.run.jobs,
        },
        "memory": {"parent_peak_bytes": _own_peak(), "worker_peak_bytes": tally.worker_peak_bytes},
        "versions": {
            "sohoa": pipeline.__version__,
            "python": platform.python_version(),
            "tesseract": tesseract_version(),
            "platform": platform.platform(),
        },
        "page_confidence": {f"{step / 20:.2f}": tally.quality.get(step, 0) for step in range(20)},
        "slowest": [{"path": path, "seconds": round(wall, 2), "pages": pages} for wall, path, pages in tally.slowest],
        "failures": _named(tally.failures),
        "failures_not_listed": tally.unlisted_failures,
        "to_check": _named(tally.to_check),
        "deleted": tally.deleted,
        "settings": settings.model_dump(),
    }


def _named(files: list[Failure]) -> list[dict[str, Any]]:
    """Files with their problems, in the order of their paths."""
    return [
        {
            "path": file.path,
            "status": str(file.status),
            "problems": [problem.model_dump() for problem in file.problems],
            "new": file.is_new,
        }
        for file in sorted(files, key=lambda file: file.path)
    ]


def _own_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _own_peak() -> int:
    """Peak resident bytes of this process.

    On Linux not from getrusage: that figure survives `exec`, so a run started by a large program would report the
    memory of that program.
    """
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return 1024 * int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
