"""The values that travel between the stages: intake yields `PageInput`, reading and restoration `Page`.

All are frozen: a stage returns a new value (`dataclasses.replace`) and changes nothing it was given.
Pixel coordinates have their origin at the page image's top left; confidences lie in 0..1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

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

    def as_list(self) -> list[int]:
        """[left, top, right, bottom], as the JSON writes it."""
        return [self.left, self.top, self.right, self.bottom]

    def meets(self, other: Box) -> bool:
        """Whether the two have a pixel in common."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

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
    """A word as an engine or a text layer gave it."""

    text: str
    box: Box | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line. `raw` is what came in and never changes; `text` is the best reading so far.

    `gap_before` is the blank space above it in line heights (0 = next line of a paragraph; in text files the
    number of blank lines). `indent` is the distance from the left edge of its column in average character
    widths (in text files: leading spaces). `cell` is (table index on the page, row, column) in a table.
    `words` are the raw words with their boxes where the source has boxes.
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


@dataclass(frozen=True, slots=True)
class TextLayer:
    """The text layer of a PDF page: words with boxes in pixels of the page image, in the file's own order.

    `fonts` names the fonts used ('.VnTime' tells of TCVN3 text). `bold` marks words set in a bold font, `hidden`
    words that are drawn invisibly (an OCR's layer over a scan); `font_of` gives each word's index in `fonts`. `marks`
    are letters that stand askew: along a seal's ring, across the page as a watermark. They are not among the words.
    `rules` are pieces of straight lines drawn on the page (borders of tables, underlines) as thin boxes.
    """

    words: tuple[Word, ...]
    fonts: tuple[str, ...] = ()
    bold: tuple[bool, ...] = ()
    hidden: tuple[bool, ...] = ()
    font_of: tuple[int, ...] = ()
    marks: tuple[PageMark, ...] = ()
    rules: tuple[Box, ...] = ()


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
