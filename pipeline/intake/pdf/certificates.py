"""Who signed, read from the certificate inside a PDF's signature (CMS, RFC 5652; names as X.509 has them).

Only names are read; nothing is verified, for that takes the authorities' root certificates and their lists of
withdrawn ones. A few lines of DER do for it: tag, length, value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

# Object identifiers, in their DER encoding, of the parts of a name.
_COMMON_NAME, _ORGANISATION = bytes.fromhex("550403"), bytes.fromhex("55040a")
_UNIT, _EMAIL = bytes.fromhex("55040b"), bytes.fromhex("2a864886f70d010901")
_CODECS = {0x0C: "utf-8", 0x1E: "utf-16-be", 0x13: "latin-1", 0x14: "latin-1", 0x16: "latin-1", 0x1C: "utf-32-be"}
_SEQUENCE, _SET, _OID, _EXPLICIT_0 = 0x30, 0x31, 0x06, 0xA0
_MOST_PARTS = 200  # of one element; a certificate has a dozen


@dataclass(frozen=True, slots=True)
class Holder:
    """The subject of a certificate."""

    name: str | None = None
    organisation: str | None = None
    email: str | None = None


def signer_of(contents: bytes) -> Holder | None:
    """Whose certificate a signature's `/Contents` carry; None where that cannot be read."""
    try:
        certificates = list(_certificates(contents))
        issuers = {issuer for issuer, _ in certificates}
        # The signer's certificate issued none of the others.
        subject = next((subject for _, subject in certificates if subject not in issuers), None)
        return _holder(subject) if subject is not None else None
    except (ValueError, IndexError):
        return None


def _certificates(contents: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(issuer, subject) of each certificate, as DER."""
    _, whole = _element(contents, 0)
    signed = _first(_EXPLICIT_0, whole)
    certificates = _first(_EXPLICIT_0, _first(_SEQUENCE, signed))
    for tag, certificate in _parts(certificates):
        if tag != _SEQUENCE:
            continue
        _, to_be_signed = _element(certificate, 0)
        names = [value for tag, value in _parts(to_be_signed) if tag == _SEQUENCE]
        yield names[1], names[3]  # algorithm, issuer, validity, subject


def _holder(subject: bytes) -> Holder:
    found: dict[bytes, str] = {}
    for tag, part in _parts(subject):
        if tag != _SET:
            continue
        _, pair = _element(part, 0)
        (kind, oid), (encoding, text) = list(_parts(pair))[:2]
        if kind == _OID and encoding in _CODECS:
            found[oid] = text.decode(_CODECS[encoding], "replace").strip()
    body = ", ".join(filter(None, (found.get(_UNIT), found.get(_ORGANISATION))))
    return Holder(found.get(_COMMON_NAME), body or None, found.get(_EMAIL))


def _first(tag: int, data: bytes) -> bytes:
    """The first element of a kind in `data`. Raises IndexError."""
    return [value for kind, value in _parts(data) if kind == tag][0]  # noqa: RUF015 - StopIteration says less


def _parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(tag, value) of the elements one after another in `data`."""
    at = 0
    for _ in range(_MOST_PARTS):
        if at >= len(data):
            return
        end, value = _element(data, at)
        yield data[at], value
        at = end


def _element(data: bytes, at: int) -> tuple[int, bytes]:
    """(where it ends, its value) of the element at an offset. Raises ValueError, IndexError."""
    length, start = data[at + 1], at + 2
    if length == 0x80:
        raise ValueError("no length")  # BER's indefinite form, which PDF forbids
    if length > 0x80:
        start += length - 0x80
        length = int.from_bytes(data[at + 2 : start], "big")
    if start + length > len(data):
        raise ValueError("cut off")
    return start + length, data[start : start + length]
