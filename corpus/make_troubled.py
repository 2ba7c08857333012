"""Makes corpus/troubled/: small files each of which has one thing wrong with it, as archives have them.

    python corpus/make_troubled.py [FOLDER]

The files are committed; the script is kept so that one can see what is wrong with each, and make them again.
The sound documents that they are made from are those of corpus/archive.
"""

from __future__ import annotations

import io
import struct
import sys
import zipfile
import zlib
from pathlib import Path

import pikepdf

HERE = Path(__file__).parent
ARCHIVE = HERE / "archive"

READ_ME = """# Files with something wrong

`make ingest ARCHIVE=corpus/troubled` ends with exit code 4 and names each of these with its reason.
Made by `corpus/make_troubled.py`.

| file | what is wrong | what becomes of it |
|---|---|---|
"""

WHAT_IS_WRONG = {
    "anh-bi-cat.jpg": ("a JPEG whose second half is missing", "read as far as it goes, `page_damaged`"),
    "bang-luong.xlsx": ("a spreadsheet that lacks its sheets", "`damaged_file`"),
    "ban-cu.doc": ("begins like an old Word file and is broken after that", "`damaged_file`"),
    "bi-cat.pdf": ("a PDF that was cut off in copying", "its pages as far as they go, or `damaged_file`"),
    "bom.png": ("a PNG of 2.5 billion pixels in 300 kilobytes", "`too_many_pixels`"),
    "co-mat-khau.pdf": ("a PDF with a password", "`encrypted`"),
    "hong.docx": ("a Word file whose container is broken", "`damaged_file`"),
    "khong-co-gi.pdf": ("0 bytes", "`empty_file`"),
    "loi-trang-2.pdf": (
        "a PDF whose second page has a broken picture",
        "the other pages, and `page_unreadable` for page 2",
    ),
    "rac-truoc-pdf.pdf": ("mail headers before the PDF", "read; nothing is lost"),
    "sai-duoi.docx": ("a PDF that is called .docx", "read, with the remark `wrong_extension`"),
    "thuc-the.docx": ("a Word file that declares XML entities without end", "`damaged_file`"),
    "toan-khoang-trang.txt": ("nothing but blanks", "`empty_file`"),
    "ung-dung.pdf": ("a program that is called .pdf", "`unsupported_kind`"),
}


def main(folder: Path) -> None:
    """Write all files and the README that lists them to `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    files = troubled_files()
    assert files.keys() == WHAT_IS_WRONG.keys()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    rows = [f"| {name} | {wrong} | {outcome} |\n" for name, (wrong, outcome) in sorted(WHAT_IS_WRONG.items())]
    (HERE / "TROUBLED.md").write_text(READ_ME + "".join(rows), encoding="utf-8")


def troubled_files() -> dict[str, bytes]:
    """The content of each file by name; the same at every call."""
    whole = (ARCHIVE / "2024" / "kh-phong-trao-thi-dua.pdf").read_bytes()
    scan = _first_page(ARCHIVE / "2024" / "kh-phong-trao-thi-dua.pdf")
    photo = (ARCHIVE / "2025" / "kh-chi-bo-bon-tot.jpg").read_bytes()
    word = (ARCHIVE / "2024" / "kh-truong-hoc-hanh-phuc.docx").read_bytes()
    return {
        "anh-bi-cat.jpg": photo[: len(photo) // 2],
        "bang-luong.xlsx": _zip({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}),
        "ban-cu.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x07" * 600,
        "bi-cat.pdf": whole[: len(whole) * 8 // 10],
        "bom.png": _png_bomb(),
        "co-mat-khau.pdf": _with_password(scan),
        "hong.docx": word[: len(word) * 8 // 10],
        "khong-co-gi.pdf": b"",
        "loi-trang-2.pdf": _second_page_broken(whole),
        "rac-truoc-pdf.pdf": b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: binary\r\n\r\n" + scan,
        "sai-duoi.docx": scan,
        "thuc-the.docx": _zip({"word/document.xml": _entities()}),
        "toan-khoang-trang.txt": b" \r\n\t\r\n" * 40,
        "ung-dung.pdf": b"MZ\x90\x00\x03\x00\x00\x00" + bytes(range(256)) * 4,
    }


def _first_page(path: Path) -> bytes:
    with pikepdf.open(path) as pdf:
        del pdf.pages[1:]
        return _saved(pdf)


def _with_password(data: bytes) -> bytes:
    # RC4 with fixed keys, not AES with random ones: made again, the file stays the same.
    with pikepdf.open(io.BytesIO(data)) as pdf:
        target = io.BytesIO()
        protection = pikepdf.Encryption(user="mat khau", owner="chu", R=3, aes=False, metadata=False)
        pdf.save(target, encryption=protection, deterministic_id=False, static_id=True)
        return target.getvalue()


def _second_page_broken(data: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for image in pdf.pages[1].get_images().values():
            noise = bytes((7 * at) % 251 for at in range(20_000)) + b"\xff\xd9"
            image.write(noise, filter=image.Filter, decode_parms=image.get("/DecodeParms"))
        return _saved(pdf)


def _saved(pdf: pikepdf.Pdf) -> bytes:
    target = io.BytesIO()
    pdf.save(target, deterministic_id=True)
    return target.getvalue()


def _zip(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), data)
    return target.getvalue()


def _entities() -> bytes:
    lines = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    return b'<!DOCTYPE x [<!ENTITY l0 "ha">' + lines + b"]><w:document>&l9;</w:document>"


def _png_bomb() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    side = 50_000
    packer = zlib.compressobj(9)
    row = b"\x00" * (1 + side // 8)
    data = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "troubled")
