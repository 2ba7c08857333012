"""ZIP archives as folders of an archive: what lies in them, by names that are safe, within limits.

Nothing is unpacked to be listed. A name that leads out ("../x") is named with a problem and never unpacked; an archive
inside an archive is a file like others, of a kind that is not read.
"""

from __future__ import annotations

import hashlib
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import ProblemCode, UnusableInputError
from pipeline.intake.package import UNPACKING_ERRORS, refuse_huge_directory
from pipeline.settings import IntakeSettings
from pipeline.values import PageProblem

_SIGNATURE = b"PK\x03\x04"
_OFFICE = frozenset({"[Content_Types].xml", "mimetype"})
_MOST = 20_000  # members: more are no folder of papers
_BOMB_BYTES, _BOMB_RATIO = 50_000_000, 200  # a blank page packs a thousand times smaller, but is no 50 MB
_CHUNK = 1 << 20
_UTF8 = 0x800
_ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a ZIP: its place in the directory, its name with '/' between folders, what tells its content."""

    index: int
    name: str
    bytes: int
    crc: int
    problem: PageProblem | None = None


def is_folder_like(path: Path) -> bool:
    """Whether a file is a ZIP that holds files, and no document that is packed as one (DOCX, XLSX, ODT)."""
    if path.suffix.lower() != ".zip":
        return False
    try:
        with path.open("rb") as file:
            if file.read(4) != _SIGNATURE:
                return False
            refuse_huge_directory(file)
            with zipfile.ZipFile(file) as archive:
                return not _OFFICE & set(archive.namelist())
    except (UnusableInputError, *UNPACKING_ERRORS):
        return False


def members_of(path: Path, settings: IntakeSettings) -> Iterator[Member]:
    """The files in a ZIP, in the order of its directory. Raises UnusableInputError when it cannot be opened."""
    try:
        with path.open("rb") as file:
            refuse_huge_directory(file)
            with zipfile.ZipFile(file) as archive:
                found = archive.infolist()
    except UNPACKING_ERRORS as error:
        raise _damaged() from error
    left = settings.max_archive_bytes
    for index, info in enumerate(found[:_MOST]):
        if info.is_dir() or info.filename.startswith("__MACOSX/"):
            continue
        left -= info.file_size
        name = _name(info)
        yield Member(index, _safe(name), info.file_size, info.CRC, _problem(name, info, left, settings))
    if len(found) > _MOST:
        message = f"The archive has more than {_MOST:,} files; the others were not read. Unpack it first."
        yield Member(_MOST, "…", 0, 0, PageProblem(ProblemCode.TOO_MANY_BYTES, message))


def unpack(path: Path, index: int, target: Path, settings: IntakeSettings) -> None:
    """Unpack one file of a ZIP to `target`, whose folder is made. Raises UnusableInputError."""
    try:
        with zipfile.ZipFile(path) as archive:
            info = archive.infolist()[index]
            target.parent.mkdir(parents=True, exist_ok=True)
            _unpack(archive, info, target, settings)
    except UNPACKING_ERRORS as error:
        raise _damaged() from error


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, settings: IntakeSettings) -> None:
    passwords: Sequence[bytes | None] = [None]
    if info.flag_bits & _ENCRYPTED:
        passwords = [word.get_secret_value().encode() for word in settings.passwords]
    for password in passwords:
        try:
            with archive.open(info, pwd=password) as packed, target.open("wb") as out:
                left = min(settings.max_file_bytes, settings.max_decompressed_bytes)
                while piece := packed.read(_CHUNK):
                    left -= len(piece)
                    if left < 0:
                        raise _too_large(settings)
                    out.write(piece)
                return
        except (RuntimeError, zipfile.BadZipFile, zlib.error):  # a wrong password gives any of them
            if password is None:
                raise
    raise UnusableInputError(
        ProblemCode.ENCRYPTED,
        "The file is protected by a password in its ZIP archive.",
        remedy="Put it back without, or give the password with --passwords.",
    )


def spool_path(spool: Path, archive: Path, member: Member) -> Path:
    """Where a member is unpacked to for as long as it is worked on; its ending is kept."""
    key = hashlib.sha256(f"{archive}\0{member.index}\0{member.crc}".encode("utf-8", "surrogateescape")).hexdigest()[:24]
    return spool / key / ("member" + Path(member.name).suffix[:20])


def _name(info: zipfile.ZipInfo) -> str:
    """The name as it was given: UTF-8 where it is, else Windows' Vietnamese code page, in one Unicode form."""
    if info.flag_bits & _UTF8:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "cp1258"):
        try:
            return unicodedata.normalize("NFC", raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    return info.filename


def _parts(name: str) -> list[str]:
    return [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]


def _safe(name: str) -> str:
    """The name with '/' between folders; parts that would climb are kept, but climb no more."""
    return "/".join(f"~{part}" if part == ".." else part for part in _parts(name)) or "~"


def _problem(name: str, info: zipfile.ZipInfo, left: int, settings: IntakeSettings) -> PageProblem | None:
    """Why a member is not to be unpacked."""
    if ".." in _parts(name) or name.startswith(("/", "\\")) or name[1:2] == ":":
        message = "Its name leads out of the archive that holds it: it was not unpacked. It may be an attack."
        return PageProblem(ProblemCode.NOT_A_REGULAR_FILE, message)
    packed = max(1, info.compress_size)
    if info.file_size > _BOMB_BYTES and info.file_size / packed > _BOMB_RATIO:
        message = "It would unpack to more than two hundred times its size: it was not unpacked. It may be an attack."
        return PageProblem(ProblemCode.TOO_MANY_BYTES, message)
    if left < 0 or info.file_size > min(settings.max_file_bytes, settings.max_decompressed_bytes):
        error = _too_large(settings)
        return PageProblem(error.code, str(error))
    return None


def _too_large(settings: IntakeSettings) -> UnusableInputError:
    return UnusableInputError(
        ProblemCode.TOO_MANY_BYTES,
        f"Unpacked, the file or its ZIP is larger than is allowed ({settings.max_archive_bytes:,} bytes in all).",
        remedy="Unpack the archive first, or raise intake.max_archive_bytes.",
    )


def _damaged() -> UnusableInputError:
    return UnusableInputError(
        ProblemCode.DAMAGED_FILE, "The ZIP archive, or this file in it, is damaged.", remedy="Copy it again."
    )
