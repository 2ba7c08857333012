"""Training pairs: pages are the same each time, and what Tesseract reads off them is paired with what they print."""

from __future__ import annotations

import random

import numpy as np
import pytest

from pipeline.training.evaluation_sets import line_pairs, printed_pages
from pipeline.training.pairs import enumerate_groups, page_paragraphs, read_lines
from pipeline.training.rendering import (
    EVALUATION_FONTS,
    TRAINING_FONTS,
    Damage,
    FontFamily,
    PageStyle,
    Paragraph,
    RenderedPage,
    render_page,
)
from pipeline.vietnamese.folding import fold
from tests.fonts import LIBERATION

# Fonts that make setup installs; the others only matter to whoever retrains.
FONT = FontFamily("liberation", *LIBERATION)
PARAGRAPHS = [
    Paragraph("KẾ HOẠCH TRỒNG CÂY MÙA XUÂN", bold=True, centred=True),
    Paragraph("Các thôn vận động nhân dân trồng cây xanh ven đường làng, chăm sóc cây đã trồng năm trước."),
    Paragraph("Ban chỉ đạo xã kiểm tra kết quả vào ngày 25 tháng 3 và báo cáo Ủy ban nhân dân huyện."),
]


def test_no_font_is_trained_on_and_evaluated_with() -> None:
    assert not {font.name for font in TRAINING_FONTS} & {font.name for font in EVALUATION_FONTS}


@pytest.mark.parametrize("damage", list(Damage))
def test_a_page_is_the_same_each_time_and_keeps_its_ink(damage: Damage) -> None:
    style = PageStyle(FONT, 13, 100, damage, 0.5)
    first, second = render_page(PARAGRAPHS, style, seed=7), render_page(PARAGRAPHS, style, seed=7)
    assert first.image.dtype == np.uint8
    assert np.array_equal(first.image, second.image)
    top, bottom = first.lines[0].top, first.lines[0].bottom
    assert first.image[top:bottom].min() < 128 < first.image[-50:].mean()


def test_the_truth_of_a_page_is_all_that_was_to_be_printed() -> None:
    page = render_page(PARAGRAPHS, PageStyle(FONT, 14, 100), seed=0)
    assert [word for line in page.lines for word in line.words] == " ".join(p.text for p in PARAGRAPHS).split()
    assert (page.paragraphs_used, page.rest) == (3, "")


def test_what_does_not_fit_goes_on_the_next_page() -> None:
    texts = [f"{number}. " + PARAGRAPHS[1].text * 4 for number in range(30)]
    pages = list(printed_pages(texts, PageStyle(FONT, 14, 75), seed=0, limit=None))
    printed = [word for page in pages for line in page.lines for word in line.words]
    assert len(pages) > 1
    assert printed == " ".join(texts).split()


def read(reader: str) -> tuple[RenderedPage, list[tuple[str, str]]]:
    page = render_page(PARAGRAPHS, PageStyle(FONT, 14, 200), seed=0)
    return page, [group for _, group in enumerate_groups(page, read_lines(page, reader))]


def test_tesseract_without_vietnamese_is_paired_word_for_word() -> None:
    page, groups = read("eng")
    assert len(groups) >= 0.95 * sum(len(line.words) for line in page.lines)
    alike = sum(1 for truth, seen in groups if fold(truth)[:1] == fold(seen)[:1])
    assert alike > 0.85 * len(groups)
    assert any(truth != seen for truth, seen in groups)


def test_tesseract_with_vietnamese_reads_nearly_all_right() -> None:
    page = render_page(PARAGRAPHS, PageStyle(FONT, 14, 200), seed=0)
    lines = [pair for pair in line_pairs(page, read_lines(page, "vie")) if pair[0]]
    words = [(a, b) for truth, seen in lines for a, b in zip(truth.split(), seen.split(), strict=True)]
    assert sum(a == b for a, b in words) > 0.9 * len(words)


def test_a_page_of_text_has_headings_and_depends_on_its_number_alone() -> None:
    lines = [f"Mục {n}: cơ quan chủ trì phối hợp với các đơn vị tổ chức thực hiện nhiệm vụ." for n in range(300)]
    first = page_paragraphs(lines, random.Random(3))
    assert first == page_paragraphs(lines, random.Random(3))
    assert any(paragraph.text.isupper() for paragraph in first)
