"""Reads the directory of an OLE compound file ([MS-CFB]): what streams an old Office file holds.

Only names are read, within fixed bounds; no stream is opened.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END_OF_CHAIN = 0xFFFFFFFE
_ENTRY = 128
# A Word file has a dozen entries; a bound keeps a directory that runs in a ring from being followed for ever.
_MAX_DIRECTORY_SECTORS = 256


class CompoundError(ValueError):
    """The file begins like a compound file but its directory cannot be read."""


def stream_names(file: BinaryIO) -> set[str]:
    """The names of all streams and storages in `file`. Raises `CompoundError`."""
    header = _read_at(file, 0, 512)
    try:
        sector_shift = struct.unpack_from("<H", header, 30)[0]
        directory = struct.unpack_from("<I", header, 48)[0]
        table_sectors = struct.unpack_from("<109I", header, 76)
    except struct.error as error:
        raise CompoundError("the header is cut off") from error
    if sector_shift not in (9, 12):
        raise CompoundError(f"sector size 2**{sector_shift} does not exist")
    size = 1 << sector_shift
    names: set[str] = set()
    sector, seen = directory, 0
    while sector < _END_OF_CHAIN - 1 and seen < _MAX_DIRECTORY_SECTORS:
        block = _read_at(file, (sector + 1) * size, size)
        names.update(_names_in(block))
        sector = _next_sector(file, sector, table_sectors, size)
        seen += 1
    if not names:
        raise CompoundError("the directory is empty")
    return names


def _names_in(block: bytes) -> set[str]:
    names = set()
    for start in range(0, len(block) - _ENTRY + 1, _ENTRY):
        length = struct.unpack_from("<H", block, start + 64)[0]
        if 2 < length <= 64 and block[start + 66] in (1, 2, 5):
            names.add(block[start : start + length - 2].decode("utf-16-le", "replace"))
    return names


def _next_sector(file: BinaryIO, sector: int, table_sectors: tuple[int, ...], size: int) -> int:
    # The first 109 table sectors are listed in the header; they cover files of 7 MB and more, where the directory
    # nearly always lies. Beyond them the chain is simply not followed further.
    per_sector = size // 4
    index = sector // per_sector
    if index >= len(table_sectors) or table_sectors[index] >= _END_OF_CHAIN - 1:
        return _END_OF_CHAIN
    entry = _read_at(file, (table_sectors[index] + 1) * size + (sector % per_sector) * 4, 4)
    return int(struct.unpack("<I", entry)[0])


def _read_at(file: BinaryIO, offset: int, size: int) -> bytes:
    file.seek(offset)
    data = file.read(size)
    if len(data) < min(size, 4):
        raise CompoundError("the file is cut off")
    return data
