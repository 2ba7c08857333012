"""PDFs with signature fields as signing software writes them: the signer's certificate, words on the page."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from pipeline.bench.reading_pages import FONTS, load_face


@dataclass(frozen=True)
class Field:
    """A signature field: its place in points from the lower left, what it shows, who signed and when."""

    rectangle: tuple[float, float, float, float]
    text: str
    time: str | None = None
    holder: bytes | None = None


def der(tag: int, *parts: bytes) -> bytes:
    """An element of DER."""
    body = b"".join(parts)
    size = bytes([len(body)]) if len(body) < 0x80 else b"\x82" + len(body).to_bytes(2, "big")
    return bytes([tag]) + size + body


def name_of(**parts: str) -> bytes:
    """A name as X.509 has it: CN, O, OU."""
    oids = {"CN": "550403", "O": "55040a", "OU": "55040b"}
    return der(
        0x30,
        *(
            der(0x31, der(0x30, der(6, bytes.fromhex(oids[kind])), der(0x0C, text.encode())))
            for kind, text in parts.items()
        ),
    )


def contents(*certificates: tuple[bytes, bytes]) -> bytes:
    """A signature's contents with certificates of (issuer, subject), keys and signature left out."""
    algorithm = der(0x30, der(6, bytes.fromhex("2a864886f70d01010b")))
    made = [
        der(0x30, der(0x30, der(0xA0, der(2, b"\2")), der(2, b"\1"), algorithm, issuer, der(0x30), subject, der(0x30)))
        for issuer, subject in certificates
    ]
    signed = der(0x30, der(2, b"\1"), der(0x31, algorithm), der(0x30), der(0xA0, *made), der(0x31))
    return der(0x30, der(6, bytes.fromhex("2a864886f70d010702")), der(0xA0, signed)) + bytes(64)


def signed_pdf(path: Path, lines: list[tuple[float, float, str]], fields: list[Field]) -> Path:
    """A page of text lines (x, y from the lower left, text) with signature fields over it."""
    font = "Serif"
    pdfmetrics.registerFont(TTFont(font, load_face(FONTS[2], "regular", 12).path))
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(595, 842))
    for x, y, text in lines:
        canvas.setFont(font, 13)
        canvas.drawString(x, y, text)
    canvas.save()
    with pikepdf.open(target) as pdf:
        page = pdf.pages[0]
        widgets = [pdf.make_indirect(_widget(pdf, page, field)) for field in fields]
        page.obj.Annots = Array(widgets)
        pdf.Root.AcroForm = Dictionary(Fields=Array(widgets), SigFlags=3)
        pdf.save(path)
    return path


def _widget(pdf: pikepdf.Pdf, page: pikepdf.Page, field: Field) -> Dictionary:
    left, bottom, right, top = field.rectangle
    words = b" ".join(b"0 -12 Td (" + line.encode("latin-1") + b") Tj" for line in field.text.split("\n"))
    stream = pdf.make_stream(b"BT /F 12 Tf 1 " + str(top - bottom - 2).encode() + b" Td " + words + b" ET")
    stream.update(
        {
            "/Type": Name.XObject,
            "/Subtype": Name.Form,
            "/BBox": Array([0, 0, right - left, top - bottom]),
            "/Resources": Dictionary(
                Font=Dictionary(F=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
            ),
        }
    )
    value = Dictionary(Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), Contents=String(field.holder or b"\x30\x00"))
    if field.time:
        value.M = String(field.time)
    return Dictionary(
        Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, T=String(field.text[:8]), F=4,
        Rect=Array([left, bottom, right, top]), AP=Dictionary(N=stream), V=pdf.make_indirect(value), P=page.obj,
    )  # fmt: skip
