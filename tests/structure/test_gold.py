"""The clean seeds against their gold structure: right to the letter."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.schema import Section
from pipeline.structure import build_structure
from tests.structure.samples import codes_of, header_of, pages_of, signers_of, value

SHARED = Path(__file__).resolve().parents[3] / "shared"


def plain(sections: list[Section]) -> list[dict[str, Any]]:
    return [
        {
            "number": section.number,
            "heading": section.heading,
            "roles": [role.value for role in section.roles],
            "text": section.text,
            "children": plain(section.children),
        }
        for section in sections
    ]


@pytest.mark.shared
@pytest.mark.parametrize("name", ["seed000", "seed001"])
def test_seed_is_right_to_the_letter(name: str) -> None:
    path = SHARED / "structure" / f"{name}.json"
    if not path.exists():
        pytest.skip("the gold structures of ../shared are not here")
    gold = json.loads(path.read_text(encoding="utf-8"))
    (source,) = (SHARED / "seeds").glob(f"{gold['doc']}*")
    structure = build_structure(pages_of(source.read_text(encoding="utf-8")))
    assert plain(structure.sections) == gold["sections"]
    assert structure.preamble == gold["preamble"]
    assert [value(field) for field in structure.recipients] == gold["recipients"]
    assert signers_of(structure) == [tuple(gold["signer"][name] for name in ("authority", "position", "name"))]
    inferred = {"issuing_body_inferred"}
    assert header_of(structure) == {key: field for key, field in gold["header"].items() if key not in inferred}
    found = [{name: getattr(c, name) for name in ("type", "number", "date", "issuer")} for c in structure.citations]
    assert found == gold["citations"]
    assert "text_lost" not in codes_of(structure)
