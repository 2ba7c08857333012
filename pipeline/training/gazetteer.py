"""Builds models/places.txt: Việt Nam's provinces, districts and communes, before and after the changes of July 2025.

The names come with underthesea (Apache-2.0), which ships the table of old and new units for converting addresses.
Run: `python -m pipeline.training.gazetteer models/places.txt`.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from importlib import resources
from pathlib import Path

# Longest first: "Thành phố" is a province's or a district's kind, told apart by the column a name comes from.
_KINDS = ("Thành phố", "Thị trấn", "Thị xã", "Đặc khu", "Phường", "Huyện", "Quận", "Tỉnh", "Xã")


def place_names() -> dict[str, set[str]]:
    """Names without their kind, by level: 'province', 'district', 'commune'."""
    path = resources.files("underthesea.address").joinpath("data/mapping.json")
    data = json.loads(path.read_text(encoding="utf-8"))
    names: dict[str, set[str]] = {"province": set(), "district": set(), "commune": set()}
    for table in ("province_names", "old_province_names"):
        names["province"].update(_bare(entry["name"]) for entry in data[table].values())
    for row in data["ward_mapping"]:
        names["district"].add(_bare(row.get("old_district") or ""))
        names["commune"].update(_bare(row.get(column) or "") for column in ("old_ward", "new_ward"))
    # "Phường 1", "Quận 3" need no list.
    return {level: {name for name in found if len(name) > 1 and not name.isdigit()} for level, found in names.items()}


def write_places(target: Path) -> int:
    """Writes a line 'level<TAB>name' for each place; returns their number."""
    lines = [f"{level}\t{name}" for level, found in place_names().items() for name in sorted(found)]
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(lines)


def _bare(name: str) -> str:
    composed = unicodedata.normalize("NFC", " ".join(name.split()))
    for kind in _KINDS:
        if composed.startswith(kind + " "):
            return composed[len(kind) + 1 :]
    return composed


if __name__ == "__main__":
    write_places(Path(sys.argv[1]))
