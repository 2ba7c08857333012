"""Pages that scanners give beside the good ones: back sides, negatives, coloured paper, slivers. None invents text."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.bench.reading_pages import load_face
from pipeline.errors import ProblemCode
from pipeline.measure.text import order_free_wer
from pipeline.reading import Reader
from pipeline.settings import ReadingSettings
from pipeline.values import MarkKind
from tests.fonts import TERMES
from tests.reading.samples import page_of, sheet

PAPER = 240


@pytest.fixture(scope="module")
def reader():
    return Reader(ReadingSettings())


@pytest.fixture(scope="module")
def front():
    return sheet()


def _read(reader, pixels):
    (page,) = reader.read([page_of(np.ascontiguousarray(pixels), dpi=200)])
    return page


def _missed(page, truth):
    return order_free_wer("\n".join(truth.lines), "\n".join(line.text for line in page.lines)).rate


def _grey(truth):
    return cv2.cvtColor(truth.image, cv2.COLOR_RGB2GRAY)


def _back_of(truth, depth):
    """The empty back of a sheet, through which its front shows."""
    ink = cv2.GaussianBlur(255 - _grey(truth)[:, ::-1], (0, 0), 1.2).astype(np.float64)
    grain = np.random.default_rng(4).normal(0, 3, ink.shape)
    return np.clip(PAPER - depth * ink + grain, 0, 255).astype(np.uint8)


def _with_words(page, text, place, size=36):
    picture = Image.fromarray(page)
    ImageDraw.Draw(picture).text(place, text, font=load_face(TERMES, "bold", size), fill=10)
    return np.array(picture)


@pytest.mark.parametrize("depth", [0.08, 0.13, 0.22, 0.3])
def test_what_shines_through_an_empty_back_is_no_text(reader, front, depth):
    page = _read(reader, _back_of(front, depth))
    assert page.lines == ()
    assert page.quality["blank"] == 1.0
    assert page.problems == ()


def test_words_on_a_back_side_are_read_and_what_shines_through_is_not(reader, front):
    page = _read(reader, _with_words(_back_of(front, 0.15), "PHỤ LỤC I", (700, 300)))
    assert [line.text for line in page.lines] == ["PHỤ LỤC I"]
    assert page.quality["blank"] == 0.0


def test_a_sheet_with_its_number_alone_is_blank_and_keeps_the_number(reader):
    page = _read(reader, _with_words(np.full((2339, 1654), PAPER, np.uint8), "- 4 -", (790, 2230)))
    assert page.lines == ()
    assert [(mark.kind, mark.text) for mark in page.marks] == [(MarkKind.PAGE_NUMBER, "- 4 -")]
    assert page.quality["blank"] == 1.0


def test_a_film_laid_in_the_wrong_way_is_read_mirrored(reader, front):
    page = _read(reader, _grey(front)[:, ::-1])
    assert _missed(page, front) < 0.03
    assert "mirror" in str(page.steps[0].settings["done"])


def test_a_negative_is_read(reader, front):
    page = _read(reader, 255 - _grey(front))
    assert _missed(page, front) < 0.03
    assert "invert" in str(page.steps[0].settings["done"])


def test_a_tilted_page_on_its_side_is_turned_and_straightened(reader, front):
    height, width = _grey(front).shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), 1.7, 1.0)
    tilted = cv2.warpAffine(_grey(front), matrix, (width, height), borderValue=255)
    page = _read(reader, np.rot90(tilted))
    assert _missed(page, front) < 0.03
    assert "straighten" in str(page.steps[0].settings["done"])


@pytest.mark.parametrize("paper", [(255, 180, 190), (255, 255, 150), (200, 230, 255)])
def test_coloured_paper_makes_no_stamp_of_the_text(reader, front, paper):
    page = _read(reader, (front.image * (np.array(paper) / 255)).astype(np.uint8))
    assert _missed(page, front) < 0.03
    assert not [mark for mark in page.marks if mark.kind is MarkKind.STAMP]


def test_a_page_printed_in_red_is_text(reader, front):
    ink = 1 - front.image / 255
    page = _read(reader, (255 - 255 * ink * np.array([0.2, 0.85, 0.8])).astype(np.uint8))
    assert _missed(page, front) < 0.05


@pytest.mark.parametrize("shape", [(1, 1), (1, 30_000), (30_000, 3), (200, 11)])
def test_a_sliver_is_named(reader, shape):
    page = _read(reader, np.full(shape, 255, np.uint8))
    assert [problem.code for problem in page.problems] == [ProblemCode.PAGE_UNREADABLE]
    assert f"{shape[1]} x {shape[0]} pixels" in page.problems[0].message


def test_a_picture_that_is_black_all_over_is_named(reader):
    page = _read(reader, np.full((900, 700), 8, np.uint8))
    assert [problem.code for problem in page.problems] == [ProblemCode.PAGE_UNREADABLE]


def test_strokes_that_are_no_writing_are_left_out_and_said(reader, front):
    page = _grey(front).copy()
    for column in range(0, page.shape[1], 18):  # letters of no script
        page[:, column : column + 9] = page[::-1, column : column + 9]
    read = _read(reader, page)
    assert sum(len(line.text) for line in read.lines) < 40
    assert [problem.code for problem in read.problems] == [ProblemCode.LOW_CONFIDENCE]
