"""From pages to rows: layout signs cleaned off, page numbers, running heads and stamps moved to the page's marks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, product

from pipeline.edits import By, Edit
from pipeline.structure.head.stamped import SECRECY, URGENCY
from pipeline.structure.lines.furniture import furniture
from pipeline.structure.lines.model import LineEnd, Row
from pipeline.structure.lines.paragraphs import is_finished
from pipeline.structure.words.letter_spacing import with_words
from pipeline.structure.words.markers import bullet_length, readings
from pipeline.values import Box, Line, MarkKind, Page, PageMark, Region, TextSource
from pipeline.vietnamese.administrative.document_types import TITLE_TYPES
from pipeline.vietnamese.administrative.labels import AUTHORITY, opens_recipients
from pipeline.vietnamese.administrative.matching import (
    CLOSE,
    is_capitals,
    is_like,
    skeleton,
    squeeze,
    starts_lower,
    word_count,
)
from pipeline.vietnamese.folding import fold
from pipeline.vietnamese.letters import LOWER
from pipeline.vietnamese.syllables import is_syllable

_MARKDOWN_HEADING = re.compile(r"^\s*#{1,6}\s+")
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3}|__)(?=\S)(.+?)(?<=\S)\1(?![\w*])")
_STRAY_EMPHASIS = re.compile(r"\*{2,}")
_EMPTY_BOXES = re.compile(r"[□☐▯�\u200b\ufeff\u00ad]")
_PAGE_NUMBER = re.compile(r"^[-–—\[( ]*(?:(?:trang|page)\s*)?(\d{1,3})(?:\s*/\s*\d{1,3})?[-–—\]) .]*$", re.IGNORECASE)
_E_SIGNATURE = re.compile(
    r"^(?:(?:được )?ký (?:số )?bởi\s*:|người ký\s*:|thời gian ký\s*:|ngày ký\s*:|ký ngày\s*:"
    r"|signature (?:not )?(?:verified|valid)|digitally signed)",
    re.IGNORECASE,
)
# "Trang 2/3", "- 2 -": a number that says itself what it is.
_SURE_PAGE_NUMBER = re.compile(
    r"^\W*(?:trang|page)\s*(?P<worded>\d{1,3})(?:\s*(?:/|of|trên)\s*\d{1,3})?\W*$|^[-–—]\s*(?P<dashed>\d{1,3})\s*[-–—]$",
    re.IGNORECASE,
)
_DRAFT = re.compile(r"^\W*du thao(?: lan(?: thu)? \w+)?\W*$")
_ARRIVAL = ("CÔNG VĂN ĐẾN", "VĂN BẢN ĐẾN")
# What a rule, a frame or a pen leaves at a recognised line's end: a lone stroke, or scribbles after the end sign.
_STROKES = re.compile(r"(?<=[^\W\d])((?:\s+[1lI|!'_\-–.,]){1,2})$")
_AFTER_END = re.compile(r"(?<=\./\.)(\s+\S{1,4}(?:\s+\S{1,3}){0,2})$")
_COUNTED = re.compile(
    r"\b(?:dot|quy|giai doan|thang|nam|ngay|phu luc|mau|so|to|nhom|lop|cap|bang|buoc|phan|muc|dieu|khoan|khu pho|ap"
    r"|thon|vong|ky|hoc ky|tuan|bai|cum|khoi|loai|hang|ban|doi|phuong an|bieu|ca|lan|quyen|tap|de an|bac|khu|lo"
    r"|chi bo)$"
)
_SIDES = {
    Region.LETTERHEAD_LEFT: Region.CLOSING_LEFT,
    Region.LETTERHEAD_RIGHT: Region.CLOSING_RIGHT,
}
_SPECK = re.compile(rf"[{LOWER}]{{2,}}\.$")
_CLOSE = 0.3  # line heights between rows of one paragraph
_TELLING = 3  # words of a line that can tell whether an engine read it
_GARBLED = 0.3  # share of a dump's lines in which letters were wrong
_STROKE = 0.75  # a printed figure is read with more confidence
_TOP_ROWS = 14  # stamps of urgency, secrecy and arrival stand beside or under the letterhead
_EDGE = 1  # rows at a page's top and bottom where running heads and numbers stand


@dataclass(slots=True)
class Gathered:
    """Rows of the whole document and the marks by page, while they are being sorted."""

    rows: list[Row] = field(default_factory=list)
    marks: dict[int, list[PageMark]] = field(default_factory=dict)
    is_ocr: bool = False
    ends: list[LineEnd] = field(default_factory=list)


def clean(text: str) -> str:
    """`text` without Markdown's signs and the boxes that stand for missing glyphs, blanks squeezed."""
    text = _MARKDOWN_HEADING.sub("", _EMPTY_BOXES.sub(" ", text))
    for _ in range(2):  # emphasis may be nested once: ***bold italic***
        text = _EMPHASIS.sub(r"\2", text)
    return squeeze(_STRAY_EMPHASIS.sub("", text))


def collect(pages: Sequence[Page]) -> Gathered:
    """All rows of `pages` in reading order, and every page's marks."""
    gathered = Gathered(is_ocr=any(page.source in (TextSource.OCR, TextSource.TEXT_LAYER) for page in pages))
    heads = _running_heads(pages)
    number = 0
    last_page_number = 0
    top = pages[0].number if pages else 1
    for page in (_with_whole_title(page) if page.number == top else page for page in pages):
        marks = gathered.marks.setdefault(page.number, [])
        marks.extend(_told(mark) for mark in page.marks)
        texts = [with_words(clean(line.text), line.raw) for line in page.lines]
        no_text = furniture(page.lines, texts, page.height)
        filled = [index for index, text in enumerate(texts) if text and index not in no_text]
        marks.extend(
            PageMark(kind, page.lines[index].box, texts[index], page.lines[index].confidence)
            for index, kind in no_text.items()
            if texts[index]
        )
        edge = {*filled[:_EDGE], *filled[-_EDGE:]}
        first = number > 0
        extent = _text_extent(page.lines)
        edge_left = _left_edge(page.lines, extent)
        recognised = _was_recognised(page)
        closes = page.number != top and _closes_at_top(page)
        for index in filled:
            line, text = page.lines[index], texts[index]
            if page.number != top and line.region in _SIDES:  # a letterhead stands on the first page only
                line = replace(line, region=_SIDES[line.region] if closes else Region.BODY)
            kind = _edge_mark(line, text, heads) if index in edge else None
            kind = kind or _stamp(line, text, page.number == top and len(gathered.rows) < _TOP_ROWS)
            if kind is None and line.cell is None and _SURE_PAGE_NUMBER.match(text):
                kind = MarkKind.PAGE_NUMBER
            if kind is None and _is_number_between(page.lines, texts, index, last_page_number):
                kind = MarkKind.PAGE_NUMBER
            if kind is MarkKind.PAGE_NUMBER and (match := _PAGE_NUMBER.match(text)):
                last_page_number = int(match[1])
            if kind is not None:
                marks.append(PageMark(kind, line.box, text, line.confidence))
                continue
            text, noise = _without_noise(line, text)
            if noise:
                marks.append(PageMark(MarkKind.OTHER, line.box, noise, line.confidence))
            hint = bool(_MARKDOWN_HEADING.match(line.raw))
            centred = line.centred and _has_margins(line, extent)
            indent = line.indent - edge_left
            gathered.rows.append(Row(number, page.number, text, line, first, hint, centred, indent, recognised))
            first = False
            number += 1
    _drop_specks(gathered)
    return gathered


def _drop_specks(gathered: Gathered) -> None:
    """Take the stop off a recognised row that the next goes on from in small letters: a speck at the line's end."""
    for index, (row, following) in enumerate(pairwise(gathered.rows)):
        beside = row.page != following.page or row.region is not following.region or row.line.cell is not None
        if not row.recognised or row.line.box is None or beside or not _SPECK.search(row.text):
            continue
        goes_on = starts_lower(following.text) and following.line.gap_before < _CLOSE and following.indent < 1.5
        if goes_on and not bullet_length(following.text) and not readings(following.text):
            gathered.ends.append(LineEnd(row, ".", ""))
            gathered.rows[index] = replace(row, text=row.text[:-1])


def _with_whole_title(page: Page) -> Page:
    """`page` with a document's type in one line where the letterhead's columns cut it: "KẾ" and "HOẠCH"."""
    types = {skeleton(known) for known in TITLE_TYPES}
    lefts = [line for line in page.lines if line.region is Region.LETTERHEAD_LEFT and is_capitals(line.text)]
    for left, (place, right) in product(lefts, enumerate(page.lines)):
        if right.region is not Region.LETTERHEAD_RIGHT or left.box is None or right.box is None:
            continue
        _, shared = left.box.overlap(right.box)
        text = f"{left.text} {right.text}"
        beside = shared > 0.5 * min(left.box.height, right.box.height) and right.box.left > left.box.left
        if beside and is_capitals(text) and skeleton(text) in types:
            whole = replace(
                right.with_text_of([left, right]),
                raw=f"{left.raw} {right.raw}",
                box=Box.around([left.box, right.box]),
                words=(*left.words, *right.words),
                region=Region.BODY,
                centred=True,
            )
            lines = [*page.lines[:place], whole, *page.lines[place + 1 :]]
            return replace(page, lines=tuple(line for line in lines if line is not left))
    return page


def _told(mark: PageMark) -> PageMark:
    """A stamp whose words say what it is: HỎA TỐC is one of urgency."""
    kind = _stamp_kind(mark.text) if mark.kind in (MarkKind.STAMP, MarkKind.OTHER) and mark.text else None
    return replace(mark, kind=kind) if kind else mark


def _closes_at_top(page: Page) -> bool:
    """Whether the two columns at the top of a later page are a closing that a page break cut off, no letterhead."""
    columns = [line.text for line in page.lines if line.region in _SIDES]
    return any(opens_recipients(text) or AUTHORITY.match(text) for text in map(str.strip, columns))


def _was_recognised(page: Page) -> bool:
    """Whether an engine read the page: it came as a picture, or restoration had to change letters of many lines."""
    if page.source is TextSource.OCR:
        return True
    lines = [line for line in page.lines if word_count(line.raw) >= _TELLING]
    changed = sum(any(map(_changes_letters, line.edits)) for line in lines)
    return len(lines) > 0 and changed >= _GARBLED * len(lines)


def _changes_letters(edit: Edit) -> bool:
    """Whether letters, not only their marks, came out otherwise; an encoding that was converted is no misreading."""
    return not edit.is_by(By.LEGACY_ENCODING) and squeeze(fold(edit.read)) != squeeze(fold(edit.text))


def _without_noise(line: Line, text: str) -> tuple[str, str]:
    """(`text`, what it ends with that no letter is): strokes read with little confidence, scribbles after "./."."""
    if line.box is None or line.cell is not None:
        return text, ""
    end = _AFTER_END.search(text)
    if end and not all(is_syllable(word.lower()) and len(word) > 1 for word in end[0].split()):
        return text[: end.start()], end[0].strip()
    stroke = _STROKES.search(text)
    joins = stroke is not None and line.region is Region.LETTERHEAD_LEFT and not stroke[0].strip(" -–")
    if stroke is None or joins or _COUNTED.search(fold(text[: stroke.start()])):
        return text, ""  # "HỘI NÔNG DÂN -": the next body's name follows
    count = len(stroke[0].split())
    sure = [word.confidence or 0.0 for word in line.words]
    doubted = len(sure) > count and max(sure[-count:]) < _STROKE <= sum(sure[:-count]) / (len(sure) - count)
    return (text[: stroke.start()], stroke[0].strip()) if doubted else (text, "")


def _text_extent(lines: Sequence[Line]) -> tuple[int, int] | None:
    """(left, right) edges in pixels of a page's running text; None without boxes."""
    boxes = [line.box for line in lines if line.box is not None and line.region in (Region.BODY, Region.TABLE)]
    if not boxes:
        return None
    lefts, rights = sorted(box.left for box in boxes), sorted(box.right for box in boxes)
    return lefts[len(lefts) // 10], rights[(len(rights) - 1) * 9 // 10]


def _left_edge(lines: Sequence[Line], extent: tuple[int, int] | None) -> float:
    """How far in the running text begins, in characters: more than 0 where a stamp stands left of it."""
    if extent is None:
        return 0.0
    wide = 0.6 * (extent[1] - extent[0])
    indents = sorted(line.indent for line in lines if line.box and line.box.width > wide and line.region is Region.BODY)
    edge = indents[len(indents) * 15 // 100] if indents else 0.0
    return edge if edge > 1.5 else 0.0


def _has_margins(line: Line, extent: tuple[int, int] | None) -> bool:
    """Whether a line leaves room on both sides, as a paragraph's full first line does not."""
    if line.box is None or extent is None or line.region is not Region.BODY:
        return True
    width = extent[1] - extent[0]
    left, right = line.box.left - extent[0], extent[1] - line.box.right
    return min(left, right) > 0.05 * width and abs(left - right) < 0.16 * width


def _edge_mark(line: Line, text: str, heads: set[str]) -> MarkKind | None:
    """What a page's first or last line is when it is no running text."""
    if line.cell is not None:
        return None
    if line.region is not Region.TABLE and _PAGE_NUMBER.match(text):
        return MarkKind.PAGE_NUMBER
    return MarkKind.RUNNING_HEAD if skeleton(text) in heads else None


def _stamp(line: Line, text: str, near_top: bool) -> MarkKind | None:
    """The words of an e-signature, and near the letterhead those of stamps."""
    if line.cell is None and _E_SIGNATURE.match(text):
        return MarkKind.E_SIGNATURE
    if not near_top or line.cell is not None:
        return None
    if _DRAFT.match(fold(text)):
        return MarkKind.STAMP
    if not is_capitals(text) or word_count(text) > 4:
        return None
    return _stamp_kind(text)


def _stamp_kind(text: str) -> MarkKind | None:
    """The kind of stamp that a few words are: of urgency, secrecy or arrival."""
    stamps = ((MarkKind.URGENCY, URGENCY), (MarkKind.SECRECY, SECRECY), (MarkKind.STAMP, _ARRIVAL))
    for kind, phrases in stamps:
        if any(is_like(text, phrase, CLOSE) for phrase in phrases):
            return kind
    return None


def _is_number_between(lines: Sequence[Line], texts: Sequence[str], index: int, last: int) -> bool:
    """A page number inside a dump that lost its page breaks: alone between blank lines, one up from the last one."""
    line = lines[index]
    if line.cell is not None or line.box is not None or not texts[index].isdigit() or len(texts[index]) > 3:
        return False
    following = lines[index + 1] if index + 1 < len(lines) else None
    alone = line.gap_before >= 1 and (following is None or following.gap_before >= 1)
    around = texts[:index] and following is not None and starts_lower(texts[index + 1])
    if alone and around and not is_finished(next((text for text in reversed(texts[:index]) if text), ".")):
        return True  # in mid-sentence
    # "1" itself starts table rows and lists too often; the second page of a dump says "2".
    return alone and int(texts[index]) == max(last, 1) + 1


def _running_heads(pages: Sequence[Page]) -> set[str]:
    """Skeletons of lines that stand at the top or bottom of most pages after the first."""
    if len(pages) < 3:
        return set()
    seen: Counter[str] = Counter()
    for page in pages[1:]:
        filled = [text for line in page.lines if line.cell is None and (text := clean(line.text))]
        seen.update({skeleton(text) for text in filled[:_EDGE] + filled[-_EDGE:] if 2 <= word_count(text) <= 16})
    needed = max(2, (len(pages) - 1) // 2 + 1)
    return {text for text, count in seen.items() if count >= needed and text}
