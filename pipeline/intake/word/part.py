"""A document part of a Word package: its XML, what it refers to, its styles and lists."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from pipeline.intake.package import Package, damaged
from pipeline.intake.word.list_numbers import Numbering, read_numbering
from pipeline.intake.word.ooxml import W, to_transitional
from pipeline.intake.word.styles import Styles, read_styles, style_numbers

_DOCUMENT_TYPE = "/officeDocument"


@dataclass(frozen=True, slots=True)
class DocumentPart:
    """The main part of a package: `body`, and `targets`, the names of the parts that it refers to by their ids."""

    package: Package
    body: Element
    targets: dict[str, str]
    styles: Styles
    folder: str

    def part(self, name: str) -> Element | None:
        """The root of an XML part beside this one (footnotes, settings …); None when there is none."""
        return self.xml(self.folder + name)

    def xml(self, name: str) -> Element | None:
        """The root of an XML part of the package, its names as this package reads them."""
        root = self.package.xml(name)
        return None if root is None else to_transitional(root)

    def numbering(self) -> Numbering:
        """The lists, nothing counted yet."""
        return read_numbering(self.part("numbering.xml"), style_numbers(self.part("styles.xml")))


def open_main_part(package: Package) -> DocumentPart:
    """The part with the document's text. Raises `UnusableInputError` (DAMAGED_FILE) when there is none."""
    name = _main_part(package)
    root = package.xml(name)
    body = to_transitional(root).find(W + "body") if root is not None else None
    if body is None:
        raise damaged("it has no text part")
    folder, _, file_name = name.rpartition("/")
    folder = folder + "/" if folder else ""
    styles_root = package.xml(folder + "styles.xml")
    styles = read_styles(None if styles_root is None else to_transitional(styles_root))
    return DocumentPart(package, body, _targets(package, folder, file_name), styles, folder)


def _targets(package: Package, folder: str, file_name: str) -> dict[str, str]:
    relations = package.xml(f"{folder}_rels/{file_name}.rels")
    return {
        relation.get("Id") or "": _resolved(folder, relation.get("Target") or "")
        for relation in (relations if relations is not None else ())
        if relation.get("TargetMode") != "External"
    }


def _resolved(folder: str, target: str) -> str:
    """A target's name in the package: relative to the part's folder, or from the root."""
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))


def _main_part(package: Package) -> str:
    """The name of the main part: word/document.xml, unless the package says otherwise."""
    if "word/document.xml" in package:
        return "word/document.xml"
    relations = package.xml("_rels/.rels")
    for relation in relations if relations is not None else ():
        if (relation.get("Type") or "").endswith(_DOCUMENT_TYPE) and relation.get("TargetMode") != "External":
            return (relation.get("Target") or "").lstrip("/")
    raise damaged("it has no text part")
