"""The REST API: what it answers, what it refuses, what it never does."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from pipeline.errors import UsageError
from pipeline.run.reindex import complete_index
from pipeline.store.index import CorpusIndex
from pipeline.store.ledger import Ledger
from pipeline.store.lock import lock_folder
from pipeline.store.results import FolderResults
from pipeline.store.reviews import ReviewStore
from pipeline.store.search import search
from pipeline.store.verify import verify
from pipeline.web.access import Access, Guard, load_access
from pipeline.web.app import create_app
from pipeline.web.shapes import key_of
from tests.web.corpora import free_port, make_corpus, plan, put, server

KEY = key_of("2024/kh-28.png")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_corpus(tmp_path_factory.mktemp("api"))


@pytest.fixture(scope="module")
def client(out: Path) -> Iterator[TestClient]:
    with TestClient(create_app(out, access=Access({}))) as client:
        yield client


@pytest.fixture
def fresh(out: Path, tmp_path: Path) -> Iterator[tuple[Path, TestClient]]:
    """An OUT of its own to write into."""
    copy = tmp_path / "out"
    shutil.copytree(out, copy)
    with TestClient(create_app(copy, access=Access({}))) as client:
        yield copy, client


def test_search_gives_documents_with_hits_and_facets(client: TestClient) -> None:
    found = client.get("/api/v1/search", params={"q": "khen", "level": "so", "count": 1}).json()
    assert found["total"] == 2 and found["next"] == "c1"
    assert found["documents"][0]["hits"][0]["snippet"]
    assert {"value": "khen_thuong", "count": 2} in found["facets"]["role"]
    last = client.get("/api/v1/search", params={"q": "khen", "level": "so", "count": 1, "cursor": "c1"}).json()
    assert last["next"] is None
    assert last["documents"][0]["path"] != found["documents"][0]["path"]


def test_a_document_in_all_its_parts(client: TestClient) -> None:
    base = f"/api/v1/documents/{KEY}"
    assert client.get(base).json()["header"]["number"]["value"] == "28/KH-UBND"
    assert "Biểu dương 10 tập thể." in client.get(f"{base}/text").text
    assert client.get(f"{base}/sections", params={"role": "khen_thuong"}).json()[0]["heading"] == "KHEN THƯỞNG"
    assert client.get(f"{base}/plan").json()["deadlines"][0]["due"] == "2024-12-01"
    assert client.get(f"{base}/pages/1").json()["lines"][0]["bbox"] == [100, 100, 900, 140]
    assert client.get(f"{base}/pdf").content.startswith(b"%PDF")
    assert [one["path"] for one in client.get(f"{base}/citations").json()["cited_by"]] == ["2024/kh-36.png"]
    cites = client.get(f"/api/v1/documents/{key_of('2024/kh-36.png')}/citations").json()["cites"]
    assert cites[0]["document"]["path"] == "2024/kh-28.png"


def test_pictures_are_drawn_whole_and_by_box(client: TestClient) -> None:
    base = f"/api/v1/documents/{KEY}/pages/1/image"
    whole, part = client.get(base), client.get(base, params={"box": "100,100,900,140"})
    assert whole.headers["content-type"] == part.headers["content-type"] == "image/jpeg"
    assert len(part.content) < len(whole.content)
    assert client.get(base, headers={"if-none-match": whole.headers["etag"]}).status_code == 304
    assert client.get(base, params={"box": "1,1,1,1"}).status_code == 422
    assert client.get(f"/api/v1/documents/{KEY}/pages/2/image").status_code == 404


def test_what_did_not_change_is_not_sent_again(client: TestClient) -> None:
    first = client.get(f"/api/v1/documents/{KEY}")
    assert first.headers["content-encoding"] == "gzip"
    again = client.get(f"/api/v1/documents/{KEY}", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/api/v1/documents/nothing", 404),
        (f"/api/v1/documents/{key_of('../ledger.sqlite')}", 404),
        (f"/api/v1/documents/{key_of('/etc/passwd')}/text", 404),
        ("/api/v1/search?cursor=c-1", 422),
        ("/api/v1/search?count=0", 422),
        ("/api/v1/search?q=" + "a" * 3000, 422),
        ("/api/v1/nowhere", 404),
    ],
)
def test_errors_have_one_shape(client: TestClient, url: str, status: int) -> None:
    answer = client.get(url)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail"} <= set(answer.json())


@pytest.mark.parametrize("path", ["..%2fledger.sqlite", "%2e%2e/%2e%2e/etc/passwd", "2024/%00", "a%ff%fe", "kh-28.png"])
def test_no_address_leads_out_of_the_corpus(client: TestClient, path: str) -> None:
    for where in ("doc", "image/1", "download/json", "download/text", "static"):
        assert client.get(f"/{where}/{path}").status_code in (404, 422)


def test_a_source_that_is_a_link_out_of_the_archive_is_not_shown(
    fresh: tuple[Path, TestClient], tmp_path: Path
) -> None:
    copy, client = fresh
    archive = tmp_path / "archive"
    (archive / "2024").mkdir(parents=True)
    (archive / "2024" / "kh-28.png").symlink_to(
        Path(json.loads((copy / "report.json").read_text())["archive"]) / "2024/kh-28.png"
    )
    (copy / "report.json").write_text(json.dumps({"archive": str(archive)}))
    assert client.get("/image/1/2024/kh-28.png").status_code == 404
    assert "chỉ hiện văn bản" in client.get("/doc/2024/kh-28.png").text


def test_a_correction_stands_at_once_everywhere_and_is_undone(fresh: tuple[Path, TestClient]) -> None:
    copy, client = fresh
    wanted = {"path": "2024/kh-28.png", "field": "header.subject", "value": "Trồng rừng", "by": "Lan"}
    made = client.post("/api/v1/corrections", json=wanted)
    assert made.status_code == 201
    subject = client.get(f"/api/v1/documents/{KEY}").json()["header"]["subject"]
    assert (subject["value"], subject["reviewed"], subject["machine"]) == ("Trồng rừng", True, "Trồng cây đầu năm")
    _until(lambda: client.get("/api/v1/search", params={"q": "rừng", "reviewed": "yes"}).json()["total"] == 1)
    assert client.delete(f"/api/v1/corrections/{made.json()['id']}").json()["undone_at"] is None
    assert client.get(f"/api/v1/documents/{KEY}").json()["header"]["subject"]["value"] == "Trồng cây đầu năm"
    _until(lambda: client.get("/api/v1/search", params={"q": "rừng"}).json()["total"] == 0)
    _until(lambda: not list(verify(FolderResults(copy))))  # search knows before the last file is in its place


def _until(true, seconds: float = 20) -> None:
    waited = threading.Event()
    for _ in range(int(seconds * 10)):
        if true():
            return
        waited.wait(0.1)
    raise AssertionError("it never came")


def test_while_a_run_writes_corrections_are_kept(fresh: tuple[Path, TestClient]) -> None:
    copy, client = fresh
    with lock_folder(copy / ".lock"):
        wanted = {"path": "2025/kh-12.png", "field": "header.place", "value": "Kiên Giang"}
        assert client.post("/api/v1/corrections", json=wanted).status_code == 201
        held = client.get(f"/api/v1/documents/{key_of('2025/kh-12.png')}").json()["header"]["place"]
        assert held["value"] == "Kiên Giang"
        assert client.get("/api/v1/health").json()["being_filled"]


@pytest.mark.parametrize("field", ["header.nothing", "pages[9].lines[0].text", "sections[99].heading", "", "x" * 100])
def test_what_is_no_field_is_refused(client: TestClient, field: str) -> None:
    answer = client.post("/api/v1/corrections", json={"path": "2024/kh-28.png", "field": field, "value": "x"})
    assert answer.status_code == 422


def test_corrections_travel_as_json_lines(fresh: tuple[Path, TestClient], out: Path, tmp_path: Path) -> None:
    _, client = fresh
    client.post(
        "/api/v1/corrections", json={"path": "2023/kh-7.png", "field": "signers[0].name", "value": "Lê Thị Mai"}
    )
    lines = client.get("/api/v1/corrections/export").text
    other = tmp_path / "other"
    shutil.copytree(out, other)
    with TestClient(create_app(other, access=Access({}))) as there:
        headers = {"content-type": "application/x-ndjson"}
        assert there.post("/api/v1/corrections/import", content=lines.encode(), headers=headers).json() == {"taken": 1}
        assert there.post("/api/v1/corrections/import", content=b"no", headers=headers).status_code == 422
        signer = there.get(f"/api/v1/documents/{key_of('2023/kh-7.png')}").json()["signers"][0]["name"]
        assert signer["value"] == "Lê Thị Mai"


def test_the_queue_offers_what_is_doubtful_until_it_is_settled(fresh: tuple[Path, TestClient]) -> None:
    _, client = fresh
    queue = client.get("/api/v1/queue").json()
    first = queue["fields"][0]
    assert (first["path"], first["field"], first["reasons"]) == ("2024/kh-36.png", "header.subject", ["unsure"])
    client.post("/api/v1/corrections", json={"path": first["path"], "field": first["field"], "confirm": True})
    assert client.get("/api/v1/queue").json()["total"] == queue["total"] - 1


def test_a_new_document_is_found_at_once(fresh: tuple[Path, TestClient], tmp_path: Path) -> None:
    copy, client = fresh
    assert client.get("/api/v1/search", params={"q": "vườn thuốc nam"}).json()["total"] == 0
    archive = tmp_path / "archive"
    new = plan(archive, "n.png", "SỞ Y TẾ", "99/KH-SYT", "2025-01-01", "Vườn thuốc nam", "Trồng cây.")
    put(copy, archive, "n.png", new)
    assert client.get("/api/v1/search", params={"q": "vườn thuốc nam"}).json()["total"] == 1


def test_extract_gives_the_document_of_a_file_that_is_sent(client: TestClient) -> None:
    text = (
        "UBND XÃ PHÚ KHÊ\nSố: 28/KH-UBND\nPhú Khê, ngày 02 tháng 3 năm 2025\n\nKẾ HOẠCH\nThi đua\n\nI. MỤC ĐÍCH\nVì dân"
    )
    headers = {"content-type": "application/octet-stream"}
    answer = client.post("/api/v1/extract", params={"name": "kh.txt"}, content=text.encode(), headers=headers)
    assert answer.json()["header"]["number"]["value"] == "28/KH-UBND"
    assert client.post("/api/v1/extract", content=b"\x00\x01", headers=headers).status_code == 422


# who may do what


def test_another_address_demands_a_token(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="token"):
        load_access("0.0.0.0", None)
    file = tmp_path / "tokens"
    file.write_text("# office\nread abcdefghijklmnop\nreview qrstuvwxyz0123456\n")
    assert len(load_access("0.0.0.0", file).tokens) == 2
    file.write_text("read short")
    with pytest.raises(UsageError):
        load_access("127.0.0.1", file)


def test_roles_read_and_review(out: Path) -> None:
    access = Access.from_lines(["read abcdefghijklmnop", "review qrstuvwxyz0123456"])
    body = {"path": "2024/kh-28.png", "field": "header.subject", "confirm": True}
    with TestClient(create_app(out, access=access)) as client:
        assert client.get("/api/v1/search").status_code == 401
        assert client.get("/").status_code == 401 and "password" in client.get("/").text
        reader = {"authorization": "Bearer abcdefghijklmnop"}
        assert client.get("/api/v1/search", headers=reader).status_code == 200
        assert client.post("/api/v1/corrections", json=body, headers=reader).status_code == 403
        assert client.get("/", headers={"authorization": "Bearer wrong"}).status_code == 401
        signed = client.post(
            "/login", data={"token": "abcdefghijklmnop", "back": "//evil.example/"}, follow_redirects=False
        )
        assert (signed.status_code, signed.headers["location"]) == (303, "/")
        assert "abcdefghijklmnop" not in signed.headers["set-cookie"]
        assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "http://evil.example"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"host": "evil.example"}, 421),
        ({"origin": "http://testserver"}, 422),
        ({"content-length": "99999999999"}, 413),
    ],
)
def test_other_sites_change_nothing(client: TestClient, headers: dict[str, str], status: int) -> None:
    assert client.post("/api/v1/corrections", json={"path": "x", "field": "y"}, headers=headers).status_code == status


def test_pages_allow_no_foreign_and_no_inline_script(client: TestClient) -> None:
    answer = client.get("/", params={"q": "thương tích <script>alert(1)</script>"})
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "<script>alert" not in answer.text
    assert "<b>tai" not in client.get("/doc/2025/kh-13.png").text


def test_too_many_requests_at_once_are_put_off() -> None:
    async def nothing(*_: object) -> None: ...

    guard = Guard(nothing, hosts=frozenset(), most_bytes=10)
    scope = {"type": "http", "method": "GET", "headers": [], "client": ("10.0.0.1", 1)}
    refused = [guard._refused(scope) for _ in range(4000)]
    assert refused[0] is None and refused[-1] and refused[-1][0] == 429
    assert guard._refused({**scope, "client": ("10.0.0.2", 1)}) is None


# an OUT in trouble


def test_an_index_of_another_version_says_what_to_run(fresh: tuple[Path, TestClient]) -> None:
    copy, client = fresh
    with sqlite3.connect(copy / "corpus.sqlite") as connection:
        connection.execute("UPDATE meta SET value = '1' WHERE key = 'index_version'")
    connection.close()
    answer = client.get("/api/v1/search")
    assert answer.status_code == 503 and "sohoa ingest" in answer.json()["detail"]
    assert "sohoa ingest" in client.get("/").text
    with CorpusIndex(copy / "corpus.sqlite") as index, Ledger(copy / "ledger.sqlite") as ledger:
        assert client.get("/api/v1/search").status_code == 503
        from pipeline.run.storage.outputs import open_outputs

        complete_index(index, ledger, open_outputs(copy))
    assert client.get("/api/v1/search").json()["total"] == 5


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_out_is_served_and_refuses_corrections(fresh: tuple[Path, TestClient]) -> None:
    copy, client = fresh
    for path in (copy, *copy.rglob("*")):
        path.chmod(path.stat().st_mode & ~0o222)
    try:
        assert client.get("/").status_code == 200
        body = {"path": "2024/kh-28.png", "field": "header.subject", "confirm": True}
        assert client.post("/api/v1/corrections", json=body).status_code == 503
    finally:
        for path in (copy, *copy.rglob("*")):
            path.chmod(path.stat().st_mode | 0o200)


def test_a_kill_loses_no_correction_that_was_acknowledged(out: Path, tmp_path: Path) -> None:
    copy = tmp_path / "out"
    shutil.copytree(out, copy)
    port, kept = free_port(), []
    with server(copy, port) as process:
        for at in range(1000):
            if at == 40:  # in the middle of them, while the next one is on its way
                threading.Timer(0.02, process.send_signal, (signal.SIGKILL,)).start()
            body = {"path": "2024/kh-28.png", "field": "header.subject", "value": f"Lần {at}"}
            request = urllib.request.Request(
                f"http://127.0.0.1:{port}/api/v1/corrections",
                json.dumps(body).encode(),
                {"content-type": "application/json"},
            )
            try:
                with urllib.request.urlopen(request, timeout=20) as answer:
                    kept.append(json.load(answer)["id"])
            except (OSError, ValueError):
                break
    assert 39 < len(kept) < 1000
    with ReviewStore(copy / "reviews.sqlite", read_only=True) as reviews:
        assert set(kept) <= {one.id for one in reviews.all()}


def test_two_servers_on_one_out(fresh: tuple[Path, TestClient]) -> None:
    copy, one = fresh
    with TestClient(create_app(copy, access=Access({}))) as other:
        for at, client in enumerate((one, other) * 3):
            body = {"path": "2024/kh-28.png", "field": f"pages[1].lines[{at}].text", "value": f"dòng {at}"}
            assert client.post("/api/v1/corrections", json=body).status_code == 201
        assert len(one.get("/api/v1/corrections").json()) == len(other.get("/api/v1/corrections").json()) == 6
    _until(lambda: bool(search(copy / "corpus.sqlite", "28/KH-UBND")))
