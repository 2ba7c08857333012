"""The PostgreSQL export against a real server: what is there, what changes, what a kill or a lost server leaves."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import asyncpg
import pytest

from pipeline.errors import OutputError, UsageError
from pipeline.schema import (
    Citation,
    Document,
    FieldValue,
    Header,
    PageLine,
    PageRecord,
    PlanValues,
    Reward,
    Role,
    Section,
    Source,
    Status,
)
from pipeline.store.documents import to_json
from pipeline.store.exports import ExportOutcome, export_corpus
from pipeline.store.exports.postgres import load
from pipeline.store.exports.postgres.schema import MIGRATIONS
from pipeline.store.exports.tables import TABLES
from pipeline.store.layout import OutFolder
from pipeline.store.results import FolderResults
from tests.store.postgres_server import Server, running

Command = Callable[..., "subprocess.CompletedProcess[str]"]
_numbers = count()


def plan(path: str, text: str = "Tặng Giấy khen cho các tập thể; đề nghị khen thưởng.") -> Document:
    return Document(
        doc_id=f"sha256:{path}",
        source=Source(path=path, sha256=path, bytes=1, page_count=1),
        status=Status.OK,
        header=Header(subject=FieldValue(value="Phát động thi đua\x00 “Đường làng\ud800 sạch”")),
        sections=[Section(id="1", number="I", heading="KHEN THƯỞNG", roles=[Role.KHEN_THUONG], text=text)],
        citations=[Citation(type="Kế hoạch", number="28/KH-UBND", date="2024-02")],
        plan=PlanValues(rewards=[Reward(text="03 tập thể", section="1", start=0, end=5, collectives_max=3)]),
        pages=[PageRecord(number=1, width=9, height=9, text_source="ocr", lines=[PageLine(text=text, raw=text)])],
    )


def store(out: Path, *documents: Document) -> Path:
    for document in documents:
        path = OutFolder(out).document(document.source.path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(to_json(document))
    return out


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as started:
        yield started


@pytest.fixture
def database(server: Server) -> str:
    return server.create(f"plans{next(_numbers)}")


def export(out: Path, database: str) -> ExportOutcome:
    return export_corpus(FolderResults(out), "postgres", database)


def ask(database: str, query: str, *values: object) -> list[tuple[object, ...]]:
    async def rows() -> list[tuple[object, ...]]:
        async with connected(database) as connection:
            return [tuple(row) for row in await connection.fetch(query, *values)]

    return asyncio.run(rows())


@asynccontextmanager
async def connected(database: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database)
    try:
        yield connection
    finally:
        await connection.close()


def test_tables_have_what_the_documents_say(database: str, tmp_path: Path) -> None:
    out = store(tmp_path, plan("2024/a.pdf"), plan("2025/b.pdf"))
    assert export(out, database).written == 2
    assert ask(database, "SELECT path, khen_thuong IS NOT NULL, citations FROM sohoa.plans ORDER BY path") == [
        ("2024/a.pdf", True, ["28/KH-UBND"]), ("2025/b.pdf", True, ["28/KH-UBND"]),
    ]  # fmt: skip
    assert ask(database, "SELECT act_year, act_month, act_day FROM sohoa.citations") == [(2024, 2, None)] * 2
    assert ask(database, "SELECT collectives_max FROM sohoa.rewards JOIN sohoa.plans USING (path)") == [(3,), (3,)]
    for table in TABLES:
        names = ask(database, f'SELECT * FROM sohoa."{table.name}" LIMIT 0') is not None
        assert names


def test_words_are_found_without_their_marks_and_with_them(database: str, tmp_path: Path) -> None:
    export(store(tmp_path, plan("a.pdf"), plan("b.pdf", "Duong lang khac.")), database)
    found = "SELECT path FROM sohoa.search($1, with_marks => $2)"
    assert ask(database, found, "khen thuong", False) == [("a.pdf",), ("b.pdf",)]
    assert ask(database, found, '"de nghi khen thuong"', False) == [("a.pdf",)]
    assert ask(database, found, "đề nghị", True) == [("a.pdf",)]
    assert ask(database, found, "de nghi", True) == []
    by_hand = "SELECT path FROM sohoa.sections WHERE folded @@ plainto_tsquery('sohoa.folded', 'đe nghi')"
    assert ask(database, by_hand) == [("a.pdf",)]
    explain = "EXPLAIN SELECT path FROM sohoa.sections WHERE folded @@ to_tsquery('sohoa.folded', 'khen')"
    plan_of = ask(f"{database}&enable_seqscan=off", explain)
    assert any("sections_folded" in line for (line,) in plan_of)


def test_only_what_changed_is_written_and_deletions_are_followed(database: str, tmp_path: Path) -> None:
    out = store(tmp_path, plan("a.pdf"), plan("b.pdf"), plan("c.pdf"))
    assert export(out, database).written == 3
    before = ask(database, "SELECT path, xmin::text FROM sohoa.documents ORDER BY path")
    assert export(out, database).written == 0
    assert ask(database, "SELECT path, xmin::text FROM sohoa.documents ORDER BY path") == before
    store(out, plan("b.pdf", "Nội dung mới."))
    OutFolder(out).document("c.pdf").unlink()
    assert export(out, database).written == 1
    assert ask(database, "SELECT path, body_text FROM sohoa.sections ORDER BY path") == [
        ("a.pdf", "Tặng Giấy khen cho các tập thể; đề nghị khen thưởng."), ("b.pdf", "Nội dung mới."),
    ]  # fmt: skip


def test_a_damaged_document_is_named_and_keeps_its_rows(database: str, tmp_path: Path) -> None:
    out = store(tmp_path, plan("a.pdf"), plan("b.pdf"))
    export(out, database)
    OutFolder(out).document("b.pdf").write_text("{")
    outcome = export(out, database)
    assert [path for path, _ in outcome.left_out] == ["b.pdf"]
    assert ask(database, "SELECT count(*) FROM sohoa.plans") == [(2,)]


def test_a_server_that_goes_away_loses_nothing(
    server: Server, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = store(tmp_path, *(plan(f"{number}.pdf") for number in range(6)))
    monkeypatch.setattr(load, "_DOCUMENTS", 2)
    written = load._written
    calls = count()

    def interrupted(*arguments: object) -> int:
        if next(calls) == 2:
            server.stop()
        return written(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(load, "_written", interrupted)
    with pytest.raises(OutputError, match="run the same command again"):
        export(out, database)
    server.start()
    assert ask(database, "SELECT count(*) FROM sohoa.plans") == [(4,)]
    assert export(out, database).written == 2
    assert ask(database, "SELECT count(*) FROM sohoa.plans") == [(6,)]


def test_an_older_schema_is_migrated_and_a_newer_one_refused(database: str, tmp_path: Path) -> None:
    out = store(tmp_path, plan("a.pdf"))
    export(out, database)
    ask(database, "ALTER TABLE sohoa.plans DROP COLUMN reward_individuals")
    ask(database, "UPDATE sohoa.documents SET digest = 'of an earlier program'")
    assert export(out, database).written == 1
    assert ask(database, "SELECT reward_individuals FROM sohoa.plans") == [(None,)]
    ask(database, "UPDATE sohoa.version SET number = $1", len(MIGRATIONS) + 1)
    with pytest.raises(UsageError, match="newer"):
        export(out, database)


def test_one_export_at_a_time_and_several_schemas_in_a_database(database: str, tmp_path: Path) -> None:
    out = store(tmp_path, plan("a.pdf"))
    assert export(out, f"{database}&schema=ubnd_tinh").written == 1
    assert ask(database, "SELECT count(*) FROM ubnd_tinh.plans") == [(1,)]
    assert ask(database, "SELECT path FROM ubnd_tinh.search('khen thuong')") == [("a.pdf",)]
    with pytest.raises(UsageError, match="cannot be a schema"):
        export(out, f"{database}&schema=a;drop")

    async def during_another() -> None:
        async with connected(database) as connection:
            await connection.execute("SELECT pg_advisory_lock(hashtext('sohoa export'))")
            await asyncio.to_thread(export, out, database)

    with pytest.raises(UsageError, match="Another export"):
        asyncio.run(during_another())


def test_the_command_hides_the_password_and_says_what_is_wrong(database: str, tmp_path: Path, sohoa: Command) -> None:
    out = store(tmp_path, plan("a.pdf"))
    address = database.replace("postgres@", "postgres:geheim@")
    done = sohoa("export", "--corpus", out, "--format", "postgres", address)
    assert (done.returncode, done.stdout) == (0, "")
    assert "1 document exported to postgresql://" in done.stderr
    assert "geheim" not in done.stderr
    assert sohoa("export", "--corpus", out, "--format", "postgres", tmp_path / "x.db").returncode == 1
    lost = sohoa("export", "--corpus", out, "--format", "postgres", "postgresql://postgres@/no?host=/nowhere")
    assert lost.returncode == 5
    assert "database server says" in lost.stderr


def test_psql_reads_it(database: str, tmp_path: Path) -> None:
    export(store(tmp_path, plan("a.pdf")), database)
    done = subprocess.run(
        ["psql", database, "-Atc", "SELECT path, heading FROM sohoa.search('giay khen')"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "a.pdf|KHEN THƯỞNG\n"
