"""scripts/rehearsal.py: what it makes of a command's output. The rest is a rehearsal itself: `make rehearsal`."""

from __future__ import annotations

from scripts.rehearsal import reasons


def test_failures_and_count_are_told_of_a_test_run_that_failed() -> None:
    lines = ["x" * 80, "FAILED tests/a.py::test_b - assert 0", "ERROR tests/c.py", "= 1 failed, 9 passed in 3s ="]
    assert reasons([*lines, "make: *** [test] Error 1"], passed=False) == tuple(lines[1:])


def test_the_end_is_told_of_any_other_command_that_failed() -> None:
    lines = [f"line {number}" for number in range(30)]
    assert reasons(lines, passed=False) == tuple(lines[18:])
    assert reasons(lines, passed=True) == ()
