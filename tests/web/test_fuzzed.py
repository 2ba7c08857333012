"""The API against requests made up from its own description: whatever is sent, the server does not fail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import BaseSchema

from pipeline.web.access import Access
from pipeline.web.app import create_app
from tests.web.corpora import make_corpus, running

_DESCRIBED = create_app(Path("nowhere"), access=Access({})).openapi()["paths"]
_OPERATIONS = [
    (path, method)
    for path, methods in _DESCRIBED.items()
    for method in methods
    if "extract" not in path and "import" not in path
]


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BaseSchema]:
    with running(make_corpus(tmp_path_factory.mktemp("fuzz"))) as address:
        yield schemathesis.openapi.from_url(f"{address}/api/v1/openapi.json")


@pytest.mark.parametrize(("path", "method"), _OPERATIONS)
def test_nothing_that_is_sent_makes_it_fail(schema: BaseSchema, path: str, method: str) -> None:
    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=schema[path][method.upper()].as_strategy())
    def send(case: schemathesis.Case) -> None:
        assert case.call().status_code < 500

    send()
