"""Turns placed pages into a PDF with real text, and that PDF into page images; signs and seals the images."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import pypdfium2
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from renderer.layout import FONT_FOLDER, HEIGHT, WIDTH, PlacedPage, text_width

INK, SEAL = (38, 52, 132), (205, 34, 40)


def draw_pdf(pages: Sequence[PlacedPage], title: str) -> bytes:
    """A born-digital PDF; the same input gives the same bytes."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), invariant=1)
    canvas.setTitle(title)
    canvas.setAuthor("sohoa sample archive")
    for page in pages:
        for line in page.lines:
            for number, word in enumerate(line.words):
                canvas.setFont(word.style, word.size)
                space = " " if number < len(line.words) - 1 else ""
                canvas.drawString(word.x, HEIGHT - word.y, word.text + space)
        canvas.setLineWidth(0.7)
        for x0, y0, x1, y1 in page.rules:
            canvas.line(x0, HEIGHT - y0, x1, HEIGHT - y1)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def draw_images(pdf: bytes, dpi: int) -> list[Image.Image]:
    """The pages of a PDF as RGB images."""
    document = pypdfium2.PdfDocument(pdf)
    return [page.render(scale=dpi / 72).to_pil().convert("RGB") for page in document]


def sign(image: Image.Image, place: tuple[float, float], dpi: int, rng: np.random.Generator) -> None:
    """A signature: one swinging stroke of blue ink around `place` (points)."""
    scale = dpi / 72
    steps = np.linspace(0, 1, 90)
    wave = sum(rng.uniform(4, 15) * np.sin(steps * rng.uniform(8, 30) + rng.uniform(0, 6)) for _ in range(3))
    x = place[0] - 45 + steps * 90 + 6 * np.sin(steps * 25)
    y = place[1] + wave * (1 - steps * 0.6)
    points = [(float(a * scale), float(b * scale)) for a, b in zip(x, y, strict=True)]
    ImageDraw.Draw(image).line(points, fill=INK, width=max(2, round(1.3 * scale)), joint="curve")


def stamp_seal(image: Image.Image, place: tuple[float, float], dpi: int, ring: str, middle: str) -> None:
    """A round red seal over the left third of the signature, as the rules want it; inks multiply."""
    scale = dpi / 72
    radius = 52 * scale
    side = round(radius * 2 + 8)
    seal = Image.new("RGB", (side, side), "white")
    draw = ImageDraw.Draw(seal)
    centre = side / 2
    for r, width in ((radius, 3.0), (radius * 0.66, 1.4)):
        box = (centre - r, centre - r, centre + r, centre + r)
        draw.ellipse(box, outline=SEAL, width=max(1, round(width * scale / 2)))
    angles = [np.pi * (-0.5 + 0.4 * i) for i in range(5)]
    star = [angles[i] for i in (0, 2, 4, 1, 3)]
    points = [(centre + 0.2 * radius * np.cos(a), centre - 0.12 * radius + 0.2 * radius * np.sin(a)) for a in star]
    draw.line([*points, points[0]], fill=SEAL, width=max(2, round(1.2 * scale)))
    small = ImageFont.truetype(FONT_FOLDER + "LiberationSans-Bold.ttf", round(8.2 * scale))
    draw.text((centre, centre + 0.3 * radius), middle, font=small, fill=SEAL, anchor="mm")
    _ring_text(seal, ring, small, radius * 0.83)
    left, top = round((place[0] - 40) * scale - centre), round((place[1] - 8) * scale - centre)
    below = np.asarray(image.crop((left, top, left + side, top + side)), dtype=np.uint16)
    mixed = below * np.asarray(seal, dtype=np.uint16) // 255
    image.paste(Image.fromarray(mixed.astype(np.uint8)), (left, top))


def _ring_text(seal: Image.Image, text: str, font: ImageFont.FreeTypeFont, radius: float) -> None:
    centre = seal.width / 2
    for number, letter in enumerate(text):
        angle = 360 * number / len(text) - 150
        tile = Image.new("L", (round(radius / 2), round(radius / 2)), 0)
        ImageDraw.Draw(tile).text((tile.width / 2, tile.height / 2), letter, font=font, fill=255, anchor="mm")
        tile = tile.rotate(-angle - 90, resample=Image.Resampling.BICUBIC)
        x = centre + radius * np.cos(np.radians(angle)) - tile.width / 2
        y = centre + radius * np.sin(np.radians(angle)) - tile.height / 2
        seal.paste(SEAL, (round(x), round(y)), tile)


def draw_layer_over_image(
    images: Sequence[bytes], layers: Sequence[Sequence[tuple[str, float, float, float]]], title: str
) -> bytes:
    """A PDF of page images (encoded) with an invisible text layer: words as (text, x, baseline, size) in points."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), invariant=1)
    canvas.setTitle(title)
    for data, words in zip(images, layers, strict=True):
        canvas.drawImage(ImageReader(io.BytesIO(data)), 0, 0, WIDTH, HEIGHT)
        for text, x, y, size in words:
            layer: Any = canvas.beginText(x, HEIGHT - y)
            layer.setFont("Helvetica", size)
            layer.setTextRenderMode(3)
            natural = max(1.0, text_width(text, "Helvetica", size))
            layer.setHorizScale(100 * max(0.2, min(3.0, len(text) * size * 0.5 / natural)))
            layer.textOut(text + " ")
            canvas.drawText(layer)
        canvas.showPage()
    canvas.save()
    return out.getvalue()
