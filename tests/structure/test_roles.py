"""Every rule of roles.toml against its own examples, and what no example shows."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any

import pytest

from pipeline.schema import Role
from pipeline.structure.outline.roles import is_reward_section, roles_of
from tests.structure.samples import COMMUNE_PLAN, find, structure_of

RULES: dict[str, Any] = tomllib.loads(
    resources.files("pipeline.structure.outline").joinpath("roles.toml").read_text(encoding="utf-8")
)
ENTRIES = [*RULES["rule"], RULES["reward"]]
EXAMPLES = [
    (heading, expected, inside)
    for entry in ENTRIES
    for key, inside in (("examples", False), ("inside", True))
    for heading, expected in entry.get(key, {}).items()
]


@pytest.mark.parametrize(("heading", "expected", "inside"), EXAMPLES)
def test_examples_of_the_rules(heading: str, expected: list[str], inside: bool) -> None:
    assert [role.value for role in roles_of(heading, inside_reward=inside)] == expected


@pytest.mark.parametrize(
    ("heading", "role", "expected"),
    [
        (heading, role, expected)
        for entry in ENTRIES
        for heading, expected in entry.get("under", {}).items()
        for role in entry["not_under"]
    ],
)
def test_examples_under_a_section_that_changes_what_is_meant(heading: str, role: str, expected: list[str]) -> None:
    assert [found.value for found in roles_of(heading, parent=frozenset({Role(role)}))] == expected


@pytest.mark.parametrize(
    ("heading", "expected"),
    [(heading, key == "sections") for key in ("sections", "no_sections") for heading in RULES["reward"][key]],
)
def test_a_section_is_about_rewards_when_all_parts_of_its_heading_are(heading: str, *, expected: bool) -> None:
    assert is_reward_section(heading, roles_of(heading)) is expected


def test_a_composite_heading_hands_its_own_roles_down() -> None:
    both = frozenset({Role.TIEU_CHI, Role.THOI_GIAN})
    assert roles_of("Thời gian thi đua", parent=both) == (Role.THOI_GIAN,)


def test_every_role_of_the_contract_has_a_rule_and_every_rule_an_example() -> None:
    named = {entry["role"] for entry in ENTRIES} | {entry["reward"] for entry in ENTRIES if "reward" in entry}
    assert named == {role.value for role in Role}
    assert all(entry.get("examples") for entry in ENTRIES)


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("MỤC PÍCH, YÊU CẦU", ["muc_dich", "yeu_cau"]),
        ("POI TUQNG, TIEU CHUAN, HINH THUC VA SO LUQNG KHEN THUONG",
         ["doi_tuong_khen_thuong", "tieu_chuan_khen_thuong", "hinh_thuc_khen_thuong", "so_luong_khen_thuong"]),
        ("Tiéu chuan khen thuong", ["tieu_chuan_khen_thuong"]),
        ("T6 CHUC THUC HIEN", ["to_chuc_thuc_hien"]),
    ],
)  # fmt: skip
def test_damaged_headings_keep_their_roles(heading: str, expected: list[str]) -> None:
    assert [role.value for role in roles_of(heading)] == expected


@pytest.mark.parametrize("heading", ["Công bố chính thức", "Ban Tổ chức Huyện ủy", "Tổ chức thi đua", "Lễ phát động"])
def test_words_that_only_look_alike_give_no_role(heading: str) -> None:
    assert roles_of(heading) == ()


def test_rewards_are_handed_down_to_the_items_inside() -> None:
    sections = structure_of(COMMUNE_PLAN).sections
    assert [role.value for role in find(sections, "3").roles] == ["khen_thuong"]
    assert [[role.value for role in find(sections, f"3.{number}").roles] for number in (1, 2, 3, 4)] == [
        ["hinh_thuc_khen_thuong"],
        ["so_luong_khen_thuong"],
        ["ho_so_khen_thuong"],
        ["thoi_gian_khen_thuong", "ho_so_khen_thuong"],
    ]
