"""Signers: authority (TM., KT., …), position and name, also of two who sign side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from pipeline.errors import ProblemCode
from pipeline.schema import FieldValue, Problem, Signer
from pipeline.structure.lines.model import Paragraph, location_of
from pipeline.structure.words.lexicon import lexicon
from pipeline.structure.words.positions import (
    HIGHLAND_READ,
    bare_name,
    halves,
    has_name_shape,
    is_body,
    is_position,
    is_position_shaped,
    looks_like_name,
    position_in,
)
from pipeline.vietnamese.administrative.family_names import with_own_marks
from pipeline.vietnamese.administrative.labels import AUTHORITY, AUTHORITY_INSIDE, AUTHORITY_SIGNS
from pipeline.vietnamese.administrative.matching import is_capitals, skeleton, squeeze, word_count
from pipeline.vietnamese.administrative.ranks import ranks_length
from pipeline.vietnamese.folding import fold
from pipeline.vietnamese.letters import LOWER, UPPER
from pipeline.vietnamese.syllables import is_syllable

_CALLS = frozenset(("KT", "K/T", "TL", "T/L", "TUQ"))  # who signs so names his own position
_NO_DEPUTY = frozenset(("TM", "TL", "TUQ", "TUN", "TƯQ", "Q", "QUYỀN"))  # only KT. calls for a deputy
_DAMAGED_SIGN = re.compile(rf"^(?P<sign>[A-ZĐ1l|]{{1,3}})\s?[.,:]\s?(?=[{UPPER}]{{2}})")
_APPROVAL = re.compile(r"^(?:phe duyet|duyet|xac nhan|y kien|thong qua|nguoi lap|ky ten)\b")
_SIGNED = re.compile(
    r"^\W*(?:đã ký|đã kí|ký tên|ký, ghi rõ họ tên|ký, đóng dấu|ký và ghi rõ họ tên)[^)]*\W*$", re.IGNORECASE
)
_HUMP = re.compile(rf"(?<=[{LOWER}])(?=[{UPPER}][{LOWER}])")  # "HoàngAnh": OCR lost the blank
_SIGNS_OF_SEALS = re.compile(r"[^\w\s.,;:()&'’/–-]")  # a seal's star and the like
_MIDDLE = frozenset("van thi huu dinh ngoc duc xuan quoc the trong duy ba viet sy cong".split())  # noqa: SIM905
_CUT_WORDS = 2
_CUT_SHIFT = (1.2, 6.0)  # letters that what is left of a cut name stands right of the middle
_CUT = 0.3  # the most confidence in a name of which a seal took the beginning
_APART = 0.3  # two printed lines share less of their height than this
_OPEN_LINE = re.compile(r"(?:\b(?:VÀ|CỦA|VỀ|CÁC)|[,&–-])$")  # a name in capitals goes on after it
_WIDE_GAP = re.compile(r"\t|\s{3,}")
_DEPUTY = 70.0  # likeness of a damaged line to the position that the authority above it calls for
_UNSURE = 0.6  # a name read with less confidence is reported, not trusted


@dataclass(slots=True)
class Block:
    """One signer's lines while they are being sorted."""

    authority: list[Paragraph] = field(default_factory=list)
    position: list[Paragraph] = field(default_factory=list)
    name: Paragraph | None = None
    sure_name: bool = False
    called_for: str | None = None  # the position that the authority calls for where the printed one is damaged

    @property
    def empty(self) -> bool:
        """Whether nothing was put in yet."""
        return not (self.authority or self.position or self.name)


def read_signers(
    parts: Sequence[Paragraph], *, covered: bool = False
) -> tuple[list[Signer], list[Paragraph], list[Problem]]:
    """(signers, lines that are none of theirs, problems) of the lines of a signature block.

    `covered` says that a seal or a signature lies on the page: a name that was not read may be under it.
    """
    signers: list[Signer] = []
    rest: list[Paragraph] = []
    problems: list[Problem] = []
    columns = _columns(parts)
    for column in columns:
        blocks, others = _blocks(column, beside=len(columns) > 1)
        rest += others
        for block in blocks:
            signers.append(_signer(block))
            problems += _problems(block, had_rest=bool(others) or covered)
    return signers, rest, problems


def is_signed_note(text: str) -> bool:
    """Whether a line only says that it was signed ("(Đã ký)")."""
    return bool(_SIGNED.match(text))


def is_approval(text: str) -> bool:
    """Whether a line in capitals is the head of an approver's block ("PHÊ DUYỆT CỦA SỞ Y TẾ")."""
    return is_capitals(text) and word_count(text) <= 12 and bool(_APPROVAL.match(fold(text)))


def _repaired(part: Paragraph) -> str:
    """A position's text; what OCR did to its known words is undone."""
    known = position_in(part.text)
    words = part.text.split()
    if known is None or not part.pieces[-1].row.recognised or not is_capitals(part.text):
        return part.text
    return " ".join([known, *words[len(known.split()) :]])


def _side_by_side(part: Paragraph) -> list[Paragraph]:
    """The pieces of a line that two signers share: cut at a wide gap, or where a second position or name begins."""
    if len(part.pieces) != 1:
        return [part]
    chunks = _wide_chunks(part)
    if len(chunks) < 2:
        chunks = _two_authorities(part.text) or halves(part.text)
    pieces, at = [], 0
    for chunk in chunks:
        start = part.text.index(chunk, at)
        at = start + len(chunk)
        pieces.append(part.cut(start, at))
    return pieces


def _two_authorities(text: str) -> list[str]:
    """The two authorities of a line ("KT. GIÁM ĐỐC SỞ X KT. GIÁM ĐỐC SỞ Y"), unless the second only repeats the first.

    "TM. ỦY BAN NHÂN DÂN KT. CHỦ TỊCH" are two lines of one signer: different signs.
    """
    first = AUTHORITY.match(text)
    second = AUTHORITY_INSIDE.search(text, first.end()) if first else None
    if first is None or second is None or first["sign"].replace("/", "") != second[0][: len(first["sign"])]:
        return []
    return [text[: second.start()].strip(), text[second.start() :].strip()]


def _wide_chunks(part: Paragraph) -> list[str]:
    """The line's words in runs between wide gaps, by the words' boxes or by the blanks of a dump."""
    line = part.pieces[0].row.line
    words = part.text.split()
    boxes = [word.box for word in line.words]
    chunks = [squeeze(chunk) for chunk in _WIDE_GAP.split(line.raw.strip()) if chunk.strip()]
    if " ".join(chunks) == part.text and (line.box is None or len(chunks) > 1):
        return chunks
    if line.box is None:
        return [part.text]
    if len(boxes) != len(words) or any(box is None for box in boxes):
        return [part.text]
    known = [box for box in boxes if box is not None]
    wide = 5 * line.box.width / max(1, len(part.text))
    chunks = [words[0]]
    for before, after, word in zip(known, known[1:], words[1:], strict=False):
        if after.left - before.right > wide:
            chunks.append(word)
        else:
            chunks[-1] += f" {word}"
    return chunks


def _columns(lines: Sequence[Paragraph]) -> list[list[Paragraph]]:
    """The lines by the column they stand in, left to right."""
    cut = [_side_by_side(line) for line in lines]
    parts = [piece for pieces in cut for piece in pieces]
    if any(part.place().box is None for part in parts):
        count = max((len(pieces) for pieces in cut), default=0)
        sides: list[list[Paragraph]] = [[] for _ in range(max(1, count))]
        for pieces in cut:
            first = count - 1 if len(pieces) == 1 and _stands_right(pieces[0]) else 0
            for place, piece in enumerate(pieces, start=first):
                sides[place].append(piece)
        return sides
    columns: list[tuple[int, int, list[Paragraph]]] = []
    for part in parts:
        box = part.place().box
        assert box is not None
        for position, (left, right, column) in enumerate(columns):
            overlap = min(right, box.right) - max(left, box.left)
            if overlap > 0.25 * min(right - left, box.width):
                columns[position] = (min(left, box.left), max(right, box.right), [*column, part])
                break
        else:
            columns.append((box.left, box.right, [part]))
    return [column for _, _, column in sorted(columns, key=lambda entry: entry[0])]


def _stands_right(part: Paragraph) -> bool:
    raw = part.pieces[0].row.line.raw
    return len(raw) - len(raw.lstrip()) > 30


def _blocks(parts: Sequence[Paragraph], *, beside: bool) -> tuple[list[Block], list[Paragraph]]:
    """The signers of one column, from top to bottom, and the lines that belong to none.

    Where others sign `beside` them, each has the name of his body above.
    """
    blocks = [Block()]
    rest: list[Paragraph] = []
    previous: Paragraph | None = None
    for part in (piece for whole in parts for piece in _cut_line(whole)):
        block = blocks[-1]
        text = part.text
        before, previous = previous, part
        if not any(char.isalpha() for char in text) or _SIGNED.match(text):
            rest.append(part)
        elif _stays_open(block, before):
            (block.position or block.authority).append(part)  # "… SỞ GIÁO DỤC VÀ" / "ĐÀO TẠO", which is no name
        elif not _is_acting(text) and (
            _is_authority(text)
            or (_APPROVAL.match(fold(text)) and not is_position(text))
            or (beside and is_body(text) and not is_position(text) and _fresh_or_named(block))
        ):
            block = _fresh(blocks)
            block.authority.append(part)
        elif (
            is_position(text)
            or _is_acting(text)
            or (not block.position and block.name is None and _shaped_like_position(part))
            or (block.authority and not block.position and block.name is None and is_position(_known(text)))
        ):
            block = _fresh(blocks)
            if not block.position and (deputy := _deputy_called_for(block)) == f"PHÓ {text.strip(' .,:*_')}":
                block.called_for = deputy  # its PHÓ is lost under the seal: nobody signs for himself
            block.position.append(part)
        elif not block.position and (deputy := _deputy_of(block, part)):
            block.position.append(part)
            block.called_for = deputy
        elif looks_like_name(text):
            rest += _with_name(_fresh(blocks) if block.sure_name else block, part)
        elif _goes_on(block, before, part):
            (block.position or block.authority).append(part)
        elif block.position and block.name is None and has_name_shape(bare_name(_HUMP.sub(" ", _tidy(text)))):
            block.name = part
        else:
            rest.append(part)
    found = [block for block in blocks if not block.empty]
    # A name or noise alone, without position or authority beside others that have one, signs nothing.
    if any(block.position or block.authority for block in found):
        rest += [block.name for block in found if block.name and not (block.position or block.authority)]
        found = [block for block in found if block.position or block.authority]
    return found, rest


def _known(text: str) -> str:
    """A post that is typed in small letters ("Chủ tịch") as the list of posts has it; '' for other lines."""
    upper = text.strip(" .,:*_").upper()
    return upper if text[:1].isupper() and not text.isupper() and lexicon().positions.get(skeleton(upper)) else ""


def _shaped_like_position(part: Paragraph) -> bool:
    """Whether a line read with confidence is built like a signer's position, though no list has it."""
    confidence = part.place().confidence
    return (confidence is None or confidence >= _UNSURE) and is_position_shaped(part.text)


def _deputy_called_for(block: Block) -> str | None:
    """The position "PHÓ X" that "KT. X" in a scanned block calls for: who signs for X is X's deputy."""
    if not block.authority or block.name is not None or block.authority[-1].place().box is None:
        return None
    sign = AUTHORITY.match(block.authority[-1].text) or _DAMAGED_SIGN.match(block.authority[-1].text)
    if sign is None or sign["sign"].replace("/", "").replace(" ", "") in _NO_DEPUTY:
        return None
    chief = position_in(block.authority[-1].text[sign.end() :])
    return None if chief is None or chief.startswith("PHÓ") else f"PHÓ {chief}"


def _deputy_of(block: Block, part: Paragraph) -> str | None:
    """The position "PHÓ X" when a damaged line under "KT. X" says it."""
    text = part.text
    deputy = _deputy_called_for(block) if is_capitals(text) else None
    confidence = part.place().confidence
    clear = confidence is None or confidence >= _UNSURE
    if deputy is None or (clear and word_count(text) != word_count(deputy)):
        return None  # no word is put in that the ink does not show: "PHÓ VĂN PHÒNG" signs for CHÁNH VĂN PHÒNG too
    return deputy if fuzz.ratio(skeleton(text), skeleton(deputy)) >= _DEPUTY else None


def _is_acting(text: str) -> bool:
    """Whether a line is the position of who holds it for the time being: "Q. CHỦ TỊCH", "QUYỀN GIÁM ĐỐC"."""
    sign = AUTHORITY.match(text)
    return sign is not None and sign["sign"] in ("Q", "QUYỀN") and is_position(text[sign.end() :])


def _fresh_or_named(block: Block) -> bool:
    """Whether a block has nothing yet, or has all it needs: a body's name opens the next."""
    return block.empty or block.name is not None


def _with_name(block: Block, name: Paragraph) -> list[Paragraph]:
    """Give a block its sure name; what had been taken for one before is returned."""
    doubtful = [block.name] if block.name is not None else []
    block.name, block.sure_name = name, True
    return doubtful


def _stays_open(block: Block, before: Paragraph | None) -> bool:
    """Whether the line above, a body's or position's, ends in the middle of its name."""
    filled = block.position or block.authority
    return bool(filled) and filled[-1] is before and _OPEN_LINE.search(filled[-1].text) is not None


def _fresh(blocks: list[Block]) -> Block:
    """The block to go on with: a new one once the last has its name."""
    if blocks[-1].name is not None:
        blocks.append(Block())
    return blocks[-1]


def _cut_line(part: Paragraph) -> list[Paragraph]:
    """A line that carries authority and position at once, cut before the position."""
    if not is_capitals(part.text) or not _is_authority(part.text):
        return [part]
    cut = re.search(r"(?<=\s)PH[ÓO]\s", part.text)
    return [part.cut(0, cut.start()), part.cut(cut.start())] if cut else [part]


def _is_authority(text: str) -> bool:
    if AUTHORITY.match(text):
        return True
    damaged = _DAMAGED_SIGN.match(text)
    return damaged is not None and (is_position(text[damaged.end() :]) or is_body(text[damaged.end() :]))


def _goes_on(block: Block, before: Paragraph | None, part: Paragraph) -> bool:
    """Whether a line in capitals is the second line of the body or position right above it."""
    filled = block.position or block.authority
    if not filled or filled[-1] is not before or block.name is not None:
        return False
    text = part.text
    if _lies_on(filled[-1], part):
        return False  # a seal's words
    if not is_capitals(text) or word_count(text) > 10 or not word_count(text) > 1 or _SIGNS_OF_SEALS.search(text):
        return False
    confidence = part.place().confidence
    whole = all(is_syllable(word.strip(".,-–").lower()) or len(word) < 3 or "-" in word for word in text.split())
    return confidence is None or (confidence >= _UNSURE and whole)


def _lies_on(above: Paragraph, below: Paragraph) -> bool:
    """Whether two lines of a column lie on each other, as two printed lines never do."""
    first, second = above.place().box, below.place().box
    if first is None or second is None or above.place().page != below.place().page:
        return False
    across, shared = first.overlap(second)
    return across > 0 and shared > _APART * min(first.height, second.height)


def _signer(block: Block) -> Signer:
    position = _field(block.position, block.called_for)
    return Signer(authority=_authority(block), position=position, name=_name(block) if block.name else None)


def _authority(block: Block) -> FieldValue | None:
    """The authority as it is written, its sign repaired: 'KT. CHỦ TỊCH'."""
    if not block.authority:
        return None
    deputy = bool(block.position) and fold(block.position[0].text).startswith("pho")
    texts = [_with_sign(part.text, deputy) for part in block.authority]
    return _read_as(block.authority, squeeze(" ".join(texts)))


def _with_sign(text: str, deputy: bool) -> str:
    match = AUTHORITY.match(text) or _DAMAGED_SIGN.match(text)
    if not match:
        return text.strip(" .,;:*_-")
    body = text[match.end() :].strip(" .,;:*_-")
    if "/" in match["sign"]:
        return f"{match['sign'].replace(' ', '')} {body}"
    sign = re.sub(r"[\s.]", "", match["sign"]).replace("TƯQ", "TUQ")
    if sign == "P":
        return f"P. {body}"  # phó, as some write it; no damaged Q.
    if sign not in (*AUTHORITY_SIGNS, "QUYỀN"):
        likely = "TM" if is_body(body) and not is_position(body) else "KT" if deputy else None
        sign = likely or min(AUTHORITY_SIGNS, key=lambda known: Levenshtein.distance(sign, known))
    return f"{sign}. {body}" if sign != "QUYỀN" else f"{sign} {body}"


def _field(parts: Sequence[Paragraph], called_for: str | None) -> FieldValue | None:
    if not parts:
        return None
    text = called_for or squeeze(" ".join(_repaired(part) for part in parts)).strip(" .,;:*_-")
    return _read_as(parts, text) if text else None


def _read_as(parts: Sequence[Paragraph], value: str) -> FieldValue:
    """`value` at the place of `parts`, with less confidence where other words than the printed ones were read."""
    place = location_of(piece.row for part in parts for piece in part.pieces)
    printed = " ".join(part.text for part in parts)
    return replace(place, mended=place.mended or skeleton(printed) != skeleton(value)).field(value)


def _tidy(text: str) -> str:
    """A name without the digits and signs that a seal or a pen stroke put in front of it."""
    return re.sub(r"^[\W\d_]+", "", text)


def _name(block: Block) -> FieldValue:
    part = block.name
    assert part is not None
    text = squeeze(_HUMP.sub(" ", HIGHLAND_READ.sub(r"\1’", _tidy(part.text)))).strip(" .,;:*_-")
    words = text.split()
    first = len(text[: ranks_length(text)].split())
    confidence = part.place().confidence
    if confidence is not None and first < len(words):
        words[first] = with_own_marks(words[first])
    value = " ".join(words)
    if not _is_cut(value, block):
        return _read_as([part], value)
    place = part.place()
    return replace(place, mended=True, confidence=min(_CUT, place.confidence or _CUT)).field(value)


def _is_cut(name: str, block: Block) -> bool:
    """Whether a seal or a stroke took the family name of a recognised name.

    Two words are left, the first a middle name ("Văn Phúc"), or they stand right of the lines above by half a word.
    """
    part = block.name
    words = fold(bare_name(name)).split()
    if part is None or not part.pieces[-1].row.recognised or len(words) != _CUT_WORDS:
        return False
    box = part.place().box
    above = [line.place().box for line in (*block.authority, *block.position) if line.place().page == part.place().page]
    if words[0] in _MIDDLE or box is None:
        return words[0] in _MIDDLE
    shifts = [box.centre[0] - other.centre[0] for other in above if other is not None]
    nearest = min(shifts, key=abs, default=0.0) * len(name) / max(1, box.width)
    return _CUT_SHIFT[0] < nearest < _CUT_SHIFT[1]


def _problems(block: Block, *, had_rest: bool) -> list[Problem]:
    """What is doubtful or missing of a signer: his name, and the position that his authority calls for."""
    place = location_of(piece.row for part in block.authority for piece in part.pieces)
    signs_for = any((AUTHORITY.match(part.text) or {"sign": ""})["sign"] in _CALLS for part in block.authority)
    missing = []
    if signs_for and not block.position and place.box is not None:
        message = "The signer's position could not be read; a seal or a signature may cover it."
        missing = [Problem(code=ProblemCode.FIELD_UNREADABLE, message=message, page=place.page)]
    return [*missing, *_name_problems(block, had_rest)]


def _name_problems(block: Block, had_rest: bool) -> list[Problem]:
    """A problem when a name is not there though something was read in its place, or is doubtful."""
    if block.name is not None:
        place = block.name.place()
        cut = _is_cut(block.name.text, block)
        if not cut and (place.confidence is None or (place.confidence >= _UNSURE and block.sure_name)):
            return []
        why = ", and its beginning seems to be lost" if cut else " with little confidence"
        message = f"The signer's name was read as “{block.name.text}”{why}; check it on the page."
        return [Problem(code=ProblemCode.FIELD_UNREADABLE, message=message, page=place.page)]
    place = location_of(piece.row for part in (*block.authority, *block.position) for piece in part.pieces)
    if place.box is None or not had_rest:
        return []
    message = "The signer's name could not be read; a seal or a signature may cover it."
    return [Problem(code=ProblemCode.FIELD_UNREADABLE, message=message, page=place.page)]
