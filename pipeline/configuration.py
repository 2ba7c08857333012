"""Which settings are in force, and where each comes from: defaults, `sohoa.toml`, the environment, the command line.

The later of these stands over the earlier. `sohoa.toml` has a table a section (`[run]`), keys as in
`pipeline.settings`; an environment variable is called SOHOA_SECTION_KEY (`SOHOA_RUN_JOBS=4`). Files of the office's own
words and names are named by `office.words_file` …, seen from where sohoa.toml lies.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipeline.errors import UsageError
from pipeline.settings import OfficeSettings, Settings

FILE_NAME = "sohoa.toml"
PREFIX = "SOHOA_"
_FILES = {"words_file": "words", "places_file": "places", "people_file": "people"}
_MOST_BYTES = 5_000_000  # of a list of names: a province has some ten thousand

Given = Mapping[tuple[str, str], Any]


@dataclass(frozen=True, slots=True)
class Configured:
    """The settings in force; `sources` says where each that is no default was set, by (section, key)."""

    settings: Settings
    sources: Mapping[tuple[str, str], str]

    def rows(self) -> Iterator[tuple[str, Any, str, str]]:
        """(section.key, value, where it was set, what it is for) of every setting, in the order of the sections."""
        for section, values in self.settings:
            for key, field in type(values).model_fields.items():
                if field.exclude:
                    continue  # a secret
                source = self.sources.get((section, key), "default")
                yield f"{section}.{key}", getattr(values, key), source, field.description or ""


def configured(
    file: Path | None = None, environment: Mapping[str, str] | None = None, given: Given | None = None
) -> Configured:
    """The settings in force: of `file` (default: the first of `places_of_file`), environment, and `given` by the user.

    Raises UsageError, which names the file or variable and the key, for what is unknown or makes no sense.
    """
    environment = os.environ if environment is None else environment
    found = file or next((place for place in places_of_file(environment) if place.is_file()), None)
    values: dict[tuple[str, str], Any] = {}
    sources: dict[tuple[str, str], str] = {}
    folders: dict[tuple[str, str], Path] = {}
    for source, own, folder in (
        *([(str(found), _from_file(found), found.parent)] if found else []),
        ("environment", _from_environment(environment), Path()),
        ("command line", dict(given or {}), Path()),
    ):
        for name, value in own.items():
            values[name], sources[name], folders[name] = value, source, folder
    for name in [name for name in values if name[0] == "office" and name[1] in _FILES]:
        listed = ("office", _FILES[name[1]])
        path = folders[name] / str(values.pop(name))
        values[listed], sources[listed] = _lines(path), f"{path} ({sources.pop(name)})"
    return Configured(_validated(values, sources), sources)


def places_of_file(environment: Mapping[str, str]) -> list[Path]:
    """Where sohoa.toml is looked for: SOHOA_CONFIG, this folder, the user's settings, the system's."""
    if named := environment.get(f"{PREFIX}CONFIG"):
        path = Path(named)
        if not path.is_file():
            raise UsageError(f"SOHOA_CONFIG names {named}, which is no file.", remedy="Correct or unset it.")
        return [path]
    home = environment.get("XDG_CONFIG_HOME") or str(Path(environment.get("HOME", "~")).expanduser() / ".config")
    return [Path(FILE_NAME), Path(home) / "sohoa" / FILE_NAME, Path("/etc") / FILE_NAME]


def _from_file(path: Path) -> dict[tuple[str, str], Any]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is no TOML: {error}.", remedy="See docs/settings.md.") from error
    values: dict[tuple[str, str], Any] = {}
    for section, table in tables.items():
        if not isinstance(table, dict):
            raise UsageError(f"{path}: '{section}' stands in no section.", remedy="Write it under [run], [intake] …")
        for key, value in table.items():
            _check_known(section, key, str(path))
            values[section, key] = value
    return values


def _from_environment(environment: Mapping[str, str]) -> dict[tuple[str, str], Any]:
    values: dict[tuple[str, str], Any] = {}
    for variable, value in sorted(environment.items()):
        section, _, key = variable.removeprefix(PREFIX).lower().partition("_")
        if variable.startswith(PREFIX) and key and section in Settings.model_fields:
            _check_known(section, key, variable)
            values[section, key] = value
    return values


def _check_known(section: str, key: str, source: str) -> None:
    if section not in Settings.model_fields:
        raise UsageError(f"{source}: there is no section [{section}].{_like(section, Settings.model_fields)}")
    known = {*section_keys(section), *(_FILES if section == "office" else ())} - set(
        OfficeSettings.model_fields if section == "office" else ()
    )
    if key not in known:
        raise UsageError(f"{source}: there is no setting {section}.{key}.{_like(key, known)}")


def section_keys(section: str) -> list[str]:
    """The keys of a section."""
    fields = type(getattr(Settings(), section)).model_fields
    return [key for key, field in fields.items() if not field.exclude]


def _like(name: str, known: Mapping[str, Any] | set[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    return f" Did you mean {near[0]}?" if near else " `sohoa config` lists all."


def _lines(path: Path) -> tuple[str, ...]:
    """The names in a list, one a line; '#' begins a remark."""
    try:
        with path.open("rb") as file:
            text = file.read(_MOST_BYTES).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read as a list of names: {error}.", remedy="Save it as UTF-8.") from error
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return tuple(dict.fromkeys(" ".join(line.split()) for line in lines if line))


def passwords_in(path: Path) -> tuple[str, ...]:
    """The passwords in a file, one a line, blanks at the ends and all. Raises UsageError."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The passwords in {path} cannot be read.", remedy="One a line, in UTF-8.") from error
    return tuple(dict.fromkeys(line for line in lines if line))


def _validated(values: Mapping[tuple[str, str], Any], sources: Mapping[tuple[str, str], str]) -> Settings:
    sections: dict[str, dict[str, Any]] = {}
    for (section, key), value in values.items():
        sections.setdefault(section, {})[key] = value
    try:
        return Settings.model_validate(sections)
    except ValidationError as error:
        wrong = error.errors()[0]
        section, key = str(wrong["loc"][0]), str(wrong["loc"][1] if len(wrong["loc"]) > 1 else "")
        source = sources.get((section, key), "settings")
        raise UsageError(f"{source}: {section}.{key} cannot be {wrong.get('input')!r}: {wrong['msg']}.") from error
