"""Scores of entities and tables: spans that are right, cut short or invented, and cells at their place."""

from __future__ import annotations

from pipeline.measure.fields import compare_document
from pipeline.measure.spans import score_entities, score_tables

TABLE = [["TT", "Nội dung", "Thời gian"], ["1", "Rà soát", "Tháng 3"], ["2", "Tổng kết", ""]]


def entities(*pairs: str) -> list[dict[str, str]]:
    return [dict(zip(("label", "text"), pair.split(" ", 1), strict=True)) for pair in pairs]


def test_the_same_entities_are_all_exact() -> None:
    found = entities("ORG UBND xã", "DATE năm 2024", "ORG UBND xã", "PER Lê Văn Tám")
    score = score_entities(found, found)["entities"]
    assert (score.gold, score.found, score.exact, score.misses) == (4, 4, 4, [])


def test_an_entity_cut_short_overlaps_but_is_not_exact() -> None:
    scores = score_entities(
        entities("ORG UBND xã Thanh Thùy", "ORG Sở Nội vụ"), entities("ORG UBND xã", "ORG Sở Nội vụ")
    )
    assert scores["entities.ORG"].exact_f1 == 0.5
    assert scores["entities.ORG"].fuzzy_f1 == 1.0


def test_missed_and_invented_entities_are_named() -> None:
    score = score_entities(entities("LOC xã An Bình"), entities("LOC Hà Nội"))["entities"]
    assert score.f1(score.fuzzy) == 0.0
    assert [(miss.gold, miss.found) for miss in score.misses] == [("xã An Bình", None), (None, "Hà Nội")]


def test_words_under_another_label_are_no_hit() -> None:
    scores = score_entities(entities("PER Hòa Bình", "ORG Sở Y tế"), entities("ORG Hòa Bình", "ORG Sở Y tế"))
    assert scores["entities.PER"].exact == 0
    assert scores["entities.ORG"].found == 2


def test_labels_that_the_gold_does_not_annotate_are_not_scored() -> None:
    score = score_entities(entities("ORG Sở Y tế"), entities("ORG Sở Y tế", "QUANTITY 90%"))["entities"]
    assert (score.found, score.exact_f1) == (1, 1.0)


def test_optional_entities_count_neither_way() -> None:
    gold = [*entities("ORG Sở Y tế"), {"label": "ORG", "text": "Văn phòng", "optional": True}]
    assert score_entities(gold, entities("ORG Sở Y tế", "ORG Văn phòng"))["entities"].exact_f1 == 1.0
    assert score_entities(gold, entities("ORG Sở Y tế"))["entities"].exact_f1 == 1.0


def test_a_lost_entity_does_not_shift_the_ones_after_it() -> None:
    gold = entities("DATE năm 2023", "DATE năm 2024", "DATE năm 2025", "DATE năm 2024")
    score = score_entities(gold, gold[1:])["entities.DATE"]
    assert (score.exact, score.found) == (3, 3)


def test_a_table_equal_to_its_gold_is_exact_whether_cells_are_texts_or_fields() -> None:
    fields = [[{"value": cell} for cell in row] for row in TABLE]
    scores = score_tables([TABLE], [fields])
    assert scores["tables"].exact_f1 == 1.0
    assert (scores["tables.cells"].gold, scores["tables.cells"].exact) == (8, 8)


def test_a_lost_column_costs_all_cells_to_the_right_of_it() -> None:
    scores = score_tables([TABLE], [[row[1:] for row in TABLE]])
    assert scores["tables"].exact == 0
    assert scores["tables.cells"].exact == 0
    assert scores["tables.cells"].found == 5


def test_a_table_that_nobody_printed_is_invented() -> None:
    scores = score_tables([], [TABLE])
    assert (scores["tables"].found, scores["tables.cells"].found) == (1, 8)
    assert scores["tables.cells"].f1(scores["tables.cells"].exact) == 0.0


def test_a_table_missed_between_two_others_leaves_these_in_their_pairs() -> None:
    other = [["Họ và tên", "Đơn vị"], ["Lê Văn Tám", "Ấp 3"]]
    third = [["Loại đường", "Xi măng"], ["Ngõ xóm", "95 tấn"]]
    score = score_tables([other, TABLE, third], [other, third])["tables"]
    assert (score.gold, score.found, score.exact) == (3, 2, 2)


def test_documents_are_scored_on_entities_and_tables_that_their_gold_has() -> None:
    gold = {"entities": entities("ORG Sở Y tế"), "tables": [TABLE]}
    found = {"entities": entities("ORG Sở Y tế"), "tables": [{"section": "1", "rows": TABLE}]}
    components = compare_document(gold, found).components
    assert {name: score.exact_f1 for name, score in components.items()} == {
        "entities": 1.0,
        "entities.ORG": 1.0,
        "tables": 1.0,
        "tables.cells": 1.0,
    }
    assert compare_document({}, found).components == {}
