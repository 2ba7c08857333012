"""Is everything here that the work needs? Outside tools, language packs, models: ready, missing, how to get it."""

from __future__ import annotations

import importlib.util
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import EntryPoint

from pipeline.errors import MissingToolError, extra_command
from pipeline.extensions import Group, added_points, load_point, package_of
from pipeline.resources import models_dir
from pipeline.settings import Settings
from pipeline.vietnamese.trained_data import spoken


class Need(StrEnum):
    """Whether the main job can be done without it."""

    REQUIRED = "required"
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked for."""

    name: str
    ready: bool
    need: Need
    detail: str
    purpose: str
    remedy: str


def examine(settings: Settings | None = None) -> list[Finding]:
    """All findings, the required ones first."""
    return [
        *_required((settings or Settings()).reading.language),
        _program("pdftocairo", "-v", Need.OPTIONAL, "A second way to draw pages.", ("poppler-utils", "poppler")),
        _program(
            "soffice", "--version", Need.OPTIONAL, "Converts legacy .doc files.", ("libreoffice-writer", "libreoffice")
        ),
        _package("ray", "ray", "Work on several machines."),
        _package("s3fs", "s3", "Archives in object storage."),
        _package("pyarrow", "parquet", "Exports as Parquet tables."),
        *(_extension(group, point) for group in Group for point in added_points(group)),
    ]


def _required(language: str) -> list[Finding]:
    return [
        *_tesseract(language),
        _program("pdftoppm", "-v", Need.REQUIRED, "Draws the pages of PDF files.", ("poppler-utils", "poppler")),
        _models(),
        _full_text_search(),
    ]


def require_tools(settings: Settings) -> None:
    """Raise MissingToolError when the main job cannot be done, before it is begun.

    What can be missing is not looked at: LibreOffice takes half a second to tell its version.
    """
    for finding in _required(settings.reading.language):
        if not finding.ready:
            raise MissingToolError(f"{finding.name} is missing. {finding.purpose}", remedy=f"{finding.remedy}.")


def _how(apt: str, brew: str) -> str:
    return f"`apt-get install {apt}` (Debian, Ubuntu) or `brew install {brew}` (macOS)"


def _run(command: list[str]) -> str | None:
    """What a program prints; None when it is not there or does not answer."""
    if shutil.which(command[0]) is None:
        return None
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=30, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return (done.stdout + done.stderr).decode("utf-8", "replace").strip()


def _program(name: str, version: str, need: Need, purpose: str, packages: tuple[str, str]) -> Finding:
    output = _run([name, version])
    detail = "not found" if output is None else output.partition("\n")[0]
    return Finding(name, output is not None, need, detail, purpose, _how(*packages))


def _tesseract(language: str) -> Iterator[Finding]:
    finding = _program("tesseract", "--version", Need.REQUIRED, "Reads scanned pages.", ("tesseract-ocr", "tesseract"))
    yield finding
    languages = spoken((_run(["tesseract", "--list-langs"]) or "").split())
    for name in language.split("+"):
        here = languages.get(name)
        yield Finding(
            f"tesseract language '{name}'",
            here is not None,
            Need.REQUIRED,
            "not found" if here is None else "installed" if here == name else f"installed, as '{here}'",
            "The trained data for Vietnamese.",
            _how(f"tesseract-ocr-{name}", "tesseract-lang"),
        )


def _models() -> Finding:
    purpose, remedy = "Lexicon, language model and channel of the restoration.", "reinstall sohoa, or run `make models`"
    try:
        folder = models_dir()
        files = [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")]
    except MissingToolError:
        files = []
    size = sum(path.stat().st_size for path in files)
    detail = f"{len(files)} files, {size / 1e6:.1f} MB" if files else "not found"
    return Finding("models", bool(files), Need.REQUIRED, detail, purpose, remedy)


def _full_text_search() -> Finding:
    try:
        sqlite3.connect(":memory:").execute("CREATE VIRTUAL TABLE t USING fts5 (x)")
        ready, detail = True, f"SQLite {sqlite3.sqlite_version}"
    except sqlite3.Error as error:
        ready, detail = False, str(error)
    return Finding(
        "SQLite FTS5", ready, Need.REQUIRED, detail, "The search index.", "use a Python whose SQLite has FTS5"
    )


def _extension(group: Group, point: EntryPoint) -> Finding:
    """Something that another package adds: whether its code can be imported."""
    name = f"{point.name} ({group.value.partition('.')[2]})"
    try:
        load_point(point)
    except MissingToolError as error:
        return Finding(name, False, Need.OPTIONAL, error.message, f"Added by {package_of(point)}.", str(error.remedy))
    return Finding(name, True, Need.OPTIONAL, f"added by {package_of(point)}", "", "")


def _package(name: str, extra: str, purpose: str) -> Finding:
    ready = importlib.util.find_spec(name) is not None
    detail = "installed" if ready else "not installed"
    return Finding(name, ready, Need.OPTIONAL, detail, purpose, extra_command(extra))
