"""The place of a letterhead's date line and the area in the bodies' names are one name: each helps to read the other.

"UBND HUYỆN VÂN HẾ" over "Vân Hồ, ngày …": capitals lose their marks in recognition sooner than small letters, and
restoration may choose another word. Which spelling is right is told by the rest of the document, and where that is
silent by the date line. Only names that are the same without marks are put right, in recognised or restored lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.schema import FieldValue
from pipeline.structure.lines.model import Paragraph, Row
from pipeline.vietnamese.folding import fold

_LEVEL = r"(?:XÃ|XA|XÁ|PHƯỜNG|THỊ TRẤN|HUYỆN|QUẬN|THỊ XÃ|THÀNH PHỐ|TP\.?|TỈNH|ĐẶC KHU)"
_AREA = re.compile(rf"(?<![^\W_]){_LEVEL}\s+(?P<name>[^\W\d_]+(?:\s[^\W\d_]+){{0,3}})$")


def agreed(
    body: FieldValue | None, place: FieldValue | None, lines: Sequence[Paragraph], rows: Sequence[Row]
) -> tuple[FieldValue | None, FieldValue | None]:
    """(body, place) with their area's name spelt alike; `lines` are the bodies' lines, `rows` the document's."""
    area = _AREA.search(body.value or "") if body is not None else None
    if body is None or place is None or area is None or not place.value:
        return body, place
    name, where = area["name"], place.value
    if name.casefold() == where.casefold() or len(name.split()) != len(where.split()):
        return body, place
    read = [part.pieces[0].row.line for part in lines if part.pieces]
    as_read = any(_ends(line.text, name) and _ends(line.raw, where) and line.raw != line.text for line in read)
    recognised = any(part.pieces and part.pieces[0].row.recognised for part in lines)
    if not recognised or not (fold(name) == fold(where) or as_read):
        return body, place
    text = "\n".join(row.text for row in rows).casefold()
    own, other = (_mentions(text, spelling) for spelling in (name, where))
    if own > other:
        return body, place.model_copy(update={"value": name.title()})
    if own == other and not as_read:
        return body, place  # nothing tells which is right
    value = f"{(body.value or '')[: area.start('name')]}{where.upper()}"
    return body.model_copy(update={"value": value}), place


def _ends(text: str, name: str) -> bool:
    """Whether a line ends with a name, marks set aside."""
    return fold(text).rstrip(" .,;:").endswith(" " + fold(name))


def _mentions(text: str, name: str) -> int:
    return len(re.findall(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", text))
