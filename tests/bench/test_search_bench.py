"""The measure of search: grades follow from what a plan is about; the judged queries are about plans that there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.bench.search_bench import grade, judged, ndcg
from pipeline.bench.search_corpus import made_plans


def test_a_gain_is_one_for_the_best_order_and_less_for_another() -> None:
    assert ndcg([3, 1, 0], [0, 1, 3]) == 1.0
    assert ndcg([1, 3, 0], [0, 1, 3]) == pytest.approx(0.71, abs=0.01)
    assert ndcg([], [3]) == 0.0


def test_every_judged_query_has_an_answer(repository: Path) -> None:
    plans = made_plans()
    queries = judged((repository / "corpus" / "evaluation" / "search-queries.tsv").read_text("utf-8").splitlines())
    assert len(plans) >= 300 and len(queries) >= 60
    assert [query for query, about in queries if not any(grade(made, about) == 3 for made in plans)] == []
