"""Files that a PDF carries: a portfolio's documents, attachments. They are not read, and that is said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pikepdf

from pipeline.errors import ProblemCode
from pipeline.values import PageProblem

_MOST_NAMED = 20
_MOST_LOOKED_AT = 2_000
_DEEPEST = 30
# What programs attach for each other, and nobody files: signatures, data, forms.
_TECHNICAL = (".xml", ".xfdf", ".p7s", ".p7b", ".p7m", ".cer", ".crt", ".sig", ".json", ".joboptions", ".icc", ".css")
_ERRORS = (pikepdf.PdfError, ValueError, RuntimeError, TypeError, KeyError, IndexError, AttributeError)


def attached(pdf: pikepdf.Pdf) -> list[PageProblem]:
    """The problems of documents that lie inside the PDF and are not read: a portfolio's, an attachment, a form."""
    problems = []
    names = list(dict.fromkeys(name for name in _names(pdf) if not name.lower().endswith(_TECHNICAL)))
    if names:
        told = ", ".join(names[:_MOST_NAMED]) + (f" and {len(names) - _MOST_NAMED} more" * (len(names) > _MOST_NAMED))
        what = "is a portfolio" if "/Collection" in pdf.Root else "carries attachments"
        problems.append(
            PageProblem(
                ProblemCode.ATTACHMENTS_UNREAD,
                f"The PDF {what}; these were not read: {told}. Save them into the archive as files of their own.",
            )
        )
    with suppress(*_ERRORS):
        form = pdf.Root.get("/AcroForm", pikepdf.Dictionary())
        if "/XFA" in form and (bool(pdf.Root.get("/NeedsRendering")) or not list(form.get("/Fields", []))):
            problems.append(
                PageProblem(
                    ProblemCode.ATTACHMENTS_UNREAD,
                    "The PDF is a form that only Adobe Reader fills its pages with (XFA); its content was not read. "
                    "Open it there and print it to PDF.",
                )
            )
    return problems


def _names(pdf: pikepdf.Pdf) -> Iterator[str]:
    with suppress(*_ERRORS):
        tree = pdf.Root.get("/Names", pikepdf.Dictionary()).get("/EmbeddedFiles")
        if tree is not None:
            yield from _of_tree(tree, 0)
    for page in list(pdf.pages)[:_MOST_LOOKED_AT]:
        with suppress(*_ERRORS):
            for note in page.obj.get("/Annots", []):
                if note.get("/Subtype") == "/FileAttachment" and "/FS" in note:
                    yield _name_of(note["/FS"], str(note.get("/Contents", "")))


def _of_tree(node: pikepdf.Object, depth: int) -> Iterator[str]:
    pairs = list(node.get("/Names", []))[: 2 * _MOST_LOOKED_AT]
    for key, found in zip(pairs[::2], pairs[1::2], strict=False):
        yield _name_of(found, str(key))
    if depth < _DEEPEST:
        for kid in list(node.get("/Kids", []))[:_MOST_LOOKED_AT]:
            yield from _of_tree(kid, depth + 1)


def _name_of(specification: pikepdf.Object, otherwise: str) -> str:
    with suppress(*_ERRORS):
        for key in ("/UF", "/F"):
            name = specification.get(key)
            if name is not None and str(name).strip():
                return " ".join(str(name).split())[:120]
    return " ".join(otherwise.split())[:120] or "a file without a name"
