"""What other documents of a corpus say of a document's number and date: those that cite it, its copies, its neighbours.

Each function sees the facts of one group (documents and mentions of one symbol and year) and speaks only where a
document's own file leaves its number or date open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from pipeline.evidence.facts import Facts, Mention, resemblance
from pipeline.evidence.settle import Outside
from pipeline.evidence.weighing import SERIALS, key_of
from pipeline.schema import Candidate, Evidence
from pipeline.vietnamese.administrative.dates import is_day

# How often such a mention names the very document: with its subject, as the only open one of its body and month, else.
_BY_SUBJECT, _BY_PLACE, _BY_SYMBOL = 0.97, 0.9, 0.4
_SUBJECT_LIKENESS, _BODY_LIKENESS = 85, 85  # of 100
_LEAST_SUBJECT = 15  # letters: "về việc họp" is the subject of too many
# Two readings of one page with one word in fifty misread in each share 0.8 of their triples of words. Invitations that
# an office sends out week after week share as much, so that likeness alone is no proof.
_SAME_TEXT, _COPY = 0.7, 0.8
_IN_ORDER = 0.95  # neighbours of one register are in the order of their days: 95 of 100 pairs of real papers
_ABBREVIATED = (("ubnd", "uy ban nhan dan"), ("hdnd", "hoi dong nhan dan"), ("sgddt", "so giao duc va dao tao"))


@dataclass(frozen=True, slots=True)
class Group:
    """The documents of one symbol and year, and all that mentions such a document (with the paths of who does)."""

    documents: Sequence[Facts]
    mentions: Sequence[tuple[str, Mention]]
    by_serial: dict[str, list[Facts]] = field(init=False)

    def __post_init__(self) -> None:
        known: dict[str, list[Facts]] = defaultdict(list)
        for one in self.documents:
            if one.serial:
                known[key_of(one.serial)].append(one)
        object.__setattr__(self, "by_serial", dict(known))


def outside_of(own: Facts, group: Group) -> Outside:
    """What a group says of one of its documents whose number or date is open."""
    number: list[Evidence] = []
    date: list[Evidence] = []
    if own.serial is None:
        number = [*_cited_number(own, group), *_copied(own, group, "serial")]
        if number:
            number += _between_neighbours(own, group, number)
    if own.date is None or len(own.date) < len("2017-11-14"):
        date = [*_cited_date(own, group), *_copied(own, group, "date")]
    return Outside(tuple(number), tuple(date))


def _cited_number(own: Facts, group: Group) -> Iterator[Evidence]:
    """Serials under which others cite a paper that may be this one."""
    believed: dict[str, tuple[float, str]] = {}
    for path, mention in group.mentions:
        if path == own.path or mention.symbol != own.symbol or not _is_of(own, mention):
            continue
        if any(
            other.path != own.path and _alike(other.body, own.body)
            for other in group.by_serial.get(key_of(mention.serial), ())
        ):
            continue  # that number is another paper's
        precision = _precision(own, mention, group)
        words = _words(path, mention)
        believed[mention.serial] = max(believed.get(mention.serial, (0.0, "")), (precision, words))
    yield from _evidence("citation", believed)


def _cited_date(own: Facts, group: Group) -> Iterator[Evidence]:
    """Days that others give for the paper: by its number where that is known, else by what it is about."""
    believed: dict[str, tuple[float, str]] = {}
    for path, mention in group.mentions:
        if path == own.path or mention.symbol != own.symbol or not _is_of(own, mention):
            continue
        if mention.date is None or not is_day(mention.date):
            continue
        by_number = own.serial is not None and key_of(own.serial) == key_of(mention.serial)
        if own.serial is not None and not by_number:
            continue
        precision = _BY_SUBJECT if by_number else _precision(own, mention, group)
        if precision >= _BY_PLACE:
            words = _words(path, mention)
            believed[mention.date] = max(believed.get(mention.date, (0.0, "")), (precision, words))
    yield from _evidence("citation", believed)


def _copied(own: Facts, group: Group, name: str) -> Iterator[Evidence]:
    """What another reading of the same text has."""
    believed: dict[str, tuple[float, str]] = {}
    for other in group.documents:
        value: str | None = getattr(other, name)
        whole = value is not None and (name == "serial" or len(value) == len("2017-11-14"))
        if other.path == own.path or not whole or not _agree(own.date, other.date):
            continue
        if resemblance(own.fingerprint, other.fingerprint) >= _SAME_TEXT and value is not None:
            believed[value] = (_COPY, f"“{other.path}” is the same paper")
    yield from _evidence("copy", believed)


def _between_neighbours(own: Facts, group: Group, number: Sequence[Evidence]) -> Iterator[Evidence]:
    """Of the serials that are named, those that the neighbours' days leave room for."""
    if not own.date:
        return
    below = above = None
    for other in group.documents:
        if other.path == own.path or not other.serial or not other.date or not _alike(other.body, own.body):
            continue
        serial = _count(other.serial)
        if len(other.date) == len("2017-11-14"):
            if other.date < own.date:
                below = max(below or 0, serial)
            elif other.date[: len(own.date)] > own.date:
                above = min(above or serial, serial)
    if below is None or above is None or above <= below:
        return
    room = above - below + 1
    inside, outside = _IN_ORDER / room, (1 - _IN_ORDER) / SERIALS
    named = sorted({candidate.value for one in number for candidate in one.candidates})
    said = [(value, inside if below <= _count(value) <= above else outside) for value in named]
    yield Evidence(
        source="register",
        words=f"between {below} and {above} by the days of its neighbours in the register",
        candidates=[Candidate(value=value, probability=round(share, 6)) for value, share in said],
    )


def _count(serial: str) -> int:
    return int("".join(char for char in serial if char.isdigit()) or 0)


def _is_of(own: Facts, mention: Mention) -> bool:
    """Whether a mention may be of this document: no other day, type or body."""
    if not _agree(own.date, mention.date):
        return False
    if mention.type and own.type and mention.type not in ("van ban",) and mention.type != own.type:
        return False
    return not mention.issuer or not own.body or _alike(own.body, mention.issuer)


def _agree(one: str | None, other: str | None) -> bool:
    """Whether two dates, each as far as it goes, may be the same day."""
    return one is None or other is None or one.startswith(other) or other.startswith(one)


def _alike(one: str, other: str) -> bool:
    """Whether two names are of one body: one may be written short, or without what it is a part of."""
    if not one or not other:
        return True
    return fuzz.token_set_ratio(_spelt_out(one), _spelt_out(other)) >= _BODY_LIKENESS


def _spelt_out(name: str) -> str:
    for short, whole in _ABBREVIATED:
        name = name.replace(short, whole)
    return name


def _precision(own: Facts, mention: Mention, group: Group) -> float:
    if mention.title and len(own.subject) >= _LEAST_SUBJECT:
        if fuzz.token_set_ratio(own.subject, mention.title) >= _SUBJECT_LIKENESS:
            return _BY_SUBJECT
        return _BY_SYMBOL / 4  # it is about something else
    dated = own.date is not None and mention.date is not None and len(own.date) >= len("2017-11")
    rivals = sum(1 for other in group.documents if other.serial is None and _agree(other.date, mention.date))
    return _BY_PLACE if dated and mention.issuer and rivals == 1 else _BY_SYMBOL


def _words(path: str, mention: Mention) -> str:
    day = f" of {mention.date}" if mention.date else ""
    return f"“{path}” cites {mention.number}{day}"


def _evidence(source: str, believed: dict[str, tuple[float, str]]) -> Iterator[Evidence]:
    """One piece of evidence of what is believed; several values share what one alone would have."""
    if not believed:
        return
    total = sum(precision for precision, _ in believed.values())
    scale = min(1.0, max(precision for precision, _ in believed.values()) / total)
    ranked: Iterable[tuple[str, tuple[float, str]]] = sorted(believed.items(), key=lambda item: (-item[1][0], item[0]))
    candidates = [Candidate(value=value, probability=round(scale * precision, 4)) for value, (precision, _) in ranked]
    yield Evidence(source=source, words="; ".join(words for _, (_, words) in ranked), candidates=candidates)
