"""Parts of a Word document that are documents of their own (`w:altChunk`): HTML, MHTML, RTF, DOCX, text."""

from __future__ import annotations

import io
from html import escape
from xml.etree.ElementTree import Element

from pipeline.errors import ProblemCode, UnusableInputError
from pipeline.intake.decoding import decode
from pipeline.intake.kinds import Kind
from pipeline.intake.package import Package
from pipeline.intake.word.body import BodyReader
from pipeline.intake.word.convert_doc import converted
from pipeline.intake.word.html import body_of_html, html_of
from pipeline.intake.word.part import DocumentPart, open_main_part
from pipeline.settings import IntakeSettings
from pipeline.values import PageProblem

# A part may hold parts in turn; Word itself makes none that do.
_DEEPEST = 3
_MOST = 200


class Chunks:
    """Reads the parts that a document refers to; `problems` says which could not be read."""

    def __init__(self, part: DocumentPart, settings: IntakeSettings, depth: int = 0) -> None:
        self._part, self._settings, self._depth = part, settings, depth
        self._read = 0
        self.problems: list[PageProblem] = []

    def open(self, identity: str, reader: BodyReader) -> None:
        """Read the part with this id, in the place where it stands, into `reader`'s pages."""
        name = self._part.targets.get(identity, "")
        self._read += 1
        if self._depth >= _DEEPEST or self._read > _MOST:
            self.problems.append(_not_read(name or identity, "parts lie in parts, or there are too many of them"))
            return
        try:
            data = self._part.package.data(name, self._settings.max_xml_bytes) if name else None
            if data is None:
                self.problems.append(_not_read(name or identity, "it is missing from the file"))
                return
            self._add(data, reader)
        except UnusableInputError as error:
            self.problems.append(_not_read(name, error.message, error.code))

    def _add(self, data: bytes, reader: BodyReader) -> None:
        if data.startswith(b"PK"):
            self._add_package(Package(io.BytesIO(data), self._settings), reader)
        elif data.lstrip()[:5] == b"{\\rtf":
            with converted(io.BytesIO(data), Kind.RTF, self._settings) as file:
                self._add_package(Package(io.BytesIO(file.read()), self._settings), reader)
        else:
            self._add_text(data, reader)

    def _add_package(self, package: Package, reader: BodyReader) -> None:
        part = open_main_part(package)
        inner = Chunks(part, self._settings, self._depth + 1)
        own = BodyReader(part.styles, part.numbering(), reader.builder, inner.open, reader.in_use)
        own.blocks(part.body)
        self.problems += inner.problems
        _merge(own, reader)

    @staticmethod
    def _add_text(data: bytes, reader: BodyReader) -> None:
        text = html_of(data)
        if "<" not in text:
            lines = decode(data).text.splitlines()
            text = "".join(f"<p>{escape(line)}</p>" for line in lines)
        body: Element = body_of_html(text)
        reader.blocks(body)


def _merge(own: BodyReader, into: BodyReader) -> None:
    for font, texts in own.old_text.items():
        into.old_text.setdefault(font, []).extend(texts)


def _not_read(name: str, why: str, code: ProblemCode = ProblemCode.DAMAGED_FILE) -> PageProblem:
    return PageProblem(
        code,
        f"A part of this Word file ({name.rpartition('/')[2]}) could not be read: {why.rstrip('.')}. Open the file in "
        "Word and save it again.",
    )
