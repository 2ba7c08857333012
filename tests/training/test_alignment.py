"""Alignment pairs what was read with what was printed, through splits, joins, losses and inventions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.training.alignment import align_tokens

TOKENS = st.lists(st.text("abcdéô6&", min_size=1, max_size=5), max_size=9)


def pairs(truth: str, observed: str) -> list[tuple[str, str]]:
    left, right = truth.split(), observed.split()
    return [
        (" ".join(left[slice(*group.truth)]), " ".join(right[slice(*group.observed)]))
        for group in align_tokens(left, right)
    ]


@pytest.mark.parametrize(
    ("truth", "observed", "expected"),
    [
        ("kế hoạch thi đua", "ké hoach thi dua", [("kế", "ké"), ("hoạch", "hoach"), ("thi", "thi"), ("đua", "dua")]),
        ("các tổ chức", "cac tochirc", [("các", "cac"), ("tổ chức", "tochirc")]),
        ("phong trào", "ph ong trao", [("phong", "ph ong"), ("trào", "trao")]),
        ("ngày 09 tháng", "ngay09 thang", [("ngày 09", "ngay09"), ("tháng", "thang")]),
        ("của xã", "ctia , xa", [("của", "ctia"), ("", ","), ("xã", "xa")]),
        ("cán bộ xã", "can xa", [("cán", "can"), ("bộ", ""), ("xã", "xa")]),
    ],
)
def test_tokens_find_each_other(truth: str, observed: str, expected: list[tuple[str, str]]) -> None:
    assert pairs(truth, observed) == expected


def test_places_on_the_line_settle_what_letters_leave_open() -> None:
    truth, observed = ["và", "vả"], ["va"]
    spans = [(0.0, 20.0), (25.0, 45.0)]
    first = align_tokens(truth, observed, spans, [(1.0, 20.0)])
    assert [(group.truth, group.observed) for group in first] == [((0, 1), (0, 1)), ((1, 2), (1, 1))]
    second = align_tokens(truth, observed, spans, [(26.0, 45.0)])
    assert [(group.truth, group.observed) for group in second] == [((0, 1), (0, 0)), ((1, 2), (0, 1))]


@given(TOKENS, TOKENS)
def test_groups_cover_both_sides_in_order(truth: list[str], observed: list[str]) -> None:
    groups = align_tokens(truth, observed)
    assert [i for group in groups for i in range(*group.truth)] == list(range(len(truth)))
    assert [j for group in groups for j in range(*group.observed)] == list(range(len(observed)))
    assert all(group.truth[0] < group.truth[1] or group.observed[0] < group.observed[1] for group in groups)


@given(TOKENS)
def test_equal_sides_are_paired_one_by_one(tokens: list[str]) -> None:
    assert all(group.truth == group.observed for group in align_tokens(tokens, tokens))
