"""Sets a plan on A4 pages by the rules of Nghị định 30/2020 (Phụ lục I): every word gets its place.

Points, origin at the top left. Left letterhead column comes before the right one and the recipients before the signer,
so that the order of the lines is the reading order of the gold text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from renderer.source import Block, Node, Plan

WIDTH, HEIGHT = 595.3, 841.9
LEFT, RIGHT, TOP, BOTTOM = 85.0, 595.3 - 50.0, 57.0, 841.9 - 57.0
INDENT = 36.0
FONT_FOLDER = "/usr/share/fonts/truetype/liberation2/"
FONTS = {"regular": "Regular", "bold": "Bold", "italic": "Italic", "bold-italic": "BoldItalic"}

Styled = tuple[str, str]


def register_fonts() -> None:
    """Makes Liberation Serif (metrics of Times New Roman) known to reportlab."""
    for style, suffix in FONTS.items():
        pdfmetrics.registerFont(TTFont(style, f"{FONT_FOLDER}LiberationSerif-{suffix}.ttf"))


@dataclass(frozen=True)
class PlacedWord:
    """A word, its left end and baseline."""

    text: str
    x: float
    y: float
    style: str
    size: float


@dataclass
class PlacedLine:
    """A printed line; `starts` marks the first line of a paragraph, `folio` a page number (no part of the text)."""

    words: list[PlacedWord]
    starts: bool = False
    folio: bool = False

    @property
    def text(self) -> str:
        """The line as a reader would type it."""
        return " ".join(word.text for word in self.words)


@dataclass
class PlacedPage:
    """A page: lines in reading order, rules (x0, y0, x1, y1), and where signatures go."""

    lines: list[PlacedLine] = field(default_factory=list)
    rules: list[tuple[float, float, float, float]] = field(default_factory=list)
    signatures: list[tuple[float, float]] = field(default_factory=list)


def text_width(text: str, style: str, size: float) -> float:
    """Width in points."""
    return float(pdfmetrics.stringWidth(text, style, size))


def styled(text: str, style: str = "regular") -> list[Styled]:
    """The words of a text in one style."""
    return [(word, style) for word in text.split()]


def break_lines(words: list[Styled], size: float, width: float, indent: float) -> list[list[Styled]]:
    """Greedy line breaking."""
    lines: list[list[Styled]] = [[]]
    used = indent
    for word in words:
        space = text_width(" ", word[1], size) if lines[-1] else 0.0
        needed = space + text_width(word[0], word[1], size)
        if lines[-1] and used + needed > width:
            lines.append([])
            used, needed = 0.0, text_width(word[0], word[1], size)
        lines[-1].append(word)
        used += needed
    return lines


class Typesetter:
    """Fills pages from top to bottom."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.size = float(plan.get("font_size", 14))
        self.leading = self.size * float(plan.get("line_spacing", 1.22))
        self.pages = [PlacedPage()]
        self.y = TOP

    def set_plan(self) -> list[PlacedPage]:
        """All pages of the document."""
        self._letterhead()
        self._title()
        for line in self.plan.get("title_office", []):
            self._centred(line, "bold", self.size, gap=2)
        for paragraph in self.plan.get("preamble", []):
            self.paragraph(styled(paragraph, self.plan.get("preamble_style", "regular")))
        for line in self.plan.get("enacting", []):
            self._centred(line, "bold", self.size, gap=4)
        for node in self.plan.sections:
            self._node(node)
        if closing := self.plan.get("closing"):
            self.paragraph(styled(closing))
        self._signing()
        for annex, source in zip(self.plan.annexes, self.plan.get("annexes", []), strict=True):
            self._annex(annex, source)
        return self.pages

    # ------------------------------------------------------------ building blocks

    def new_page(self) -> None:
        """Starts a page with its number centred above the text."""
        self.pages.append(PlacedPage())
        self.y = TOP
        number = str(len(self.pages))
        x = WIDTH / 2 - text_width(number, "regular", 13) / 2
        self.pages[-1].lines.append(PlacedLine([PlacedWord(number, x, TOP - 20, "regular", 13)], folio=True))

    def need(self, height: float) -> None:
        """Goes to a new page when less than `height` is left."""
        if self.y + height > BOTTOM:
            self.new_page()

    def place(self, words: Iterable[Styled], x: float, y: float, size: float, *, starts: bool = False) -> None:
        """Puts one ragged line at x, y (top of the line)."""
        placed = []
        for text, style in words:
            placed.append(PlacedWord(text, x, y + size, style, size))
            x += text_width(text + " ", style, size)
        self.pages[-1].lines.append(PlacedLine(placed, starts))

    def paragraph(self, words: list[Styled], *, indent: float = INDENT, before: float = 5.0) -> None:
        """A justified paragraph with a first-line indent."""
        self.y += before
        lines = break_lines(words, self.size, RIGHT - LEFT, indent)
        for number, line in enumerate(lines):
            self.need(self.leading)
            x = LEFT + (indent if number == 0 else 0.0)
            natural = sum(text_width(text, style, self.size) for text, style in line)
            spaces = max(1, len(line) - 1)
            gap = text_width(" ", "regular", self.size)
            if number < len(lines) - 1:
                gap = (RIGHT - x - natural) / spaces
            placed = []
            for text, style in line:
                placed.append(PlacedWord(text, x, self.y + self.size, style, self.size))
                x += text_width(text, style, self.size) + gap
            self.pages[-1].lines.append(PlacedLine(placed, starts=number == 0))
            self.y += self.leading

    def _centred(self, text: str, style: str, size: float, *, gap: float = 0.0, starts: bool = True) -> None:
        for number, line in enumerate(break_lines(styled(text, style), size, (RIGHT - LEFT) * 0.86, 0.0)):
            self.need(size * 1.25)
            width = text_width(" ".join(word for word, _ in line), style, size)
            self.place(line, (LEFT + RIGHT - width) / 2, self.y, size, starts=starts and number == 0)
            self.y += size * 1.22
        self.y += gap

    def _column(self, lines: list[tuple[str, str, float]], centre: float, y: float) -> float:
        """Centred lines of a letterhead or signing column, each (text, style, size); the y below them."""
        for number, (text, style, size) in enumerate(lines):
            width = text_width(" ".join(text.split()), style, size)
            self.place(styled(text, style), centre - width / 2, y, size, starts=number == 0)
            y += size * 1.2
        return y

    def _rule(self, centre: float, width: float, y: float) -> None:
        self.pages[-1].rules.append((centre - width / 2, y, centre + width / 2, y))

    # ------------------------------------------------------------ parts of the document

    def _letterhead(self) -> None:
        plan, left, right = self.plan, LEFT + 88.0, RIGHT - 132.0
        size = 12.5
        parent = plan.get("parent_body")
        bodies = [(text, "regular", size) for text in plan.get("parent_lines", [parent] if parent else [])]
        bodies += [(text, "bold", size) for text in plan.get("issuing_lines", [plan.get("issuing_body")])]
        if plan.get("letterhead") == "party":
            bodies.append(("*", "regular", size))
        y = self._column(bodies, left, self.y)
        if plan.get("letterhead") != "party":
            self._rule(left, 62, y + 2)
        number_y = max(y + 6, self.y + 2 * size * 1.2 + 12)
        number = plan.get("number_printed", f"Số: {plan.get('number')}")
        gap = number.find("  ")
        if gap < 0:
            self._column([(number, "regular", 13)], left, number_y)
        else:  # a blank left for the number to be written by hand
            width = text_width(number, "regular", 13)
            before, after = number[:gap], number[gap:].strip()
            self.pages[-1].lines.append(
                PlacedLine(
                    [
                        PlacedWord(before, left - width / 2, number_y + 13, "regular", 13),
                        PlacedWord(
                            after, left + width / 2 - text_width(after, "regular", 13), number_y + 13, "regular", 13
                        ),
                    ],
                    starts=True,
                )
            )
        self._right_letterhead(right, number_y)
        self.y = number_y + 13 * 1.3 + 12

    def _right_letterhead(self, centre: float, date_y: float) -> None:
        kind = self.plan.get("letterhead", "state")
        if kind == "state":
            nation = [
                ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "bold", 12.0),
                ("Độc lập - Tự do - Hạnh phúc", "bold", 13.0),
            ]
        else:
            nation = [({"party": "ĐẢNG CỘNG SẢN VIỆT NAM", "youth": "ĐOÀN TNCS HỒ CHÍ MINH"}[kind], "bold", 13.0)]
        y = self._column(nation, centre, self.y)
        self._rule(centre, text_width(nation[-1][0], "bold", nation[-1][2]), y + 2)
        date = self.plan.get("date_printed")
        width = text_width(date, "italic", 13)
        x = centre - width / 2
        words = []
        for text in date.split(" "):  # empty strings are the blanks left for a day to be written by hand
            if text:
                words.append(PlacedWord(text, x, date_y + 13, "italic", 13))
            x += text_width(text + " ", "italic", 13)
        self.pages[-1].lines.append(PlacedLine(words, starts=True))

    def _title(self) -> None:
        self._centred(self.plan.get("document_type"), "bold", self.size + 0.5)
        for number, line in enumerate(self.plan.get("subject_lines", [self.plan.get("subject")])):
            self._centred(line, "bold", self.size, starts=number == 0)
        self._rule((LEFT + RIGHT) / 2, 110, self.y + 3)
        self.y += 10

    def _node(self, node: Node) -> None:
        heading_styles = self.plan.get("heading_styles", ["bold", "bold", "bold-italic", "italic"])
        style = heading_styles[min(node.level, len(heading_styles)) - 1]
        words: list[Styled] = []
        if node.printed:
            number_style = style if node.heading else self.plan.get("item_style", "regular")
            words += styled(node.printed, number_style)
        words += styled(node.heading or "", style)
        blocks = list(node.blocks)
        if node.inline and blocks:
            words += styled(blocks.pop(0).text)
        if node.printed is None and node.level == 1 and not node.inline:
            self.y += 6
            self._centred(node.heading or "", style, self.size)
        else:
            if node.heading:  # a heading does not stand alone at the foot of a page
                self.need(2 * self.leading + 5)
            self.paragraph(words, before=8.0 if node.level == 1 else 5.0)
        for block in blocks:
            self._block(block)
        for child in node.children:
            self._node(child)

    def _block(self, block: Block) -> None:
        if block.kind == "table":
            self._table(block)
        else:
            self.paragraph(styled(block.text))

    def _table(self, block: Block) -> None:
        size, pad = 12.0, 4.0
        scale = (RIGHT - LEFT) / sum(block.columns)
        edges = [LEFT]
        for column in block.columns:
            edges.append(edges[-1] + column * scale)
        self.y += 8
        for row_number, row in enumerate(block.rows):
            style = "bold" if row_number == 0 else "regular"
            cells = [
                break_lines(styled(text, style), size, edges[i + 1] - edges[i] - 2 * pad, 0.0)
                for i, text in enumerate(row)
            ]
            height = max(len(lines) for lines in cells) * size * 1.2 + 2 * pad
            self.need(height)
            for i, lines in enumerate(cells):
                y = self.y + pad
                for number, line in enumerate(lines):
                    if not line:
                        continue
                    width = text_width(" ".join(word for word, _ in line), style, size)
                    centred = row_number == 0 or block.columns[i] * scale < 70
                    x = (edges[i] + edges[i + 1] - width) / 2 if centred else edges[i] + pad
                    self.place(line, x, y, size, starts=number == 0)
                    y += size * 1.2
            top, bottom = self.y, self.y + height
            rules = self.pages[-1].rules
            rules += [(edges[0], top, edges[-1], top), (edges[0], bottom, edges[-1], bottom)]
            rules += [(x, top, x, bottom) for x in edges]
            self.y += height
        self.y += 6

    def _signing(self) -> None:
        recipients, signers = self.plan.get("recipients", []), self.plan.get("signers", [])
        height = max(len(recipients) * 14 + 20, 150)
        two = len(signers) > 1
        self.need(height + (150 if two else 0) + 12)
        self.y += 14
        top = self.y
        if two:
            bottom = max(self._signer(s, x, top) for s, x in zip(signers, (LEFT + 95, RIGHT - 105), strict=True))
            self._recipients(recipients, bottom + 8)
        else:
            self._recipients(recipients, top)
            bottom = self._signer(signers[0], RIGHT - 125, top)
        self.y = max(bottom, top + height)

    def _recipients(self, recipients: list[str], y: float) -> None:
        if not recipients:
            return
        self.place(styled("Nơi nhận:", "bold-italic"), LEFT, y, 12, starts=True)
        y += 15
        for number, text in enumerate(recipients):
            end = "." if number == len(recipients) - 1 else ";"
            for line in break_lines(styled(f"- {text}{end}"), 11, 205, 0.0):
                self.place(line, LEFT, y, 11)
                y += 13.2

    def _signer(self, signer: dict[str, str], centre: float, y: float) -> float:
        titles = [signer[key] for key in ("authority", "position") if signer.get(key)]
        lines = [(line, "bold", 13.5) for title in titles for line in title.split("\n")]
        y = self._column(lines, centre, y)
        self.pages[-1].signatures.append((centre, y + 32))
        y += 66
        return self._column([(signer["name"], "bold", 13.5)], centre, y)

    def _annex(self, node: Node, source: dict[str, object]) -> None:
        self.new_page()
        for number, line in enumerate(source["title"]):  # type: ignore[arg-type]
            self._centred(line, "bold", self.size, starts=number == 0)
        if reference := source.get("reference"):
            self._centred(str(reference), "italic", 13)
        self.y += 6
        for block in node.blocks:
            self._block(block)
        for child in node.children:
            self._node(child)
