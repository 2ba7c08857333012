"""Kills batches at random moments and proves that nothing is lost: `python -m pipeline.bench.faults --rounds 50`.

A round starts from an empty OUT folder, kills one to three runs (the parent, also while it writes, a worker, or a
tesseract, by SIGKILL, at a random moment), then lets a run go to its end. Documents, texts, ledger and index must equal
those of a run that nobody disturbed, and no process of a killed run may survive it. How far the killed runs were is
counted, so that everybody sees whether the moments fell into every part of a run.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import psutil

from pipeline.bench.scale import ingest_command
from pipeline.store.atomic import TEMPORARY_PREFIX

_SURVIVAL_SECONDS = 10.0
_TIMED_EVERY = 10  # rounds; on a machine that became less busy, moments drawn from an old duration come too late
_LATER = 0.6  # a run that carries on takes about this part of the first one's time: some pages are read already
_WRITING_SECONDS = 0.03  # a batch of results is on its way to disk, index and ledger for about so long


class Victim(StrEnum):
    """What is killed."""

    PARENT = "parent"
    WRITER = "parent while it writes"
    WORKER = "worker"
    TESSERACT = "tesseract"


@dataclass(slots=True)
class FaultReport:
    """What a series of rounds found; `losses` names every difference, and must be empty."""

    rounds: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    progress: Counter[str] = field(default_factory=Counter)
    too_late: int = 0
    losses: list[str] = field(default_factory=list)


def inject_faults(
    archive: Path, rounds: int, *, jobs: int = 2, seed: int = 1, folder: Path | None = None
) -> FaultReport:
    """Run `rounds` rounds over `archive`; work in `folder` (default: a temporary one)."""
    chance = random.Random(seed)
    report = FaultReport()
    with tempfile.TemporaryDirectory(dir=folder, prefix="sohoa-faults-") as temporary:
        work = Path(temporary)
        _finish(archive, work / "reference", jobs)
        wanted = snapshot(work / "reference")
        documents = sum(name.startswith("documents/") for name in wanted)
        duration = 0.0
        for number in range(1, rounds + 1):
            if number % _TIMED_EVERY == 1:
                duration = _seconds_of_a_run(archive, work / "timing", jobs)
            out = work / f"round-{number}"
            for turn in range(chance.randint(1, 3)):
                victim = chance.choice(list(Victim))
                latest = duration * (_LATER if turn else 1.0)
                fault = _Fault(victim, chance.uniform(0.1, latest), chance.uniform(0.0, _WRITING_SECONDS))
                whole = _disturb(ingest_command(archive, out, jobs), out, fault, documents, report)
                if whole is not None:  # nothing is left to be disturbed there, and runs are quicker than they were
                    duration = min(duration, whole)
                    shutil.rmtree(out)
            _finish(archive, out, jobs)
            report.losses += [f"round {number}: {loss}" for loss in differences(wanted, snapshot(out))]
            report.rounds = number
            shutil.rmtree(out)
    return report


def _seconds_of_a_run(archive: Path, out: Path, jobs: int) -> float:
    started = time.monotonic()
    _finish(archive, out, jobs)
    seconds = time.monotonic() - started
    shutil.rmtree(out)
    return seconds


def _finish(archive: Path, out: Path, jobs: int) -> None:
    done = subprocess.run(ingest_command(archive, out, jobs), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"The run ended with {done.returncode}: {done.stderr[-2000:]}")


@dataclass(frozen=True, slots=True)
class _Fault:
    """Kill `victim` once `delay` seconds have passed; the writer, `into` seconds after it has begun to write."""

    victim: Victim
    delay: float
    into: float


def _disturb(command: list[str], out: Path, fault: _Fault, documents: int, report: FaultReport) -> float | None:
    """Start a run, kill the first victim that is there after the delay, and wait for the end.

    Returns the seconds of a run that was over before there was a victim, None of one that was disturbed.
    """
    started = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        time.sleep(fault.delay)
        if fault.victim is Victim.WRITER:
            _await_writing(process, out, fault.into)
        target = None
        while process.poll() is None and target is None:
            family = _family(process.pid)
            target = _choose(process.pid, family, fault.victim)
            if target is None:
                time.sleep(0.03)
        if target is None:
            report.too_late += 1
            family = []
        else:
            with suppress(ProcessLookupError):
                os.kill(target, signal.SIGKILL)
                report.kills[fault.victim] += 1
                report.progress[_progress(out, documents)] += 1
        process.wait()
        survivors = filter(_runs, psutil.wait_procs(family, timeout=_SURVIVAL_SECONDS)[1])
        report.losses += [f"process {one.pid} survived its run ({fault.victim} was killed)" for one in survivors]
        return time.monotonic() - started if target is None else None


def _runs(process: psutil.Process) -> bool:
    """Not so a dead one that nobody has collected: the first process of a container may collect no orphans."""
    with suppress(psutil.NoSuchProcess):
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    return False


def _await_writing(process: subprocess.Popen[bytes], out: Path, into: float) -> None:
    """Return `into` seconds after something in the folder of documents has changed, or when the run is over."""
    folder, before = out / "documents", None
    while process.poll() is None:
        try:
            now = folder.stat().st_mtime_ns
        except OSError:
            now = 0
        if before is not None and now != before:
            time.sleep(into)
            return
        before = now
        time.sleep(0.001)


def _progress(out: Path, documents: int) -> str:
    """How far the run in `out` is, which is to write so many `documents`; told by what lies there."""
    if not (out / "ledger.sqlite").exists():
        return "before it had a ledger"
    names = [path.name for path in (out / "documents").rglob("*")]
    if any(name.startswith(TEMPORARY_PREFIX) for name in names):
        return "while a file was written"
    done = sum(name.endswith(".json") for name in names)
    if not done:
        return "before the first result"
    if done == documents:
        return "after the last result"
    return "in the first half" if 2 * done < documents else "in the second half"


def _family(pid: int) -> list[psutil.Process]:
    with suppress(psutil.Error):
        return list(psutil.Process(pid).children(recursive=True))
    return []


def _choose(parent: int, family: Sequence[psutil.Process], victim: Victim) -> int | None:
    if victim in {Victim.PARENT, Victim.WRITER}:
        return parent
    for process in family:
        with suppress(psutil.Error):
            is_tesseract = process.name().startswith("tesseract")
            is_worker = not is_tesseract and os.getpgid(process.pid) == process.pid
            if (victim is Victim.TESSERACT and is_tesseract) or (victim is Victim.WORKER and is_worker):
                return int(process.pid)
    return None


def snapshot(out: Path) -> dict[str, str]:
    """All that a run leaves and that must not depend on how it went: files by digest, ledger and index by content."""
    found = {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for tree in ("documents", "text")
        for path in sorted((out / tree).rglob("*"))
        if path.is_file()
    }
    ledger = "SELECT path, sha256, status, duplicate_of, pages, problems, document_sha256, text_sha256 FROM files"
    parts = (
        "SELECT documents.path, documents.number, documents.subject, parts.kind, parts.section, parts.roles,"
        " parts.page, parts.text FROM parts JOIN documents ON documents.id = parts.document"
    )
    matches = (
        "SELECT documents.path, parts.section, parts.kind FROM words JOIN parts ON parts.id = words.rowid"
        " JOIN documents ON documents.id = parts.document WHERE words MATCH 'ke OR hoach'"
    )
    found |= _rows(out / "ledger.sqlite", "ledger", ledger)
    found |= _rows(out / "corpus.sqlite", "index", parts)
    found |= _rows(out / "corpus.sqlite", "search", matches)
    return found


def _rows(database: Path, name: str, query: str) -> dict[str, str]:
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        rows = sorted(json.dumps(row, ensure_ascii=False) for row in connection.execute(query))
        healthy = connection.execute("PRAGMA integrity_check").fetchone()[0]
    return {f"{name}: {row}": "" for row in rows} | {f"{name} integrity": healthy}


def differences(wanted: dict[str, str], found: dict[str, str]) -> list[str]:
    """What is missing, too much, or other than wanted."""
    return [
        *(f"missing {name[:200]}" for name in sorted(wanted.keys() - found.keys())),
        *(f"unexpected {name[:200]}" for name in sorted(found.keys() - wanted.keys())),
        *(f"different {name[:200]}" for name in sorted(wanted.keys() & found.keys()) if wanted[name] != found[name]),
    ]


def small_archive(samples: Path, folder: Path) -> Path:
    """An archive for rounds of seconds: the smallest sample of some kinds, twice, and short text files."""
    smallest: dict[str, Path] = {}
    for path in sorted(samples.rglob("*"), key=lambda path: (path.is_file() and path.stat().st_size, str(path))):
        if path.suffix in {".pdf", ".docx", ".md"}:
            smallest.setdefault(path.suffix, path)
    for suffix, path in smallest.items():
        target = folder / suffix.lstrip(".") / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        shutil.copyfile(path, target.with_name(f"copy of {path.name}"))
    for number in range(20):
        (folder / f"{number}.txt").write_text(f"KẾ HOẠCH\nThi đua số {number}\n\nI. MỤC ĐÍCH\n- Mục đích {number}.\n")
    return folder


def _counted(counter: Counter[str]) -> str:
    return ", ".join(f"{count} × {name}" for name, count in counter.most_common())


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--samples", type=Path, default=Path("corpus/archive"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sohoa-archive-") as folder:
        archive = small_archive(options.samples, Path(folder))
        report = inject_faults(archive, options.rounds, jobs=options.jobs, seed=options.seed)
    lines = [
        f"{report.rounds} rounds, {report.too_late} runs were over before the kill",
        f"killed: {_counted(report.kills)}",
        f"when: {_counted(report.progress)}",
    ]
    lines += report.losses or ["nothing lost, nothing left running"]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if report.losses else 0


if __name__ == "__main__":
    sys.exit(main())
