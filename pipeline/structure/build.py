"""The way from pages to structure, step by step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.schema import FieldValue, Header, Role
from pipeline.structure.citations import find_citations
from pipeline.structure.closing import find_annex, find_closing, is_annex_title, read_closing
from pipeline.structure.letterhead import Letterhead, letterhead_end, read_letterhead
from pipeline.structure.loss import check_loss
from pipeline.structure.matching import is_capitals
from pipeline.structure.model import Node, Paragraph, Row, Structure, place_of, to_sections
from pipeline.structure.outline import decide, split_units
from pipeline.structure.paragraphs import join, measure_shape
from pipeline.structure.roles import assign_roles
from pipeline.structure.rows import collect
from pipeline.structure.title import Title, find_title
from pipeline.structure.tree import build_tree
from pipeline.values import MarkKind, Page, PageMark


def build_structure(pages: Sequence[Page]) -> Structure:
    """The structure of a document from its pages in order; never raises on any text."""
    reading = collect(pages)
    rows = reading.rows
    title = find_title(rows)
    top = title.first if title else letterhead_end(rows)
    begin = title.after if title else top
    head = read_letterhead(rows[:top])
    closing_at = find_closing(rows, begin)
    annex_at = find_annex(rows, closing_at)
    closing = read_closing(rows[closing_at:annex_at])

    preamble, nodes = outline_of(rows[begin:closing_at], reading.is_ocr)
    if not nodes and preamble:
        preamble, nodes = _body_without_items(preamble)
    nodes += _annexes(rows[annex_at:], reading.is_ocr)
    tree = assign_roles(nodes)
    beside = [*_marks(head.motto, MarkKind.MOTTO), *_marks([*head.left_over, *closing.left_over], MarkKind.OTHER)]
    for page, mark in beside:
        reading.marks.setdefault(page, []).append(mark)
    title_rows = [join([row]) for row in rows[title.first : title.after]] if title else []
    used = [*head.used, *head.motto, *head.left_over, *title_rows, *closing.used, *closing.left_over]
    return Structure(
        header=_header(head, title),
        preamble=[paragraph.text for paragraph in preamble],
        sections=to_sections(tree),
        recipients=closing.recipients,
        signers=closing.signers,
        citations=find_citations(preamble, tree, head.number.value if head.number else None),
        problems=[*head.problems, *check_loss(rows, used, preamble, tree)],
        marks={number: tuple(marks) for number, marks in reading.marks.items()},
        nodes=tree,
        preamble_paragraphs=tuple(preamble),
    )


def _marks(parts: Sequence[Paragraph], kind: MarkKind) -> Iterator[tuple[int, PageMark]]:
    """(page, mark) for pieces of text that belong to no field."""
    for part in parts:
        place = part.place()
        yield place.page or 1, PageMark(kind, place.box, part.text, place.confidence)


def outline_of(rows: Sequence[Row], is_ocr: bool) -> tuple[list[Paragraph], list[Node]]:
    """(paragraphs before the first node, nodes) of some rows of running text."""
    if not rows:
        return [], []
    units = split_units(rows, measure_shape(rows), is_ocr)
    return build_tree(decide(units))


def _header(head: Letterhead, title: Title | None) -> Header:
    subject: FieldValue | None = head.about
    document_type = None
    if title:
        document_type = title.type_place.place().field(title.document_type)
        if title.subject:
            subject = title.subject.place().field(title.subject.text)
    return Header(
        parent_body=head.parent_body,
        issuing_body=head.issuing_body,
        number=head.number,
        place=head.place,
        date=head.date,
        document_type=document_type,
        subject=subject,
    )


def _body_without_items(paragraphs: list[Paragraph]) -> tuple[list[Paragraph], list[Node]]:
    """A body without any numbered item: the reasons stay the preamble, the rest is one section without a title."""
    last = max((index for index, paragraph in enumerate(paragraphs) if paragraph.text.endswith(":")), default=-1)
    preamble, body = paragraphs[: last + 1], paragraphs[last + 1 :]
    if not body:
        return preamble, []
    rows = [piece.row for paragraph in body for piece in paragraph.pieces]
    return preamble, [Node(paragraphs=tuple(body), place=place_of(rows), start=rows[0].number)]


def _annexes(rows: Sequence[Row], is_ocr: bool) -> list[Node]:
    """One top-level node an annex."""
    nodes: list[Node] = []
    starts = [
        index
        for index, row in enumerate(rows)
        if index == 0 or (is_annex_title(row) and (row.page_break or row.text.upper().startswith("PHỤ LỤC")))
    ]
    for start, end in zip(starts, [*starts[1:], len(rows)], strict=False):
        part = rows[start:end]
        heading = 1
        while heading < len(part) and is_capitals(part[heading].text) and part[heading].line.cell is None:
            heading += 1
        text, children = outline_of(part[heading:], is_ocr)
        nodes.append(
            Node(
                heading=join(part[:heading]).text,
                roles=(Role.PHU_LUC,),
                paragraphs=tuple(text),
                children=tuple(children),
                place=place_of(part[:heading]),
                start=part[0].number,
            )
        )
    return nodes
