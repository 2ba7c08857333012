"""CPU time of a measured command is its own and its descendants', not what earlier commands left behind."""

from __future__ import annotations

import subprocess
import sys

import pytest

# A process whose parent ended burns CPU for a second, is over, and was waited for by nobody.
_ORPHAN_BEFORE = """
import subprocess, sys, time
from pipeline.bench.scale import adopt_orphans, measure
burn = "import time\\nuntil = time.process_time() + 1\\nwhile time.process_time() < until: pass"
leave = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {burn!r}])"
adopt_orphans()
subprocess.run([sys.executable, "-c", leave], check=True)
print(measure([sys.executable, "-c", "pass"]).cpu, measure([sys.executable, "-c", leave]).cpu)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux hands orphans to another parent")
def test_orphans_count_for_the_command_that_left_them():
    done = subprocess.run([sys.executable, "-c", _ORPHAN_BEFORE], capture_output=True, text=True, check=True)
    innocent, guilty = map(float, done.stdout.split())
    assert innocent < 0.7
    assert guilty > 0.9
