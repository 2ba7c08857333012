"""Sound text is proofread when several of its words show an engine's hand, and its sound words are trusted the more for
every word that shows none."""

from __future__ import annotations

import math

import pytest

from pipeline.restoration import Restorer, load_restorer
from pipeline.restoration.steps.traces import caution
from pipeline.settings import RestorationSettings

SOUND = (
    "Ủy ban nhân dân xã xây dựng kế hoạch tổ chức phong trào thi đua với những nội dung sau đây.",
    "Các thôn phối hợp với trường học quét dọn đường làng, trồng hoa và treo cờ trước ngày lễ.",
    "Nhà trường tổ chức cho học sinh thi chạy, kéo co và đá cầu ở sân vận động của xã.",
)


@pytest.fixture(scope="module")
def restorer() -> Restorer:
    return load_restorer(RestorationSettings())


def test_one_rare_word_in_a_short_text_is_its_author_s(restorer: Restorer) -> None:
    lines = [*SOUND, "Cầu được thiết kế vĩnh cữu bằng bê tông cốt thép."]
    assert [line.text for line in restorer.restore_lines(lines)] == lines


def test_several_misspelt_words_are_an_engine_s(restorer: Restorer) -> None:
    printed = "Công tác tuyên truyền, thực hiện nhiệm vụ, phối hợp và kiểm tra, giám sát việc tổ chức."
    read = "Công tác tuyện truyền, thực hiện nhiêm vụ, phôi hợp và kiễm tra, giám sát viêc tổ chưc."
    assert restorer.restore_lines([*SOUND, read])[-1].text == printed


def test_a_text_without_traces_is_held_for_sounder_the_longer_it_is(restorer: Restorer) -> None:
    model = restorer._model
    values = [caution(model, words, []) for words in (0, 100, 400, 4_000)]
    assert values[0] == pytest.approx(0.0, abs=1e-6)
    assert values == sorted(values)
    assert values[-1] > math.log(20)
