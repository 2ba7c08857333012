"""A whole batch over hostile files: `python -m tests.run.hostile --count 400 --report bench-out/hostile-batch.json`.

Known attacks, some that would leave a trace if anything in them were run, extracted or fetched, and mutated samples
go through `sohoa ingest` as one archive. The run has to end by itself with exit 4; every file has to have its ledger
row, and every one that is not done its place in the report; nothing may appear outside OUT, and nobody may call.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from io import BytesIO
from itertools import chain
from pathlib import Path

from pipeline.store.ledger import FileStatus, Ledger
from tests.intake import samples
from tests.intake.attacks import handmade, raw_pdf
from tests.intake.fuzzing import mutated_files, own_originals

_PARENT_MOST = 400_000_000  # bytes
_SLOW = 8


@dataclass(slots=True)
class Findings:
    """What the run did; `faults` must be empty."""

    files: int = 0
    exit_code: int = -1
    seconds: float = 0.0
    by_status: dict[str, int] = field(default_factory=dict)
    problems: dict[str, int] = field(default_factory=dict)
    parent_peak_bytes: int = 0
    worker_peak_bytes: int = 0
    slowest: list[tuple[str, float]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def traps(url: str, canary: Path) -> Iterator[tuple[str, bytes]]:
    """Files that would call `url` or make `canary` if what they ask for were done."""
    launch = f"<< /S /Launch /F (/bin/sh) /Win << /F (/bin/sh) /P (-c 'touch {canary}') >> >>".encode()
    script = (
        f"<< /S /JavaScript /JS (app.launchURL\\('{url}js'\\); this.exportDataObject\\({{cName:'x'}}\\);) >>".encode()
    )
    yield (
        "launches.pdf",
        raw_pdf(
            [
                b"<< /Type /Catalog /Pages 2 0 R /OpenAction " + launch + b" /AA << /WC " + script + b" >>"
                b" /Names << /EmbeddedFiles << /Names [(evil) 4 0 R] >> /JavaScript << /Names [(a) "
                + script
                + b"] >> >> >>",
                b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
                b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] "
                + f"/AA << /O << /S /URI /URI ({url}pdf) >> >> >>".encode(),
                f"<< /Type /Filespec /F ({canary}) /UF ({canary}) /EF << /F 5 0 R >> >>".encode(),
                b"<< /Type /EmbeddedFile /Length 4 >>\nstream\nevil\nendstream",
            ]
        ),
    )
    far = f'TargetMode="External" Target="{url}docx"'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{office}/image" {far}/>'
        f'<Relationship Id="rId2" Type="{office}/attachedTemplate" {far}/></Relationships>'
    )
    drawing = (
        '<w:p><w:r><w:drawing><a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" r:link="rId1"/>'
    )
    body = f"{drawing}</w:drawing></w:r></w:p>{samples.paragraph('KẾ HOẠCH')}"
    entity = f'<!DOCTYPE x [<!ENTITY f SYSTEM "{url}entity">]>'
    for name, head in (("refers.docx", ""), ("entity.docx", entity)):
        packed = BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            document = f"<w:document {samples.NAMESPACES}><w:body>{body}</w:body></w:document>"
            archive.writestr("word/document.xml", head + document)
            archive.writestr("word/_rels/document.xml.rels", relations)
            archive.writestr(f"../../../../../../../..{canary}", "evil")
        yield name, packed.getvalue()
    yield "formula.txt", f"=HYPERLINK(\"{url}x\")\n<script>fetch('{url}y')</script>\n\x1b[31mKẾ HOẠCH\n".encode()
    yield "<img src=x onerror=alert(1)>.txt", "KẾ HOẠCH\n".encode()
    yield "=cmd|'calc'!A0\x1b[2J\n.pdf", b"%PDF-1.7\n"


def run_batch(
    folder: Path, count: int, *, seed: int = 1, jobs: int = 2, without: frozenset[str] = frozenset()
) -> Findings:
    """Make the archive below `folder`, ingest it, and look at what is left."""
    canary = folder / "canary"
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        archive = folder / "archive"
        archive.mkdir(parents=True)
        originals = own_originals(folder / "sound")
        for name, data in chain(handmade(), traps(url, canary), mutated_files(originals, count, seed)):
            if name not in without:
                (archive / name).write_bytes(data)
        before = {path: path.stat().st_mtime_ns for path in archive.iterdir()}
        found = _ingest(archive, folder / "out", jobs)
        try:
            server.accept()
            found.faults.append("something was fetched")
        except BlockingIOError:
            pass
    if {path: path.stat().st_mtime_ns for path in archive.iterdir()} != before:
        found.faults.append("the archive was changed")
    if canary.exists() or Path("/tmp/evil").exists() or Path("/etc/evil").exists():
        found.faults.append("something was run or extracted")
    if strays := sorted(path.name for path in folder.iterdir() if path.name not in {"archive", "out", "sound"}):
        found.faults.append(f"left beside OUT: {strays}")
    return found


def _ingest(archive: Path, out: Path, jobs: int) -> Findings:
    started = time.monotonic()
    command = [sys.executable, "-m", "pipeline", "ingest", str(archive), "--out", str(out), "--jobs", str(jobs)]
    done = subprocess.run(command, capture_output=True, check=False)
    found = Findings(len(list(archive.iterdir())), done.returncode, round(time.monotonic() - started, 1))
    if done.returncode != 4:
        found.faults.append(f"exit {done.returncode}: {done.stderr[-500:].decode(errors='replace')}")
        return found
    if b"\x1b" in done.stderr:
        found.faults.append("a control character reached the terminal")
    report = json.loads((out / "report.json").read_text())
    found.parent_peak_bytes = report["memory"]["parent_peak_bytes"]
    found.worker_peak_bytes = report["memory"]["worker_peak_bytes"]
    found.problems = report["problems"]
    if found.parent_peak_bytes > _PARENT_MOST:
        found.faults.append("the parent took too much memory")
    page = (out / "report.html").read_text()
    if "<img src=x" in page or "<script" in page:
        found.faults.append("a file name became a part of report.html")
    with Ledger(out / "ledger.sqlite", read_only=True) as ledger:
        rows = list(ledger.rows())
        found.by_status = ledger.counts()
    if len(rows) != found.files:
        found.faults.append(f"{found.files} files, but {len(rows)} rows")
    named = {failure["path"] for failure in report["failures"]}
    fine = {FileStatus.DONE, FileStatus.DUPLICATE}
    found.faults += [
        f"not in the report: {row.path}" for row in rows if row.status not in fine and row.path not in named
    ]
    found.faults += [f"without a reason: {row.path}" for row in rows if row.status not in fine and not row.problems]
    found.faults += [f"a bug: {row.path}" for row in rows if any(p.code == "internal_error" for p in row.problems)]
    found.slowest = sorted(((row.path, row.seconds.get("wall", 0.0)) for row in rows), key=lambda pair: -pair[1])[
        :_SLOW
    ]
    return found


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=400, help="mutated files beside the known attacks")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=min(4, os.cpu_count() or 1))
    parser.add_argument("--report", type=Path)
    wishes = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sohoa-hostile-") as folder:
        found = run_batch(Path(folder), wishes.count, seed=wishes.seed, jobs=wishes.jobs)
    text = json.dumps(asdict(found), indent=1, ensure_ascii=False) + "\n"
    if wishes.report is not None:
        wishes.report.parent.mkdir(parents=True, exist_ok=True)
        wishes.report.write_text(text)
    sys.stdout.write(text)
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())
