"""From the outline's decisions to the section tree: paragraphs, headings, the closing formula in its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pipeline.structure.lines.model import Node, Paragraph, Row, location_of
from pipeline.structure.lines.paragraphs import is_finished, join
from pipeline.structure.outline.beam_search import Choice
from pipeline.structure.outline.headings import stands_alone, title_end, trimmed
from pipeline.structure.tables.tables import is_same_row, table_row, whole_rows
from pipeline.structure.words.lexicon import lexicon
from pipeline.structure.words.markers import Marker, MarkerKind, bullet_length
from pipeline.vietnamese.administrative.document_types import ANY_ACT
from pipeline.vietnamese.administrative.matching import CLOSE, is_capitals, starts_like, starts_lower, word_count
from pipeline.vietnamese.folding import fold

_INLINE_FORMULA = re.compile(r"(?<=[.;!”\"])\s+(?=tr[eê]n [dđ][aâ]y l[aà]\b)", re.IGNORECASE)
_THIS_ACT = re.compile(rf"\b{ANY_ACT} nay\b")
_OBSTACLES = re.compile(r"\b(?:vuong mac|kho khan|phat sinh|bat cap)\b")  # whom to tell of them: how a plan ends
_ASKS = re.compile(r"^(?:kinh )?(?:de nghi|yeu cau|mong|rat mong|kinh mong)\b")  # how a letter takes its leave
# "UBND huyện yêu cầu các phòng, ban …": whoever issues the document asks all.
_ISSUER_ASKS = re.compile(
    r"^(?:uy ban|ubnd|so|phong|ban|huyen|tinh|dang|truong|hoi|bo|bch|cong doan)\b[^.;:]{0,80}? (?:de nghi|yeu cau) "
    r"(?:cac|thu truong|lanh dao|toan the)\b"
)
_RECEIVED = re.compile(r"^nhan duoc [^.;:]{0,60}? nay\b")
_REPLACES = re.compile(rf"^{ANY_ACT} nay (?:thay the|thay cho|co hieu luc)\b")
# "Căn cứ Kế hoạch này, các chi bộ xây dựng kế hoạch …": whom the whole document sets to work.
_ON_ITS_GROUND = re.compile(rf"^(?:can cu|tren co so|theo)(?: noi dung| tinh than)? {ANY_ACT} nay\b")
_END_SIGN = re.compile(r"[.,]\s?[/7]\s?[.,]?\s*$")  # "./.", whose slash OCR takes for a 7


@dataclass(slots=True)
class _Item:
    """A node while it is being filled: `head` are the rows of its first paragraph, after the marker."""

    marker: Marker | None
    depth: int
    head: list[Row] = field(default_factory=list)
    paragraphs: list[list[Row]] = field(default_factory=list)
    children: list[_Item] = field(default_factory=list)


def build_tree(choices: Sequence[Choice]) -> tuple[list[Paragraph], list[Node]]:
    """(paragraphs before the first node, the nodes) of a body whose outline is decided."""
    root = _Item(None, -1)
    path = [root]
    current: list[Row] | None = None
    for choice in choices:
        rows = choice.unit.rows
        if choice.marker is not None:
            item = _Item(choice.marker, choice.depth, list(rows))
            while path[-1].depth >= choice.depth:
                path.pop()
            path[-1].children.append(item)
            path.append(item)
            current = item.head
        elif current is not None and _goes_on(current, rows, joined=choice.joined):
            current.extend(rows)
        else:
            current = list(rows)
            path[-1].paragraphs.append(current)
    preamble = [_paragraph(rows) for rows in root.paragraphs]
    return preamble, _move_formula([_node(item) for item in root.children])


def _goes_on(current: Sequence[Row], rows: Sequence[Row], *, joined: bool) -> bool:
    """Whether `rows` belong to the paragraph begun; a table's row ends where its cells do, whatever was decided."""
    if not current:
        return joined and rows[0].line.cell is None
    last, first = current[-1], rows[0]
    if last.line.cell is None or first.line.cell is None:
        return joined and last.line.cell is first.line.cell
    return is_same_row(current, first)


def _paragraph(rows: Sequence[Row], skip: int = 0) -> Paragraph:
    if rows and rows[0].line.cell is not None:
        return table_row(rows)
    return join(rows, skip)


def _node(item: _Item) -> Node:
    marker = item.marker
    assert marker is not None
    head = join(item.head, marker.length)
    paragraphs = whole_rows([_paragraph(rows) for rows in item.paragraphs])
    heading: str | None = None
    if not head.text and paragraphs and _may_be_title(paragraphs[0]):
        title = [paragraphs.pop(0)]  # "Chương I", and its title on the next line
        while paragraphs and _goes_on_as_title(title[-1], paragraphs[0]):
            title.append(paragraphs.pop(0))
        heading = trimmed(" ".join(part.text for part in title))
    elif head.text:
        sentence = head.text.endswith(".") and marker.kind is not MarkerKind.ARTICLE
        content = [
            paragraph
            for paragraph in paragraphs
            if not _is_formula(paragraph.text, others_follow=False) and not (sentence and _takes_leave(paragraph.text))
        ]
        heading, rest = _split_head(item, head, bool(content or item.children))
        if rest is not None:
            paragraphs.insert(0, rest)
    rows = item.head
    return Node(
        number=marker.printed or None,
        heading=heading or None,
        paragraphs=tuple(paragraph for paragraph in paragraphs if paragraph.text),
        children=tuple(_node(child) for child in item.children),
        place=location_of(rows),
        printed=rows[0].text[: marker.length].strip(),
        start=rows[0].number,
    )


def _may_be_title(paragraph: Paragraph) -> bool:
    text = paragraph.text
    return paragraph.table_row is None and not bullet_length(text) and word_count(text) <= 40 and text[-1] not in ".;"


def _goes_on_as_title(above: Paragraph, paragraph: Paragraph) -> bool:
    """Whether a title goes on in the next paragraph, which is set as it is: both in capitals, or centred and bold."""
    if not _may_be_title(paragraph) or paragraph.text[0] in "(-" or is_finished(above.text):
        return False
    if is_capitals(above.text) != is_capitals(paragraph.text):
        return False
    rows = [piece.row for part in (above, paragraph) for piece in part.pieces]
    return is_capitals(above.text) or all(row.line.bold and row.centred for row in rows)


def _split_head(item: _Item, head: Paragraph, has_content: bool) -> tuple[str | None, Paragraph | None]:
    """(heading, what is left of the first paragraph) of an item."""
    marker = item.marker
    assert marker is not None
    if marker.kind in (MarkerKind.TITLE, MarkerKind.CAPTION):
        return trimmed(head.text), None
    emphasised = all(row.line.bold or row.title_hint for row in item.head)
    end = title_end(head.text)
    if end is not None and not has_content and not emphasised and end >= len(head.text.rstrip()) - 1:
        end = None  # nothing follows: the colon is a semicolon misread, or the item was left empty
        if not is_capitals(head.text):
            return None, head
    if end is not None and not (is_capitals(head.text) and end > len(head.text) - 2):
        rest = head.cut(end + 1)
        return trimmed(head.text[:end]), rest if rest.text else None
    strong = emphasised or marker.kind in (MarkerKind.PART, MarkerKind.CHAPTER, MarkerKind.SECTION)
    first = item.paragraphs[0][0].text if item.paragraphs else ""
    lists = bool(item.children) or bool(bullet_length(first))
    if stands_alone(head.text, has_content=has_content, emphasised=strong, list_follows=lists):
        return trimmed(head.text), None
    return None, head


def _move_formula(nodes: list[Node]) -> list[Node]:
    """The closing paragraphs, cut from the deepest last node and put at the end of the last top-level one."""
    if not nodes:
        return nodes
    last, moved = _take_formula(nodes[-1])
    if not moved:
        return nodes
    return [*nodes[:-1], replace(last, paragraphs=(*last.paragraphs, *moved))]


def _take_formula(node: Node) -> tuple[Node, list[Paragraph]]:
    if node.children:
        child, moved = _take_formula(node.children[-1])
        return replace(node, children=(*node.children[:-1], child)), moved
    kept, moved = split_formula(node.paragraphs, has_heading=node.heading is not None)
    return replace(node, paragraphs=tuple(kept)), moved


def split_formula(
    paragraphs: Sequence[Paragraph], *, has_heading: bool = True
) -> tuple[list[Paragraph], list[Paragraph]]:
    """(what belongs to the section, the document's closing paragraphs) of the last section's paragraphs."""
    kept = list(paragraphs)
    moved: list[Paragraph] = []
    first = 0 if has_heading else 1  # a prose item's own sentence is no closing formula
    while kept and not bullet_length(kept[-1].text) and kept[-1].table_row is None:
        last = kept[-1]
        inline = _INLINE_FORMULA.search(last.text) or _INLINE_FORMULA.search(fold(last.text))
        if inline and not moved:
            kept[-1] = last.cut(0, inline.start())
            moved.insert(0, last.cut(inline.end()))
            break
        others_stay = len(kept) > 1
        if len(kept) <= first or not (
            _is_formula(last.text, others_follow=bool(moved)) or (others_stay and _takes_leave(last.text))
        ):
            break
        moved.insert(0, kept.pop())
    return kept, moved


def _is_formula(text: str, *, others_follow: bool) -> bool:
    if starts_like(text, "Trên đây là", CLOSE):
        return True
    if starts_lower(text):
        return False  # "Các khoa, phòng: căn cứ kế hoạch này …" goes on after its title
    known = any(starts_like(text, formula, CLOSE) for formula in lexicon().closing_formulas)
    ends = bool(_END_SIGN.search(text))
    during = any(starts_like(text, opener, CLOSE) for opener in ("Trong quá trình", "Quá trình"))
    obstacles = during and bool(_OBSTACLES.search(fold(text)))
    folded = fold(text)
    speaks_to_all = _THIS_ACT.search(folded) or _ASKS.match(folded) or _ISSUER_ASKS.match(folded)
    return obstacles or (known and (others_follow or ends)) or (ends and bool(speaks_to_all))


def _takes_leave(text: str) -> bool:
    """Whether a section's last paragraph, though no end sign follows, is about the whole document or asks all."""
    folded = fold(text)
    asks = _ASKS.match(folded) and _THIS_ACT.search(folded)
    tells = _RECEIVED.match(folded) or _REPLACES.match(folded) or _ON_ITS_GROUND.match(folded)
    return not starts_lower(text) and bool(asks or tells)
