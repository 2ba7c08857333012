"""Citations: type, number, date, issuer and title, in lists and over line breaks, each act once."""

from __future__ import annotations

import pytest

from pipeline.structure.entities.citations import mentions
from tests.structure.samples import COMMUNE_PLAN, structure_of

Cited = tuple[str | None, str | None, str | None, str | None, str | None]


def cited(text: str) -> list[Cited]:
    return [
        (c.citation.type, c.citation.number, c.citation.date, c.citation.issuer, c.citation.title)
        for c in mentions(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Căn cứ Quyết định số 12/QĐ-UBND ngày 21/01/2022 của UBND thị xã Sơn Trà ban hành Kế hoạch cải cách;",
            ("Quyết định", "12/QĐ-UBND", "2022-01-21", "UBND thị xã Sơn Trà", "ban hành Kế hoạch cải cách"),
        ),
        (
            "Căn cứ Chỉ thị 41-CT/TW ngày 26 tháng 12 năm 2024 của Bộ Chính trị về công tác thi đua.",
            ("Chỉ thị", "41-CT/TW", "2024-12-26", "Bộ Chính trị", "công tác thi đua"),
        ),
        (
            "theo Quyết định số 12/QĐ-BVHTTDL ngày 5/3/2024 của Bộ Văn hóa, Thể thao và Du lịch về chuyển đổi số;",
            ("Quyết định", "12/QĐ-BVHTTDL", "2024-03-05", "Bộ Văn hóa, Thể thao và Du lịch", "chuyển đổi số"),
        ),
        (
            "Kế hoạch số 15/KH-UBND ngày 5/3/2024 của UBND tỉnh, Sở Y tế và Công an tỉnh phối hợp",
            ("Kế hoạch", "15/KH-UBND", "2024-03-05", "UBND tỉnh", None),
        ),
        (
            "theo 304/OĐ-UB ngày 5/3/2004 của UBND tỉnh",
            ("Quyết định", "304/QĐ-UB", "2004-03-05", "UBND tỉnh", None),
        ),
        (
            "theo công văn số 988/SNV-TĐKT ngày 5/3/2024 của Sở Nội vụ",
            ("Công văn", "988/SNV-TĐKT", "2024-03-05", "Sở Nội vụ", None),
        ),
        (
            "Thông tư số 05/2024/TT-BGDĐT ngày 29/3/2024 của Bộ Giáo dục và Đào tạo quy định về thi đua;",
            ("Thông tư", "05/2024/TT-BGDĐT", "2024-03-29", "Bộ Giáo dục và Đào tạo", "quy định về thi đua"),
        ),
        (
            "Nghị quyết số 08/NQ-HĐND của Hội đồng nhân dân xã ngày 22/12/2023 về kinh tế - xã hội, UBND xã xây dựng:",
            ("Nghị quyết", "08/NQ-HĐND", "2023-12-22", "Hội đồng nhân dân xã", "kinh tế - xã hội"),
        ),
        (
            "Nghị định số 109/2016/NĐ-CP, ngày 01/7/2016, của Chính phủ quy định cấp chứng chỉ hành nghề",
            ("Nghị định", "109/2016/NĐ-CP", "2016-07-01", "Chính phủ", "quy định cấp chứng chỉ hành nghề"),
        ),
        (
            "Quyết định số 98/QĐ-SXD ngày 11/01/2024 về ban hành Kế hoạch năm 2024 của Sở Xây dựng.",
            ("Quyết định", "98/QĐ-SXD", "2024-01-11", "Sở Xây dựng", "ban hành Kế hoạch năm 2024 của Sở Xây dựng"),
        ),
        (
            "Căn cứ Luật khám bệnh, chữa bệnh số 40/2009/QH12, ngày 23 tháng 11 năm 2009;",
            ("Luật", "40/2009/QH12", "2009-11-23", None, "Luật khám bệnh, chữa bệnh"),
        ),
        ("theo Luật Thi đua, khen thưởng năm 2022", ("Luật", None, "2022", None, "Luật Thi đua, khen thưởng")),
        ("Bộ luật Lao động năm 2019", ("Bộ luật", None, "2019", None, "Bộ luật Lao động")),
        (
            "Căn cứ Luật Tài nguyên, môi trường biển và hải đảo ngày 25/6/2015;",
            ("Luật", None, "2015-06-25", None, "Luật Tài nguyên, môi trường biển và hải đảo"),
        ),
        (
            "Luật sửa đổi, bổ sung một số điều của Luật Di sản văn hóa ngày 18/6/2009;",
            ("Luật", None, "2009-06-18", None, "Luật sửa đổi, bổ sung một số điều của Luật Di sản văn hóa"),
        ),
        ("(Kèm theo Nghị định 152/2025/NĐ-CP)", ("Nghị định", "152/2025/NĐ-CP", None, None, None)),
    ],
)
def test_one_act(text: str, expected: Cited) -> None:
    assert cited(text) == [expected]


def test_a_list_of_acts_is_cut_between_them() -> None:
    text = (
        "Căn cứ Quyết định số 112/QĐ-UBND ngày 21/01/2022 của UBND thị xã về cải cách; Quyết định số 458/QĐ-UBND"
        " ngày 25/02/2022 của UBND thị xã ban hành Kế hoạch tuyên truyền và Công văn số 7/UBND-NC ngày 01/3/2022;"
    )
    assert [item[1] for item in cited(text)] == ["112/QĐ-UBND", "458/QĐ-UBND", "7/UBND-NC"]
    assert [item[4] for item in cited(text)] == ["cải cách", "ban hành Kế hoạch tuyên truyền", None]


@pytest.mark.parametrize(
    "text",
    [
        "khen từ 01-03 tập thể và 05-10 cá nhân",
        "giai đoạn 2021-2025, tỷ lệ 90/100",
        "Đảm bảo đúng pháp luật, kỷ luật lao động",
        "Khoa Luật Ủy viên",
        "Kế hoạch này có hiệu lực từ ngày 30/11/2024",
        "Liên hệ số 0913 687 873, phòng 12/A",
    ],
)
def test_what_is_no_citation(text: str) -> None:
    assert cited(text) == []


def test_the_same_act_is_one_entry_and_later_mentions_fill_its_gaps() -> None:
    structure = structure_of(
        "KẾ HOẠCH\n\nThi đua\n\nThực hiện Kế hoạch số 28/KH-UBND của UBND xã;\n\nI. NỘI DUNG\n\n"
        "1. Thực hiện Kế hoạch số 28/KH-UBND ngày 07/02/2024 của UBND xã về cải cách hành chính.\n\n"
        "2. Theo Luật Lưu trữ và Luật lưu trữ năm 2024.\n"
    )
    assert [(c.number, c.date, c.title) for c in structure.citations] == [
        ("28/KH-UBND", "2024-02-07", "cải cách hành chính"),
        (None, "2024", "Luật Lưu trữ"),
    ]


def test_citations_over_line_breaks_are_in_order_of_first_mention() -> None:
    wrapped = structure_of(COMMUNE_PLAN.replace("của Ban Thường vụ Huyện ủy", "của Ban\nThường vụ Huyện ủy"))
    assert [(c.type, c.number, c.issuer) for c in wrapped.citations] == [
        ("Luật", None, None),
        ("Kế hoạch", "12-KH/HU", "Ban Thường vụ Huyện ủy Bắc Sơn"),
    ]


def test_a_document_does_not_cite_itself() -> None:
    structure = structure_of(
        "UBND XÃ A\nSố: 12/KH-UBND\n\nKẾ HOẠCH\nThi đua\n\n"
        "I. NỘI DUNG\nTheo Kế hoạch số 12/KH-UBND và Kế hoạch số 9/KH-UBND.\n"
    )
    assert [c.number for c in structure.citations] == ["9/KH-UBND"]


def test_a_law_inside_an_acts_title_is_cited_too() -> None:
    text = (
        "Nghị định số 91/2017/NĐ-CP ngày 31 tháng 7 năm 2017 của Chính phủ quy định chi tiết thi hành một số điều của "
        "Luật Thi đua, khen thưởng; Nghị định số 12/2019/NĐ-CP của Chính phủ hướng dẫn Luật Muông thú, cây cảnh và hoa."
    )
    found = [(mention.citation.number, mention.citation.title) for mention in mentions(text)]
    assert (None, "Luật Thi đua, khen thưởng") in found
    assert (None, "Luật Muông thú, cây cảnh và hoa") in found


def test_a_law_named_by_its_number_alone_has_no_title() -> None:
    text = (
        "Luật Đất đai số 31/2024/QH15 được sửa đổi bởi Luật số 43/2024/QH15, số 47/2024/QH15 và Luật số 58/2024/QH15."
    )
    found = [(mention.citation.number, mention.citation.title) for mention in mentions(text)]
    assert found == [
        ("31/2024/QH15", "Luật Đất đai"),
        ("43/2024/QH15", None),
        ("47/2024/QH15", None),
        ("58/2024/QH15", None),
    ]


@pytest.mark.parametrize(
    "fate",
    [
        "đã được sửa đổi, bổ sung một số điều theo Nghị định khác",
        ", được thay thế năm 2025",
        "hết hiệu lực kể từ ngày Nghị định này có hiệu lực",
        "và các Thông tư sửa đổi",
    ],
)
def test_what_became_of_an_act_is_no_part_of_its_title(fate: str) -> None:
    text = f"Nghị định số 29/2025/NĐ-CP ngày 24/02/2025 của Chính phủ quy định cơ cấu tổ chức của Bộ Tài chính {fate}."
    assert mentions(text)[0].citation.title == "quy định cơ cấu tổ chức của Bộ Tài chính"


def test_a_minister_at_the_end_of_a_title_is_the_issuer() -> None:
    text = "Thông tư số 15/2020/TT-BGDĐT ngày 26/5/2020 ban hành Quy chế thi của Bộ trưởng Bộ Giáo dục và Đào tạo."
    assert mentions(text)[0].citation.issuer == "Bộ trưởng Bộ Giáo dục và Đào tạo"
