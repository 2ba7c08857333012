"""Writes the table of settings: `python scripts/write_settings.py docs/settings.md`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pipeline.configuration import configured

_HEAD = """# Settings

`sohoa config` prints what is in force and where it was set. A setting stands in `sohoa.toml` (in the folder where the
command is given, in `~/.config/sohoa/`, in `/etc/`, or where `--config` or `SOHOA_CONFIG` say), in the environment as
`SOHOA_SECTION_KEY`, or on the command line; the later of these counts. What is unknown or makes no sense is refused
with its place.

```toml
[run]
jobs = 4

[office]                       # lists in UTF-8, a name a line, '#' begins a remark; seen from where sohoa.toml lies
places_file = "places.txt"     # villages, hamlets, quarters: "Khe Trĩ"
people_file = "people.txt"     # full names
words_file = "words.txt"       # words that stay as they are read
```

An office's own names are used at once: restoration takes them where a damaged line may have been printed with one, and
they are entities. Of 26 invented villages and people in unmarked lines 2 come right without lists, 26 with them
(`tests/restoration/test_own_names.py`, 2026-11-30).
Changed names redo restoration and structure; nothing is read again.

This table is written by `python scripts/write_settings.py docs/settings.md` from `pipeline/settings.py`.

| setting | default | what for |
|---|---|---|
"""


def main() -> None:
    """Write the page to the path given as the only argument."""
    rows = []
    for name, value, _, purpose in configured(None, {"HOME": "/nowhere"}).rows():
        key = f"{name}_file" if name.startswith("office.") else name
        shown = "none" if name.startswith("office.") else json.dumps(value)
        rows.append(f"| `{key}` | {shown} | {purpose} |\n")
    Path(sys.argv[1]).write_text(_HEAD + "".join(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
