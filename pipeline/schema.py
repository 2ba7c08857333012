"""The document contract: what `sohoa` writes for every source file, and the source of the published JSON Schema.

A reader of these files checks `schema_version` first. Fields are added freely; a field is changed or dropped only
with a new `schema_version`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION: Literal["1.0"] = "1.0"

BBox = Annotated[list[int], Field(min_length=4, max_length=4, description="left, top, right, bottom in pixels")]
Confidence = Annotated[float, Field(ge=0.0, le=1.0)]


class Model(BaseModel):
    """Base of all contract models: nothing undeclared, nothing changed after it was made."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Status(StrEnum):
    """How far the work on a file got; `partial` and `failed` always come with problems."""

    OK = "ok"
    PARTIAL = "partial"
    FAILED = "failed"


class Problem(Model):
    """Something that went wrong, in a sentence a clerk understands; `code` is from `errors.ProblemCode`."""

    code: str
    message: str
    page: int | None = None


class Source(Model):
    """The source file as it was read."""

    path: str = Field(description="path inside the archive, '/' between folders")
    sha256: str
    bytes: int
    media_type: str | None = None
    page_count: int | None = None


class FieldValue(Model):
    """A value read from the document, with the place it stands at. Pages and boxes are null in text files."""

    value: str | None
    page: int | None = None
    bbox: BBox | None = None
    confidence: Confidence | None = None


class Header(Model):
    """The letterhead and the title of the document; a field is null when the document does not print it."""

    parent_body: FieldValue | None = None
    issuing_body: FieldValue | None = None
    number: FieldValue | None = None
    place: FieldValue | None = None
    date: FieldValue | None = Field(default=None, description="ISO 8601; '2026' or '2026-03' when only that is sure")
    document_type: FieldValue | None = None
    subject: FieldValue | None = None


class Role(StrEnum):
    """What a section is about."""

    MUC_DICH = "muc_dich"
    YEU_CAU = "yeu_cau"
    MUC_TIEU = "muc_tieu"
    KHAU_HIEU = "khau_hieu"
    NOI_DUNG = "noi_dung"
    DOI_TUONG = "doi_tuong"
    TIEU_CHI = "tieu_chi"
    THOI_GIAN = "thoi_gian"
    NHIEM_VU = "nhiem_vu"
    GIAI_PHAP = "giai_phap"
    KINH_PHI = "kinh_phi"
    KHEN_THUONG = "khen_thuong"
    HINH_THUC_KHEN_THUONG = "hinh_thuc_khen_thuong"
    TIEU_CHUAN_KHEN_THUONG = "tieu_chuan_khen_thuong"
    SO_LUONG_KHEN_THUONG = "so_luong_khen_thuong"
    DOI_TUONG_KHEN_THUONG = "doi_tuong_khen_thuong"
    THU_TUC_KHEN_THUONG = "thu_tuc_khen_thuong"
    HO_SO_KHEN_THUONG = "ho_so_khen_thuong"
    KINH_PHI_KHEN_THUONG = "kinh_phi_khen_thuong"
    THOI_GIAN_KHEN_THUONG = "thoi_gian_khen_thuong"
    TO_CHUC_THUC_HIEN = "to_chuc_thuc_hien"
    BAO_CAO = "bao_cao"
    PHU_LUC = "phu_luc"


class Section(Model):
    """A node of the section tree: an item with a printed number or letter, or an unnumbered heading."""

    id: str = Field(description="position in the tree: '1.2' is the second child of the first section")
    number: str | None = None
    heading: str | None = None
    roles: list[Role] = []
    text: str = ""
    page: int | None = None
    bbox: BBox | None = None
    confidence: Confidence | None = None
    children: list[Section] = []


class Signer(Model):
    """One signer at the document's end."""

    authority: FieldValue | None = None
    position: FieldValue | None = None
    name: FieldValue | None = None


class Citation(Model):
    """A legal or administrative act that the document refers to; each act once, in order of first mention."""

    type: str | None = None
    number: str | None = None
    date: str | None = None
    issuer: str | None = None
    title: str | None = None
    page: int | None = None
    bbox: BBox | None = None
    confidence: Confidence | None = None


class Entity(Model):
    """A named thing in a section's text; offsets count characters of that section's `text`."""

    label: str
    text: str
    section: str
    start: int
    end: int


class Table(Model):
    """A table of the body or an annex: rows of cells in order. A table over two pages is one."""

    section: str | None = None
    page: int | None = None
    bbox: BBox | None = None
    rows: list[list[FieldValue]] = []


class PageLine(Model):
    """A printed line: `raw` is what came in, `text` what went out."""

    text: str
    raw: str
    bbox: BBox | None = None
    confidence: Confidence | None = None


class Mark(Model):
    """A seal, stamp, signature, page number …: kept out of the text, kept here."""

    kind: str
    text: str | None = None
    bbox: BBox | None = None
    confidence: Confidence | None = None


class PageRecord(Model):
    """A page as it was read."""

    number: int
    width: int
    height: int
    text_source: str
    quality: dict[str, float] = {}
    lines: list[PageLine] = []
    marks: list[Mark] = []


class ProvenanceStep(Model):
    """A step that the document went through: which tool, which version, with which settings."""

    step: str
    tool: str
    version: str
    settings: dict[str, str | int | float | bool] = {}
    pages: list[int] | None = Field(default=None, description="the pages it was done on; null for all")


class Document(Model):
    """What is written for one source file, also for one that failed."""

    schema_version: Literal["1.0"] = SCHEMA_VERSION
    doc_id: str
    source: Source
    status: Status
    problems: list[Problem] = []
    header: Header = Header()
    preamble: list[str] = []
    sections: list[Section] = []
    recipients: list[FieldValue] = []
    signer: Signer | None = Field(default=None, description="the first signer; all of them are in `signers`")
    signers: list[Signer] = []
    citations: list[Citation] = []
    entities: list[Entity] = []
    tables: list[Table] = []
    pages: list[PageRecord] = []
    provenance: list[ProvenanceStep] = []
