"""What restoration costs on one core: loading in a fresh process, a garbled page, a clean page."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.bench.restoration import SetPage

# In a process of its own: what it loads and how much memory it takes is then restoration's alone.
_PROBE = """
import json, re, sys, time
from pathlib import Path
def peak():  # not ru_maxrss, which a process inherits from the one that started it
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
start = time.process_time()
from pipeline.restoration import warm_restorer
from pipeline.settings import RestorationSettings
restorer = warm_restorer(RestorationSettings())
loaded = time.process_time() - start
after_load = peak()
garbled, clean = json.load(sys.stdin)
def page(pages):
    for lines in pages[:2]:  # warm up on other pages than those measured: caches help as they do in a batch, no more
        restorer.restore_lines(lines)
    start = time.process_time()
    for lines in pages[2:]:
        restorer.restore_lines(lines)
    spent = time.process_time() - start
    return spent * 450 / max(1, sum(len(line.split()) for lines in pages[2:] for line in lines))
print(json.dumps([loaded, after_load, 1000 * page(garbled), 1000 * page(clean), peak()]))
"""


@dataclass(frozen=True)
class Cost:
    """CPU seconds to load, resident MB after it and at the end, CPU milliseconds for a page of 450 tokens."""

    load_seconds: float
    load_megabytes: float
    garbled_page_ms: float
    clean_page_ms: float
    peak_megabytes: float

    def markdown(self) -> str:
        """Beside their floors."""
        return "\n".join(
            [
                "| | measured | floor |",
                "|---|---|---|",
                f"| load, CPU | {self.load_seconds:.2f} s | 1 s |",
                f"| resident after loading | {self.load_megabytes:.0f} MB | 300 MB |",
                f"| resident at most | {self.peak_megabytes:.0f} MB | |",
                f"| garbled page of 450 tokens, CPU | {self.garbled_page_ms:.0f} ms | 80 ms |",
                f"| clean page of 450 tokens, CPU | {self.clean_page_ms:.1f} ms | 8 ms |",
            ]
        )


def measure_cost(pages: Sequence[SetPage]) -> Cost:
    """Run the probe in a fresh interpreter (Linux): the pages as they were read, and as they were printed."""
    given = json.dumps([[page.observed for page in pages], [page.truth for page in pages]])
    probe = subprocess.run([sys.executable, "-c", _PROBE], input=given, capture_output=True, text=True, check=True)
    return Cost(*json.loads(probe.stdout))
