"""Witnesses joined: alone as sure as they are, together surer, against each other less."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.evidence.weighing import SERIALS, key_of, weigh
from pipeline.schema import Candidate, Evidence


def says(source="ink", not_after=None, **candidates):
    said = [Candidate(value=value.lstrip("_"), probability=p) for value, p in candidates.items()]
    return Evidence(source=source, words=source, candidates=said, not_after=not_after)


def likeliest(*evidence, space=SERIALS):
    found = weigh(evidence, space)
    return (found[0].value, found[0].probability) if found else None


@pytest.mark.parametrize("probability", [0.2, 0.5, 0.9, 0.97])
def test_one_witness_is_as_sure_as_it_says(probability):
    assert likeliest(says(_2084=probability)) == ("2084", pytest.approx(probability, abs=0.001))


def test_two_that_agree_are_surer_than_either():
    value, probability = likeliest(says("ink", _2084=0.7, _2024=0.2), says("file_name", _2084=0.9))
    assert value == "2084"
    assert probability > 0.99


def test_two_that_differ_leave_doubt():
    first, second = weigh([says("ink", _2084=0.9), says("file_name", _3011=0.9)], SERIALS)[:2]
    assert {first.value, second.value} == {"2084", "3011"}
    assert first.probability < 0.7


def test_an_engine_that_nearly_reads_a_name_s_number_speaks_for_it():
    nearly, far = (
        likeliest(says("engine", **{guess: 0.44}), says("file_name", _2084=0.93)) for guess in ("_2034", "_77")
    )
    assert nearly[0] == far[0] == "2084"
    assert nearly[1] > 0.97 > far[1]


def test_a_day_after_the_signature_is_nearly_out_of_the_question():
    late = says("ink", **{"_2017-11-25": 0.6, "_2017-11-15": 0.3})
    signed = says("e_signature", not_after="2017-11-16")
    assert likeliest(late, space=31)[0] == "2017-11-25"
    assert likeliest(late, signed, space=31) == ("2017-11-15", pytest.approx(0.75, abs=0.1))


def test_leading_noughts_and_capitals_make_no_other_number():
    assert key_of("07") == key_of("7")
    assert key_of("3176B") == key_of("3176b")
    assert len(weigh([says("ink", _07=0.8), says("file_name", _7=0.9)], SERIALS)) == 1


@given(
    st.lists(
        st.dictionaries(st.from_regex(r"_\d{1,4}", fullmatch=True), st.floats(0, 0.2), max_size=4),
        min_size=1,
        max_size=5,
    )
)
def test_probabilities_stay_probabilities_and_order_of_witnesses_says_nothing(tables):
    evidence = [says(str(at), **table) for at, table in enumerate(tables)]
    found = weigh(evidence, SERIALS)
    assert sum(verdict.probability for verdict in found) <= 1.001
    again = weigh(evidence[::-1], SERIALS)
    assert {key_of(v.value): v.probability for v in found} == pytest.approx(
        {key_of(v.value): v.probability for v in again}, abs=2e-4
    )
