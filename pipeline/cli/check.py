"""`sohoa doctor`, `evaluate`, `status` and `verify`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

from pipeline.cli.terminal import printable, say
from pipeline.errors import ExitCode, UsageError
from pipeline.run.report.health import Need, examine

_MARKS = {True: "ready  ", False: "MISSING"}


def print_health(*, as_json: bool) -> ExitCode:
    """Print what is there and what is not; MISSING_TOOL when something that is needed is missing."""
    findings = examine()
    if as_json:
        sys.stdout.write(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=1) + "\n")
    else:
        width = max(len(finding.name) for finding in findings)
        for finding in findings:
            optional = "" if finding.need is Need.REQUIRED else " (optional)"
            sys.stdout.write(f"{_MARKS[finding.ready]}  {finding.name:{width}}  {finding.detail}{optional}\n")
            if not finding.ready:
                sys.stdout.write(f"{'':{width + 11}}{finding.purpose} To get it: {finding.remedy}\n")
    missing = any(not finding.ready and finding.need is Need.REQUIRED for finding in findings)
    return ExitCode.MISSING_TOOL if missing else ExitCode.OK


def print_evaluation(gold: Path, out: Path, *, as_json: bool) -> ExitCode:
    """Print the figures of `out` against `gold`."""
    from pipeline.measure.evaluate import evaluate, format_evaluation

    result = evaluate(gold, out)
    if not result.documents and not result.texts:
        raise UsageError(
            f"Nothing in '{out}' has gold in '{gold}': there is nothing to compare.",
            remedy="Give the gold first, then the folder that `sohoa ingest` filled from the same files.",
        )
    if as_json:
        sys.stdout.write(json.dumps(result.as_dict(), ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write(format_evaluation(result))
    return ExitCode.OK


def print_status(out: str, *, as_json: bool) -> ExitCode:
    """Print what a run is at, or how the last one ended."""
    from pipeline.run.report.status import read_status
    from pipeline.run.storage.remote import open_results

    status = read_status(open_results(out))
    if as_json:
        sys.stdout.write(json.dumps(status, ensure_ascii=False, indent=1) + "\n")
        return ExitCode.OK
    lines = [f"state     {status['state']}", f"archive   {status['archive']}"]
    if owner := status["owner"]:
        lines.append(f"process   {owner['pid']} on {owner['host']}")
    if progress := status["progress"]:
        lines.append(
            f"so far    {progress['files']} files ({progress['unchanged']} unchanged), {progress['pages']} pages,"
            f" {progress['pages_per_minute']} pages/min, {progress['failures']} failures, {progress['seconds']} s"
        )
        lines += [f"at        {printable(at['file'])}: {at['stage']} {at['page'] or ''}" for at in progress["in_work"]]
    lines.append("files     " + (", ".join(f"{count} {name}" for name, count in status["files"].items()) or "none"))
    if status["gone"]:
        lines.append(f"gone      {status['gone']} not in the archive any more: not searched; --prune removes them")
    sys.stdout.write("\n".join(lines) + "\n")
    return ExitCode.OK


def print_faults(out: str, *, as_json: bool) -> ExitCode:
    """Print everything that is wrong with a result folder."""
    from pipeline.errors import ProblemCode, UnusableInputError
    from pipeline.run.storage.remote import open_results
    from pipeline.store.verify import verify

    results = open_results(out)
    if not results.databases.ledger.is_file():
        raise UnusableInputError(ProblemCode.UNREADABLE_FILE, f"There is no ledger in '{out}'.", remedy="Ingest first.")
    count = 0
    for fault in verify(results):
        count += 1
        line = json.dumps(asdict(fault), ensure_ascii=False) if as_json else printable(f"{fault.path}: {fault.message}")
        sys.stdout.write(line + "\n")
    say(f"{count} faults found." + (" Run `sohoa ingest --force` to make the folder anew." if count else ""))
    return ExitCode.SOME_FILES_FAILED if count else ExitCode.OK
