"""Signs at the ends of paragraphs that an engine misread, put right by what stands around them.

A '.' with a speck under it is read as ',' and a ';' as ':'. A paragraph ends with neither: after a comma a sentence
goes on, and under a colon something stands. So a comma before the next item was a '.' (a ';' where the list's other
items end with it), and a colon in a list of ';' with nothing under it was one. What the author himself did to all
items of a list stays, and text that no engine read is never touched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.structure.lines.model import LineEnd, Node, Paragraph
from pipeline.structure.outline.headings import is_lead_in
from pipeline.structure.words.markers import bullet_length
from pipeline.vietnamese.administrative.matching import CLOSE, starts_like, starts_lower, word_count

_SHORTEST = 4  # words of an item before a doubtful colon; "Cá nhân:" is a label
_NO_LABEL = 8  # words of an item above the next one; a form's labels stand so too and are shorter
_REASONS = ("Căn cứ", "Thực hiện", "Xét", "Theo")

_Key = tuple[int, int]
"""Where a paragraph ends: row number, and the place in the row's text. No two end alike."""


@dataclass(slots=True)
class _Item:
    """A paragraph in its list: `group` names the list, `deeper` says that what comes next stands under it."""

    paragraph: Paragraph
    group: tuple[object, ...]
    deeper: bool = False
    following: str | None = None

    @property
    def end(self) -> str:
        return self.paragraph.text[-1:]


def mend_line_ends(
    preamble: Sequence[Paragraph], nodes: Sequence[Node]
) -> tuple[list[Paragraph], list[Node], list[LineEnd]]:
    """(preamble, nodes, what was put right) with the ends of recognised paragraphs mended."""
    items = list(_items_of(nodes))
    groups: dict[tuple[object, ...], list[_Item]] = defaultdict(list)
    for position, item in enumerate(items):
        item.following = items[position + 1].paragraph.text if position + 1 < len(items) else None
        groups[item.group].append(item)
    signs: dict[_Key, str] = {}
    for group in groups.values():
        for place, item in enumerate(group):
            sign = _sign_of(item, group, place)
            if sign is not None:
                signs[_key(item.paragraph)] = sign
    reasons = [_reason_sign(preamble, place) for place in range(len(preamble))]
    signs.update({_key(part): sign for part, sign in zip(preamble, reasons, strict=True) if sign is not None})
    if not signs:
        return list(preamble), list(nodes), []
    changes: list[LineEnd] = []
    mended = [_mended(part, signs, changes) for part in preamble]
    return mended, [_mended_node(node, signs, changes) for node in nodes], changes


def _key(paragraph: Paragraph) -> _Key:
    last = paragraph.pieces[-1]
    return last.row.number, last.offset + last.end - last.start


def _items_of(nodes: Sequence[Node], path: tuple[int, ...] = ()) -> Iterator[_Item]:
    """The paragraphs of a tree in reading order, each with the list it is an item of."""
    for number, node in enumerate(nodes):
        own: list[_Item] = []
        levels: list[str] = []  # the bullets of the open lists, outermost first
        runs: dict[str, int] = defaultdict(int)
        for place, paragraph in enumerate(node.paragraphs):
            bullet = paragraph.text[0] if bullet_length(paragraph.text) else ""
            if place == 0 and node.heading is None and not bullet:
                own.append(_Item(paragraph, (path, "item")))
                continue
            if bullet in levels:
                for closed in levels[levels.index(bullet) + 1 :]:
                    runs[closed] += 1
                del levels[levels.index(bullet) + 1 :]
            else:
                if own and own[-1].group != (path, "item"):
                    own[-1].deeper = bool(bullet)
                levels.append(bullet)
            own.append(_Item(paragraph, (path, number, bullet, runs[bullet])))
        if own and node.children:
            own[-1].deeper = True
        if len(own) > 1 and own[0].group == (path, "item"):
            own[0].deeper = True
        yield from own
        yield from _items_of(node.children, (*path, number))


def _recognised(paragraph: Paragraph) -> bool:
    return bool(paragraph.pieces) and paragraph.pieces[-1].row.recognised and paragraph.table_row is None


def _sign_of(item: _Item, group: Sequence[_Item], place: int) -> str | None:
    """The sign that a misread one at an item's end was, or None where it stays."""
    if item.end not in (",", ":") or item.deeper or not _recognised(item.paragraph):
        return None
    others = [other.end for other in group if other is not item]
    semicolons, stops = others.count(";"), others.count(".")
    if item.end == ":":
        return ";" if _announces_nothing(item, group, place) else None
    numbered = item.group[-1] == "item"
    own_style = len(others) > 1 and (
        semicolons + stops == 0 if numbered else others.count(",") + 1 > semicolons + stops
    )
    if own_style or (item.following is not None and starts_lower(_bare(item.following))):
        return None  # the author's commas, or a sentence that goes on
    return ";" if semicolons > stops and place + 1 < len(group) else "."


def _announces_nothing(item: _Item, group: Sequence[_Item], place: int) -> bool:
    """Whether the colon of an item was a semicolon: it stands in a list of them, or the list's next item comes next."""
    words = word_count(item.paragraph.text)
    if words < _SHORTEST or is_lead_in(item.paragraph.text.rstrip(": ")):
        return False
    ends = [other.end for other in group if other is not item]
    if place > 0 and group[place - 1].end == ";" and ends.count(";") > ends.count("."):
        return True
    inside = [other.end for other in group[:-1] if other is not item]  # the last one has a stop anyway
    followed = place + 1 < len(group) and group[place + 1].paragraph.text == item.following
    return followed and words >= _NO_LABEL and inside.count(";") >= inside.count(".")


def _bare(text: str) -> str:
    return text[bullet_length(text) :]


def _reason_sign(preamble: Sequence[Paragraph], place: int) -> str | None:
    """The ';' of a reason ("Căn cứ …") that another one follows, where it was read as ':' or ','."""
    part = preamble[place]
    if part.text[-1:] not in (",", ":") or place + 1 == len(preamble) or not _recognised(part):
        return None
    pair = (part.text, preamble[place + 1].text)
    return ";" if all(any(starts_like(text, word, CLOSE) for word in _REASONS) for text in pair) else None


def _mended(paragraph: Paragraph, signs: dict[_Key, str], changes: list[LineEnd]) -> Paragraph:
    sign = signs.get(_key(paragraph)) if paragraph.pieces else None
    if sign is None:
        return paragraph
    changes.append(LineEnd(paragraph.pieces[-1].row, paragraph.text[-1], sign))
    return replace(paragraph, text=paragraph.text[:-1] + sign)


def _mended_node(node: Node, signs: dict[_Key, str], changes: list[LineEnd]) -> Node:
    paragraphs = tuple(_mended(part, signs, changes) for part in node.paragraphs)
    children = tuple(_mended_node(child, signs, changes) for child in node.children)
    return replace(node, paragraphs=paragraphs, children=children)
