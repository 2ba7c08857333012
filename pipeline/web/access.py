"""Who may do what, and what no request may do: tokens with roles, no writes from other sites, limits, safe headers."""

from __future__ import annotations

import hashlib
import hmac
import os
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.errors import UsageError

COOKIE = "sohoa"
TOKENS_VARIABLE = "SOHOA_WEB_TOKENS"
LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_SHORTEST = 16  # characters of a token: fewer can be guessed
_HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
_A_SECOND, _AT_ONCE = 200.0, 1000.0  # requests of an address: a page is some four; fifty readers share an office
_MOST_ADDRESSES = 4096


class Right(IntEnum):
    """What a caller may do; each includes those before it."""

    NONE = 0
    READ = 1
    REVIEW = 2


@dataclass(frozen=True, slots=True)
class Access:
    """The tokens and what each allows. Without any, everybody who reaches the server may review: a local one only."""

    tokens: Mapping[str, Right]

    @staticmethod
    def from_lines(lines: Iterable[str]) -> Access:
        """Lines 'read TOKEN' and 'review TOKEN'; blank ones and those that begin with # count for nothing.

        Raises UsageError.
        """
        tokens: dict[str, Right] = {}
        for number, line in enumerate(lines, start=1):
            words = line.split()
            if not words or words[0].startswith("#"):
                continue
            if len(words) != 2 or words[0] not in ("read", "review") or len(words[1]) < _SHORTEST:
                raise UsageError(
                    f"Line {number} of the tokens is not `read TOKEN` or `review TOKEN`, {_SHORTEST} letters or more.",
                    remedy='Make one: python3 -c "import secrets; print(secrets.token_urlsafe(24))".',
                )
            tokens[words[1]] = Right[words[0].upper()]
        return Access(tokens)

    def right_of(self, connection: HTTPConnection) -> Right:
        """What a caller may do, by its `Authorization: Bearer` header or its cookie."""
        if not self.tokens:
            return Right.REVIEW
        scheme, _, shown = connection.headers.get("authorization", "").partition(" ")
        bearer = shown.strip() if scheme.lower() == "bearer" else ""
        cookie = connection.cookies.get(COOKIE, "")
        right = Right.NONE
        for token, allowed in self.tokens.items():
            # All are compared, each in the same time, whichever fits.
            fits = hmac.compare_digest(token.encode(), bearer.encode())
            fits |= hmac.compare_digest(session_of(token).encode(), cookie.encode("utf-8", "replace"))
            right = max(right, allowed if fits else Right.NONE)
        return right


def session_of(token: str) -> str:
    """What the cookie holds of a token: it proves that it was known, and does not tell it."""
    return hmac.new(token.encode(), b"sohoa web session", hashlib.sha256).hexdigest()


def load_access(host: str, token_file: Path | None) -> Access:
    """The tokens of a file or the environment. Raises UsageError where an address for others has none."""
    if token_file is not None:
        try:
            lines = token_file.read_text("utf-8").splitlines()
        except (OSError, ValueError) as error:
            raise UsageError(f"{token_file} cannot be read: {error}.") from error
    else:
        lines = os.environ.get(TOKENS_VARIABLE, "").replace(",", "\n").splitlines()
    access = Access.from_lines(lines)
    if not access.tokens and host not in LOCAL_HOSTS:
        raise UsageError(
            f"On {host} others can reach the corpus: that needs a token.",
            remedy=f"Give --token-file FILE with lines `read TOKEN` and `review TOKEN`, or set {TOKENS_VARIABLE}.",
        )
    return access


class Guard:
    """ASGI middleware around everything: limits, no writes from other sites' pages, no foreign names, safe headers."""

    def __init__(self, app: ASGIApp, *, hosts: frozenset[str], most_bytes: int) -> None:
        self._app = app
        self._hosts = hosts
        self._most_bytes = most_bytes
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what has to be refused, else pass it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refused = self._refused(scope)
        if refused is not None:
            await _answer(send, *refused)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, _limited(receive, self._most_bytes), with_headers)

    def _refused(self, scope: Scope) -> tuple[int, str] | None:
        headers = Headers(scope=scope)
        host = _host_of(headers.get("host", ""))
        if self._hosts and host not in self._hosts:
            # Another site's name that leads here (DNS rebinding) would make its pages this site's own.
            return 421, "This server does not go by that name."
        if scope["method"] not in _SAFE_METHODS and _is_from_elsewhere(headers):
            return 403, "Changes are taken from this site's own pages only."
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > self._most_bytes:
            return 413, f"At most {self._most_bytes:,} bytes are taken."
        if not self._has_a_turn((scope.get("client") or ("?",))[0]):
            return 429, "Too many requests at once; try again in a second."
        return None

    def _has_a_turn(self, address: str) -> bool:
        now = time.monotonic()
        left, then = self._buckets.pop(address, (_AT_ONCE, now))
        left = min(_AT_ONCE, left + (now - then) * _A_SECOND)
        self._buckets[address] = (max(0.0, left - 1), now)
        if len(self._buckets) > _MOST_ADDRESSES:
            self._buckets.popitem(last=False)
        return left >= 1


def _host_of(header: str) -> str:
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.rpartition(":")[0] if header.rpartition(":")[2].isdecimal() and ":" in header else header


def _is_from_elsewhere(headers: Headers) -> bool:
    """Whether a browser sends it for another site's page. Programs send neither header."""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if origin is not None:
        return origin.partition("://")[2] != headers.get("host", "")
    return site not in (None, "same-origin", "none")


def _limited(receive: Receive, most: int) -> Receive:
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            return {"type": "http.disconnect"}  # its length was not said, or was a lie
        return message

    return limited


async def _answer(send: Send, status: int, words: str) -> None:
    body = words.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    headers += [(name.encode(), value.encode()) for name, value in _HEADERS.items()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
