"""The document contract: what `sohoa` writes for every source file, and the source of the published JSON Schema.

A reader of these files checks `schema_version` first. Fields are added freely; a field is changed or dropped only
with a new `schema_version`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from pipeline.vietnamese.administrative.document_numbers import labelled_number

SCHEMA_VERSION: Literal["1.0"] = "1.0"

BBox = Annotated[list[int], Field(min_length=4, max_length=4, description="left, top, right, bottom in pixels")]
Confidence = Annotated[float, Field(ge=0.0, le=1.0, description="how probable it is that all of it is right")]
PageNumber = Annotated[int, Field(description="page of the source, counted from 1")]


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

    code: str = Field(description="stable name of the reason: 'encrypted', 'number_unreadable' …")
    message: str = Field(description="a sentence that says what is wrong and what to do; it may be reworded")
    page: PageNumber | None = None
    fields: list[str] = Field(
        default=[],
        exclude_if=lambda fields: not fields,
        description="the fields that are null for this reason ('header.place', 'signer.name'); left out where empty",
    )


def part_path(path: str, part: int) -> str:
    """'2024/kh.pdf' and 2 → '2024/kh.pdf#2'; the first document has the path of its file."""
    return path if part == 1 else f"{path}#{part}"


class JoinedFile(Model):
    """One of several files that hold the pages of a document."""

    path: str = Field(description="path inside the archive")
    first_page: int = Field(description="the number that its first page has in the document")
    last_page: int = Field(description="the number that its last page has")


class Source(Model):
    """The source file as it was read."""

    path: str = Field(description="path inside the archive, '/' between folders")
    sha256: str = Field(description="digest of the content in hex; '' for a file that could not be read")
    bytes: int = Field(description="size of the file")
    media_type: str | None = Field(
        default=None, description="told by the content; null for a file that could not be opened"
    )
    page_count: int | None = Field(default=None, description="pages that the file has, also those that failed")
    part: int | None = Field(
        default=None,
        exclude_if=lambda part: part is None,
        description="which of the file's documents, from 1; there only where a file holds several",
    )
    parts: int | None = Field(
        default=None, exclude_if=lambda parts: parts is None, description="how many documents the file holds"
    )
    part_reason: str | None = Field(
        default=None, exclude_if=lambda reason: reason is None, description="why a document of its own begins here"
    )

    files: list[JoinedFile] = Field(
        default=[],
        exclude_if=lambda files: not files,
        description="the files that hold its pages, where it lies in several (trang-1.jpg, trang-2.jpg); `path` is the "
        "first one's, `sha256` the digest of all their digests",
    )

    @property
    def document_path(self) -> str:
        """What a corpus calls the document: the file's path, and for all but its first document '#2', '#3' …"""
        return part_path(self.path, self.part or 1)


class Reviewed(Model):
    """What a person corrected in a part of the document; both fields are there only where somebody did."""

    reviewed: bool = Field(
        default=False,
        exclude_if=lambda reviewed: not reviewed,
        description="whether a person confirmed or corrected it",
    )
    machine: dict[str, Any] | None = Field(
        default=None, exclude_if=lambda held: held is None, description="what stood there before, by the field's name"
    )


class FieldValue(Model):
    """A value read from the document, with the place it stands at. Pages and boxes are null in text files."""

    value: str | None = Field(description="as printed, restored; a date in ISO 8601 as far as it is printed")
    page: PageNumber | None = None
    bbox: BBox | None = None
    confidence: Confidence | None = None
    reviewed: bool = Field(
        default=False,
        exclude_if=lambda reviewed: not reviewed,
        description="a person confirmed or typed the value; there only where somebody did",
    )
    machine: str | None = Field(
        default=None, exclude_if=lambda value: value is None, description="the value that a person's replaced"
    )


WrittenAs = Literal["printed", "handwritten", "stamped", "blank"]
"""How something came to stand on the paper: of one print with the text, by pen, by a stamp or numbering machine; or a
place for it was left empty."""


class Suggestion(Model):
    """What a value may be, and who says so. Never a value: it is offered to a person, and to a search behind values."""

    value: str = Field(description="written as the field's value would be: '2119/KH-SYT', '2017-11-14'")
    source: str = Field(description="what kind of evidence it rests on: 'ink', 'file_name', 'citation' …")
    evidence: str = Field(description="the evidence in words")
    confidence: Confidence


class Candidate(Model):
    """One of the values that a witness allows, and how probable it alone makes it."""

    value: str = Field(description="a serial ('2119'), a date ('2017-11-14'), or what of them is sure ('/KH-SYT')")
    probability: Confidence


class Evidence(Model):
    """What one witness says of the number or the date. What its probabilities lack to 1 is for anything else."""

    source: str = Field(description="'text', 'engine', 'ink', 'annotation', 'file_name', 'attached', 'citation' …")
    words: str = Field(description="what it is, for a person: 'the file is called “2084 kh syt.pdf”'")
    candidates: list[Candidate] = Field(default=[], description="what it says, likeliest first")
    not_after: str | None = Field(default=None, description="ISO 8601: the document is not of a later day")


class NumberValue(FieldValue):
    """Số và ký hiệu. With `complete` false `value` holds what is sure of it: '/KH-SYT' is the number of no document."""

    complete: bool = Field(default=False, description="whether `value` is the whole number")
    serial: str | None = Field(default=None, description="the running number as written: '2119', '3176B', '01'")
    year: int | None = Field(default=None, description="the year inside the number: 2010 in '15/2010/QĐ-UBND'")
    symbol: str | None = Field(default=None, description="ký hiệu: 'KH-SYT'; 'KH/ĐU' of '12-KH/ĐU'")
    kind: WrittenAs | None = Field(default=None, description="how the serial was written; null: that cannot be told")
    sources: list[str] = Field(default=[], description="what the serial is known from: 'text', 'ink', 'file_name' …")
    suggestions: list[Suggestion] = Field(default=[], description="likely numbers where none is sure, likeliest first")
    evidence: list[Evidence] = Field(
        default=[], description="what was weighed, the printed text first; empty where print alone says all"
    )

    @model_validator(mode="before")
    @classmethod
    def _taken_apart(cls, data: Any) -> Any:  # noqa: ANN401 - whatever a caller validates
        """The parts follow from the value where only that is given, as in documents of earlier versions."""
        if not isinstance(data, dict) or "complete" in data:
            return data
        found = labelled_number(data.get("value") or "")
        if found is None:
            return {**data, "complete": False}
        number = found.number
        parts = {"serial": number.serial or None, "year": number.year, "symbol": number.symbol}
        return {**parts, **data, "complete": bool(number.serial)}


class DateParts(Model):
    """How each part of the date was written; null where that cannot be told."""

    day: WrittenAs | None = Field(default=None, description="how the day was written")
    month: WrittenAs | None = Field(default=None, description="how the month was written")
    year: WrittenAs | None = Field(default=None, description="how the year was written")


class DateValue(FieldValue):
    """Ngày tháng năm ban hành, in the precision that is sure."""

    precision: Literal["day", "month", "year"] | None = Field(default=None, description="how far `value` goes")
    kind: WrittenAs | None = Field(
        default=None, description="how its least printed part was written: the day's, mostly"
    )
    parts: DateParts = Field(default=DateParts(), description="how day, month and year were written")
    sources: list[str] = Field(default=[], description="what it is known from: 'text', 'ink', 'file_name' …")
    suggestions: list[Suggestion] = Field(default=[], description="likely dates where none is sure, likeliest first")
    evidence: list[Evidence] = Field(
        default=[], description="what was weighed, the printed text first; empty where print alone says all"
    )

    @model_validator(mode="before")
    @classmethod
    def _measured(cls, data: Any) -> Any:  # noqa: ANN401 - whatever a caller validates
        """The precision follows from the value where only that is given."""
        if not isinstance(data, dict) or "precision" in data:
            return data
        return {**data, "precision": {4: "year", 7: "month", 10: "day"}.get(len(data.get("value") or ""))}


class Arrival(Model):
    """A stamp of arrival (dấu đến): what the receiver made of the paper, not what its author did."""

    number: str | None = Field(default=None, description="số đến, as far as it could be read")
    date: str | None = Field(default=None, description="ngày đến, ISO 8601")
    body: str | None = Field(default=None, description="who received it, as printed in the stamp")
    page: PageNumber | None = None
    bbox: BBox | None = None
    confidence: Confidence | None = None


class ESignature(Model):
    """An electronic signature: what the file's dictionary and its appearance on the page say. It is not verified."""

    signer: str | None = Field(default=None, description="who signed: a person, or a body's own certificate")
    organisation: str | None = Field(default=None, description="the signer's body, where it is named")
    email: str | None = Field(default=None, description="the signer's address")
    time: str | None = Field(default=None, description="ISO 8601 with the offset, as the signer's computer told it")
    text: str | None = Field(default=None, description="what the signature shows on the page")
    page: PageNumber | None = None
    bbox: BBox | None = None


class Header(Model):
    """The letterhead and the title of the document; a field is null when the document does not print it."""

    parent_body: FieldValue | None = Field(default=None, description="cơ quan chủ quản, above the issuing body")
    issuing_body: FieldValue | None = Field(default=None, description="cơ quan ban hành")
    number: NumberValue | None = Field(
        default=None,
        description="số và ký hiệu: '28/KH-UBND'; '/KH-UBND', not `complete`, where the serial is blank or unsure",
    )
    place: FieldValue | None = Field(default=None, description="địa danh, as printed before the date")
    date: DateValue | None = Field(default=None, description="ISO 8601; '2026' or '2026-03' when only that is sure")
    document_type: FieldValue | None = Field(default=None, description="tên loại: 'KẾ HOẠCH'")
    subject: FieldValue | None = Field(default=None, description="trích yếu, its printed lines joined")
    urgency: FieldValue | None = Field(default=None, description="độ khẩn: 'HỎA TỐC', 'THƯỢNG KHẨN', 'KHẨN'")
    secrecy: FieldValue | None = Field(default=None, description="độ mật: 'MẬT', 'TỐI MẬT', 'TUYỆT MẬT'")
    arrival: Arrival | None = Field(default=None, description="the receiver's stamp")
    e_signatures: list[ESignature] = Field(default=[], description="in the order of their time")
    certified_copy: CertifiedCopy | None = Field(default=None, description="what makes the paper a certified copy")


class CertifiedCopy(Model):
    """What makes a paper a certified copy: it has a letterhead and a signer of its own, who are not the document's."""

    form: Literal["SAO Y", "SAO LỤC", "TRÍCH SAO"] = Field(description="hình thức sao")
    number: str | None = Field(default=None, description="the copy's own number: '12/SL-UBND'")
    date: str | None = Field(default=None, description="when it was copied, ISO 8601")
    body: str | None = Field(default=None, description="who made the copy")
    position: str | None = Field(default=None, description="the position of who signed the copy")
    signer: str | None = Field(default=None, description="who signed the copy")
    text: str = Field(description="all that is printed of it, a line a line")
    page: PageNumber | None = None
    bbox: BBox | None = None
    confidence: Confidence | None = None


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


ADDED_ROLE = "x_"
AddedRole = Annotated[str, StringConstraints(pattern=rf"^{ADDED_ROLE}[a-z0-9_]+$")]
"""A role of a rule file that an installed package adds."""


class Section(Reviewed):
    """A node of the section tree: an item with a printed number or letter, or an unnumbered heading."""

    id: str = Field(description="position in the tree: '1.2' is the second child of the first section")
    number: str | None = Field(default=None, description="as printed, without dot, bracket or slash: 'I', '2.1', 'a'")
    heading: str | None = Field(default=None, description="title alone on its line or before ':'; null for prose")
    roles: list[Role | AddedRole] = Field(
        default=[], description="what the heading says the section is about, in its words' order"
    )
    text: str = Field(default="", description="paragraphs separated by line feeds; table cells by ' | '")
    page: PageNumber | None = None
    bbox: BBox | None = None
    confidence: Confidence | None = None
    children: list[Section] = Field(default=[], description="the sections below this one, in order")


class Signer(Model):
    """One signer at the document's end."""

    authority: FieldValue | None = Field(default=None, description="TM., KT., TL. or TUQ. whom: 'TM. ỦY BAN NHÂN DÂN'")
    position: FieldValue | None = Field(default=None, description="'CHỦ TỊCH'")
    name: FieldValue | None = Field(default=None, description="full name, without rank or degree as far as printed")


class Citation(Model):
    """A legal or administrative act that the document refers to; each act once, in order of first mention."""

    type: str | None = Field(default=None, description="'Kế hoạch', 'Nghị định', 'Luật' …")
    number: str | None = Field(default=None, description="'30/2020/NĐ-CP'; null for a law cited by its title")
    date: str | None = Field(default=None, description="ISO 8601 in the precision printed")
    issuer: str | None = Field(default=None, description="as printed: 'UBND tỉnh'")
    title: str | None = Field(default=None, description="what the act is about, or a law's name")
    page: PageNumber | None = None
    bbox: BBox | None = None
    confidence: Confidence | None = None


class Entity(Model):
    """A named thing in a section's text; offsets count characters of that section's `text`."""

    label: str = Field(description="CITATION, DATE, QUANTITY, LOC (place), ORG (body), PER (person)")
    text: str = Field(description="the characters from `start` to `end`")
    section: str = Field(description="id of the section")
    start: int = Field(ge=0, description="offset of the first character")
    end: int = Field(ge=0, description="offset after the last character")


class Table(Model):
    """A table of the body or an annex: rows of cells in order. A table over two pages is one."""

    section: str | None = Field(default=None, description="id of the section it stands in")
    page: int | None = Field(default=None, description="the page it begins on; its cells name their own")
    bbox: BBox | None = None
    rows: list[list[FieldValue]] = Field(default=[], description="equally long rows; an empty cell has the value ''")


class PlanValue(Reviewed):
    """A value read from the running text: the words it comes from, and where they stand.

    `section` names the node and `start`..`end` the characters of that node's `text`; `in_heading` says that they are
    characters of its `heading` instead. With `section` null they are characters of `header.subject`.
    """

    text: str = Field(description="the words as printed")
    section: str | None = Field(default=None, description="id of the section; null: the document's subject (trích yếu)")
    start: int = Field(ge=0, description="offset of the first character")
    end: int = Field(ge=0, description="offset after the last character")
    in_heading: bool = Field(default=False, description="`start` and `end` count characters of the section's heading")
    page: PageNumber | None = None
    bbox: BBox | None = None
    confidence: Confidence | None = None


class Bearer(StrEnum):
    """Who can be called on or rewarded."""

    COLLECTIVE = "tap_the"
    INDIVIDUAL = "ca_nhan"


class Participant(PlanValue):
    """Who the plan calls on (đối tượng)."""

    kind: Bearer | None = Field(default=None, description="tap_the or ca_nhan; null when the text does not tell")


class Period(PlanValue):
    """A span of time: of the whole plan, or of the step named in `what`. Both ends belong to it."""

    begins: str | None = Field(
        default=None, description="ISO 8601 in the precision printed: 2026-03-05, 2026-03 or 2026"
    )
    ends: str | None = Field(
        default=None, description="ISO 8601 in the precision printed; '2026' for 'đến hết năm 2026'"
    )
    begins_with: str | None = Field(
        default=None, description="the event it begins with where no date is printed: 'ngày ban hành Kế hoạch'"
    )
    what: str | None = Field(default=None, description="what happens in it; null for the plan as a whole")


class Bound(StrEnum):
    """How a deadline's date is meant."""

    BEFORE = "before"
    BY = "by"
    ON = "on"
    DURING = "during"


class Recurrence(StrEnum):
    """How often something is due."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


class Span(StrEnum):
    """What a span of time is counted in."""

    HOUR = "hour"
    DAY = "day"
    WORKING_DAY = "working_day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Deadline(PlanValue):
    """When something is due, and what, from whom, to whom."""

    due: str | None = Field(
        default=None,
        description="ISO 8601 in the precision printed, '2022-Q1' for a quarter, '--12-01' where no year is printed; "
        "'--Q2' and '--08' for a quarter and a month without a year; null when it only recurs or hangs on an event",
    )
    bound: Bound = Field(description="before: earlier than `due`; by: `due` at the latest; on: that day; during: in it")
    every: Recurrence | None = Field(default=None, description="how often it is due; null: once")
    day: int | None = Field(default=None, ge=1, le=31, description="day of the month of something that recurs")
    month: int | None = Field(default=None, ge=1, le=12, description="month of something due every year")
    weekday: int | None = Field(default=None, ge=1, le=7, description="1 Monday … 7 Sunday of something due every week")
    within: int | None = Field(
        default=None,
        ge=1,
        description="how many of `within_unit` lie between `event` and what is due; null where no such",
    )
    within_unit: Span | None = Field(default=None, description="what `within` counts")
    event: str | None = Field(
        default=None,
        description="what `within` is counted from, as printed: 'kết thúc mỗi giai đoạn', 'ngày nhận đủ hồ sơ'; "
        "counted back from it where `bound` is before",
    )
    what: str | None = Field(default=None, description="what is due")
    who: str | None = Field(default=None, description="from whom")
    to: str | None = Field(default=None, description="to whom")


class Reward(PlanValue):
    """A reward that the plan offers; numbers count awards, null where the text names none."""

    form: str | None = Field(default=None, description="Giấy khen, Bằng khen, Cờ thi đua …, as the text names it")
    authority: str | None = Field(default=None, description="who grants it: 'Chủ tịch UBND xã'")
    occasion: str | None = Field(default=None, description="for what: 'Khen thưởng tổng kết phong trào thi đua'")
    collectives_min: int | None = Field(default=None, ge=0, description="fewest collectives (tập thể)")
    collectives_max: int | None = Field(default=None, ge=0, description="most collectives (tập thể)")
    individuals_min: int | None = Field(default=None, ge=0, description="fewest persons (cá nhân)")
    individuals_max: int | None = Field(default=None, ge=0, description="most persons (cá nhân)")


class Comparison(StrEnum):
    """How a threshold's number is meant."""

    MORE_THAN = "more_than"
    AT_LEAST = "at_least"
    EXACTLY = "exactly"
    AT_MOST = "at_most"
    LESS_THAN = "less_than"


class Threshold(PlanValue):
    """A number that has to be reached or kept to.

    A share where `unit` is percent; else a count, a sum or a measure ("ít nhất 02 lớp" is 2 lớp, no share of anything).
    """

    value: float = Field(description="the number: 90 for '90%'")
    unit: str = Field(
        default="percent",
        description="percent; đồng (values in full: 50000000); else as printed: điểm, mô hình, người …",
    )
    comparison: Comparison = Field(description="whether more, at least, exactly, at most or less is asked for")
    subject: str | None = Field(default=None, description="what is measured: 'Tỷ lệ hồ sơ giải quyết đúng hạn'")
    of: str | None = Field(
        default=None,
        description="of what the share is taken or what is counted, where the text says it after the number",
    )


class DossierItem(PlanValue):
    """A paper that a dossier (hồ sơ) consists of."""

    item: str = Field(description="the paper's name: 'Biên bản họp xét khen thưởng'")
    copies: int | None = Field(default=None, ge=0, description="number of copies (bộ, bản); null when not printed")
    dossier: str | None = Field(default=None, description="which dossier, where there are several")


class Funding(PlanValue):
    """Where the money comes from."""

    source: str | None = Field(default=None, description="'nguồn kinh phí thường xuyên của Sở'; null when not named")


class Task(PlanValue):
    """Who does what, from Tổ chức thực hiện."""

    actor: str | None = Field(default=None, description="who; null when the text does not name anybody")
    action: str = Field(description="what they do, as printed")


class PlanValues(Model):
    """What a plan says in values that can be counted and sorted; an empty list where it says nothing of the kind."""

    participants: list[Participant] = Field(default=[], description="who is called on")
    periods: list[Period] = Field(default=[], description="from when to when")
    deadlines: list[Deadline] = Field(default=[], description="what is due when")
    rewards: list[Reward] = Field(default=[], description="what is awarded to how many")
    thresholds: list[Threshold] = Field(default=[], description="numbers to be reached or kept to")
    dossier: list[DossierItem] = Field(default=[], description="papers to hand in")
    funding: list[Funding] = Field(default=[], description="where the money comes from")
    tasks: list[Task] = Field(default=[], description="who does what")


class LineEdit(Model):
    """What was put right in a line; a line's edits, undone from the last to the first, give what was read."""

    start: int = Field(ge=0, description="offset of the first character in the line's `text`")
    end: int = Field(ge=0, description="offset after the last character")
    read: str = Field(description="what stood there before; '' where something was put in")
    text: str = Field(description="the characters from `start` to `end`; '' where something was taken out")
    confidence: float | None = Field(
        default=None,
        ge=0.0,
        le=1.0,
        description="how probable it is that `text` is right; null where nothing says",
    )
    by: str = Field(
        description="who put it right: punctuation, signer, filled_in, unicode, legacy_encoding, restoration, "
        "proofreading, sequence, half_signs, line_ends, number_column; several of them joined by '+'"
    )


class LineWord(Model):
    """Where a word of a line stands; the i-th is that of the i-th word of the line's `text`, as blanks part them."""

    bbox: BBox
    confidence: Confidence | None = None


class PageLine(Reviewed):
    """A printed line: `raw` is what came in, `text` what went out."""

    text: str = Field(description="restored; the document's text files hold these lines")
    raw: str = Field(description="as it was read, or as it stood in the file")
    bbox: BBox | None = None
    confidence: float | None = Field(
        default=None,
        ge=0.0,
        le=1.0,
        description="how sure its words are, on the mean by their length: the engine of what it read, restoration of "
        "what it weighed; null where neither had anything to say",
    )
    edits: list[LineEdit] = Field(default=[], description="what was put right in it, from left to right")
    words: list[LineWord] = Field(
        default=[],
        exclude_if=lambda words: not words,
        description="its words' places, one for each word of `text`; only where the source has any",
    )


class Mark(Model):
    """A seal, stamp, signature, page number …: kept out of the text, kept here."""

    kind: str = Field(description="seal, stamp, signature, e_signature, handwriting, page_number …")
    text: str | None = Field(default=None, description="what is written in it, as far as it could be read")
    bbox: BBox | None = None
    confidence: Confidence | None = None


class PageRecord(Model):
    """A page as it was read."""

    number: int = Field(description="counted from 1; a page that failed keeps its number")
    width: int = Field(description="of the page image in pixels, which boxes count in; 0 where there is none")
    height: int = Field(description="of the page image in pixels; 0 where there is none")
    text_source: str = Field(description="ocr, text_layer, text_file or docx")
    quality: dict[str, float] = Field(default={}, description="measures of the page's picture and of its reading")
    lines: list[PageLine] = Field(default=[], description="printed lines in reading order")
    marks: list[Mark] = Field(default=[], description="what is on the page and no part of its text")


class ProvenanceStep(Model):
    """A step that the document went through: which tool, which version, with which settings."""

    step: str = Field(description="what was done: 'treatment', 'ocr' …; the last step is 'document'")
    tool: str = Field(description="by which program or part of sohoa")
    version: str = Field(description="its version")
    settings: dict[str, str | int | float | bool] = Field(
        default={}, description="the settings that the result hangs on"
    )
    pages: list[int] | None = Field(default=None, description="the pages it was done on; null for all")


class AuthorityLevel(StrEnum):
    """What kind of authority issued a document."""

    XA = "xa"
    HUYEN = "huyen"
    TINH = "tinh"
    SO = "so"
    BO = "bo"
    PHONG = "phong"
    TRUONG = "truong"
    BENH_VIEN = "benh_vien"
    DOAN_THE = "doan_the"
    DANG = "dang"
    KHAC = "khac"


class Witness(StrEnum):
    """Where in a document, or beside it, a conclusion comes from."""

    LETTERHEAD = "letterhead"
    SIGNER = "signer"
    SUBJECT = "subject"
    PREAMBLE = "preamble"
    SECTIONS = "sections"
    RECIPIENTS = "recipients"
    NUMBER = "number"
    PLACE = "place"
    DATE = "date"
    FOLDER = "folder"
    GAZETTEER = "gazetteer"
    CONTENT = "content"
    TEXT = "text"


class Conclusion(Model):
    """Something concluded, not printed: what it rests on, and how sure it is."""

    sources: list[Witness] = Field(description="what it was concluded from, the weightiest first")
    confidence: Confidence


class DerivedText(Conclusion):
    """A concluded value."""

    value: str = Field(description="the conclusion")


class DerivedUnit(Conclusion):
    """An administrative unit; its codes are null where the list has no unit of that name, or several that fit."""

    name: str = Field(description="kind and name: 'Xã Hòa Phong'")
    code: str | None = Field(default=None, description="official code before July 2025")
    code_2025: str | None = Field(default=None, description="official code since July 2025 of what it is, or became")
    name_2025: str | None = Field(default=None, description="its name since July 2025")


class DerivedPeriod(Conclusion):
    """The years or days that the document's plan covers."""

    begins: str | None = Field(default=None, description="ISO 8601 in the precision known")
    ends: str | None = Field(default=None, description="ISO 8601 in the precision known")


class SameAs(Model):
    """Another document of the corpus that is the same paper, or nearly: scanned twice, a draft and its signed form."""

    path: str = Field(description="what the corpus calls it: the path of its file, with '#2' for a second document")
    likeness: Confidence = Field(description="what share of their triples of words the two texts have in common")


class Derived(Model):
    """What is concluded of the document, apart from what it prints: to group, to count and to filter by."""

    body: DerivedText | None = Field(default=None, description="issuing body: 'Ủy ban nhân dân xã Phú Khê'")
    level: AuthorityLevel | None = Field(
        default=None,
        description="xa, huyen, tinh: a people's committee or council; so, bo, phong (of a district), truong, "
        "benh_vien, doan_the (fronts, unions), dang (the Party), khac",
    )
    commune: DerivedUnit | None = Field(default=None, description="xã, phường, thị trấn that the body belongs to")
    district: DerivedUnit | None = Field(default=None, description="quận, huyện, thị xã; none since July 2025")
    province: DerivedUnit | None = Field(default=None, description="tỉnh or central city")
    year: DerivedText | None = Field(default=None, description="year of issue: '2024'")
    period: DerivedPeriod | None = Field(default=None, description="what the plan covers: 'giai đoạn 2024-2026'")
    is_copy_of: DerivedText | None = Field(
        default=None,
        exclude_if=lambda copied: copied is None,
        description="the document that is to be counted instead of this one: a file with the same content, or the same "
        "number with nearly the same text; there only where there is one",
    )
    same_as: list[SameAs] = Field(
        default=[],
        exclude_if=lambda others: not others,
        description="the likest first; there only where there are some",
    )


class AttachmentKind(StrEnum):
    """What a paper inside a document is."""

    PUT_IN_FORCE = "put_in_force"
    FORM = "form"
    COPY_SHEET = "copy_sheet"


class Attachment(Model):
    """A paper inside the document's pages that looks like one of its own and is none."""

    kind: AttachmentKind = Field(
        description="put_in_force: a plan, regulation … without a number of its own; form: to be filled in by others; "
        "copy_sheet: certifies a copy (SAO Y, SAO LỤC, TRÍCH SAO)"
    )
    page: PageNumber
    document_type: str | None = Field(default=None, description="tên loại: 'KẾ HOẠCH'")
    reason: str = Field(description="why it is part of this document")


class Document(Model):
    """What is written for one source file, also for one that failed."""

    schema_version: Literal["1.0"] = Field(default=SCHEMA_VERSION, description="look at it before all else")
    doc_id: str = Field(
        description="'sha256:' and the digest of the content, so copies of a file share it; 'path:' and the digest of "
        "the path for a file that could not be read"
    )
    source: Source
    status: Status
    problems: list[Problem] = Field(default=[], description="what is missing or unsure, and why")
    header: Header = Header()
    preamble: list[str] = Field(default=[], description="paragraphs between title and first section (căn cứ), in order")
    sections: list[Section] = Field(default=[], description="the top of the section tree, annexes last")
    recipients: list[FieldValue] = Field(
        default=[], description="lines of 'Nơi nhận', without dash and final ';' or '.'"
    )
    signer: Signer | None = Field(default=None, description="the first signer; all of them are in `signers`")
    signers: list[Signer] = Field(default=[], description="all signers in reading order")
    citations: list[Citation] = Field(default=[], description="acts referred to, each once, in order of first mention")
    entities: list[Entity] = Field(default=[], description="named things in the sections' texts")
    tables: list[Table] = Field(default=[], description="tables in order; the sections' texts have their rows too")
    plan: PlanValues | None = Field(default=None, description="typed values; null when the text has none")
    derived: Derived | None = Field(default=None, description="what is concluded, not printed; null for a failed file")
    attachments: list[Attachment] = Field(
        default=[],
        exclude_if=lambda attachments: not attachments,
        description="papers among the pages that are part of this document, and why; there only where there are some",
    )
    pages: list[PageRecord] = Field(default=[], description="pages in order, line by line")
    provenance: list[ProvenanceStep] = Field(default=[], description="what was done, by which tools, in order")


def document_schema() -> dict[str, Any]:
    """The published JSON Schema (2020-12) of `Document`, as `docs/document.schema.json` has it.

    It allows fields it does not know: fields are added freely, and a reader that validates with an older schema of the
    same `schema_version` must go on working.
    """
    schema = _open(Document.model_json_schema(mode="serialization"))
    assert isinstance(schema, dict)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:sohoa:document:{SCHEMA_VERSION}",
        **schema,
        "title": "sohoa document",
    }


def _open(schema: object) -> object:
    """`schema` without the parts that forbid fields it does not name."""
    if isinstance(schema, dict):
        return {key: _open(part) for key, part in schema.items() if (key, part) != ("additionalProperties", False)}
    if isinstance(schema, list):
        return [_open(part) for part in schema]
    return schema
