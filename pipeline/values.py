"""The values that travel between the stages: intake yields `PageInput`, reading and restoration `Page`.

All are frozen: a stage returns a new value (`dataclasses.replace`) and changes nothing it was given.
Pixel coordinates have their origin at the page image's top left; confidences lie in 0..1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from pipeline.edits import By, Edit, composed, cut

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the page image; `right` and `bottom` are exclusive."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Width in pixels, never negative."""
        return max(0, self.right - self.left)

    @property
    def height(self) -> int:
        """Height in pixels, never negative."""
        return max(0, self.bottom - self.top)

    @property
    def centre(self) -> tuple[float, float]:
        """(x, y) of its middle."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def as_list(self) -> list[int]:
        """[left, top, right, bottom], as the JSON writes it."""
        return [self.left, self.top, self.right, self.bottom]

    def moved(self, across: int = 0, down: int = 0) -> Box:
        """The box so many pixels farther right and down."""
        return Box(self.left + across, self.top + down, self.right + across, self.bottom + down)

    def grown(self, across: int, down: int) -> Box:
        """The box with so many pixels more on the left and right, above and below."""
        return Box(self.left - across, self.top - down, self.right + across, self.bottom + down)

    def clipped(self, width: int, height: int) -> Box:
        """What of it lies on a picture of this size."""
        return Box(max(0, self.left), max(0, self.top), min(width, self.right), min(height, self.bottom))

    def meets(self, other: Box) -> bool:
        """Whether the two have a pixel in common."""
        across, down = self.overlap(other)
        return across > 0 and down > 0

    def overlap(self, other: Box) -> tuple[int, int]:
        """How many pixels the two share in width and in height; how far they are apart where below 0."""
        across = min(self.right, other.right) - max(self.left, other.left)
        return across, min(self.bottom, other.bottom) - max(self.top, other.top)

    def contains(self, other: Box) -> bool:
        """Whether all of the other box lies in this one."""
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom

    def holds(self, other: Box) -> bool:
        """Whether the other box's centre lies in this one, its edges included."""
        x, y = other.centre
        return self.left <= x <= self.right and self.top <= y <= self.bottom

    @staticmethod
    def around(boxes: Iterable[Box]) -> Box:
        """The smallest box around `boxes`, of which there is at least one."""
        all_boxes = list(boxes)
        return Box(
            min(b.left for b in all_boxes),
            min(b.top for b in all_boxes),
            max(b.right for b in all_boxes),
            max(b.bottom for b in all_boxes),
        )


class TextSource(StrEnum):
    """Where a page's text comes from."""

    OCR = "ocr"
    TEXT_LAYER = "text_layer"
    TEXT_FILE = "text_file"
    DOCX = "docx"


class Region(StrEnum):
    """The part of the page a line belongs to, as geometry tells it; BODY where there is no geometry."""

    LETTERHEAD_LEFT = "letterhead_left"
    LETTERHEAD_RIGHT = "letterhead_right"
    BODY = "body"
    TABLE = "table"
    CLOSING_LEFT = "closing_left"
    CLOSING_RIGHT = "closing_right"


class MarkKind(StrEnum):
    """What is printed on a page but is not the document's running text."""

    SEAL = "seal"
    SIGNATURE = "signature"
    STAMP = "stamp"
    E_SIGNATURE = "e_signature"
    HANDWRITING = "handwriting"
    PAGE_NUMBER = "page_number"
    RUNNING_HEAD = "running_head"
    FOOTNOTE = "footnote"
    URGENCY = "urgency"
    SECRECY = "secrecy"
    MOTTO = "motto"  # quốc hiệu and tiêu ngữ
    OTHER = "other"  # words beside the letterhead or the signature that belong to no field


@dataclass(frozen=True, slots=True)
class Word:
    """A word as an engine or a text layer gave it; `edit` is what reading put right in it, all of it."""

    text: str
    box: Box | None = None
    confidence: float | None = None
    edit: Edit | None = None

    def moved(self, across: int, down: int = 0) -> Word:
        """The word so many pixels farther right and down."""
        return replace(self, box=self.box.moved(across, down)) if self.box else self

    def put_right(self, text: str, by: By) -> Word:
        """The word with another text, and what it was read as."""
        if text == self.text:
            return self
        edits = composed(text, edits_of_words([self]), (Edit(0, len(text), self.text, text, None, by),))
        return replace(self, text=text, edit=edits[0] if edits else None)


def mean_confidence(parts: Iterable[Word | Line]) -> float | None:
    """The mean confidence of words or lines, each counted by its length; None where none has one."""
    known = [(part.confidence, len(part.text)) for part in parts if part.confidence is not None]
    total = sum(length for _, length in known)
    return sum(value * length for value, length in known) / total if total else None


def edits_of_words(words: Iterable[Word]) -> tuple[Edit, ...]:
    """What was put right in some words, as edits of their text with a blank between two."""
    edits: list[Edit] = []
    at = 0
    for word in words:
        if word.edit is not None:
            edits.append(word.edit.moved(at))
        at += len(word.text) + 1
    return tuple(edits)


class LineId(NamedTuple):
    """Which line of the document: the page's number, and the line's own among its lines, from 1."""

    page: int
    number: int


@dataclass(frozen=True, slots=True)
class Origin:
    """The characters `start`..`end` of a text that was cut out of a page's line or joined from several: those of line
    `line` from its character `at` on."""

    start: int
    end: int
    line: LineId
    at: int

    def part(self, start: int, end: int) -> Origin:
        """What of it lies in the text's characters `start`..`end`, counted from there."""
        first = max(self.start, start)
        return Origin(first - start, min(self.end, end) - start, self.line, self.at + first - self.start)


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line. `raw` is what came in and never changes; `text` is the best reading so far.

    `gap_before` is the blank space above it in line heights (0 = next line of a paragraph; in text files the
    number of blank lines). `indent` is the distance from the left edge of its column in average character
    widths (in text files: leading spaces). `cell` is (table index on the page, row, column) in a table.
    `words` are the raw words with their boxes where the source has boxes.

    `confidence` is the engine's. `edits` are what was put right in `text`, in order. `sure` is the chance that each of
    its words is right, as restoration weighed it; empty where it had nothing to weigh. `origin` says which line of the
    page a line is, or is a piece of; empty until the page is whole (`Page.identified`).
    """

    text: str
    raw: str
    box: Box | None = None
    confidence: float | None = None
    words: tuple[Word, ...] = ()
    region: Region = Region.BODY
    gap_before: float = 0.0
    indent: float = 0.0
    centred: bool = False
    bold: bool | None = None
    cell: tuple[int, int, int] | None = None
    edits: tuple[Edit, ...] = ()
    sure: tuple[float, ...] = ()
    origin: tuple[Origin, ...] = ()

    @property
    def sureness(self) -> float | None:
        """How sure the line is: the engine's confidence, and restoration's on the mean of its words by their length."""
        words = self.text.split()
        letters = sum(map(len, words))
        if len(self.sure) != len(words) or not letters:
            return self.confidence
        mean = sum(len(word) * share for word, share in zip(words, self.sure, strict=True)) / letters
        return mean if self.confidence is None else mean * self.confidence

    def part(self, start: int, end: int) -> Line:
        """The line with nothing but the characters `start`..`end` of its text, which cut no word; all else is kept."""
        before, inside = len(self.text[:start].split()), len(self.text[start:end].split())
        origin = tuple(one.part(start, end) for one in self.origin if one.end > start and one.start < end)
        return replace(
            self,
            text=self.text[start:end],
            edits=cut(self.edits, start, end),
            sure=self.sure[before : before + inside],
            origin=origin,
        )

    def with_text_of(self, lines: Sequence[Line]) -> Line:
        """The line with the text of `lines`, a blank between two, and what was put right there; all else is kept."""
        edits: list[Edit] = []
        origin: list[Origin] = []
        at = 0
        for line in lines:
            edits += [edit.moved(at) for edit in line.edits]
            origin += [replace(one, start=one.start + at, end=one.end + at) for one in line.origin]
            at += len(line.text) + 1
        weighed = any(line.sure for line in lines)
        sure = [share for line in lines for share in (line.sure or [1.0] * len(line.text.split()))] if weighed else []
        text = " ".join(line.text for line in lines)
        return replace(self, text=text, edits=tuple(edits), sure=tuple(sure), origin=tuple(origin))

    def place_on_page(self, start: int) -> tuple[LineId, int] | None:
        """Which line of the page the character at `start` of the text stands on, and where; None where nobody knows."""
        for one in self.origin:
            if one.start <= start < one.end:
                return one.line, one.at + start - one.start
        return None


@dataclass(frozen=True, slots=True)
class PageMark:
    """A seal, stamp, signature, page number …: kept out of the text, kept with the page.

    `details` is what the file says of an e-signature: signer, organisation, email, time.
    """

    kind: MarkKind
    box: Box | None = None
    text: str | None = None
    confidence: float | None = None
    details: dict[str, str] = field(default_factory=dict)


class Slot(StrEnum):
    """A place that a clerk fills in: of the letterhead, or of an arrival stamp."""

    NUMBER = "number"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    ARRIVAL_NUMBER = "arrival_number"
    ARRIVAL_DATE = "arrival_date"


class Filling(StrEnum):
    """How a slot was filled in; the contract's words (`schema.WrittenAs`)."""

    PRINTED = "printed"
    HANDWRITTEN = "handwritten"
    STAMPED = "stamped"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One reading of a slot. `probability`: that all of it is right; `characters`: the same for each of them."""

    text: str
    probability: float
    characters: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class SlotReading:
    """What stands in a slot, as one reader sees it: its readings, likeliest first, none where it reads nothing.

    `reader` names it ("engine": the page's own engine, which was not made for handwriting; "ink": the digits' reader;
    "annotation": text that the file itself holds there). It is evidence, weighed behind structure, and no text.
    """

    slot: Slot
    filling: Filling
    box: Box | None = None
    readings: tuple[Hypothesis, ...] = ()
    reader: str = "engine"


@dataclass(frozen=True, slots=True)
class PageProblem:
    """Something that went wrong on a page; becomes a `Problem` of the document."""

    code: str
    message: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the work on a page, for the document's provenance."""

    step: str
    tool: str
    version: str
    settings: dict[str, str | int | float | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """A page after reading (and again after restoration): lines in reading order, and what is beside them.

    `width` and `height` are in pixels of the page image, 0 where the source has no pages to see. `slots` are the places
    of its letterhead and arrival stamp that a clerk fills in, as far as they were looked at.
    """

    number: int
    source: TextSource
    lines: tuple[Line, ...] = ()
    width: int = 0
    height: int = 0
    marks: tuple[PageMark, ...] = ()
    quality: dict[str, float] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    problems: tuple[PageProblem, ...] = ()
    slots: tuple[SlotReading, ...] = ()

    def identified(self) -> Page:
        """The page with lines that know which they are, whatever becomes of them."""
        lines = tuple(
            replace(line, origin=(Origin(0, len(line.text), LineId(self.number, number), 0),))
            for number, line in enumerate(self.lines, start=1)
        )
        return replace(self, lines=lines)


class PageImage(Protocol):
    """A page's picture, decoded only when asked for, while the source is open."""

    @property
    def dpi(self) -> float | None:
        """Resolution as the file says it; None where it says none (or nonsense)."""

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels, known without decoding."""

    def load(self) -> NDArray[np.uint8]:
        """The pixels, height x width (grey) or height x width x 3 (RGB).

        Raises `UnusableInputError` (PAGE_UNREADABLE, TOO_MANY_PIXELS) when this page's picture cannot be had;
        the other pages may be fine.
        """


@runtime_checkable
class QuickImage(Protocol):
    """A page's picture that can also be had quickly and coarsely, to be looked at."""

    def look(self, dpi: int) -> NDArray[np.uint8]:
        """The page in grey at about `dpi`; of a scan its own pixels. Raises as `PageImage.load`."""


@dataclass(frozen=True, slots=True)
class TextLayer:
    """The text layer of a PDF page: words with boxes in pixels of the page image, in the file's own order.

    `fonts` names the fonts used ('.VnTime' tells of TCVN3 text). `bold` marks words set in a bold font, `hidden`
    words that are drawn invisibly (an OCR's layer over a scan); `font_of` gives each word's index in `fonts`. `marks`
    are letters that stand askew: along a seal's ring, across the page as a watermark. They are not among the words.
    `rules` are pieces of straight lines drawn on the page (borders of tables, underlines) as thin boxes, `pictures` the
    places of pictures on it.
    """

    words: tuple[Word, ...]
    fonts: tuple[str, ...] = ()
    bold: tuple[bool, ...] = ()
    hidden: tuple[bool, ...] = ()
    font_of: tuple[int, ...] = ()
    marks: tuple[PageMark, ...] = ()
    rules: tuple[Box, ...] = ()
    pictures: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class PageInput:
    """One page as intake gives it: ready lines (text files, DOCX), or an image, or a text layer, or both.

    `problem` is set, and everything else empty, when the page could not be opened; page numbers stay true.
    `problems` are those of a page that could be opened all the same (its picture is cut off, …). `marks` are what
    the source itself says is no running text: e-signature fields, footnotes, running heads. `fonts` are the fonts
    of ready lines ('.VnTime' in an old DOCX).
    """

    number: int
    lines: tuple[Line, ...] = ()
    image: PageImage | None = None
    layer: TextLayer | None = None
    source: TextSource | None = None
    problem: PageProblem | None = None
    problems: tuple[PageProblem, ...] = ()
    marks: tuple[PageMark, ...] = ()
    fonts: tuple[str, ...] = ()
