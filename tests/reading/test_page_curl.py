"""Pages that were photographed at a slant or that curl are made flat, and boxes still lie on the page's own ink."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.measure.text import order_free_wer
from pipeline.reading import Reader
from pipeline.reading.page_image.page_curl import PageCurl, measure_curl
from pipeline.reading.page_image.treat import Treated, dewarped, enlarged, turned
from pipeline.settings import ReadingSettings
from pipeline.values import Box
from tests.reading.samples import PARAGRAPHS, curled, drawn, make_sheet, page_of, slanted

FULL = make_sheet(PARAGRAPHS * 4, 3)


@pytest.fixture(scope="module")
def reader():
    return Reader(ReadingSettings())


@pytest.fixture(scope="module")
def grey():
    return cv2.cvtColor(FULL.image, cv2.COLOR_RGB2GRAY)


def photographed(grey):
    """On a dark desk, at a slant, curled, with the light from one side."""
    height, width = grey.shape
    desk = np.full((height + 200, width + 200), 70, np.uint8)
    desk[100:-100, 100:-100] = curled(grey, -25)
    rows, columns = desk.shape
    corners = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32)
    seen = corners + np.array([[40, 10], [-70, 60], [10, -50], [0, 0]], np.float32)
    photo = cv2.warpPerspective(desk, cv2.getPerspectiveTransform(corners, seen), (columns, rows), borderValue=70)
    return (photo * np.linspace(1, 0.7, columns)[None, :]).astype(np.uint8)


@pytest.mark.parametrize(
    "bent",
    [lambda page: slanted(page, 0.06), lambda page: curled(page, 40), photographed],
    ids=["slanted", "curled", "photographed"],
)
def test_a_bent_page_is_made_flat_and_read(reader, grey, bent):
    pixels = bent(grey)
    (page,) = reader.read([page_of(pixels)])
    assert "flatten" in str(page.steps[0].settings["done"])
    assert order_free_wer("\n".join(FULL.lines), "\n".join(line.text for line in page.lines)).rate < 0.03
    words = [word for line in page.lines for word in line.words if len(word.text) > 3]
    assert len(words) > 60
    for word in words:
        inside = pixels[word.box.top : word.box.bottom, word.box.left : word.box.right]
        assert inside.min() < 110
        assert 10 < word.box.height < 75


def test_a_flat_page_is_left_alone(reader, grey):
    curl = measure_curl(grey)
    assert curl is not None
    assert curl.depth < 3
    (page,) = reader.read([page_of(grey)])
    assert page.steps[0].settings == {"done": "none", "tried": 1}


def test_margins_that_lean_are_made_upright(grey):
    height, width = grey.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    seen = np.array([[130, 0], [width - 130, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, seen)
    curl = measure_curl(cv2.warpPerspective(grey, matrix, (width, height), borderValue=255))
    assert curl.slant > 0.03
    points = np.array([[0.25, 0.2], [0.25, 0.8]]) * (width, height)
    moved = cv2.perspectiveTransform(points[None], matrix)[0]
    back = curl.flat(moved)
    assert abs(back[0, 0] - back[1, 0]) < 12 < abs(moved[0, 0] - moved[1, 0])


@pytest.mark.parametrize("pixels", [np.full((2339, 1654), 255, np.uint8), np.full((150, 900), 0, np.uint8)])
def test_without_text_there_is_no_bend(pixels):
    assert measure_curl(pixels) is None


def test_a_few_lines_are_no_ground_to_bend_a_page():
    page = drawn([(300, 200, "ỦY BAN NHÂN DÂN XÃ PHÚ KHÊ", 40), (1200, 2000, "Nguyễn Văn An", 40)])
    assert measure_curl(page) is None


@settings(max_examples=40, deadline=None)
@given(
    down=st.lists(st.floats(-0.03, 0.03), min_size=12, max_size=12),
    leans=st.tuples(st.floats(-0.06, 0.06), st.floats(-0.06, 0.06)),
    x=st.floats(0.02, 0.98),
    y=st.floats(0.02, 0.98),
)
def test_every_point_finds_its_way_there_and_back(down, leans, x, y):
    curl = PageCurl((1654, 2339), tuple(down), 10.0, ((200.0, leans[0]), (1450.0, leans[1])))
    point = np.array([[x * 1654, y * 2339]])
    assert np.abs(curl.bent(curl.flat(point)) - point).max() < 0.5


def test_a_picture_made_flat_turned_and_enlarged_knows_where_its_boxes_were(grey):
    page = Treated.untouched(slanted(grey, 0.06))
    treated = enlarged(turned(dewarped(page, measure_curl(page.grey)), 1), 1.3)
    height, width = grey.shape
    box = Box(700, 900, 820, 940)
    there = treated.box_from_page(box)
    back = treated.box_on_page(there, width, height)
    assert back.left <= box.left + 1
    assert back.top <= box.top + 1
    assert back.right >= box.right - 1
    assert back.bottom >= box.bottom - 1
    assert back.width < 170
    assert back.height < 75
    own = cv2.resize(treated.grey[there.top : there.bottom, there.left : there.right], (40, 120))
    redrawn = cv2.resize(treated.region(page.grey, there), (40, 120))
    assert np.corrcoef(own.ravel(), redrawn.ravel())[0, 1] > 0.8


@pytest.mark.parametrize("shape", [(351, 20_000), (20_000, 351)])
def test_a_strip_of_a_page_has_no_bend(shape):
    ink = np.where(np.random.default_rng(1).random(shape) < 0.1, 0, 255).astype(np.uint8)
    assert measure_curl(ink) is None
