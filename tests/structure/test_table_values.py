"""Typed values from tables: ten tables of plans, each with what it says and what it does not."""

from __future__ import annotations

import pytest

from tests.structure.samples import find, structure_of

HEAD = "ỦY BAN NHÂN DÂN\nXÃ HÒA PHONG\nSố: 28/KH-UBND\n\n# KẾ HOẠCH\nThi đua năm 2024\n\n## II. TỔ CHỨC THỰC HIỆN\n\n"

# Each: the table's rows; (actor, action); (due, bound, what, who); (value, comparison, subject).
TABLES = {
    "a schedule": (
        "STT|Nội dung|Thời gian\n1|Ban hành kế hoạch|Trước ngày 15/3/2024\n2|Báo cáo tổng kết|30/11/2024",
        [],
        [("2024-03-15", "before", "Ban hành kế hoạch", None), ("2024-11-30", "on", "Báo cáo tổng kết", None)],
        [],
    ),
    "an assignment": (
        "TT|Nhiệm vụ|Đơn vị thực hiện|Thời hạn hoàn thành\n1|Tuyên truyền|Hội Nông dân|Tháng 5/2024",
        [("Hội Nông dân", "Tuyên truyền")],
        [("2024-05", "during", "Tuyên truyền", "Hội Nông dân")],
        [],
    ),
    "criteria with points": (
        "STT|Tiêu chí|Điểm tối đa\n1|Chấp hành chủ trương|20\n2|Kết quả phong trào|30,5",
        [],
        [],
        [(20.0, "at_most", "Chấp hành chủ trương"), (30.5, "at_most", "Kết quả phong trào")],
    ),
    "points that are given": ("Tiêu chí|Điểm\nCó sáng kiến|5 điểm", [], [], [(5.0, "exactly", "Có sáng kiến")]),
    "a quarter": (
        "Hoạt động|Chủ trì|Thời gian\nHội thi|Đoàn thanh niên|Quý II/2024",
        [("Đoàn thanh niên", "Hội thi")],
        [("2024-Q2", "during", "Hội thi", "Đoàn thanh niên")],
        [],
    ),
    "an empty cell": (
        "Công việc|Người phụ trách|Thời hạn\nChuẩn bị hội trường| |\nIn tài liệu|Văn phòng|",
        [("Văn phòng", "In tài liệu")],
        [],
        [],
    ),
    "a year that is not printed": (
        "Nội dung|Thời hạn\nNộp hồ sơ|Trước ngày 01/12",
        [],
        [("--12-01", "before", "Nộp hồ sơ", None)],
        [],
    ),
    "two actors": (
        "Nội dung|Cơ quan chủ trì|Cơ quan phối hợp|Thời gian\nRà soát|Công an xã|Các thôn|10/6/2024",
        [("Công an xã", "Rà soát")],
        [("2024-06-10", "on", "Rà soát", "Công an xã")],
        [],
    ),
    "a list of names": ("STT|Họ và tên|Chức vụ\n1|Nguyễn Văn An|Trưởng ban\n2|Lê Thị Bình|Ủy viên", [], [], []),
    "figures without heads": ("1|20|30\n2|40|50", [], [], []),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_a_row_says_who_does_what_until_when_and_for_how_many_points(name: str) -> None:
    table, tasks, deadlines, thresholds = TABLES[name]
    head, *rows = [f"| {row.replace('|', ' | ')} |" for row in table.split("\n")]
    rule = "|" + "---|" * (head.count("|") - 1)
    plan = structure_of(HEAD + "\n".join([head, rule, *rows]) + "\n").plan
    found = plan or structure_of("").plan
    assert [(one.actor, one.action) for one in (found.tasks if found else [])] == tasks
    assert [(d.due, d.bound, d.what, d.who) for d in (found.deadlines if found else [])] == deadlines
    assert [(t.value, t.comparison, t.subject) for t in (found.thresholds if found else [])] == thresholds


def test_each_value_leads_back_to_its_cell() -> None:
    table = "| Nhiệm vụ | Đơn vị thực hiện | Thời hạn |\n|---|---|---|\n| Tuyên truyền | Hội Nông dân | 10/6/2024 |\n"
    structure = structure_of(HEAD + table)
    assert structure.plan is not None
    values = (*structure.plan.tasks, *structure.plan.deadlines)
    assert [value.text for value in values] == ["Tuyên truyền", "10/6/2024"]
    for value in values:
        assert value.section is not None
        assert find(structure.sections, value.section).text[value.start : value.end] == value.text
