"""The restoration benchmark: it counts right, names causes, and restoration stays above its stored baseline."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.bench.restoration import SetPage, first_pages, load_restore, read_set, score_page, score_set, table
from pipeline.bench.restoration_bench import TOLERANCE, baseline, merged, regressions
from pipeline.bench.restoration_errors import cause_of, errors_by_cause, reliability_table, words_by_chance
from pipeline.bench.restoration_plot import bars
from pipeline.errors import MissingToolError, UsageError
from pipeline.measure.text import Rate
from pipeline.restoration import RestoredLine

EVALUATION = Path(__file__).parents[2] / "corpus" / "evaluation"
PAGE = SetPage(
    "clean",
    "0",
    ("Kế hoạch của xã", "", "- Hội đồng"),
    ("Ké hoach cua xã", "", "- H6i đồng"),
)
WORDS = st.lists(st.sampled_from(["kế", "ké", "hoạch", "xã", "xa", "của", "-", "Hội"]), max_size=8).map(" ".join)


def test_a_page_is_scored_position_by_position() -> None:
    score = score_page(PAGE, ("Kế hoạch cua xa", "", "- Hội đồng"))
    assert (score.before, score.after) == (Rate(4, 6), Rate(2, 6))
    assert (score.removed, score.added) == (3, 1)
    assert score.exact == Rate(2, 7)
    assert score.confusions == {("của xã", "cua xã", "cua xa"): 1}


def test_doing_nothing_removes_nothing_and_adds_nothing() -> None:
    scores = score_set([PAGE], load_restore("none"))
    assert scores["all"].before == scores["all"].after == scores["clean"].after
    assert (scores["all"].removed, scores["all"].added) == (0, 0)
    assert "clean" in table(scores)


@given(WORDS, WORDS, WORDS)
def test_errors_removed_and_added_balance(truth: str, observed: str, made: str) -> None:
    score = score_page(SetPage("x", "0", (truth,), (observed,)), (made,))
    assert score.before.errors - score.removed + score.added == score.after.errors
    assert score_page(SetPage("x", "0", (truth,), (observed,)), (truth,)).after.errors == 0


def test_a_set_is_read_by_pages_and_a_wrong_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "small.tsv"
    path.write_text("a\t0\t0\tkế\tké\na\t0\t1\t\t\na\t1\t0\txã\tx4\nb\t0\t0\tở\t6\n", encoding="utf-8")
    pages = list(read_set(path))
    assert [(page.condition, page.name, page.truth) for page in pages] == [
        ("a", "0", ("kế", "")),
        ("a", "1", ("xã",)),
        ("b", "0", ("ở",)),
    ]
    assert [page.name for page in first_pages(pages, 1)] == ["0", "0"]
    path.write_text("no set\n", encoding="utf-8")
    with pytest.raises(UsageError, match="five columns"):
        list(read_set(path))
    with pytest.raises(UsageError, match="no evaluation set"):
        list(read_set(tmp_path / "missing.tsv"))


def test_an_unknown_restorer_is_refused() -> None:
    with pytest.raises(UsageError, match="no restorer called"):
        load_restore("magic")


def test_a_release_without_a_restorer_says_so() -> None:
    underthesea = pytest.importorskip("underthesea")
    if hasattr(underthesea, "restore_diacritics"):
        assert load_restore("underthesea")(["", "ke hoach"])[0] == ""
    else:
        with pytest.raises(MissingToolError, match="restore_diacritics"):
            load_restore("underthesea")


@pytest.mark.parametrize(
    ("wanted", "read", "made", "cause"),
    [
        ("12/KH-UBND", "I2/KH-UBND", "I2/KH-UBND", "number or code"),
        ("tổ chức", "tochirc", "tochirc", "split, joined, lost or invented"),
        ("Lê Thị Xuân", "Lé Thi Xuan", "Lễ Thì Xuân", "name"),
        ("của", "cua", "cưa", "marks chosen wrong"),
        ("của", "ctia", "ctia", "wrong letters left as they were"),
        ("của", "ctia", "chia", "wrong letters, other word chosen"),
        ("Zimzalabim", "Zimzalabim", "Zim", "word not in the dictionary"),
    ],
)
def test_errors_are_told_by_cause(wanted: str, read: str, made: str, cause: str) -> None:
    assert cause_of(wanted, read, made) == cause


def test_errors_are_counted_by_cause_the_commonest_first() -> None:
    score = score_page(PAGE, ("Ké hoach cua xa", "", "- Hội đồng"))
    assert {cause: own.total() for cause, own in errors_by_cause(score).items()} == {
        "marks chosen wrong": 1,
    }


def test_words_that_stayed_are_judged_by_their_chance_as_well_as_changed_ones() -> None:
    page = SetPage("x", "0", ("kế hoạch xã", "một hai"), ("ke hoach xa", "mot hai"))
    lines = [RestoredLine("kế hoach xã", 0.3, sure=(0.9, 0.3, 1.0)), RestoredLine("mộthai", 0.5, sure=(0.5,))]
    assert words_by_chance([page], [lines]) == [(0.9, True), (0.3, False)]


def test_the_reliability_table_counts_by_bands() -> None:
    rows = reliability_table([(0.92, True), (0.94, False), (0.9999, True)]).splitlines()
    assert rows[2] == "| 0.9–0.95 | 2 | 93.0% | 50.0% |"
    assert rows[3] == "| 0.999–1 | 1 | 100.0% | 100.0% |"


def test_the_plot_is_well_formed_and_has_a_bar_for_each_value() -> None:
    root = ElementTree.fromstring(bars({"plans <eng>": {"pyvi": 0.4, "sohoa": 0.95}, "seeds": {"sohoa": 0.99}}))
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"plans <eng>", "seeds", "40.0%", "95.0%", "99.0%"} <= set(texts)


def test_a_figure_may_fall_by_the_tolerance_and_no_further() -> None:
    stored = {"a": 0.990, "b": 0.990}
    assert regressions({"a": 0.990 - TOLERANCE / 2, "new": 0.1}, stored) == []
    assert regressions({"b": 0.980}, stored) == [("b", 0.990, 0.980)]
    assert regressions({"c kept right": 0.999}, {"c kept right": 1.0}) == [("c kept right", 1.0, 0.999)]
    assert merged(stored, {"b": 0.995}) == {"a": 0.990, "b": 0.995}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["plans-eng", "plans-engbest", "plans-vie"])
def test_restoration_of_the_sample_plans_stays_above_its_baseline(name: str) -> None:
    score = score_set(list(read_set(EVALUATION / f"{name}.tsv")), load_restore("ours"))["all"]
    now = {
        f"{name} syllables": score.after.accuracy,
        f"{name} exact": score.exact.accuracy,
        f"{name} kept right": 1 - score.added_share,
    }
    assert now.keys() <= baseline().keys()
    assert regressions(now, baseline()) == []
