"""Reads pages: ready lines pass through, a good text layer is used, everything else is recognised from its image."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

import numpy as np

from pipeline.edits import By, Edit, composed, differences
from pipeline.errors import MissingToolError, ProblemCode, SohoaError, UnusableInputError
from pipeline.language.language_model import load_language_model
from pipeline.logs import at_page
from pipeline.onlooker import Observer, Unobserved
from pipeline.reading.engines import Engine, EngineFailureError, EngineTimeoutError
from pipeline.reading.engines.table import choose_engine
from pipeline.reading.layer_check import LOOKED_AT_DPI, lies
from pipeline.reading.layer_pages import (
    extent,
    from_layer,
    marks_of_picture,
    nothing_but,
    overlay_marks,
    pictured_print,
    with_print_of,
    without_unseen,
)
from pipeline.reading.layout.reading_order import arrange
from pipeline.reading.layout.ruled_tables import find_tables
from pipeline.reading.page_image.colour import Inks, find_inks, to_grey, without_red
from pipeline.reading.page_image.diagnose import LEAST_SIDE
from pipeline.reading.page_image.ink import DARK
from pipeline.reading.page_marks.footnotes import take_footnotes
from pipeline.reading.page_marks.handwriting import Compare, without_handwriting
from pipeline.reading.page_marks.handwriting_box import framed
from pipeline.reading.page_marks.pen_readings import Looks, with_pen_readings
from pipeline.reading.page_marks.signatures import find_signatures
from pipeline.reading.page_marks.stamps import is_blue, set_aside
from pipeline.reading.page_marks.typed_slots import typed_slots
from pipeline.reading.page_marks.typeface_match import PrintMatch, compare_with_print, load_faces
from pipeline.reading.recognition.recognise import Recogniser, Recognition
from pipeline.reading.recognition.rescorer import Rescorer
from pipeline.reading.seals.find_seals import Seal, find_seals
from pipeline.reading.seals.under_seals import PlaceEngine, UnderSeals, read_under_seals
from pipeline.reading.text_layer import LayerVerdict, LayerView, judge_layer
from pipeline.reading.weights import STANDARD, Weights
from pipeline.settings import ReadingSettings
from pipeline.values import (
    Box,
    Line,
    MarkKind,
    Page,
    PageImage,
    PageInput,
    PageMark,
    PageProblem,
    QuickImage,
    Step,
    TextLayer,
    TextSource,
    edits_of_words,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.reading.engines.base import Strip


log = logging.getLogger(__name__)

_FEW_LETTERS = 60  # the mean confidence of so few says nothing of a page


class PageMemory(Protocol):
    """Keeps pages by the digest of the picture that they were read from, so that no picture is read twice."""

    def get(self, picture: str) -> Page | None:
        """The page that was read from this picture, if it is known; its number is another's."""

    def put(self, picture: str, page: Page) -> None:
        """Keep a page."""


class Reader:
    """Turns page inputs into pages with lines in reading order. One Reader serves a whole run."""

    def __init__(
        self,
        settings: ReadingSettings,
        engine: Engine | None = None,
        rescorer: Rescorer | None = None,
        weights: Weights = STANDARD,
    ) -> None:
        self._settings = settings
        self._engine = engine = engine or choose_engine(settings)
        self._rescorer = rescorer or load_rescorer()
        self._recogniser = Recogniser(
            engine, rescorer=self._rescorer, page_seconds=settings.page_timeout_seconds, weights=weights
        )

    def read(
        self, pages: Iterable[PageInput], kept: PageMemory | None = None, observer: Observer | None = None
    ) -> Iterator[Page]:
        """Read pages one by one, as they come; a page that fails comes out without lines and with a problem.

        What is recognised is put into `kept`, and taken from there when the picture is the same. Pictures and what
        engines made of them are shown to `observer`.
        Raises MissingToolError when a page needs an engine that is not installed.
        """
        for page in pages:
            with at_page(page.number):
                read = self._read_page(page, kept, observer or Unobserved())
                log.debug("%s, %d lines, %s", read.source, len(read.lines), read.quality)
            yield read

    def _read_page(self, page: PageInput, kept: PageMemory | None, observer: Observer) -> Page:
        try:
            read = self._dispatch(page, kept, observer)
        except SohoaError:
            raise
        except Exception as error:  # whatever one page's picture provokes must not cost the others
            log.exception("the page could not be read")
            source = page.source or TextSource.OCR
            message = f"Page {page.number} could not be read: {type(error).__name__}: {error}"[:300]
            read = Page(page.number, source, problems=(PageProblem(ProblemCode.INTERNAL_ERROR, message, page.number),))
        return replace(
            read,
            marks=(*page.marks, *read.marks),
            problems=(*page.problems, *read.problems),
            slots=(*typed_slots(page.marks, read.lines), *read.slots),
        )

    def _dispatch(self, page: PageInput, kept: PageMemory | None, observer: Observer) -> Page:
        if page.problem is not None:
            return Page(page.number, page.source or TextSource.OCR, problems=(page.problem,))
        if page.lines or (page.image is None and page.layer is None):
            return Page(page.number, page.source or TextSource.TEXT_FILE, lines=page.lines)
        size = page.image.size if page.image else extent(page)
        view = judge_layer(page.layer, size[1], has_image=page.image is not None)
        if page.layer and view.verdict is LayerVerdict.GOOD and page.image is not None:
            whole = self._compared(page, page.layer, page.image, view, observer)
            if whole is not None:
                return whole
            view = replace(view, verdict=LayerVerdict.LYING)
        if page.layer and (view.verdict is LayerVerdict.GOOD or (page.image is None and view.words)):
            return from_layer(page, size, view)
        if page.image is None:
            return Page(page.number, TextSource.TEXT_LAYER, width=size[0], height=size[1])
        read = self._recognise(page.number, page.image, kept, observer)
        marks = overlay_marks(page) if view.verdict is LayerVerdict.OVERLAY else ()
        return replace(read, marks=(*read.marks, *marks))

    def _compared(
        self, page: PageInput, layer: TextLayer, image: PageImage, view: LayerView, observer: Observer
    ) -> Page | None:
        """The page that a good layer gives once it was compared with the picture; None where it says something else.

        Print that the layer has no words for is read from the picture. What cannot be compared is believed.
        """

        @lru_cache(maxsize=1)
        def look() -> NDArray[np.uint8]:
            return image.look(LOOKED_AT_DPI) if isinstance(image, QuickImage) else to_grey(image.load())

        try:
            layer = without_unseen(layer, look, image.size)
            page = replace(page, layer=layer)
            if lies(layer, image.size[1], look, self._engine):
                log.info("the text layer does not say what the page shows: the picture is read")
                return None
            regions = pictured_print(layer, look, image.size)
            if not regions:
                return from_layer(page, image.size, view)
            alone = Page(page.number, TextSource.OCR, width=image.size[0], height=image.size[1])
            read = self._read_picture(alone, nothing_but(image.load(), regions, layer), image.dpi, observer)
        except (UnusableInputError, MissingToolError, EngineFailureError):
            return from_layer(page, image.size, view)
        whole = from_layer(replace(page, layer=with_print_of(layer, read)), image.size, view)
        marks = (*whole.marks, *marks_of_picture(read))
        return replace(whole, marks=marks, steps=(*whole.steps, *read.steps), slots=read.slots)

    def _recognise(self, number: int, image: PageImage, kept: PageMemory | None, observer: Observer) -> Page:
        width, height = image.size
        failed = Page(number, TextSource.OCR, width=width, height=height)
        try:
            pixels = image.load()
        except UnusableInputError as error:
            return replace(failed, problems=(PageProblem(error.code, error.message, number),))
        wrong = _unusable(pixels)
        if wrong is not None:
            message = f"The picture of page {number} {wrong}. Scan or copy it again."
            return replace(failed, problems=(PageProblem(ProblemCode.PAGE_UNREADABLE, message, number),))
        if kept is None:
            return self._read_picture(failed, pixels, image.dpi, observer)
        picture = picture_digest(pixels, usable_dpi(image.dpi, height))
        known = kept.get(picture)
        if known is not None:
            return replace(known, number=number)
        page = self._read_picture(failed, pixels, image.dpi, observer)
        # What went wrong may go right the next time; what is hard to read will not.
        if all(problem.code == ProblemCode.LOW_CONFIDENCE for problem in page.problems):
            kept.put(picture, page)
        return page

    def _read_picture(self, failed: Page, pixels: NDArray[np.uint8], dpi: float | None, observer: Observer) -> Page:
        """The page of a picture; `failed` is the page without lines that stands for it when it cannot be read."""
        number, height = failed.number, failed.height
        try:
            inks = find_inks(pixels)
            grey = to_grey(pixels)
            seals = find_seals(grey, inks)
            if any(seal.coloured for seal in seals):
                grey = without_red(pixels, grey)
            usable = usable_dpi(dpi, height)
            read = self._recogniser.recognise(grey, usable)
            _show(observer, failed, pixels, read)
            under = read_under_seals(
                read.lines,
                read.page,
                pixels,
                seals,
                PlaceEngine(lambda part: self._recogniser.region(part, usable), self._recogniser.strips),
            )
        except EngineTimeoutError as error:
            return replace(failed, problems=(_problem(ProblemCode.OCR_TIMEOUT, number, error),))
        except EngineFailureError as error:
            return replace(failed, problems=(_problem(ProblemCode.OCR_FAILED, number, error),))
        known = self._rescorer.knows if self._rescorer else lambda _text: True
        page = _laid_out(failed, read, under, (inks, seals), self._settings, known, self._recogniser.strips)
        return replace(page, marks=(*page.marks, *(PageMark(MarkKind.SEAL, seal.box) for seal in seals)))


def _show(observer: Observer, page: Page, pixels: NDArray[np.uint8], read: Recognition) -> None:
    """Show what a page was read from, and what each engine made of it."""
    observer.picture(page.number, "page", pixels)
    observer.picture(page.number, "treated", read.page.grey)
    for heard in read.heard:
        lines = [
            [replace(word, box=read.page.box_on_page(word.box, page.width, page.height)) for word in line if word.box]
            for line in heard.lines
        ]
        observer.words(page.number, heard.by, lines)


def _unusable(pixels: NDArray[np.uint8]) -> str | None:
    """What is wrong with a picture that can show no text; None when nothing is."""
    if min(pixels.shape[:2]) < LEAST_SIDE:
        return f"has {pixels.shape[1]} x {pixels.shape[0]} pixels, on which no text fits"
    if float(np.percentile(pixels[::8, ::8], 99.9)) < DARK:
        return "is black all over"
    return None


@lru_cache(maxsize=1)
def load_rescorer() -> Rescorer | None:
    """The language model that chooses among an engine's hypotheses; None where the model is not built."""
    try:
        return Rescorer(load_language_model())
    except MissingToolError:
        return None


def _laid_out(  # noqa: PLR0917
    page: Page,
    read: Recognition,
    under: UnderSeals,
    found: tuple[Inks | None, Sequence[Seal]],
    settings: ReadingSettings,
    known: Callable[[str], bool],
    strips: Callable[[Sequence[NDArray[np.uint8]], Box], Sequence[Strip]],
) -> Page:
    """The page with the lines of a recognition in reading order, in pixels of the page's own picture."""
    inks, seals = found
    shown_height, shown_width = read.page.grey.shape

    def back(box: Box) -> Box:
        return read.page.box_on_page(box, page.width, page.height)

    size = (shown_width, shown_height)
    surely = read.sureness >= read.trust.hardly
    believed = [line for line in under.lines if surely or line.confidence >= read.trust.hardly]
    kept = set_aside(believed, read.rules, inks, back, size, known)
    tables = find_tables(read.rules, shown_width)
    text, footnotes = take_footnotes((*kept.lines, *under.recovered), read.rules, tables, size)
    layout = arrange(text, shown_width, shown_height, tables)
    grey = read.page.grey
    filled = without_handwriting(
        layout.lines,
        lambda box: is_blue(back(box), inks),
        _compare_on(grey),
        lambda words, start, stop, high: framed(grey, words, start, stop, high),
    )
    lines = tuple(
        replace(
            line,
            box=back(line.box) if line.box else None,
            words=tuple(replace(word, box=back(word.box) if word.box else None) for word in line.words),
            edits=_edits(line),
        )
        for line in filled.lines
    )
    looks = Looks(lambda box: strips([grey], box), filled.lines)
    slots = tuple(
        replace(slot, box=back(slot.box) if slot.box else None)
        for slot in with_pen_readings(filled.slots, read.seen, looks)
    )
    signed = find_signatures(read.page.grey, layout.lines, [read.page.box_from_page(seal.box) for seal in seals])
    taken = [mark.box for mark in signed if mark.box]
    guessed = [mark for mark in under.marks if not (mark.box and any(mark.box.meets(box) for box in taken))]
    shown = (*kept.marks, *guessed, *layout.marks, *footnotes, *filled.marks, *signed)
    marks = [replace(mark, box=back(mark.box) if mark.box else None) for mark in shown]
    steps = [Step("treatment", "sohoa", "1", {"done": ", ".join(read.page.done) or "none", "tried": read.tried})]
    steps += [Step("ocr", engine.name, engine.version, {"language": settings.language}) for engine in read.engines]
    quality = {
        **read.diagnosis.as_quality(),
        "blank": float(_is_blank(read, lines, marks) and not seals),
        "sureness": round(read.sureness, 4),
    }
    problems = (*page.problems, *_hard_to_read(page.number, read, sealed=bool(seals)))
    page = replace(page, lines=lines, marks=tuple(marks), steps=tuple(steps), quality=quality, problems=problems)
    return replace(page, slots=slots)


def _edits(line: Line) -> tuple[Edit, ...]:
    """What a look at the ink put right in a line, and what was taken out of it as handwriting."""
    read = " ".join(word.text for word in line.words)
    return composed(line.text, edits_of_words(line.words), differences(read, line.text, By.FILLED_IN, None))


def _is_blank(read: Recognition, lines: Sequence[Line], marks: Sequence[PageMark]) -> bool:
    """Whether a page has nothing on its side of the sheet but, maybe, its number."""
    numbered = all(mark.kind is MarkKind.PAGE_NUMBER for mark in marks)
    return not lines and numbered and (read.behind or read.diagnosis.blank)


def _compare_on(grey: NDArray[np.uint8]) -> Compare:
    """How digits on a picture compare with print; where the faces are missing nothing is known of any."""
    faces = load_faces()

    def compare(place: Box, beside: Box, digits: str) -> PrintMatch | None:
        return compare_with_print(grey, place, beside, digits, faces) if faces else None

    return compare


def _hard_to_read(number: int, read: Recognition, *, sealed: bool) -> list[PageProblem]:
    """That a page was read badly is said: nobody sees it in its text, which a search or an analysis takes as it is."""
    if read.illegible:
        message = f"Nothing on page {number} reads as text: it may be a picture, handwriting or a bad scan. Look at it."
        return [] if sealed else [PageProblem(ProblemCode.LOW_CONFIDENCE, message, number)]
    if sum(len(line.text) for line in read.lines) < _FEW_LETTERS or read.sureness >= read.trust.badly:
        return []
    if read.sureness < read.trust.hardly:
        message = (
            f"Page {number} can hardly be read; what looked like no text was left out. Scan it again, or look at it."
        )
        return [PageProblem(ProblemCode.PAGE_UNREADABLE, message, number)]
    message = (
        f"Page {number} was hard to read: many of its words may be wrong. Compare it with the scan, or scan it again."
    )
    return [PageProblem(ProblemCode.LOW_CONFIDENCE, message, number)]


def picture_digest(pixels: NDArray[np.uint8], dpi: int) -> str:
    """A digest of all that a page's reading depends on beside engines and settings."""
    digest = hashlib.sha256(f"{pixels.shape} {dpi}".encode())
    digest.update(np.ascontiguousarray(pixels).data)
    return digest.hexdigest()


def usable_dpi(stated: float | None, height: int) -> int:
    """The stated resolution when it makes sense for a sheet of this height, else that of an A4 page."""
    a4 = height / 11.69
    if stated and 60 <= stated <= 1200 and 0.4 <= stated / a4 <= 2.5:
        return round(stated)
    return max(70, round(a4))


def _problem(code: ProblemCode, number: int, error: MissingToolError | EngineFailureError) -> PageProblem:
    return PageProblem(code, f"Page {number} could not be read: {error.message}", number)
