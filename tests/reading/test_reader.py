"""From page inputs to pages: what passes through, what is recognised, what goes wrong and how that is said."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.bench.reading_engines import Picture
from pipeline.errors import ProblemCode, UnusableInputError
from pipeline.measure.text import order_free_wer
from pipeline.reading import Reader
from pipeline.reading.engines import EngineFailureError, EngineTimeoutError
from pipeline.reading.page_image.colour import to_grey
from pipeline.reading.reader import usable_dpi
from pipeline.settings import ReadingSettings
from pipeline.values import (
    Box,
    Line,
    MarkKind,
    PageInput,
    PageMark,
    PageProblem,
    Region,
    TextLayer,
    TextSource,
    Word,
)
from tests.reading.samples import PARAGRAPHS, drawn, line, make_sheet, page_of, sheet


@pytest.fixture(scope="module")
def reader():
    return Reader(ReadingSettings())


def read(reader, *pages):
    return list(reader.read(pages))


def text_of(page):
    return "\n".join(line.text for line in page.lines)


class Failing:
    """An engine that raises."""

    name, version = "failing", "1"

    def __init__(self, error):
        self.error = error

    def read(self, grey, *, dpi, seconds):
        raise self.error


class Unsure:
    """An engine that reads the same lines on every page, each with a confidence."""

    name, version = "unsure", "1"

    def __init__(self, confidences):
        self.lines = [line(PARAGRAPHS[at % 5], 150, 300 + 60 * at, 30, sure) for at, sure in enumerate(confidences)]

    def read(self, grey, *, dpi, seconds):
        return list(self.lines)


class BrokenImage:
    """A picture that cannot be decoded."""

    dpi, size = None, (100, 100)

    def load(self):
        raise UnusableInputError(ProblemCode.PAGE_UNREADABLE, "The picture is cut off.")


def test_ready_lines_pass_through_unchanged(reader):
    lines = (Line("KẾ HOẠCH", "KẾ HOẠCH"), Line("", ""))
    (page,) = read(reader, PageInput(1, lines=lines, source=TextSource.DOCX))
    assert page.lines == lines
    assert page.source is TextSource.DOCX


def test_a_page_that_could_not_be_opened_keeps_its_number_and_problem(reader):
    problem = PageProblem(ProblemCode.PAGE_UNREADABLE, "cut off", 7)
    (page,) = read(reader, PageInput(7, problem=problem))
    assert (page.number, page.lines, page.problems) == (7, (), (problem,))


def test_what_intake_marked_and_warned_of_stays_with_the_page(reader):
    mark = PageMark(MarkKind.E_SIGNATURE, Box(0, 0, 10, 10))
    warning = PageProblem(ProblemCode.DAMAGED_FILE, "end is missing", 1)
    (page,) = read(
        reader, PageInput(1, image=Picture(np.full((99, 99), 255, np.uint8)), marks=(mark,), problems=(warning,))
    )
    assert mark in page.marks
    assert warning in page.problems


def test_a_rendered_page_is_read_in_order_with_boxes(reader):
    made = sheet()
    (page,) = read(reader, page_of(made.image))
    truth = "\n".join(made.lines)
    assert order_free_wer(truth, text_of(page)).rate < 0.02
    assert [line.text for line in page.lines[:2]] == [made.lines[0], made.lines[1]]
    assert page.lines[0].region is Region.LETTERHEAD_LEFT
    assert page.lines[-1].text == made.signer[1]
    assert page.lines[-1].region is Region.CLOSING_RIGHT
    assert all(line.box and 0 <= line.box.left < line.box.right <= page.width for line in page.lines)
    assert page.source is TextSource.OCR
    assert {step.tool for step in page.steps} >= {"sohoa"}


def test_tesseract_alone_reads_the_page_too():
    made = sheet()
    (page,) = read(Reader(ReadingSettings(engine="tesseract")), page_of(made.image))
    assert order_free_wer("\n".join(made.lines), text_of(page)).rate < 0.05
    assert page.lines[0].text == made.lines[0]


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_pages_lying_on_their_side_or_head_are_read(reader, quarters):
    made = sheet()
    (page,) = read(reader, page_of(np.ascontiguousarray(np.rot90(made.image, quarters))))
    assert order_free_wer("\n".join(made.lines), text_of(page)).rate < 0.05
    assert "turn" in str(page.steps[0].settings["done"])


def test_two_pages_on_one_picture_are_read_one_after_the_other(reader):
    left, right = sheet(3), sheet(4)
    (page,) = read(reader, page_of(np.hstack([left.image, right.image])))
    truth = [*left.lines, *right.lines]
    got = [line.text for line in page.lines]
    assert order_free_wer("\n".join(truth), "\n".join(got)).rate < 0.03
    last_of_left = max(at for at, text in enumerate(got) if text == left.signer[1])
    assert got[0] == left.lines[0]
    assert got[last_of_left + 1] == right.lines[0]


def test_a_landscape_page_is_read_in_order(reader):
    made = make_sheet(PARAGRAPHS, 5, landscape=True)
    (page,) = read(reader, page_of(made.image))
    assert page.width > page.height
    assert order_free_wer("\n".join(made.lines), text_of(page)).rate < 0.03
    assert page.lines[0].text == made.lines[0]
    assert page.lines[0].region is Region.LETTERHEAD_LEFT


def test_a_tilted_page_loses_nothing_and_its_boxes_lie_on_the_ink(reader):
    made = sheet()
    height, width = made.image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), 2.3, 1.0)
    tilted = cv2.warpAffine(made.image, matrix, (width, height), borderValue=(255, 255, 255))
    (page,) = read(reader, page_of(tilted))
    assert order_free_wer("\n".join(made.lines), text_of(page)).rate < 0.03
    word = next(w for line in page.lines for w in line.words if w.text == "HOẠCH")
    assert tilted[word.box.top : word.box.bottom, word.box.left : word.box.right].min() < 100


@pytest.mark.parametrize(
    "pixels",
    [
        np.full((2339, 1654), 255, np.uint8),
        np.full((400, 300, 3), 128, np.uint8),
    ],
)
def test_pages_without_text_give_no_text_and_say_that_they_are_blank(reader, pixels):
    (page,) = read(reader, page_of(pixels))
    assert page.lines == ()
    assert page.quality["blank"] == 1.0


def test_specks_are_not_read_as_text(reader):
    rng = np.random.default_rng(5)
    page = np.full((1200, 900), 255, np.uint8)
    page[rng.random(page.shape) < 0.002] = 0
    (read_page,) = read(reader, page_of(page))
    assert sum(len(line.text) for line in read_page.lines) <= 3


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (EngineTimeoutError("did not finish"), ProblemCode.OCR_TIMEOUT),
        (EngineFailureError("crashed"), ProblemCode.OCR_FAILED),
    ],
)
def test_an_engine_that_fails_costs_the_page_not_the_document(error, code):
    made = sheet()
    failing = Reader(ReadingSettings(), engine=Failing(error))
    first, second = read(failing, page_of(made.image), PageInput(2, lines=(Line("a", "a"),)))
    assert first.lines == ()
    assert [problem.code for problem in first.problems] == [code]
    assert "Page 1" in first.problems[0].message
    assert text_of(second) == "a"


@pytest.mark.parametrize(
    ("confidences", "code", "kept"),
    [
        ([0.95] * 6, None, 6),
        ([0.9, 0.6, 0.6, 0.6], ProblemCode.LOW_CONFIDENCE, 4),
        ([0.9, 0.2, 0.2, 0.2, 0.2], ProblemCode.PAGE_UNREADABLE, 1),
    ],
    ids=["good", "hard", "hopeless"],
)
def test_a_page_that_can_hardly_be_read_says_so_and_gives_no_strokes_for_text(confidences, code, kept):
    (page,) = Reader(ReadingSettings(), engine=Unsure(confidences)).read([page_of(sheet().image)])
    assert [problem.code for problem in page.problems] == ([code] if code else [])
    assert len(page.lines) == kept
    assert all("Page 1" in problem.message for problem in page.problems)


def test_a_picture_that_cannot_be_decoded_is_a_problem_of_its_page(reader):
    (page,) = read(reader, PageInput(4, image=BrokenImage()))
    assert [(problem.code, problem.page) for problem in page.problems] == [(ProblemCode.PAGE_UNREADABLE, 4)]


def _layer(text, top=100, step=40, per_row=8, hidden=False):
    words = text.split()
    placed = tuple(
        Word(
            word,
            Box(
                100 + 150 * (n % per_row),
                top + step * (n // per_row),
                230 + 150 * (n % per_row),
                top + 28 + step * (n // per_row),
            ),
        )
        for n, word in enumerate(words)
    )
    return TextLayer(placed, hidden=tuple(hidden for _ in placed))


VIETNAMESE = (
    "Ủy ban nhân dân huyện ban hành kế hoạch thực hiện công tác thi đua khen thưởng trong năm nay như sau " * 20
)


def test_a_good_text_layer_is_used(reader):
    layer = _layer(VIETNAMESE)
    shown = drawn([(word.box.left, word.box.top, word.text, 26) for word in layer.words])
    (page,) = read(reader, PageInput(1, image=Picture(shown), layer=layer))
    assert page.source is TextSource.TEXT_LAYER
    assert " ".join(text_of(page).split()) == " ".join(VIETNAMESE.split())


def test_a_good_text_layer_that_is_not_the_pages_is_not_used(reader):
    made = sheet()
    (page,) = read(reader, PageInput(1, image=Picture(made.image), layer=_layer(VIETNAMESE)))
    assert page.source is TextSource.OCR


def test_an_overlay_of_a_few_words_is_not_the_page(reader):
    made = sheet()
    layer = _layer("Ký bởi: Cổng thông tin điện tử Ngày ký: 11-03-2024", top=20)
    (page,) = read(reader, PageInput(1, image=Picture(made.image), layer=layer))
    assert page.source is TextSource.OCR
    assert order_free_wer("\n".join(made.lines), text_of(page)).rate < 0.03
    assert any(mark.kind is MarkKind.E_SIGNATURE for mark in page.marks)


def test_a_layer_read_without_vietnamese_is_read_again(reader):
    made = sheet()
    layer = _layer(
        "CQNG HOA XA HO! CHU NGHIA VT NAM Dc lp Ty do Hnh phuc KE HOACH thrc hin cng tac thi dua khen thu&ng " * 20
    )
    (page,) = read(reader, PageInput(1, image=Picture(made.image), layer=layer))
    assert page.source is TextSource.OCR
    assert order_free_wer("\n".join(made.lines), text_of(page)).rate < 0.03


def test_pages_stream(reader):
    taken = []

    def pages():
        for number in range(1, 4):
            taken.append(number)
            yield PageInput(number, lines=(Line("a", "a"),))

    first = next(reader.read(pages()))
    assert (first.number, taken) == (1, [1])


@pytest.mark.parametrize(
    ("stated", "height", "dpi"), [(300, 3508, 300), (2897, 2339, 200), (None, 2339, 200), (1, 3508, 300)]
)
def test_nonsense_resolutions_are_replaced_by_an_a4_sheets(stated, height, dpi):
    assert usable_dpi(stated, height) == dpi


def test_colour_becomes_grey_of_the_same_size():
    assert to_grey(np.zeros((4, 5, 3), np.uint8)).shape == (4, 5)


@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (13, 13), (30_000, 40), (40, 30_000), (5, 9000), (12, 12, 3)])
def test_pictures_of_any_shape_give_a_page_not_a_crash(reader, shape):
    rng = np.random.default_rng(2)
    (page,) = read(reader, page_of(rng.integers(0, 256, shape).astype(np.uint8)))
    codes = {problem.code for problem in page.problems}
    if min(shape[:2]) < 12:
        assert codes == {ProblemCode.PAGE_UNREADABLE}
    else:
        assert codes <= {ProblemCode.LOW_CONFIDENCE}


def test_an_error_nobody_foresaw_costs_one_page():
    made = sheet()
    first, second = read(
        Reader(ReadingSettings(), engine=Failing(ZeroDivisionError("surprise"))),
        page_of(made.image),
        PageInput(2, lines=(Line("a", "a"),)),
    )
    assert [problem.code for problem in first.problems] == [ProblemCode.INTERNAL_ERROR]
    assert text_of(second) == "a"


@pytest.mark.parametrize("shape", [(0, 0), (0, 900), (900, 0)])
def test_a_picture_without_pixels_is_a_problem_of_its_page(reader, shape):
    (page,) = reader.read([page_of(np.zeros(shape, dtype=np.uint8))])
    assert [problem.code for problem in page.problems] == [ProblemCode.PAGE_UNREADABLE]
