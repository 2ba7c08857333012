"""Searchable PDFs: the source's own pages, unchanged, with the restored lines as invisible text over them.

Text that an earlier OCR had hidden in a page that sohoa read anew is taken out first, or a search would find its
errors too. Title, author and language are the document's. `pdfa` is the same as PDF/A-2b, for archives.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import pikepdf
from pikepdf import Pdf, StreamDecodeLevel
from PIL import Image, ImageOps, ImageSequence

from pipeline.errors import OutputError
from pipeline.schema import Document
from pipeline.store.atomic import write_atomic
from pipeline.store.exports.pdf_archival import made_archival
from pipeline.store.exports.pdf_text import INVISIBLE, SHOWS, Fonts, add_text
from pipeline.store.exports.plain_text import plain
from pipeline.store.exports.source import exported_name, why_failed
from pipeline.store.formats import Export, Format, LeftOutError
from pipeline.values import TextSource

_IMAGE_TYPES = ("image/png", "image/jpeg", "image/tiff", "image/bmp", "image/gif", "image/webp")


def write_pdfs(documents: Iterable[Document], export: Export, *, archival: bool = False) -> int:
    """Write <path>.pdf for each document whose source has pictures into a folder; how many. Raises OutputError.

    `archival` makes them PDF/A-2b; those that cannot be are left out.
    """
    archive, count = export.archive or Path(), 0
    for document in documents:
        path, source = document.source.document_path, archive / document.source.path
        reason = _unfit(document, source)
        if reason is None:
            try:
                data = searchable_pdf(document, source, archival=archival)
            except OutputError:
                raise
            except LeftOutError as error:
                reason = str(error)
            except Exception as error:  # pikepdf and Pillow raise all kinds on damaged files
                reason = f"Its pages could not be copied: {str(error).splitlines()[0] if str(error) else error!r}."
            else:
                write_atomic(export.target / exported_name(path, "" if path.lower().endswith(".pdf") else ".pdf"), data)
                count += 1
        if reason is not None:
            export.outcome.left_out.append((path, reason))
    return count


def _unfit(document: Document, source: Path) -> str | None:
    """Why no searchable PDF can be made of a document; None when one can."""
    if not any(page.width and page.lines for page in document.pages):
        return why_failed(document) or "It has no page pictures with text."
    if document.source.media_type not in ("application/pdf", *_IMAGE_TYPES):
        return f"Files of the kind {document.source.media_type} have no pictures to copy."
    if document.source.files:
        return "Its pages lie in several files."
    if not source.is_file():
        return "The source file is not in the archive any more."
    return None


def searchable_pdf(document: Document, source: Path, *, archival: bool = False) -> bytes:
    """The PDF of one document, its own pages alone; `source` is the PDF or image that holds it.

    Raises LeftOutError where it cannot be PDF/A.
    """
    with _open(document, source) as pdf:
        fonts = Fonts(pdf, document)
        for record in document.pages:
            if record.width and record.number <= len(pdf.pages) and record.text_source == TextSource.OCR:
                _drop_hidden_text(pdf, pdf.pages[record.number - 1])
                add_text(pdf.pages[record.number - 1], record, fonts)
        if document.source.parts:
            own = {record.number for record in document.pages}
            for number in sorted(set(range(1, len(pdf.pages) + 1)) - own, reverse=True):
                del pdf.pages[number - 1]
        if archival:
            made_archival(pdf)
        _describe(pdf, document, archival=archival)
        target = io.BytesIO()
        # Every stream is packed anew for an archive: PDF/A knows no LZW.
        decoded = StreamDecodeLevel.generalized if archival else StreamDecodeLevel.none
        pdf.save(target, deterministic_id=True, stream_decode_level=decoded)
        return target.getvalue()


def _describe(pdf: Pdf, document: Document, *, archival: bool) -> None:
    """Title and author as the document has them; what the file said before stays where the document says nothing."""
    header = document.header
    number = header.number.value if header.number and header.number.complete else None
    named = [field.value for field in (header.document_type,) if field and field.value]
    named += [f"số {number}"] if number else []
    subject = header.subject.value if header.subject else None
    title = ": ".join(part for part in (" ".join(named), subject) if part)
    body = header.issuing_body.value if header.issuing_body else None
    with pdf.open_metadata(set_pikepdf_as_editor=False) as about:
        if title:
            about["dc:title"] = plain(title)
        if body:
            about["dc:creator"] = [plain(body)]
        about["pdf:Producer"] = "sohoa"
        about["dc:language"] = ["vi"]
        if archival:
            about["pdfaid:part"], about["pdfaid:conformance"] = "2", "B"
    pdf.Root.Lang = pdf.Root.get("/Lang", "vi")


def _open(document: Document, source: Path) -> Pdf:
    if document.source.media_type == "application/pdf":
        return Pdf.open(source)
    made = io.BytesIO()
    with Image.open(source) as image:
        frames = [_flat(frame) for frame in ImageSequence.Iterator(image)]
    dpi = frames[0].info.get("dpi", (0, 0))[0]
    frames[0].save(made, "PDF", save_all=True, append_images=frames[1:], resolution=float(dpi) if dpi > 0 else 200.0)
    return Pdf.open(made)


def _flat(frame: Image.Image) -> Image.Image:
    """A picture's frame as PDF can hold it."""
    upright = ImageOps.exif_transpose(frame)
    copy = upright.convert("RGB") if upright.mode not in ("1", "L", "RGB") else upright.copy()
    copy.info["dpi"] = frame.info.get("dpi", (0, 0))
    return copy


def _drop_hidden_text(pdf: Pdf, page: pikepdf.Page) -> None:
    """Take text drawn in the invisible mode out of a page; what is seen stays as it is."""
    instructions = pikepdf.parse_content_stream(page)
    kept, mode, saved = [], 0, []
    for instruction in instructions:
        operator = str(instruction.operator)
        if operator == "q":
            saved.append(mode)
        elif operator == "Q" and saved:
            mode = saved.pop()
        elif operator == "Tr":
            mode = int(instruction.operands[0])
        if mode != INVISIBLE or operator not in SHOWS:
            kept.append(instruction)
    if len(kept) < len(instructions):
        page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(kept))


FORMAT = Format(write_pdfs, to_folder=True, needs_archive=True)
ARCHIVAL = Format(partial(write_pdfs, archival=True), to_folder=True, needs_archive=True)
