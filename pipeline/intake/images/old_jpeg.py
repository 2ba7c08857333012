"""Old-style JPEG in TIFF (compression 6), which TIFF 6.0 described and every program wrote its own way.

Some wrote a whole JPEG stream, some its tables in one place and its scan in another, some the bare tables of Huffman
and quantisation. Each way is tried; a stream that is put together is an ordinary JPEG.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Mapping
from typing import Any

from PIL import Image

COMPRESSION = 6
_STRIP_OFFSETS, _STRIP_COUNTS, _TILE_OFFSETS, _TILE_COUNTS = 273, 279, 324, 325
_JPEG_OFFSET, _JPEG_LENGTH, _RESTART = 513, 514, 515
_QUANTISATION, _DC, _AC = 519, 520, 521
_SAMPLES, _SUBSAMPLING = 277, 530
_START, _END = b"\xff\xd8", b"\xff\xd9"
_LARGEST_TABLE = 17 + 256


def is_old_jpeg(picture: Image.Image) -> bool:
    """Whether the frame that an open TIFF stands at is stored this way."""
    tags = getattr(picture, "tag_v2", {})
    return picture.format == "TIFF" and tags.get(259) == COMPRESSION


def decoded(picture: Image.Image) -> Image.Image:
    """The frame as an open JPEG picture of the same size. Raises OSError when no stream of it can be decoded."""
    file = getattr(picture, "fp", None)
    if file is None:
        raise OSError("the TIFF is closed")
    for stream in _streams(file, picture.tag_v2, picture.size):  # type: ignore[attr-defined]
        try:
            found = Image.open(io.BytesIO(stream), formats=("JPEG",))
            found.load()
        except (OSError, ValueError, SyntaxError, IndexError, struct.error):
            continue
        if found.size == picture.size:
            return found
    raise OSError("no old-style JPEG stream of it can be decoded")


def _streams(file: Any, tags: Mapping[int, Any], size: tuple[int, int]) -> Iterator[bytes]:  # noqa: ANN401
    """The JPEG streams that the frame may be, the likeliest first."""
    scan = _scan(file, tags)
    if _JPEG_OFFSET in tags:
        length = tags.get(_JPEG_LENGTH, 0)
        whole = _read(file, tags[_JPEG_OFFSET], length or len(scan) + 65_536)
        if whole.startswith(_START):
            yield whole
            yield whole.removesuffix(_END) + scan + _END
    if scan.startswith(_START):
        yield scan
    if _QUANTISATION in tags and _DC in tags and _AC in tags:
        yield _START + _tables(file, tags, size) + scan + _END


def _scan(file: Any, tags: Mapping[int, Any]) -> bytes:  # noqa: ANN401
    offsets = _numbers(tags.get(_STRIP_OFFSETS, tags.get(_TILE_OFFSETS, ())))
    counts = _numbers(tags.get(_STRIP_COUNTS, tags.get(_TILE_COUNTS, ())))
    strips = [_read(file, offset, count) for offset, count in zip(offsets, counts, strict=False)]
    if len(strips) < 2:
        return b"".join(strips)
    # Strips follow each other at restart marks, numbered 0 to 7 in turn.
    marks = [bytes([0xFF, 0xD0 + at % 8]) for at in range(len(strips) - 1)]
    return b"".join(strip + mark for strip, mark in zip(strips, [*marks, b""], strict=True))


def _tables(file: Any, tags: Mapping[int, Any], size: tuple[int, int]) -> bytes:  # noqa: ANN401
    """The head of a JPEG stream made of the tables that tags point to, its scan's beginning included."""
    samples = int(tags.get(_SAMPLES, 1))
    across, down = _numbers(tags.get(_SUBSAMPLING, (2, 2)))[:2] if samples > 1 else (1, 1)
    parts = []
    for at, offset in enumerate(_numbers(tags[_QUANTISATION])[:4]):
        parts.append(b"\xff\xdb" + struct.pack(">HB", 67, at) + _read(file, offset, 64))
    for kind, name in ((0, _DC), (1, _AC)):
        for at, offset in enumerate(_numbers(tags[name])[:4]):
            table = _read(file, offset, _LARGEST_TABLE)
            table = table[: 16 + sum(table[:16])]
            parts.append(b"\xff\xc4" + struct.pack(">HB", 3 + len(table), kind << 4 | at) + table)
    quantisations, huffmans = len(_numbers(tags[_QUANTISATION])), len(_numbers(tags[_DC]))
    frame = struct.pack(">HBHHB", 8 + 3 * samples, 8, size[1], size[0], samples)
    scan = struct.pack(">HB", 6 + 2 * samples, samples)
    for at in range(samples):
        factors = across << 4 | down if at == 0 else 0x11
        frame += bytes([at + 1, factors, min(at, quantisations - 1)])
        coded = min(at, huffmans - 1)
        scan += bytes([at + 1, coded << 4 | coded])
    interval = int(tags.get(_RESTART, 0))
    if interval:
        parts.append(b"\xff\xdd" + struct.pack(">HH", 4, interval))
    return b"".join(parts) + b"\xff\xc0" + frame + b"\xff\xda" + scan + b"\x00\x3f\x00"


def _numbers(value: Any) -> list[int]:  # noqa: ANN401
    return [int(number) for number in value] if isinstance(value, tuple | list) else [int(value)]


def _read(file: Any, offset: int, length: int) -> bytes:  # noqa: ANN401
    file.seek(offset)
    return bytes(file.read(max(0, length)))
