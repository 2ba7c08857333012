"""What a stage's result depends on beside the file: its code, its models, its tools, its settings; as digests.

The code counts as all modules that a stage's package imports, directly or not, so a change to a shared module redoes
every stage that uses it and a change to structure alone costs no OCR. Comments count too: a needless redo is cheaper
than a stale result.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pipeline
from pipeline.errors import MissingToolError
from pipeline.resources import models_dir
from pipeline.settings import Settings
from pipeline.store.ledger import Fingerprints

_IMPORT = re.compile(r"^\s*(?:from (pipeline[\w.]*) import ([^\n(]+|\([^)]*\))|import (pipeline[\w.]*))", re.MULTILINE)


def fingerprints(settings: Settings) -> Fingerprints:
    """The fingerprints of the three stages that are done anew one by one; each stands for all before it as well."""
    models = _digest(_model_files())
    reading = _join(
        _code(("intake", "reading")), settings.intake.digest(), settings.reading.digest(), tesseract_version()
    )
    restoration = _join(reading, _code(("restoration",)), settings.restoration.digest(), models)
    structure = _join(restoration, _code(("structure",)), settings.structure.digest(), _code_of(["pipeline.schema"]))
    return Fingerprints(reading, restoration, structure)


def tesseract_version() -> str:
    """First line of `tesseract --version`; '' when there is no tesseract."""
    program = shutil.which("tesseract")
    if program is None:
        return ""
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False, timeout=30)
    return (done.stdout or done.stderr).partition("\n")[0]


def _model_files() -> list[Path]:
    try:
        folder = models_dir()
    except MissingToolError:
        return []
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".md")


def _code(packages: Iterable[str]) -> str:
    return _code_of([f"pipeline.{package}" for package in packages])


def _code_of(modules: Iterable[str]) -> str:
    """The digest of the source files of `modules` (a package stands for all its modules) and of what they import."""
    root = Path(pipeline.__file__).parent
    pending = [path for module in modules for path in _files_of(root, module, whole=True)]
    known: set[Path] = set()
    while pending:
        path = pending.pop()
        if path in known:
            continue
        known.add(path)
        for match in _IMPORT.finditer(path.read_text(encoding="utf-8")):
            base = match[1] or match[3]
            names = re.findall(r"\w+", match[2] or "")
            for module in (base, *(f"{base}.{name}" for name in names)):
                pending += _files_of(root, module, whole=False)
    return _digest(sorted(known), root)


def _files_of(root: Path, module: str, *, whole: bool) -> list[Path]:
    path = root.joinpath(*module.split(".")[1:])
    if path.is_dir():
        return sorted(path.rglob("*.py")) if whole else [path / "__init__.py"]
    return [path.with_suffix(".py")] if path.with_suffix(".py").is_file() else []


def _digest(files: Iterable[Path], root: Path | None = None) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(str(path.relative_to(root) if root else path.name).encode() + b"\0")
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16]


def _join(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
