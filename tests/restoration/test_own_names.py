"""An office's own villages and people, in dumps that lost their marks, with no model trained for them."""

from __future__ import annotations

import random

import pytest

from pipeline.restoration import Restorer, load_restorer
from pipeline.settings import OfficeSettings, RestorationSettings
from pipeline.structure.entities.find import find_entities, own_names
from pipeline.vietnamese.folding import strip_marks

# Invented: no list of communes has them, and each reads as commoner words without its marks.
PLACES = (
    "Lũng Mận", "Khe Trĩ", "Bàu Sẫm", "Đồng Vại", "Gò Rã", "Suối Nghé", "Cầu Tràm Nhỡ", "Rẫy Bời", "Hóc Sỏi",
    "Mương Chẹt", "Trảng Cối", "Dốc Mõ", "Bến Lở Ngoại", "Giếng Thẳm", "Đá Bợ", "Ao Vả", "Xẻo Lẫm",
    "Hố Nứa Thượng", "Vực Sình", "Cồn Dạ",
)  # fmt: skip
PEOPLE = ("Nguyễn Thị Thẫm", "Trần Văn Vẹn", "Lê Đình Sửu", "Phạm Thị Nhỡ", "Võ Trọng Mẫn", "Hồ Văn Cạn")
SENTENCES = (
    "Giao cho thôn {} tổ chức ra quân làm vệ sinh môi trường trong tháng 3 năm 2024.",
    "Các hộ dân ở thôn {} đăng ký xây dựng gia đình văn hóa.",
    "Tặng Giấy khen cho ông {} vì có thành tích trong phong trào thi đua.",
)


@pytest.fixture(scope="module")
def restorer() -> Restorer:
    return load_restorer(RestorationSettings())


def dump() -> list[tuple[str, str]]:
    """(line, the name in it)."""
    chance = random.Random(5)
    lines = [(chance.choice(SENTENCES[:2]).format(name), name) for name in PLACES]
    return lines + [(SENTENCES[2].format(name), name) for name in PEOPLE]


def right(restorer: Restorer, lines: list[tuple[str, str]]) -> int:
    restored = restorer.restore_lines([strip_marks(line) for line, _ in lines])
    return sum(name in line.text for line, (_, name) in zip(restored, lines, strict=True))


def test_all_invented_places_and_people_of_a_dump_come_right_once_they_are_known(restorer: Restorer) -> None:
    lines = dump()
    before, after = right(restorer, lines), right(restorer.knowing((*PLACES, *PEOPLE)), lines)
    assert before < 0.2 * len(lines)
    assert after == len(lines)


def test_names_change_nothing_where_they_cannot_stand(restorer: Restorer) -> None:
    others = [line.replace("{}", "Hòa Phong") for line in SENTENCES]
    damaged = [strip_marks(line) for line in others]
    knowing = restorer.knowing((*PLACES, *PEOPLE))
    assert [line.text for line in knowing.restore_lines(damaged)] == [
        line.text for line in restorer.restore_lines(damaged)
    ]
    assert [line.text for line in knowing.restore_lines(others)] == others


def test_small_letters_and_single_syllables_are_no_names(restorer: Restorer) -> None:
    line = "di qua khe tri de den cho"
    assert restorer.knowing(("Khe Trĩ", "Trĩ")).restore_lines([line])[0].text == restorer.restore_lines([line])[0].text


def test_a_restorer_that_knows_names_shares_its_models_with_the_one_it_came_from(restorer: Restorer) -> None:
    knowing = restorer.knowing(PLACES)
    assert knowing._model is restorer._model
    assert right(restorer, dump()) < len(PLACES)


def test_own_places_and_people_are_entities_at_once() -> None:
    text = "Giao thôn Khe Trĩ và Bàu Sẫm; ông Trần Văn Vẹn chủ trì, cùng xã Hòa Phong."
    own = own_names(OfficeSettings(places=PLACES, people=PEOPLE))
    found = [(span.label, text[span.start : span.end]) for span in find_entities(text, own)]
    assert ("LOC", "thôn Khe Trĩ") in found
    assert ("LOC", "Bàu Sẫm") in found
    assert ("PER", "Trần Văn Vẹn") in found
    assert ("LOC", "xã Hòa Phong") in found
    assert own_names(OfficeSettings()) is None
