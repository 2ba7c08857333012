"""The map from an engine's confidence to the probability that a value is right."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.structure.confidence import calibrated
from pipeline.structure.model import Place

shares = st.floats(0.0, 1.0)
lengths = st.integers(0, 3_000)


@given(shares, shares, lengths)
def test_surer_engine_never_makes_a_value_less_sure(first: float, second: float, length: int) -> None:
    low, high = sorted((first, second))
    assert calibrated(low, length) <= calibrated(high, length)


@given(shares, lengths, lengths)
def test_longer_value_is_never_surer(confidence: float, first: int, second: int) -> None:
    short, long = sorted((first, second))
    assert calibrated(confidence, long) <= calibrated(confidence, short)


@given(shares, lengths)
def test_result_is_a_probability(confidence: float, length: int) -> None:
    assert 0.0 < calibrated(confidence, length) < 1.0


def test_field_carries_the_probability_of_its_whole_value() -> None:
    place = Place(page=1, confidence=0.95)
    short, long = place.field("KẾ HOẠCH").confidence, place.field("x" * 200).confidence
    assert short is not None
    assert long is not None
    assert short > 0.95 > long


def test_field_without_an_engine_has_no_confidence() -> None:
    assert Place().field("KẾ HOẠCH").confidence is None
