"""Signs of symbol fonts (Wingdings, Symbol) in Unicode: arrows, ticks and bullets that Word keeps as font and number.

Their numbers reach us in the private use area (U+F0E0), as `w:sym`, or as the letter that has the same number ('à' set
in Wingdings is an arrow: Word writes it for '-->'). Bullets come out as the signs that Vietnamese documents use.
"""

from __future__ import annotations

import re

_PRIVATE = re.compile("[\uf000-\uf0ff]")
_FIRST = 0xF000


def _row(first: int, signs: str) -> dict[int, str]:
    return dict(enumerate(signs, start=first))


_SYMBOL = {
    **_row(0x20, " !∀#∃%&∋()∗+,-./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"),
    **_row(0xA0, "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊⟨®©™∑"),
}
_WINGDINGS = {
    0x20: " ",
    **_row(0x21, "✏✂✁👓🔔📖🕯☎✆✉🖃📪📫📬📭📁📂📄🗏🗐🗄⌛🖮🖰🖲🖳🖴🖫🖬✇✍"),
    **_row(0x41, "✌👌👍👎☜☞☝☟🖐☺😐☹💣☠⚐🏱✈☼💧❄🕆✞🕈✠✡☪☯ॐ☸♈♉♊♋♌♍♎♏♐♑♒♓"),
    **_row(0x6C, "●❍■□◻❑❒⬧◆◆❖⬥⌧⍓⌘❀✿❝❞"),
    **_row(0x80, "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿"),
    **_row(0x9E, "·•▪○◯◯◉◎○▪□▴✦★✶✴✹✵"),
    0xB5: "✪",
    0xB6: "✰",
    **dict.fromkeys(range(0xB7, 0xC3), "•"),  # clocks, and Symbol's bullet under Wingdings' name
    0xD5: "⌫",
    0xD6: "⌦",
    0xD8: "•",  # an arrowhead, which lists are set with
    0xDC: "➲",
    **_row(0xDF, "←→↑↓↖↗↙↘←→↑↓↖↗↙↘⇦⇨⇧⇩⬄⇳"),
    **_row(0xFB, "✗✓☒☑"),
}
_WINGDINGS_2 = {0x20: " ", 0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x96: "•", 0x97: "●",
                0xA2: "■", 0xA3: "□", 0xEA: "★"}  # fmt: skip
_WINGDINGS_3 = {0x20: " ", 0x22: "→", 0x66: "←", 0x67: "→", 0x68: "↑", 0x69: "↓", 0x7D: "▶", 0x84: "◀"}
_FONTS = (("wingdings 2", _WINGDINGS_2), ("wingdings2", _WINGDINGS_2), ("wingdings 3", _WINGDINGS_3),
          ("wingdings3", _WINGDINGS_3), ("wingdings", _WINGDINGS), ("symbol", _SYMBOL))  # fmt: skip
# Without a font: what programs use most of either table.
_USUAL = {
    number: sign
    for number, sign in (_SYMBOL | _WINGDINGS).items()
    if number > 0x7E or (0x6C <= number <= 0x77 and sign not in "◆❝❞")
} | {number: _SYMBOL[number] for number in (0x2B, 0x2D, *range(0xA1, 0xA7), *range(0xAC, 0xBF), 0xD6, 0xD7)}
_USUAL |= {0x20: " ", 0xA7: "▪", 0xA8: "□", 0xD8: "•", 0x4A: "☺", 0x46: "☞", 0x2A: "✉", 0x28: "☎"}
_UNKNOWN = "•"


def sign_of(code: int, font: str | None) -> str:
    """The sign with this number (0xE0 or 0xF0E0) in a symbol font; a bullet for one that is not known."""
    table = _table(font)
    return (_USUAL if table is None else table).get(code & 0xFF, _UNKNOWN)


def in_unicode(text: str, font: str | None = None) -> str:
    """`text` set in `font` (None: nobody knows) with the signs of symbol fonts as Unicode has them."""
    table = _table(font) if font else None
    if table is not None:
        return "".join(table.get(ord(char) & 0xFF, _UNKNOWN) if _has_number(char) else char for char in text)
    if not _PRIVATE.search(text):
        return text
    return _PRIVATE.sub(lambda sign: sign_of(ord(sign[0]), font), text)


def _has_number(char: str) -> bool:
    return ord(char) < 0x100 or _FIRST <= ord(char) < _FIRST + 0x100


def _table(font: str | None) -> dict[int, str] | None:
    name = (font or "").lower()
    return next((table for known, table in _FONTS if name.startswith(known)), None)
