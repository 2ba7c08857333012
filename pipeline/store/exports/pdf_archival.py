"""PDF/A-2b (ISO 19005-2): what archives ask of a file so that it opens in decades as it does today.

What only decorates a viewer's window (scripts, actions, forms' behaviour, attached files) is taken out; what would
change the page's look is not touched: a file that cannot conform without it is refused with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream
from PIL import ImageCms

from pipeline.store.exports.pdf_text import INVISIBLE, SHOWS
from pipeline.store.formats import LeftOutError

_PRINTED = 4  # annotation flag
_UNSEEN = 1 | 2 | 32  # invisible, hidden, no view
_FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
_DROPPED_ANNOTATIONS = frozenset({"/3D", "/Sound", "/Screen", "/Movie", "/RichMedia", "/FileAttachment"})


def made_archival(pdf: Pdf) -> None:
    """Bring an opened PDF to the form that PDF/A-2b asks for. Raises LeftOutError where its look would suffer."""
    for value in _dictionaries(pdf):
        _refuse(value)
        _clean(value)
    root = pdf.Root
    for name in ("/OpenAction", "/AA", "/AcroForm", "/Perms"):
        if name in root:
            del root[name]
    for name in ("/JavaScript", "/EmbeddedFiles", "/AlternatePresentations"):
        if name in root.get("/Names", {}):
            del root.Names[name]
    for page in pdf.pages:
        _refuse_fonts(pikepdf.parse_content_stream(page), page.resources)
        annotations = [one for one in page.obj.get("/Annots", []) if _is_kept(one)]
        if "/Annots" in page.obj:
            page.obj.Annots = Array(annotations)
    _name_layers(root)
    profile = Stream(pdf, ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(), N=3)
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier="sRGB",
        Info="sRGB IEC61966-2.1",
        DestOutputProfile=pdf.make_indirect(profile),
    )
    root.OutputIntents = Array([pdf.make_indirect(intent)])


def _dictionaries(pdf: Pdf) -> Iterator[Object]:
    for value in pdf.objects:
        yield from _within(value)


def _within(value: Object) -> Iterator[Object]:
    """A dictionary or stream and those written inside it; what has a number of its own comes by itself."""
    if isinstance(value, (Dictionary, Stream)):
        yield value
        for below in value.values() if isinstance(value, Dictionary) else value.stream_dict.values():
            if isinstance(below, Object) and not below.is_indirect:
                yield from _within(below)
    elif isinstance(value, Array):
        for below in value:
            if isinstance(below, Object) and not below.is_indirect:
                yield from _within(below)


def _refuse(value: Object) -> None:
    if value.get("/ColorSpace") == Name.DeviceCMYK:
        raise LeftOutError("PDF/A in sRGB cannot hold its pictures in printer's colours (CMYK).")
    if value.get("/Subtype") == Name.Form and "/Resources" in value:
        _refuse_fonts(pikepdf.parse_content_stream(value), value.Resources)


def _refuse_fonts(instructions: Iterable[Any], resources: Object) -> None:
    """Every font that something is seen in has to be in the file; one that is only named, or unseen, need not."""
    font: Object | None = None
    mode, saved = 0, list[tuple[Object | None, int]]()
    for instruction in instructions:
        operator = str(instruction.operator)
        if operator == "q":
            saved.append((font, mode))
        elif operator == "Q" and saved:
            font, mode = saved.pop()
        elif operator == "Tr":
            mode = int(instruction.operands[0])
        elif operator == "Tf":
            font = resources.Font.get(str(instruction.operands[0])) if "/Font" in resources else None
        elif operator in SHOWS and mode != INVISIBLE and font is not None and not _is_embedded(font):
            raise LeftOutError(f"PDF/A wants every font in the file, and {_called(font)} is not.")


def _is_embedded(font: Object) -> bool:
    if font.get("/Subtype") == Name.Type3:
        return True
    if font.get("/Subtype") == Name.Type0:
        font = font.DescendantFonts[0]
    return "/FontDescriptor" in font and any(name in font.FontDescriptor for name in _FONT_FILES)


def _called(font: Object) -> str:
    return str(font.get("/BaseFont", "one of them")).removeprefix("/")


def _clean(value: Object) -> None:
    for name in ("/AA", "/TR", "/TR2", "/HTP", "/Alternates", "/OPI", "/PS"):
        if name in value and not (name == "/TR2" and value[name] == Name.Default):
            del value[name]
    if value.get("/Interpolate"):
        value["/Interpolate"] = False
    if value.get("/S") in (Name.JavaScript, Name.Launch, Name.Sound, Name.Movie, Name.ResetForm, Name.ImportData):
        value["/S"] = Name.GoTo  # an action without a place to go to does nothing
    if isinstance(value, Stream) and value.get("/Type") == Name.Metadata:
        value.write(value.read_bytes())  # unpacked, so that a reader of plain bytes finds it


def _is_kept(annotation: Object) -> bool:
    kind = str(annotation.get("/Subtype"))
    if kind in _DROPPED_ANNOTATIONS:
        return False
    if kind == "/Popup":
        return True
    flags = int(annotation.get("/F", 0))
    if flags & _UNSEEN or (kind != "/Link" and "/AP" not in annotation):
        return False
    annotation["/F"] = flags | _PRINTED
    return True


def _name_layers(root: Object) -> None:
    layers = root.get("/OCProperties")
    if layers is None:
        return
    for number, configuration in enumerate([layers.D, *layers.get("/Configs", [])]):
        configuration["/Name"] = configuration.get("/Name", f"{number}")
        if "/AS" in configuration:
            del configuration["/AS"]
