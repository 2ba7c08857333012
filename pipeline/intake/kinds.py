"""Tells a file's kind by its content; the name is only compared with it."""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from pkgutil import resolve_name
from typing import BinaryIO, Protocol

from pipeline.errors import ProblemCode, UnusableInputError
from pipeline.extensions import Extensions, Group
from pipeline.intake import compound
from pipeline.intake.decoding import decode, looks_like_text
from pipeline.intake.package import refuse_huge_directory
from pipeline.settings import IntakeSettings
from pipeline.values import PageInput, PageProblem

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
    WORD_HTML = "text/html"
    WORD_XML = "application/xml"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    XLS = "application/vnd.ms-excel"
    PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    HEIC = "image/heic"


IMAGE_KINDS = frozenset({Kind.PNG, Kind.JPEG, Kind.TIFF, Kind.WEBP, Kind.BMP, Kind.GIF, Kind.JPEG_2000, Kind.HEIC})
_DOCX_EXTENSIONS = (".docx", ".docm", ".dotx", ".dotm")


class Pages(Protocol):
    """An open file."""

    @property
    def media_type(self) -> str:
        """As in the JSON's `source.media_type`."""

    @property
    def page_count(self) -> int:
        """How many pages the file has, also those beyond the limit."""

    @property
    def problems(self) -> tuple[PageProblem, ...]:
        """What is wrong with the file as a whole; may grow while pages are read."""

    def pages(self) -> Iterator[PageInput]:
        """The pages in order, at most `max_pages` of the settings; may be asked for again."""


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file to be opened: where it lies, the open file at its start, its media type, where its content begins."""

    path: Path
    file: BinaryIO
    settings: IntakeSettings
    media_type: str
    offset: int = 0


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: in words with its article, the extensions that go with it, and how it is opened.

    `open` raises UnusableInputError for a file of which nothing can be had. `recognises` tells by a file's first bytes
    (`HEAD_BYTES`) and its name whether it is of this kind; only kinds that packages add have it.
    """

    media_type: str
    words: str
    extensions: tuple[str, ...]
    open: Callable[[OpenFile], AbstractContextManager[Pages]]
    recognises: Callable[[bytes, Path], bool] | None = None


def _by(opener: str) -> Callable[[OpenFile], AbstractContextManager[Pages]]:
    """Opens with a function, named as 'module:function', that is imported when the first such file comes.

    PDFium, qpdf and OpenCV take half a second: a command for one text file does without them, and so does the parent
    of a batch, which opens no file.
    """

    def open_source_file(source: OpenFile) -> AbstractContextManager[Pages]:
        opened: AbstractContextManager[Pages] = resolve_name(opener)(source)
        return opened

    return open_source_file


_PDF, _IMAGE = _by("pipeline.intake.pdf.file:open_pdf"), _by("pipeline.intake.images.file:open_image")
_TEXT, _WORD = _by("pipeline.intake.text.file:open_text"), _by("pipeline.intake.word.file:open_word")
_OTHER_WORD = _by("pipeline.intake.word.file:open_converted")
_WORD_HTML = _by("pipeline.intake.word.file:open_html")

_SHEETS = _by("pipeline.intake.office.sheets:open_workbook")
_SLIDES = _by("pipeline.intake.office.slides:open_slides")

# Word opens DOC, RTF and saved web pages by the name .doc, and wrote them under it for years.
_KINDS = {
    kind: FileKind(kind.value, words, extensions, opener)
    for kind, words, extensions, opener in (
        (Kind.PDF, "a PDF", (".pdf",), _PDF),
        (Kind.PNG, "a PNG picture", (".png", ".apng"), _IMAGE),
        (Kind.JPEG, "a JPEG picture", (".jpg", ".jpeg", ".jpe", ".jfif"), _IMAGE),
        (Kind.TIFF, "a TIFF picture", (".tif", ".tiff"), _IMAGE),
        (Kind.WEBP, "a WebP picture", (".webp",), _IMAGE),
        (Kind.BMP, "a BMP picture", (".bmp", ".dib"), _IMAGE),
        (Kind.GIF, "a GIF picture", (".gif",), _IMAGE),
        (Kind.JPEG_2000, "a JPEG 2000 picture", (".jp2", ".j2k", ".jpx", ".jpf", ".jpc"), _IMAGE),
        (Kind.TEXT, "plain text", (".txt", ".text", ".md", ".markdown", ".asc", ".ocr"), _TEXT),
        (Kind.MARKDOWN, "Markdown text", (".txt", ".text", ".md", ".markdown", ".mdown", ".ocr"), _TEXT),
        (Kind.DOCX, "a Word document (DOCX)", _DOCX_EXTENSIONS, _WORD),
        (Kind.DOC, "an old Word document (DOC)", (".doc", ".dot"), _OTHER_WORD),
        (Kind.RTF, "an RTF document", (".rtf", ".doc"), _OTHER_WORD),
        (Kind.ODT, "an OpenDocument text", (".odt", ".ott"), _OTHER_WORD),
        (Kind.WORD_HTML, "a web page saved by Word", (".doc", ".htm", ".html", ".mht", ".mhtml"), _WORD_HTML),
        (Kind.XLSX, "an Excel workbook (XLSX)", (".xlsx", ".xlsm", ".xltx", ".xltm"), _SHEETS),
        (Kind.XLS, "an old Excel workbook (XLS)", (".xls", ".xlt"), _SHEETS),
        (Kind.PPTX, "a slide show (PPTX)", (".pptx", ".pptm", ".ppsx", ".potx"), _SLIDES),
        (Kind.HEIC, "a HEIC picture", (".heic", ".heif", ".hif"), _IMAGE),
        (Kind.WORD_XML, "a Word 2003 XML document", (".xml", ".doc"), _OTHER_WORD),
    )
}
_KNOWN_EXTENSIONS = frozenset(extension for kind in _KINDS.values() for extension in kind.extensions)
_ADDED: Extensions[FileKind] = Extensions("kind of file", Group.KINDS, {})

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


_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"})
_WORD_NAMES = (".doc", ".dot", ".docx", ".rtf")
_WORD_SIGNS = ("office:word", "content=word.document", 'content="microsoft word', 'content="libreoffice')
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


def kind_of(file: BinaryIO, path: Path) -> tuple[FileKind, int]:
    """The kind of the open `file`, which is left at its start, and where its content begins.

    Kinds that packages add are asked first: who installs one wants its files read so. Raises as `recognise`.
    """
    added = _ADDED.load_added()
    head = file.read(HEAD_BYTES) if added else b""
    file.seek(0)
    for kind in added:
        if kind.recognises is not None and kind.recognises(head, path):
            return kind, 0
    found = recognise(file, path)
    return _KINDS[found.kind], found.offset


def wrong_extension(kind: FileKind, path: Path) -> str | None:
    """A sentence when the name's extension says another kind than the content; None when they agree."""
    extension = path.suffix.lower()
    if extension in kind.extensions or (extension not in _KNOWN_EXTENSIONS and extension not in _OTHER_OFFICE):
        return None
    return f"The name ends in {extension}, but the content is {kind.words}; it was read as that."


_OTHER_OFFICE = frozenset({".ppt", ".zip", ".rar", ".exe", ".html", ".htm"})


def describe(kind: Kind) -> str:
    """The kind in words, with its article."""
    return _KINDS[kind].words


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
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        return Kind.HEIC
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
    if "xl/workbook.xml" in names:
        return Kind.XLSX
    if any(name.startswith("xl/") for name in names) or "spreadsheet" in media_type:
        raise _unsupported("a spreadsheet; save it as XLSX")
    if "ppt/presentation.xml" in names:
        return Kind.PPTX
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
        return Kind.XLS
    if "PowerPoint Document" in names:
        raise _unsupported("a PowerPoint slide show; save it as PDF")
    if any(name.startswith("__substg1.0_") for name in names):
        raise _unsupported("an Outlook message; save its attachments")
    raise _unsupported("an Office file of an unknown kind")


def _text_kind(head: bytes, path: Path) -> Kind:
    if not looks_like_text(head):
        if head[4:8] == b"ftyp":
            raise _unsupported("a video, or a picture of a kind that sohoa does not know; save it as JPEG or PNG")
        raise _unsupported("of a kind that sohoa does not know")
    start = decode(head).text.lstrip("\ufeff \t\r\n").lower()[:2_000]
    if start.startswith(("<!doctype html", "<html", "<head", "<body")) or "<html" in start[:1_000]:
        if _is_from_word(start, path):
            return Kind.WORD_HTML
        raise _unsupported("a web page; print it to PDF")
    if start.startswith("<?xml"):
        if "word.document" in start or "schemas.microsoft.com/office/word/2003" in start:
            return Kind.WORD_XML
        raise _unsupported("an XML data file")
    if start.startswith("mime-version:") or re.match(
        r"(received|return-path|from|date|subject): .*\n(\S+: .*\n)+", start
    ):
        if "multipart/related" in start and _is_from_word(start, path):
            return Kind.WORD_HTML
        raise _unsupported("an e-mail or a saved web page")
    if start.startswith("#!"):
        raise _unsupported("a program text")
    if path.suffix.lower() in _DATA_EXTENSIONS:
        raise _unsupported(f"a data or program text by its name ({path.suffix.lower()}), not a document")
    if re.match(r'[{\[]\s*(["\[{\]}]|\d)', start) and re.search(r'["\]}]\s*[:,}\]]', start):
        raise _unsupported("a JSON data file")
    return Kind.TEXT


def _is_from_word(start: str, path: Path) -> bool:
    """Whether a web page is a document that Word, or a program that plays Word, saved as one."""
    return path.suffix.lower() in _WORD_NAMES or any(sign in start for sign in _WORD_SIGNS)


def _unsupported(what: str) -> UnusableInputError:
    return UnusableInputError(
        ProblemCode.UNSUPPORTED_KIND,
        f"This file is {what}.",
        remedy="sohoa reads PDF, pictures, text, Markdown, Word, Excel and PowerPoint files, and ZIPs of them.",
    )
