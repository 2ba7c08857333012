"""A batch on a two-node Ray cluster of which a node is killed: the same bytes as on one machine."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.bench.faults import differences, snapshot
from pipeline.errors import MissingToolError
from pipeline.run.fingerprints import fingerprints
from pipeline.run.ingest import ingest
from pipeline.run.report.tally import Tally
from pipeline.settings import Settings

pytestmark = pytest.mark.slow
cluster_utils = pytest.importorskip("ray.cluster_utils", reason="the extra `ray` is not installed")

DOCUMENTS = 120


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two nodes with a processor each, as processes on this machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(Path.cwd()), os.environ.get("PYTHONPATH")])))
        options = {"num_cpus": 1, "object_store_memory": 80_000_000, "include_dashboard": False}
        made = cluster_utils.Cluster(initialize_head=True, head_node_args=options)
        made.second = made.add_node(num_cpus=1, object_store_memory=80_000_000)
        yield made
        made.shutdown()


def test_a_node_whose_results_would_differ_is_refused(
    cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.run.workers.ray_executor import RayOptions, ray_executor

    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "a.txt").write_text("KẾ HOẠCH")
    ours = fingerprints(Settings())
    monkeypatch.setattr("pipeline.run.ingest.fingerprints", lambda _settings: replace(ours, structure="another"))
    with pytest.raises(MissingToolError, match="another version"):
        ingest(tmp_path / "archive", tmp_path / "out", Settings(), executor=ray_executor(RayOptions(cluster.address)))
    assert not (tmp_path / "out" / "documents").exists()


def test_a_killed_node_costs_nothing_and_changes_no_byte(cluster: Any, tmp_path: Path) -> None:
    from pipeline.run.workers.ray_executor import RayOptions, ray_executor

    archive = tmp_path / "archive"
    archive.mkdir()
    for number in range(DOCUMENTS):
        lines = [f"KẾ HOẠCH số {number}", "I. MỤC ĐÍCH", *(f"- Mục đích thứ {i} của {number}." for i in range(30))]
        (archive / f"{number}.txt").write_text("\n".join(lines))
    ingest(archive, tmp_path / "local", Settings())

    killer = threading.Thread(target=_kill_when_under_way, args=(cluster, tmp_path / "ray" / "documents"))
    killer.start()
    executor = ray_executor(RayOptions(cluster.address))
    tally: Tally = ingest(archive, tmp_path / "ray", Settings(), executor=executor)
    killer.join()

    assert (tally.done_now, tally.failed) == (DOCUMENTS, 0)
    assert cluster.killed_at < DOCUMENTS
    assert differences(snapshot(tmp_path / "local"), snapshot(tmp_path / "ray")) == []


def _kill_when_under_way(cluster: Any, documents: Path) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        cluster.killed_at = len(list(documents.iterdir())) if documents.exists() else 0
        if cluster.killed_at >= 5:
            cluster.remove_node(cluster.second, allow_graceful=False)
            return
        time.sleep(0.02)
