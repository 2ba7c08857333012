"""Lines of the kinds that running text has too few of: letterheads, numbers, dates, headings, lists, signs, cells."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from pipeline.training.recogniser import phrases
from pipeline.training.recogniser.alphabet import spelled
from pipeline.training.recogniser.text import Paragraphs
from pipeline.vietnamese.administrative.list_letters import LIST_LETTERS


@dataclass(frozen=True)
class Piece:
    """A stretch of a line, `blanks` printed after it; what is `by_pen` is digits, now and then a letter or a stroke."""

    text: str
    by_pen: bool = False
    blanks: int = 0


Line = tuple[Piece, ...]


def made_line(rng: random.Random, text: Paragraphs) -> Line:
    """A line of one of the kinds; its words are in the recogniser's alphabet."""
    kinds = list(_KINDS)
    make = rng.choices(kinds, [_KINDS[kind] for kind in kinds])[0]
    made = make(rng) if callable(make) else (Piece(rng.choice(make).format_map(_Fields(rng, text))),)
    return tuple(replace(piece, text=_kept(piece.text)) for piece in made if _kept(piece.text).strip())


def _kept(text: str) -> str:
    """`spelled`, with a blank at either end kept."""
    own = spelled(text)
    return (" " if text[:1] == " " else "") + own + (" " if text[-1:] == " " and own else "")


def serial(rng: random.Random) -> str:
    """A document's running number: small ones most, now and then with a nought or a letter."""
    number = str(int(10 ** rng.uniform(0, 3.75)) if rng.random() < 0.6 else rng.randint(10, 5999))
    if rng.random() < 0.12:  # two digits alike are easily read as one
        number = number[0] + number
    if len(number) == 1 and rng.random() < 0.6:
        number = "0" + number
    return number + rng.choice("aAbBcC") if rng.random() < 0.025 else number


def symbol(rng: random.Random) -> str:
    """What follows the running number: "/KH-UBND", "/2010/QĐ-UBND", "-KH/ĐU"."""
    kind, office, other = rng.choice(phrases.KINDS), rng.choice(phrases.OFFICES), rng.choice(phrases.OFFICES)
    forms = (f"/{kind}-{office}", f"/{office}-{other}", f"-{kind}/{office}", f"/{_year(rng)}/{kind}-{office}")
    form = rng.choices(forms, (7, 2, 1, 1.5))[0]
    return form.replace("/", "/ ", 1).replace("-", rng.choice((" - ", "- ")), 1) if rng.random() < 0.06 else form


def _year(rng: random.Random) -> str:
    return str(rng.choices((rng.randint(1995, 2008), rng.randint(2009, 2026)), (1, 4))[0])


def _amount(rng: random.Random) -> str:
    whole = rng.randint(0, 999)
    groups = "".join(f".{rng.choice((0, 0, rng.randint(0, 999))):03d}" for _ in range(rng.choice((0, 0, 1, 2, 2, 3))))
    return f"{whole}{groups}" + (f",{rng.randint(0, 99)}" if not groups and rng.random() < 0.5 else "")


def _phone(rng: random.Random) -> str:
    dotted = f"0{rng.randint(200, 999)}.{rng.randint(100, 999)}.{rng.randint(100, 9999)}"
    return rng.choice((dotted, f"0{rng.randint(20, 99)} {rng.randint(1000, 9999)} {rng.randint(1000, 9999)}"))


def _host(rng: random.Random) -> str:
    return rng.choice(("kiengiang.gov.vn", "quangngai.gov.vn", "moet.edu.vn", "gmail.com", "yahoo.com", "hcmc.gov.vn"))


def _mail(rng: random.Random) -> str:
    return f"{rng.choice(('syt', 'vanthu', 'ubnd', 'phongkh', 'tccb', 'bandieuhanh', 'info'))}@{_host(rng)}"


def _hour(rng: random.Random) -> str:
    between = rng.choice(("h", "h", "g", " giờ ", ":"))
    return f"{rng.randint(0, 23):02d}{between}{rng.choice((0, 0, 15, 30, 45)):02d}"


def _years(rng: random.Random) -> str:
    first = int(_year(rng))
    return f"{first}{rng.choice(('-', ' - ', '–', ' – '))}{first + rng.choice((1, 1, 5))}"


_SCARCE = "ẼÈẸẲỲẺỵẴÕỄỖZỠỶỴẰÙŨỸỎzẪÉẳjJỮÚẶẹĨỌẮẵÃẽỪẨỬỡõẻỷÒè"
"""Letters met less than once in three hundred lines of the other kinds."""


def _rare(rng: random.Random) -> str:
    """A word with a scarce letter, or one of those that have them."""
    letter = rng.choice(_SCARCE)
    words = [word for word in phrases.RARE if letter.lower() in word.lower()]
    if not words or rng.random() < 0.15:
        return rng.choice(phrases.RARE)
    word = rng.choice(words)
    return word.upper() if letter.isupper() else word.lower()


def _no_word(rng: random.Random) -> str:
    """A syllable that may not exist: what is read must be seen, words are the language model's business."""
    onset = rng.choice(phrases.ONSETS)
    vowel = unicodedata.normalize("NFC", rng.choice("aăâeêioôơuưy") + rng.choice(phrases.TONES))
    syllable = onset + rng.choice(("", "", "o", "u")) + vowel + rng.choice(phrases.CODAS)
    return rng.choice((str, str, str.capitalize, str.upper))(syllable)


def _no_english_word(rng: random.Random) -> str:
    parts = [rng.choice(phrases.CONSONANTS) + rng.choice("aeiou") for _ in range(rng.randint(1, 4))]
    word = "".join(parts) + rng.choice(("", "c", "n", "nce", "ct", "st", "ck", "ll", "tion", "ing", "rs", "y", "e"))
    return rng.choice((str, str, str.capitalize, str.upper))(word)


_DRAWN: dict[str, Callable[[random.Random], str]] = {
    "a": _amount,
    "apostrophe": lambda rng: rng.choice(phrases.APOSTROPHES),
    "day": lambda rng: str(rng.randint(1, 31)),
    "day0": lambda rng: f"{rng.randint(1, 31):02d}",
    "end": lambda rng: rng.choice((";", ".", ":", ",", "")),
    "english": lambda rng: rng.choice(phrases.ENGLISH),
    "fixed": lambda rng: rng.choice(phrases.FIXED),
    "host": _host,
    "hour": _hour,
    "kind": lambda rng: rng.choice(phrases.KINDS),
    "letter": lambda rng: rng.choice(LIST_LETTERS[:10]),
    "mail": _mail,
    "month": lambda rng: str(rng.randint(1, 12)),
    "month0": lambda rng: f"{rng.randint(1, 12):02d}",
    "n": lambda rng: str(int(10 ** rng.uniform(0, 2.3))),
    "nonsense": lambda rng: " ".join(_no_word(rng) for _ in range(rng.randint(2, 9))),
    "no english": lambda rng: " ".join(_no_english_word(rng) for _ in range(rng.randint(1, 5))),
    "numeral": lambda rng: rng.choice(phrases.NUMERALS[: rng.choice((8, 8, 8, 15))]),
    "office": lambda rng: rng.choice(phrases.OFFICES),
    "phone": _phone,
    "PLACE": lambda rng: rng.choice(phrases.PLACES).upper(),
    "rare": _rare,
    "serial": serial,
    "symbol": symbol,
    "year": _year,
    "years": _years,
}
# Fields that are words of real text, and how many letters of it.
_LENGTHS = {"long": (20, 75), "some": (20, 40), "more": (10, 25), "cell": (4, 26)}
_CAPITALS = {"CELL": (4, 26), "capitals": (15, 60)}


class _Fields(Mapping[str, str]):
    """What templates are filled with; each look gives another value."""

    def __init__(self, rng: random.Random, text: Paragraphs) -> None:
        self._rng, self._text = rng, text

    def __getitem__(self, name: str) -> str:
        rng = self._rng
        if name == "date":
            return rng.choice(phrases.DATES).format_map(self)
        if name == "head":
            head = rng.choice((rng.choice(phrases.HEADINGS), self._text.phrase(rng, 45)))
            return head.upper() if rng.random() < 0.45 else head
        if name in _LENGTHS:
            return self._text.phrase(rng, rng.randint(*_LENGTHS[name]))
        if name in _CAPITALS:
            return self._text.phrase(rng, rng.randint(*_CAPITALS[name])).upper()
        return _DRAWN[name](rng)

    def __iter__(self):  # type: ignore[no-untyped-def]  # noqa: ANN204  never walked through
        return iter(_DRAWN)

    def __len__(self) -> int:
        return len(_DRAWN)


def _number_line(rng: random.Random) -> Line:
    head = rng.choice(("Số: ", "Số: ", "Số: ", "Số:", "Số ", "Số : "))
    number, tail = serial(rng), symbol(rng)
    if rng.random() < 0.68:
        return Piece(head), Piece(number, by_pen=True), Piece(tail)
    if rng.random() < 0.1:
        return Piece(head, blanks=rng.randint(3, 12)), Piece(tail)
    number = " ".join(number) if rng.random() < 0.1 else number  # as numbering machines print
    return (Piece(head + number + (" " if rng.random() < 0.25 else "") + tail),)


def _date_line(rng: random.Random) -> Line:
    day, month = (_DRAWN[rng.choice((name, name + "0"))](rng) for name in ("day", "month"))
    start = f"{rng.choice(phrases.PLACES)}, ngày " if rng.random() < 0.93 else "Ngày "
    year, blanks = _year(rng), rng.randint(2, 8)
    by_pen = Piece(day, by_pen=True)
    forms: tuple[Line, ...] = (
        (Piece(start), by_pen, Piece(f" tháng {month} năm {year}")),
        (Piece(start), by_pen, Piece(" tháng "), Piece(month, by_pen=True), Piece(f" năm {year}")),
        (
            *(Piece(start), by_pen, Piece(" tháng "), Piece(month, by_pen=True)),
            *(Piece(f" năm {year[:3]}"), Piece(year[3], by_pen=True)),
        ),
        (Piece(start, blanks=blanks), Piece(f"tháng {month} năm {year}")),
        (Piece(start, blanks=blanks), Piece("tháng", blanks=blanks), Piece(f"năm {year}")),
        (Piece(f"{start}{day} tháng {month} năm {year}"),),
    )
    return rng.choices(forms, (40, 25, 5, 3, 3, 24))[0]


def _arrival(rng: random.Random) -> Line:
    day = f"{rng.randint(1, 31)}{rng.choice('/--..')}{rng.randint(1, 12)}"
    day += rng.choice(("", f"/{_year(rng)}", f"/{_year(rng)[2:]}"))
    lines: tuple[Line, ...] = (
        (Piece(rng.choice(("Số: ", "Số:", "Số "))), Piece(serial(rng), by_pen=True)),
        (Piece(rng.choice(("Ngày: ", "Ngày:", "Ngày "))), Piece(day, by_pen=True)),
        (Piece("ĐẾN Số: "), Piece(serial(rng), by_pen=True)),
        (Piece(serial(rng), by_pen=True),),
        (Piece(rng.choice(("ĐẾN", "Chuyển:"))),),
    )
    return rng.choices(lines, (3, 3, 1, 2, 0.6))[0]


_KINDS: dict[tuple[str, ...] | Callable[[random.Random], Line], float] = {
    _number_line: 34,
    _date_line: 24,
    _arrival: 5,
    phrases.HEADING: 13,
    phrases.ITEM: 14,
    phrases.SIGNS: 12,
    phrases.FIGURES: 11,
    phrases.CELL: 5,
    phrases.FIXED: 6,
    phrases.PLACE_LINES: 1.5,
    ("{capitals}",): 5,
    phrases.ENGLISH_LINES: 3,
    phrases.RARE_LINES: 13,
    ("{nonsense}",): 12,
    ("{no english}", "{no english} {english}", "{more} ({no english})", "{no english} of {no english}"): 8,
}
"""How often each kind is met; a kind is templates, or what makes one of parts by pen."""
