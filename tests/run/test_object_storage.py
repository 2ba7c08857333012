"""Archive and OUT in an object store: a real S3 server on the loopback that fails, drops and dawdles on purpose."""

from __future__ import annotations

import itertools
import json
import sqlite3
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import OutputError
from pipeline.run.ingest import Wishes, ingest
from pipeline.run.storage.lease import Lease
from pipeline.run.storage.object_store import ObjectStore
from pipeline.run.storage.outputs import workspace_of
from pipeline.run.storage.remote import open_results
from pipeline.settings import Settings
from pipeline.store.ledger import FileStatus
from pipeline.store.search import search
from pipeline.store.verify import verify
from tests.conftest import Command
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
        if verdict == "unconditional" and {"HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH"} & environment.keys():
            start("501 Not Implemented", [("Content-Type", "application/xml")])
            return [b"<Error><Code>NotImplemented</Code><Message>no conditions here</Message></Error>"]
        if verdict == "done, but error":
            b"".join(self._moto(environment, lambda *_answer: None))
            start("503 Slow Down", [("Content-Type", "application/xml")])
            return [b"<Error><Code>SlowDown</Code><Message>later</Message></Error>"]
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
    monkeypatch.setattr("pipeline.run.storage.object_store._FIRST_PAUSE", 0.01)
    server.trouble = lambda _count, method, path: "error" if method == "GET" and path.endswith("/3.txt") else None
    recorder = Recorder()
    ingest("s3://bucket/archive", local / "mixed", Settings(), observer=recorder)
    assert recorder.rows["3.txt"].status is FileStatus.FAILED_RETRYABLE
    assert recorder.rows["4.txt"].status is FileStatus.DONE
    server.trouble = lambda _count, _method, _path: None
    assert ingest("s3://bucket/archive", local / "mixed", Settings()).statuses[FileStatus.FAILED_RETRYABLE] == 0
    assert results(local / "mixed") == results(local / "out")


def test_a_store_that_fails_for_good_ends_the_run_and_the_next_one_completes_it(
    server: TroubledServer, local: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.run.storage.object_store._FIRST_PAUSE", 0.01)
    server.trouble = lambda _count, method, path: "error" if method == "PUT" and "/text/" in path else None
    with pytest.raises(OutputError, match="later"):
        ingest(local / "archive", "s3://bucket/out", Settings())
    server.trouble = lambda _count, _method, _path: None
    assert not store().exists("bucket/out/.lock")
    assert ingest(local / "archive", "s3://bucket/out", Settings()).failed == 1  # the empty file
    assert stored_results("bucket/out") == results(local / "out")


def a_lease(**values: object) -> None:
    """Another run's lease in the store."""
    lease = {"pid": 1, "host": "other", "started": 0.0, "token": "x", "renewed": time.time()} | values
    store().pipe_file("bucket/out/.lock", json.dumps(lease).encode())


def lease() -> Lease:
    """A run that is about to write to the same place."""
    return Lease(ObjectStore("s3://bucket/out", store(), "bucket/out"))


def test_two_runs_do_not_write_to_one_place_and_a_dead_one_s_lease_ends(server: TroubledServer, local: Path) -> None:
    a_lease()
    with pytest.raises(OutputError, match="process 1 on other"):
        ingest(local / "archive", "s3://bucket/out", Settings())
    a_lease(renewed=time.time() - 1000)
    ingest(local / "archive", "s3://bucket/out", Settings())
    assert stored_results("bucket/out") == results(local / "out")


@pytest.mark.parametrize("before", ["nothing", "a dead run's lease"])
def test_of_two_runs_that_find_the_place_free_at_the_same_moment_the_store_lets_one_in(
    server: TroubledServer, before: str
) -> None:
    if before != "nothing":
        a_lease(renewed=0.0)
    both_have_looked = threading.Barrier(2)
    taken = []

    def run(one: Lease) -> None:
        write = one._write
        one._write = lambda tag: both_have_looked.wait(10) >= 0 and write(tag)  # type: ignore[method-assign]
        try:
            one.take()
            taken.append(one)
        except OutputError as error:
            assert "Another run" in str(error)

    runs = [threading.Thread(target=run, args=(one,)) for one in (lease(), lease())]
    for thread in runs:
        thread.start()
    for thread in runs:
        thread.join()
    assert len(taken) == 1
    assert lease().owner() is not None


def test_a_lease_whose_writing_was_answered_with_an_error_but_done_is_one_s_own(
    server: TroubledServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.run.storage.object_store._FIRST_PAUSE", 0.01)
    puts = itertools.count(1)
    server.trouble = lambda _count, method, _path: "done, but error" if method == "PUT" and next(puts) == 1 else None
    one = lease()
    one.take()
    assert next(puts) > 2
    one.drop()
    assert not store().exists("bucket/out/.lock")


def test_a_run_that_slept_while_another_took_over_stops_and_leaves_the_other_s_lease(
    server: TroubledServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.run.storage.lease._RENEW_SECONDS", 0.0)
    one = lease()
    one.take()
    assert one.renew_if_due()
    a_lease()
    with pytest.raises(OutputError, match="taken over"):
        one.renew_if_due()
    one.drop()
    assert json.loads(store().cat_file("bucket/out/.lock"))["host"] == "other"


def test_a_store_without_conditional_writes_is_looked_at_again(server: TroubledServer) -> None:
    server.trouble = lambda _count, _method, _path: "unconditional"
    one, other = lease(), lease()
    one.take()
    with pytest.raises(OutputError, match="Another run"):
        other.take()


def test_results_are_searched_checked_and_exported_by_their_url(
    server: TroubledServer, local: Path, sohoa: Command
) -> None:
    ingest(local / "archive", "s3://bucket/out", Settings())
    found = sohoa("search", "ke hoach a", "--corpus", "s3://bucket/out", "--json")
    assert [hit["path"] for hit in json.loads(found.stdout)][:1] == ["a/kh.txt"]
    assert sohoa("verify", "s3://bucket/out").returncode == 0
    told = json.loads(sohoa("status", "s3://bucket/out", "--json").stdout)
    assert (told["state"], told["files"]["done"]) == ("finished", 10)
    a_lease()
    assert json.loads(sohoa("status", "s3://bucket/out", "--json").stdout)["owner"]["host"] == "other"
    target = local / "plans.jsonl"
    assert sohoa("export", "--corpus", "s3://bucket/out", "--format", "jsonl", "--copies", target).returncode == 0
    assert len(target.read_text().splitlines()) == len(list((local / "out" / "documents").rglob("*.json")))
    store().pipe_file("bucket/out/documents/a/kh.txt.json", b"{}")
    store().pipe_file("bucket/out/documents/stray.json", b"{}")
    store().rm_file("bucket/out/text/b/kh.txt.txt")
    faults = sohoa("verify", "s3://bucket/out")
    assert faults.returncode == 4
    for name in ("documents/a/kh.txt.json", "documents/stray.json", "text/b/kh.txt.txt"):
        assert name in faults.stdout
    missing = sohoa("search", "a", "--corpus", "s3://bucket/nothing")
    assert missing.returncode == 1
    assert "s3://bucket/nothing" in missing.stderr


def test_a_changed_index_is_fetched_anew(server: TroubledServer, local: Path) -> None:
    ingest(local / "archive", "s3://bucket/out", Settings())
    assert not search(open_results("s3://bucket/out").databases.corpus, "moi")
    (local / "archive" / "new.txt").write_text("Mới\n")
    ingest(local / "archive", "s3://bucket/out", Settings())
    assert search(open_results("s3://bucket/out").databases.corpus, "moi")


def test_results_in_the_bucket_that_is_ingested_are_no_sources(server: TroubledServer, local: Path) -> None:
    upload(local)
    first = ingest("s3://bucket", "s3://bucket/archive/out", Settings())
    again = ingest("s3://bucket", "s3://bucket/archive/out", Settings())
    assert (first.files, again.files) == (12, 12)


def test_results_of_another_run_in_the_bucket_are_left_out_with_one_remark(server: TroubledServer, local: Path) -> None:
    upload(local)
    first = ingest("s3://bucket/archive", "s3://bucket/archive/out", Settings())
    tally = ingest("s3://bucket/archive", "s3://bucket/elsewhere", Settings())
    assert (tally.failed, tally.harmless) == (first.failed, first.harmless + 1)
    ours = stored_results("bucket/elsewhere")
    assert "documents/out/ledger.sqlite.json" in ours
    assert {name: data for name, data in ours.items() if "/out/" not in name} == results(local / "out")


def test_what_a_killed_run_left_here_does_not_damage_the_databases_of_another_machine(
    server: TroubledServer, local: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(local / "archive", "s3://bucket/out", Settings())
    workspace = workspace_of("s3://bucket/out")
    log = workspace.root / "corpus.sqlite-wal"
    with closing(sqlite3.connect(workspace.corpus)) as killed:
        killed.execute("PRAGMA journal_mode = WAL")
        killed.execute("DELETE FROM parts")
        killed.commit()
        left = log.read_bytes()
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("XDG_CACHE_HOME", str(local / "another machine"))
        (local / "archive" / "new.txt").write_text("Mới\n")
        ingest(local / "archive", "s3://bucket/out", Settings())
    log.write_bytes(left)
    ingest(local / "archive", "s3://bucket/out", Settings())
    assert search(workspace.corpus, "moi")
    assert list(verify(open_results("s3://bucket/out"))) == []


def test_watching_a_bucket_takes_what_is_put_there(
    server: TroubledServer, local: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.run.ingest._LOOK_AT_STORE_SECONDS", 0.5)

    class Stopper(Recorder):
        """Puts an object there once the run has begun, and stops the run when it is done."""

        def began(self, run_id: str, tally: object) -> None:
            store().pipe_file("bucket/incoming/a.txt", "KẾ HOẠCH\n".encode())

        def tick(self, tally: object) -> None:
            if "a.txt" in self.rows:
                raise KeyboardInterrupt

    stopper = Stopper()
    ingest("s3://bucket/incoming", local / "watched", Settings(), wishes=Wishes(watch=True), observer=stopper)
    assert stopper.rows["a.txt"].status is FileStatus.DONE


def test_pruned_files_leave_the_bucket(server: TroubledServer, local: Path) -> None:
    ingest(local / "archive", "s3://bucket/out", Settings())
    (local / "archive" / "a" / "kh.txt").unlink()
    ingest(local / "archive", "s3://bucket/out", Settings(), wishes=Wishes(prune=True))
    assert "documents/a/kh.txt.json" not in stored_results("bucket/out")
    assert "documents/b/kh.txt.json" in stored_results("bucket/out")
