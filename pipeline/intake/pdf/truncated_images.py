"""Whether a picture's data inside a PDF end before the picture does: JPEG, JPEG 2000, Flate, CCITT fax, JBIG2.

PDFium shows what is there and leaves the rest white, so a page that lost its lower half looks like a short one.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator

import numpy as np
import pikepdf
from numpy.typing import NDArray
from PIL import Image

# A few bytes of padding may follow an end mark.
_PADDING = 1_024
_END_OF_IMAGE = b"\xff\xd9"  # of JPEG and of JPEG 2000
_CHUNK = 1 << 20
_MOST_UNPACKED = 1 << 29
_LARGEST_FAX = 30_000
# Fax data end with two end-of-line codes (group 4) or six (group 3); two are enough to tell.
_END_OF_LINE = "000000000001"
_FAX_TAIL = 24
# A run of white, a run of black, and "as above" over and over: lines that are no picture's.
_MORE_LINES = ("001" + "10011" + "000101" + "1" * 4_099, "1" * 7 + "001" + "10011" + "000101" + "1" * 4_093)
_UNKNOWN_LENGTH = 0xFFFFFFFF


def is_cut_off(image: pikepdf.Object) -> bool:
    """Whether the data of an image object end too early, as far as its coding lets one know."""
    filters = list(_filters(image))
    data = bytes(image.read_raw_bytes())
    for at, (name, parameters) in enumerate(filters):
        if name == "/FlateDecode":
            unpacked = _inflated(data, keep=at + 1 < len(filters))
            if unpacked is None:
                return True
            data = unpacked
        elif name in ("/DCTDecode", "/JPXDecode"):
            return _END_OF_IMAGE not in data[-_PADDING:]
        elif name == "/CCITTFaxDecode":
            return _fax_is_cut_off(data, parameters, int(image.get("/Height", 0)))
        elif name == "/JBIG2Decode":
            return _jbig2_is_cut_off(data)
        else:
            return False
    return False


def _filters(image: pikepdf.Object) -> Iterator[tuple[str, pikepdf.Object | None]]:
    """(name, parameters) of an image's filters in order."""
    filters, parameters = image.get("/Filter"), image.get("/DecodeParms")
    if filters is None:
        return
    names = [str(filters)] if isinstance(filters, pikepdf.Name) else [str(name) for name in filters]
    each = list(parameters) if isinstance(parameters, pikepdf.Array) else [parameters] * len(names)
    for at, name in enumerate(names):
        yield name, each[at] if at < len(each) else None


def _inflated(data: bytes, *, keep: bool) -> bytes | None:
    """Flate data unpacked (nothing is kept unless asked for); None where they end too early or are damaged."""
    unpacker = zlib.decompressobj()
    kept, total, waiting = [], 0, data
    try:
        while not unpacker.eof:
            piece = unpacker.decompress(waiting, _CHUNK)
            waiting = unpacker.unconsumed_tail
            total += len(piece)
            if keep:
                kept.append(piece)
            if total > _MOST_UNPACKED:  # bombs are refused elsewhere
                break
            if not piece and not waiting:
                return None
    except zlib.error:
        return None
    return b"".join(kept)


def _fax_is_cut_off(data: bytes, parameters: pikepdf.Object | None, rows: int) -> bool:
    """Whether fax data end before `rows` lines are full.

    Most end with a code that says so. Of those that don't, more lines are put behind them: where the picture is whole
    nobody sees them, where it is cut off they show.
    """

    def parameter(name: str, default: int) -> int:
        value = parameters.get(name) if isinstance(parameters, pikepdf.Dictionary) else None
        return default if value is None else int(value)

    if _END_OF_LINE * 2 in "".join(f"{byte:08b}" for byte in data.rstrip(b"\0\r\n")[-_FAX_TAIL:]) + "0" * 8:
        return False
    columns, kind = parameter("/Columns", 1728), parameter("/K", 0)
    if not (0 < columns <= _LARGEST_FAX and 0 < rows <= _LARGEST_FAX) or kind > 0 or parameter("/EncodedByteAlign", 0):
        return False
    compression = 4 if kind < 0 else 3
    shown = _fax_picture(data, columns, rows, compression)
    if shown is None:
        return kind < 0
    longer = (_fax_picture(data + _bits(more), columns, rows, compression) for more in _MORE_LINES)
    return any(picture is None or not np.array_equal(shown, picture) for picture in longer)


def _bits(code: str) -> bytes:
    return int(code, 2).to_bytes((len(code) + 7) // 8, "big")


def _fax_picture(data: bytes, columns: int, rows: int, compression: int) -> NDArray[np.bool_] | None:
    """The picture as libtiff decodes it; None where it cannot."""
    entries = [(256, 4, columns), (257, 4, rows), (258, 3, 1), (259, 3, compression), (262, 3, 0), (273, 4, 0),
               (277, 3, 1), (278, 4, rows), (279, 4, len(data))]  # fmt: skip
    start = 8 + 2 + 12 * len(entries) + 4
    directory = b"".join(
        struct.pack("<HHII", tag, kind, 1, start if tag == 273 else value) for tag, kind, value in entries
    )
    head = b"II*\0" + struct.pack("<IH", 8, len(entries)) + directory + struct.pack("<I", 0)
    try:
        with Image.open(io.BytesIO(head + data), formats=("TIFF",)) as picture:
            return np.asarray(picture, dtype=np.bool_)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _jbig2_is_cut_off(data: bytes) -> bool:
    """Whether the segments of embedded JBIG2 data say that they are longer than the data are (ITU-T T.88, 7.2)."""
    at = 0
    while at + 11 <= len(data):
        flags = data[at + 4]
        number = struct.unpack_from(">I", data, at)[0]
        referred = data[at + 5] >> 5
        at += 6
        if referred == 7:
            referred = struct.unpack_from(">I", data, at - 1)[0] & 0x1FFFFFFF
            at += 3 + (referred + 8) // 8
        at += referred * (1 if number <= 256 else 2 if number <= 65_536 else 4) + (4 if flags & 0x40 else 1)
        if at + 4 > len(data):
            return True
        length = struct.unpack_from(">I", data, at)[0]
        at += 4
        if length == _UNKNOWN_LENGTH:
            return False
        at += length
        if at > len(data):
            return True
    return at < len(data) and bool(data[at:].strip(b"\0\r\n "))
