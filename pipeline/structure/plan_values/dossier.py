"""Typed values about dossiers: the papers to hand in, each with its number of copies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.schema import DossierItem, Role
from pipeline.structure.plan_values.passages import Branch, Passage
from pipeline.vietnamese.folding import flat

_PAPER_NAMES = (
    r"to trinh|bien ban|bao cao|danh sach|van ban|cong van|quyet dinh|ban tom tat|ban sao|ban photo|ban khai|"
    r"ban tu|tom tat|giay|don |phieu|ho so minh chung|tai lieu|bang tong hop|bang ke|bang diem|thanh tich|"
    r"to khai|file|anh "
)
_OWN_COPIES = r"(?:(?P<n>\d{1,2})\s+(?:(?:ban|bo)\s+)?)?"
_ITEM = re.compile(rf"{_OWN_COPIES}(?P<paper>{_PAPER_NAMES})")
# In a sentence a paper begins after a sign, "và", "gửi" or "gồm".
_ITEM_IN_SENTENCE = re.compile(
    rf"(?:^|[,;:(]\s*|\b(?:va|gui|nop|gom|kem|la|co)\s+){_OWN_COPIES}(?P<paper>(?:{_PAPER_NAMES})[^,;:.()]*)"
)
# "Văn bản đề nghị … + Biên bản họp": two papers in one item.
_NEXT_PAPER = re.compile(r"\s\+\s+(?=to trinh|bien ban|bao cao|danh sach|van ban|quyet dinh)")
_COPIES = re.compile(r"\b(?P<n>\d{1,2})\s*(?:\([^)]*\)\s*)?(?:bo|ban)\b")
_COPIES_BEHIND = re.compile(r"\s*\(\s*(?P<n>\d{1,2})\s*(?:bo|ban)[^)]*\)\s*[;.,]?\s*$")
_COPIES_NEXT = re.compile(r"^\s*\(\s*(?P<n>\d{1,2})\s*(?:bo|ban)\b[^)]*\)")
_COPIES_OF_ALL = re.compile(r"^(?:ho so\s+)?(?:gom|lap thanh|lap|so luong)\s+(?P<n>\d{1,2})\s+bo\b")
# "02 bộ gồm tờ trình, danh sách …", "Tờ trình, danh sách và báo cáo, 01 bộ, gửi về …"
_COPIES_AROUND = re.compile(
    r"(?:^|:\s*)(?P<n>\d{1,2})\s+bo\s+gom\b|,\s*(?P<m>\d{1,2})\s+bo\b(?=\s*(?:[,;.]|gui\b|nop\b|$))"
)
_COPIES_LINE = re.compile(r"^so luong(?:\s+ho so)?\b")
_GROUP = re.compile(r"(?:,?\s*(?:bao\s+)?gồm(?:\s+có)?)?\s*[:;.]?\s*$")
_END_OF_PAPER = re.compile(
    r"\s+(?:ve\s+(?:so|phong|van phong|ubnd|uy ban|ban|hoi dong|lien doan|thuong truc|cong doan)|gui|nop)\b"
)
_ANOTHER = re.compile(rf"\s+(?:va|kem(?: theo)?(?! danh sach))\s+(?=(?:\d{{1,2}}\s+)?(?:{_PAPER_NAMES}))")
# Sentences about how a paper is to look or where it goes list no papers.
_NO_LIST = re.compile(r"^\(?\s*(?:thuc hien|theo mau|mau\b|ho so gui|ho so cua .{0,80} gui ve)|\btheo mau so\b")


@dataclass(frozen=True, slots=True)
class _Paper:
    passage: Passage
    start: int
    end: int
    copies: int | None = None


def read_dossier(found: Sequence[Branch]) -> list[DossierItem]:
    """The papers that the sections about hồ sơ list, with the number of copies that is printed for them."""
    items: list[DossierItem] = []
    for index, branch in enumerate(found):
        if Role.HO_SO_KHEN_THUONG in branch.nearest_roles():
            items.extend(_items_of(branch, _copies_beside(found, index)))
    return items


def _items_of(branch: Branch, beside: int | None) -> Iterator[DossierItem]:
    dossier: str | None = None
    group: list[_Paper] = []
    copies: int | None = None
    for passage in branch.prose:
        words = passage.folded[passage.body_start :]
        if _COPIES_LINE.match(words):
            found = _COPIES.search(words)
            copies = int(found["n"]) if found else None
        elif words.startswith("ho so") and len(words) < 120 and passage.bullet:
            yield from _close(group, copies if copies is not None else beside, dossier)
            group, copies = [], None
            dossier = _GROUP.sub("", passage.text[passage.body_start :])
        elif passage.bullet and _ITEM.match(words):
            group.extend(_bulleted(passage))
        elif not _NO_LIST.search(words):
            of_all = _COPIES_OF_ALL.match(words)
            around = _COPIES_AROUND.search(words)
            copies = int(of_all["n"]) if of_all else int(around["n"] or around["m"]) if around else copies
            group.extend(_in_sentence(passage))
    yield from _close(group, copies if copies is not None else beside, dossier)


def _bulleted(passage: Passage) -> Iterator[_Paper]:
    """The papers of a list item: one, or several joined with '+'."""
    start = passage.body_start
    behind = _COPIES_BEHIND.search(passage.folded)
    end = behind.start() if behind else len(passage.text.rstrip(" ;.,:"))
    own = _ITEM.match(passage.folded, start)
    number = (own["n"] if own else None) or (behind["n"] if behind else None)
    if own and own["n"]:
        start = own.start("paper")
    edges = [start, *(match.end() for match in _NEXT_PAPER.finditer(passage.folded, start)), end]
    for first, last in pairwise(edges):
        yield _Paper(passage, first, len(passage.text[:last].rstrip(" +")), int(number) if number else None)


def _in_sentence(passage: Passage) -> Iterator[_Paper]:
    """The papers that a running sentence lists: "gửi 01 tờ trình và 01 báo cáo thành tích về …"."""
    for match in _ITEM_IN_SENTENCE.finditer(passage.folded, passage.body_start):
        start, end = match.span("paper")
        stop = _END_OF_PAPER.search(passage.folded, start, end)
        another = _ANOTHER.search(passage.folded, start, stop.start() if stop else end)
        first_end = another.start() if another else stop.start() if stop else end
        own = match["n"]
        yield _sentence_paper(passage, start, first_end, own)
        if another:
            more = _ITEM.match(passage.folded, another.end())
            begin = more.start("paper") if more else another.end()
            yield _sentence_paper(passage, begin, stop.start() if stop else end, more["n"] if more else None)


def _sentence_paper(passage: Passage, start: int, end: int, own: str | None) -> _Paper:
    behind = _COPIES_NEXT.match(passage.folded[end:])
    number = own or (behind["n"] if behind else None)
    return _Paper(passage, start, end, int(number) if number else None)


def _close(group: Sequence[_Paper], copies: int | None, dossier: str | None) -> Iterator[DossierItem]:
    for paper in group:
        known = paper if paper.copies is not None else replace(paper, copies=copies)
        span = paper.passage.span(paper.start, paper.end)
        if span["text"]:
            yield DossierItem(item=span["text"], copies=known.copies, dossier=dossier, **span)


def _copies_beside(found: Sequence[Branch], index: int) -> int | None:
    """ "Số lượng hồ sơ: 02 bộ" printed as a node of its own beside the list."""
    ancestors = found[index].ancestors
    for node in ancestors[-1].children if ancestors else ():
        heading = flat(node.heading or "")
        match = _COPIES.search(flat(node.text)) if _COPIES_LINE.match(heading) else None
        if match:
            return int(match["n"])
    return None
