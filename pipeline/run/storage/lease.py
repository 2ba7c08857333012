"""Keeps two runs from writing to one place of an object store: an object that says who writes there, and since when.

Where the store can (S3 and what is built like it; fsspec calls it mode 'create'), the object is made by a conditional
PUT (`If-None-Match: *`), so of two runs that begin at once one is refused by the store itself; a dead run's lease is
taken over, and one's own renewed, only if it is still the object that was looked at (`If-Match`). Elsewhere the run
writes, waits a moment and looks again: the later writer has it.
"""

from __future__ import annotations

import errno
import json
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from pipeline.errors import OutputError, UnusableInputError
from pipeline.run.storage.object_store import ObjectStore, patiently
from pipeline.store.lock import Owner

NAME = ".lock"
_SECONDS = 120.0  # a lease not renewed for so long is left by a dead run
_RENEW_SECONDS = 20.0
_LOOK_AGAIN_SECONDS = 0.2
_POLL_SECONDS = 5.0


class _HeldError(OutputError):
    """Another run has the lease."""


class _ChangedError(OutputError):
    """The store refused a conditional write: the object is not the one that was looked at."""


class Lease:
    """The lease on one place of a store. All methods raise OutputError."""

    def __init__(self, store: ObjectStore) -> None:
        self._files, self._key, self._url = store.files, store.key(NAME), store.url
        self._conditional = "s3" in _protocols(store.files)
        self._token = ""
        self._tag: str | None = None  # the entity tag of the lease as this run wrote it
        self._renewed = 0.0

    def take(self, *, wait: bool = False) -> None:
        """Take the lease. With `wait`, when the run that holds it has ended; otherwise that is an error."""
        self._token = secrets.token_hex(8)
        while True:
            try:
                self._take()
                return
            except _HeldError:
                if not wait:
                    self._token = ""
                    raise
            time.sleep(_POLL_SECONDS)

    def renew_if_due(self) -> bool:
        """Renew the lease when it is time; whether it was. Raises OutputError when another run has it now."""
        if not self._token or time.monotonic() - self._renewed < _RENEW_SECONDS:
            return False
        held, tag = self._read()
        if held is None or held["token"] != self._token or not self._write(tag):
            self._token = ""
            raise OutputError(
                f"Another run has taken over {self._url}: this one did not answer for {_SECONDS:.0f} seconds.",
                remedy="Nothing is lost; run the same command again when the other one has ended.",
            )
        return True

    def drop(self) -> None:
        """Give the lease back, if this run still has it."""
        held, _ = self._read() if self._token else (None, None)
        if held is not None and held["token"] == self._token:
            with suppress(Exception):  # it ends by itself
                patiently(lambda: self._files.rm_file(self._key))
        self._token = ""

    def owner(self) -> Owner | None:
        """The run that holds it now."""
        held, _ = self._read()
        if held is None or _is_over(held):
            return None
        return Owner(held["pid"], held["host"], held["started"])

    def _take(self) -> None:
        held, tag = self._read()
        if held is not None and not _is_over(held):
            raise _HeldError(
                f"Another run (process {held['pid']} on {held['host']}) is writing to {self._url}.",
                remedy=f"Wait for it to end, or pass --wait; a dead run's lease ends after {_SECONDS:.0f} seconds.",
            )
        taken = self._write(tag)
        if taken and not self._conditional:
            time.sleep(_LOOK_AGAIN_SECONDS)
            held, _ = self._read()
            taken = held is not None and held["token"] == self._token
        if not taken:
            raise _HeldError(f"Another run has just begun to write to {self._url}.", remedy="Wait for it to end.")

    def _write(self, tag: str | None) -> bool:
        """Write the lease in place of the one with this entity tag (None: of none); False when it has changed."""
        lease = asdict(Owner.me()) | {"token": self._token, "renewed": time.time()}
        data = json.dumps(lease).encode()
        condition: dict[str, str] = {}
        if self._conditional:
            condition = {"IfMatch": tag} if tag else {"mode": "create"}
        try:
            patiently(lambda: self._put(data, condition))
        except _ChangedError:
            # Or it is this run's own write, whose answer was lost, so that it was tried again.
            held, _ = self._read()
            if held is None or held["token"] != self._token:
                return False
        except UnusableInputError as error:
            raise self._trouble(error) from error
        self._renewed = time.monotonic()
        return True

    def _put(self, data: bytes, condition: dict[str, str]) -> None:
        try:
            self._files.pipe_file(self._key, data, **condition)
        except OSError as error:
            if condition and _is_refusal(error):
                raise _ChangedError("The lease has changed.") from error
            if condition and error.errno == errno.ENOSYS:  # a store that is built like S3, but not in this
                self._conditional = False
                self._files.pipe_file(self._key, data)
                return
            raise

    def _read(self) -> tuple[dict[str, Any] | None, str | None]:
        """The lease and its entity tag; (None, None) when there is none, or none that can be understood."""
        self._files.invalidate_cache()
        try:
            # The tag first: what is read after it is at least as new, so an old tag is refused, never a new lease lost.
            info = patiently(lambda: _unless_missing(lambda: self._files.info(self._key)))
            data = patiently(lambda: _unless_missing(lambda: self._files.cat_file(self._key)))
        except UnusableInputError as error:
            raise self._trouble(error) from error
        if info is None or data is None:
            return None, None
        tag = info.get("ETag")
        try:
            lease = json.loads(data)
            known: dict[str, Any] = {name: lease[name] for name in ("pid", "host", "started", "token", "renewed")}
        except (ValueError, KeyError, TypeError):
            known = {"pid": 0, "host": "?", "started": 0.0, "token": "", "renewed": 0.0}
        return known, tag

    def _trouble(self, error: UnusableInputError) -> OutputError:
        return OutputError(f"Cannot use {self._url}: {error}", remedy="Check the store; run the same command again.")


def _is_over(lease: dict[str, Any]) -> bool:
    return bool(time.time() - lease["renewed"] >= _SECONDS)


def _is_refusal(error: OSError) -> bool:
    """Whether the store's answer was "412 Precondition Failed", as s3fs passes it on."""
    answer: dict[str, Any] = getattr(error.__cause__, "response", None) or {}
    code = answer.get("Error", {}).get("Code")
    return isinstance(error, FileExistsError) or code in {"PreconditionFailed", "412"}


def _protocols(files: Any) -> tuple[str, ...]:  # noqa: ANN401
    protocol = files.protocol
    return (protocol,) if isinstance(protocol, str) else tuple(protocol)


def _unless_missing(action: Callable[[], Any]) -> Any:  # noqa: ANN401
    """What `action` gives; None when the object is not there."""
    try:
        return action()
    except FileNotFoundError:
        return None
