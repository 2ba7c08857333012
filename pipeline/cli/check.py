"""`sohoa doctor` and `sohoa evaluate`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

from pipeline.errors import ExitCode
from pipeline.run.health import Need, examine

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
    if as_json:
        sys.stdout.write(json.dumps(result.as_dict(), ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write(format_evaluation(result))
    return ExitCode.OK
