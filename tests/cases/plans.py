"""An invented plan and its forms: text, Word, PDF. The tests of real files' faults change one thing of one of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from pathlib import Path

from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from tests.cases.facts import Facts, document_of, facts_of
from tests.intake.samples import NAMESPACES, paragraph

HEAD_LEFT = ("ỦY BAN NHÂN DÂN", "XÃ HOA TRÚC", "Số: 63/KH-UBND")
HEAD_RIGHT = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "Hoa Trúc, ngày 21 tháng 8 năm 2024",
)
TITLE = ("KẾ HOẠCH", "Phát động phong trào “Mỗi ngõ xóm một hàng cây xanh” năm 2024")
BODY = (
    "Thực hiện Kế hoạch số 205/KH-UBND ngày 09 tháng 7 năm 2024 của Ủy ban nhân dân huyện Suối Đá về việc trồng cây "
    "xanh nơi công cộng, Ủy ban nhân dân xã Hoa Trúc xây dựng Kế hoạch như sau:",
    "I. MỤC ĐÍCH, YÊU CẦU",
    "1. Mục đích",
    "- Khuyến khích nhân dân trồng, chăm sóc và giữ gìn cây xanh ở ngõ xóm, trường học, trạm y tế.",
    "2. Yêu cầu",
    "- Việc trồng cây phải thiết thực, tiết kiệm, đúng mùa vụ; tránh phô trương, hình thức.",
    "II. NỘI DUNG",
    "1. Mỗi xóm đăng ký trồng ít nhất 120 cây bóng mát dọc các tuyến đường do xóm tự quản.",
    "2. Các trường học tổ chức cho học sinh chăm sóc vườn hoa, cây cảnh vào chiều thứ sáu hằng tuần.",
    "3. Đoàn Thanh niên vận động đoàn viên góp cây giống, phân bón và ngày công.",
    "III. TỔ CHỨC THỰC HIỆN",
    "1. Công chức Địa chính hướng dẫn kỹ thuật, tổng hợp kết quả, báo cáo Ủy ban nhân dân xã trước ngày 20 tháng 12 "
    "năm 2024.",
    "2. Trưởng các xóm phổ biến Kế hoạch này đến từng hộ gia đình.",
    "Trên đây là Kế hoạch phát động phong trào “Mỗi ngõ xóm một hàng cây xanh” năm 2024 của Ủy ban nhân dân xã "
    "Hoa Trúc./.",
)
RECIPIENTS = (
    "Nơi nhận:",
    "- UBND huyện Suối Đá (để báo cáo);",
    "- Thường trực Đảng ủy, HĐND xã;",
    "- Các trường học trên địa bàn xã;",
    "- Trưởng các xóm;",
    "- Lưu: VT.",
)
CLOSING = ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "", "Lương Quỳnh Hương")


def lines() -> list[str]:
    """The plan as a text dump keeps it, a line each."""
    head = [f"{left:<34}{right}" for left, right in zip(HEAD_LEFT, HEAD_RIGHT, strict=True)]
    return [*head, "", *TITLE, "", *BODY, "", *RECIPIENTS, "", *CLOSING]


@lru_cache(maxsize=1)
def right() -> Facts:
    """What every form of the plan says."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "plan.txt")
        path.write_text("\n".join(lines()), "utf-8")
        return facts_of(document_of(path))


def differences(path: Path, **changed: object) -> dict[str, object]:
    """What the document of `path` says otherwise than the plan, but for what is `changed`."""
    wanted = {**right(), **changed}
    return {name: value for name, value in facts_of(document_of(path)).items() if value != wanted[name]}


# ------------------------------------------------------------------ Word

Run = Callable[[str], str]
BOLD = "<w:b/>"
CENTRED = '<w:jc w:val="center"/>'


def cells(left: Iterable[str], right_: Iterable[str]) -> str:
    """A borderless table of one row: the paragraphs of its two cells."""
    row = "".join(f"<w:tc>{''.join(cell)}</w:tc>" for cell in (left, right_))
    return f"<w:tbl><w:tr>{row}</w:tr></w:tbl>"


def word_paragraph(text: str, properties: str = "", run: str = "") -> str:
    """A paragraph of one run."""
    return paragraph(escape(text, quote=False), properties, run)


@dataclass(frozen=True)
class WordPlan:
    """The plan's parts as WordprocessingML; a test replaces one of them. `run` is put into every run."""

    run: str = ""
    capitals: str | None = None  # the run properties of headings, where they differ
    written: Callable[[str], str] = field(default=lambda text: text)

    def line(self, text: str, properties: str = "", more: str = "") -> str:
        upper = text.isupper() and self.capitals is not None
        return word_paragraph(self.written(text), properties, (self.capitals if upper else self.run) + more)

    @property
    def head(self) -> str:
        left = [self.line(text, CENTRED, BOLD if at < 2 else "") for at, text in enumerate(HEAD_LEFT)]
        return cells(left, [self.line(text, CENTRED, BOLD if at < 2 else "") for at, text in enumerate(HEAD_RIGHT)])

    @property
    def title(self) -> str:
        return "".join(self.line(text, CENTRED, BOLD) for text in TITLE)

    @property
    def body(self) -> str:
        return "".join(self.line(text, "", BOLD if text.isupper() else "") for text in BODY)

    @property
    def closing(self) -> str:
        left = [self.line(text, "", BOLD if at == 0 else "") for at, text in enumerate(RECIPIENTS)]
        return cells(left, [self.line(text, CENTRED, BOLD) for text in CLOSING])

    @property
    def whole(self) -> str:
        return self.head + self.title + self.body + self.closing + word_paragraph("")


RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def write_docx(
    path: Path, body: str, parts: dict[str, str | bytes] | None = None, relations: Sequence[tuple[str, str]] = ()
) -> Path:
    """A DOCX with this body; `parts` by name (an XML part's own root included) and `relations` as (kind, target)."""
    linked = "".join(
        f'<Relationship Id="rId{number}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(relations, start=1)
    )
    package = "http://schemas.openxmlformats.org/package/2006"
    types = "".join(
        f'<Default Extension="{name}" ContentType="{kind}"/>'
        for name, kind in (
            ("rels", "application/vnd.openxmlformats-package.relationships+xml"),
            ("xml", "application/xml"),
            ("html", "text/html"),
            ("rtf", "application/rtf"),
        )
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types">{types}<Override PartName="/word/document.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
            f'Type="{RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        archive.writestr("word/document.xml", f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>")
        archive.writestr(
            "word/_rels/document.xml.rels", f'<Relationships xmlns="{package}/relationships">{linked}</Relationships>'
        )
        for name, content in (parts or {}).items():
            archive.writestr(f"word/{name}", content)
    return path


def part(root: str, inner: str) -> str:
    """An XML part with this root element (hdr, ftr, numbering, styles …)."""
    return f"<w:{root} {NAMESPACES}>{inner}</w:{root}>"


# ------------------------------------------------------------------ PDF

WIDTH, HEIGHT = 595.28, 841.89
FONTS = Path("/usr/share/fonts/truetype")
SERIF = ("liberation2/LiberationSerif-Regular.ttf", "liberation2/LiberationSerif-Bold.ttf")


def register(names: tuple[str, str] = SERIF) -> tuple[str, str]:
    """The names by which a regular and a bold font are known to reportlab from now on."""
    known = []
    for name in names:
        pdfmetrics.registerFont(TTFont(Path(name).stem, str(FONTS / name)))
        known.append(Path(name).stem)
    return known[0], known[1]


@dataclass(frozen=True)
class Placed:
    """A printed line: its left end and baseline in points from the bottom left."""

    text: str
    x: float
    y: float
    bold: bool = False
    part: str = "body"


def set_lines(faces: tuple[str, str], size: float = 12.0, left: float = 80.0, width: float = 440.0) -> list[Placed]:
    """The plan set on one page of A4."""
    placed: list[Placed] = []
    leading, y = size * 1.3, HEIGHT - 60.0
    middle_left, middle_right = left + 85.0, left + 310.0

    def centred(text: str, middle: float, bold: bool, name: str) -> None:
        wide = pdfmetrics.stringWidth(text, faces[bold], size - 1)
        placed.append(Placed(text, middle - wide / 2, y, bold, name))

    for at, (one, other) in enumerate(zip(HEAD_LEFT, HEAD_RIGHT, strict=True)):
        centred(one, middle_left, at < 2, "head")
        centred(other, middle_right, at < 2, "head")
        y -= leading
    y -= leading
    for text in TITLE:
        centred(text, left + width / 2, True, "title")
        y -= leading
    y -= leading / 2
    for text in BODY:
        bold = text.isupper() or text.split(". ", 1)[-1].isupper()
        for at, line in enumerate(simpleSplit(text, faces[bold], size, width - 24)):
            placed.append(Placed(line, left + (24 if at == 0 else 0), y, bold))
            y -= leading
        y -= leading * 0.15
    y -= leading
    top = y
    for at, text in enumerate(RECIPIENTS):
        placed.append(Placed(text, left, y, at == 0, "closing"))
        y -= leading
    y = top
    for text in CLOSING[:2]:
        centred(text, left + 350, True, "closing")
        y -= leading
    y -= leading * 3
    centred(CLOSING[3], left + 350, True, "closing")
    return placed


Draw = Callable[[Canvas, Sequence[Placed], tuple[str, str], float], None]


def draw_plainly(canvas: Canvas, placed: Sequence[Placed], faces: tuple[str, str], size: float) -> None:
    """Every line where it stands."""
    for line in placed:
        canvas.setFont(faces[line.bold], size - 1 if line.part in ("head", "title", "closing") else size)
        canvas.drawString(line.x, line.y, line.text)


def pdf_of(draw: Draw = draw_plainly, fonts: tuple[str, str] = SERIF, size: float = 12.0, **page: float) -> bytes:
    """The plan as a born-digital PDF of one page; `draw` may draw it otherwise."""
    faces = register(fonts)
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), invariant=1)
    draw(canvas, set_lines(faces, size, **page), faces, size)
    canvas.showPage()
    canvas.save()
    return out.getvalue()
