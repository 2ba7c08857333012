"""The flat record of a plan: one row a document, for programs that want no tree walk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import Field, create_model

from pipeline.schema import Document, FieldValue, Model, Reward, Role, Section
from pipeline.store.filing import mean_quality
from pipeline.store.partial_dates import is_whole_day


class RewardCount(Model):
    """How many rewards of a form an authority grants at most; null where the plan names no number."""

    form: str | None = Field(description="'Giấy khen', 'Bằng khen' …")
    authority: str | None = Field(description="who grants it")
    collectives: int | None = Field(description="most collectives (tập thể)")
    individuals: int | None = Field(description="most persons (cá nhân)")


class PlanFields(Model):
    """What a flat record holds beside the text of each role."""

    path: str = Field(description="path of the source in the archive; joins with all other tables")
    doc_id: str = Field(description="digest of the content: copies of one file share it")
    status: str = Field(description="ok, partial or failed")
    problems: list[str] = Field(description="codes of what is missing or unsure")
    parent_body: str | None = Field(description="cơ quan chủ quản, as printed")
    issuing_body: str | None = Field(description="cơ quan ban hành, as printed")
    body: str | None = Field(description="the issuing body in normal form, also where no letterhead names it")
    level: str | None = Field(description="xa, huyen, tinh, so, bo, phong, truong, benh_vien, doan_the, dang, khac")
    commune: str | None = Field(description="xã, phường, thị trấn of the body")
    commune_code: str | None = Field(description="its official code before July 2025")
    commune_code_2025: str | None = Field(description="its official code since July 2025")
    district: str | None = Field(description="quận, huyện, thị xã of the body")
    district_code: str | None = Field(description="its official code")
    province: str | None = Field(description="tỉnh or central city of the body")
    province_code: str | None = Field(description="its official code before July 2025")
    province_code_2025: str | None = Field(description="its official code since July 2025")
    number: str | None = Field(description="số và ký hiệu; null where the whole number is not sure")
    number_serial: str | None = Field(description="the running number")
    number_symbol: str | None = Field(description="ký hiệu, also where the serial is not sure")
    place: str | None = Field(description="địa danh")
    date: str | None = Field(description="ISO 8601 in the precision that is sure")
    year: int | None = Field(description="year of issue, also where only number or subject tells it")
    document_type: str | None = Field(description="tên loại")
    subject: str | None = Field(description="trích yếu")
    urgency: str | None = Field(description="độ khẩn, as stamped")
    secrecy: str | None = Field(description="độ mật, as stamped")
    arrival_number: str | None = Field(description="số đến, of the receiver's stamp")
    arrival_date: str | None = Field(description="ngày đến, ISO 8601")
    e_signed_by: list[str] = Field(description="who signed electronically, in the order of time")
    e_signed_at: str | None = Field(description="when it was first signed electronically, ISO 8601")
    certified_copy: str | None = Field(description="SAO Y, SAO LỤC or TRÍCH SAO; null for what is no certified copy")
    period_begins: str | None = Field(description="what the plan covers, from")
    period_ends: str | None = Field(description="what the plan covers, to")
    preamble: str = Field(description="căn cứ, a paragraph a line")
    first_deadline: str | None = Field(description="the earliest day that something is due")
    rewards: list[RewardCount] = Field(description="rewards by form and authority")
    reward_collectives: int | None = Field(description="most collectives rewarded, all forms together")
    reward_individuals: int | None = Field(description="most persons rewarded, all forms together")
    signer_authority: str | None = Field(description="TM., KT. … whom")
    signer_position: str | None = Field(description="the signer's position")
    signer_name: str | None = Field(description="the signer's name")
    recipients: list[str] = Field(description="nơi nhận")
    citations: list[str] = Field(description="numbers, or titles of laws, in order of first mention")
    pages: int | None = Field(description="pages of the source")
    text_sources: list[str] = Field(description="ocr, text_layer, text_file, docx: where its text comes from")
    quality: float | None = Field(description="mean confidence of its lines by their length; null where none has one")


_ROLE_TEXTS: dict[str, Any] = {
    role.value: (str | None, Field(description=f"text of the sections with the role {role.value}")) for role in Role
}
PlanRecord = create_model(
    "PlanRecord",
    __base__=PlanFields,
    __doc__="One plan, flat: header, conclusions, a text for each role, counts.",
    **_ROLE_TEXTS,
)


def plan_record(document: Document) -> PlanFields:
    """The flat record of `document`; an attribute for each role beside the fixed ones."""
    header, derived, number, signer = document.header, document.derived, document.header.number, document.signer
    commune, district, province = (derived.commune, derived.district, derived.province) if derived else (None,) * 3
    rewards = _rewards(document.plan.rewards if document.plan else ())
    period = derived.period if derived else None
    texts = {role.value: role_text(document.sections, role) for role in Role}
    return PlanRecord(
        path=document.source.document_path,
        doc_id=document.doc_id,
        status=document.status.value,
        problems=list(dict.fromkeys(problem.code for problem in document.problems)),
        parent_body=_value(header.parent_body),
        issuing_body=_value(header.issuing_body),
        body=derived.body.value if derived and derived.body else None,
        level=derived.level.value if derived and derived.level else None,
        commune=commune.name if commune else None,
        commune_code=commune.code if commune else None,
        commune_code_2025=commune.code_2025 if commune else None,
        district=district.name if district else None,
        district_code=district.code if district else None,
        province=province.name if province else None,
        province_code=province.code if province else None,
        province_code_2025=province.code_2025 if province else None,
        number=number.value if number and number.complete else None,
        number_serial=number.serial if number and number.complete else None,
        number_symbol=number.symbol if number else None,
        place=_value(header.place),
        date=_value(header.date),
        year=int(derived.year.value) if derived and derived.year else None,
        document_type=_value(header.document_type),
        subject=_value(header.subject),
        urgency=_value(header.urgency),
        secrecy=_value(header.secrecy),
        arrival_number=header.arrival.number if header.arrival else None,
        arrival_date=header.arrival.date if header.arrival else None,
        e_signed_by=[name for one in header.e_signatures if (name := one.signer)],
        e_signed_at=next((one.time for one in header.e_signatures if one.time), None),
        certified_copy=header.certified_copy.form if header.certified_copy else None,
        period_begins=period.begins if period else None,
        period_ends=period.ends if period else None,
        preamble="\n".join(document.preamble),
        first_deadline=min(_due_days(document), default=None),
        rewards=rewards,
        reward_collectives=_sum([count.collectives for count in rewards]),
        reward_individuals=_sum([count.individuals for count in rewards]),
        signer_authority=_value(signer.authority) if signer else None,
        signer_position=_value(signer.position) if signer else None,
        signer_name=_value(signer.name) if signer else None,
        recipients=[recipient.value for recipient in document.recipients if recipient.value],
        citations=[name for act in document.citations if (name := act.number or act.title)],
        pages=document.source.page_count,
        text_sources=list(dict.fromkeys(page.text_source for page in document.pages)),
        quality=mean_quality(document),
        **{name: text or None for name, text in texts.items()},
    )


def role_text(sections: Sequence[Section], role: Role) -> str:
    """The text of all sections with `role` in reading order, headings included, a paragraph a line.

    Of a section with several roles ("Mục đích, yêu cầu") the parts that have one of the others alone are left out.
    """
    return "\n".join(part for section in sections for part in _parts(section, role) if part)


def _parts(section: Section, role: Role) -> Iterator[str]:
    if role not in section.roles:
        for child in section.children:
            yield from _parts(child, role)
        return
    yield from (section.heading or "", section.text)
    for child in section.children:
        if child.roles and role not in child.roles and set(child.roles) <= set(section.roles):
            continue
        yield from _whole(child)


def _whole(section: Section) -> Iterator[str]:
    yield from (section.heading or "", section.text)
    for child in section.children:
        yield from _whole(child)


def _rewards(rewards: Sequence[Reward]) -> list[RewardCount]:
    """Rewards by form and authority in order of first mention, the most of each counted together."""
    counts: dict[tuple[str | None, str | None], list[tuple[int | None, int | None]]] = {}
    for reward in rewards:
        counts.setdefault((reward.form, reward.authority), []).append((reward.collectives_max, reward.individuals_max))
    return [
        RewardCount(
            form=form,
            authority=authority,
            collectives=_sum([most for most, _ in numbers]),
            individuals=_sum([most for _, most in numbers]),
        )
        for (form, authority), numbers in counts.items()
    ]


def _sum(numbers: Sequence[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


def _due_days(document: Document) -> Iterator[str]:
    for deadline in document.plan.deadlines if document.plan else ():
        if deadline.due and is_whole_day(deadline.due):
            yield deadline.due


def _value(field: FieldValue | None) -> str | None:
    return field.value if field else None
