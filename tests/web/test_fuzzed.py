"""The API against requests made up from its own description: whatever is sent, the server does not fail."""

from __future__ import annotations

from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from pipeline.web.access import Access
from pipeline.web.app import create_app
from tests.web.corpora import make_corpus


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory):
    out: Path = make_corpus(tmp_path_factory.mktemp("fuzz"))
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", create_app(out, access=Access({})))


schema = schemathesis.pytest.from_fixture("described").exclude(path="/api/v1/extract")


@schema.parametrize()
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_nothing_that_is_sent_makes_it_fail(case) -> None:
    response = case.call()
    assert response.status_code < 500 or response.status_code == 503, response.text
