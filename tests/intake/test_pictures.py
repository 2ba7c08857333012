"""Image files as pages: orientation, depth, colour spaces, resolutions, many frames, damage."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.errors import ProblemCode, UnusableInputError
from pipeline.intake import open_source
from pipeline.settings import IntakeSettings
from pipeline.values import PageInput

from .samples import encoded, scan, scanned_pdf

SETTINGS = IntakeSettings()


def pages(path: Path, settings: IntakeSettings = SETTINGS) -> list[PageInput]:
    with open_source(path, settings) as source:
        return list(source.pages())


def only(tmp_path: Path, data: bytes) -> PageInput:
    (tmp_path / "a").write_bytes(data)
    (page,) = pages(tmp_path / "a")
    return page


def near(one: np.ndarray, other: np.ndarray, within: float = 4) -> bool:
    return one.shape == other.shape and np.abs(one.astype(float) - other.astype(float)).mean() < within


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_pictures_come_upright(tmp_path, orientation, file_format):
    stored_by = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Image.Transpose that makes what a camera stores
    upright = scan()
    stored = upright if orientation == 1 else upright.transpose(Image.Transpose(stored_by[orientation]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"exif": exif} if file_format != "TIFF" else {"tiffinfo": {274: orientation}}
    page = only(tmp_path, encoded(stored, file_format, **options))
    assert page.image.size == (248, 351)
    pixels = page.image.load()
    grey = pixels if pixels.ndim == 2 else pixels.mean(axis=2)
    assert near(grey, np.asarray(upright), 8)


@pytest.mark.parametrize(
    ("picture", "file_format", "channels"),
    [
        (scan(mode="1"), "TIFF", 1),
        (scan(mode="L"), "PNG", 1),
        (scan(mode="RGB"), "PNG", 3),
        (scan(mode="RGB").convert("CMYK"), "JPEG", 3),
        (scan(mode="RGB").convert("CMYK"), "TIFF", 3),
        (scan(mode="RGB").quantize(16), "PNG", 3),
        (scan(mode="L").convert("P"), "PNG", 1),
        (scan(mode="RGB").convert("LAB"), "TIFF", 3),
        (scan(mode="RGB").convert("YCbCr"), "JPEG", 3),
    ],
)
def test_every_colour_space_comes_as_grey_or_rgb(tmp_path, picture, file_format, channels):
    pixels = only(tmp_path, encoded(picture, file_format)).image.load()
    assert pixels.dtype == np.uint8
    assert (pixels.ndim == 2) == (channels == 1)
    grey = np.asarray(Image.fromarray(pixels).convert("L"))
    assert near(grey, np.asarray(scan(mode="L")), 12)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparent_paper_is_white(tmp_path, mode):
    ink = scan(mode="L")
    picture = Image.new("RGBA", ink.size, (0, 0, 0, 0))
    picture.putalpha(Image.eval(ink, lambda value: 255 - value))
    pixels = only(tmp_path, encoded(picture.convert(mode), "PNG")).image.load()
    assert np.asarray(Image.fromarray(pixels).convert("L")).mean() > 200


def test_sixteen_bits_are_brought_to_eight(tmp_path):
    deep = Image.fromarray(np.asarray(scan()).astype(np.uint16) * 257)
    for file_format in ("PNG", "TIFF"):
        assert near(only(tmp_path, encoded(deep, file_format)).image.load(), np.asarray(scan()))


def test_twelve_bits_in_sixteen_are_no_darkness(tmp_path):
    deep = Image.fromarray(np.asarray(scan()).astype(np.uint16) * 16)
    assert near(only(tmp_path, encoded(deep, "TIFF")).image.load(), np.asarray(scan()))


def test_floating_point_and_32_bit_tiffs(tmp_path):
    for values in (np.asarray(scan()).astype(np.float32) / 255, np.asarray(scan()).astype(np.int32) * 257):
        assert near(only(tmp_path, encoded(Image.fromarray(values), "TIFF")).image.load(), np.asarray(scan()), 3)


@pytest.mark.parametrize(
    ("size", "tag", "dpi"),
    [
        ((1654, 2339), (200, 200), 200),
        ((1654, 2339), (2897, 2897), None),
        ((1654, 2339), (1, 1), None),
        ((1654, 2339), (0, 0), None),
        ((1654, 2339), (1200, 1200), None),
        ((1654, 2339), (900, 900), None),
        ((1654, 2339), (204, 98), None),
        ((3000, 4000), (72, 72), None),
        ((1654, 2339), None, None),
    ],
)
def test_a_resolution_is_believed_when_it_makes_a_sheet_of_paper(tmp_path, size, tag, dpi):
    options = {} if tag is None else {"dpi": tag}
    page = only(tmp_path, encoded(scan(*size), "TIFF", **options))
    assert page.image.dpi == (None if dpi is None else pytest.approx(dpi, abs=0.5))
    assert page.image.size == size


def test_fax_resolution_is_made_square(tmp_path):
    page = only(tmp_path, encoded(scan(1728, 1078, "1"), "TIFF", dpi=(204, 98)))
    assert page.image.dpi == pytest.approx(204, abs=0.5)
    assert page.image.load().shape == page.image.size[::-1] == (2244, 1728)


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (30_000, 3)])
def test_pictures_of_odd_sizes(tmp_path, size):
    page = only(tmp_path, encoded(Image.new("L", size, 255), "PNG"))
    assert page.image.load().shape == size[::-1]


def test_a_tiff_has_a_page_for_each_frame_and_only_one_is_decoded_at_a_time(tmp_path):
    frames = [scan(300 + at, 400) for at in range(5)]
    frames[0].save(tmp_path / "a.tif", save_all=True, append_images=frames[1:], compression="tiff_deflate")
    with open_source(tmp_path / "a.tif", SETTINGS) as source:
        assert source.page_count == 5
        for page, frame in zip(source.pages(), frames, strict=True):
            assert page.image.size == frame.size
            assert near(page.image.load(), np.asarray(frame))


def test_a_tiff_whose_directories_run_in_a_ring_ends(tmp_path):
    frames = [scan(100, 100), scan(100, 100)]
    frames[0].save(tmp_path / "a.tif", save_all=True, append_images=frames[1:])
    data = bytearray((tmp_path / "a.tif").read_bytes())
    first = int.from_bytes(data[4:8], "little")
    entries = int.from_bytes(data[first : first + 2], "little")
    second = int.from_bytes(data[first + 2 + 12 * entries :][:4], "little")
    entries = int.from_bytes(data[second : second + 2], "little")
    data[second + 2 + 12 * entries : second + 6 + 12 * entries] = data[4:8]
    (tmp_path / "ring.tif").write_bytes(data)
    assert 2 <= len(pages(tmp_path / "ring.tif", SETTINGS.model_copy(update={"max_pages": 30}))) <= 30


@pytest.mark.parametrize(("file_format", "code"), [("JPEG", "page_damaged"), ("PNG", "page_damaged")])
def test_a_cut_off_picture_gives_its_upper_part_and_says_so(tmp_path, file_format, code):
    coarse = np.random.default_rng(1).integers(0, 255, (100, 75, 3), dtype=np.uint8)
    picture = Image.fromarray(coarse).resize((600, 800))
    data = encoded(picture, file_format)
    page = only(tmp_path, data[: len(data) * 2 // 3])
    assert [problem.code for problem in page.problems] == [code]
    pixels = page.image.load()
    assert pixels.shape == (800, 600, 3)
    assert near(pixels[:300], np.asarray(picture)[:300], 8)


@pytest.mark.parametrize("file_format", ["TIFF", "WEBP", "JPEG2000"])
def test_other_cut_off_pictures_fail_with_a_sentence(tmp_path, file_format):
    data = encoded(Image.fromarray(np.random.default_rng(1).integers(0, 255, (400, 300), dtype=np.uint8)), file_format)
    try:
        page = only(tmp_path, data[: len(data) // 2])
        if page.image is not None:
            page.image.load()
        told = [*page.problems, *([page.problem] if page.problem else [])]
    except UnusableInputError as error:
        told = [error]
    assert {problem.code for problem in told} <= {ProblemCode.DAMAGED_FILE, ProblemCode.PAGE_UNREADABLE}
    assert any("damaged" in problem.message for problem in told)


def test_only_the_first_picture_of_an_animation_is_a_page(tmp_path):
    frames = [scan(100, 100), scan(120, 100).crop((0, 0, 100, 100))]
    target = io.BytesIO()
    frames[0].save(target, "GIF", save_all=True, append_images=frames[1:], duration=100)
    assert only(tmp_path, target.getvalue()).number == 1


@pytest.mark.parametrize("coding", ["ccitt", "flate"])
def test_five_hundred_pages_hold_no_more_pictures_than_five(tmp_path, coding):
    """Pages are streamed: nothing that was decoded for one page is kept for the next."""
    import tracemalloc

    peaks = {}
    for count in (5, 500):
        path = scanned_pdf(tmp_path / f"{count}.pdf", [scan(300, 420)] * count, coding)
        tracemalloc.start()
        with open_source(path, SETTINGS) as source:
            for page in source.pages():
                pixels = page.image.load()
                assert pixels.shape[:2] == (420, 300)
                del pixels, page
        peaks[count] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    one_page = 300 * 420 * (3 if coding == "flate" else 1)
    assert peaks[500] - peaks[5] < 4 * one_page


def test_drawn_pages_wait_in_chunks_of_a_fixed_size(tmp_path):
    turned = (594.6, 20.8, -29.4, 841.5, 15, -10)
    path = scanned_pdf(tmp_path / "a.pdf", [scan(124, 176)] * 9, matrix=turned)
    with open_source(path, SETTINGS.model_copy(update={"raster_dpi": 72, "raster_chunk_pages": 3})) as source:
        for at, page in enumerate(source.pages()):
            page.image.load()
            assert len(page.image.drawing._ahead) == 2 - at % 3
