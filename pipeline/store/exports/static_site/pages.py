"""A document as one page of HTML that needs nothing beside it, its line in the list, its words."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from urllib.parse import quote

from pipeline.schema import Document, FieldValue, Section
from pipeline.store.exports.plain_text import plain
from pipeline.store.query import TOKEN

_HEADER = (
    ("parent_body", "Cơ quan chủ quản"), ("issuing_body", "Cơ quan ban hành"), ("number", "Số, ký hiệu"),
    ("place", "Địa danh"), ("date", "Ngày ban hành"),
)  # fmt: skip


def title_of(document: Document) -> str:
    """What to call a document: type and subject, its number, or its path."""
    header = document.header
    parts = [_value(header.document_type), _value(header.subject)]
    return " ".join(part for part in parts if part) or _value(header.number) or document.source.document_path


def listed(document: Document, name: Path) -> list[object]:
    """What the list has of a document: address of its page, title, number, date, body, path of the source."""
    header = document.header
    address = "documents/" + quote(name.as_posix().encode("utf-8", "surrogateescape"))
    found = [title_of(document), _value(header.number), _value(header.date), _value(header.issuing_body)]
    return [address, *(None if part is None else plain(part) for part in (*found, document.source.document_path))]


def words_of(document: Document) -> Iterator[str]:
    """Every word that a search finds the document by."""
    texts = [title_of(document), document.source.document_path, *document.preamble]
    texts += [_value(getattr(document.header, name)) or "" for name, _ in _HEADER]
    texts += [text for section in _walk(document.sections) for text in (section.heading or "", section.text)]
    texts += [field.value or "" for field in document.recipients]
    for signer in document.signers:
        texts += [_value(field) or "" for field in (signer.authority, signer.position, signer.name)]
    for text in texts:
        yield from TOKEN.findall(text)


def document_page(document: Document, depth: int) -> bytes:
    """The page of a document that lies `depth` folders below the site's own."""
    up = "../" * depth
    rows = [(title, _value(getattr(document.header, name))) for name, title in _HEADER]
    fields = "".join(f"<dt>{title}</dt><dd>{_html(value)}</dd>" for title, value in rows if value)
    signers = "".join(
        f"<p class=signer>{'<br>'.join(_html(_value(f) or '') for f in (s.authority, s.position, s.name) if _value(f))}"
        for s in document.signers
    )
    recipients = "".join(f"<li>{_html(field.value)}" for field in document.recipients if field.value)
    problems = "".join(f"<li>{_html(problem.message)}" for problem in document.problems)
    body = [
        f"<p><a href='{up}index.html'>Tìm kiếm</a> · {_html(document.source.document_path)}",
        f"<dl>{fields}</dl><h1>{_html(title_of(document))}</h1>",
        *(f"<p class=preamble>{_html(paragraph)}" for paragraph in document.preamble),
        *(_section(section, 2) for section in document.sections),
        signers,
        f"<h2>Nơi nhận</h2><ul>{recipients}</ul>" if recipients else "",
        f"<details><summary>Cần xem lại ({len(document.problems)})</summary><ul>{problems}</ul></details>"
        if problems
        else "",
    ]
    head = (
        f"<!doctype html><html lang=vi><meta charset=utf-8><title>{_html(title_of(document))}</title>"
        f"<meta name=viewport content='width=device-width'><link rel=stylesheet href='{up}style.css'>"
    )
    return f"{head}<main>{''.join(body)}</main>\n".encode()


def _section(section: Section, level: int) -> str:
    number = f"{section.number}. " if section.number else ""
    tag = f"h{min(level, 6)}"
    heading = f"<{tag}>{_html(number + section.heading)}</{tag}>" if section.heading else ""
    text = section.text if section.heading or not number else number + section.text
    paragraphs = "".join(f"<p>{_html(line)}" for line in text.split("\n") if line.strip())
    below = "".join(_section(child, level + 1) for child in section.children)
    return f"<section>{heading}{paragraphs}{below}</section>"


def _walk(sections: list[Section]) -> Iterator[Section]:
    for section in sections:
        yield section
        yield from _walk(section.children)


def _value(field: FieldValue | None) -> str | None:
    return field.value if field else None


def _html(text: str | None) -> str:
    return escape(plain(text or ""))
