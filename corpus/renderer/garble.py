"""The damage of the wrong OCR language, made by doing it: pages read with Tesseract's English model."""

from __future__ import annotations

from collections.abc import Sequence

import pytesseract
from PIL import Image

LayerWord = tuple[str, float, float, float]


def english_dump(pages: Sequence[Image.Image]) -> str:
    """The text of the pages, a form feed after each, as `tesseract -l eng` writes it."""
    return "\f".join(pytesseract.image_to_string(page, lang="eng", config="--psm 3").rstrip("\f\n") for page in pages)


def english_layer(page: Image.Image, dpi: int) -> list[LayerWord]:
    """The words that an OCR program without Vietnamese puts into a PDF: text, x, baseline, size (points)."""
    data = pytesseract.image_to_data(page, lang="eng", config="--psm 4", output_type=pytesseract.Output.DICT)
    scale = 72 / dpi
    words = []
    for text, left, top, height in zip(data["text"], data["left"], data["top"], data["height"], strict=True):
        if text.strip():
            words.append((text.strip(), left * scale, (top + height) * scale, max(6.0, height * scale)))
    return words
