"""Archive and OUT in an object store: a real S3 server on the loopback that fails, drops and dawdles on purpose."""

from __future__ import annotations

import itertools
import json
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import OutputError
from pipeline.run import archives
from pipeline.run.ingest import Wishes, ingest
from pipeline.settings import Settings
from pipeline.store.ledger import FileStatus
from tests.run.faults import Recorder

pytestmark = pytest.mark.slow
pytest.importorskip("s3fs", reason="the extra `s3` is not installed")
moto_server = pytest.importorskip("moto.server", reason="moto, of the extra `dev`, is not installed")
serving = pytest.importorskip("werkzeug.serving")

Application = Callable[[dict[str, Any], Callable[..., Any]], Any]


class TroubledServer:
    """Passes requests on to moto; every so many of them fail or are slow, as `trouble` says."""

    def __init__(self) -> None:
        self._moto: Application = moto_server.DomainDispatcherApplication(moto_server.create_backend_app)
        self._count = itertools.count(1)
        self.trouble: Callable[[int, str, str], str | None] = lambda _count, _method, _path: None

    def __call__(self, environment: dict[str, Any], start: Callable[..., Any]) -> Any:
        verdict = self.trouble(next(self._count), environment["REQUEST_METHOD"], environment["PATH_INFO"])
        if verdict == "error":
            start("503 Slow Down", [("Content-Type", "application/xml")])
            return [b"<Error><Code>SlowDown</Code><Message>later</Message></Error>"]
        if verdict == "slow":
            time.sleep(0.3)
        return self._moto(environment, start)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[TroubledServer]:
    """A server with a bucket; this process and its children are told where it is."""
    troubled = TroubledServer()
    made = serving.make_server("127.0.0.1", 0, troubled, threaded=True)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{made.server_port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_MAX_ATTEMPTS": "1",  # s3fs and sohoa try again themselves; three storeys of pauses take minutes
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }.items():
        monkeypatch.setenv(name, value)
    # moto keeps its buckets for as long as this process lives
    urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{made.server_port}/moto-api/reset", method="POST"))
    store().mkdir("bucket")
    yield troubled
    made.shutdown()
    made.server_close()


def store() -> Any:
    """A view of the store that remembers nothing."""
    import s3fs

    s3fs.S3FileSystem.clear_instance_cache()
    return s3fs.S3FileSystem(use_listings_cache=False)


@pytest.fixture
def local(tmp_path: Path) -> Path:
    """An archive in a folder, its results in another, and the same archive in the bucket."""
    for name in ("a/kh.txt", "b/kh.txt", "b/bản sao.txt", "rỗng.txt"):
        path = tmp_path / "archive" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("" if name == "rỗng.txt" else f"KẾ HOẠCH {name[0]}\nI. MỤC ĐÍCH\n- Thi đua.\n")
    for number in range(8):
        (tmp_path / "archive" / f"{number}.txt").write_text(f"KẾ HOẠCH {number}\n")
    ingest(tmp_path / "archive", tmp_path / "out", Settings())
    return tmp_path


def results(folder: Path) -> dict[str, bytes]:
    """Documents and texts of a folder."""
    found = [path for tree in ("documents", "text") for path in (folder / tree).rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def stored_results(root: str) -> dict[str, bytes]:
    """Documents and texts of a bucket."""
    found = store().find(root)
    keys = [key for key in found if key.startswith((f"{root}/documents/", f"{root}/text/"))]
    return {key[len(root) + 1 :]: store().cat_file(key) for key in keys}


def upload(local: Path) -> None:
    """The archive into the bucket."""
    store().put(str(local / "archive") + "/", "bucket/archive/", recursive=True)


def test_a_bucket_gives_the_same_results_as_a_folder_whatever_the_server_does(
    server: TroubledServer, local: Path
) -> None:
    upload(local)
    server.trouble = lambda count, _method, _path: "error" if count % 7 == 0 else "slow" if count % 5 == 0 else None
    tally = ingest("s3://bucket/archive", "s3://bucket/out", Settings())
    server.trouble = lambda _count, _method, _path: None
    assert tally.failed == 1  # the empty file
    assert stored_results("bucket/out") == results(local / "out")
    assert {"bucket/out/ledger.sqlite", "bucket/out/corpus.sqlite", "bucket/out/report.json"} <= set(
        store().find("bucket/out")
    )
    assert not store().exists("bucket/out/.lock")


def test_unchanged_objects_are_not_even_fetched_also_from_another_machine(
    server: TroubledServer, local: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(local)
    time.sleep(2.1)  # an object stored in the same tick as it is read is not trusted by its time
    ingest("s3://bucket/archive", "s3://bucket/out", Settings())
    monkeypatch.setenv("XDG_CACHE_HOME", str(local / "another machine"))
    fetched = []

    def watch(_count: int, method: str, path: str) -> None:
        if method == "GET" and "/archive/" in path:
            fetched.append(path)

    server.trouble = watch
    tally = ingest("s3://bucket/archive", "s3://bucket/out", Settings())
    assert (tally.done_now, tally.skipped, fetched) == (0, 12, [])
    store().pipe_file("bucket/archive/0.txt", "Khác\n".encode())
    assert ingest("s3://bucket/archive", "s3://bucket/out", Settings()).done_now == 1
    assert store().cat_file("bucket/out/text/0.txt.txt").decode() == "Khác\n"


def test_an_object_that_cannot_be_had_fails_alone_and_is_tried_again(
    server: TroubledServer, local: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(local)
    monkeypatch.setattr(archives, "_FIRST_PAUSE", 0.01)
    server.trouble = lambda _count, method, path: "error" if method == "GET" and path.endswith("/3.txt") else None
    recorder = Recorder()
    ingest("s3://bucket/archive", local / "mixed", Settings(), observer=recorder)
    assert recorder.rows["3.txt"].status is FileStatus.FAILED_RETRYABLE
    assert recorder.rows["4.txt"].status is FileStatus.DONE
    server.trouble = lambda _count, _method, _path: None
    assert ingest("s3://bucket/archive", local / "mixed", Settings()).statuses[FileStatus.FAILED_RETRYABLE] == 0
    assert results(local / "mixed") == results(local / "out")


def test_two_runs_do_not_write_to_one_place_and_a_dead_one_s_lease_ends(server: TroubledServer, local: Path) -> None:
    lease = {"pid": 1, "host": "other", "started": 0.0, "token": "x", "renewed": time.time()}
    store().pipe_file("bucket/out/.lock", json.dumps(lease).encode())
    with pytest.raises(OutputError, match="process 1 on other"):
        ingest(local / "archive", "s3://bucket/out", Settings())
    lease["renewed"] = time.time() - 1000
    store().pipe_file("bucket/out/.lock", json.dumps(lease).encode())
    ingest(local / "archive", "s3://bucket/out", Settings())
    assert stored_results("bucket/out") == results(local / "out")


def test_pruned_files_leave_the_bucket(server: TroubledServer, local: Path) -> None:
    ingest(local / "archive", "s3://bucket/out", Settings())
    (local / "archive" / "a" / "kh.txt").unlink()
    ingest(local / "archive", "s3://bucket/out", Settings(), wishes=Wishes(prune=True))
    assert "documents/a/kh.txt.json" not in stored_results("bucket/out")
    assert "documents/b/kh.txt.json" in stored_results("bucket/out")
