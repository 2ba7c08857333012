"""What is said to people in English and Vietnamese: one catalogue, `messages.toml`, a table a language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path


class Language(StrEnum):
    """A language of the catalogue."""

    EN = "en"
    VI = "vi"


@dataclass(frozen=True, slots=True)
class Messages:
    """The sentences of one language."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """The sentence of this name, its places in braces filled in. Raises KeyError for a name that there is not."""
        return catalogue()[self.language][key].format(**values)

    def reason(self, code: str) -> str:
        """What a problem's code means and what to do; the code itself where a package added it."""
        return catalogue()[self.language].get(f"code.{code}", code)

    def status(self, status: str) -> str:
        """A file's status in words."""
        return catalogue()[self.language].get(f"status.{status}", status)


@cache
def catalogue() -> dict[Language, dict[str, str]]:
    """All sentences by language and name."""
    tables = tomllib.loads(Path(__file__).with_name("messages.toml").read_text(encoding="utf-8"))
    return {language: tables[language.value] for language in Language}


def spoken(environment: Mapping[str, str], wished: Language | None = None) -> Messages:
    """In the language that is wished, else that of the user's environment (LC_ALL, LC_MESSAGES, LANG), else English."""
    if wished is None:
        named = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
        wished = Language.VI if named.lower().startswith("vi") else Language.EN
    return Messages(wished)
