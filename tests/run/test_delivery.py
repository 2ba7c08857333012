"""Receivers of committed documents: told at least once, in order, signed; what a dead one missed, it is sent later."""

from __future__ import annotations

import hashlib
import hmac
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from pipeline.run.delivery import SECRET, Delivery, Message, NotTakenError
from pipeline.run.storage.outputs import open_outputs
from pipeline.schema import Document, Source, Status
from pipeline.store.changes import START
from pipeline.store.documents import to_json
from pipeline.store.layout import document_name
from pipeline.store.ledger import FileStamp, FileStatus, Fingerprints, Ledger, LedgerRow

Command = Callable[..., "subprocess.CompletedProcess[str]"]


def commit(ledger: Ledger, out: Path, path: str, digest: str) -> None:
    document = Document(doc_id=f"sha256:{digest}", source=Source(path=path, sha256=digest, bytes=1), status=Status.OK)
    target = out / document_name(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(to_json(document))
    prints, stamp = Fingerprints("a", "b", "c"), FileStamp(1, 2, 3, 4)
    with ledger.transaction():
        ledger.put(LedgerRow(path, digest, stamp, FileStatus.DONE, prints, document_sha256=digest))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "out" / "ledger.sqlite") as opened:
        yield opened


class Receiver:
    """Takes messages, or refuses so many of them."""

    def __init__(self, refused: int = 0) -> None:
        self.refused = refused
        self.messages: list[tuple[str, list[dict[str, Any]]]] = []

    def __call__(self, message: Message) -> None:
        if self.refused:
            self.refused -= 1
            raise NotTakenError("it is down")
        self.messages.append((message.key, json.loads(message.body)["changes"]))

    def paths(self) -> list[tuple[str, str]]:
        return [(change["change"], change["path"]) for _, changes in self.messages for change in changes]


def deliver(ledger: Ledger, out: Path, receiver: Receiver) -> str | None:
    return Delivery("http://example.invalid/", ledger, open_outputs(out), receiver).finish()


def test_changes_are_numbered_once_each_and_a_token_names_a_state(ledger: Ledger, tmp_path: Path) -> None:
    out = tmp_path / "out"
    commit(ledger, out, "a.md", "1")
    commit(ledger, out, "b.md", "1")
    token = ledger.token()
    commit(ledger, out, "a.md", "1")  # done again with the same result
    assert list(ledger.changes_after(ledger.number_of(token))) == []
    commit(ledger, out, "a.md", "2")
    commit(ledger, out, "c.md", "1")
    with ledger.transaction():
        ledger.delete("b.md")
    told = [(change.kind, change.path) for change in ledger.changes_after(ledger.number_of(token))]
    assert told == [("changed", "a.md"), ("added", "c.md"), ("removed", "b.md")]
    assert len(list(ledger.changes_after(ledger.number_of(START)))) == 3


def test_a_receiver_gets_every_document_once_and_then_only_what_is_new(ledger: Ledger, tmp_path: Path) -> None:
    out, receiver = tmp_path / "out", Receiver()
    commit(ledger, out, "a.md", "1")
    commit(ledger, out, "b.md", "1")
    assert deliver(ledger, out, receiver) is None
    assert receiver.paths() == [("added", "a.md"), ("added", "b.md")]
    document = receiver.messages[0][1][0]["document"]
    assert Document.model_validate(document).source.path == "a.md"
    commit(ledger, out, "b.md", "2")
    assert deliver(ledger, out, receiver) is None
    assert receiver.paths()[2:] == [("changed", "b.md")]
    keys = [change["key"] for _, changes in receiver.messages for change in changes]
    assert len(set(keys)) == 3


def test_a_dead_receiver_loses_nothing(ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.run.delivery._LONGEST_PAUSE", 0.01)
    out, dead = tmp_path / "out", Receiver(refused=1000)
    commit(ledger, out, "a.md", "1")
    assert deliver(ledger, out, dead) == "it is down"
    commit(ledger, out, "b.md", "1")
    slow = Receiver(refused=2)
    assert deliver(ledger, out, slow) is None
    assert slow.paths() == [("added", "a.md"), ("added", "b.md")]


def test_a_message_is_signed_and_has_an_idempotency_key(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SECRET, "bí mật")
    got: list[tuple[dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200 if len(got) > 1 else 503)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    commit(ledger, tmp_path / "out", "a.md", "1")
    address = f"http://127.0.0.1:{server.server_port}/plans"
    assert Delivery(address, ledger, open_outputs(tmp_path / "out")).finish() is None
    server.shutdown()
    server.server_close()
    (first, _), (second, body) = got
    assert first["Idempotency-Key"] == second["Idempotency-Key"]
    signed = f"{second['X-Sohoa-Timestamp']}.".encode() + body
    expected = hmac.new("bí mật".encode(), signed, hashlib.sha256).hexdigest()
    assert second["X-Sohoa-Signature"] == f"sha256={expected}"


@pytest.mark.slow
def test_a_run_tells_a_command_and_an_export_moves_only_what_changed(
    tmp_path: Path, repository: Path, sohoa: Command
) -> None:
    archive, out = tmp_path / "archive", tmp_path / "out"
    archive.mkdir()
    plan = (repository / "corpus" / "archive" / "2024" / "kh-tu-sach-cu.md").read_text("utf-8")
    (archive / "a.md").write_text(plan, "utf-8")
    taker = tmp_path / "taker.py"
    taker.write_text(
        "import json, pathlib, sys\n"
        "told = json.load(sys.stdin)['changes']\n"
        f"with pathlib.Path({str(tmp_path / 'told')!r}).open('a') as file:\n"
        "    for one in told: print(one['change'], one['path'], one['document']['status'], file=file)\n"
    )
    export = ["export", "--corpus", out, "--format", "jsonl", tmp_path / "feed.jsonl"]
    done = sohoa("ingest", archive, "--out", out, "--on-commit", f"{sys.executable} {taker}")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "told").read_text() == "added a.md ok\n"
    done = sohoa(*export, "--since", "start")
    assert done.returncode == 0, done.stderr
    token = done.stdout.strip()
    (archive / "b.md").write_text("KẾ HOẠCH\nVề tủ vở\n\nI. MỤC ĐÍCH\n- Vở cho trẻ em nghèo.\n", "utf-8")
    done = sohoa("ingest", archive, "--out", out, "--on-commit", "false")
    assert "has not taken 2 of the changes" in done.stderr  # another receiver, which has none yet
    done = sohoa(*export, "--since", token)
    assert [json.loads(line)["source"]["path"] for line in (tmp_path / "feed.jsonl").read_text().splitlines()] == [
        "b.md"
    ]
    changes = (tmp_path / "feed.jsonl.changes.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in changes] == [{"change": "added", "path": "b.md"}]
    assert sohoa(*export, "--since", done.stdout.strip()).stdout == done.stdout
    assert sohoa(*export, "--since", "another-3").returncode == 1
