"""The renderings without pages: a Word document and a Markdown dump, and their gold text."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt

from renderer.source import Block, Node, Plan

_LEVELS = [("upperRoman", "%1."), ("decimal", "%2."), ("lowerLetter", "%3)")]
_OUTLINE, _BULLETS = 41, 42
_LONG_AGO = (2024, 1, 1, 0, 0, 0)


# ------------------------------------------------------------ Markdown


def markdown(plan: Plan) -> bytes:
    """What a PDF converter leaves: hashes for headings, stars for bold, a form feed in mid-sentence, no letterhead."""
    parts = [f"## {plan.get('document_type')}", f"### {plan.get('subject')}", *plan.get("preamble", [])]
    for node in plan.sections:
        parts += _markdown_node(node)
    parts += [plan.get("closing"), "**Nơi nhận:**", _recipient_lines(plan)]
    signer = plan.get("signers")[0]
    parts += [f"**{signer['authority']}**", f"**{signer['position']}**", f"**{signer['name']}**"]
    text = "\n\n".join(filter(None, parts))
    longest = max(text.split("\n\n")[4:], key=len)  # the page ends in the middle of the body's longest paragraph
    middle = text.index(" ", text.index(longest) + len(longest) // 2)
    return ("\n\n" + text[:middle] + "\n\n\f" + text[middle + 1 :]).encode()


def _markdown_node(node: Node) -> list[str]:
    label = " ".join(filter(None, [node.printed, node.heading]))
    blocks = [block.text for block in node.blocks]
    if not node.heading:
        parts = [f"{label} {blocks.pop(0)}"]
    elif node.inline:
        parts = [f"{label} {blocks.pop(0)}"] if node.level > 2 else [f"**{label}** {blocks.pop(0)}"]
    else:
        parts = [f"{'#' * (node.level + 3)} {label}"]
    parts += blocks
    return parts + [part for child in node.children for part in _markdown_node(child)]


def _recipient_lines(plan: Plan) -> str:
    recipients = plan.get("recipients")
    return "\n".join(f"- {text}{'.' if text == recipients[-1] else ';'}" for text in recipients)


# ------------------------------------------------------------ DOCX


def word(plan: Plan) -> bytes:
    """Letterhead and closing in two-column tables; I., 1., a) and the bullets are Word's own lists."""
    document = docx.Document()
    properties = document.core_properties
    properties.author, properties.title = "sohoa sample archive", plan.get("subject")
    properties.created = properties.modified = datetime(*_LONG_AGO, tzinfo=UTC)
    normal: Any = document.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(14)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "Times New Roman")
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(3), Cm(2)
    _define_lists(document)
    _two_columns(
        document,
        [(plan.get("parent_body"), ""), (plan.get("issuing_body"), "b"), (f"Số: {plan.get('number')}", "")],
        [
            ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "b"),
            ("Độc lập - Tự do - Hạnh phúc", "b"),
            (plan.get("date_printed"), "i"),
        ],
    )
    for text in (plan.get("document_type"), plan.get("subject")):
        _centre(document.add_paragraph(), text, "b")
    for text in plan.get("preamble"):
        _body(document, text)
    for node in plan.sections:
        _word_node(document, node)
    _body(document, plan.get("closing"))
    signer = plan.get("signers")[0]
    recipients = plan.get("recipients")
    left = [("Nơi nhận:", "bi")]
    left += [(f"- {text}{'.' if text == recipients[-1] else ';'}", "s") for text in recipients]
    right = [(signer[key], "b") for key in ("authority", "position") if signer.get(key)]
    _two_columns(document, left, [*right, ("", ""), ("", ""), ("", ""), (signer["name"], "b")], centre_left=False)
    out = io.BytesIO()
    document.save(out)
    return _with_fixed_dates(out.getvalue())


def _define_lists(document: Any) -> None:
    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="0" w:firstLine="567"/></w:pPr></w:lvl>'
        for i, (kind, text) in enumerate(_LEVELS)
    )
    bullet = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="-"/></w:lvl>'
    for number, body in ((_OUTLINE, levels), (_BULLETS, bullet)):
        multi = "multilevel" if number == _OUTLINE else "hybridMultilevel"
        abstract = parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}"><w:multiLevelType w:val="{multi}"/>{body}'
            "</w:abstractNum>"
        )
        numbering.insert(0, abstract)
        numbering.append(
            parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>')
        )


def _numbered(paragraph: Any, number: int, level: int) -> None:
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = level
    properties.get_or_add_numId().val = number


def _word_node(document: Any, node: Node) -> None:
    paragraph = document.add_paragraph()
    _numbered(paragraph, _OUTLINE, node.level - 1)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    if node.heading:
        paragraph.add_run(node.heading).bold = node.level < 3
    blocks = list(node.blocks)
    if node.inline:
        paragraph.add_run((" " if node.heading else "") + blocks.pop(0).text)
    for block in blocks:
        _word_block(document, block)
    for child in node.children:
        _word_node(document, child)


def _word_block(document: Any, block: Block) -> None:
    if block.kind == "bullet":
        paragraph = document.add_paragraph(block.text.removeprefix("- "))
        _numbered(paragraph, _BULLETS, 0)
    else:
        _body(document, block.text)


def _body(document: Any, text: str) -> None:
    paragraph = document.add_paragraph(text)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.first_line_indent = Cm(1.27)


def _centre(paragraph: Any, text: str, look: str) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    run.bold, run.italic = "b" in look or None, "i" in look or None


def _two_columns(
    document: Any, left: list[tuple[str, str]], right: list[tuple[str, str]], centre_left: bool = True
) -> None:
    table = document.add_table(rows=1, cols=2)
    for cell, lines in zip(table.rows[0].cells, (left, right), strict=True):
        for number, (text, look) in enumerate(lines):
            paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
            _centre(paragraph, text, look)
            if cell is table.rows[0].cells[0] and not centre_left:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
            for run in paragraph.runs:
                run.font.size = Pt(11 if "s" in look else 13)


def _with_fixed_dates(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, _LONG_AGO), old.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()


# ------------------------------------------------------------ gold text


def gold_paragraphs(plan: Plan) -> str:
    """The text of a source without printed lines: a paragraph a line, blank lines between."""
    paragraphs = []
    if plan.get("issuing_body"):
        paragraphs += [plan.get("parent_body"), plan.get("issuing_body"), f"Số: {plan.get('number')}"]
        paragraphs += ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", plan.get("date_printed")]
    paragraphs += [plan.get("document_type"), plan.get("subject"), *plan.get("preamble")]
    for node in plan.sections:
        paragraphs += _node_paragraphs(node)
    paragraphs += [plan.get("closing"), "Nơi nhận:", *_recipient_lines(plan).splitlines()]
    signer = plan.get("signers")[0]
    paragraphs += [signer[key] for key in ("authority", "position", "name") if signer.get(key)]
    return "\n\n".join(paragraphs) + "\n"


def _node_paragraphs(node: Node) -> list[str]:
    blocks = [block.text for block in node.blocks]
    first = [node.printed, node.heading, blocks.pop(0) if node.inline else None]
    own = [" ".join(filter(None, first)), *blocks]
    return own + [text for child in node.children for text in _node_paragraphs(child)]
