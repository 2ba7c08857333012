"""Boxes, stretches of flags and mean confidences: what every stage does with them, once."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stretches import stretches
from pipeline.values import Box, Line, Word, mean_confidence

SIDES = st.tuples(*(st.integers(-50, 50) for _ in range(4)))
BOXES = SIDES.map(lambda s: Box(min(s[0], s[2]), min(s[1], s[3]), max(s[0], s[2]), max(s[1], s[3])))


@given(BOXES, st.integers(-40, 40), st.integers(-40, 40))
def test_a_box_moved_there_and_back_is_the_same(box: Box, across: int, down: int) -> None:
    moved = box.moved(across, down)
    assert moved.moved(-across, -down) == box
    assert (moved.width, moved.height) == (box.width, box.height)
    assert moved.centre == (box.centre[0] + across, box.centre[1] + down)


@given(BOXES, st.integers(0, 20), st.integers(0, 20))
def test_a_grown_box_contains_what_it_was(box: Box, across: int, down: int) -> None:
    grown = box.grown(across, down)
    assert grown.contains(box) and grown.holds(box)
    assert grown.grown(-across, -down) == box


@given(BOXES, BOXES)
def test_boxes_meet_where_they_share_pixels(one: Box, other: Box) -> None:
    shared = {
        (x, y)
        for x in range(one.left, one.right)
        for y in range(one.top, one.bottom)
        if other.left <= x < other.right and other.top <= y < other.bottom
    }
    across, down = one.overlap(other)
    assert one.meets(other) == other.meets(one) == bool(shared)
    assert len(shared) == max(0, across) * max(0, down)
    assert one.overlap(other) == other.overlap(one)
    assert Box.around([one, other]).contains(one)


@given(BOXES)
def test_a_clipped_box_lies_on_the_picture(box: Box) -> None:
    clipped = box.clipped(30, 20)
    assert not clipped.width or not clipped.height or Box(0, 0, 30, 20).contains(clipped)
    assert box.clipped(1000, 1000).moved(0, 0) == box or box.left < 0 or box.top < 0


@given(st.lists(st.booleans(), max_size=60))
def test_stretches_are_what_is_true(flags: list[bool]) -> None:
    found = stretches(np.array(flags, dtype=bool))
    again = [any(begin <= at < end for begin, end in found) for at in range(len(flags))]
    assert again == flags
    assert all(end < begin for (_, end), (begin, _) in pairwise(found))


def test_a_mean_confidence_counts_letters() -> None:
    words = [Word("UBND", None, 1.0), Word("xã", None, 0.4), Word("nay")]
    assert mean_confidence(words) == pytest.approx((4 * 1.0 + 2 * 0.4) / 6)
    assert mean_confidence([Word("xã")]) is None
    assert mean_confidence([Line("Nơi nhận", "Nơi nhận", None, 0.5)]) == 0.5
