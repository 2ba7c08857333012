"""Pictures much larger than a page is read at: reduced while they are decoded, or named; never twice in memory."""

from __future__ import annotations

import io
import tracemalloc

import numpy as np
import pikepdf
import pytest
from PIL import Image, ImageOps

from pipeline.intake import open_source
from pipeline.intake.images.pixels import to_pixels
from pipeline.settings import IntakeSettings

SMALL = IntakeSettings(max_read_pixels=1_000_000)


def _ramp(width, height):
    across = np.linspace(0, 255, width)[None, :]
    down = np.linspace(0, 255, height)[:, None]
    return np.stack([across + 0 * down, 0 * across + down, 255 - (across + down) / 2], axis=-1).astype(np.uint8)


def _only_page(path, settings):
    with open_source(path, settings) as source:
        (page,) = source.pages()
        assert page.problem is None, page.problem
        return page.image.size, page.image.load()


@pytest.mark.parametrize("suffix", ["png", "jpg", "tif", "jp2", "webp", "bmp"])
def test_a_large_picture_is_reduced_to_what_is_read(tmp_path, suffix):
    picture = _ramp(2400, 1800)
    path = tmp_path / f"page.{suffix}"
    Image.fromarray(picture).save(path)
    size, pixels = _only_page(path, SMALL)
    assert size == (pixels.shape[1], pixels.shape[0])
    assert 0.9e6 < size[0] * size[1] <= 1e6
    wanted = np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BOX), dtype=np.int16)
    assert np.abs(pixels.astype(np.int16) - wanted).mean() < 4


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_reduced_picture_is_turned_as_its_exif_says(tmp_path, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "photo.jpg"
    Image.fromarray(_ramp(1600, 1200)).save(path, exif=exif, quality=95)
    size, pixels = _only_page(path, SMALL)
    wanted = ImageOps.exif_transpose(Image.open(path)).convert("RGB").resize(size, Image.Resampling.BOX)
    assert (pixels.shape[1], pixels.shape[0]) == wanted.size
    assert np.abs(pixels.astype(np.int16) - np.asarray(wanted, dtype=np.int16)).mean() < 4


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "CMYK", "I;16", "I", "F"])
def test_strips_give_what_the_whole_picture_gives(monkeypatch, mode):
    grey = np.asarray(Image.fromarray(_ramp(620, 410)).convert("L"))
    if mode in {"I;16", "I", "F"}:
        kinds = {"I;16": np.uint16, "I": np.int32, "F": np.float32}
        picture = Image.fromarray((grey.astype(np.float64) * 200).astype(kinds[mode]))
    else:
        picture = Image.fromarray(_ramp(620, 410)).convert(mode)
    whole = to_pixels(picture, (310, 205))
    monkeypatch.setattr("pipeline.intake.images.pixels._STRIPPED", 1_000)
    monkeypatch.setattr("pipeline.intake.images.pixels._STRIP_PIXELS", 9_000)
    striped = to_pixels(picture, (310, 205))
    assert striped.shape == whole.shape
    assert np.abs(striped.astype(np.int16) - whole.astype(np.int16)).max() <= 3


def test_a_transparent_picture_of_sixty_million_pixels_is_never_in_memory_twice():
    picture = Image.new("RGBA", (10_000, 6_000), (20, 30, 40, 128))
    tracemalloc.start()
    pixels = to_pixels(picture, (5_000, 3_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert pixels.shape == (3_000, 5_000, 3)
    assert peak < 150_000_000


def test_a_picture_that_takes_too_much_memory_is_named(tmp_path):
    path = tmp_path / "page.png"
    Image.new("RGB", (1_200, 1_000), "white").save(path)
    with open_source(path, IntakeSettings(max_decoded_bytes=4_000_000)) as source:
        (page,) = source.pages()
    assert page.problem is not None
    assert page.problem.code == "too_many_pixels"
    assert "300 dpi" in page.problem.message


def test_a_large_jpeg_2000_picture_in_a_pdf_is_named_before_anything_decodes_it(tmp_path):
    data = io.BytesIO()
    Image.fromarray(_ramp(900, 1200)).save(data, "JPEG2000")
    pdf = pikepdf.new()
    image = pikepdf.Stream(pdf, data.getvalue())
    for name, value in {"Subtype": pikepdf.Name.Image, "Width": 900, "Height": 1200,
                        "Filter": pikepdf.Name.JPXDecode}.items():  # fmt: skip
        image[f"/{name}"] = value
    page = pdf.add_blank_page(page_size=(595, 842))
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=pdf.make_indirect(image)))
    page.Contents = pikepdf.Stream(pdf, b"q 595 0 0 842 0 0 cm /I Do Q")
    pdf.save(tmp_path / "page.pdf")
    with open_source(tmp_path / "page.pdf", IntakeSettings(max_decoded_bytes=9_000_000)) as source:
        (page,) = source.pages()
    assert page.problem is not None
    assert page.problem.code == "too_many_pixels"
    assert _only_page(tmp_path / "page.pdf", IntakeSettings())[0] == (900, 1200)


@pytest.mark.parametrize("suffix", ["bmp", "gif"])
def test_what_is_there_of_a_picture_that_is_cut_off_is_read(tmp_path, suffix):
    whole = np.asarray(Image.fromarray(_ramp(400, 300)).convert("L"))
    path = tmp_path / f"page.{suffix}"
    Image.fromarray(whole).save(path)
    path.write_bytes(path.read_bytes()[: round(0.9 * path.stat().st_size)])
    with open_source(path, IntakeSettings()) as source:
        (page,) = source.pages()
        assert [problem.code for problem in page.problems] == ["page_damaged"]
        pixels = page.image.load()
    # A BMP lies upside down in its file: of a GIF the upper part is there, of a BMP the lower one.
    there = slice(0, 200) if suffix == "gif" else slice(100, 300)
    grey = pixels if pixels.ndim == 2 else pixels.mean(axis=2)
    assert np.abs(grey[there] - whole[there]).mean() < 3


@pytest.mark.parametrize("part", [0.3, 0.6])
def test_pages_lost_at_the_end_of_a_tiff_are_said(tmp_path, part):
    pages = [Image.fromarray(_ramp(300 + 10 * number, 400)) for number in range(4)]
    path = tmp_path / "pages.tif"
    pages[0].save(path, save_all=True, append_images=pages[1:])
    with open_source(path, IntakeSettings()) as source:
        assert (source.page_count, source.problems) == (4, ())
    path.write_bytes(path.read_bytes()[: round(part * path.stat().st_size)])
    with open_source(path, IntakeSettings()) as source:
        assert source.page_count < 4
        assert [problem.code for problem in source.problems] == ["damaged_file"]
