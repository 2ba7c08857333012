"""What is on a page but not of its running text: seals, stamps, e-signatures, handwriting; taken out of the lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from pipeline.reading.engines.base import EngineLine
from pipeline.reading.layout.text_segments import gap
from pipeline.reading.page_image.colour import Inks
from pipeline.reading.page_image.ruled_lines import Rules
from pipeline.reading.weights import STANDARD
from pipeline.values import Box, MarkKind, PageMark, Word
from pipeline.vietnamese.administrative.personal_names import is_personal_name
from pipeline.vietnamese.folding import fold

# A word whose ink is red by this part belongs to a seal or a stamp: at 0.6 black figures of a JPEG were taken for red.
_RED_WORD = 0.7
_BLUE_WORD = 0.5
_STAMPED_WORDS = 30  # a stamp or a seal has fewer
# Where more of the page than this is blue, its text is printed so (or the scanner's white is off).
_BLUE_PAGE = 0.3
_STAMP_WIDTH, _STAMP_HEIGHT = (0.1, 0.42), (0.02, 0.16)
_SPACE = 0.5  # line heights: wider than a space of justified text, narrower than the room in a stamp's frame
# How high a stamp's head is, in parts of what is below it.
_HEAD = (0.15, 0.8)
_E_SIGNATURE = re.compile(r"^(nguoi ky|ky boi|duoc ky boi|ky so boi|thoi gian ky|ngay ky|email|signed by|co quan)\s*:")
_LETTERS = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class SetAside:
    """The lines that remain, and the marks that were made of the rest."""

    lines: tuple[EngineLine, ...]
    marks: tuple[PageMark, ...]


def set_aside(  # noqa: PLR0917
    lines: Sequence[EngineLine],
    rules: Rules,
    inks: Inks | None,
    on_page: Callable[[Box], Box],
    size: tuple[int, int],
    known: Callable[[str], bool] = lambda _text: True,
) -> SetAside:
    """Take seals, stamps and e-signatures out of the lines of a picture of `size`.

    `on_page` maps a box of the picture to the page, in whose pixels `inks` are asked; marks are in the picture's.
    `known` tells words that exist from those that do not.
    """
    marks: list[PageMark] = []
    rest = list(lines)
    for frame in stamp_frames(rules, size):
        under = {word for line in rest for word in _under(line, frame, known)}
        rest, mark = _taken(
            rest,
            lambda word, frame=frame, under=under: _inside(word, frame) and word not in under,  # type: ignore[misc]
            MarkKind.STAMP,
        )
        if mark:
            marks.append(replace(mark, box=frame))
    if inks is not None:
        coloured = inks
        names = [line for line in rest if is_personal_name(line.text)]  # some are stamped in red under the signature
        if _is_printed_red(rest, coloured, on_page):
            names = rest
        rest, mark = _taken(rest, lambda word: _is_red(word, coloured, on_page), MarkKind.STAMP, names)
        if mark and mark.box and not any(on_page(mark.box).meets(seal) for seal in coloured.seals):
            marks.append(mark)
    rest, signatures = _e_signatures(rest)
    rest, junk = _junk(rest, known)
    return SetAside(tuple(rest), (*marks, *signatures, *junk))


def stamp_frames(rules: Rules, size: tuple[int, int]) -> list[Box]:
    """Small closed frames, as arrival stamps have: two rules above each other, closed by one on either side."""
    width, height = size
    frames: list[Box] = []
    slack = 0.012 * width
    for at, left in enumerate(rules.vertical):
        for right in rules.vertical[at + 1 :]:
            wide = right.at - left.at
            overlap = min(left.stop, right.stop) - max(left.start, right.start)
            high = max(left.stop, right.stop) - min(left.start, right.start)
            small = _STAMP_WIDTH[0] * width < wide < _STAMP_WIDTH[1] * width and (
                _STAMP_HEIGHT[0] * height < high < _STAMP_HEIGHT[1] * height
            )
            if not small or overlap < 0.5 * high:
                continue
            spanning = [
                rule
                for rule in rules.horizontal
                if rule.start < left.at + slack
                and rule.stop > right.at - slack
                and rule.length < 1.2 * wide
                and min(left.start, right.start) - slack < rule.at < max(left.stop, right.stop) + slack
            ]
            if len(spanning) >= 2 and spanning[-1].at - spanning[0].at > 0.6 * high:
                top = _with_head(spanning[0].at, (left.start, right.start), spanning[-1].at)
                frames.append(Box(left.at, top, right.at, spanning[-1].at))
    return frames


def _with_head(top: int, sides: tuple[int, int], bottom: int) -> int:
    """Where a stamp begins: above its frame it may have a head with the receiver's name, whose upper rule is worn."""
    least, most = (part * (bottom - top) for part in _HEAD)
    return min(sides) if all(least < top - side < most for side in sides) else top


def _inside(word: Word, frame: Box) -> bool:
    return word.box is not None and frame.holds(word.box)


def _under(line: EngineLine, frame: Box, known: Callable[[str], bool]) -> list[Word]:
    """The words of a line of text that runs on under a stamp, as far as they were read.

    It comes out on both sides, or what is under the stamp follows the rest of it as word follows word: what is in the
    stamp stands farther off. There a word that exists counts however unsurely strokes of the stamp let it be read.
    """
    inside = [word for word in line.words if _inside(word, frame)]
    outside = [word.box for word in line.words if word.box and word not in inside]
    if len(inside) > len(outside):
        return []
    runs_on = any(box.left < frame.left for box in outside) and any(box.right > frame.right for box in outside)
    if runs_on:
        return [word for word in inside if word.confidence is None or word.confidence >= STANDARD.trust.guess]
    return [word for word in _following(line, inside) if not _is_nonsense(word.text, known)]


def _following(line: EngineLine, inside: Sequence[Word]) -> list[Word]:
    """Those of the words `inside` a stamp that no more than a word's space parts from the line's others."""
    found: list[Word] = []
    for words in (line.words, line.words[::-1]):
        before: Word | None = None
        for word in words:
            near = before is not None and _apart(before, word) <= _SPACE * line.box.height
            if word in inside and near and before is not None and (before in found or before not in inside):
                found.append(word)
            before = word
    return found


def _apart(one: Word, other: Word) -> int:
    """Pixels between two words of a line, whichever comes first."""
    return max(gap(one, other), gap(other, one))


def _is_red(word: Word, inks: Inks, on_page: Callable[[Box], Box]) -> bool:
    return word.box is not None and inks.red_share(on_page(word.box)) > _RED_WORD


def _is_printed_red(lines: Sequence[EngineLine], inks: Inks, on_page: Callable[[Box], Box]) -> bool:
    """Whether a page's text is itself red: most of its words are, and more of them than stamps have."""
    words = [word for line in lines for word in line.words]
    red = sum(_is_red(word, inks, on_page) for word in words)
    return red >= _STAMPED_WORDS and red > 0.5 * len(words)


def is_blue(box: Box, inks: Inks | None) -> bool:
    """Whether what stands in a box (in the page's pixels) is written in blue on a page printed in another colour."""
    if inks is None:
        return False
    everywhere = Box(0, 0, round(inks.all.shape[1] * inks.scale), round(inks.all.shape[0] * inks.scale))
    return inks.blue_share(everywhere) < _BLUE_PAGE and inks.blue_share(box) > _BLUE_WORD


def _taken(
    lines: Sequence[EngineLine],
    belongs: Callable[[Word], bool],
    kind: MarkKind,
    but: Sequence[EngineLine] = (),
) -> tuple[list[EngineLine], PageMark | None]:
    """The lines without the words that belong to a mark (those of `but` whole), and the mark."""
    rest: list[EngineLine] = []
    taken: list[Word] = []
    for line in lines:
        if line in but:
            rest.append(line)
            continue
        kept = tuple(word for word in line.words if not belongs(word))
        taken += [word for word in line.words if belongs(word)]
        if kept:
            rest.append(line if len(kept) == len(line.words) else _with_words(line, kept))
    boxes = [word.box for word in taken if word.box]
    if not boxes:
        return rest, None
    told = [word.text for word in taken if word.confidence is None or word.confidence >= STANDARD.trust.guess]
    return rest, PageMark(kind, Box.around(boxes), " ".join(told) or None)


def _with_words(line: EngineLine, words: tuple[Word, ...]) -> EngineLine:
    return replace(line, words=words, places=(), box=Box.around(word.box for word in words if word.box))


def _e_signatures(lines: Sequence[EngineLine]) -> tuple[list[EngineLine], list[PageMark]]:
    """Take out printed e-signature boxes: two or more of their labels close together."""
    labels = [line for line in lines if _E_SIGNATURE.match(fold(line.text))]
    if len(labels) < 2 or not any(fold(line.text).startswith(("nguoi ky", "ky boi", "duoc ky")) for line in labels):
        return list(lines), []
    unit = max(line.box.height for line in labels)
    around = Box.around(line.box for line in labels)
    if around.height > 12 * unit:
        return list(lines), []
    zone = around.grown(unit, unit)
    inside = [line for line in lines if zone.left <= line.box.left and zone.top - unit <= line.box.top <= zone.bottom]
    inside = [line for line in inside if line.box.right <= zone.right + 4 * unit]
    box = Box.around(line.box for line in inside)
    text = "\n".join(line.text for line in inside)
    return [line for line in lines if line not in inside], [PageMark(MarkKind.E_SIGNATURE, box, text)]


def _junk(lines: Sequence[EngineLine], known: Callable[[str], bool]) -> tuple[list[EngineLine], list[PageMark]]:
    """Take out what the engine itself does not believe in: whole lines of strokes that are no letters."""
    rest: list[EngineLine] = []
    marks: list[PageMark] = []
    for line in lines:
        doubted = all(
            word.confidence is not None and word.confidence < STANDARD.trust.guess and _is_nonsense(word.text, known)
            for word in line.words
        )
        if doubted and line.confidence < STANDARD.trust.guess:
            marks.append(PageMark(MarkKind.HANDWRITING, line.box, None, round(line.confidence, 4)))
        else:
            rest.append(line)
    return rest, marks


def _is_nonsense(text: str, known: Callable[[str], bool]) -> bool:
    """Whether a text is no word that exists, no number and no code."""
    letters = "".join(_LETTERS.findall(text))
    if len(letters) > 2 and known(letters):
        return False
    return "/" not in text and not any(char.isdigit() for char in text)
