"""E-signature fields of PDFs: who, when, what they show; numbers and days that signing software put into the gaps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.digitise import Stages, digitise
from pipeline.intake import open_source
from pipeline.intake.pdf.certificates import signer_of
from pipeline.intake.pdf.e_signatures import iso_time
from pipeline.records import SourceRecord
from pipeline.settings import IntakeSettings, Settings
from tests.intake.signed import Field, contents, name_of, signed_pdf

AUTHORITY = name_of(CN="Chung thuc so", O="Ban Co yeu")
OFFICE = name_of(O="Tỉnh Lam Giang", OU="Văn phòng", CN="Ủy ban nhân dân xã Phú Khê")
HOLDER = contents((AUTHORITY, AUTHORITY), (AUTHORITY, OFFICE))
LETTERHEAD = [
    (70, 780, "ỦY BAN NHÂN DÂN"),
    (90, 763, "XÃ PHÚ KHÊ"),
    (290, 780, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    (340, 763, "Độc lập - Tự do - Hạnh phúc"),
    (85, 735, "Số:"),
    (145, 735, "/KH-UBND"),
    (320, 735, "Phú Khê, ngày"),
    (430, 735, "tháng 3 năm 2025"),
    (260, 690, "KẾ HOẠCH"),
    (200, 672, "Sửa chữa đường làng năm 2025"),
    (90, 640, "I. MỤC ĐÍCH"),
    (90, 620, "Sửa chữa đường làng trước mùa mưa năm 2025 để người dân đi lại."),
    (90, 600, "Các thôn phân công người làm và báo cáo kết quả về Ủy ban nhân dân xã."),
]


def marks_of(path):
    with open_source(path, IntakeSettings()) as source:
        return next(iter(source.pages())).marks


def test_a_field_says_who_signed_when_and_what_it_shows(tmp_path):
    field = Field((300, 800, 500, 830), "Signed", "D:20250318101502+07'00'", HOLDER)
    (mark,) = marks_of(signed_pdf(tmp_path / "a.pdf", LETTERHEAD, [field]))
    assert mark.text == "Signed"
    assert mark.details == {
        "signer": "Ủy ban nhân dân xã Phú Khê",
        "organisation": "Văn phòng, Tỉnh Lam Giang",
        "time": "2025-03-18T10:15:02+07:00",
    }


def test_fields_that_overlap_keep_their_words_apart(tmp_path):
    one, two = Field((300, 790, 500, 820), "First"), Field((310, 792, 510, 822), "Second")
    assert [mark.text for mark in marks_of(signed_pdf(tmp_path / "a.pdf", LETTERHEAD, [one, two]))] == [
        "First",
        "Second",
    ]


@pytest.fixture(scope="module")
def stages():
    return Stages.load(Settings())


def header_of(path, stages):
    return digitise(path, SourceRecord.of(path, path.name), stages).header


def test_number_and_day_that_signing_put_into_the_gaps_are_print(tmp_path, stages):
    fields = [
        Field((107, 730, 140, 748), "28"),
        Field((404, 730, 426, 748), "18"),
        Field((300, 800, 500, 830), "Signed", "D:20250318101502+07'00'", HOLDER),
    ]
    header = header_of(signed_pdf(tmp_path / "a.pdf", LETTERHEAD, fields), stages)
    assert (header.number.value, header.number.kind, header.number.sources) == ("28/KH-UBND", "printed", ["annotation"])
    assert (header.date.value, header.date.parts.day) == ("2025-03-18", "printed")
    assert [(one.signer, one.time) for one in header.e_signatures] == [
        ("Ủy ban nhân dân xã Phú Khê", "2025-03-18T10:15:02+07:00")
    ]


def test_a_gap_without_a_field_stays_blank_whatever_was_signed(tmp_path, stages):
    field = Field((300, 800, 500, 830), "28", "D:20250318101502+07'00'", HOLDER)
    header = header_of(signed_pdf(tmp_path / "28 KH-UBND.pdf", LETTERHEAD, [field]), stages)
    assert (header.number.value, header.number.complete, header.number.kind) == ("/KH-UBND", False, "blank")
    assert header.date.value == "2025-03"


@pytest.mark.parametrize(
    ("stamp", "iso"),
    [
        ("D:20180321164100+07'00'", "2018-03-21T16:41:00+07:00"),
        ("D:20180321164100Z", "2018-03-21T16:41:00+00:00"),
        ("20180321", "2018-03-21"),
        ("D:20181399", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_pdf_s_time_is_told_in_iso(stamp, iso):
    assert iso_time(stamp) == iso


def test_the_signer_s_certificate_is_the_one_that_issued_no_other():
    assert signer_of(HOLDER).name == "Ủy ban nhân dân xã Phú Khê"
    assert signer_of(contents((OFFICE, AUTHORITY), (AUTHORITY, OFFICE))) is None


@given(st.binary(max_size=400), st.integers(0, 300))
def test_damaged_contents_name_nobody_and_never_raise(noise, cut):
    assert signer_of(noise) is None
    damaged = signer_of(HOLDER[:cut] + noise + HOLDER[cut + len(noise) :])
    assert damaged is None or damaged.organisation is None or isinstance(damaged.organisation, str)
