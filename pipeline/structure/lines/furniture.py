"""Lines that a program put on a page and no author wrote: of scanning applications, of browsers, of legal databases.

A scanning application signs its pages ("Được quét bằng CamScanner"). A browser prints the day and the page's title
above each sheet, its address and the sheet's number below. A legal database names itself on what is copied from it. A
typist says that a text is over ("---HẾT---").
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from pipeline.values import Line, MarkKind
from pipeline.vietnamese.folding import fold

_APPLICATIONS = (
    "camscanner", "adobe scan", "microsoft lens", "office lens", "vflat", "tapscanner", "tap scanner", "genius scan",
    "tiny scanner", "iscanner", "scanner pro", "swiftscan", "clear scanner", "fast scanner", "simple scanner",
    "docscan", "turboscan", "notebloc", "scanbot", "evernote scannable", "jotnot", "doc scanner", "document scanner",
    "pdf scanner", "mobile scanner", "scan guru", "quickscan", "photoscan", "easyscan", "kdan", "dropbox", "onedrive",
    "google drive", "xodo", "wps office", "foxit", "oken scanner", "ace scanner", "smart scan", "zalo",
)  # fmt: skip
# What they say, folded; a logo read as two or three letters may stand before it.
_SIGNED = re.compile(
    r"^(?:\S{1,3} )?(?:(?:da )?(?:duoc )?(?:quet|scan|chup|so hoa|tao) (?:bang|boi|tu|voi|qua|nho)"
    r"|(?:scanned|scan|created|digitized|captured|made|powered) (?:with|by|using|from|via|in))\s*:?\s*"
    r"(?:ung dung |phan mem |app )?(?P<by>\S.{1,38})$"
)
_SHOP = re.compile(r"\s*[-–|(].*$|\s+(?:app|for android|ios)$")
# A name of their own: letters without marks, the first one a capital.
_OWN_NAME = re.compile(r"^(?:[A-Z][A-Za-z0-9]{2,20})(?: [A-Z][A-Za-z0-9]{0,20}){0,2}$")
_ALIKE = 84.0  # of 100: one letter of an application's name may be misread
_DAY = re.compile(
    r"^\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4},?\s+\d{1,2}:\d{2}(?::\d{2})?(?:\s*(?:am|pm|sa|ch))?(?=\s|$)"
    r"|^\d{1,2}:\d{2}(?::\d{2})?(?:\s*(?:am|pm|sa|ch))?,?\s+\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}(?=\s|$)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"^(?:(?:https?|file|ftp)://|about:|www\.)\S+(?:\s+\d{1,3}\s*/\s*\d{1,3})?$", re.IGNORECASE)
_SHEET = re.compile(r"^\d{1,3}\s*/\s*\d{1,3}$")
# How lines of legal databases begin or end, folded.
_DATABASES = r"(?:thu ?vien ?phap ?luat|luat ?viet ?nam|law ?soft|luat ?minh ?khue|vbpl|van ban phap luat)"
_OF_DATABASE = re.compile(
    rf"^(?:\W*(?:www\.)?{_DATABASES}(?:\.(?:com|vn))+\b|lawsoft\b"
    r"|(?:nguon|xem tai|(?:van ban )?(?:nay )?(?:duoc |da )?(?:tai(?: ve)?|cung cap|cap nhat|sao chep|lay))"
    rf"\s*:?\s*(?:tu|tai|boi)?\s.{{0,30}}{_DATABASES})"
)
_OVER = re.compile(r"^[^\w]*HẾT[^\w]*$")
# Browsers print within the margin: so much of the page's height above and below (A4 with the least margins: 5 %).
_MARGIN = 0.06


def furniture(lines: Sequence[Line], texts: Sequence[str], height: int) -> dict[int, MarkKind]:
    """Which lines of a page of `height` pixels (0: nobody knows) are no author's, and what marks they are."""
    found = {at: MarkKind.OTHER for at, text in enumerate(texts) if _is_signed(text) or _is_added(text)}
    printed = [
        at
        for at, text in enumerate(texts)
        if _is_at_edge(lines, at, height) and (_DAY.match(text) or _ADDRESS.match(text.strip()))
    ]
    for at in printed:
        for beside in range(len(lines)):
            if beside == at or _is_beside(lines[at], lines[beside]):
                kind = MarkKind.PAGE_NUMBER if _SHEET.match(texts[beside]) else MarkKind.RUNNING_HEAD
                found.setdefault(beside, kind)
    return found


def _is_signed(text: str) -> bool:
    if len(text) > 70:
        return False
    signed = _SIGNED.match(fold(text))
    if signed is None:
        return False
    name = _SHOP.sub("", signed["by"]).strip(" .!")
    if any(fuzz.ratio(name, known) >= _ALIKE or name.startswith(f"{known} ") for known in _APPLICATIONS):
        return True
    own = text[len(text) - len(signed["by"]) :].strip(" .!")
    return "scan" in name and _OWN_NAME.match(own) is not None


def _is_added(text: str) -> bool:
    """Whether a line is a legal database's, or says that the text is over."""
    return _OVER.match(text) is not None or (len(text) < 120 and _OF_DATABASE.match(fold(text)) is not None)


def _is_at_edge(lines: Sequence[Line], at: int, height: int) -> bool:
    box = lines[at].box
    if box is None or height <= 0:
        return at in (0, len(lines) - 1) and lines[at].cell is None
    return box.bottom < _MARGIN * height or box.top > (1 - _MARGIN) * height


def _is_beside(line: Line, other: Line) -> bool:
    if line.box is None or other.box is None:
        return False
    shared = min(line.box.bottom, other.box.bottom) - max(line.box.top, other.box.top)
    return shared > 0.5 * min(line.box.height, other.box.height)
