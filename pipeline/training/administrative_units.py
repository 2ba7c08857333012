"""Builds models/units.tsv: Việt Nam's provinces, districts and communes with their official codes, of two ages.

The units before July 2025 (provinces, districts, communes) and since (provinces, communes), and what each of the first
became, come with the package vietnamadminunits (MIT; extra `train`), which took them from the General Statistics
Office.
Run: `python -m pipeline.training.administrative_units models/units.tsv`.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any

HEAD = ("age", "level", "code", "parent", "kind", "name", "became")
OLD, NEW = "2020", "2025"

Row = tuple[str, ...]


def unit_rows(data: Path) -> list[Row]:
    """The rows of the table, `HEAD`'s columns, by age, level and code.

    `data` is the package's folder of data. `became` names the codes of the units since 2025, the main one first.
    """
    with sqlite3.connect(f"file:{data / 'dataset.db'}?mode=ro", uri=True) as database:
        database.row_factory = sqlite3.Row
        old = database.execute("SELECT * FROM admin_units_legacy").fetchall()
        new = database.execute("SELECT * FROM admin_units").fetchall()
    became = _successors(json.loads((data / "converter_2025.json").read_text(encoding="utf-8")), new)
    return sorted({*_old_rows(old, became), *_new_rows(new)})


def write_units(data: Path, target: Path) -> int:
    """Write the table as tab-separated text with a head row; returns the number of units."""
    rows = unit_rows(data)
    lines = ["\t".join(row) for row in (HEAD, *rows)]
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(rows)


def _old_rows(records: Iterable[sqlite3.Row], became: dict[str, list[str]]) -> Iterator[Row]:
    for record in records:
        yield (
            OLD,
            "province",
            record["provinceCode"],
            "",
            *_named(record["province"]),
            _codes(became, record["provinceKey"]),
        )
        if record["districtCode"]:
            yield (OLD, "district", record["districtCode"], record["provinceCode"], *_named(record["district"]), "")
        if record["wardCode"]:
            key = f"{record['provinceKey']}_{record['districtKey']}_{record['wardKey']}"
            yield (
                OLD,
                "commune",
                record["wardCode"],
                record["districtCode"],
                *_named(record["ward"]),
                _codes(became, key),
            )


def _new_rows(records: Iterable[sqlite3.Row]) -> Iterator[Row]:
    for record in records:
        yield (NEW, "province", record["provinceCode"], "", *_named(record["province"]), "")
        yield (NEW, "commune", record["wardCode"], record["provinceCode"], *_named(record["ward"]), "")


def _successors(converter: dict[str, Any], new: Iterable[sqlite3.Row]) -> dict[str, list[str]]:
    """Key of an old province or commune → codes of what it became, the main one first."""
    province_codes = {}
    ward_codes = {}
    for record in new:
        province_codes[record["provinceKey"]] = record["provinceCode"]
        ward_codes[record["provinceKey"], record["wardKey"]] = record["wardCode"]
    found: dict[str, list[str]] = defaultdict(list)
    for province, provinces in converter["DICT_PROVINCE"].items():
        for old in provinces:
            found[old].append(province_codes[province])
    for province, wards in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, olds in wards.items():
            for old in olds:
                found[old].append(ward_codes[province, ward])
    for province, divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old, parts in divided.items():
            ordered = sorted(parts, key=lambda part: not part["isDefaultNewWard"])
            found[old] += [ward_codes[province, part["newWardKey"]] for part in ordered]
    return found


def _codes(became: dict[str, list[str]], key: str) -> str:
    return ";".join(dict.fromkeys(became.get(key, [])))


_KINDS = ("Thành phố", "Thị trấn", "Thị xã", "Đặc khu", "Phường", "Huyện", "Quận", "Tỉnh", "Xã")


def _named(name: str) -> tuple[str, str]:
    """(kind, bare name): 'Thị xã Mỹ Hào' → ('Thị xã', 'Mỹ Hào')."""
    composed = unicodedata.normalize("NFC", " ".join(name.split()))
    for kind in _KINDS:
        if composed.casefold().startswith(kind.casefold() + " "):
            return kind, composed[len(kind) + 1 :]
    return "", composed


if __name__ == "__main__":
    write_units(Path(str(resources.files("vietnamadminunits").joinpath("data"))), Path(sys.argv[1]))
