"""The way from pages to structure, step by step."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.errors import ProblemCode
from pipeline.schema import FieldValue, Header, Problem
from pipeline.settings import OfficeSettings
from pipeline.structure.annexes import find_annex, read_annexes
from pipeline.structure.closing.recipients import find_closing, read_closing
from pipeline.structure.copies import copy_by_signature, read_copy, rows_of_copy
from pipeline.structure.entities.citations import find_citations
from pipeline.structure.entities.find import document_entities, own_names
from pipeline.structure.head.beside_letterhead import closing_date, take_date, take_title_block
from pipeline.structure.head.doubtful import without_doubtful_fields, without_doubtful_names
from pipeline.structure.head.letterhead import Letterhead, read_letterhead
from pipeline.structure.head.place_agreement import agreed
from pipeline.structure.head.stamped import Marks, arrival_of, e_signatures, secrecy_of, urgency_of
from pipeline.structure.head.title import Title, find_title, letterhead_end
from pipeline.structure.head.written import date_value, number_value
from pipeline.structure.lines.corrections import of_line_ends
from pipeline.structure.lines.model import Node, Paragraph, Row, Structure, location_of, to_sections
from pipeline.structure.lines.paragraphs import join, measure_shape
from pipeline.structure.loss import check_loss
from pipeline.structure.outline.beam_search import decide, split_units
from pipeline.structure.outline.line_ends import mend_line_ends
from pipeline.structure.outline.roles import assign_roles
from pipeline.structure.outline.tree import build_tree
from pipeline.structure.plan_values.read import read_plan
from pipeline.structure.rows import collect
from pipeline.structure.tables.settle import settle_tables
from pipeline.structure.tables.tables import find_tables
from pipeline.structure.weights import STANDARD, Weights
from pipeline.structure.words.lexicon import lexicon
from pipeline.structure.words.markers import bullet_length
from pipeline.values import MarkKind, Page, PageMark
from pipeline.vietnamese.administrative.matching import CLOSE, starts_like

_COVERS = (MarkKind.SEAL, MarkKind.SIGNATURE)
_OPENED_TWICE = re.compile(r"(?<!\w)(?=[^\s]*[“\"])[‘'“\"]{2,4}(?=\w)")


def build_structure(
    pages: Sequence[Page], weights: Weights = STANDARD, office: OfficeSettings | None = None
) -> Structure:
    """The structure of a document from its pages in order; never raises on any text. `office` has names of its own."""
    settled, numbers = settle_tables([page.identified() for page in pages])
    gathered = collect(settled)
    rows = gathered.rows
    title = find_title(rows)
    top = title.first if title else letterhead_end(rows)
    begin = title.after if title else top
    head = read_letterhead(rows[:top], title.document_type if title else None)
    if title and title.block:
        take_title_block(head, title.block)
    head.issuing_body, head.place = agreed(head.issuing_body, head.place, head.body_lines, rows)
    head.parent_body, head.place = agreed(head.parent_body, head.place, head.body_lines, rows)
    copied = rows_of_copy(rows, begin)
    every = rows
    if copied:
        rows = [row for row in rows if not any(row is one for one in copied)]
    closing_at = find_closing(rows, begin)
    annex_at = find_annex(rows, closing_at)
    signed_on = {row.page for row in rows[closing_at:annex_at]}
    covered = any(mark.kind in _COVERS for page in signed_on for mark in gathered.marks.get(page, ()))
    signing = rows[closing_at:annex_at]
    dated = closing_date(rows, begin, closing_at) if head.date is None else None
    if dated is not None:
        take_date(head, rows[dated])
        signing = [row for row in signing if row is not rows[dated]]
        closing_at = min(closing_at, dated)
    closing = read_closing(signing, covered=covered)

    preamble, nodes = outline_of(rows[begin:closing_at], gathered.is_ocr, weights)
    if not nodes and preamble:
        preamble, nodes = _body_without_items(preamble)
    nodes += read_annexes(rows[annex_at:], lambda part: outline_of(part, gathered.is_ocr, weights))
    preamble, nodes, line_ends = mend_line_ends(preamble, nodes)
    tree = assign_roles(nodes)
    stray = [title.stray] if title and title.stray else []
    left_over = [*head.left_over, *stray, *closing.left_over]
    of_copy = [join([row]) for row in copied]
    beside = [*_marks(head.motto, MarkKind.MOTTO), *_marks([*left_over, *of_copy], MarkKind.OTHER)]
    for page, mark in beside:
        gathered.marks.setdefault(page, []).append(mark)
    title_rows = [join([row]) for row in rows[title.first : title.after]] if title else []
    used = [*head.used, *head.motto, *head.left_over, *title_rows, *closing.used, *of_copy]
    header = _header(head, title, pages, gathered.marks)
    header = header.model_copy(update={"certified_copy": read_copy(copied) or copy_by_signature(gathered.marks)})
    header, doubtful = without_doubtful_fields(header)
    subject = header.subject
    return Structure(
        header=header,
        preamble=[paragraph.text for paragraph in preamble],
        sections=to_sections(tree),
        recipients=closing.recipients,
        signers=without_doubtful_names(closing.signers),
        citations=find_citations(
            preamble, tree, head.number.value if head.number else None, head.date.value if head.date else None
        ),
        entities=document_entities(tree, own_names(office) if office else None),
        tables=find_tables(tree),
        plan=read_plan(tree, subject.value if subject else None),
        problems=[
            *head.problems,
            *doubtful,
            *_missing_number(head, rows),
            *closing.problems,
            *check_loss(every, used, preamble, tree),
        ],
        marks={number: tuple(marks) for number, marks in gathered.marks.items()},
        nodes=tree,
        corrections=(*numbers, *of_line_ends([*gathered.ends, *line_ends, *closing.ends, *closing.strays])),
    )


def _missing_number(head: Letterhead, rows: Sequence[Row]) -> list[Problem]:
    """A problem when a page image has a letterhead but its number was not read at all."""
    if head.number is not None or not head.motto or rows[0].line.box is None:
        return []
    message = "No number could be read in the letterhead; it may be handwritten or blank."
    return [Problem(code=ProblemCode.NUMBER_UNREADABLE, message=message, page=rows[0].page)]


def _marks(parts: Sequence[Paragraph], kind: MarkKind) -> Iterator[tuple[int, PageMark]]:
    """(page, mark) for pieces of text that belong to no field."""
    for part in parts:
        place = part.place()
        yield place.page or 1, PageMark(kind, place.box, part.text, place.confidence)


def outline_of(rows: Sequence[Row], is_ocr: bool, weights: Weights) -> tuple[list[Paragraph], list[Node]]:
    """(paragraphs before the first node, nodes) of some rows of running text."""
    if not rows:
        return [], []
    units = split_units(rows, measure_shape(rows), is_ocr, weights)
    return build_tree(decide(units, weights))


def _header(head: Letterhead, title: Title | None, pages: Sequence[Page], marks: Marks) -> Header:
    subject: FieldValue | None = head.about
    if subject and subject.value:
        subject = subject.model_copy(update={"value": _tidy(subject.value)})
    document_type = None
    if title:
        document_type = title.type_place.place().field(title.document_type)
        if title.subject:
            subject = title.subject.place().field(_tidy(title.subject.text))
    return Header(
        parent_body=head.parent_body,
        issuing_body=head.issuing_body,
        number=number_value(head.number, head.filled, pages),
        place=head.place,
        date=date_value(head.date, head.filled, pages),
        document_type=document_type,
        subject=subject,
        urgency=urgency_of(marks),
        secrecy=secrecy_of(marks),
        arrival=arrival_of(marks, pages),
        e_signatures=e_signatures(marks),
    )


def _tidy(subject: str) -> str:
    """A trích yếu with each quotation opened once, and without the stop that some authors put after it."""
    if "’" not in subject:  # no quotation inside another
        subject = _OPENED_TWICE.sub("“", subject)
    if subject.startswith("(") and subject.endswith(")") and subject.count("(") == 1:
        subject = subject[1:-1].strip()
    return subject if subject.endswith(("...", "…")) else subject.rstrip(" .,;:")


def _body_without_items(paragraphs: list[Paragraph]) -> tuple[list[Paragraph], list[Node]]:
    """A body without any numbered item: the reasons stay the preamble, the rest is one section without a title."""
    last = -1
    for index, paragraph in enumerate(paragraphs):
        text = paragraph.text
        bullet = bool(bullet_length(text))
        addressed = bullet and 0 < index == last + 1
        opens = any(starts_like(text, opener, CLOSE) for opener in lexicon().sure_openers)
        if addressed or opens or (text.endswith(":") and not bullet):
            last = index
    preamble, body = paragraphs[: last + 1], paragraphs[last + 1 :]
    if not body:
        return preamble, []
    rows = [piece.row for paragraph in body for piece in paragraph.pieces]
    return preamble, [Node(paragraphs=tuple(body), place=location_of(rows), start=rows[0].number)]
