"""Small source files made in code for the tests of intake: every kind, every encoding of a scan in a PDF."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pikepdf
from PIL import Image, ImageDraw, ImageOps

A4 = (595.0, 842.0)


def scan(width: int = 248, height: int = 351, mode: str = "L") -> Image.Image:
    """A little page that is unlike itself in every orientation: a bar, a block and a few strokes of 'text'."""
    picture = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((width // 10, height // 20, width // 2, height // 12), fill="black")
    draw.rectangle((width * 7 // 10, height * 8 // 10, width * 9 // 10, height * 9 // 10), fill=(200, 0, 0))
    for row in range(6):
        top = height // 5 + row * height // 12
        draw.rectangle((width // 10, top, width * (9 - row) // 10, top + 4), fill="black")
    return picture.convert(mode)


def png(picture: Image.Image, **options: object) -> bytes:
    return encoded(picture, "PNG", **options)


def encoded(picture: Image.Image, file_format: str, **options: object) -> bytes:
    """`picture` in an image file format."""
    target = io.BytesIO()
    picture.save(target, file_format, **options)
    return target.getvalue()


def group4(picture: Image.Image) -> bytes:
    """The bare CCITT group 4 data of a 1-bit picture, black as 0."""
    data = encoded(picture.convert("1"), "TIFF", compression="group4", tiffinfo={278: picture.height})
    with Image.open(io.BytesIO(data)) as tiff:
        offsets, counts = tiff.tag_v2[273], tiff.tag_v2[279]
        assert len(offsets) == 1
        assert tiff.tag_v2[262] in (0, 1)
    return data[offsets[0] : offsets[0] + counts[0]]


def jbig2(picture: Image.Image) -> bytes:
    """A JBIG2 stream as PDF embeds it: one page, one generic region whose MMR coding is that of CCITT group 4."""
    width, height = picture.size
    page = struct.pack(">IIIIBH", width, height, 0, 0, 0, 0)
    region = struct.pack(">IIIIB", width, height, 0, 0, 0) + b"\x01" + group4(picture)
    return b"".join(
        struct.pack(">IBBBI", number, kind, 0, 1, len(body)) + body
        for number, kind, body in ((0, 48, page), (1, 38, region))
    )


def image_stream(pdf: pikepdf.Pdf, picture: Image.Image, coding: str) -> pikepdf.Stream:  # noqa: PLR0912
    """`picture` as an image XObject in one of the codings that scanners use."""
    width, height = picture.size
    common = {"Type": pikepdf.Name.XObject, "Subtype": pikepdf.Name.Image, "Width": width, "Height": height}
    bilevel = picture.convert("1")
    if coding in ("ccitt", "jbig2"):
        stream = pikepdf.Stream(pdf, group4(bilevel) if coding == "ccitt" else jbig2(ImageOps.invert(bilevel)))
        stream.Filter = pikepdf.Name.CCITTFaxDecode if coding == "ccitt" else pikepdf.Name.JBIG2Decode
        if coding == "ccitt":
            stream.DecodeParms = pikepdf.Dictionary(K=-1, Columns=width, Rows=height)
        common |= {"ColorSpace": pikepdf.Name.DeviceGray, "BitsPerComponent": 1}
    elif coding in ("jpeg", "jpeg-grey", "jpeg-cmyk"):
        mode, space = {
            "jpeg": ("RGB", pikepdf.Name.DeviceRGB),
            "jpeg-grey": ("L", pikepdf.Name.DeviceGray),
            "jpeg-cmyk": ("CMYK", pikepdf.Name.DeviceCMYK),
        }[coding]
        stream = pikepdf.Stream(pdf, encoded(picture.convert(mode), "JPEG", quality=90))
        stream.Filter = pikepdf.Name.DCTDecode
        common |= {"ColorSpace": space, "BitsPerComponent": 8}
        if coding == "jpeg-cmyk":  # Pillow writes CMYK inverted, as Photoshop does
            common["Decode"] = pikepdf.Array([1, 0] * 4)
    elif coding == "jpeg2000":
        stream = pikepdf.Stream(pdf, encoded(picture.convert("RGB"), "JPEG2000"))
        stream.Filter = pikepdf.Name.JPXDecode
    elif coding == "indexed":
        indexed = picture.convert("RGB").quantize(8)
        stream = pikepdf.Stream(pdf, indexed.tobytes())
        palette = bytes(indexed.getpalette() or [])[:24]
        space = pikepdf.Array([pikepdf.Name.Indexed, pikepdf.Name.DeviceRGB, 7, pikepdf.Stream(pdf, palette)])
        common |= {"ColorSpace": space, "BitsPerComponent": 8}
    elif coding == "16-bit":
        deep = np.asarray(picture.convert("L")).astype(">u2") * 257
        stream = pikepdf.Stream(pdf, deep.tobytes())
        common |= {"ColorSpace": pikepdf.Name.DeviceGray, "BitsPerComponent": 16}
    elif coding in ("flate-1", "inverted-1", "stencil"):
        stream = pikepdf.Stream(pdf, bilevel.tobytes())
        common |= {"BitsPerComponent": 1}
        if coding == "stencil":
            common |= {"ImageMask": True}
        else:
            common |= {"ColorSpace": pikepdf.Name.DeviceGray}
        if coding == "inverted-1":
            flipped = np.packbits(1 - np.asarray(bilevel, dtype=np.uint8), axis=1)
            stream = pikepdf.Stream(pdf, flipped.tobytes())
            common |= {"Decode": pikepdf.Array([1, 0])}
    else:
        assert coding == "flate"
        stream = pikepdf.Stream(pdf, picture.convert("RGB").tobytes())
        common |= {"ColorSpace": pikepdf.Name.DeviceRGB, "BitsPerComponent": 8}
    for name, value in common.items():
        stream[f"/{name}"] = value
    return stream


def scanned_pdf(
    path: Path,
    pictures: Sequence[Image.Image],
    coding: str = "jpeg-grey",
    *,
    rotate: int = 0,
    matrix: tuple[float, float, float, float, float, float] | None = None,
    size: tuple[float, float] = A4,
    content: bytes = b"",
) -> Path:
    """A PDF with one image a page, placed by `matrix` (the whole page when None), and more `content` over it."""
    pdf = pikepdf.new()
    for picture in pictures:
        page = pdf.add_blank_page(page_size=size)
        page.Resources = pikepdf.Dictionary(
            XObject=pikepdf.Dictionary(Im0=image_stream(pdf, picture, coding)),
            Font=pikepdf.Dictionary(F1=_helvetica(pdf)),
        )
        placed = matrix or (size[0], 0, 0, size[1], 0, 0)
        numbers = " ".join(f"{value:.3f}" for value in placed)
        page.Contents = pikepdf.Stream(pdf, f"q {numbers} cm /Im0 Do Q\n".encode() + content)
        if rotate:
            page.Rotate = rotate
    pdf.save(path)
    return path


def _helvetica(pdf: pikepdf.Pdf) -> pikepdf.Object:
    return pdf.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    )


def text_pdf(path: Path, pages: Sequence[str], *, rotate: int = 0) -> Path:
    """A born-digital PDF: a page for each string, its lines in Helvetica (ASCII only)."""
    pdf = pikepdf.new()
    font = _helvetica(pdf)
    for text in pages:
        page = pdf.add_blank_page(page_size=A4)
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        shown = " T* ".join(f"({line}) Tj" for line in text.split("\n"))
        page.Contents = pikepdf.Stream(pdf, f"BT /F1 14 Tf 18 TL 72 760 Td {shown} ET".encode())
        if rotate:
            page.Rotate = rotate
    pdf.save(path)
    return path


W_NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
NAMESPACES = (
    f'{W_NS} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


def docx(path: Path, body: str, **parts: str) -> Path:
    """A DOCX with this body XML; further parts by name (`numbering`, `styles`, `footnotes`) as inner XML."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>")
        for name, inner in parts.items():
            archive.writestr(f"word/{name}.xml", f"<w:{name} {NAMESPACES}>{inner}</w:{name}>")
    return path


def paragraph(text: str, properties: str = "", run: str = "") -> str:
    """A paragraph of one run."""
    return (
        f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'
    )


def png_bomb(width: int, height: int) -> bytes:
    """A valid PNG of `width` x `height` black pixels that is a thousand times smaller than its pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    row = b"\x00" * (1 + (width + 7) // 8)
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
