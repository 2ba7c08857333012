"""Renders the sample archive and its gold from corpus/sources: python corpus/render.py [name ...]

A development-time script: what it makes is committed, and `make ingest` needs none of it. The same sources, fonts
(fonts-liberation2) and library versions (constraints.txt) give the same files.
"""

from __future__ import annotations

import json
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from renderer import scans
from renderer.draw import draw_images, draw_layer_over_image, draw_pdf, sign, stamp_seal
from renderer.garble import english_dump, english_layer
from renderer.gold import gold_document, gold_text
from renderer.layout import PlacedPage, Typesetter, register_fonts
from renderer.source import Plan, load_plan
from renderer.textual import gold_paragraphs, markdown, word

HERE = Path(__file__).resolve().parent


@dataclass
class Sample:
    """A document set on pages, with the helpers a rendering needs."""

    plan: Plan
    pages: list[PlacedPage]
    rng: np.random.Generator

    def pdf(self) -> bytes:
        """The pages as a born-digital PDF."""
        return draw_pdf(self.pages, self.plan.get("subject") or self.plan.name)

    def images(self, dpi: int, *, seal: bool = False) -> list[Image.Image]:
        """The pages as signed images, as they lie on the scanner's glass."""
        images = draw_images(self.pdf(), dpi)
        for image, page in zip(images, self.pages, strict=True):
            for place in page.signatures:
                sign(image, place, dpi, self.rng)
                if seal:
                    stamp_seal(image, place, dpi, self.plan.get("seal_ring"), self.plan.get("seal_middle"))
        return images

    def greys(self, dpi: int) -> list[Image.Image]:
        """The same in grey."""
        return [image.convert("L") for image in self.images(dpi)]


def clean_scan(sample: Sample) -> bytes:
    """An even grey scan at 200 dpi."""
    pages = [scans.scan(page, sample.rng, noise=1.5, blur=0.6) for page in sample.greys(200)]
    return scans.image_pdf(pages, 200, quality=52)


def tilted_scan(sample: Sample) -> bytes:
    """Each page tilted its own way, grain, salt and pepper, light falling off."""
    pages = []
    for number, page in enumerate(sample.greys(200)):
        pixels = scans.scan(page, sample.rng, noise=5, blur=0.8)
        pixels = scans.shade(scans.tilt(pixels, (1.7, -1.1, 0.6)[number % 3]), 0.12)
        pages.append(scans.salt_and_pepper(pixels, sample.rng, 0.0012))
    return scans.image_pdf(pages, 200, quality=42)


def fax_scan(sample: Sample) -> bytes:
    """Black and white at 200 dpi, CCITT G4, ragged and specked."""
    pages = [scans.fax(scans.scan(page, sample.rng, noise=6, blur=0.9), sample.rng, 900) for page in sample.greys(200)]
    return scans.image_pdf(pages, 200)


def sealed_scan(sample: Sample) -> bytes:
    """In colour, with a red seal over the signature."""
    images = sample.images(200, seal=True)
    return scans.image_pdf([scans.scan(page, sample.rng, noise=2, blur=0.6) for page in images], 200, quality=50)


def born_digital(sample: Sample) -> bytes:
    """Real text, no image."""
    return sample.pdf()


def garbled_layer(sample: Sample) -> bytes:
    """A grey scan under the text that an OCR program without Vietnamese made of it."""
    pages = [scans.scan(page, sample.rng, noise=1.5, blur=0.6) for page in sample.greys(200)]
    layers = [english_layer(Image.fromarray(page), 200) for page in pages]
    return draw_layer_over_image([scans.jpeg(page, 52, 200) for page in pages], layers, sample.plan.name)


def black_and_white_tiff(sample: Sample) -> bytes:
    """All pages in one 1-bit TIFF at 300 dpi."""
    pages = [np.where(scans.scan(page, sample.rng, noise=4, blur=1.0) < 150, 0, 255) for page in sample.greys(300)]
    return scans.multi_page_tiff([page.astype(np.uint8) for page in pages], 300)


def photograph(sample: Sample) -> bytes:
    """The first page, photographed with a telephone."""
    return scans.jpeg(scans.photograph(sample.images(190)[0], sample.rng), 68)


def english_text(sample: Sample) -> bytes:
    """The text that Tesseract's English model reads on an even scan; the scan itself is not kept."""
    pages = [scans.scan(page, sample.rng, noise=2, blur=0.7) for page in sample.greys(200)]
    return english_dump([Image.fromarray(page) for page in pages]).encode()


def markdown_dump(sample: Sample) -> bytes:
    """Marked-up text."""
    return markdown(sample.plan)


def word_document(sample: Sample) -> bytes:
    """A Word file."""
    return word(sample.plan)


# path in the archive -> source, rendering, and whether the gold text has printed lines
RECIPES: dict[str, tuple[str, Callable[[Sample], bytes], bool]] = {
    "2024/kh-phong-trao-thi-dua.pdf": ("xa-phu-khe-duong-lang", clean_scan, True),
    "2025/kh-phong-trao-thi-dua.pdf": ("phuong-ben-go-cong-dan-so", tilted_scan, True),
    "2023/kh-luu-tru-ton-dong.pdf": ("huyen-son-ha-ho-so-nghiep-vu", fax_scan, True),
    "2024/kh-ben-song-an-toan.pdf": ("tinh-lam-giang-duong-thuy", sealed_scan, True),
    "2022/qd-thu-vien.pdf": ("so-van-hoa-quyet-dinh", garbled_layer, True),
    "2025/kh-bua-an-ca.pdf": ("cong-doan-tan-hoa-bua-com-ca", born_digital, True),
    "2024/kh-truong-hoc-hanh-phuc.docx": ("truong-thcs-suoi-lang", word_document, False),
    "2023/kh-vu-mua.txt": ("xa-dong-chum-giong-lua", english_text, True),
    "2023/kh-nu-cuoi-ao-trang.tif": ("benh-vien-tan-hoa-nu-cuoi", black_and_white_tiff, True),
    "2025/kh-chi-bo-bon-tot.jpg": ("dang-uy-phu-khe-chi-bo-mau", photograph, True),
    "2024/kh-tu-sach-cu.md": ("doan-thanh-nien-sach-cu", markdown_dump, False),
}


def render(target: str, source: str, recipe: Callable[[Sample], bytes], has_lines: bool) -> None:
    """Writes one file of the archive and its gold JSON and text."""
    plan = load_plan(HERE / "sources" / f"{source}.toml")
    pages = Typesetter(plan).set_plan() if has_lines else []
    sample = Sample(plan, pages, np.random.default_rng(zlib.crc32(target.encode())))
    data = recipe(sample)
    path = HERE / "archive" / target
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    gold = HERE / "gold" / target
    gold.parent.mkdir(parents=True, exist_ok=True)
    document = {"doc": target, **gold_document(plan)}
    gold.with_name(gold.name + ".json").write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
    gold.with_name(gold.name + ".txt").write_text(gold_text(pages) if has_lines else gold_paragraphs(plan), "utf-8")
    print(f"{target}: {len(data) // 1024} KB, {len(pages) or 1} pages")


def main() -> None:
    """Renders everything, or the files whose path contains one of the arguments."""
    register_fonts()
    wanted = sys.argv[1:]
    for target, (source, recipe, has_lines) in RECIPES.items():
        if not wanted or any(part in target for part in wanted):
            render(target, source, recipe, has_lines)


if __name__ == "__main__":
    main()
