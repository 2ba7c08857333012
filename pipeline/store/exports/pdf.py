"""Searchable PDFs: the source's own pages, unchanged, with the restored lines as invisible text over them.

Text is set in Type 3 fonts whose glyphs draw nothing and whose ToUnicode map says which letters they are, so no font
file is needed and every Vietnamese letter can be searched and copied. Text that an earlier OCR had hidden in a page
that sohoa read anew is taken out first, or a search would find its errors too.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image, ImageSequence

from pipeline.errors import OutputError
from pipeline.schema import Document, PageRecord
from pipeline.store.atomic import write_atomic
from pipeline.store.exports.source import exported_name, why_failed
from pipeline.store.formats import Export, Format
from pipeline.values import TextSource

_WIDTH = 500  # of every glyph, in thousandths of the font's size
_PER_FONT = 250
_SHOWS = frozenset({"Tj", "TJ", "'", '"'})
_INVISIBLE = 3  # text rendering mode
_IMAGE_TYPES = ("image/png", "image/jpeg", "image/tiff", "image/bmp", "image/gif", "image/webp")


def write_pdfs(documents: Iterable[Document], export: Export) -> int:
    """Write <path>.pdf for each document whose source has pictures into a folder; how many. Raises OutputError."""
    archive, count = export.archive or Path(), 0
    for document in documents:
        path = document.source.path
        reason = _unfit(document, archive / path)
        if reason is None:
            try:
                data = searchable_pdf(document, archive / path)
            except OutputError:
                raise
            except Exception as error:  # pikepdf and Pillow raise all kinds on damaged files
                reason = f"Its pages could not be copied: {str(error).splitlines()[0] if str(error) else error!r}."
            else:
                write_atomic(export.target / exported_name(path, "" if path.lower().endswith(".pdf") else ".pdf"), data)
                count += 1
        if reason is not None:
            export.outcome.left_out.append((path, reason))
    return count


def _unfit(document: Document, source: Path) -> str | None:
    """Why no searchable PDF can be made of a document; None when one can."""
    if not any(page.width and page.lines for page in document.pages):
        return why_failed(document) or "It has no page pictures with text."
    if document.source.media_type not in ("application/pdf", *_IMAGE_TYPES):
        return f"Files of the kind {document.source.media_type} have no pictures to copy."
    if not source.is_file():
        return "The source file is not in the archive any more."
    return None


def searchable_pdf(document: Document, source: Path) -> bytes:
    """The PDF of one document; `source` is its PDF or image."""
    with _open(document, source) as pdf:
        fonts = _Fonts(pdf, document)
        for record in document.pages:
            if record.width and record.number <= len(pdf.pages) and record.text_source == TextSource.OCR:
                _add_text(pdf, pdf.pages[record.number - 1], record, fonts)
        target = io.BytesIO()
        pdf.save(target, deterministic_id=True)
        return target.getvalue()


def _open(document: Document, source: Path) -> Pdf:
    if document.source.media_type == "application/pdf":
        return Pdf.open(source)
    made = io.BytesIO()
    with Image.open(source) as image:
        frames = [_flat(frame) for frame in ImageSequence.Iterator(image)]
    dpi = frames[0].info.get("dpi", (0, 0))[0]
    frames[0].save(made, "PDF", save_all=True, append_images=frames[1:], resolution=float(dpi) if dpi > 0 else 200.0)
    return Pdf.open(made)


def _flat(frame: Image.Image) -> Image.Image:
    """A picture's frame as PDF can hold it."""
    copy = frame.convert("RGB") if frame.mode not in ("1", "L", "RGB") else frame.copy()
    copy.info["dpi"] = frame.info.get("dpi", (0, 0))
    return copy


class _Fonts:
    """The fonts with the letters of a document: which font and code each letter has."""

    def __init__(self, pdf: Pdf, document: Document) -> None:
        letters = sorted({letter for page in document.pages for line in page.lines for letter in line.text})
        groups = [letters[start : start + _PER_FONT] for start in range(0, len(letters), _PER_FONT)]
        self.codes = {
            letter: (f"/Sohoa{index}", code)
            for index, group in enumerate(groups)
            for code, letter in enumerate(group, start=1)
        }
        self.fonts = {f"/Sohoa{index}": pdf.make_indirect(_font(pdf, group)) for index, group in enumerate(groups)}

    def runs(self, text: str) -> list[tuple[str, bytes]]:
        """(font, codes) of the letters of `text`, neighbours in one font together."""
        runs: list[tuple[str, bytes]] = []
        for letter in text:
            font, code = self.codes[letter]
            if runs and runs[-1][0] == font:
                runs[-1] = (font, runs[-1][1] + bytes([code]))
            else:
                runs.append((font, bytes([code])))
        return runs


def _font(pdf: Pdf, letters: Sequence[str]) -> Dictionary:
    empty = pdf.make_indirect(Stream(pdf, f"{_WIDTH} 0 0 0 {_WIDTH} 1000 d1".encode()))
    names = [Name(f"/g{code}") for code in range(1, len(letters) + 1)]
    mapped = "\n".join(
        f"<{code:02X}> <{letter.encode('utf-16-be', 'surrogatepass').hex().upper()}>"
        for code, letter in enumerate(letters, start=1)
    )
    blocks = mapped.split("\n")
    parts = [blocks[start : start + 100] for start in range(0, len(blocks), 100)]
    table = "\n".join(f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar" for part in parts)
    cmap = (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<00> <FF>\nendcodespacerange\n{table}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    )
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.Type3,
        FontBBox=Array([0, 0, _WIDTH, 1000]),
        FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]),
        FirstChar=1,
        LastChar=len(letters),
        Widths=Array([_WIDTH] * len(letters)),
        CharProcs=Dictionary({str(name): empty for name in names}),
        Encoding=Dictionary(Type=Name.Encoding, Differences=Array([1, *names])),
        Resources=Dictionary(),
        ToUnicode=pdf.make_indirect(Stream(pdf, cmap.encode("ascii"))),
    )


def _add_text(pdf: Pdf, page: pikepdf.Page, record: PageRecord, fonts: _Fonts) -> None:
    _drop_hidden_text(pdf, page)
    used: set[str] = set()
    parts = ["q", f"{_placement(page, record)} cm", "BT", f"{_INVISIBLE} Tr"]
    for line in record.lines:
        if line.bbox is None or not line.text.strip():
            continue
        left, top, right, bottom = line.bbox
        size = max(1, bottom - top)
        stretch = 100.0 * (right - left) / (len(line.text) * size * _WIDTH / 1000)
        # Letters stand on the line's lower edge, a fifth of the height above it; y grows downwards on a page image.
        parts.append(f"1 0 0 -1 {left} {bottom - size / 5:.1f} Tm {stretch:.2f} Tz")
        for font, codes in fonts.runs(line.text):
            used.add(font)
            parts.append(f"{font} {size} Tf <{codes.hex()}> Tj")
    parts += ["ET", "Q"]
    if not used:
        return
    for font in used:
        page.add_resource(fonts.fonts[font], Name.Font, Name(font))
    page.contents_add(b"q", prepend=True)
    page.contents_add(b"Q\n" + "\n".join(parts).encode("ascii"))


def _placement(page: pikepdf.Page, record: PageRecord) -> str:
    """The matrix from pixels of the page image, as it is shown, to the page's own units."""
    left, low, right, high = (float(value) for value in page.cropbox)
    rotation = int(page.obj.get("/Rotate", 0)) % 360
    width, height = right - left, high - low
    if rotation in (90, 270):
        across, down = height / record.width, width / record.height
    else:
        across, down = width / record.width, height / record.height
    matrix = {
        0: (across, 0.0, 0.0, -down, left, high),
        90: (0.0, across, down, 0.0, left, low),
        180: (-across, 0.0, 0.0, down, right, low),
        270: (0.0, -across, -down, 0.0, right, high),
    }[rotation if rotation in (90, 180, 270) else 0]
    return " ".join(f"{value:.6f}" for value in matrix)


def _drop_hidden_text(pdf: Pdf, page: pikepdf.Page) -> None:
    """Take text drawn in the invisible mode out of a page; what is seen stays as it is."""
    instructions = pikepdf.parse_content_stream(page)
    kept, mode, saved = [], 0, []
    for instruction in instructions:
        operator = str(instruction.operator)
        if operator == "q":
            saved.append(mode)
        elif operator == "Q" and saved:
            mode = saved.pop()
        elif operator == "Tr":
            mode = int(instruction.operands[0])
        if mode != _INVISIBLE or operator not in _SHOWS:
            kept.append(instruction)
    if len(kept) < len(instructions):
        page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(kept))


FORMAT = Format(write_pdfs, to_folder=True, needs_archive=True)
