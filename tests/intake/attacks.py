"""Hostile files made by hand: the attacks on PDF, DOCX, picture and text readers that are known by name."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator

import pikepdf
from PIL import Image

from . import samples


def raw_pdf(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer << /Root 1 0 R /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start))
    return out.getvalue()


def stream(data: bytes, more: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), more, data)


def one_page(
    contents: bytes, resources: bytes = b"", box: bytes = b"0 0 595 842", extra: tuple[bytes, ...] = ()
) -> bytes:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R /Resources << %s >> >>" % (box, resources)
    return raw_pdf(
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>", page, contents, *extra]
    )


def flate_bomb(size: int, fill: bytes = b"0 0 m 9 9 l S ", rounds: int = 1) -> bytes:
    packer = zlib.compressobj(9)
    block = fill * (1_000_000 // len(fill))
    data = b"".join(packer.compress(block) for _ in range(size // len(block))) + packer.flush()
    for _ in range(rounds - 1):
        data = zlib.compress(data, 9)
    return data


def handmade() -> Iterator[tuple[str, bytes]]:
    """The attacks that are known by name."""
    yield from _pdf_attacks()
    yield from _docx_attacks()
    yield from _picture_attacks()
    yield from _text_attacks()


def _pdf_attacks() -> Iterator[tuple[str, bytes]]:
    flate = b"/Filter /FlateDecode"
    yield "bomb-content.pdf", one_page(stream(flate_bomb(300_000_000), flate))
    twice = b"/Filter [/FlateDecode /FlateDecode]"
    yield "bomb-content-twice.pdf", one_page(stream(flate_bomb(600_000_000, b"\x00", 2), twice))
    wide = b"/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 8 /ColorSpace /DeviceGray "
    whole = stream(b"q 595 0 0 842 0 0 cm /Im Do Q")
    yield (
        "bomb-image.pdf",
        one_page(whole, b"/XObject << /Im 5 0 R >>", extra=(stream(flate_bomb(10_000_000, b"\x00"), wide + flate),)),
    )
    fax = b"/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 1 /ColorSpace /DeviceGray "
    params = b"/Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 60000 /Rows 60000 >>"
    yield "bomb-fax.pdf", one_page(whole, b"/XObject << /Im 5 0 R >>", extra=(stream(b"\x00" * 100, fax + params),))
    form = stream(
        b"/F Do /F Do", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F 5 0 R >> >>"
    )
    yield "form-in-itself.pdf", one_page(stream(b"/F Do"), b"/XObject << /F 5 0 R >>", extra=(form,))
    forms = [
        stream(
            b"/F Do " * 20,
            b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F %d 0 R >> >>" % (at + 6),
        )
        for at in range(10)
    ]
    yield (
        "forms-multiplied.pdf",
        one_page(
            stream(b"/F Do " * 20),
            b"/XObject << /F 5 0 R >>",
            extra=(*forms, stream(b"0 0 m", b"/Subtype /Form /BBox [0 0 9 9]")),
        ),
    )
    yield "million-strokes.pdf", one_page(stream(b"0 0 m 500 800 l S\n" * 1_000_000))
    yield (
        "million-letters.pdf",
        one_page(
            stream(b"BT /F1 8 Tf 10 800 Td " + b"(abcdefghij) Tj " * 200_000 + b"ET"),
            b"/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>",
        ),
    )
    yield "deep-arrays.pdf", one_page(stream(b"[" * 500_000))
    yield "deep-saves.pdf", one_page(stream(b"q " * 1_000_000))
    for at, box in enumerate(
        [
            b"0 0 0 0",
            b"0 0 1e30 1e30",
            b"0 0 14400 14400",
            b"-1e9 -1e9 1e9 1e9",
            b"nan nan nan nan",
            b"842 595 0 0",
            b"0 0 0.1 9999",
        ]
    ):
        yield f"box-{at}.pdf", one_page(stream(b"0 0 m 99 99 l S"), box=box)
    loop = raw_pdf([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 9 /Kids [2 0 R 2 0 R] >>"])
    yield "tree-of-itself.pdf", loop
    yield (
        "prev-of-itself.pdf",
        raw_pdf([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 0 /Kids [] >>"], b"/Prev 9"),
    )
    yield "no-pages.pdf", raw_pdf([b"<< /Type /Catalog >>"])
    yield "root-is-page.pdf", raw_pdf([b"<< /Type /Page /MediaBox [0 0 9 9] >>"])
    yield (
        "claims-a-billion-pages.pdf",
        raw_pdf(
            [
                b"<< /Type /Catalog /Pages 2 0 R >>",
                b"<< /Type /Pages /Count 999999999 /Kids [3 0 R] >>",
                b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] >>",
            ]
        ),
    )
    kids = b"3 0 R " * 100_000
    yield (
        "hundred-thousand-pages.pdf",
        raw_pdf(
            [
                b"<< /Type /Catalog /Pages 2 0 R >>",
                b"<< /Type /Pages /Count 100000 /Kids [%s] >>" % kids,
                b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] >>",
            ]
        ),
    )
    chain = [b"<< /Type /Pages /Count 1 /Kids [%d 0 R] >>" % (at + 3) for at in range(20_000)]
    yield (
        "deep-page-tree.pdf",
        raw_pdf([b"<< /Type /Catalog /Pages 2 0 R >>", *chain, b"<< /Type /Page /MediaBox [0 0 9 9] >>"]),
    )
    yield (
        "scripts.pdf",
        raw_pdf(
            [
                b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /Launch /F (/bin/sh) >> "
                b"/AA << /WC << /S /JavaScript /JS (while(1);) >> >> >>",
                b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
                b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] "
                b"/AA << /O << /S /URI /URI (http://127.0.0.1:9/) >> >> >>",
            ]
        ),
    )
    yield "header-only.pdf", b"%PDF-1.7\n"
    yield "header-and-noise.pdf", b"%PDF-1.7\n1 0 obj\n" + bytes(random.Random(5).randbytes(50_000))
    yield "endless-objects.pdf", b"%PDF-1.7\n" + b"1 0 obj << /A 1 0 R >> endobj\n" * 100_000
    for name, revision in [("password-rc4.pdf", 3), ("password-aes.pdf", 6)]:
        pdf = pikepdf.new()
        pdf.add_blank_page()
        target = io.BytesIO()
        new = revision >= 4
        pdf.save(target, encryption=pikepdf.Encryption(user="u", owner="o", R=revision, metadata=new, aes=new))
        yield name, target.getvalue()


def _docx_attacks() -> Iterator[tuple[str, bytes]]:
    def package(parts: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", how) as archive:
            for name, data in parts.items():
                archive.writestr(name, data)
        return target.getvalue()

    def word(body: bytes) -> bytes:
        return b"<w:document " + samples.NAMESPACES.encode() + b"><w:body>" + body + b"</w:body></w:document>"

    entities = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 12))
    laughs = b'<!DOCTYPE x [<!ENTITY l0 "ha">' + entities + b"]>" + word(b"<w:p><w:r><w:t>&l11;</w:t></w:r></w:p>")
    yield "billion-laughs.docx", package({"word/document.xml": laughs})
    quadratic = b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 100_000 + b'">]>' + word(b"&a;" * 100_000)
    yield "quadratic.docx", package({"word/document.xml": quadratic})
    outside = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + word(b"<w:p><w:r><w:t>&f;</w:t></w:r></w:p>")
    yield "outside-entity.docx", package({"word/document.xml": outside})
    yield "zip-bomb.docx", package({"word/document.xml": b"<a>" + b" " * 300_000_000})
    yield (
        "bomb-in-styles.docx",
        package({"word/document.xml": word(b"<w:p/>"), "word/styles.xml": b"<a>" + b" " * 300_000_000}),
    )
    yield "deep.docx", package({"word/document.xml": word(b"<w:sdt>" * 500_000)})
    yield "deep-tables.docx", package({"word/document.xml": word(b"<w:tbl><w:tr><w:tc>" * 130)})
    closed = b"<w:tbl><w:tr><w:tc>" * 120 + b"<w:p/>" + b"</w:tc></w:tr></w:tbl>" * 120
    yield "nested-tables.docx", package({"word/document.xml": word(closed)})
    yield "many-elements.docx", package({"word/document.xml": word(b"<w:p/>" * 2_000_000)})
    yield (
        "many-attributes.docx",
        package({"word/document.xml": word(b"<w:p " + b" ".join(b'a%d="1"' % n for n in range(300_000)) + b"/>")}),
    )
    yield (
        "long-text.docx",
        package({"word/document.xml": word(b"<w:p><w:r><w:t>" + b"a " * 20_000_000 + b"</w:t></w:r></w:p>")}),
    )
    yield "traversal.docx", package({"word/document.xml": word(b"<w:p/>"), "../../../../tmp/evil": b"x"})
    yield "absolute.docx", package({"word/document.xml": word(b"<w:p/>"), "/etc/evil": b"x"})
    yield "not-xml.docx", package({"word/document.xml": b"\x00\x01\x02"})
    yield "utf16.docx", package({"word/document.xml": '<?xml version="1.0" encoding="UTF-16"?><a/>'.encode("utf-16")})
    yield "strange-encoding.docx", package({"word/document.xml": b'<?xml version="1.0" encoding="cp037"?><a/>'})
    cell = b'<w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc>'
    span = b"<w:tbl><w:tr>" + cell + b"</w:tr></w:tbl>"

    yield "huge-span.docx", package({"word/document.xml": word(span)})
    yield (
        "breaks.docx",
        package({"word/document.xml": word(b'<w:p><w:r><w:t>a</w:t><w:br w:type="page"/></w:r></w:p>' * 50_000)}),
    )
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        archive.writestr("word/document.xml", b"x")
        for at in range(60_000):
            archive.writestr(f"x/{at}", b"")
    yield "many-members.docx", many.getvalue()
    directory = bytearray(package({"word/document.xml": word(b"<w:p/>")}))
    struct.pack_into("<H", directory, len(directory) - 22 + 10, 65_535)
    yield "claims-many-members.docx", bytes(directory)
    yield "overlapping.docx", _overlapping_zip()
    yield "empty-zip.docx", package({})
    yield "ole-noise.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + random.Random(6).randbytes(20_000)
    yield "rtf-deep.rtf", b"{\\rtf1" + b"{" * 200_000


def _overlapping_zip() -> bytes:
    """Many directory entries that share one packed body (D. Fifield's bomb, in small)."""
    body = zlib.compress(b"a" * 10_000_000, 9)[2:-4]
    name = b"word/document.xml"
    local = (
        struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 0, 0, len(body), 10_000_000, len(name), 0) + name + body
    )
    entries = b"".join(
        struct.pack(
            "<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 8, 0, 0, 0, len(body), 10_000_000, len(name), 0, 0, 0, 0, 0, 0
        )
        + name
        for _ in range(5_000)
    )
    return local + entries + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 5_000, 5_000, len(entries), len(local), 0)


def _picture_attacks() -> Iterator[tuple[str, bytes]]:
    yield "bomb.png", samples.png_bomb(50_000, 50_000)
    yield "just-allowed.png", samples.png_bomb(10_900, 10_900)
    yield "wide.png", samples.png_bomb(100_000_000, 1)
    text = zlib.compress(b"a" * 100_000_000, 9)
    chunk = b"zTXtk\x00\x00" + text
    sound = samples.png(samples.scan())
    yield (
        "text-bomb.png",
        sound[:33] + struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) + sound[33:],
    )
    tiff = struct.pack("<2sHI", b"II", 42, 8)
    entries = [
        (256, 4, 1, 65_000),
        (257, 4, 1, 65_000),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (273, 4, 1, 8),
        (277, 3, 1, 1),
        (278, 4, 1, 65_000),
        (279, 4, 1, 10),
    ]
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries)
    yield "bomb.tif", tiff + directory + struct.pack("<I", 0)
    yield "ring.tif", tiff + struct.pack("<H", 1) + struct.pack("<HHII", 256, 4, 1, 9) + struct.pack("<I", 8)
    counts = [(256, 4, 1, 9), (257, 4, 1, 9), (273, 4, 0x7FFFFFFF, 8), (279, 4, 0x7FFFFFFF, 8)]
    yield (
        "strips.tif",
        tiff + struct.pack("<H", 4) + b"".join(struct.pack("<HHII", *entry) for entry in counts) + struct.pack("<I", 0),
    )
    header = struct.pack("<2sIHHIIiiHHIIiiII", b"BM", 100, 0, 0, 54, 40, 100_000, -100_000, 1, 24, 0, 0, 0, 0, 0, 0)
    yield "bomb.bmp", header + bytes(100)
    yield (
        "screen.gif",
        b"GIF89a"
        + struct.pack("<HHBBB", 65_535, 65_535, 0, 0, 0)
        + b","
        + struct.pack("<HHHHB", 0, 0, 65_535, 65_535, 0)
        + b"\x08\x01\x00;",
    )
    jpeg = samples.encoded(samples.scan(), "JPEG")
    at = jpeg.index(b"\xff\xc0")
    yield "bomb.jpg", jpeg[: at + 5] + struct.pack(">HH", 65_500, 65_500) + jpeg[at + 9 :]
    scans = samples.encoded(Image.new("L", (2_000, 2_000)), "JPEG", progressive=True)
    start = scans.index(b"\xff\xda")
    yield "many-scans.jpg", scans[:start] + scans[start:-2] * 300 + scans[-2:]
    yield (
        "webp-claims.webp",
        b"RIFF" + struct.pack("<I", 100) + b"WEBPVP8X" + struct.pack("<I", 10) + b"\x00" * 4 + b"\xff" * 6,
    )
    yield "codestream.jp2", b"\xff\x4f\xff\x51" + b"\xff" * 200


def _text_attacks() -> Iterator[tuple[str, bytes]]:
    yield "form-feeds.txt", b"a\f" * 1_000_000
    yield "one-line.txt", b"chu " * 10_000_000
    yield "million-lines.txt", b"\n" * 20_000_000 + b"a"
    yield "surrogates.txt", b"\xff\xfe" + b"\x00\xd8" * 1_000 + "Kế hoạch".encode("utf-16-le")
    yield "nuls.txt", b"Ke hoach\x00" * 50 + b"a" * 20_000
    yield "stars.md", b"## a\n" + b"**" * 500_000
    yield "stars-apart.md", b"## a\n" + b"* " * 500_000 + b"\n" + b"*a " * 300_000
    yield "brackets.md", b"## a\n" + b"[" * 200_000 + b"](" * 200_000
    yield "tags.md", b"## a\n" + b"<p " * 300_000 + b"<!--" * 100_000
    yield "pipes.md", b"|a|b|\n|---|---|\n" + b"|" * 1_000_000 + b"\n"
    yield "blanks.txt", b"a" + b" " * 5_000_000 + b"b\n" + (b" " * 99 + b"x    y\n") * 50_000
    yield "entities.md", b"## a\n" + b"&amp;lt;&#x110000;&#0;&nbsp;" * 50_000
    yield "noise.txt", random.Random(7).randbytes(100_000)
    yield "latin.txt", bytes(range(128, 256)) * 1_000
    yield "directions.txt", "\u202eKế hoạch\u2066 2024\u200f\n".encode() * 100
