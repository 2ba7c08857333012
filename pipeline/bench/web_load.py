"""Many readers at once on a running server: errors, and how long pages take.

    python -m pipeline.bench.web_load http://127.0.0.1:8080 --readers 50 --seconds 60

To be run beside an ingest into the same OUT.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from urllib.parse import quote

_QUERIES = ("khen thưởng", "kế hoạch", "kinh phí", "thi dua", "28/KH-UBND", "tập thể -giấy", "phong tr*")


class Reader(threading.Thread):
    """Searches, opens what it finds, looks at its first page; as often as it can until the end."""

    def __init__(self, address: str, end: float, seed: int) -> None:
        super().__init__(daemon=True)
        self._address, self._end, self._chance = address, end, random.Random(seed)
        self.times: list[float] = []
        self.errors: list[str] = []

    def run(self) -> None:
        """Read until the end."""
        while time.monotonic() < self._end:
            query = quote(self._chance.choice(_QUERIES))
            self._get(f"/?q={query}")
            found = self._get(f"/api/v1/search?q={query}")
            paths = [one["path"] for one in json.loads(found)["documents"]] if found else []
            if paths:
                path = quote(self._chance.choice(paths))
                self._get(f"/doc/{path}")

    def _get(self, path: str) -> bytes:
        started = time.monotonic()
        try:
            with urllib.request.urlopen(self._address + path, timeout=60) as answer:  # noqa: S310 - a server of ours
                data: bytes = answer.read()
        except (OSError, ValueError) as error:
            self.errors.append(f"{path}: {error}")
            return b""
        self.times.append(1000 * (time.monotonic() - started))
        return data


def main(arguments: Sequence[str] | None = None) -> int:
    """Let them read; print errors, pages, p50 and p95; 1 where anything failed."""
    parser = argparse.ArgumentParser(description="Many readers at once on a running server.")
    parser.add_argument("address")
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60.0)
    chosen = parser.parse_args(arguments)
    end = time.monotonic() + chosen.seconds
    readers = [Reader(chosen.address, end, seed) for seed in range(chosen.readers)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    times = sorted(one for reader in readers for one in reader.times)
    errors = [error for reader in readers for error in reader.errors]
    p95 = times[int(0.95 * len(times))] if times else 0.0
    p50 = statistics.median(times) if times else 0.0
    sys.stdout.write(f"{len(times)} answers, {len(errors)} errors, p50 {p50:.0f} ms, p95 {p95:.0f} ms\n")
    sys.stdout.write("".join(f"{error}\n" for error in errors[:10]))
    return int(bool(errors))


if __name__ == "__main__":
    raise SystemExit(main())
