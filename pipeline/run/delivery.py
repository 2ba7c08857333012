"""Tells a receiver of each committed document: a web address that is posted to, or a command that is run.

The ledger numbers all changes and remembers the last one that a receiver took (`pipeline.store.changes`): what a dead
receiver missed, it is sent by this run or the next. A change may come twice, with the same key; none is lost.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
import shlex
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from pipeline.errors import OutputError
from pipeline.run.storage.outputs import Outputs
from pipeline.store.changes import Change
from pipeline.store.layout import document_name
from pipeline.store.ledger import Ledger

log = logging.getLogger(__name__)

SECRET = "SOHOA_WEBHOOK_SECRET"  # noqa: S105 - the name of the variable that holds it
_MOST = 50  # documents of one message: some megabytes
_SECONDS = 30.0  # that a receiver may take
_LAST_TRIES = 3  # at the end of a run
_LONGEST_PAUSE = 60.0


class NotTakenError(Exception):
    """A receiver did not take a message; the text says why."""


@dataclass(frozen=True, slots=True)
class Message:
    """Some changes as a receiver gets them. The same `key` means the same message; each change has its own too."""

    key: str
    body: bytes
    last: int


Send = Callable[[Message], None]


def sender(receiver: str) -> Send:
    """How a receiver is told: over HTTP where it is an address, else by running it, the message on its stdin."""
    if receiver.startswith(("http://", "https://")):
        return lambda message: _post(receiver, message)
    return lambda message: _run(shlex.split(receiver), message)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """What proves that a message is ours and of this time: HMAC-SHA256 over "TIMESTAMP.BODY", in hex."""
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def _post(address: str, message: Message) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": message.key}
    if secret := os.environ.get(SECRET):
        now = str(int(time.time()))
        headers |= {"X-Sohoa-Timestamp": now, "X-Sohoa-Signature": f"sha256={signature(secret, now, message.body)}"}
    request = urllib.request.Request(address, message.body, headers, method="POST")  # noqa: S310 - http(s) only: `sender`
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS):  # noqa: S310
            return
    except urllib.error.HTTPError as error:
        raise NotTakenError(f"it answers {error.code} {error.reason}") from error
    except (OSError, ValueError) as error:
        raise NotTakenError(str(getattr(error, "reason", error))) from error


def _run(command: list[str], message: Message) -> None:
    environment = {**os.environ, "SOHOA_IDEMPOTENCY_KEY": message.key}
    try:
        done = subprocess.run(
            command, input=message.body, capture_output=True, check=False, timeout=_SECONDS, env=environment
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotTakenError(str(error)) from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise NotTakenError(f"it ended with {done.returncode}" + (f": {said[-1]}" if said else ""))


class Delivery:
    """Brings the changes to one receiver, beside the run: nothing waits for it until the end."""

    def __init__(self, receiver: str, ledger: Ledger, outputs: Outputs, send: Send | None = None) -> None:
        self._receiver, self._ledger, self._outputs = receiver, ledger, outputs
        self._send = send or sender(receiver)
        self._threads = ThreadPoolExecutor(1, "sohoa-delivery")
        self._going: tuple[Message, Future[None]] | None = None
        self._failures = 0
        self._not_before = 0.0
        self._reason = ""

    def tick(self) -> None:
        """Take note of what was taken, and send what is new; returns at once."""
        if self._going is not None:
            message, sent = self._going
            if not sent.done():
                return
            self._going = None
            self._take_note(message, sent)
        if time.monotonic() >= self._not_before and (next_one := self._next()) is not None:
            self._going = (next_one, self._threads.submit(self._send, next_one))

    def finish(self) -> str | None:
        """Send all that is left; why some of it could not be, None when all was taken."""
        try:
            self._failures = 0
            while self._failures < _LAST_TRIES:
                self.tick()
                if self._going is None and self._next() is None:
                    return None
                if self._going is not None:
                    with suppress(NotTakenError):
                        self._going[1].result()
                else:
                    time.sleep(max(0.0, self._not_before - time.monotonic()))
            return self._reason
        finally:
            self._threads.shutdown(wait=False, cancel_futures=True)

    def waiting(self) -> int:
        """How many changes the receiver has not taken yet."""
        return sum(1 for _ in self._ledger.changes_after(self._ledger.received(self._receiver)))

    def _take_note(self, message: Message, sent: Future[None]) -> None:
        try:
            sent.result()
        except NotTakenError as error:
            self._failures += 1
            self._reason = str(error)
            self._not_before = time.monotonic() + min(_LONGEST_PAUSE, 2.0 ** (self._failures - 1))
            log.warning("%s did not take %s: %s", self._receiver, message.key, error)
            return
        self._failures = 0
        with self._ledger.transaction():
            self._ledger.set_received(self._receiver, message.last)

    def _next(self) -> Message | None:
        after = self._ledger.received(self._receiver)
        changes = list(self._ledger.changes_after(after, _MOST))
        if not changes:
            return None
        told = [self._told(change) for change in changes]
        body = json.dumps({"changes": told}, ensure_ascii=False).encode("utf-8", "backslashreplace")
        first, last = (self._ledger.token(change.number) for change in (changes[0], changes[-1]))
        return Message(f"{first}..{last}", body, changes[-1].number)

    def _told(self, change: Change) -> dict[str, Any]:
        document = None
        if change.digest is not None:
            # What is gone or replaced by now has a later change, which is told behind this one.
            with suppress(OSError, OutputError, ValueError):
                document = json.loads(self._outputs.read(document_name(change.path)))
        return {
            "key": self._ledger.token(change.number),
            "change": change.kind,
            "path": change.path,
            "sha256": change.digest,
            "document": document,
        }
