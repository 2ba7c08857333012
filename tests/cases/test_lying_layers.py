"""Layers that lie are found out, whatever the lie; sound ones are used, whatever the type they are set in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cases.facts import document_of, facts_of
from tests.cases.layers import (
    Lie,
    doubled,
    exchanged,
    lied,
    missing,
    permutation,
    refused,
    shift,
    sound_pdf,
    unmarked,
)
from tests.cases.plans import differences, pdf_of, right

SHIFTS = [shift(by) for by in (1, 2, 3, 5, 7, 13, 20, 29, 32, 64, 0x100, -1, -2, -3, -7, -29)]
LIES: dict[str, Lie] = {
    **{f"shift {number}": lie for number, lie in enumerate(SHIFTS)},
    **{f"permutation {seed}": permutation(seed) for seed in range(8)},
    "no CHIĐ": missing("CHIĐ"),
    "no nhg": missing("nhg"),
    "no ếạộ": missing("ếạộ"),
    "no ƯƠĂ": missing("ƯƠĂÂÊÔ"),
    "no capitals": missing("ABCDĐEGHIKLMNOPQRSTUVXY"),
    "no vowels with marks": missing("ảãạằắẳẵặầấẩẫậềếểễệ", ""),
    "letters read as U+FFFD": missing("nhtcg", "\ufffd"),
    "a for o": exchanged("a", "o"),
    "t for c": exchanged("t", "c"),
    "n for m, h for k": exchanged("nh", "mk"),
    "figures": exchanged("01234", "98765"),
    "figures one up": exchanged("12", "34"),
    "capitals for others": exchanged("NHT", "BDV"),
}


@pytest.mark.parametrize("name", LIES)
def test_a_lying_layer_is_refused(name: str, tmp_path: Path) -> None:
    assert refused(lied(pdf_of(), LIES[name]), tmp_path) == [True]


@pytest.mark.parametrize("fonts", ["bold", "regular"])
@pytest.mark.parametrize("name", ["shift 2", "permutation 1", "no CHIĐ", "no capitals"])
def test_a_lie_in_one_font_of_two_is_refused(name: str, fonts: str, tmp_path: Path) -> None:
    if fonts == "regular" and name == "no CHIĐ":
        pytest.skip("capitals are rare in running text")
    assert refused(lied(pdf_of(), LIES[name], fonts), tmp_path) == [True]


def test_a_layer_without_marks_is_refused(tmp_path: Path) -> None:
    assert refused(lied(pdf_of(), unmarked), tmp_path) == [True]


@pytest.mark.parametrize("name", ["shift 2", "no CHIĐ", "figures"])
def test_the_picture_of_a_lying_layer_is_read(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(lied(pdf_of(), LIES[name]))
    document = document_of(path)
    assert document.pages[0].text_source == "ocr"
    facts = facts_of(document)
    for field in ("issuing_body", "number", "place", "date", "document_type", "authority", "position", "name"):
        assert facts[field] == right()[field]
    assert [number for _, number, _, _ in facts["outline"]] == [number for _, number, _, _ in right()["outline"]]


@pytest.mark.parametrize("letters", ["n", "THNO", "áàảạế", "nhgtcmáàảạế"])
def test_letters_that_a_table_doubles_come_once(letters: str, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(lied(pdf_of(), doubled(letters)))
    assert differences(tmp_path / "a.pdf") == {}


@pytest.mark.parametrize("seed", range(16))
def test_a_sound_layer_is_used(seed: int, tmp_path: Path) -> None:
    assert not any(refused(sound_pdf(seed), tmp_path))


@pytest.mark.slow
def test_no_sound_layer_of_eighty_is_refused(tmp_path: Path) -> None:
    assert [seed for seed in range(80) if any(refused(sound_pdf(seed), tmp_path))] == []  # none of 200, for minutes


def test_no_sound_layer_of_the_sample_archive_is_refused(repository: Path, tmp_path: Path) -> None:
    born_digital = [*(repository / "tests" / "structure" / "first_contact").glob("*.pdf")]
    born_digital += [repository / "corpus" / "archive" / "2025" / "kh-bua-an-ca.pdf"]
    assert [path.name for path in born_digital if any(refused(path.read_bytes(), tmp_path))] == []
