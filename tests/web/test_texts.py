"""What the pages say is there in every language."""

from __future__ import annotations

import pytest

from pipeline.errors import ProblemCode
from pipeline.web.texts import LANGUAGES, text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ProblemCode)
def test_every_problem_has_a_title(code: ProblemCode, language: str) -> None:
    assert text(language, f"problem.{code}") != code.value
