"""Reads parts of an Office Open XML container (a ZIP of XML files) within limits, and trusts nothing in it."""

from __future__ import annotations

import posixpath
import struct
import zipfile
import zlib
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from pipeline.errors import ProblemCode, UnusableInputError
from pipeline.settings import IntakeSettings

# Word's own documents nest some dozens of levels; expat and tree walks must not be driven into the ground.
_DEEPEST = 400
# A tree node costs about 200 bytes: 200 megabytes at most. A 300-page document has 300,000.
_MOST_ELEMENTS = 1_000_000
_MOST_MEMBERS = 20_000
_LARGEST_DIRECTORY = 8_000_000
_END_RECORD_WITHIN = 66_000  # the record of 22 bytes, a comment of 65,535 at most
_CHUNK = 1 << 20
UNPACKING_ERRORS = (
    zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError,
)  # fmt: skip
"""What `zipfile` raises of a container that is damaged or packed in a way it does not know."""


class Package:
    """An open container; `xml` reads one of its parts, `data` one that is no XML."""

    def __init__(self, file: BinaryIO, settings: IntakeSettings) -> None:
        self._settings = settings
        self._left = settings.max_decompressed_bytes
        refuse_huge_directory(file)
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
            raise damaged("its container cannot be opened") from error
        members = self._zip.infolist()
        if len(members) > _MOST_MEMBERS:
            raise _too_much(f"more than {_MOST_MEMBERS:,} parts")
        if any(_leads_out(member.filename) for member in members):
            raise damaged("it holds parts whose names lead out of it, as no honest program writes them")
        self._members = {member.filename.lstrip("/").lower(): member for member in members}

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._members

    def xml(self, name: str) -> Element | None:
        """The root of the XML part `name`, or None when there is no such part.

        Raises `UnusableInputError`: DAMAGED_FILE for broken XML and for entity declarations, TOO_MANY_BYTES.
        """
        data = self.data(name, self._settings.max_xml_bytes)
        if data is None:
            return None
        parser = DefusedXMLParser(target=_BoundedBuilder(), forbid_dtd=True)
        try:
            parser.feed(data)
            root = parser.close()
        except DefusedXmlException as error:
            raise damaged("it declares XML entities, which no Word file needs; it may be an attack") from error
        except (ParseError, ValueError, LookupError) as error:
            raise damaged(f"its part {posixpath.basename(name)} is broken") from error
        return root if isinstance(root, Element) else None

    def picture(self, name: str) -> bytes:
        """The bytes of a picture part. Raises `UnusableInputError`; a missing part is a damaged file."""
        data = self._unpacked(name, min(self._settings.max_file_bytes, self._settings.max_decompressed_bytes))
        if data is None:
            raise damaged("a picture that it shows is missing")
        return data

    def head(self, name: str) -> bytes:
        """The first bytes of a part, as many as tell a picture's kind; b"" when it cannot be read."""
        member = self._members.get(name.lower())
        if member is None:
            return b""
        try:
            with self._zip.open(member) as part:
                return part.read(64)
        except UNPACKING_ERRORS:
            return b""

    def data(self, name: str, limit: int) -> bytes | None:
        """The bytes of the part `name`, unpacked; None when there is no such part. All parts share one limit.

        Raises `UnusableInputError` (TOO_MANY_BYTES, DAMAGED_FILE, ENCRYPTED).
        """
        data = self._unpacked(name, min(limit, self._left))
        self._left -= len(data or b"")
        return data

    def _unpacked(self, name: str, allowed: int) -> bytes | None:
        member = self._members.get(name.lower())
        if member is None:
            return None
        if member.flag_bits & 0x1:
            raise UnusableInputError(
                ProblemCode.ENCRYPTED,
                "The Word file's container is protected by a password.",
                remedy="Save it without the password and put it back into the archive.",
            )
        pieces: list[bytes] = []
        unpacked = 0
        try:
            with self._zip.open(member) as part:
                # The size in the directory is only a claim; what counts is what comes out.
                while piece := part.read(_CHUNK):
                    unpacked += len(piece)
                    if unpacked > allowed:
                        raise _too_much(f"a part of more than {allowed:,} bytes")
                    pieces.append(piece)
        except UNPACKING_ERRORS as error:
            raise damaged(f"its part {posixpath.basename(name)} cannot be unpacked") from error
        return b"".join(pieces)

    def close(self) -> None:
        """Let go of the container; the file itself stays open."""
        self._zip.close()


class _BoundedBuilder(TreeBuilder):
    """A tree builder that stops at absurd depth or size."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._count = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self._depth += 1
        self._count += 1
        if self._depth > _DEEPEST or self._count > _MOST_ELEMENTS:
            raise _too_much("XML nested or repeated beyond all measure")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)


def refuse_huge_directory(file: BinaryIO) -> None:
    """Raise `UnusableInputError` (TOO_MANY_BYTES) for a ZIP with more members than any document has.

    `zipfile` reads the whole directory when it opens a file: ten million entries would take gigabytes.
    """
    size = file.seek(0, 2)
    file.seek(max(0, size - _END_RECORD_WITHIN))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + 22 > len(tail):
        return  # no directory: zipfile says so
    members, directory_bytes = struct.unpack_from("<HI", tail, at + 10)
    if members > _MOST_MEMBERS or directory_bytes > _LARGEST_DIRECTORY:
        raise _too_much(f"more than {_MOST_MEMBERS:,} parts")


def damaged(why: str) -> UnusableInputError:
    """The error for a Word file that cannot be read."""
    return UnusableInputError(
        ProblemCode.DAMAGED_FILE,
        f"The Word file is damaged: {why}.",
        remedy="Open it in Word, let Word repair it, and save it again; or copy it again.",
    )


def _too_much(what: str) -> UnusableInputError:
    return UnusableInputError(
        ProblemCode.TOO_MANY_BYTES,
        f"The file unpacks to {what}; it was not read.",
        remedy="If it is a document in order, save it as PDF.",
    )


def _leads_out(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or (len(name) > 1 and name[1] == ":")
