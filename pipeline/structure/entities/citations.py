"""Citations: every act referred to by its number, and every law by its title, each once, in order of first mention."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein

from pipeline.schema import Citation
from pipeline.structure.entities.act_issuers import issuer_at, issuer_in
from pipeline.structure.entities.act_types import SYMBOL_TYPES, TYPES
from pipeline.structure.entities.law_names import BARE_YEAR, CONSTITUTION, LAW, OF_ASSEMBLY, law_name
from pipeline.structure.lines.model import Location, Node, Paragraph, with_ids
from pipeline.structure.words.matching import skeleton
from pipeline.vietnamese.administrative.dates import date_in, date_pattern, year_in
from pipeline.vietnamese.administrative.document_numbers import DocumentNumber, find_numbers
from pipeline.vietnamese.folding import fold, strip_marks

_ROUND_O = re.compile(r"^OĐ(?=-)")  # no type is written so: OCR lost the stroke of the Q
_PLAIN_NUMBER = re.compile(r"(?<=so )(?P<digits>\d{1,5})(?=,? (?:ngay|cua) )")
_TYPE_BEFORE = re.compile(
    rf"(?<![^\W_])(?P<type>{'|'.join(TYPES)})(?: (?:mat|lien tich|phap luat))?[\s,]*(?:(?:so|s[e6o0]|s)\s?[:.]?\s*)?$"
)
_LABEL_BEFORE = re.compile(r"(?<![^\W_])(?:so|s[e6o0])\s?[:.]?\s*$")
_LONGEST = 4_000  # characters of a paragraph, and far more than any author's
_DATE = re.compile(rf"[\s,(]*(?:ban hanh |ky )?(?=ngay|thang|nam){date_pattern(1)}")
_TITLE = re.compile(
    r"^[\s,]*(?P<about>ve viec|v/v|ve)?\s*(?P<verb>ban hanh|quy dinh|phe duyet|huong dan|sua doi|bo sung|cong bo"
    r"|thanh lap|kien toan|to chuc|phat dong|trien khai|tang cuong|day manh|thuc hien|giao|dieu chinh|thong qua"
    r"|phan cong|xay dung)?"
)
_SENTENCE_END = re.compile(r"[;.](?=\s|$)|;|\s\|\s|$")
_BODY_AFTER_COMMA = re.compile(
    r",\s+(?=(?:UBND|Ủy ban|Uỷ ban|Sở|Phòng|Ban|Trường|Bộ|Hội đồng|Đảng ủy|Công an|Chủ tịch)\b)"
)
# What has become of an act is no part of its title.
_FATE = re.compile(
    r",?\s+(?:da )?duoc (?:sua doi|bo sung|thay the|dinh chinh)\b|,?\s+(?:het|co) hieu luc\b"
    rf"|\s+va cac (?:{'|'.join(TYPES)}) (?:sua doi|huong dan)\b"
)
_NEXT_ACT = re.compile(rf"(?:\s+va|[,:])\s+(?:cac\s+)?(?:{'|'.join(TYPES)})\s+(?:lien tich\s+)?(?:so\s+)?\d")


@dataclass(frozen=True, slots=True)
class _Mention:
    """One place where an act is named."""

    citation: Citation
    start: int
    end: int
    named: int = 0  # where the act's name ends and its date, issuer and title begin


def find_citations(
    preamble: Sequence[Paragraph],
    nodes: Sequence[Node],
    own_number: str | None = None,
    own_date: str | None = None,
) -> list[Citation]:
    """The citations of a document in the order of their first mention; it does not cite itself.

    `own_number` and `own_date` are the document's. Where its number is blank or unreadable ("/KH-SYT"), an act with
    its symbol and of its day is itself.
    """
    paragraphs = list(preamble)
    for _, node in with_ids(nodes):
        if node.heading:
            paragraphs.append(Paragraph(node.heading))
        paragraphs += node.paragraphs
    found: list[Citation] = []
    for paragraph in paragraphs:
        for mention in mentions(paragraph.text):
            place = paragraph.place(mention.start, mention.end)
            citation = _placed(mention.citation, place)
            if own_number and citation.number and _is_own(citation, own_number, own_date):
                continue
            _add(found, citation)
    return found


def _is_own(citation: Citation, own: str, own_date: str | None) -> bool:
    """Whether an act is the document itself, a letter of its symbol damaged at most."""
    number = citation.number or ""
    digits, symbol = re.split(r"(?<=\d)(?=\D)", number, maxsplit=1)[0], fold(number)
    if own.startswith(("/", "-")):
        whole_day = own_date is not None and len(own_date) == len("2025-01-31")
        return whole_day and citation.date == own_date and number.endswith(own)
    return own.startswith(digits) and Levenshtein.distance(symbol, fold(own), score_cutoff=1) <= 1


def mentions(text: str) -> list[_Mention]:
    """Every mention of an act in `text`, in order."""
    if len(text) <= _LONGEST:
        return _mentions(text)
    # The patterns look back from each number: in a text that never ends that costs the square of its length.
    found: list[_Mention] = []
    start = 0
    while start < len(text):
        end = _cut(text, start)
        part = _mentions(text[start:end])
        found += [replace(one, start=one.start + start, end=one.end + start) for one in part]
        start = end
    return found


def _cut(text: str, start: int) -> int:
    """Where the part of a long text that begins at `start` ends: after a sentence, or a word, if there is one."""
    end = start + _LONGEST
    if end >= len(text):
        return len(text)
    sentence = max(text.rfind("; ", start, end), text.rfind(". ", start, end))
    return next((place + 1 for place in (sentence, text.rfind(" ", start, end)) if place > start), end)


def _mentions(text: str) -> list[_Mention]:
    folded = fold(text)
    if len(folded) != len(text):  # letters that fold to more than one are not Vietnamese
        folded = strip_marks(text)
    numbered = list(_numbered(text, folded))
    taken = [(mention.start, mention.named) for mention in numbered]
    named = (*_laws(text, folded, numbered), *_constitutions(text, folded))
    laws = [law for law in named if not any(start <= law.start < end for start, end in taken)]
    return sorted([*numbered, *laws], key=lambda mention: mention.start)


def _numbered(text: str, folded: str) -> Iterator[_Mention]:
    previous: str | None = None
    for start, end, number in _numbers_in(text, folded):
        before = folded[:start]
        typed = _TYPE_BEFORE.search(before)
        symbol = number.symbol
        if not symbol and not typed:
            continue
        kind = TYPES[typed["type"]] if typed else _type_of_symbol(number)
        if kind is None:
            kind = previous if _LABEL_BEFORE.search(before) or before.rstrip().endswith((",", ";", "va")) else None
            if kind is None and not _LABEL_BEFORE.search(before):
                continue
        begin = typed.start() if typed else start
        law = _law_before(text, folded, start) if symbol.startswith(("QH", "UBTVQH")) else None
        title = None
        if law is not None:
            kind, title, begin = law
        date, issuer, about, after = _rest(text, folded, end, symbol)
        previous = kind
        yield _Mention(
            Citation(type=kind, number=str(number), date=date, issuer=issuer, title=title or about), begin, after, end
        )


def _numbers_in(text: str, folded: str) -> list[tuple[int, int, DocumentNumber]]:
    """(start, end, number) of a text's numbers in order: those with a symbol, and serials alone ("số 12 ngày")."""
    found = [
        (one.start, one.end, replace(one.number, symbol=_ROUND_O.sub("QĐ", one.number.symbol)))
        for one in find_numbers(text)
    ]
    alone = [
        (match.start(), match.end(), DocumentNumber(match["digits"], None, "", ""))
        for match in _PLAIN_NUMBER.finditer(folded)
    ]
    return sorted([*found, *alone], key=lambda one: one[0])


def _type_of_symbol(number: DocumentNumber) -> str | None:
    """The type that a symbol's first part names: 'KH-UBND' → Kế hoạch."""
    return SYMBOL_TYPES.get(number.type_symbol)


def _law_before(text: str, folded: str, number_at: int) -> tuple[str, str | None, int] | None:
    """(type, title, offset) of the law whose number stands at `number_at`."""
    last = None
    for match in LAW.finditer(text, 0, number_at):
        last = match
    if last is None:
        return None
    between = folded[last.end() : number_at]
    name = re.sub(r"[\s,]*(?:so\s?[:.]?\s*)?$", "", between)
    if ";" in name or "." in name or len(name.split()) > 25:
        return None
    title = text[last.start() : last.end() + len(name)].strip(" ,")
    kind = TYPES[fold(last["kind"])]
    if not name.strip(" ,") or re.search(r"\bso \d", name):
        return kind, None, last.start()  # "Luật số 43/2024/QH15, số 47/2024/QH15": their titles are not printed
    return kind, _as_title(title), last.start()


def _rest(text: str, folded: str, at: int, symbol: str) -> tuple[str | None, str | None, str | None, int]:
    """(date, issuer, title, end) from what follows a number."""
    date, at = _date(folded, at)
    issuer, at = issuer_at(text, folded, at)
    if date is None:
        date, at = _date(folded, at)
    title, end, tail = _title(text, folded, at)
    if issuer is None and title and symbol:
        issuer = issuer_in(tail, symbol)
    return date, issuer, title, end


def _date(folded: str, at: int) -> tuple[str | None, int]:
    """(ISO date, offset after it) of a date that stands at `at`."""
    match = _DATE.match(folded, at)
    year = match and year_in(match, 1)
    if match is None or year is None:
        return None, at
    return (date_in(match, 1) or year).iso, match.end()


def _title(text: str, folded: str, at: int) -> tuple[str | None, int, str]:
    """(title, offset after it, the text it was taken from) of an act whose title follows at `at`."""
    match = _TITLE.match(folded[at:])
    if not match or not (match["about"] or match["verb"]):
        return None, at, ""
    start = at + (match.end("about") if match["about"] else match.start("verb"))
    limit = len(text)
    stops = ((_SENTENCE_END, text), (_BODY_AFTER_COMMA, text), (_NEXT_ACT, folded), (_FATE, folded))
    for pattern, where in stops:
        if found := pattern.search(where, start + 1):
            limit = min(limit, found.start())
    limit = min(limit, _unmatched_bracket(text, start, limit))
    title = text[start:limit].strip(" ,;.:")
    if not match["about"] and not _quoted_or_named(title):
        return None, at, ""
    return (title or None), limit, title


def _unmatched_bracket(text: str, start: int, limit: int) -> int:
    """The offset of a closing bracket that was opened before `start`; `limit` when there is none."""
    depth = 0
    for offset in range(start, limit):
        depth += (text[offset] == "(") - (text[offset] == ")")
        if depth < 0:
            return offset
    return limit


def _quoted_or_named(title: str) -> bool:
    """Whether words after an act are its title though no "về" opens them: they name what was issued."""
    return bool(
        re.match(r"(?:ban hanh|quy dinh|phe duyet|huong dan|sua doi|cong bo|thanh lap|kien toan)\b", fold(title))
    )


def _laws(text: str, folded: str, numbered: Sequence[_Mention] = ()) -> Iterator[_Mention]:
    """Laws named by their title; inside the title of a numbered act they reach to its end at most."""
    done = 0
    for match in LAW.finditer(text):
        bound = next((act.end for act in numbered if act.named <= match.start() < act.end), None)
        name = law_name(text, folded, match.end(), bound) if match.start() >= done else None
        if name is None:
            continue
        end = match.end() + len(name)
        title = _as_title(f"{match['kind']} {name}")
        date, after = _law_date(folded, end)
        kind = TYPES[fold(match["kind"])]
        done = after
        yield _Mention(Citation(type=kind, date=date, title=title), match.start(), after, end)


def _law_date(folded: str, at: int) -> tuple[str | None, int]:
    """(ISO date, offset after it) behind a law's name: a day, a year, also without "năm"."""
    of = OF_ASSEMBLY.match(folded, at)
    date, after = _date(folded, of.end() if of else at)
    if date is None and (year := BARE_YEAR.match(folded, at)):
        return year["year"], year.end()
    return (date, after) if date else (None, at)


def _constitutions(text: str, folded: str) -> Iterator[_Mention]:
    for match in CONSTITUTION.finditer(text):
        date, after = _law_date(folded, match.end())
        yield _Mention(Citation(type="Hiến pháp", date=date, title=match[0]), match.start(), after, match.end())


def _as_title(name: str) -> str:
    return re.sub(r"\s+", " ", name).strip()


def _placed(citation: Citation, place: Location) -> Citation:
    located = place.field(citation.number or citation.title)
    return citation.model_copy(update={"page": located.page, "bbox": located.bbox, "confidence": located.confidence})


def _add(found: list[Citation], citation: Citation) -> None:
    """Add a citation, or fill in what an earlier mention of the same act left open."""
    for position, known in enumerate(found):
        if _same(known, citation):
            gaps = {
                name: getattr(citation, name)
                for name in ("number", "date", "issuer", "title")
                if getattr(known, name) is None and getattr(citation, name) is not None
            }
            if gaps:
                found[position] = known.model_copy(update=gaps)
            return
    found.append(citation)


def _same(one: Citation, other: Citation) -> bool:
    if one.date and other.date and not (one.date.startswith(other.date) or other.date.startswith(one.date)):
        return False
    if one.number and other.number:
        return fold(one.number) == fold(other.number)
    if (
        one.type in {"Luật", "Bộ luật", "Pháp lệnh", "Hiến pháp"}
        and one.type == other.type
        and one.title
        and other.title
    ):
        return skeleton(one.title) == skeleton(other.title)
    return False
