"""Word: the restored text as an editable file in the form of the document, for those who have to reissue it.

Letterhead and closing in two columns, headings, lists, tables, fonts and margins as Nghị định 30/2020/NĐ-CP has them;
the words are the document's alone: what it does not print, or what could not be read, is not put in.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pipeline.errors import MissingToolError, extra_command
from pipeline.schema import Document, FieldValue, Role, Section, Table
from pipeline.store.exports.plain_text import plain
from pipeline.store.exports.source import write_each
from pipeline.store.formats import Export, Format
from pipeline.values import MarkKind

if TYPE_CHECKING:
    from docx.document import Document as WordFile
    from docx.table import _Cell as Cell

_FONT, _SIZE = "Times New Roman", 14  # points: the decree's for running text
_MARGINS = {"top": 20, "bottom": 20, "left": 30, "right": 15}  # millimetres, the decree's
_INDENT = 10  # of a paragraph's first line, millimetres


def write_docx(documents: Iterable[Document], export: Export) -> int:
    """Write <path>.docx for each document with text into a folder; how many.

    Raises MissingToolError without python-docx (extra `docx`), OutputError.
    """
    try:
        import docx  # noqa: F401, PLC0415 - only for those who export Word files
    except ImportError as error:
        raise MissingToolError("Exporting Word files needs python-docx.", remedy=extra_command("docx")) from error
    return write_each(
        documents,
        export,
        ".docx",
        word_file,
        lambda one: None if one.sections or one.preamble else "It has no text.",
    )


def word_file(document: Document) -> bytes:
    """The Word file of one document."""
    import docx  # noqa: PLC0415
    from docx.enum.text import WD_BREAK  # noqa: PLC0415
    from docx.shared import Mm, Pt  # noqa: PLC0415

    file = docx.Document()
    page = file.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    for side, millimetres in _MARGINS.items():
        setattr(page, f"{side}_margin", Mm(millimetres))
    style = file.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(_SIZE)
    style.paragraph_format.space_after = Pt(6)
    file.core_properties.title = plain(_text(document.header.subject))
    file.core_properties.author = plain(_text(document.header.issuing_body))
    _letterhead(file, document)
    _title(file, document)
    for paragraph in document.preamble:
        _running(file, paragraph, italic=True)
    annexes = [section for section in document.sections if Role.PHU_LUC in section.roles]
    for section in document.sections:
        if section not in annexes:
            _section(file, section, document.tables)
    _closing(file, document)
    for section in annexes:
        file.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        _section(file, section, document.tables)
    made = io.BytesIO()
    file.save(made)
    return made.getvalue()


def _letterhead(file: WordFile, document: Document) -> None:
    header = document.header
    left, right = _two_columns(file)
    number = header.number.value if header.number else None
    _centred(left, _text(header.parent_body))
    _centred(left, _text(header.issuing_body), bold=True)
    _centred(left, f"Số: {number}" if number else "")
    for page in document.pages[:1]:
        for mark in page.marks:
            if mark.kind == MarkKind.MOTTO:
                _centred(right, mark.text or "", bold=True)
    place, date = _text(header.place), _in_words(header.date)
    _centred(right, ", ".join(part for part in (place, date) if part), italic=True)


def _title(file: WordFile, document: Document) -> None:
    for field in (document.header.document_type, document.header.subject):
        if _text(field):
            _centred(file, _text(field), bold=True)


def _section(file: WordFile, section: Section, tables: Iterable[Table], depth: int = 0) -> None:
    number = _numbered(section.number)
    text = section.text
    if section.heading:
        paragraph = _running(file, f"{number} {section.heading}".strip(), bold=True)
        paragraph.style = file.styles[f"Heading {min(depth + 1, 9)}"]
        _as_text(paragraph)
    elif number:
        text = f"{number} {text}".strip()
    own = [table for table in tables if table.section == section.id]
    rows = {_joined(row): table for table in own for row in table.rows}
    placed: list[Table] = []
    for line in text.split("\n"):
        table = rows.get(line.strip())
        if table is None:
            if line.strip():
                _running(file, line)
        elif table not in placed:
            placed.append(table)
            _table(file, table)
    for table in own:
        if table not in placed:
            _table(file, table)
    for child in section.children:
        _section(file, child, tables, depth + 1)


def _closing(file: WordFile, document: Document) -> None:
    if not document.recipients and not document.signers:
        return
    left, right = _two_columns(file)
    if document.recipients:
        _run(left.paragraphs[0], "Nơi nhận:", bold=True, italic=True)
        for recipient in document.recipients:
            _run(left.add_paragraph(), f"- {_text(recipient)};")
    for signer in document.signers:
        _centred(right, _text(signer.authority), bold=True)
        _centred(right, _text(signer.position), bold=True)
        _centred(right, "\n\n\n" if _text(signer.name) else "")
        _centred(right, _text(signer.name), bold=True)


def _table(file: WordFile, table: Table) -> None:
    if not table.rows or not table.rows[0]:
        return
    made = file.add_table(rows=len(table.rows), cols=len(table.rows[0]), style="Table Grid")
    for row, cells in zip(made.rows, table.rows, strict=True):
        for cell, field in zip(row.cells, cells, strict=True):
            cell.text = plain(_text(field))
    file.add_paragraph()


def _two_columns(file: WordFile) -> tuple[Cell, Cell]:
    left, right = file.add_table(rows=1, cols=2).rows[0].cells
    return left, right


def _centred(place: Any, text: str, *, bold: bool = False, italic: bool = False) -> None:  # noqa: ANN401 - file or cell
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415

    if not text:
        return
    first = place.paragraphs[0] if hasattr(place, "width") and not place.paragraphs[0].text else place.add_paragraph()
    first.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(first, text, bold=bold, italic=italic)


def _running(file: WordFile, text: str, *, bold: bool = False, italic: bool = False) -> Any:  # noqa: ANN401
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415
    from docx.shared import Mm  # noqa: PLC0415

    paragraph = file.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.first_line_indent = Mm(_INDENT)
    _run(paragraph, text, bold=bold, italic=italic)
    return paragraph


def _run(paragraph: Any, text: str, *, bold: bool = False, italic: bool = False) -> None:  # noqa: ANN401
    run = paragraph.add_run(plain(text))
    run.bold, run.italic = bold or None, italic or None


def _as_text(paragraph: Any) -> None:  # noqa: ANN401
    """A heading in the outline that looks as the decree has it: the text's own font, black."""
    from docx.shared import Pt, RGBColor  # noqa: PLC0415

    for run in paragraph.runs:
        run.font.name, run.font.size, run.font.color.rgb = _FONT, Pt(_SIZE), RGBColor(0, 0, 0)


def _numbered(number: str | None) -> str:
    """A section's number as it is printed: 'I.', '2.1.', 'a)', 'Điều 3.'."""
    if not number:
        return ""
    return f"{number})" if len(number) == 1 and number.islower() else f"{number}."


def _joined(row: Iterable[FieldValue]) -> str:
    return " | ".join(_text(cell) for cell in row).strip()


def _in_words(date: FieldValue | None) -> str:
    """'ngày 05 tháng 02 năm 2025', as far as the date is sure."""
    parts = _text(date).split("-")
    named = zip(("năm", "tháng", "ngày"), parts, strict=False)
    return " ".join(f"{name} {part}" for name, part in reversed(list(named)) if part)


def _text(field: FieldValue | None) -> str:
    return (field.value or "") if field else ""


FORMAT = Format(write_docx, to_folder=True)
