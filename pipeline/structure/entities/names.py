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

from pipeline.structure.entities.gazetteer import PROVINCE, longest_place
from pipeline.vietnamese.administrative.family_names import IN_SENTENCES
from pipeline.vietnamese.administrative.ranks import DEGREES_WITH_DOT
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
_CHIEF = re.compile(
    r"(?:chủ tịch|giám đốc|tổng giám đốc|bí thư|hiệu trưởng|viện trưởng|cục trưởng|chánh (?:văn|thanh|án)|thủ trưởng|"
    r"chi cục)\b"
)
_OFFICER = re.compile(
    r"(?:ủy viên|uỷ viên|hiệu trưởng|giám đốc|chủ tịch|bí thư|trưởng ban|phó ban|thư ký|phó trưởng|"
    r"thành viên|tổ viên|tổ trưởng|phó giám đốc|phó chủ tịch)\b"
)
_OFFICE = re.compile(r"\s+(?:ban|khoa|phòng|bộ môn|thôn|ấp|khu phố|trạm|đoàn|nhóm|tiểu ban)\b")
# An address: "Lô F7-19 Tô Vĩnh Diện", "1097 Phan Bội Châu, khu phố 2".
_HOUSE = re.compile(
    r"(?<!\w)(?:lô|số|căn|hẻm|ngõ|ngách|kiệt|nhà)\s+(?:nhà\s+)?[\w/-]*\d[\w/-]*(?:\s+căn\s+\d+)?(?:\s*,\s*\d[\w/-]*)*\s*,?\s*$"
)
_NUMBER_BEFORE = re.compile(r"(?:^|[\s|,;:(])\d[\w/-]*\s+$")
_QUARTER = re.compile(r"\s*,\s*(?:phường|xã|khu phố|khóm|ấp|thôn|tổ|quận|huyện|thị|thành phố|tp|tt|p\.)(?!\w)")
_SEVERAL = r"(?:tỉnh|thành phố|huyện|quận|thị xã|thị trấn|thị|thành|xã|phường|đặc khu)"  # "huyện, thị, thành phố"
# … Hồ Chí Minh, the man and what is called after him; the city is "thành phố Hồ Chí Minh" or stands alone.
_PRESIDENT = re.compile(
    r"(?:chủ tịch|bác|tư tưởng|đạo đức|phong cách|lăng|thời đại|cộng sản|tncs|tiền phong|huân chương|giải thưởng)\s+$"
)
_PLURAL = re.compile(r"(?<!\w)(?:các|những|mọi|một số)\s+$")
_NO_NAMES = frozenset({"khoa", "phòng", "ban", "hợp", "đơn vị"})  # "TRƯỞNG KHOA", its mark lost
_NEED_FIELDS = frozenset({"sở", "bộ"})  # heads that begin other words' names: "Sở", "Bộ"
_LONGEST_PERSON = 5  # syllables
# Kinds of places that may have a number for a name: "khu phố 1", "quận 3".
_NUMBERED_KINDS = frozenset({"khu phố", "ấp", "thôn", "tổ dân phố", "quận", "phường", "khóm", "đội"})
_PLACE_NUMBER = re.compile(
    r"((?:số\s+)?\d{1,2}[a-z]?)(?=\s*(?:$|[,.;:|)\n]|(?:phường|xã|thị|quận|thành|tp|huyện|và)\b))"
)
_SMALL_WORD = re.compile(r"[ \t]+([^\W\d_]+)")
_LONGEST_UNKNOWN_PLACE = 4  # capitals after "xã" that no list knows


def find_places(text: str) -> Iterator[Span]:
    """Places: a kind and a name ("xã Thanh Thùy"), and provinces by their bare name."""
    patterns = _patterns()
    lowered = lower(text)
    for match in patterns.place_kind.finditer(lowered):
        if match["kind"] in _NUMBERED_KINDS and (number := _PLACE_NUMBER.match(lowered, match.end())):
            yield Span(Label.PLACE, match.start("kind"), number.end(1))
            continue
        name = _NAME.match(text, match.end())
        if name is None:
            continue
        words = name[0].split()
        listed = match["kind"] not in patterns.unlisted
        if listed and len(words) == 1 and (small := _SMALL_WORD.match(text, name.end())):
            words += [small[1]] if longest_place([*words, small[1]]) == 2 else []  # "TT. Minh lương"
        count = longest_place(words) if listed else 0
        if not count and not _is_person_like(words):
            count = _unknown_place(words)
        if count and words[:2] != ["Việt", "Nam"]:
            yield Span(Label.PLACE, match.start("kind"), _after_words(text, match.end(), count))
    for name in _NAME.finditer(text):
        words = name[0].split()
        if words == ["Hồ", "Chí", "Minh"] and _PRESIDENT.search(lowered[max(0, name.start() - 20) : name.start()]):
            continue
        is_country = words == ["Việt", "Nam"] and not patterns.no_country.search(lowered, 0, name.start())
        if is_country or longest_place(words, PROVINCE) == len(words) > 1:
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
        if (
            text[match.start()].isupper()
            and match.start() not in listed
            and not _PLURAL.search(lowered, 0, match.start())
        ):
            end = _open_name(text, lowered, match)
            if end is not None:
                yield Span(Label.BODY, match.start(), end)


def find_persons(text: str) -> Iterator[Span]:
    """Persons: a title and capitals ("bà Lê Thị Hoa"), or a family name and two capitals or more."""
    patterns = _patterns()
    lowered = lower(text)
    for name in _NAME.finditer(text):
        before = max(0, name.start() - 40)
        if patterns.not_person.search(lowered, before, name.start()):
            continue
        words = name[0].split()
        first = next((i for i, word in enumerate(words) if lower(word) not in patterns.title_words), len(words))
        titled = first > 0 or patterns.title.search(lowered, max(0, name.start() - 20), name.start()) is not None
        first += 0 if titled else _family_name(words[first:])
        words = words[first : first + _until_abbreviation(words[first:])]
        words = words[: _until_position(words, lowered, _end_of_words(text, name.start(), first + len(words)))]
        if len(words) > 1 and lower(words[0]) == "phó" and lower(words[1]) in _CHIEFS:
            continue  # "Phó Chủ tịch": a position, though its first words look like a name
        count = min(len(words), _LONGEST_PERSON)
        if not titled and _is_street(lowered, before, name):
            continue
        if count >= (2 if titled else 3):
            start = _start_of_word(text, name.start(), first)
            yield Span(Label.PERSON, start, _after_words(text, start, count))


def _until_position(words: Sequence[str], lowered: str, end: int) -> int:
    """How many words come before a position or a part of an abbreviation: "Lê An | Phó Hiệu trưởng", "Lê Văn An P."

    `end` is where the last of `words` ends in `lowered`.
    """
    for place in range(2, len(words)):
        word = lower(words[place])
        if len(word) == 1 or (word == "phó" and place + 1 < len(words)):
            return place
        if word == "trưởng" and (place + 1 < len(words) or _OFFICE.match(lowered, end)):
            return place
        if place + 1 == len(words) and word in _CHIEFS and _CHIEF.match(f"{word}{lowered[end : end + 12]}"):
            return place
    return len(words)


def _is_street(lowered: str, before: int, name: re.Match[str]) -> bool:
    """Whether a name is that of a street: after the number of a house in it, with a quarter behind it."""
    if _HOUSE.search(lowered, before, name.start()):
        return True
    return _NUMBER_BEFORE.search(lowered, before, name.start()) is not None and bool(
        _QUARTER.match(lowered, name.end())
    )


def _end_of_words(text: str, start: int, count: int) -> int:
    return _after_words(text, start, count) if count else start


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
    path = resources.files("pipeline.structure.entities").joinpath("entities.toml")
    return {name: list(words) for name, words in tomllib.loads(path.read_text(encoding="utf-8")).items()}


def _open_name(text: str, lowered: str, head: re.Match[str]) -> int | None:
    """The end of the name that capitals give a head: "Bệnh viện đa khoa Kiên Giang"; None where it has none."""
    described = _patterns().descriptor.match(lowered, head.end())
    start = head.end()
    if described and text[described.start() : described.end()] == described[0]:  # in small letters
        start = described.end()
    end = _compounds(text, lowered, start)
    if end > start and _may_be_named(text, head, end):
        return _with_level(text, lowered, end)
    bare = len(text[:start].rstrip())
    whole = _with_level(text, lowered, bare)
    return whole if start > head.end() and whole > bare else None


def _may_be_named(text: str, match: re.Match[str], end: int) -> bool:
    """Whether the capitals after a head may be its name: "Sở DDCI" is none, "Sở GTVT" is one."""
    head, rest = lower(match[0]).strip(), text[match.end() : end].strip()
    if lower(rest) in _NO_NAMES:
        return False
    if head not in _NEED_FIELDS or not rest.isupper() or len(rest.split()) > 1:
        return True
    return lower(rest) in _patterns().abbreviations


def _with_level(text: str, lowered: str, end: int) -> int:
    """The end of a body's name with level and place: "huyện", "Thị ủy", "tỉnh Kiên Giang", "huyện, thị, thành phố"."""
    if (party := _patterns().party.match(lowered, end)) and text[slice(*party.span())] != lowered[slice(*party.span())]:
        end = party.end()
    several = _patterns().levels.match(lowered, end)
    if several and text[several.start() : several.end()] == several[0]:
        return several.end()
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
        if _OFFICER.match(lowered, match.start("capital")):
            break
        tail = patterns.tail.match(lowered, match.end("capital")) or patterns.tail.match(lowered, match.end())
        if tail and text[tail.start() : tail.end()] == tail[0]:
            end = tail.end()
            break
        small, is_short = match["small"], match["capital"].isupper() and len(match["capital"]) > 1
        ends_here = small and (is_short or lower(small) in patterns.after_name)
        stop = match.end("capital") if ends_here else match.end()
        end = stop
        if stop != match.end():
            break
        join = patterns.join.match(text, end)
        if join is not None and not patterns.head.match(lowered, join.end()):
            end = join.end()
    return end if end == start else start + len(text[start:end].rstrip(" \t-–,"))


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
    levels: re.Pattern[str]
    party: re.Pattern[str]
    descriptor: re.Pattern[str]
    tail: re.Pattern[str]
    abbreviations: frozenset[str]
    no_country: re.Pattern[str]
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
        compound=re.compile(
            rf"[ \t]*(?P<capital>{_CAPITAL}(?:[&–-]{_CAPITAL})*)(?![ \t]*[.])(?:[ \t]+(?P<small>[^\W\d_{_UPPER}]+))?"
        ),
        join=re.compile(rf"(?:,|[ \t]+(?:-|–|và))[ \t]+(?=[{_UPPER}])"),
        after_name=frozenset(map(lower, lists["after_name"])),
        level=re.compile(rf"\s+(?P<kind>{any_of(lists['scopes'])})(?!\w)"),
        levels=re.compile(rf"\s+{_SEVERAL}(?:\s*,\s*{_SEVERAL})+(?!\w)"),
        party=re.compile(rf"\s+(?P<kind>{any_of(lists['committees'])})(?!\w)"),
        descriptor=re.compile(rf"(?:{any_of(lists['descriptors'])}\s+)+(?=\w)"),
        tail=re.compile(rf"\s+{any_of(lists['tails'])}(?!\w)"),
        abbreviations=frozenset(map(lower, lists["abbreviations"])),
        no_country=re.compile(rf"(?<!\w){any_of(lists['not_countries'])}\s+$"),
        family_names=IN_SENTENCES,
        title=re.compile(rf"(?<!\w){any_of([*lists['titles'], *DEGREES_WITH_DOT])}\s*$"),
        title_words=frozenset(map(lower, lists["titles"])),
        not_person=re.compile(rf"(?<!\w){any_of(lists['not_persons'])}(?:\s+\w+)?\s*$"),
    )
