"""corpus/troubled: each file ends with the reason that its table gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import SohoaError, UnusableInputError
from pipeline.intake import open_source, walk_archive
from pipeline.settings import IntakeSettings

CORPUS = Path(__file__).parents[2] / "corpus"
EXPECTED = {
    "anh-bi-cat.jpg": {"page_damaged"},
    "ban-cu.doc": {"damaged_file"},
    "bang-luong.xlsx": {"damaged_file"},
    "bi-cat.pdf": {"damaged_file", "page_damaged"},
    "bom.png": {"too_many_pixels"},
    "co-mat-khau.pdf": {"encrypted"},
    "hong.docx": {"damaged_file"},
    "khong-co-gi.pdf": {"empty_file"},
    "loi-trang-2.pdf": {"page_unreadable"},
    "rac-truoc-pdf.pdf": set(),
    "sai-duoi.docx": {"wrong_extension"},
    "thuc-the.docx": {"damaged_file"},
    "toan-khoang-trang.txt": {"empty_file"},
    "ung-dung.pdf": {"unsupported_kind"},
}


def codes_of(path: Path) -> set[str]:
    try:
        with open_source(path, IntakeSettings()) as source:
            codes = {str(problem.code) for problem in source.problems}
            for page in source.pages():
                codes |= {str(problem.code) for problem in page.problems}
                codes |= {str(page.problem.code)} if page.problem is not None else set()
                try:
                    page.image and page.image.load()
                except SohoaError as error:
                    codes.add(str(error.code))
            return codes
    except UnusableInputError as error:
        assert error.remedy
        return {str(error.code)}


def test_every_troubled_file_is_expected():
    assert [found.relative for found in walk_archive(CORPUS / "troubled")] == sorted(EXPECTED)
    listed = (CORPUS / "TROUBLED.md").read_text(encoding="utf-8")
    assert all(f"| {name} |" in listed for name in EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_reason_is_the_right_one(name):
    assert codes_of(CORPUS / "troubled" / name) == EXPECTED[name]
