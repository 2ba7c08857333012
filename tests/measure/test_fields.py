"""Field scores: what counts as right, what counts as a miss, and that gold compared with itself is perfect."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.measure.evaluate import all_misses, evaluate, format_evaluation
from pipeline.measure.fields import FLOOR_COMPONENTS, compare_document, score_items
from pipeline.measure.matching import Score, is_exact, score_list, score_value
from pipeline.measure.trees import align, flatten, is_placed, tree_similarity

GOLD = {
    "doc": "kh-12",
    "header": {"parent_body": None, "issuing_body": "UBND XÃ HÒA BÌNH", "number": "12/KH-UBND", "date": "2024-03-05"},
    "preamble": ["Căn cứ Nghị định số 30/2020/NĐ-CP;"],
    "sections": [
        {
            "number": "I",
            "heading": "MỤC ĐÍCH, YÊU CẦU",
            "roles": ["muc_dich", "yeu_cau"],
            "text": "",
            "children": [
                {
                    "number": "1",
                    "heading": "Mục đích",
                    "roles": ["muc_dich"],
                    "text": "- Nâng cao chất lượng.",
                    "children": [],
                },
                {"number": "2", "heading": None, "roles": [], "text": "Giao Văn phòng chủ trì.", "children": []},
            ],
        },
        {"number": "I", "heading": "KHEN THƯỞNG", "roles": ["khen_thuong"], "text": "Giấy khen.", "children": []},
    ],
    "recipients": ["Như trên", "Lưu: VT"],
    "signer": {"authority": "TM. ỦY BAN NHÂN DÂN", "position": "CHỦ TỊCH", "name": "Lê Văn Tám"},
    "citations": [{"type": "Nghị định", "number": "30/2020/NĐ-CP", "date": None, "issuer": None}],
}


def as_output(gold: dict) -> dict:
    """The document that would be perfect: plain values turned into fields."""
    document = copy.deepcopy(gold)
    document["header"] = {k: None if v is None else {"value": v, "page": 1} for k, v in gold["header"].items()}
    document["recipients"] = [{"value": v} for v in gold["recipients"]]
    document["signer"] = {k: {"value": v} for k, v in gold["signer"].items()}
    return document


def test_perfect_output_scores_one_everywhere() -> None:
    scores = compare_document(GOLD, as_output(GOLD))
    assert [scores.overall(level) for level in ("exact", "strict", "fuzzy")] == [1.0, 1.0, 1.0]
    assert set(FLOOR_COMPONENTS) <= set(scores.components)
    assert not [miss for score in scores.components.values() for miss in score.misses]
    assert scores.tree_similarities == [1.0]


def test_value_where_the_gold_has_null_is_an_invention() -> None:
    output = as_output(GOLD)
    output["header"]["parent_body"] = {"value": "UBND HUYỆN"}
    score = compare_document(GOLD, output).components["header"]
    assert (score.gold, score.found, score.exact) == (3, 4, 3)
    assert score.misses[0].gold is None


def test_missing_value_lowers_recall_only() -> None:
    output = as_output(GOLD)
    output["header"]["date"] = None
    score = compare_document(GOLD, output).components["header"]
    assert score.precision(score.exact) == 1.0
    assert score.recall(score.exact) == pytest.approx(2 / 3)


def test_slightly_misread_value_is_fuzzy_but_not_exact() -> None:
    score = score_value("x", "x", "Tổ chức phong trào thi đua đẩy mạnh", "Tổ chức phong trào thi đua đẩy manh")
    assert (score.exact, score.fuzzy) == (0, 1)


def test_kinds_of_dashes_quotes_and_blanks_do_not_matter() -> None:
    assert is_exact("2026 – 2030 “Dân vận”", '2026 - 2030  "Dân vận"')
    assert not is_exact("đối tượng", "đôi tượng")


def test_gold_may_allow_several_answers() -> None:
    allowed = {"any": ["KT. CHỦ TỊCH", None]}
    assert score_value("x", "x", allowed, "KT. CHỦ TỊCH").exact == 1
    assert score_value("x", "x", allowed, None) == Score()
    assert score_value("x", "x", allowed, "CHỦ TỊCH").exact == 0


def test_lists_are_compared_without_their_order() -> None:
    score = score_list("recipients", ["Như trên", "Lưu: VT"], ["Lưu: VT", "Như trên", "Sở Nội vụ"])
    assert (score.gold, score.found, score.exact) == (2, 3, 2)


def test_inserted_node_does_not_shift_the_others() -> None:
    output = as_output(GOLD)
    output["sections"].insert(1, {"number": "7", "heading": "Thừa", "roles": [], "text": "", "children": []})
    scores = compare_document(GOLD, output)
    assert (scores.components["nodes"].exact, scores.components["nodes"].found) == (4, 5)
    assert scores.components["section_text"].exact_f1 == 1.0


def test_child_hung_under_the_wrong_parent_is_misplaced() -> None:
    output = as_output(GOLD)
    moved = output["sections"][0]["children"].pop()
    output["sections"][1]["children"].insert(0, moved)
    gold_nodes, found_nodes = flatten(GOLD["sections"]), flatten(output["sections"])
    pairs = align(gold_nodes, found_nodes)
    assert not all(is_placed(i, gold_nodes, found_nodes, pairs) for i in range(len(gold_nodes)))
    assert tree_similarity(gold_nodes, found_nodes) == pytest.approx(1 - 2 / 8)


def test_two_sections_with_one_number_are_told_apart() -> None:
    nodes = flatten(GOLD["sections"])
    assert align(nodes, nodes) == {i: i for i in range(len(nodes))}


def test_invented_role_and_missing_role_are_both_counted() -> None:
    output = as_output(GOLD)
    output["sections"][1]["roles"] = ["noi_dung"]
    score = compare_document(GOLD, output).components["roles"]
    assert (score.gold, score.found, score.exact) == (4, 4, 3)


def test_citation_is_exact_only_when_all_that_gold_lists_agree() -> None:
    found = [{"type": "Nghị định", "number": "30/2020/NĐ-CP", "date": "2020-03-05", "issuer": None}]
    whole, single = score_items("citations", GOLD["citations"], found, ("type", "number", "date"), ("number",))
    assert (whole.gold, whole.found, whole.exact) == (1, 1, 0)
    assert single["number"].exact == 1


def test_parts_the_gold_lacks_are_not_scored() -> None:
    scores = compare_document({"header": GOLD["header"]}, as_output(GOLD))
    assert "nodes" not in scores.components
    assert scores.overall() == 1.0


def test_long_texts_are_shown_where_they_first_differ() -> None:
    output = as_output(GOLD)
    output["sections"][0]["children"][0]["text"] = "- Nâng cao chất lương."
    (miss,) = compare_document(GOLD, output).components["section_text"].misses
    assert "lượng" in miss.gold
    assert "lương" in miss.found


def test_documents_are_found_by_name_in_an_output_folder(tmp_path: Path) -> None:
    gold, out = tmp_path / "gold", tmp_path / "out"
    (out / "documents" / "2024").mkdir(parents=True)
    gold.mkdir()
    (gold / "a.json").write_text(json.dumps(GOLD), encoding="utf-8")
    (gold / "b.json").write_text(json.dumps({**GOLD, "doc": "kh-99"}), encoding="utf-8")
    (out / "documents" / "2024" / "kh-12.pdf.json").write_text(json.dumps(as_output(GOLD)), encoding="utf-8")
    evaluation = evaluate(gold, out)
    assert list(evaluation.documents) == ["kh-12"]
    assert evaluation.missing == ["kh-99"]
    assert evaluation.as_dict()["overall"]["exact"] == 1.0
    assert "no output for: kh-99" in format_evaluation(evaluation)


def test_report_lists_each_miss_once(tmp_path: Path) -> None:
    output = as_output(GOLD)
    output["header"]["number"] = {"value": "13/KH-UBND"}
    (tmp_path / "gold.json").write_text(json.dumps(GOLD), encoding="utf-8")
    (tmp_path / "out.json").write_text(json.dumps(output), encoding="utf-8")
    evaluation = evaluate(tmp_path / "gold.json", tmp_path / "out.json")
    ((_, miss),) = all_misses(evaluation)
    assert (miss.gold, miss.found) == ("12/KH-UBND", "13/KH-UBND")


def test_missing_gold_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        evaluate(tmp_path, tmp_path)


def test_section_may_allow_several_answers() -> None:
    gold = copy.deepcopy(GOLD)
    gold["sections"][1]["number"] = {"any": [None, "PHỤ LỤC"]}
    gold["sections"][1]["heading"] = {"any": ["PHỤ LỤC", "KHEN THƯỞNG"]}
    output = as_output(GOLD)
    output["sections"][1]["number"] = "PHỤ LỤC"
    scores = compare_document(gold, output)
    assert scores.components["nodes"].exact_f1 == 1.0
    assert scores.components["headings"].exact_f1 == 1.0


def test_optional_item_counts_neither_when_found_nor_when_missing() -> None:
    gold = [{"number": "1/KH"}, {"number": "2/KH", "optional": True}]
    for found in ([{"number": "1/KH"}, {"number": "2/KH"}], [{"number": "1/KH"}]):
        whole, _ = score_items("citations", gold, found, ("number",), ("number",))
        assert (whole.gold, whole.found, whole.exact) == (1, 1, 1)


def write_output(out: Path, name: str, pages: list[list[str]]) -> None:
    records = [
        {"number": number, "lines": [{"text": line} for line in lines]} for number, lines in enumerate(pages, start=1)
    ]
    path = out / "documents" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"pages": records}), encoding="utf-8")


def test_gold_text_beside_the_gold_json_is_compared_too(tmp_path: Path) -> None:
    gold, out = tmp_path / "gold", tmp_path / "out"
    gold.mkdir()
    (gold / "kh-12.pdf.json").write_text(json.dumps({"doc": "kh-12.pdf", "preamble": []}), encoding="utf-8")
    (gold / "kh-12.pdf.txt").write_text("Kế hoạch\nnăm 2024\f\nhết", encoding="utf-8")
    write_output(out, "kh-12.pdf", [["Kế hoach", "năm 2024"], ["hết"]])
    evaluation = evaluate(gold, out)
    rates = evaluation.texts["kh-12.pdf"]
    assert (rates["WER"].errors, rates["WER"].total) == (1, 5)
    assert rates["diacritic errors"].errors == 1
    assert "kh-12.pdf" in format_evaluation(evaluation)


def test_gold_text_of_some_pages_is_compared_with_those_pages(tmp_path: Path) -> None:
    gold, out = tmp_path / "gold", tmp_path / "out"
    gold.mkdir()
    (gold / "kh-9_p2.txt").write_text("trang hai", encoding="utf-8")
    write_output(out, "2024/kh-9.pdf", [["trang một"], ["trang hai"], ["trang ba"]])
    evaluation = evaluate(gold, out)
    assert evaluation.texts["kh-9_p2"]["WER"].errors == 0
    assert evaluation.texts["kh-9_p2"]["words invented"].errors == 0
