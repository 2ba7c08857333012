"""Entities found in text written for these tests: the right words, the right kind, and what is not one."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.structure.entities.find import document_entities, find_entities, resolve
from pipeline.structure.entities.names import Label, Span, lower
from pipeline.structure.lines.model import Node, Paragraph


def found(text: str) -> list[tuple[str, str]]:
    return [(span.label.value, text[span.start : span.end]) for span in find_entities(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "theo Nghị định số 30/2020/NĐ-CP của Chính phủ",
            [("CITATION", "Nghị định số 30/2020/NĐ-CP"), ("ORG", "Chính phủ")],
        ),
        ("họp ngày 05/3/2025 và 06/3/2025", [("DATE", "ngày 05/3/2025"), ("DATE", "06/3/2025")]),
        ("từ ngày 06 - 15/11/2023", [("DATE", "ngày 06 - 15/11/2023")]),
        ("trong Quý I/2025, giai đoạn 2025 - 2030", [("DATE", "Quý I/2025"), ("DATE", "giai đoạn 2025 - 2030")]),
        ("chi 20.000.000 đồng cho 05-10 cá nhân", [("QUANTITY", "20.000.000 đồng"), ("QUANTITY", "05-10 cá nhân")]),
        ("đạt trên 95%", [("QUANTITY", "95%")]),
        ("tại xã Hòa Bình, huyện Chợ Mới", [("LOC", "xã Hòa Bình"), ("LOC", "huyện Chợ Mới")]),
        ("về thôn Rẫy Gió", [("LOC", "thôn Rẫy Gió")]),
        ("ở TP. Rạch Giá", [("LOC", "TP. Rạch Giá")]),
        ("đến Kiên Giang công tác", [("LOC", "Kiên Giang")]),
        ("gửi UBND huyện Châu Thành", [("ORG", "UBND huyện Châu Thành")]),
        ("UBND TP. Hà Nội họp", [("ORG", "UBND TP. Hà Nội")]),
        ("Công ty TNHH đầu tư", [("ORG", "Công ty TNHH")]),
        ("TP. HCM Nguyễn Thị Sáu", [("LOC", "TP. HCM"), ("PER", "Nguyễn Thị Sáu")]),
        ("UBND TP Lê Văn Tám nói", [("ORG", "UBND TP"), ("PER", "Lê Văn Tám")]),
        ("phòng Nội vụ huyện tổng hợp", [("ORG", "phòng Nội vụ huyện")]),
        ("Sở Văn hóa, Thể thao và Du lịch tỉnh", [("ORG", "Sở Văn hóa, Thể thao và Du lịch tỉnh")]),
        ("Trường Đại học Tây Đô tổ chức", [("ORG", "Trường Đại học Tây Đô")]),
        ("Uỷ ban nhân dân xã Hoà Bình", [("ORG", "Uỷ ban nhân dân xã Hoà Bình")]),
        ("bà Trần Thị Mai chủ trì", [("PER", "Trần Thị Mai")]),
        ("BS. Lê Sơn LH: 0900", [("PER", "Lê Sơn")]),
        ("do Nguyễn Thị Thu Hà ký", [("PER", "Nguyễn Thị Thu Hà")]),
        ("Ông Trần An Hiệu trưởng Trưởng ban", [("PER", "Trần An")]),
        ("Bà Lê Thị Hoa Phó Hiệu trưởng", [("PER", "Lê Thị Hoa")]),
        ("Bà Lê Thị Hoa P. Trưởng Phòng TC-HC Ủy viên", [("PER", "Lê Thị Hoa"), ("ORG", "Phòng TC-HC")]),
        ("Nguyễn Văn Trưởng, cán bộ xã", [("PER", "Nguyễn Văn Trưởng")]),
        ("ở khu phố 1, phường Vĩnh Thông", [("LOC", "khu phố 1"), ("LOC", "phường Vĩnh Thông")]),
        ("chính sách thuốc của Việt Nam", [("LOC", "Việt Nam")]),
        ("TT. Minh lương", [("LOC", "TT. Minh lương")]),
        ("gửi Phòng Y tế huyện, thị, thành phố", [("ORG", "Phòng Y tế huyện, thị, thành phố")]),
        ("Ban Tuyên giáo Thị ủy họp", [("ORG", "Ban Tuyên giáo Thị ủy")]),
        ("Hội đồng thi đua khen thưởng của Sở xét", [("ORG", "Hội đồng thi đua khen thưởng của Sở")]),
        ("Văn phòng Sở tổng hợp", [("ORG", "Văn phòng Sở")]),
        ("Bệnh viện đa khoa Kiên Giang", [("ORG", "Bệnh viện đa khoa Kiên Giang")]),
        ("Bệnh viện đa khoa huyện Gò Quao", [("ORG", "Bệnh viện đa khoa huyện Gò Quao")]),
        ("Trung tâm Chăm sóc Sức khỏe sinh sản", [("ORG", "Trung tâm Chăm sóc Sức khỏe sinh sản")]),
        ("Trung tâm KT&ĐBCLGD", [("ORG", "Trung tâm KT&ĐBCLGD")]),
        ("Khoa Kiểm soát nhiễm khuẩn giám sát", [("ORG", "Khoa Kiểm soát nhiễm khuẩn")]),
        ("Sở GTVT và Thông tấn xã Việt Nam", [("ORG", "Sở GTVT"), ("ORG", "Thông tấn xã Việt Nam")]),
    ],
)
def test_entity_is_found_with_its_kind(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "thực hiện nhiệm vụ cải cách hành chính",
        "số liệu, chỉ số và bộ tiêu chí",
        "Trường hợp khác do thủ trưởng quyết định",
        "hòa bình và phát triển",
        "điểm 5 của mục 2",
        "năng lực cạnh tranh cấp Sở DDCI",
        "Các Trung tâm Y tế có giường bệnh",
        "Phòng, chống dịch bệnh",
        "Lô F7-19 Tô Vĩnh Diện, đã xây",
        "1097 Phan Đăng Lưu, tổ 4",
        "Ngày Nhà giáo Việt Nam",
        "TRƯỜNG KHOA",
        "Phó Trưởng Ban Thường trực",
    ],
)
def test_ordinary_words_are_no_entities(text: str) -> None:
    assert found(text) == []


def test_street_named_after_a_person_is_no_person() -> None:
    assert ("PER", "Trần Hưng Đạo") not in found("số 12 đường Trần Hưng Đạo")


def test_place_inside_a_persons_name_is_no_place() -> None:
    assert found("ông Trương Hòa Bình phát biểu") == [("PER", "Trương Hòa Bình")]


def test_province_between_office_and_name_ends_the_office() -> None:
    assert found("Chủ tịch UBND tỉnh Quảng Ngãi Nguyễn Hoàng Giang kết luận") == [
        ("ORG", "UBND tỉnh Quảng Ngãi"),
        ("PER", "Nguyễn Hoàng Giang"),
    ]


def test_surer_kind_wins_then_the_longer_one() -> None:
    spans = [Span(Label.PLACE, 5, 15), Span(Label.BODY, 0, 15), Span(Label.DATE, 14, 20), Span(Label.BODY, 0, 8)]
    assert resolve(spans) == [Span(Label.BODY, 0, 8), Span(Label.DATE, 14, 20)]


def test_entities_name_their_section_and_offsets() -> None:
    tree = [Node(heading="I", children=(Node(paragraphs=(Paragraph("Họp ngày"), Paragraph("Tại xã Tân Hội."))),))]
    (entity,) = document_entities(tree)
    assert (entity.section, entity.label, entity.text) == ("1.1", "LOC", "xã Tân Hội")
    assert tree[0].children[0].text[entity.start : entity.end] == entity.text


@given(st.text(alphabet=st.sampled_from("aAăĐđ Ưừ.,;:-–/\n0123456789%xãUBNDngày"), max_size=120))
def test_any_text_gives_ordered_spans_without_overlap(text: str) -> None:
    spans = find_entities(text)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(first.end <= second.start for first, second in pairwise(spans))


@given(st.text(max_size=100))
def test_lower_keeps_every_place(text: str) -> None:
    assert len(lower(text)) == len(text)


def test_a_position_after_a_title_is_no_person() -> None:
    assert [span for span in find_entities("mời đồng chí Phó Chủ tịch phụ trách") if span.label == "PER"] == []


@pytest.mark.parametrize(
    ("text", "label", "expected"),
    [
        ("Chiến sĩ thi đua cơ sở: 05 đồng chí; thưởng 500.000 đồng.", "QUANTITY", ["05 đồng chí", "500.000 đồng"]),
        ("Báo cáo trước ngày 20 tháng cuối quý.", "QUANTITY", []),
        ("Bằng khen của Ban Thường vụ Tỉnh đoàn.", "ORG", ["Ban Thường vụ Tỉnh đoàn"]),
        ("Chủ tịch UBND đặc khu tặng Giấy khen.", "ORG", ["UBND đặc khu"]),
        ("Kỷ niệm ngày sinh Chủ tịch Hồ Chí Minh.", "LOC", []),
    ],
)
def test_words_of_unions_special_zones_and_comrades(text: str, label: str, expected: list[str]) -> None:
    found = document_entities([Node(heading="Nội dung", paragraphs=(Paragraph(text),))])
    assert [entity.text for entity in found if entity.label == label] == expected
