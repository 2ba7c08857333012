"""Archives for the scale benchmark, made from the sample archive: many scans, one long scan, many small texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image

from pipeline.intake import open_source
from pipeline.settings import IntakeSettings

_SCANS = frozenset({".pdf", ".tif", ".jpg", ".png"})
_LONG_COPY = 250  # the mark of the long scan's pages, which no copy of the others has


def text_archive(folder: Path, files: int) -> Path:
    """`files` short plans as text, in folders of 500."""
    for number in range(files):
        path = folder / f"{number // 500:04}" / f"kh-{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            f"UBND XÃ SỐ {number}\nSố: {number}/KH-UBND\n\nKẾ HOẠCH\nThi đua {number}\n\nI. MỤC ĐÍCH\n"
            f"- Mục đích thứ {number}.\n\nII. KINH PHÍ\nKinh phí {number * 1000} đồng.\n"
        )
    return folder


def page_archive(samples: Path, folder: Path, pages: int, first_copy: int = 0) -> Path:
    """The scans among `samples` as PDFs of pictures, again and again until there are `pages` pages.

    Each copy has a mark of its own in a corner of each page, too small to be read: files and pictures that are the
    same would come from the caches, and nothing would be measured.
    """
    scans = [(path, _pictures(path)) for path in sorted(samples.rglob("*")) if path.suffix in _SCANS]
    found, copy = 0, first_copy
    while found < pages:
        for path, pictures in scans:
            target = folder / str(copy) / path.relative_to(samples).with_suffix(".pdf")
            target.parent.mkdir(parents=True, exist_ok=True)
            first, *others = [_marked(picture, copy) for picture, _ in pictures]
            quality: dict[str, Any] = {} if first.mode == "1" else {"quality": 90}
            first.save(target, save_all=True, append_images=others, resolution=pictures[0][1], **quality)
            found += len(pictures)
        copy += 1
    return folder


def _pictures(path: Path) -> list[tuple[Image.Image, float]]:
    """(picture, resolution) of each page of a file."""
    with open_source(path, IntakeSettings()) as source:
        found = []
        for page in source.pages():
            if page.image is None:
                raise RuntimeError(f"{path} has a page without a picture")
            picture = Image.fromarray(page.image.load())
            if picture.mode == "L" and not any(picture.histogram()[1:255]):
                picture = picture.convert("1")
            found.append((picture, page.image.dpi or 300.0))
        return found


def _marked(picture: Image.Image, copy: int) -> Image.Image:
    """`picture` with a block of eight pixels a side in the corner (where JPEG has its own), a grey for each copy."""
    marked = picture.copy()
    if picture.mode == "1":
        marked.putpixel((copy, 0), 0)
    else:
        marked.paste((255 - copy) if picture.mode == "L" else (255 - copy,) * 3, (0, 0, 8, 8))
    return marked


def long_scan(samples: Path, target: Path) -> int:
    """All scans among `samples` as one PDF of grey pictures; the number of its pages."""
    scans = [scan for path in sorted(samples.rglob("*")) if path.suffix in _SCANS for scan in _pictures(path)]
    target.parent.mkdir(parents=True, exist_ok=True)
    first, *others = [_marked(picture.convert("L"), _LONG_COPY) for picture, _ in scans]
    first.save(target, save_all=True, append_images=others, resolution=scans[0][1], quality=90)
    return len(scans)
