"""PDF files as pages: the embedded scan at its own resolution, or the page drawn; and the text layer with boxes.

PDFium (through pypdfium2) reads structure, embedded images and text; pdf2image (Poppler) draws pages that are no
single image. Neither runs scripts or actions, opens attachments or fetches anything. PDFium is not thread-safe:
one process reads one file at a time.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium_c

from pipeline.errors import ProblemCode, UnusableInputError
from pipeline.intake.kinds import Kind, OpenFile
from pipeline.intake.pdf.draw import Drawing, DrawnPage
from pipeline.intake.pdf.embedded_image import EmbeddedPage
from pipeline.intake.pdf.inspect import ImageFacts, Inspector
from pipeline.intake.pdf.letters import quarters_turned
from pipeline.intake.pdf.matrix import pixel_box
from pipeline.intake.pdf.page_plan import PagePlan, plan_page
from pipeline.intake.pdf.text_layer import read_text_layer
from pipeline.intake.pdf.typed_annotations import stamp_text, with_typed_text
from pipeline.settings import IntakeSettings
from pipeline.values import MarkKind, PageInput, PageMark, PageProblem, TextLayer

# PDFium looks for the header in the first kilobyte only.
_HEADER_WITHIN = 1_024
_TAIL_BYTES = 4_096
# After so many pages the document is opened anew: a scan's pictures are hundreds of kilobytes a page.
_PAGES_HELD = 40


def open_pdf(source: OpenFile) -> PdfFile:
    """Open a PDF, whatever stands before its header. Raises UnusableInputError: ENCRYPTED, DAMAGED_FILE, EMPTY_FILE."""
    return PdfFile(source.path, source.file, source.offset, source.settings)


class PdfFile:
    """An open PDF: `page_count`, `problems` of the file as a whole, `pages()`. A context manager."""

    def __init__(self, path: Path, file: BinaryIO, offset: int, settings: IntakeSettings) -> None:
        self.media_type = Kind.PDF.value
        self._settings = settings
        self._cleanup = ExitStack()
        self.path = path
        problems: list[PageProblem] = []
        try:
            if offset >= _HEADER_WITHIN:
                file.seek(offset)
                self.path, file = self._work_copy(file.read())
            if _end_is_missing(file):
                problems.append(_end_missing())
            try:
                self._document, file = self._opened(file)
            except pypdfium2.PdfiumError as error:
                self.path, file = self._work_copy(_repaired(self.path, error))
                problems = [_repair_note()]
                self._document = _open_repaired(file)
            self._file = file
            self._cleanup.callback(self._close)
            self._inspector = Inspector(file)
            self._cleanup.callback(lambda: self._inspector.close())  # noqa: PLW0108 - there may be another one by then
            problems += self._inspector.attached()
            self._leave_out_hidden_layers()
        except BaseException:
            self._cleanup.close()
            raise
        self.page_count = len(self._document)
        self.problems = tuple(problems)
        self._drawing = Drawing(self.path, self._document, self._plan, settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cleanup.close()

    def pages(self) -> Iterator[PageInput]:
        """The pages in order, one in memory at a time; a page that cannot be opened carries its problem."""
        for index in range(min(self.page_count, self._settings.max_pages)):
            if index and index % _PAGES_HELD == 0:
                self._opened_anew()
            yield self._page(index)

    def _opened(self, file: BinaryIO) -> tuple[pypdfium2.PdfDocument, BinaryIO]:
        """The document, and the file to go on with: a copy without protection where a known password opens it."""
        try:
            return _open(file), file
        except UnusableInputError as error:
            unlocked = _unlocked(self.path, self._settings) if error.code == ProblemCode.ENCRYPTED else None
            if unlocked is None:
                raise
            self.path, file = self._work_copy(unlocked)
            return _open(file), file

    def _close(self) -> None:
        self._document.close()

    def _leave_out_hidden_layers(self) -> None:
        """Go on with a copy without what switched-off layers paint, where there are such."""
        shown = self._inspector.without_hidden_layers(self._settings.max_page_content_bytes)
        if shown is None:
            return
        path, file = self._work_copy(shown)
        with suppress(pypdfium2.PdfiumError, UnusableInputError):
            document = _open(file)
            self._inspector.close()
            self.path, self._file, self._document, self._inspector = path, file, document, Inspector(file)

    def _opened_anew(self) -> None:
        """PDFium keeps all that it has read of a file; what no page refers to any more goes with the old document."""
        with suppress(pypdfium2.PdfiumError, UnusableInputError):
            self._document = _open(self._file)
            self._drawing.document = self._document

    def _page(self, index: int) -> PageInput:
        number = index + 1
        if self._inspector.is_bomb(index, self._settings.max_page_content_bytes):
            return PageInput(number, problem=_bomb(number))
        if self._inspector.has_huge_jpx(index, self._settings.max_decoded_bytes):
            return PageInput(number, problem=_huge(number))
        try:
            page = self._document[index]
        except (pypdfium2.PdfiumError, OSError, ValueError):
            message = "This page cannot be opened: this part of the PDF is damaged. Scan or copy it again."
            return PageInput(number, problem=PageProblem(ProblemCode.PAGE_UNREADABLE, message, number))
        stands = page.get_rotation()
        try:
            turn = quarters_turned(page)
            page.set_rotation((stands - 90 * turn) % 360)
            plan = plan_page(page, self._settings, turn=turn)
            facts = self._inspector.image_facts(index, plan.embedded.source_size) if plan.embedded else ImageFacts()
            if facts.masked:
                plan = plan_page(page, self._settings, draw=True, turn=turn)
            layer = self._layer(page, index, plan)
        except UnusableInputError as error:
            return PageInput(number, problem=PageProblem(error.code, str(error), number))
        except (pypdfium2.PdfiumError, OSError, ValueError, OverflowError):
            message = "This page's content cannot be read: this part of the PDF is damaged. Scan or copy it again."
            return PageInput(number, problem=PageProblem(ProblemCode.PAGE_UNREADABLE, message, number))
        finally:
            page.set_rotation(stands)
            page.close()
        image: EmbeddedPage | DrawnPage
        if plan.embedded is not None:
            image = EmbeddedPage(self._document, index, plan.embedded)
        else:
            image = DrawnPage(self._drawing, index, plan)
        problems = (_cut_off(number),) if facts.cut_off else ()
        if plan.embedded is None and self._inspector.has_lost_pictures(index):
            problems = (_lost_picture(number),)
        elif plan.embedded is None and self._inspector.shows_cut_off(index):
            problems = (_cut_off_among(number),)
        signatures = self._inspector.signatures(index, plan.signatures) if plan.signatures else ()
        return PageInput(number, image=image, layer=layer, marks=plan.marks(signatures), problems=problems)

    def _layer(self, page: pypdfium2.PdfPage, index: int, plan: PagePlan) -> TextLayer | None:
        """The page's text, with what annotations print over it; the words of stamps are marks."""
        notes = self._inspector.notes(index)
        marks = []
        for place in notes.stamps:
            text = stamp_text(self._file, index, place)
            box = pixel_box(plan.to_pixels, place, plan.size)
            marks += [PageMark(MarkKind.STAMP, box, text)] if text and box else []
        if not notes.drawn:
            return read_text_layer(page, plan, notes.plain, marks)
        with with_typed_text(self._file, index, notes.drawn) as typed_on:
            plan = plan if typed_on is None else replace(plan, has_text=True)
            return read_text_layer(page if typed_on is None else typed_on, plan, notes.plain, marks)

    def _plan(self, index: int) -> PagePlan | None:
        """The plan of a page, for drawing several in one go; None when it cannot be opened."""
        if self._inspector.is_bomb(index, self._settings.max_page_content_bytes):
            return None
        if self._inspector.has_huge_jpx(index, self._settings.max_decoded_bytes):
            return None
        try:
            page = self._document[index]
        except (pypdfium2.PdfiumError, OSError, ValueError):
            return None
        try:
            return plan_page(page, self._settings)
        except (UnusableInputError, pypdfium2.PdfiumError, OSError, ValueError, OverflowError):
            return None
        finally:
            page.close()

    def _work_copy(self, data: bytes) -> tuple[Path, BinaryIO]:
        """`data` in a temporary file that goes when the PDF is closed."""
        file = tempfile.NamedTemporaryFile(prefix="sohoa-", suffix=".pdf")  # noqa: SIM115 - closed with the PDF
        self._cleanup.callback(file.close)
        file.write(data)
        file.flush()
        return Path(file.name), io.BytesIO(data)


def _open(file: BinaryIO) -> pypdfium2.PdfDocument:
    """The document. Raises `UnusableInputError` (ENCRYPTED), `PdfiumError` when it is damaged or has no pages."""
    file.seek(0)
    try:
        document = pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == pdfium_c.FPDF_ERR_PASSWORD:
            raise UnusableInputError(
                ProblemCode.ENCRYPTED,
                "The PDF is protected by a password.",
                remedy="Put it back without the password, or give the password with --passwords.",
            ) from error
        if getattr(error, "err_code", None) == pdfium_c.FPDF_ERR_SECURITY:
            raise UnusableInputError(
                ProblemCode.ENCRYPTED,
                "The PDF is protected in a way that sohoa cannot open (a certificate or rights management).",
                remedy="Save it without the protection and put it back into the archive.",
            ) from error
        raise
    if len(document) == 0:
        document.close()
        raise pypdfium2.PdfiumError("no pages")
    return document


def _unlocked(path: Path, settings: IntakeSettings) -> bytes | None:
    """The PDF without its protection, opened with one of the passwords that were given; None where none does."""
    for password in settings.passwords:
        with suppress(pikepdf.PasswordError), pikepdf.open(path, password=password.get_secret_value()) as pdf:
            target = io.BytesIO()
            pdf.save(target)
            return target.getvalue()
    return None


def _open_repaired(file: BinaryIO) -> pypdfium2.PdfDocument:
    try:
        return _open(file)
    except pypdfium2.PdfiumError as error:
        raise _damaged() from error


def _repaired(path: Path, cause: Exception) -> bytes:
    """The PDF rebuilt by qpdf. Raises `UnusableInputError` when that fails too or leaves no page."""
    target = io.BytesIO()
    try:
        with pikepdf.open(path, suppress_warnings=True) as pdf:
            if len(pdf.pages) == 0:
                raise _damaged() from cause
            pdf.save(target)
    except pikepdf.PasswordError as error:
        raise UnusableInputError(
            ProblemCode.ENCRYPTED,
            "The PDF is protected by a password.",
            remedy="Put it back without the password, or give the password with --passwords.",
        ) from error
    except (pikepdf.PdfError, ValueError, RuntimeError, OSError, TypeError, MemoryError) as error:
        raise _damaged() from error
    return target.getvalue()


def _damaged() -> UnusableInputError:
    return UnusableInputError(
        ProblemCode.DAMAGED_FILE,
        "The PDF is damaged or cut off: no page of it can be opened.",
        remedy="Copy or scan it again.",
    )


def _end_is_missing(file: BinaryIO) -> bool:
    """True when the end mark that every PDF writer puts is missing: the file was cut off."""
    end = file.seek(0, 2)
    # Some systems append blocks of zeros or a signature page's bytes; the mark lies within the last 64 KB then.
    for size in (_TAIL_BYTES, 65_536):
        file.seek(max(0, end - size))
        tail = file.read()
        if b"%%EOF" in tail or b"startxref" in tail:
            return False
    return True


def _end_missing() -> PageProblem:
    return PageProblem(
        ProblemCode.DAMAGED_FILE,
        "The PDF's end is missing (it was cut off in copying); pages at the end may be lost. Copy or scan it again.",
    )


def _bomb(page: int) -> PageProblem:
    return PageProblem(
        ProblemCode.TOO_MANY_BYTES,
        "This page unpacks to more drawing commands than any document has; it was not opened, for it may be an attack.",
        page,
    )


def _huge(page: int) -> PageProblem:
    return PageProblem(
        ProblemCode.TOO_MANY_PIXELS,
        "The JPEG 2000 picture of this page takes too much memory to decode. Save it with a lower resolution (300 dpi "
        "is enough), or raise max_decoded_bytes.",
        page,
    )


def _cut_off(page: int) -> PageProblem:
    return PageProblem(
        ProblemCode.PAGE_DAMAGED,
        "The scanned picture of this page is cut off: its lower part is missing. Scan or copy it again.",
        page,
    )


def _cut_off_among(page: int) -> PageProblem:
    return PageProblem(
        ProblemCode.PAGE_DAMAGED,
        "A picture on this page is cut off: its lower part is missing. Scan or copy it again.",
        page,
    )


def _lost_picture(page: int) -> PageProblem:
    return PageProblem(
        ProblemCode.PAGE_DAMAGED,
        "A picture that belongs on this page is missing from the file. Scan or copy it again.",
        page,
    )


def _repair_note() -> PageProblem:
    return PageProblem(
        ProblemCode.DAMAGED_FILE,
        "The PDF is damaged; what could be rescued of it was read. Compare it with the paper, or copy it again.",
    )
