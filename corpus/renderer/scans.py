"""What a scanner, a fax or a camera makes of a page, and the files such pages are kept in."""

from __future__ import annotations

import io
from collections.abc import Sequence

import cv2
import numpy as np
import pikepdf
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]


def scan(image: Image.Image, rng: np.random.Generator, *, noise: float, blur: float, paper: int = 246) -> Pixels:
    """An even scan: a little blur, grain, paper that is not quite white."""
    pixels = np.asarray(image, dtype=np.float32) * (paper / 255)
    pixels = cv2.GaussianBlur(pixels, (0, 0), blur)
    grain = rng.normal(0, noise, pixels.shape[:2]).astype(np.float32)
    return _bytes(pixels + (grain[..., None] if pixels.ndim == 3 else grain))


def tilt(pixels: Pixels, degrees: float) -> Pixels:
    """The page lay askew on the glass."""
    height, width = pixels.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    border = (247,) * (pixels.shape[2] if pixels.ndim == 3 else 1)
    return cv2.warpAffine(pixels, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=border).astype(np.uint8)


def shade(pixels: Pixels, strength: float) -> Pixels:
    """Light falls off towards one corner, as at a book's fold or under a camera."""
    height, width = pixels.shape[:2]
    fall = np.linspace(0, 1, width)[None, :] * 0.6 + np.linspace(0, 1, height)[:, None] * 0.4
    light = 1 - strength * fall**2
    return _bytes(pixels * (light[..., None] if pixels.ndim == 3 else light))


def salt_and_pepper(pixels: Pixels, rng: np.random.Generator, share: float) -> Pixels:
    """Single pixels that are black or white for no reason."""
    out = pixels.copy()
    hits = rng.random(pixels.shape[:2])
    out[hits < share / 2] = 30
    out[hits > 1 - share / 2] = 255
    return out


def fax(grey: Pixels, rng: np.random.Generator, specks: int) -> Pixels:
    """Black and white, with ragged edges and specks of toner; 0 is black."""
    rough = grey.astype(np.float32) + cv2.GaussianBlur(rng.normal(0, 60, grey.shape).astype(np.float32), (0, 0), 1.0)
    out: Pixels = np.where(rough < 150, 0, 255).astype(np.uint8)
    height, width = out.shape
    for x, y, size in zip(
        rng.integers(0, width, specks), rng.integers(0, height, specks), rng.integers(1, 3, specks), strict=True
    ):
        out[y : y + size, x : x + size] = 0
    return out


def photograph(image: Image.Image, rng: np.random.Generator) -> Pixels:
    """A page taken with a telephone: perspective, warm light, a shadow."""
    pixels = np.asarray(image)
    height, width = pixels.shape[:2]
    margin = 0.03
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    moved = corners + np.array(
        [[margin, 0.02], [-0.012, 0.012], [-margin, -0.012], [0.012, -0.02]], dtype=np.float32
    ) * np.array([width, height], dtype=np.float32)
    view = cv2.warpPerspective(
        pixels, cv2.getPerspectiveTransform(corners, moved), (width, height), borderValue=(122, 104, 88)
    )
    warm = view.astype(np.float32) * np.array([0.97, 0.94, 0.88], dtype=np.float32)
    noisy = cv2.GaussianBlur(warm, (0, 0), 0.7) + rng.normal(0, 4, pixels.shape).astype(np.float32)
    return shade(_bytes(noisy), 0.35)


def jpeg(pixels: Pixels, quality: int, dpi: int | None = None) -> bytes:
    """JPEG data; without `dpi` the file says nothing of its resolution, like a telephone's."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=quality, **({"dpi": (dpi, dpi)} if dpi else {}))
    return out.getvalue()


def image_pdf(pages: Sequence[Pixels], dpi: int, *, quality: int = 0) -> bytes:
    """A PDF of page images as a scanner writes it: JPEG at `quality`, or CCITT G4 (1 bit) where it is 0."""
    pdf = pikepdf.new()
    for pixels in pages:
        height, width = pixels.shape[:2]
        stream = pikepdf.Stream(pdf, jpeg(pixels, quality, dpi) if quality else _group4(pixels))
        stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        stream.Width, stream.Height = width, height
        if quality:
            stream.ColorSpace = pikepdf.Name.DeviceRGB if pixels.ndim == 3 else pikepdf.Name.DeviceGray
            stream.BitsPerComponent, stream.Filter = 8, pikepdf.Name.DCTDecode
        else:
            stream.ColorSpace, stream.BitsPerComponent = pikepdf.Name.DeviceGray, 1
            stream.Filter = pikepdf.Name.CCITTFaxDecode
            stream.DecodeParms = pikepdf.Dictionary(K=-1, Columns=width, Rows=height)
        size = (width * 72 / dpi, height * 72 / dpi)
        page = pdf.add_blank_page(page_size=size)
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=pdf.make_indirect(stream)))
        page.Contents = pikepdf.Stream(pdf, f"q {size[0]:.2f} 0 0 {size[1]:.2f} 0 0 cm /Im0 Do Q".encode())
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()


def multi_page_tiff(pages: Sequence[Pixels], dpi: int) -> bytes:
    """A 1-bit G4 TIFF with all pages."""
    images = [Image.fromarray(pixels).convert("1", dither=Image.Dither.NONE) for pixels in pages]
    out = io.BytesIO()
    images[0].save(
        out, "TIFF", compression="group4", save_all=True, append_images=images[1:], dpi=(dpi, dpi), software="scanner"
    )
    return out.getvalue()


def _group4(pixels: Pixels) -> bytes:
    """The bare G4 data of a black-and-white page: one strip out of a TIFF."""
    out = io.BytesIO()
    image = Image.fromarray(pixels).convert("1", dither=Image.Dither.NONE)
    # PhotometricInterpretation 0 (white is zero) is what CCITTFaxDecode's default BlackIs1=false undoes.
    image.save(out, "TIFF", compression="group4", tiffinfo={278: image.height, 262: 0})
    tiff = Image.open(out)
    offset, count = tiff.tag_v2[273][0], tiff.tag_v2[279][0]
    return out.getvalue()[offset : offset + count]


def _bytes(pixels: NDArray[np.floating]) -> Pixels:
    return np.clip(pixels, 0, 255).astype(np.uint8)
