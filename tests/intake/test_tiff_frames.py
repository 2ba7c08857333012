"""TIFF: thumbnails, reduced copies and masks are no pages; old-style JPEG is decoded in each way it was written."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.errors import UnusableInputError
from pipeline.intake import open_source
from pipeline.settings import IntakeSettings
from pipeline.values import PageInput

from .samples import encoded, scan

SETTINGS = IntakeSettings()


def pages(path: Path) -> list[PageInput]:
    with open_source(path, SETTINGS) as source:
        found = list(source.pages())
        assert source.page_count == len(found)
        return found


def loaded(path: Path) -> list[np.ndarray]:
    with open_source(path, SETTINGS) as source:
        return [page.image.load() for page in source.pages() if page.image]


def tiff(path: Path, frames: list[tuple[Image.Image, dict[int, int]]]) -> Path:
    first, *others = [frame.copy() for frame, _ in frames]
    for frame, (_, tags) in zip([first, *others], frames, strict=True):
        frame.encoderinfo = {"tiffinfo": tags}
    first.save(path, "TIFF", save_all=True, append_images=others, tiffinfo=frames[0][1])
    return path


SMALL = scan(60, 85)
PAGE, OTHER = scan(), scan(248, 351).rotate(180)


@pytest.mark.parametrize(
    ("tags", "sizes"),
    [
        ([{254: 2}, {254: 1}, {254: 2}, {254: 1}], [248, 248]),
        ([{254: 0}, {254: 1}], [248]),
        ([{254: 1}, {254: 0}], [248]),  # the thumbnail first
        ([{254: 2}, {254: 3}], [248]),  # a reduced page of several
        ([{254: 0}, {254: 4}], [248]),  # a mask
        ([{255: 1}, {255: 2}], [248]),
        ([{254: 1}], [248]),  # alone it is all there is
        ([{}, {}], [248, 248]),
    ],
)
def test_tags_say_which_frames_are_pages(tags: list[dict[int, int]], sizes: list[int], tmp_path: Path) -> None:
    reduced = [bool(tag.get(254, 0) & 5 or tag.get(255) == 2) for tag in tags]
    frames = [(SMALL if small and len(tags) > 1 else PAGE, tag) for small, tag in zip(reduced, tags, strict=True)]
    path = tiff(tmp_path / "a.tif", frames)
    assert [page.image.size[0] for page in pages(path) if page.image] == sizes
    assert [page.number for page in pages(path)] == list(range(1, len(sizes) + 1))


def test_a_reduced_copy_as_large_as_a_page_is_told_by_its_tag(tmp_path: Path) -> None:
    path = tiff(tmp_path / "a.tif", [(PAGE, {254: 2}), (scan(240, 340), {254: 1}), (OTHER, {254: 2})])
    assert len(pages(path)) == 2


def test_an_untagged_thumbnail_is_told_by_its_size_and_shape(tmp_path: Path) -> None:
    large = scan(992, 1404)
    assert len(pages(tiff(tmp_path / "a.tif", [(large, {}), (scan(124, 176), {}), (large, {})]))) == 2
    # a slip of paper beside it has another shape
    assert len(pages(tiff(tmp_path / "b.tif", [(large, {}), (scan(300, 100), {}), (large, {})]))) == 3


def ifd(entries: list[tuple[int, int, int, int]], start: int) -> bytes:
    """A little-endian TIFF head with one directory at `start`."""
    body = struct.pack("<H", len(entries))
    for tag, kind, count, value in sorted(entries):
        body += struct.pack("<HHI", tag, kind, count) + struct.pack("<I", value)
    return body + struct.pack("<I", 0)


def segments(jpeg: bytes) -> dict[int, list[bytes]]:
    """The bodies of a JPEG's segments by their mark; under 0 what follows the scan's head."""
    found: dict[int, list[bytes]] = {}
    at = 2
    while at < len(jpeg):
        mark, length = jpeg[at + 1], struct.unpack(">H", jpeg[at + 2 : at + 4])[0]
        found.setdefault(mark, []).append(jpeg[at + 4 : at + 2 + length])
        at += 2 + length
        if mark == 0xDA:
            found[0] = [jpeg[at:-2]]
            return found
    return found


def old_jpeg(picture: Image.Image, way: str) -> bytes:
    """`picture` as TIFF with compression 6, as different programs wrote it."""
    jpeg = encoded(picture, "JPEG", quality=90, subsampling=0, optimize=False)
    grey = picture.mode == "L"
    parts = segments(jpeg)
    blob, offsets = io.BytesIO(), {}

    def put(name: str, data: bytes) -> int:
        offsets[name] = 8 + blob.tell()
        blob.write(data)
        return offsets[name]

    width, height = picture.size
    entries = [(254, 4, 1, 0), (256, 4, 1, width), (257, 4, 1, height), (259, 3, 1, 6), (262, 3, 1, 1 if grey else 6)]
    entries += [(277, 3, 1, 1 if grey else 3), (278, 4, 1, height)]
    bits = 8 if grey else put("bits", struct.pack("<HHH", 8, 8, 8))
    entries.append((258, 3, 1 if grey else 3, bits))
    scan_data = parts[0][0]
    head_end = jpeg.index(scan_data)
    if way == "whole":
        at = put("jpeg", jpeg)
        entries += [(513, 4, 1, at), (514, 4, 1, len(jpeg)), (273, 4, 1, at), (279, 4, 1, len(jpeg))]
    elif way == "whole, no length":
        at = put("jpeg", jpeg)
        entries += [(513, 4, 1, at), (273, 4, 1, at), (279, 4, 1, len(jpeg))]
    elif way == "in the strip":
        at = put("jpeg", jpeg)
        entries += [(273, 4, 1, at), (279, 4, 1, len(jpeg))]
    elif way == "head and scan":
        head = put("head", jpeg[:head_end])
        at = put("scan", scan_data)
        entries += [(513, 4, 1, head), (514, 4, 1, head_end), (273, 4, 1, at), (279, 4, 1, len(scan_data))]
    else:  # bare tables
        quant = [body[1:65] for body in parts[0xDB] for body in [body]]
        tables: dict[tuple[int, int], bytes] = {}
        for body in parts[0xC4]:
            while body:
                length = 17 + sum(body[1:17])
                tables[body[0] >> 4, body[0] & 15] = body[1:length]
                body = body[length:]  # noqa: PLW2901
        places = [put("q", data) for data in quant]
        dcs = [put("dc", tables[0, at]) for at in range(len(quant))]
        acs = [put("ac", tables[1, at]) for at in range(len(quant))]
        samples = 1 if grey else 3
        for tag, found in ((519, places), (520, dcs), (521, acs)):
            each = [found[min(at, len(found) - 1)] for at in range(samples)]
            value = each[0] if grey else put("list", struct.pack("<III", *each))
            entries.append((tag, 4, samples, value))
        if not grey:
            entries.append((530, 3, 2, 1 | 1 << 16))
        at = put("scan", scan_data)
        entries += [(512, 3, 1, 1), (273, 4, 1, at), (279, 4, 1, len(scan_data))]
    data = blob.getvalue()
    data += b"\0" * (len(data) % 2)
    return b"II*\x00" + struct.pack("<I", 8 + len(data)) + data + ifd(entries, 8 + len(data))


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("way", ["whole", "whole, no length", "in the strip", "head and scan", "bare tables"])
def test_old_style_jpeg_is_decoded(way: str, mode: str, tmp_path: Path) -> None:
    picture = scan(mode=mode)
    (tmp_path / "a.tif").write_bytes(old_jpeg(picture, way))
    (pixels,) = loaded(tmp_path / "a.tif")
    shown = np.asarray(Image.fromarray(pixels).convert("L"), dtype=int)
    assert np.abs(shown - np.asarray(picture.convert("L"), dtype=int)).mean() < 6


def test_old_style_jpeg_that_is_damaged_says_what_it_is(tmp_path: Path) -> None:
    data = old_jpeg(scan(mode="L"), "whole")
    at = data.index(b"\xff\xd8")
    (tmp_path / "a.tif").write_bytes(data[:at] + b"\0" * 600 + data[at + 600 :])
    with open_source(tmp_path / "a.tif", SETTINGS) as source:
        (page,) = source.pages()
        assert page.image is not None
        with pytest.raises(UnusableInputError, match="old-style JPEG"):
            page.image.load()


def test_a_picture_of_two_eyes_is_one_page(tmp_path: Path) -> None:
    PAGE.convert("RGB").save(tmp_path / "a.jpg", "MPO", save_all=True, append_images=[OTHER.convert("RGB")])
    assert Image.open(tmp_path / "a.jpg").format == "MPO"
    (pixels,) = loaded(tmp_path / "a.jpg")
    assert np.abs(pixels.astype(int) - np.asarray(PAGE.convert("RGB"), dtype=int)).mean() < 6
