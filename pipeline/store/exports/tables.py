"""The flat tables that Parquet, CSV, Excel and SQLite exports share: columns with types, rows of a document.

No name is a word of SQL, all tables join on `path`, and whatever is counted or filtered by stands in each of them:
level, province, year. `doc_id` is the content's: a join on it would count copies of a file twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args

from pydantic import BaseModel

from pipeline.schema import Document, FieldValue, PlanValue, PlanValues, Section
from pipeline.store.partial_dates import date_parts
from pipeline.store.plan_record import PlanRecord, plan_record

Type = Literal["text", "integer", "real", "boolean", "list"]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its name, its title in Vietnamese, its columns in order, and the rows that a document gives."""

    name: str
    title: str
    columns: dict[str, Type]
    rows: Callable[[Document], Iterator[Row]]


_KEYS: dict[str, Type] = {"path": "text", "doc_id": "text"}
_GROUPS: dict[str, Type] = {"level": "text", "province": "text", "year": "integer"}
_SPAN: dict[str, Type] = {
    "page": "integer", "box_left": "integer", "box_top": "integer", "box_right": "integer", "box_bottom": "integer",
    "confidence": "real",
}  # fmt: skip
_WORDS: dict[str, Type] = {
    "position": "integer", "quoted": "text", "section_id": "text", "from_character": "integer",
    "to_character": "integer", "in_heading": "boolean",
}  # fmt: skip
# Fields of typed values that are words of SQL, or say too little in a table of their own.
_RENAMED = {"to": "addressee", "of": "measured_of", "what": "what_for", "every": "recurs", "value": "amount"}
_COMMON = (
    "text", "section", "start", "end", "in_heading", "page", "bbox", "confidence", "reviewed", "machine",
)  # fmt: skip
_DATES = frozenset({"begins", "ends", "due"})
_TITLES = {
    "participants": "Đối tượng", "periods": "Thời gian", "deadlines": "Thời hạn", "rewards": "Khen thưởng",
    "thresholds": "Chỉ tiêu", "dossier": "Hồ sơ", "funding": "Kinh phí", "tasks": "Phân công",
}  # fmt: skip


def _plans(document: Document) -> Iterator[Row]:
    row = plan_record(document).model_dump(mode="json")
    year, month, day = date_parts(row["date"])
    rewards = [" · ".join(str(part) for part in count.values() if part is not None) for count in row["rewards"]]
    yield {**row, "rewards": rewards, "date_year": year, "date_month": month, "date_day": day}


def _sections(document: Document) -> Iterator[Row]:
    for position, section in enumerate(_walk(document.sections)):
        yield {
            "position": position, "section_id": section.id, "parent_id": section.id.rpartition(".")[0] or None,
            "depth": section.id.count(".") + 1, "item_number": section.number, "heading": section.heading,
            "roles": [str(role) for role in section.roles], "body_text": section.text,
            **_place(section.page, section.bbox, section.confidence),
        }  # fmt: skip


def _walk(sections: list[Section]) -> Iterator[Section]:
    for section in sections:
        yield section
        yield from _walk(section.children)


def _fields(document: Document) -> Iterator[Row]:
    for name in type(document.header).model_fields:
        field = getattr(document.header, name)
        if isinstance(field, FieldValue):
            reviewed = {"reviewed": field.reviewed, "machine_value": field.machine}
            place = _place(field.page, field.bbox, field.confidence)
            yield {"field": name, "content": field.value, **reviewed, **place}


def _recipients(document: Document) -> Iterator[Row]:
    for position, item in enumerate(document.recipients):
        yield {"position": position, "recipient": item.value, **_place(item.page, item.bbox, item.confidence)}


def _signers(document: Document) -> Iterator[Row]:
    for position, signer in enumerate(document.signers):
        parts = {"authority": signer.authority, "post": signer.position, "person": signer.name}
        yield {"position": position, **{name: field.value if field else None for name, field in parts.items()}}


def _citations(document: Document) -> Iterator[Row]:
    for position, act in enumerate(document.citations):
        year, month, day = date_parts(act.date)
        yield {
            "position": position, "act_type": act.type, "act_number": act.number, "act_date": act.date,
            "act_year": year, "act_month": month, "act_day": day, "issuer": act.issuer, "title": act.title,
            **_place(act.page, act.bbox, act.confidence),
        }  # fmt: skip


def _entities(document: Document) -> Iterator[Row]:
    for position, entity in enumerate(document.entities):
        yield {
            "position": position, "label": entity.label, "quoted": entity.text, "section_id": entity.section,
            "from_character": entity.start, "to_character": entity.end,
        }  # fmt: skip


def _cells(document: Document) -> Iterator[Row]:
    for index, table in enumerate(document.tables):
        for row, cells in enumerate(table.rows):
            for column, cell in enumerate(cells):
                yield {
                    "table_index": index, "section_id": table.section, "row_index": row, "column_index": column,
                    "content": cell.value, **_place(cell.page, cell.bbox, cell.confidence),
                }  # fmt: skip


def _problems(document: Document) -> Iterator[Row]:
    for position, problem in enumerate(document.problems):
        yield {"position": position, "code": problem.code, "message": problem.message, "page": problem.page}


def _pages(document: Document) -> Iterator[Row]:
    for page in document.pages:
        yield {
            "page": page.number, "width": page.width, "height": page.height, "text_source": page.text_source,
            "body_text": "\n".join(line.text for line in page.lines), "marks": [mark.kind for mark in page.marks],
        }  # fmt: skip


def _values(kind: str) -> Callable[[Document], Iterator[Row]]:
    def rows(document: Document) -> Iterator[Row]:
        items: list[PlanValue] = getattr(document.plan, kind) if document.plan else []
        for position, item in enumerate(items):
            row: Row = {
                "position": position, "quoted": item.text, "section_id": item.section, "from_character": item.start,
                "to_character": item.end, "in_heading": item.in_heading,
                **_place(item.page, item.bbox, item.confidence),
            }  # fmt: skip
            for name, value in item.model_dump(mode="json", exclude=set(_COMMON)).items():
                row[_RENAMED.get(name, name)] = value
                if name in _DATES:
                    row |= dict(zip(_date_columns(name), date_parts(value), strict=True))
            yield row

    return rows


def _value_columns(model: type[BaseModel]) -> dict[str, Type]:
    columns: dict[str, Type] = {}
    for name, field in model.model_fields.items():
        if name in _COMMON:
            continue
        kinds = str(field.annotation)
        columns[_RENAMED.get(name, name)] = _scalar(kinds)
        if name in _DATES:
            columns |= dict.fromkeys(_date_columns(name), "integer")
    return columns


def _scalar(annotation: str) -> Type:
    return "integer" if "int" in annotation else "real" if "float" in annotation else "text"


def _date_columns(name: str) -> tuple[str, str, str]:
    return f"{name}_year", f"{name}_month", f"{name}_day"


def _plan_columns() -> dict[str, Type]:
    columns: dict[str, Type] = {}
    for name, field in PlanRecord.model_fields.items():
        kinds = str(field.annotation)
        columns[name] = (
            "list"
            if kinds.startswith("list")
            else "integer"
            if "int" in kinds
            else "real"
            if "float" in kinds
            else "text"
        )
        if name == "date":
            columns |= dict.fromkeys(_date_columns(name), "integer")
    return columns


def _place(page: int | None, bbox: list[int] | None, confidence: float | None) -> Row:
    left, top, right, bottom = bbox or (None, None, None, None)
    return {
        "page": page, "box_left": left, "box_top": top, "box_right": right, "box_bottom": bottom,
        "confidence": confidence,
    }  # fmt: skip


def _item_type(kind: str) -> type[BaseModel]:
    (item,) = get_args(PlanValues.model_fields[kind].annotation)
    assert isinstance(item, type)
    assert issubclass(item, BaseModel)
    return item


def document_rows(table: Table, document: Document, groups: Row) -> Iterator[Row]:
    """The rows of `table` for a document, with its keys and `groups` (`group_columns`), all columns in order."""
    keys = {"path": document.source.document_path, "doc_id": document.doc_id, **groups}
    for row in table.rows(document):
        whole = {**keys, **row}
        yield {name: whole.get(name) for name in table.columns}


def group_columns(document: Document) -> Row:
    """What each table can be grouped by."""
    derived = document.derived
    return {
        "level": derived.level.value if derived and derived.level else None,
        "province": derived.province.name if derived and derived.province else None,
        "year": int(derived.year.value) if derived and derived.year else None,
    }


def _table(name: str, title: str, columns: dict[str, Type], rows: Callable[[Document], Iterator[Row]]) -> Table:
    return Table(name, title, {**_KEYS, **_GROUPS, **columns}, rows)


TABLES: tuple[Table, ...] = (
    Table("plans", "Kế hoạch", _plan_columns(), _plans),
    _table(
        "header_fields", "Thể thức",
        {"field": "text", "content": "text", "reviewed": "boolean", "machine_value": "text", **_SPAN}, _fields,
    ),
    _table(
        "sections", "Mục",
        {
            "position": "integer", "section_id": "text", "parent_id": "text", "depth": "integer",
            "item_number": "text", "heading": "text", "roles": "list", "body_text": "text", **_SPAN,
        },
        _sections,
    ),
    *(
        _table(kind, _TITLES[kind], {**_WORDS, **_value_columns(_item_type(kind)), **_SPAN}, _values(kind))
        for kind in PlanValues.model_fields
    ),
    _table(
        "citations", "Căn cứ",
        {
            "position": "integer", "act_type": "text", "act_number": "text", "act_date": "text", "act_year": "integer",
            "act_month": "integer", "act_day": "integer", "issuer": "text", "title": "text", **_SPAN,
        },
        _citations,
    ),
    _table("recipients", "Nơi nhận", {"position": "integer", "recipient": "text", **_SPAN}, _recipients),
    _table(
        "signers", "Người ký", {"position": "integer", "authority": "text", "post": "text", "person": "text"}, _signers
    ),
    _table(
        "entities", "Tên riêng",
        {
            "position": "integer", "label": "text", "quoted": "text", "section_id": "text",
            "from_character": "integer", "to_character": "integer",
        },
        _entities,
    ),
    _table(
        "table_cells", "Ô bảng",
        {
            "table_index": "integer", "section_id": "text", "row_index": "integer", "column_index": "integer",
            "content": "text", **_SPAN,
        },
        _cells,
    ),
    _table(
        "problems", "Vấn đề", {"position": "integer", "code": "text", "message": "text", "page": "integer"}, _problems
    ),
    _table(
        "pages", "Trang",
        {
            "page": "integer", "width": "integer", "height": "integer", "text_source": "text", "body_text": "text",
            "marks": "list",
        },
        _pages,
    ),
)  # fmt: skip


def rows_by_table(document: Document) -> Iterator[tuple[Table, Iterator[Row]]]:
    """Each of `TABLES` with the rows that `document` gives."""
    groups = group_columns(document)
    for table in TABLES:
        yield table, document_rows(table, document, groups)
