"""What is concluded of a document: body, level, area with codes, year, period; and what is not concluded."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.digitise import Stages, digitise
from pipeline.records import SourceRecord
from pipeline.schema import (
    AuthorityLevel,
    DateValue,
    Document,
    FieldValue,
    Header,
    NumberValue,
    Signer,
    Source,
    Status,
    Witness,
)
from pipeline.settings import Settings
from pipeline.structure.derived import derive
from pipeline.structure.derived.bodies import area_of, level_of, normal_form
from pipeline.structure.entities.admin_units import NEW, OLD, Rank, all_units, named, province_of, unit

SEEDS = Path(__file__).resolve().parents[2].parent / "shared" / "seeds"


def document(
    *, body: str | None = None, parent: str | None = None, place: str | None = None, date: str | None = None,
    subject: str | None = None, number: str | None = None, preamble: tuple[str, ...] = (),
    recipients: tuple[str, ...] = (), signers: tuple[str, ...] = (), path: str = "kh.pdf", status: Status = Status.OK,
) -> Document:  # fmt: skip
    def field(value: str | None) -> FieldValue | None:
        return FieldValue(value=value) if value else None

    return Document(
        doc_id="sha256:0",
        source=Source(path=path, sha256="0", bytes=1),
        status=status,
        header=Header(
            parent_body=field(parent), issuing_body=field(body),
            number=NumberValue(value=number) if number else None, place=field(place),

            date=DateValue(value=date) if date else None, subject=field(subject),
        ),
        preamble=list(preamble),
        recipients=[FieldValue(value=value) for value in recipients],
        signers=[Signer(authority=FieldValue(value=value)) for value in signers],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("printed", "normal"),
    [
        ("UBND XÃ PHÚ KHÊ", "Ủy ban nhân dân xã Phú Khê"),
        ("ỦY BAN NHÂN DÂN THỊ XÃ TÂN HÒA", "Ủy ban nhân dân thị xã Tân Hòa"),
        ("U.B.N.D TỈNH KIÊN GIANG", "Ủy ban nhân dân tỉnh Kiên Giang"),
        ("SỞ Y TẾ", "Sở Y tế"),
        ("SỞ GD&ĐT LAM GIANG", "Sở Giáo dục và Đào tạo Lam Giang"),
        ("SỞ THÔNG TIN VÀ TRUYỀN THÔNG", "Sở Thông tin và Truyền thông"),
        ("BỆNH VIỆN ĐA KHOA KHU VỰC TÂN HÒA", "Bệnh viện đa khoa khu vực Tân Hòa"),
        ("LIÊN ĐOÀN LAO ĐỘNG THỊ XÃ TÂN HÒA", "Liên đoàn Lao động thị xã Tân Hòa"),
        ("TRƯỜNG PTDTNT THCS&THPT MÈO VĂN", "Trường PTDTNT THCS&THPT Mèo Văn"),
        ("Trường Đại học Tây Đô", "Trường Đại học Tây Đô"),
    ],
)
def test_a_body_is_named_in_the_case_of_running_text_with_abbreviations_spelt_out(printed: str, normal: str) -> None:
    assert normal_form(printed) == normal


@settings(deadline=None)  # the first example loads the lists
@given(st.text())
@example("lO")
def test_no_text_makes_the_normal_form_fail_or_grow_without_reason(text: str) -> None:
    once = normal_form(text)
    assert normal_form(once) == once
    level_of(once)
    area_of(once)


@pytest.mark.parametrize(
    ("body", "level"),
    [
        ("Ủy ban nhân dân xã Phú Khê", AuthorityLevel.XA),
        ("Ủy ban nhân dân thị trấn Ba Khe", AuthorityLevel.XA),
        ("Ủy ban nhân dân thành phố Đà Lạt", AuthorityLevel.HUYEN),
        ("Ủy ban nhân dân thành phố Đà Nẵng", AuthorityLevel.TINH),
        ("Hội đồng nhân dân tỉnh An Giang", AuthorityLevel.TINH),
        ("Sở Nội vụ", AuthorityLevel.SO),
        ("Bộ Y tế", AuthorityLevel.BO),
        ("Bộ Chỉ huy Quân sự tỉnh An Giang", AuthorityLevel.KHAC),
        ("Phòng Nội vụ", AuthorityLevel.PHONG),
        ("Trường Tiểu học Lê Lợi", AuthorityLevel.TRUONG),
        ("Bệnh viện đa khoa Kiên Giang", AuthorityLevel.BENH_VIEN),
        ("Hội Nông dân huyện Sơn Hạ", AuthorityLevel.DOAN_THE),
        ("Hội đồng nhân dân xã Phú Khê", AuthorityLevel.XA),
        ("Huyện ủy Bắc Lũng", AuthorityLevel.DANG),
    ],
)
def test_the_level_is_told_by_the_body(body: str, level: AuthorityLevel) -> None:
    assert level_of(body) is level


def test_a_commune_of_a_frequent_name_is_told_by_the_district_that_the_reasons_name() -> None:
    assert len([one for one in named(Rank.COMMUNE, "Hòa Phong") if one.age == OLD]) > 1
    derived = derive(
        document(
            body="UBND XÃ HÒA PHONG", date="2024-12-09",
            preamble=("Thực hiện Kế hoạch số 267/KH-UBND ngày 29/11/2024 của Ủy ban nhân dân thị xã Mỹ Hào;",),
        )
    )  # fmt: skip
    assert derived and derived.commune and derived.district and derived.province
    assert (derived.commune.code, derived.district.code, derived.province.code) == ("12115", "328", "33")
    assert derived.province.sources == [Witness.GAZETTEER]


def test_a_commune_of_a_frequent_name_alone_has_a_name_and_no_code() -> None:
    derived = derive(document(body="UBND XÃ HÒA PHONG", date="2024-12-09"))
    assert derived and derived.commune
    assert (derived.commune.name, derived.commune.code, derived.province) == ("Xã Hòa Phong", None, None)


def test_a_commune_that_lies_elsewhere_than_the_letterhead_says_gets_no_code() -> None:
    derived = derive(document(parent="UBND HUYỆN SƠN HẠ", body="UBND XÃ PHÚ KHÊ", date="2023-01-02"))
    assert derived and derived.commune and derived.district
    assert derived.commune.code is None
    assert derived.district.name == "Huyện Sơn Hạ"


def test_a_department_has_the_province_of_its_parent_body_or_its_date_line() -> None:
    by_parent = derive(document(parent="UBND TỈNH KIÊN GIANG", body="SỞ Y TẾ", date="2017-11-06"))
    by_place = derive(document(body="SỞ Y TẾ", place="Kiên Giang", date="2017-11-06"))
    for derived in (by_parent, by_place):
        assert derived and derived.province
        assert (derived.province.code, derived.province.code_2025) == ("91", "91")
        assert derived.province.name_2025 == "Tỉnh An Giang"
        assert (derived.commune, derived.district) == (None, None)


def test_without_a_letterhead_the_body_is_who_issues_the_plan_in_its_reasons() -> None:
    derived = derive(
        document(
            preamble=(
                "Thực hiện Quyết định số 2142/QĐ-UBND của UBND tỉnh ban hành Kế hoạch cải cách hành chính;",
                "Sở Xây dựng ban hành Kế hoạch phát động phong trào thi đua, cụ thể như sau:",
            )
        )
    )
    assert derived and derived.body
    assert (derived.body.value, derived.body.sources, derived.level) == (
        "Sở Xây dựng", [Witness.PREAMBLE], AuthorityLevel.SO,
    )  # fmt: skip


def test_a_body_whose_decision_is_cited_is_not_the_one_that_issues() -> None:
    derived = derive(document(preamble=("Căn cứ Quyết định số 2142/QĐ-UBND của UBND tỉnh An Giang ban hành Quy chế;",)))
    assert derived
    assert derived.body is None


def test_two_bodies_that_sign_together_leave_the_issuing_body_open() -> None:
    derived = derive(document(signers=("TM. BAN CHẤP HÀNH CÔNG ĐOÀN", "TM. ỦY BAN NHÂN DÂN XÃ PHÚ KHÊ")))
    assert derived
    assert derived.body is None


def test_a_failed_file_has_nothing_derived() -> None:
    assert derive(document(body="SỞ Y TẾ", status=Status.FAILED)) is None


def test_the_year_is_the_dates_then_the_numbers_then_the_subjects_then_the_folders() -> None:
    def year(**parts: str) -> str | None:
        derived = derive(document(**parts))  # type: ignore[arg-type]
        return derived.year.value if derived and derived.year else None

    assert year(date="2024-03", subject="Kế hoạch năm 2025") == "2024"
    assert year(number="15/2010/QĐ-UBND") == "2010"
    assert year(subject="Phát động phong trào thi đua năm 2022", path="2021/kh.pdf") == "2022"
    assert year(subject="Chương trình giai đoạn 2021-2025", path="luu tru 2021/kh.pdf") == "2021"
    assert year(subject="Chương trình giai đoạn 2021-2025") is None


def test_the_period_is_what_the_subject_says() -> None:
    derived = derive(document(subject="Đẩy mạnh dân vận chính quyền, giai đoạn 2024-2026"))
    assert derived and derived.period
    assert (derived.period.begins, derived.period.ends) == ("2024", "2026")


def test_the_list_of_units_holds_together() -> None:
    for one in all_units():
        assert province_of(one) is not None
        for code in one.became:
            assert unit(NEW, one.rank, code) is not None


@pytest.mark.shared
@pytest.mark.skipif(not SEEDS.is_dir(), reason="needs ../shared/seeds")
@pytest.mark.parametrize(
    ("seed", "body", "level", "year"),
    [
        ("000_3ab27f7ef8d554b2", "Ủy ban nhân dân xã Thanh Thùy", AuthorityLevel.XA, "2024"),
        ("001_fc5f79a73a9cda40", "Ủy ban nhân dân thị xã Ninh Hòa", AuthorityLevel.HUYEN, "2022"),
        ("002_e38bf9da964094ce", "Sở Xây dựng", AuthorityLevel.SO, "2024"),
        ("003_78ed66be16d0d4fa", "Ủy ban nhân dân xã Thượng Phúc", AuthorityLevel.XA, "2026"),
        ("004_62a46b666759aec4", "Ủy ban nhân dân xã Hòa Phong", AuthorityLevel.XA, "2024"),
    ],
)
def test_each_seed_has_its_body_level_and_year(seed: str, body: str, level: AuthorityLevel, year: str) -> None:
    path = SEEDS / f"{seed}.txt"
    record = SourceRecord.of(path, path.name)
    derived = digitise(path, record, Stages.load(Settings())).derived
    assert derived and derived.body and derived.year
    assert (derived.body.value, derived.level, derived.year.value) == (body, level, year)
