"""Lines of absurd length in pieces: nobody writes a paragraph of a million characters, but broken exports do."""

from __future__ import annotations

from collections.abc import Iterator

LONGEST_LINE = 100_000


def cut_line(line: str) -> Iterator[str]:
    """`line` in pieces of at most `LONGEST_LINE` characters that end at a space where there is one."""
    start = 0
    while start < len(line):
        end = min(len(line), start + LONGEST_LINE)
        space = line.rfind(" ", start + 1, end) if end < len(line) else -1
        end = space if space > 0 else end
        yield line[start:end]
        start = end
