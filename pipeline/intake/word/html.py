"""HTML as Word keeps it (pages saved as .doc, parts of a DOCX) as the paragraphs and tables of a Word document.

What says how a page looks is followed only as far as structure needs it: bold, centred, fonts, lists, tables, hidden.
Nothing is fetched, no script is run.
"""

from __future__ import annotations

import email
import email.policy
import io
import re
import zipfile
from dataclasses import dataclass, field
from email.message import EmailMessage
from html.parser import HTMLParser
from xml.etree.ElementTree import Element, SubElement, tostring

from pipeline.intake.decoding import decode
from pipeline.intake.word.ooxml import W

_BLOCKS = frozenset(
    {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "center", "blockquote", "dt", "dd", "address", "section"}
    | {"article", "header", "footer", "form", "fieldset", "caption", "body", "pre"}
)
_UNSEEN = frozenset({"head", "script", "style", "title", "xml", "template", "noscript", "select", "textarea"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_VOID = frozenset({"br", "hr", "img", "meta", "link", "input", "col", "base", "area", "wbr", "param", "source"})
_DEEPEST = 200
_FONT = re.compile(r"font-family:\s*[\"']?([^\"';,]+)", re.I)
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w-]{2,40})", re.I)
_HIDDEN = re.compile(r"display:\s*none|mso-hide:\s*all|visibility:\s*hidden", re.I)
_PAGE_BREAK = re.compile(r"page-break-before:\s*always", re.I)
_BOLD = re.compile(r"font-weight:\s*(bold|[6-9]00)", re.I)
_NOT_BOLD = re.compile(r"font-weight:\s*(normal|[1-4]00)", re.I)
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ROMAN, _LETTERS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"), "abcdefghijklmnopqrstuvwxyz"


def html_as_docx(data: bytes) -> io.BytesIO:
    """A saved web page as the Word document that it is."""
    document = Element(W + "document")
    document.append(body_of_html(html_of(data)))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", tostring(document, "utf-8"))
    file.seek(0)
    return file


def html_of(data: bytes) -> str:
    """The text of a saved web page: HTML itself, or the page inside an MHTML file."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"mime-version:", b"from:", b"content-type:")):
        message = email.message_from_bytes(data, policy=email.policy.default)
        for part in message.walk():
            if isinstance(part, EmailMessage) and part.get_content_type() == "text/html":
                payload = part.get_payload(decode=True)
                return _decoded(payload if isinstance(payload, bytes) else b"", part.get_content_charset())
        return ""
    return _decoded(data, None)


def _decoded(data: bytes, charset: str | None) -> str:
    found = _CHARSET.search(data[:4096])
    named = (charset or (found[1].decode("ascii", "replace") if found else "")).lower()
    if (
        named
        and named not in ("x-user-defined", "utf-16", "unicode")
        and not data.startswith((b"\xff\xfe", b"\xfe\xff"))
    ):
        try:
            return data.decode(named)
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data).text


def body_of_html(text: str) -> Element:
    """A `w:body` with what the page shows."""
    builder = _Builder()
    builder.feed(text)
    builder.close()
    return builder.finished()


@dataclass(slots=True)
class _State:
    """What holds inside an element that is open."""

    tag: str
    bold: bool = False
    centred: bool = False
    font: str = ""
    hidden: bool = False
    into: Element | None = None  # where blocks go


@dataclass(slots=True)
class _List:
    """An open list: its kind of numbers ('' for bullets) and how many items it had."""

    kind: str
    count: int = 0


@dataclass(slots=True)
class _Paragraph:
    """The paragraph that text goes into."""

    node: Element
    runs: list[Element] = field(default_factory=list)


class _Builder(HTMLParser):
    """Builds paragraphs while tags come; tags that are never closed end with what they stand in."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._body = Element(W + "body")
        self._open: list[_State] = [_State("", into=self._body)]
        self._lists: list[_List] = []
        self._paragraph: _Paragraph | None = None

    def finished(self) -> Element:
        self._end_paragraph()
        return self._body

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        style = given.get("style", "")
        if tag == "br":
            if _PAGE_BREAK.search(style):
                self._add(Element(W + "br", {W + "type": "page"}))
            else:
                self._add(Element(W + "br"))
            return
        if tag in _VOID or len(self._open) > _DEEPEST:
            return
        if tag in _BLOCKS or tag in ("table", "tr", "td", "th"):
            self._end_paragraph()
        outer = self._open[-1]
        font = _FONT.search(style)
        state = _State(
            tag,
            bold=(outer.bold or tag in ("b", "strong", "th") or tag in _HEADINGS or _BOLD.search(style) is not None)
            and not _NOT_BOLD.search(style),
            centred=outer.centred if tag not in _BLOCKS else self._is_centred(tag, given, style, outer),
            font=font[1].strip() if font else given.get("face", "").split(",")[0].strip() or outer.font,
            hidden=outer.hidden or tag in _UNSEEN or _HIDDEN.search(style) is not None,
            into=outer.into,
        )
        if tag in ("ol", "ul"):
            kind = given.get("type", "1") if tag == "ol" else ""
            start = given.get("start", "1")
            self._lists.append(_List(kind, int(start) - 1 if start.isdigit() and len(start) < 6 else 0))
        elif tag in ("table", "tr", "td", "th"):
            self._open_cell(state, tag, given)
        self._open.append(state)
        if tag == "li":
            self._begin_item()

    def _open_cell(self, state: _State, tag: str, given: dict[str, str]) -> None:
        parent = state.into if state.into is not None else self._body
        name = {"table": "tbl", "tr": "tr"}.get(tag, "tc")
        wanted = {"tr": "tbl", "tc": "tr"}.get(name)
        if wanted is not None and parent.tag != W + wanted:
            return  # a row outside a table is text like any other
        state.into = SubElement(parent, W + name)
        span = given.get("colspan", "1")
        if name == "tc" and span.isdigit() and 1 < int(span) <= 100:
            SubElement(SubElement(state.into, W + "tcPr"), W + "gridSpan", {W + "val": span})

    @staticmethod
    def _is_centred(tag: str, given: dict[str, str], style: str, outer: _State) -> bool:
        aligned = re.search(r"text-align:\s*(\w+)", style, re.I)
        said = aligned[1] if aligned else given.get("align", "")
        return said.lower() == "center" if said else outer.centred or tag == "center"

    def handle_endtag(self, tag: str) -> None:
        at = next((at for at in range(len(self._open) - 1, 0, -1) if self._open[at].tag == tag), None)
        if tag in _BLOCKS or tag in ("table", "tr", "td", "th"):
            self._end_paragraph()
        if tag in ("ol", "ul") and self._lists:
            self._lists.pop()
        if at is not None:
            del self._open[at:]

    def handle_data(self, data: str) -> None:
        state = self._open[-1]
        if state.hidden:
            return
        text = _NO_XML.sub("", re.sub(r"[ \t\r\n\f]+", " ", data))
        if not text.strip() and (self._paragraph is None or not text):
            return
        if self._paragraph is None:
            text = text.lstrip(" ")
        node = Element(W + "t")
        node.text = text
        self._add(node)

    def _begin_item(self) -> None:
        if not self._lists:
            return
        current = self._lists[-1]
        current.count += 1
        label = Element(W + "t")
        label.text = _label(current.kind, current.count)
        self._add(label)

    def _add(self, node: Element) -> None:
        state = self._open[-1]
        if state.hidden:
            return
        into = state.into if state.into is not None else self._body
        if into.tag not in (W + "body", W + "tc"):
            into = self._body  # text between a table's rows: nothing is lost
        if self._paragraph is None:
            paragraph = SubElement(into, W + "p")
            if state.centred:
                SubElement(SubElement(paragraph, W + "pPr"), W + "jc", {W + "val": "center"})
            self._paragraph = _Paragraph(paragraph)
        run = SubElement(self._paragraph.node, W + "r")
        properties = SubElement(run, W + "rPr")
        if state.bold:
            SubElement(properties, W + "b")
        if state.font:
            SubElement(properties, W + "rFonts", {W + "ascii": state.font, W + "hAnsi": state.font})
        run.append(node)

    def _end_paragraph(self) -> None:
        self._paragraph = None


def _label(kind: str, count: int) -> str:
    if not kind:
        return "- "
    if kind in "iI" and count <= len(_ROMAN):
        number = _ROMAN[count - 1]
    elif kind in "aA" and count <= len(_LETTERS):
        number = _LETTERS[count - 1]
    else:
        number = str(count)
    sign = ") " if kind == "a" else ". "
    return (number.upper() if kind in "IA" else number) + sign
