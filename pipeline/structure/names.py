"""Names in a text: places by kind and list, bodies by head, field and level, persons by title and family name.

Words are compared in small letters with their marks, tones set in the old style: without marks "vụ" and "vũ", "ấp" and
"áp" would be one. A name is told by its capitals.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources

from pipeline.structure.gazetteer import PROVINCE, longest_place
from pipeline.vietnamese.tones import to_old_style


class Label(StrEnum):
    """What an entity is."""

    ACT = "CITATION"
    DATE = "DATE"
    QUANTITY = "QUANTITY"
    PLACE = "LOC"
    BODY = "ORG"
    PERSON = "PER"


@dataclass(frozen=True, slots=True)
class Span:
    """An entity in a text: its label and the characters `start`..`end`."""

    label: Label
    start: int
    end: int


_UPPER = "".join(filter(str.isupper, map(chr, range(0x1F00))))
_CAPITAL = rf"[{_UPPER}][^\W\d_]*"
_NAME = re.compile(rf"{_CAPITAL}(?:[ \t]+{_CAPITAL})*")
# A name whose compounds keep their second syllable small: "Trung tâm Truyền thông Giáo dục Sức khỏe".
_CHIEFS = frozenset({"chủ", "giám", "trưởng", "tổng", "bí", "hiệu", "viện", "cục", "chánh", "thủ", "chi"})
_LONGEST_PERSON = 5  # syllables
_LONGEST_UNKNOWN_PLACE = 4  # capitals after "xã" that no list knows


def find_places(text: str) -> Iterator[Span]:
    """Places: a kind and a name ("xã Thanh Thùy"), and provinces by their bare name."""
    patterns = _patterns()
    for match in patterns.place_kind.finditer(lower(text)):
        name = _NAME.match(text, match.end())
        if name is None:
            continue
        words = name[0].split()
        count = 0 if match["kind"] in patterns.unlisted else longest_place(words)
        if not count and not _is_person_like(words):
            count = _unknown_place(words)
        if count:
            yield Span(Label.PLACE, match.start("kind"), _after_words(text, match.end(), count))
    for name in _NAME.finditer(text):
        words = name[0].split()
        if longest_place(words, PROVINCE) == len(words) > 1:
            yield Span(Label.PLACE, *name.span())


def find_bodies(text: str) -> Iterator[Span]:
    """Authorities, party and mass organisations, schools, hospitals, with the level and place they belong to."""
    patterns = _patterns()
    lowered = lower(text)
    listed = set()
    for match in patterns.body.finditer(lowered):
        # "phòng Nội vụ": the field's capital tells the name where the head is small; but a small
        # "vụ" ends "nhiệm vụ" and "dịch vụ".
        small_head = match["field"] and not lowered.startswith("vụ", match.start())
        sign = match.start("field") if small_head else match.start()
        if text[sign].isupper():
            listed.add(match.start())
            yield Span(Label.BODY, match.start(), _with_level(text, lowered, match.end()))
    for match in patterns.open_body.finditer(lowered):
        if text[match.start()].isupper() and match.start() not in listed:
            end = _compounds(text, lowered, match.end())
            if end > match.end():
                yield Span(Label.BODY, match.start(), _with_level(text, lowered, end))


def find_persons(text: str) -> Iterator[Span]:
    """Persons: a title and capitals ("bà Lê Thị Hoa"), or a family name and two capitals or more."""
    patterns = _patterns()
    lowered = lower(text)
    for name in _NAME.finditer(text):
        if patterns.not_person.search(lowered, max(0, name.start() - 40), name.start()):
            continue
        words = name[0].split()
        first = next((i for i, word in enumerate(words) if lower(word) not in patterns.title_words), len(words))
        titled = first > 0 or patterns.title.search(lowered, max(0, name.start() - 20), name.start()) is not None
        first += 0 if titled else _family_name(words[first:])
        words = words[first : first + _until_abbreviation(words[first:])]
        if len(words) == 2 and lower(words[0]) == "phó" and lower(words[1]) in _CHIEFS:
            continue  # "Phó Chủ tịch": a position, though its first words look like a name
        count = min(len(words), _LONGEST_PERSON)
        if count >= (2 if titled else 3):
            start = _start_of_word(text, name.start(), first)
            yield Span(Label.PERSON, start, _after_words(text, start, count))


def lower(text: str) -> str:
    """`text` in small letters with tones in the old style, every character at its place."""
    small = text.lower()
    if len(small) != len(text):
        small = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
    return to_old_style(small)


def any_of(phrases: Iterable[str]) -> str:
    """A pattern for one of `phrases` in a `lower` text, the longest that fits."""
    ordered = sorted({lower(phrase) for phrase in phrases}, key=len, reverse=True)
    return "(?:" + "|".join(re.escape(phrase).replace(r"\ ", r"\s+") for phrase in ordered) + ")"


@cache
def word_lists() -> dict[str, list[str]]:
    """The lists of `entities.toml`, read once."""
    path = resources.files("pipeline.structure").joinpath("entities.toml")
    return {name: list(words) for name, words in tomllib.loads(path.read_text(encoding="utf-8")).items()}


def _with_level(text: str, lowered: str, end: int) -> int:
    """The end of a body's name with its level and place: "huyện", "tỉnh Kiên Giang", "Khánh Hòa"."""
    level = _patterns().level.match(lowered, end)
    if level is not None:
        end = level.end()
    blank = re.compile(r"[ \t]+").match(text, end)
    name = _NAME.match(text, blank.end()) if blank else None
    if name is None:
        return end
    words = name[0].split()
    count = longest_place(words)
    if not count and level is not None and level["kind"] not in ("trung ương", "cấp xã"):
        count = 0 if _is_person_like(words) else _unknown_place(words)
    return _after_words(text, name.start(), count) if count > (level is None) else end


def _compounds(text: str, lowered: str, start: int) -> int:
    """The end of compounds like "Truyền thông Giáo dục" and "Văn hóa, Thể thao và Du lịch" that begin at `start`."""
    patterns = _patterns()
    end = start
    while (match := patterns.compound.match(text, end)) is not None:
        small, is_short = match["small"], match["capital"].isupper() and len(match["capital"]) > 1
        ends_here = small and (is_short or lower(small) in patterns.after_name)
        stop = match.end("capital") if ends_here else match.end()
        end = stop
        if stop != match.end():
            break
        join = patterns.join.match(text, end)
        if join is not None and not patterns.head.match(lowered, join.end()):
            end = join.end()
    return end if end == start else start + len(text[start:end].rstrip(" \t-–"))


def _family_name(words: Sequence[str]) -> int:
    """How many words stand before a family name; all of them when there is none or the words are a place."""
    for skip in range(len(words) - 2):
        rest = list(words[skip:])
        before = list(words[:skip])
        known_before = longest_place(before) == skip or all(len(word) > 1 and word.isupper() for word in before)
        is_family = lower(rest[0]) in _patterns().family_names
        if known_before and is_family and longest_place(rest) < len(rest):
            return skip
    return len(words)


def _unknown_place(words: Sequence[str]) -> int:
    """How many capitals after a kind name a place that no list knows: "TP. HCM", "ấp Rẫy Mới"; 0 when too many."""
    if len(words[0]) > 1 and words[0].isupper() and not all(word.isupper() for word in words):
        return 1
    return _until_abbreviation(words) if len(words) <= _LONGEST_UNKNOWN_PLACE else 0


def _is_person_like(words: Sequence[str]) -> bool:
    return len(words) >= 3 and lower(words[0]) in _patterns().family_names


def _until_abbreviation(words: Sequence[str]) -> int:
    """How many words come before one in capitals such as "LH", unless all are in capitals."""
    if all(word.isupper() for word in words):
        return len(words)
    return next((i for i, word in enumerate(words) if i and len(word) > 1 and word.isupper()), len(words))


def _after_words(text: str, start: int, count: int) -> int:
    match = re.compile(rf"\s*\w+(?:\s+\w+){{{count - 1}}}").match(text, start)
    return match.end() if match else start


def _start_of_word(text: str, start: int, index: int) -> int:
    return start if index == 0 else _skip_blanks(text, _after_words(text, start, index))


def _skip_blanks(text: str, start: int) -> int:
    return start + len(text[start:]) - len(text[start:].lstrip())


@dataclass(frozen=True, slots=True)
class _Patterns:
    place_kind: re.Pattern[str]
    unlisted: frozenset[str]
    body: re.Pattern[str]
    open_body: re.Pattern[str]
    head: re.Pattern[str]
    compound: re.Pattern[str]
    join: re.Pattern[str]
    after_name: frozenset[str]
    level: re.Pattern[str]
    family_names: frozenset[str]
    title: re.Pattern[str]
    title_words: frozenset[str]
    not_person: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    lists = word_lists()
    whole = [name for name in lists["bodies"] if name[-1] not in "~^"]
    with_field = [name[:-2] for name in lists["bodies"] if name.endswith("~")]
    open_heads = [name[:-2] for name in lists["bodies"] if name.endswith("^")]
    return _Patterns(
        place_kind=re.compile(rf"(?<!\w)(?P<kind>{any_of(lists['place_kinds'])})(?:(?<=\.)\s*|\s+)(?=\w)"),
        unlisted=frozenset(map(lower, lists["unlisted_kinds"])),
        body=re.compile(
            rf"(?<!\w)(?:{any_of(whole)}|{any_of(with_field)}\s+(?P<field>{any_of(lists['fields'])}))(?!\w)"
        ),
        open_body=re.compile(rf"(?<!\w){any_of(open_heads)}\s+(?=\w)"),
        head=re.compile(rf"{any_of([*whole, *with_field, *open_heads])}(?!\w)"),
        compound=re.compile(rf"[ \t]*(?P<capital>{_CAPITAL})(?![ \t]*[.])(?:[ \t]+(?P<small>[^\W\d_{_UPPER}]+))?"),
        join=re.compile(rf"(?:,|[ \t]+(?:-|–|và))[ \t]+(?=[{_UPPER}])"),
        after_name=frozenset(map(lower, lists["after_name"])),
        level=re.compile(rf"\s+(?P<kind>{any_of(lists['scopes'])})(?!\w)"),
        family_names=frozenset(map(lower, lists["family_names"])),
        title=re.compile(rf"(?<!\w){any_of(lists['titles'])}\s*$"),
        title_words=frozenset(map(lower, lists["titles"])),
        not_person=re.compile(rf"(?<!\w){any_of(lists['not_persons'])}(?:\s+\w+)?\s*$"),
    )
