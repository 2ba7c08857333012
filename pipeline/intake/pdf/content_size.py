"""How much content a PDF page really has: its streams unpacked, each form as often as it is used."""

from __future__ import annotations

import base64
import re
import zlib

import pikepdf

_USE = re.compile(rb"/([^\s/\[\]<>(){}%]+)\s+Do\b")
_SAVE_OR_RESTORE = re.compile(rb"(?<![^\s])[qQ](?![^\s])")
# A saved graphics state costs PDFium two kilobytes; honest pages nest some dozens of them.
_DEEPEST_SAVES = 5_000
_DEEPEST_FORMS = 30
_CHUNK = 1 << 20
_FLATE = ("/FlateDecode", "/Fl")
_IN_LETTERS = ("/ASCII85Decode", "/A85", "/ASCIIHexDecode", "/AHx")  # they make data longer, never shorter
_LOOKED_THROUGH = 100_000
_MOST_ANNOTATIONS = 1_000  # that are looked at, as everywhere


def _from_letters(data: bytes, coding: str) -> bytes:
    """Bytes that are written in letters, as some programs do; what is no such coding comes back as it is."""
    try:
        if coding in ("/ASCIIHexDecode", "/AHx"):
            digits = data.split(b">")[0].translate(None, b" \t\r\n\f\0")
            return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
        return base64.a85decode(data.strip().removeprefix(b"<~").split(b"~>")[0])
    except ValueError:
        return data


class ContentWeight:
    """Weighs pages up to a limit: what is heavier is only known to be heavier."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._too_much = limit + 1
        self._known: dict[tuple[int, int], int] = {}

    def of_page(self, page: pikepdf.Page) -> int:
        """Bytes of the page's content, all forms opened up; `limit` + 1 when it is more than that, or endless."""
        contents = page.obj.get("/Contents")
        streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
        content = b"\n".join(self._unpacked(stream) for stream in streams if isinstance(stream, pikepdf.Stream))
        return self._opened_up(content, page.resources, ())

    def of_appearances(self, page: pikepdf.Page) -> int:
        """Bytes of what its annotations paint, forms opened up; `limit` + 1 when it is more than that, or endless."""
        weight = 0
        for note in list(page.obj.get("/Annots", []))[:_MOST_ANNOTATIONS]:
            shown = note.get("/AP", pikepdf.Dictionary()).get("/N")
            weight += self._of_form(shown, ()) if isinstance(shown, pikepdf.Stream) else 0
            if weight > self._limit:
                return self._too_much
        return weight

    def lost_objects(self, page: pikepdf.Page) -> bool:
        """True when the page's content shows pictures or forms that are not in the file (any more)."""
        contents = page.obj.get("/Contents")
        streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
        content = b"\n".join(self._unpacked(stream) for stream in streams if isinstance(stream, pikepdf.Stream))
        objects = page.resources.get("/XObject")
        names = {use[1].decode("latin-1") for use in _USE.finditer(content[:_LOOKED_THROUGH])}
        return any(objects is None or not isinstance(objects.get(f"/{name}"), pikepdf.Stream) for name in names)

    def _opened_up(self, content: bytes, resources: pikepdf.Object | None, around: tuple[tuple[int, int], ...]) -> int:
        if len(content) > self._limit or self._nests_saves(content) or len(around) > _DEEPEST_FORMS:
            return self._too_much
        weight = len(content)
        objects = resources.get("/XObject") if resources is not None else None
        uses: dict[bytes, int] = {}
        for use in _USE.finditer(content) if objects is not None else ():
            uses[use[1]] = uses.get(use[1], 0) + 1
        for name, count in uses.items():
            form = objects.get("/" + name.decode("latin-1")) if objects is not None else None
            if isinstance(form, pikepdf.Stream) and form.get("/Subtype") == "/Form":
                weight += count * self._of_form(form, around)
            if weight > self._limit:
                return self._too_much
        return weight

    def _of_form(self, form: pikepdf.Stream, around: tuple[tuple[int, int], ...]) -> int:
        identity = form.objgen
        if identity in around:
            return self._too_much
        if identity not in self._known:
            content = self._unpacked(form)
            self._known[identity] = self._opened_up(content, form.get("/Resources"), (*around, identity))
        # Even an empty form costs something each time it is used.
        return max(100, self._known[identity])

    def _unpacked(self, stream: pikepdf.Stream) -> bytes:
        """The stream's content; of one that is too long only as much as shows that it is."""
        filters = stream.get("/Filter")
        names = [str(filters)] if isinstance(filters, pikepdf.Name) else [str(name) for name in filters or ()]
        data = stream.read_raw_bytes()
        if not names:
            return data
        if any(name not in (*_FLATE, *_IN_LETTERS) for name in names) or "/DecodeParms" in stream:
            # LZW and run lengths: qpdf unpacks them whole, at most a thousandfold.
            return stream.read_bytes() if len(data) < self._limit // 1_000 else b" " * self._too_much
        for name in names:
            data = self._inflated(data) if name in _FLATE else _from_letters(data, name)
        return data

    def _inflated(self, data: bytes) -> bytes:
        unpacker = zlib.decompressobj()
        pieces: list[bytes] = []
        size = 0
        try:
            while data and size <= self._limit:
                piece = unpacker.decompress(data, _CHUNK)
                size += len(piece)
                pieces.append(piece)
                data = unpacker.unconsumed_tail
        except zlib.error:
            pass  # a damaged stream: what came out of it counts
        return b"".join(pieces)

    @staticmethod
    def _nests_saves(content: bytes) -> bool:
        if content.count(b"q") <= _DEEPEST_SAVES:
            return False
        depth = 0
        for sign in _SAVE_OR_RESTORE.finditer(content):
            depth = depth + 1 if sign[0] == b"q" else max(0, depth - 1)
            if depth > _DEEPEST_SAVES:
                return True
        return False
