"""Writes the JSON Schema of the documents: `python scripts/write_schema.py docs/document.schema.json`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pipeline.schema import document_schema


def main() -> None:
    """Write the schema to the path given as the only argument."""
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(document_schema(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
