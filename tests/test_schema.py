"""The published JSON Schema: up to date, versioned, satisfied by whatever structure gives, every value explained."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from pydantic import ValidationError

from pipeline.schema import SCHEMA_VERSION, Document, PlanValues, Problem, Source, Status, document_schema
from pipeline.structure import build_structure
from pipeline.values import Box, Line, Page, Region, TextSource

PUBLISHED = Path(__file__).parent.parent / "docs" / "document.schema.json"

TEXT = """\
UBND XÃ SÔNG LAM
Số: 15/KH-UBND
Sông Lam, ngày 02 tháng 3 năm 2025
KẾ HOẠCH
Tổ chức tháng thanh niên năm 2025
Căn cứ Kế hoạch số 04/KH-UBND ngày 10/01/2025 của UBND huyện;
I. ĐỐI TƯỢNG, THỜI GIAN
- Tập thể: Các chi đoàn.
- Thời gian: từ ngày 05/3/2025 đến ngày 31/3/2025.
II. TỔ CHỨC THỰC HIỆN
1. Giao Đoàn xã chủ trì, báo cáo về UBND xã trước ngày 05 hàng tháng.
Trên đây là Kế hoạch tổ chức tháng thanh niên./.
Nơi nhận:
- Như trên;
- Lưu: VT.
TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH
Trần Thị Mai"""


def document_of(pages: list[Page]) -> Document:
    structure = build_structure(pages)
    names = (
        "header",
        "preamble",
        "sections",
        "recipients",
        "signers",
        "citations",
        "entities",
        "tables",
        "problems",
        "plan",
    )
    return Document(
        doc_id="sha256:00",
        source=Source(path="a.txt", sha256="00", bytes=1),
        status=Status.OK,
        signer=structure.signer,
        **{name: getattr(structure, name) for name in names},
    )


def text_page(text: str) -> Page:
    lines = tuple(Line(line, line) for line in text.split("\n"))
    return Page(1, TextSource.TEXT_FILE, lines)


def table_page() -> Page:
    cells = [("TT", 0, 0), ("Nội dung", 0, 1), ("1", 1, 0), ("Ra quân", 1, 1)]
    rows = [
        Line(
            t, t, Box(50 + 200 * c, 500 + 40 * r, 240 + 200 * c, 530 + 40 * r), 0.9, region=Region.TABLE, cell=(0, r, c)
        )
        for t, r, c in cells
    ]
    head = Line("I. NỘI DUNG", "I. NỘI DUNG", Box(50, 400, 300, 430), 0.95)
    return Page(1, TextSource.OCR, (head, *rows), width=1654, height=2339)


def as_json(document: Document) -> dict:
    return json.loads(document.model_dump_json())


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_published_schema_is_up_to_date() -> None:
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == document_schema(), "run `make schema` and commit"


def test_schema_version_is_fixed_and_named_in_the_schema() -> None:
    schema = document_schema()
    assert SCHEMA_VERSION == "1.0"
    assert schema["properties"]["schema_version"]["const"] == SCHEMA_VERSION
    assert schema["$id"].endswith(SCHEMA_VERSION)


def test_document_of_another_version_is_refused(validator: jsonschema.Draft202012Validator) -> None:
    document = as_json(document_of([text_page(TEXT)])) | {"schema_version": "2.0"}
    assert not validator.is_valid(document)
    with pytest.raises(ValidationError):
        Document.model_validate(document)


@pytest.mark.parametrize(
    "pages",
    [[], [text_page("")], [text_page(TEXT)], [text_page("Danh sách\nkhông có gì")], [table_page()]],
    ids=["no page", "empty", "plan", "no document", "table"],
)
def test_every_document_fits_the_schema(pages: list[Page], validator: jsonschema.Draft202012Validator) -> None:
    document = as_json(document_of(pages))
    assert [error.message for error in validator.iter_errors(document)] == []
    assert Document.model_validate(document).model_dump(mode="json") == document


def test_plan_text_gives_typed_values_with_spans_inside_their_section() -> None:
    document = document_of([text_page(TEXT)])
    assert document.plan is not None
    texts: dict[str | None, str] = {None: document.header.subject.value or "" if document.header.subject else ""}
    stack = list(document.sections)
    while stack:
        section = stack.pop()
        texts[section.id] = section.text
        stack.extend(section.children)
    found = [value for name in PlanValues.model_fields for value in getattr(document.plan, name)]
    assert {type(value).__name__ for value in found} == {"Participant", "Period", "Deadline", "Task"}
    for value in found:
        assert texts[value.section][value.start : value.end] == value.text


def test_failed_document_fits_the_schema(validator: jsonschema.Draft202012Validator) -> None:
    document = Document(
        doc_id="sha256:00",
        source=Source(path="hỏng.pdf", sha256="00", bytes=0),
        status=Status.FAILED,
        problems=[Problem(code="empty_file", message="The file is empty.")],
    )
    assert validator.is_valid(as_json(document))


def test_reader_with_this_schema_accepts_fields_added_later(validator: jsonschema.Draft202012Validator) -> None:
    document = as_json(document_of([text_page(TEXT)])) | {"added_in_1_0_later": 1}
    assert validator.is_valid(document)


def test_every_field_is_explained() -> None:
    schema = document_schema()
    for name, model in {"Document": schema, **schema["$defs"]}.items():
        for field, about in model.get("properties", {}).items():
            ways = [about, *about.get("anyOf", [])]
            assert any("description" in way or "$ref" in way for way in ways), f"{name}.{field}"
