"""Tells a file's kind by its content; the name is only compared with it."""

from __future__ import annotations

import re
import struct
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import ProblemCode, UnusableInputError
from pipeline.intake import compound
from pipeline.intake.decoding import decode, looks_like_text
from pipeline.intake.package import refuse_huge_directory

HEAD_BYTES = 65_536
# Adobe's readers accept "%PDF-" within the first 1024 bytes; mail gateways and scanners put more before it.
_PDF_WITHIN = 8_192
_BLANK = b"\x00\t\n\v\f\r \x1a"


class Kind(StrEnum):
    """The kinds that intake can read; the value is the media type."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    TIFF = "image/tiff"
    WEBP = "image/webp"
    BMP = "image/bmp"
    GIF = "image/gif"
    JPEG_2000 = "image/jp2"
    TEXT = "text/plain"
    MARKDOWN = "text/markdown"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    DOC = "application/msword"
    RTF = "application/rtf"
    ODT = "application/vnd.oasis.opendocument.text"


IMAGE_KINDS = frozenset({Kind.PNG, Kind.JPEG, Kind.TIFF, Kind.WEBP, Kind.BMP, Kind.GIF, Kind.JPEG_2000})
CONVERTED_KINDS = frozenset({Kind.DOC, Kind.RTF, Kind.ODT})
_DOCX_EXTENSIONS = (".docx", ".docm", ".dotx", ".dotm")

_EXTENSIONS: dict[Kind, tuple[str, ...]] = {
    Kind.PDF: (".pdf",),
    Kind.PNG: (".png", ".apng"),
    Kind.JPEG: (".jpg", ".jpeg", ".jpe", ".jfif"),
    Kind.TIFF: (".tif", ".tiff"),
    Kind.WEBP: (".webp",),
    Kind.BMP: (".bmp", ".dib"),
    Kind.GIF: (".gif",),
    Kind.JPEG_2000: (".jp2", ".j2k", ".jpx", ".jpf", ".jpc"),
    Kind.TEXT: (".txt", ".text", ".md", ".markdown", ".asc", ".ocr"),
    Kind.MARKDOWN: (".txt", ".text", ".md", ".markdown", ".mdown", ".ocr"),
    Kind.DOCX: _DOCX_EXTENSIONS,
    # Word opens all three by the name .doc, and saved web pages and RTF under it for years.
    Kind.DOC: (".doc", ".dot"),
    Kind.RTF: (".rtf", ".doc"),
    Kind.ODT: (".odt", ".ott"),
}
_KNOWN_EXTENSIONS = frozenset(extension for group in _EXTENSIONS.values() for extension in group)

# Text by its bytes, but no document by what it is for; here, and only here, the name decides.
_DATA_EXTENSIONS = frozenset(
    {
        ".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".xml", ".xsd", ".xsl", ".html", ".htm", ".xhtml", ".mht",
        ".css", ".js", ".ts", ".py", ".sh", ".bat", ".ps1", ".sql", ".log", ".ini", ".cfg", ".conf", ".toml", ".yml",
        ".yaml", ".svg", ".eml", ".ics", ".vcf", ".tex", ".c", ".h", ".cpp", ".java", ".php", ".srt", ".key", ".pem",
    }
)  # fmt: skip

_SIGNATURES: tuple[tuple[bytes, Kind], ...] = (
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"II*\x00", Kind.TIFF),
    (b"MM\x00*", Kind.TIFF),
    (b"II+\x00", Kind.TIFF),
    (b"MM\x00+", Kind.TIFF),
    (b"GIF87a", Kind.GIF),
    (b"GIF89a", Kind.GIF),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", Kind.JPEG_2000),
    (b"\xff\x4f\xff\x51", Kind.JPEG_2000),
    (b"{\\rtf", Kind.RTF),
)

_UNSUPPORTED: tuple[tuple[bytes, str], ...] = (
    (b"Rar!\x1a\x07", "a RAR archive; unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive; unpack it first"),
    (b"\x1f\x8b", "a gzip archive; unpack it first"),
    (b"BZh", "a bzip2 archive; unpack it first"),
    (b"\xfd7zXZ\x00", "an xz archive; unpack it first"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive; unpack it first"),
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a program"),
    (b"ID3", "a sound recording"),
    (b"OggS", "a sound recording"),
    (b"\x1aE\xdf\xa3", "a video"),
    (b"SQLite format 3\x00", "a database"),
    (b"%!PS", "a PostScript file; save it as PDF"),
    (b"AT&TFORM", "a DjVu file; save it as PDF"),
    (b"8BPS", "a Photoshop picture; save it as TIFF or PNG"),
)


_PLAIN_PICTURE = re.compile(rb"P[1-6]\s+(?:#[^\n]*\n\s*)*\d{1,6}\s+\d{1,6}\s")


@dataclass(frozen=True, slots=True)
class Recognised:
    """A file's kind, and where its content begins (junk may stand before a PDF)."""

    kind: Kind
    offset: int = 0


def recognise(file: BinaryIO, path: Path) -> Recognised:
    """The kind of the open `file`, which is left at its start.

    Raises `UnusableInputError`: EMPTY_FILE, UNSUPPORTED_KIND, ENCRYPTED (a Word file with a password) or
    DAMAGED_FILE (a ZIP container that cannot be opened).
    """
    head = file.read(HEAD_BYTES)
    file.seek(0)
    if not head.strip(_BLANK):
        _refuse_blank(head, file)
    signed = signed_kind(head)
    if signed is not None:
        return Recognised(signed)
    if head.startswith(b"PK"):
        return Recognised(_zip_kind(file, path))
    if head.startswith(compound.SIGNATURE):
        return Recognised(_compound_kind(file))
    pdf = head.find(b"%PDF-", 0, _PDF_WITHIN)
    if pdf == 0 or (pdf > 0 and _is_junk_before_pdf(head, pdf)):
        return Recognised(Kind.PDF, pdf)
    if _PLAIN_PICTURE.match(head):
        raise _unsupported("a PNM picture; save it as PNG or TIFF")
    for signature, what in _UNSUPPORTED:
        if head.startswith(signature) and not looks_like_text(head):
            raise _unsupported(what)
    return Recognised(_text_kind(head, path))


def wrong_extension(kind: Kind, path: Path) -> str | None:
    """A sentence when the name's extension says another kind than the content; None when they agree."""
    extension = path.suffix.lower()
    if extension in _EXTENSIONS[kind] or (extension not in _KNOWN_EXTENSIONS and extension not in _OTHER_OFFICE):
        return None
    return f"The name ends in {extension}, but the content is {describe(kind)}; it was read as that."


_OTHER_OFFICE = frozenset({".xls", ".xlsx", ".ppt", ".pptx", ".zip", ".rar", ".exe", ".html", ".htm", ".heic"})


def describe(kind: Kind) -> str:
    """The kind in words, with its article."""
    return {
        Kind.PDF: "a PDF",
        Kind.PNG: "a PNG picture",
        Kind.JPEG: "a JPEG picture",
        Kind.TIFF: "a TIFF picture",
        Kind.WEBP: "a WebP picture",
        Kind.BMP: "a BMP picture",
        Kind.GIF: "a GIF picture",
        Kind.JPEG_2000: "a JPEG 2000 picture",
        Kind.TEXT: "plain text",
        Kind.MARKDOWN: "Markdown text",
        Kind.DOCX: "a Word document (DOCX)",
        Kind.DOC: "an old Word document (DOC)",
        Kind.RTF: "an RTF document",
        Kind.ODT: "an OpenDocument text",
    }[kind]


def _refuse_blank(head: bytes, file: BinaryIO) -> None:
    """Raise `UnusableInputError` for a blank file and one that begins with zeros; a text may begin with blanks."""
    if not head:
        raise UnusableInputError(
            ProblemCode.EMPTY_FILE, "The file is empty (0 bytes).", remedy="Copy or scan it again."
        )
    file.seek(0)
    while (piece := file.read(HEAD_BYTES)) and not piece.strip(_BLANK):
        pass
    file.seek(0)
    if not piece:
        raise UnusableInputError(
            ProblemCode.EMPTY_FILE, "The file holds nothing but blank space.", remedy="Copy or scan it again."
        )
    if b"\x00" in head:
        raise UnusableInputError(
            ProblemCode.DAMAGED_FILE,
            "The file begins with a long stretch of zeros: the copy went wrong.",
            remedy="Copy it again.",
        )


def _is_junk_before_pdf(head: bytes, pdf: int) -> bool:
    # A text about PDF also contains "%PDF-"; a real header is followed by a version and, soon, by an object.
    return (
        re.match(rb"%PDF-\d\.\d[\s%]", head[pdf : pdf + 10]) is not None
        and re.search(rb"\d+\s+\d+\s+obj|<<", head[pdf:]) is not None
    )


def signed_kind(head: bytes) -> Kind | None:
    """The kind that the first bytes name outright."""
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Kind.WEBP
    if _is_bmp(head):
        return Kind.BMP
    return next((kind for signature, kind in _SIGNATURES if head.startswith(signature)), None)


def _is_bmp(head: bytes) -> bool:
    # "BM" alone begins many a text; the header's size field is one of the few that exist.
    return (
        head.startswith(b"BM")
        and len(head) > 26
        and struct.unpack_from("<I", head, 14)[0] in (12, 40, 52, 56, 64, 108, 124)
    )


def _zip_kind(file: BinaryIO, path: Path) -> Kind:
    refuse_huge_directory(file)
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            mimetype = archive.getinfo("mimetype") if "mimetype" in names else None
            media_type = archive.open(mimetype).read(100).decode("latin-1") if mimetype else ""
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        OSError,
        ValueError,
        EOFError,
        struct.error,
    ) as error:
        if path.suffix.lower() in _DOCX_EXTENSIONS:
            raise UnusableInputError(
                ProblemCode.DAMAGED_FILE,
                "The Word file is damaged: its container cannot be opened.",
                remedy="Open it in Word, let Word repair it, and save it again; or copy it again.",
            ) from error
        raise UnusableInputError(
            ProblemCode.DAMAGED_FILE,
            "The file begins like a ZIP container but cannot be opened.",
            remedy="Copy it again.",
        ) from error
    finally:
        file.seek(0)
    if any(name.startswith("word/document") for name in names) or "word/document.xml" in names:
        return Kind.DOCX
    if media_type.startswith("application/vnd.oasis.opendocument.text"):
        return Kind.ODT
    if any(name.startswith("xl/") for name in names) or "spreadsheet" in media_type:
        raise _unsupported("a spreadsheet")
    if any(name.startswith("ppt/") for name in names) or "presentation" in media_type:
        raise _unsupported("a slide show; save it as PDF")
    if "epub" in media_type:
        raise _unsupported("an e-book")
    raise _unsupported("a ZIP archive; unpack it first")


def _compound_kind(file: BinaryIO) -> Kind:
    try:
        names = compound.stream_names(file)
    except compound.CompoundError as error:
        raise UnusableInputError(
            ProblemCode.DAMAGED_FILE,
            "The Office file is damaged: its directory cannot be read.",
            remedy="Copy it again.",
        ) from error
    finally:
        file.seek(0)
    if "EncryptedPackage" in names:
        raise UnusableInputError(
            ProblemCode.ENCRYPTED,
            "The Office file is protected by a password.",
            remedy="Save it without the password and put it back into the archive.",
        )
    if "WordDocument" in names:
        return Kind.DOC
    if names & {"Workbook", "Book"}:
        raise _unsupported("an Excel workbook")
    if "PowerPoint Document" in names:
        raise _unsupported("a PowerPoint slide show; save it as PDF")
    if any(name.startswith("__substg1.0_") for name in names):
        raise _unsupported("an Outlook message; save its attachments")
    raise _unsupported("an Office file of an unknown kind")


def _text_kind(head: bytes, path: Path) -> Kind:
    if not looks_like_text(head):
        if head[4:8] == b"ftyp":
            raise _unsupported("a HEIC picture or a video; save a picture as JPEG or PNG")
        raise _unsupported("of a kind that sohoa does not know")
    start = decode(head).text.lstrip("\ufeff \t\r\n").lower()[:2_000]
    if start.startswith(("<!doctype html", "<html", "<head", "<body")) or "<html" in start[:1_000]:
        raise _unsupported("a web page; print it to PDF")
    if start.startswith("<?xml"):
        raise _unsupported("an XML data file")
    if start.startswith("mime-version:") or re.match(
        r"(received|return-path|from|date|subject): .*\n(\S+: .*\n)+", start
    ):
        raise _unsupported("an e-mail or a saved web page")
    if start.startswith("#!"):
        raise _unsupported("a program text")
    if path.suffix.lower() in _DATA_EXTENSIONS:
        raise _unsupported(f"a data or program text by its name ({path.suffix.lower()}), not a document")
    if re.match(r'[{\[]\s*(["\[{\]}]|\d)', start) and re.search(r'["\]}]\s*[:,}\]]', start):
        raise _unsupported("a JSON data file")
    return Kind.TEXT


def _unsupported(what: str) -> UnusableInputError:
    return UnusableInputError(
        ProblemCode.UNSUPPORTED_KIND,
        f"This file is {what}.",
        remedy="sohoa reads PDF, PNG, JPEG, TIFF, WebP, BMP, GIF, text, Markdown and Word files.",
    )
