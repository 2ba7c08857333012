"""Text and Markdown dumps as pages of lines: form feeds are page breaks, markup becomes hints on the `Line`.

Blank lines are no lines: they are counted in `gap_before`. What a line is after its markup is taken off is its
`text`; what stood in the file is its `raw`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.intake.symbol_fonts import in_unicode
from pipeline.intake.text.long_lines import LONGEST_LINE, cut_line
from pipeline.intake.text_columns import mark_columns
from pipeline.values import Line, Region
from pipeline.vietnamese.administrative.document_numbers import with_kept_hyphens
from pipeline.vietnamese.unicode import clean

_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(?P<text>.*?)\s*#*\s*$")
_BOLD = re.compile(r"\*\*(?=\S)|(?<=\S)\*\*|__(?=\w)|(?<=[\w.:;,!?)”\"])__")
_ITALIC = re.compile(r"(?<![\\*\w])\*(?=[^\s*])([^*\n]*?[^\s*])\*(?![*\w])")
_STAR_BULLET = re.compile(r"^(\s*)\*\s+(?=\S)")
_RULE = re.compile(r"^\s*([-_*=~–—.·•])(\s*\1){2,}\s*$")
_TABLE_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$")
# All repetitions are bounded: a line of a hundred thousand brackets must not be searched from each of them to its end.
_IMAGE = re.compile(r"!\[([^\[\]\n]{0,500})\]\([^()\n]{0,2000}\)")
_LINK = re.compile(r"(?<!!)\[([^\[\]\n]{1,500})\]\((?:https?:|mailto:|#|/)[^()\n]{0,2000}\)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~])")
_TAG = re.compile(
    r"</?(?:b|strong|i|em|u|center|p|div|span|sup|sub|font)(?:\s[^>\n]{0,200})?>|<br\s*/?>|<!--.{0,500}?-->", re.I
)
_BOX = re.compile(r"[□▢☐◻\uf0a8\uf06f]")
_BOX_BULLET = re.compile(r"^(\s*)[□▢☐◻\uf0a8\uf06f]\s+(?=\S)")
# Control characters and direction marks are dropped; C1 controls stay: in undecoded 8-bit text they may be letters.
_INVISIBLE: dict[int, str | None] = dict.fromkeys((*range(32), 127, 65279, 8203, 8206, 8207, *range(8234, 8239)))
_INVISIBLE |= dict.fromkeys((0x09, 0xA0, 0x3000), " ")
# A row of more cells than this is no table that anyone wrote.
_MOST_CELLS = 200


def is_markdown(text: str) -> bool:
    """True when `text` has headings, bold runs or a table in Markdown; stars and signs alone are no markup."""
    return (
        re.search(r"^ {0,3}#{1,6} +\S", text, re.M) is not None
        or re.search(r"\*\*\S[^*\n]{0,500}(\n[^*\n]{0,500})?\*\*", text) is not None
        or re.search(r"^[ \t]*\|.*\|[ \t]*\n[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*\|", text, re.M) is not None
    )


def split_pages(text: str) -> list[str]:
    """The text of each page. A form feed at the very end closes the last page and opens none."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n").replace("\x85", "\n")
    text = text.replace("\u2028", "\n").replace("\u2029", "\n\n").rstrip("\x1a\x00")
    if text.rstrip(" \n").endswith("\f"):
        text = text.rstrip(" \n")[:-1]
    return text.split("\f")


def page_lines(page: str, *, markdown: bool) -> tuple[Line, ...]:
    """The lines of one page's text."""
    return tuple(mark_columns(_markdown_lines(page) if markdown else _plain_lines(page)))


def _plain_lines(page: str) -> list[Line]:
    lines: list[Line] = []
    gap = 0
    for raw in _physical_lines(page):
        text = "" if not raw or _RULE.match(raw) else _tidy(raw)
        if not text:
            gap += 1
            continue
        lines.append(Line(text, raw, gap_before=float(gap), indent=float(_indent(raw))))
        gap = 0
    return lines


def _markdown_lines(page: str) -> list[Line]:
    lines: list[Line] = []
    gap, bold_open, table, row = 0, False, -1, -1
    rows = _physical_lines(page)
    for at, raw in enumerate(rows):
        if _is_table_row(raw) and (row >= 0 or _starts_table(rows, at)):
            if _TABLE_RULE.match(raw):
                continue
            table, row = (table + 1, 0) if row < 0 else (table, row + 1)
            lines.extend(_table_cells(raw, table, row, gap))
            gap = 0
            continue
        row = -1
        if not raw.strip():
            gap, bold_open = gap + 1, False
            continue
        if (_RULE.match(raw) and not bold_open) or raw.strip().startswith("```"):
            gap += 1
            continue
        line, bold_open = _markdown_line(raw, gap, bold_open)
        if line is None:
            gap += 1
            continue
        lines.append(line)
        gap = 0
    return lines


def _markdown_line(raw: str, gap: int, bold_open: bool) -> tuple[Line | None, bool]:
    """The line without its markup, and whether a bold run is still open at its end."""
    text = raw
    heading = _HEADING.match(text)
    if heading:
        text = heading["text"]
    else:
        text = re.sub(r"^\s{0,3}>+\s?", "", text)
        text = _STAR_BULLET.sub(r"\1- ", text)
    text = _TAG.sub(" ", _LINK.sub(r"\1", _IMAGE.sub(" ", text)))
    text, bold_length, leading_bold, bold_open = _without_bold(text, bold_open)
    text = _ESCAPE.sub(r"\1", _ITALIC.sub(r"\1", text).replace("`", ""))
    tidy = _tidy(text)
    if not tidy:
        return None, bold_open
    letters = sum(c.isalnum() for c in tidy)
    bold = heading is not None or leading_bold or bold_length * 2 > letters
    indent = 0.0 if heading else float(_indent(raw))
    return Line(tidy, raw, gap_before=float(gap), indent=indent, bold=bold), bold_open


def _without_bold(text: str, bold_open: bool) -> tuple[str, int, bool, bool]:
    """Text without bold marks, letters in bold, whether it begins with a bold run up to a colon, still open?"""
    pieces = _BOLD.split(text)
    bold_length, leading, is_bold = 0, False, bold_open
    for at, piece in enumerate(pieces):
        letters = sum(c.isalnum() for c in piece)
        if is_bold:
            before = "".join(pieces[:at])
            bold_length += letters
            closes = piece.rstrip().endswith(":") or (
                pieces[at + 1 : at + 2] and pieces[at + 1].lstrip().startswith(":")
            )
            leading = leading or (not any(c.isalnum() for c in before) and letters > 0 and bool(closes))
        is_bold = not is_bold
    # An odd mark without its partner ("3 ** 2") is no bold run that goes on in the next line unless it began one.
    still_open = bold_open if len(pieces) % 2 else not bold_open
    if still_open and not bold_open and not text.lstrip().startswith(("**", "__")):
        still_open = False
    return "".join(pieces), bold_length, leading, still_open


def _starts_table(rows: list[str], at: int) -> bool:
    return at + 1 < len(rows) and _TABLE_RULE.match(rows[at + 1]) is not None and "|" in rows[at + 1]


def _is_table_row(raw: str) -> bool:
    return 2 <= raw.count("|") <= _MOST_CELLS and raw.strip().startswith("|")


def _table_cells(raw: str, table: int, row: int, gap: int) -> list[Line]:
    """A line for each printed line of each cell of a Markdown table row."""
    inner = raw.strip().removeprefix("|").removesuffix("|")
    cells = re.split(r"(?<!\\)\|", inner)
    lines: list[Line] = []
    for column, cell in enumerate(cells):
        for part in re.split(r"<br\s*/?>", cell, flags=re.I):
            line, _ = _markdown_line(part.strip(), gap if not lines else 0, bold_open=False)
            if line is not None:
                lines.append(replace(line, region=Region.TABLE, cell=(table, row, column), indent=0.0))
    return lines


def _physical_lines(page: str) -> list[str]:
    lines: list[str] = []
    for line in page.split("\n"):
        if len(line) <= LONGEST_LINE:
            lines.append(line)
        else:
            lines.extend(cut_line(line))
    return lines


def _indent(raw: str) -> int:
    expanded = raw[:200].expandtabs(8)
    return len(expanded) - len(expanded.lstrip())


def _tidy(text: str) -> str:
    """Text without control characters, empty boxes and repeated spaces; a box that begins a line is a bullet."""
    text = _BOX.sub(" ", _BOX_BULLET.sub(r"\1- ", text))
    return re.sub(r" {2,}", " ", clean(with_kept_hyphens(in_unicode(text)).translate(_INVISIBLE))).strip()
