"""Text layers that lie and text layers that are sound: PDFs with either, made in code."""

from __future__ import annotations

import io
import random
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pikepdf
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from pipeline.intake import open_source
from pipeline.reading.engines.table import choose_engine
from pipeline.reading.layer_check import LOOKED_AT_DPI, lies
from pipeline.reading.text_layer import LayerVerdict, judge_layer
from pipeline.settings import Settings
from tests.cases.plans import HEIGHT, WIDTH, register

Mapping = dict[int, str]
Lie = Callable[[Mapping], Mapping]
CORPUS = Path(__file__).resolve().parents[2] / "corpus"


@lru_cache(maxsize=1)
def engine():
    """The engine that compares, loaded once."""
    return choose_engine(Settings().reading)


def refused(pdf: bytes, folder: Path) -> list[bool]:
    """For each page of a PDF with a text layer, whether it is not used."""
    path = folder / "layer.pdf"
    path.write_bytes(pdf)
    found = []
    with open_source(path, Settings().intake) as source:
        for page in source.pages():
            assert page.layer is not None
            assert page.image is not None
            height = page.image.size[1]
            view = judge_layer(page.layer, height, has_image=True)
            image = page.image
            found.append(
                view.verdict is not LayerVerdict.GOOD
                or lies(page.layer, height, lambda image=image: image.look(LOOKED_AT_DPI), engine())
            )
    return found


# ------------------------------------------------------------------ tables of letters


def table_of(stream: bytes) -> Mapping:
    """The letters that a ToUnicode table gives its codes."""
    text = stream.decode("latin-1")
    table: Mapping = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", text, re.S):
        for code, letters in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>", block):
            table[int(code, 16)] = bytes.fromhex(letters).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", text, re.S):
        for first, last, many, one in re.findall(
            r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(?:\[([^\]]*)\]|<([0-9A-Fa-f]+)>)", block
        ):
            codes = range(int(first, 16), int(last, 16) + 1)
            if many:
                found = [bytes.fromhex(each).decode("utf-16-be") for each in re.findall(r"<([0-9A-Fa-f]*)>", many)]
            else:
                found = [chr(int(one, 16) + at) for at in range(len(codes))]
            table |= dict(zip(codes, found, strict=False))
    return table


def stream_of(table: Mapping) -> bytes:
    """A ToUnicode table of one-byte codes."""
    pairs = [f"<{code:02X}> <{letters.encode('utf-16-be').hex().upper()}>" for code, letters in sorted(table.items())]
    blocks = [pairs[at : at + 100] for at in range(0, len(pairs), 100)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        f"1 begincodespacerange <00> <FF> endcodespacerange\n{body}\nendcmap end end"
    ).encode("ascii")


def lied(pdf: bytes, lie: Lie, fonts: str = "all") -> bytes:
    """`pdf` with the tables of its fonts changed by `lie`: of all, of the bold ones, or of those that are not bold."""
    document = pikepdf.open(io.BytesIO(pdf))
    changed = 0
    for page in document.pages:
        for font in page.Resources.Font.values():
            bold = "bold" in str(font.get("/BaseFont", "")).lower()
            if "/ToUnicode" in font and (fonts == "all" or bold == (fonts == "bold")):
                table = table_of(font.ToUnicode.read_bytes())
                font.ToUnicode = document.make_stream(stream_of(lie(table)))
                changed += 1
    assert changed
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def shift(by: int) -> Lie:
    return lambda table: {code: "".join(chr(max(32, ord(c) + by)) for c in text) for code, text in table.items()}


def permutation(seed: int) -> Lie:
    def lie(table: Mapping) -> Mapping:
        letters = [code for code, text in table.items() if text.isalnum()]
        mixed = letters[:]
        random.Random(seed).shuffle(mixed)
        return {**table, **{code: table[other] for code, other in zip(letters, mixed, strict=True)}}

    return lie


def missing(letters: str, instead: str = " ") -> Lie:
    return lambda table: {code: instead if text in letters else text for code, text in table.items()}


def doubled(letters: str) -> Lie:
    return lambda table: {code: text * 2 if text in letters else text for code, text in table.items()}


def exchanged(one: str, other: str) -> Lie:
    change = str.maketrans(one + other, other + one)
    return lambda table: {code: text.translate(change) for code, text in table.items()}


def decomposed(table: Mapping) -> Mapping:
    """No lie: the same letters, marks apart from them, as Macintosh programs write tables."""
    return {code: unicodedata.normalize("NFD", text) for code, text in table.items()}


def unmarked(table: Mapping) -> Mapping:
    return {
        code: "".join(c for c in unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D")) if c.isascii())
        for code, text in table.items()
    }


# ------------------------------------------------------------------ sound ones

FACES = (
    *(
        tuple(f"liberation2/Liberation{family}-{style}.ttf" for style in styles)
        for family in ("Serif", "Sans", "Mono")
        for styles in (("Regular", "Bold"), ("Italic", "BoldItalic"))
    ),
    ("dejavu/DejaVuSerif.ttf", "dejavu/DejaVuSerif-Bold.ttf"),
    ("dejavu/DejaVuSans.ttf", "dejavu/DejaVuSans-Bold.ttf"),
    ("croscore/Tinos-Regular.ttf", "croscore/Tinos-BoldItalic.ttf"),
    ("croscore/Arimo-Italic.ttf", "croscore/Arimo-Bold.ttf"),
)
# What plans hold beside the language: foreign words, codes, names of ethnic groups, slips of the author.
ODD = (
    "Facebook, Zalo, Youtube; email vanthu@hoatruc.example.vn; website www.hoatruc.example.vn",
    "A Lưới, Krông Pắc, Ia Grai, Đăk Glei, Y Moan Êban, Siu Black, Ksor Hnhan, H'Hen Niê, Vàng A Pó, Giàng Seo Phử",
    "nghành, xữ lý, quảng đường, sát nhập, chỉnh chu, thăm quan, bổ xung, xuất xắc, đẩy mạng, phối hộp",
    "ISO 9001:2015; TCVN 7790-1:2023; QCVN 14:2008/BTNMT; 1.250.000.000 đồng; 0234.3868.xxx; (+84) 234",
    "Dự án JICA, ODA, UNICEF, WB; phần mềm QLVBĐH, iOffice, VNPT eOffice; chữ ký số CA; file Excel, PDF",
    "STT Họ và tên Chức vụ Đơn vị Ghi chú TĐKT BCĐ UBMTTQVN HCCB HLHPN ĐTN CĐCS THCS THPT MN TH&THCS GDNN-GDTX",
)


@lru_cache(maxsize=1)
def sentences() -> tuple[str, ...]:
    """Sentences of the project's own samples."""
    found = []
    for path in sorted((CORPUS / "gold").rglob("*.txt")):
        text = unicodedata.normalize("NFC", path.read_text("utf-8"))
        found += [" ".join(block.split()) for block in re.split(r"\n\s*\n|\f", text) if len(block) > 20]
    return tuple(found)


def sound_pdf(seed: int) -> bytes:
    """A born-digital page or two whose text layer says what it shows: other type, size, colour, width each time."""
    rng = random.Random(seed)
    faces = register(rng.choice(FACES))
    size, left = rng.choice((10.5, 11.0, 12.0, 13.0, 14.0)), rng.uniform(50, 90)
    colour = rng.choice(((0, 0, 0), (0, 0, 0), (0.1, 0.1, 0.4), (0.5, 0, 0), (0.25, 0.25, 0.25)))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), invariant=1)
    for _ in range(1 + seed % 2):
        texts = rng.sample(sentences(), min(len(sentences()), 14)) + rng.sample(ODD, 2)
        rng.shuffle(texts)
        y = HEIGHT - 60
        canvas.setFillColorRGB(*colour)
        for number, text in enumerate(texts):
            bold = number % 4 == 0
            shown = text.upper() if number % 6 == 5 else text
            for line in simpleSplit(shown, faces[bold], size, WIDTH - left - 60):
                if y < 60:
                    break
                made = canvas.beginText(left, y)
                made.setFont(faces[bold], size)
                made.setCharSpace(rng.choice((0, 0, 0, 0.2, 0.6, -0.1)))
                made.setWordSpace(rng.choice((0, 0, 2)))
                made.textOut(line)
                canvas.drawText(made)
                y -= size * 1.35
        canvas.showPage()
    canvas.save()
    return lied(out.getvalue(), decomposed) if seed % 10 == 3 else out.getvalue()
