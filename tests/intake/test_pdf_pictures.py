"""A scanned page gives its own image, upright, whatever it is coded in and however it is placed."""

from __future__ import annotations

import gc
import math
import weakref
from pathlib import Path

import numpy as np
import pytest
from pdf2image import convert_from_path
from PIL import Image

from pipeline.intake import open_source
from pipeline.intake.pdf.file import PdfFile
from pipeline.settings import IntakeSettings
from pipeline.values import PageInput

from .samples import A4, image_stream, scan, scanned_pdf, text_pdf

SETTINGS = IntakeSettings()


def pages_of(path: Path, settings: IntakeSettings = SETTINGS) -> list[tuple[PageInput, np.ndarray]]:
    with open_source(path, settings) as source:
        return [(page, page.image.load()) for page in source.pages() if page.image is not None]


def as_poppler_draws(path: Path, size: tuple[int, int]) -> np.ndarray:
    (drawn,) = convert_from_path(path, dpi=150, grayscale=True, use_cropbox=True)
    return np.asarray(drawn.convert("L").resize(size, Image.Resampling.BOX))


def grey(pixels: np.ndarray) -> np.ndarray:
    return np.asarray(Image.fromarray(pixels).convert("L"))


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """Mean difference of two pictures of one size, 0..255."""
    assert one.shape == other.shape
    return float(np.abs(one.astype(float) - other.astype(float)).mean())


CODINGS = ["ccitt", "jbig2", "jpeg", "jpeg-grey", "jpeg-cmyk", "jpeg2000", "indexed", "16-bit", "flate-1", "inverted-1",
           "stencil", "flate"]  # fmt: skip


@pytest.mark.parametrize("coding", CODINGS)
def test_the_embedded_image_is_what_the_page_shows(tmp_path, coding):
    path = scanned_pdf(tmp_path / "scan.pdf", [scan(mode="RGB")], coding)
    ((page, pixels),) = pages_of(path)
    assert page.problem is None
    assert type(page.image).__name__ == "EmbeddedPage"
    assert page.image.size == (248, 351) == (pixels.shape[1], pixels.shape[0])
    assert difference(grey(pixels), as_poppler_draws(path, (248, 351))) < 6


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize(
    "matrix",
    [
        (595, 0, 0, 842, 0, 0),
        (-595, 0, 0, -842, 595, 842),
        (-595, 0, 0, 842, 595, 0),
        (595, 0, 0, -842, 0, 842),
        (0, 842, -595, 0, 595, 0),
        (0, -842, 595, 0, 0, 842),
        (0, 842, 595, 0, 0, 0),
        (0, -842, -595, 0, 595, 842),
    ],
)
def test_rotation_and_mirroring_are_undone(tmp_path, rotate, matrix):
    picture = scan(mode="L") if matrix[0] else scan(351, 248)
    path = scanned_pdf(tmp_path / "scan.pdf", [picture], rotate=rotate, matrix=matrix)
    ((page, pixels),) = pages_of(path)
    assert type(page.image).__name__ == "EmbeddedPage"
    size = (248, 351) if rotate in (0, 180) else (351, 248)
    assert page.image.size == size
    assert difference(grey(pixels), as_poppler_draws(path, size)) < 6


def test_resolution_comes_from_the_place_on_the_page(tmp_path):
    ((page, _),) = pages_of(scanned_pdf(tmp_path / "a4.pdf", [scan(1654, 2339)]))
    assert page.image.dpi == pytest.approx(200, abs=1)


def test_an_absurd_page_size_gives_no_resolution(tmp_path):
    ((page, _),) = pages_of(scanned_pdf(tmp_path / "huge.pdf", [scan(1654, 2339)], size=(1654.0, 2339.0)))
    assert page.image.dpi is None


def test_fax_pixels_are_made_square(tmp_path):
    ((page, pixels),) = pages_of(scanned_pdf(tmp_path / "fax.pdf", [scan(1686, 1146)], "ccitt"))
    assert page.image.size == (pixels.shape[1], pixels.shape[0]) == (1686, 2386)
    assert page.image.dpi == pytest.approx(204, abs=1)


def test_a_very_fine_scan_is_reduced(tmp_path):
    ((page, pixels),) = pages_of(scanned_pdf(tmp_path / "fine.pdf", [scan(4958, 7016)], "ccitt"))
    assert page.image.dpi == SETTINGS.raster_dpi
    assert page.image.size == (pixels.shape[1], pixels.shape[0]) == (2479, 3508)


def test_text_over_a_scan_is_drawn_along(tmp_path):
    """A number stamped on a scan as real text is part of what the page shows."""
    stamped = b"BT /F1 30 Tf 300 400 Td (So 15/KH) Tj ET"
    path = scanned_pdf(tmp_path / "stamped.pdf", [scan(1240, 1754)], content=stamped)
    ((page, pixels),) = pages_of(path)
    assert type(page.image).__name__ == "DrawnPage"
    assert [word.text for word in page.layer.words] == ["So", "15/KH"]
    assert page.layer.hidden == (False, False)
    assert page.image.dpi == pytest.approx(150, abs=1)
    box = page.layer.words[1].box
    assert grey(pixels)[box.top : box.bottom, box.left : box.right].min() < 60


def test_an_invisible_layer_leaves_the_scan_as_it_is(tmp_path):
    hidden = b"BT 3 Tr /F1 30 Tf 300 400 Td (So 15/KH) Tj ET"
    ((page, _),) = pages_of(scanned_pdf(tmp_path / "ocred.pdf", [scan()], content=hidden))
    assert type(page.image).__name__ == "EmbeddedPage"
    assert page.layer.hidden == (True, True)


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_word_boxes_lie_on_the_words(tmp_path, rotate):
    ((page, pixels),) = pages_of(text_pdf(tmp_path / "text.pdf", ["Ke hoach\nphong trao thi dua"], rotate=rotate))
    assert sorted(word.text for word in page.layer.words) == ["Ke", "dua", "hoach", "phong", "thi", "trao"]
    ink = grey(pixels) < 128
    rest = ink.copy()
    for word in page.layer.words:
        box = word.box
        assert ink[box.top : box.bottom, box.left : box.right].any(), word.text
        rest[max(0, box.top - 2) : box.bottom + 2, max(0, box.left - 2) : box.right + 2] = False
    assert not rest.any()


def test_a_slightly_turned_image_is_drawn(tmp_path):
    """The producer turned the scan to straighten it: taking it as it lies would tilt the page again."""
    path = scanned_pdf(tmp_path / "turned.pdf", [scan()], matrix=(594.6, 20.8, -29.4, 841.5, 15, -10))
    ((page, _),) = pages_of(path)
    assert type(page.image).__name__ == "DrawnPage"


def test_an_oversized_page_is_drawn_coarser(tmp_path):
    path = text_pdf(tmp_path / "poster.pdf", ["mot"])
    ((page, pixels),) = pages_of(path, SETTINGS.model_copy(update={"max_page_pixels": 1_000_000}))
    assert pixels.size <= 1_000_000
    assert page.image.dpi < 120


def test_the_crop_box_is_the_page(tmp_path):
    import pikepdf

    path = text_pdf(tmp_path / "whole.pdf", ["Ke hoach"])
    with pikepdf.open(path) as pdf:
        pdf.pages[0].CropBox = pikepdf.Array([36, 400, 400, 842])
        pdf.save(tmp_path / "cropped.pdf")
    ((page, pixels),) = pages_of(tmp_path / "cropped.pdf")
    assert page.image.size == (math.ceil(364 / 72 * 300), math.ceil(442 / 72 * 300))
    box = page.layer.words[0].box
    assert (grey(pixels)[box.top : box.bottom, box.left : box.right] < 128).any()


def test_pages_of_one_make_are_drawn_together_and_in_order(tmp_path, monkeypatch):
    from pipeline.intake.pdf import draw

    calls = []

    def counted(*args, **kwargs):
        calls.append((kwargs["first_page"], kwargs["last_page"]))
        return convert_from_path(*args, **kwargs)

    monkeypatch.setattr(draw, "convert_from_path", counted)
    turned = [scan(124 + at, 176) for at in range(6)]
    path = scanned_pdf(tmp_path / "six.pdf", turned, matrix=(594.6, 20.8, -29.4, 841.5, 15, -10))
    together = [pixels for _, pixels in pages_of(path)]
    assert calls == [(1, 4), (5, 6)]
    for number, pixels in enumerate(together, start=1):
        (alone,) = convert_from_path(path, 300, first_page=number, last_page=number, grayscale=True)
        assert np.array_equal(np.asarray(alone), pixels)


def test_without_poppler_pdfium_draws(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    ((page, pixels),) = pages_of(text_pdf(tmp_path / "text.pdf", ["Ke hoach"]))
    box = page.layer.words[0].box
    assert (grey(pixels)[box.top : box.bottom, box.left : box.right] < 128).any()
    assert A4[0] / 72 * 300 == pytest.approx(page.image.size[0], abs=1)


def test_an_image_shown_through_a_mask_is_drawn(tmp_path):
    """All the image's own pixels are black; the page is in its mask."""
    import pikepdf

    path = scanned_pdf(tmp_path / "plain.pdf", [Image.new("RGB", (248, 351))], "flate")
    with pikepdf.open(path) as pdf:
        shape = Image.eval(scan(), lambda value: 255 - value)
        mask = image_stream(pdf, shape, "jpeg-grey")
        pdf.pages[0].Resources.XObject.Im0.SMask = pdf.make_indirect(mask)
        pdf.save(tmp_path / "masked.pdf")
    ((page, pixels),) = pages_of(tmp_path / "masked.pdf")
    assert type(page.image).__name__ == "DrawnPage"
    assert grey(pixels).mean() > 200


def test_a_cut_off_jpeg_gives_what_there_is_and_says_so(tmp_path):
    import pikepdf

    path = scanned_pdf(tmp_path / "whole.pdf", [scan(1240, 1754)])
    with pikepdf.open(path) as pdf:
        image = pdf.pages[0].Resources.XObject.Im0
        data = image.read_raw_bytes()
        image.write(data[: len(data) * 2 // 3], filter=pikepdf.Name.DCTDecode)
        pdf.save(tmp_path / "cut.pdf")
    ((page, pixels),) = pages_of(tmp_path / "cut.pdf")
    assert [problem.code for problem in page.problems] == ["page_damaged"]
    assert page.problems[0].page == 1
    assert difference(grey(pixels)[:800], np.asarray(scan(1240, 1754))[:800]) < 6


def typed_page(seed: int, width: int = 1240, height: int = 1754) -> Image.Image:
    """A page full of strokes, unlike in every line."""
    rng = np.random.default_rng(seed)
    page = np.full((height, width), 255, np.uint8)
    for top in range(100, height - 100, 30):
        for left in range(100, width - 140, 24):
            page[top : top + 18, left : left + int(rng.integers(3, 18))] = 0
    return Image.fromarray(page)


def with_cut_picture(path: Path, coding: str, keep: float, end: bytes = b"") -> Path:
    """A sound PDF whose one picture lost the rest of its data."""
    import pikepdf

    scanned_pdf(path, [typed_page(3)], coding)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        image = pdf.pages[0].Resources.XObject.Im0
        data = image.read_raw_bytes()
        image.write(data[: int(len(data) * keep)] + end, filter=image.Filter, decode_parms=image.get("/DecodeParms"))
        pdf.save(path)
    return path


@pytest.mark.parametrize("keep", [0.3, 0.7, 0.97])
@pytest.mark.parametrize("coding", ["ccitt", "jbig2", "flate", "flate-1", "jpeg-grey", "jpeg2000"])
def test_a_picture_whose_data_end_too_early_in_a_sound_pdf_is_a_problem(tmp_path, coding, keep):
    path = with_cut_picture(tmp_path / "cut.pdf", coding, keep)
    with open_source(path, SETTINGS) as source:
        (page,) = source.pages()
    assert [problem.code for problem in page.problems] == ["page_damaged"]
    assert "cut off" in page.problems[0].message


@pytest.mark.parametrize("coding", ["ccitt", "jbig2", "flate", "flate-1", "jpeg-grey", "jpeg2000"])
def test_a_whole_picture_is_no_problem_with_or_without_an_end_code(tmp_path, coding):
    path = with_cut_picture(tmp_path / "whole.pdf", coding, 1.0, b"\n")
    with open_source(path, SETTINGS) as source:
        (page,) = source.pages()
    assert page.problems == ()


def test_fax_data_without_an_end_code_are_whole_when_their_lines_are(tmp_path):
    """Many scanners leave the end-of-block code out; the picture is whole all the same."""
    data_of_code = 3  # the code is two times twelve bits
    path = scanned_pdf(tmp_path / "whole.pdf", [typed_page(3)], "ccitt")
    import pikepdf

    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        image = pdf.pages[0].Resources.XObject.Im0
        data = image.read_raw_bytes()
        bits = "".join(f"{byte:08b}" for byte in data).rstrip("0")
        assert bits.endswith("000000000001" * 2)
        bits = bits[:-24]
        bare = int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")
        assert len(bare) >= len(data) - data_of_code - 1
        image.write(bare, filter=image.Filter, decode_parms=image.get("/DecodeParms"))
        pdf.save(path)
    with open_source(path, SETTINGS) as source:
        (page,) = source.pages()
    assert page.problems == ()


def test_a_long_pdf_lets_go_of_the_pages_behind_it_and_of_none_that_is_held(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.intake.pdf.file._PAGES_HELD", 4)
    pictures = [Image.fromarray(np.full((120, 90), 20 * number, np.uint8)) for number in range(12)]
    path = scanned_pdf(tmp_path / "long.pdf", pictures)
    with path.open("rb") as file, PdfFile(path, file, 0, SETTINGS) as pdf:
        first = weakref.ref(pdf._document)
        pages = pdf.pages()
        held = next(pages)
        shades = [round(float(page.image.load().mean())) for page in pages]
        assert first() is not None
        assert round(float(held.image.load().mean())) == 0
        del held
        gc.collect()
        assert first() is None
    assert shades == pytest.approx([20 * number for number in range(1, 12)], abs=2)
