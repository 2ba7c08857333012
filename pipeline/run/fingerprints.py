"""What a stage's result depends on beside the file: its code, its models, its tools, its settings; as digests.

The code counts as all modules that a stage's package imports, directly or not, with the tables that lie beside them,
and the models as those that this code names. So a change to a shared module redoes every stage that uses it, and a
change to structure alone costs no OCR. Comments count too: a needless redo is cheaper than a stale result. What a
module is called and where it lies does not count.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path

import pipeline
from pipeline.errors import MissingToolError
from pipeline.extensions import Group, versions
from pipeline.resources import model_file
from pipeline.settings import Settings
from pipeline.store.ledger import Fingerprints
from pipeline.vietnamese.trained_data import spoken

_IMPORT = re.compile(r"^\s*(?:from (pipeline[\w.]*) import ([^\n(]+|\([^)]*\))|import (pipeline[\w.]*))", re.MULTILINE)
_MODEL = re.compile(r"""model_file\(["']([^"']+)["']\)""")
_INTAKE_PACKAGES = ("pypdfium2", "pikepdf", "pillow", "opencv-python-headless", "numpy", "defusedxml", "pdf2image")
_OCR_PACKAGES = ("pillow", "opencv-python-headless", "numpy", "pytesseract", "trueocr", "onnxruntime")
_STRUCTURE_PACKAGES = ("rapidfuzz", "spacy", "underthesea")


def fingerprints(settings: Settings) -> Fingerprints:
    """The fingerprints of the three stages that are done anew one by one; each stands for all before it as well."""
    reading = _join(
        image_fingerprint(settings),
        _code("intake"),
        versions(Group.KINDS),
        settings.intake.digest(),
        *map(_package_version, _INTAKE_PACKAGES),
    )
    restoration = _join(
        reading,
        _code("restoration"),
        settings.restoration.digest(),
        settings.office.digest(),
        _package_version("rapidfuzz"),
    )
    structure = _join(
        restoration,
        # with what puts a document together and what writes it
        _code("structure", "schema", "digitise", "store.documents"),
        settings.structure.digest(),
        settings.evidence.digest(),
        versions(Group.ROLES),
        *map(_package_version, _STRUCTURE_PACKAGES),
    )
    return Fingerprints(reading, restoration, structure)


def image_fingerprint(settings: Settings) -> str:
    """What the reading of a page's picture depends on beside the picture: code, models, engines, settings."""
    return _join(
        _code("reading"),
        settings.reading.digest(),
        versions(Group.ENGINES),
        tesseract_version(),
        _trained_data(settings.reading.language),
        *map(_package_version, _OCR_PACKAGES),
    )


def _package_version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _trained_data(language: str) -> str:
    """The digest of Tesseract's own models for `language` ('vie', 'vie+eng')."""
    answer = _tesseract_says("--list-langs")
    folder = re.search(r'"([^"]+)"', answer)
    data = spoken(answer.split())
    names = [f"{data.get(name, name)}.traineddata" for name in language.split("+")]
    return _digest([path for name in names if folder and (path := Path(folder[1], name)).is_file()])


def tesseract_version() -> str:
    """First line of `tesseract --version`; '' when there is no tesseract, or none that answers."""
    return _tesseract_says("--version").partition("\n")[0]


def _tesseract_says(question: str) -> str:
    program = shutil.which("tesseract")
    if program is None:
        return ""
    try:
        done = subprocess.run(
            [program, question], capture_output=True, check=False, timeout=30, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (done.stdout or done.stderr).decode("utf-8", "replace")


def _code(*packages: str) -> str:
    """The digest of the source files of `packages`, of what they import, and of the models that these name."""
    root = Path(pipeline.__file__).parent
    pending = [path for package in packages for path in _files_of(root, f"pipeline.{package}", whole=True)]
    sources: dict[Path, str] = {}
    models: set[Path] = set()
    while pending:
        path = pending.pop()
        if path in sources:
            continue
        source = sources[path] = path.read_text(encoding="latin-1")  # any file can be read so, also a binary table
        if path.suffix != ".py":
            continue
        pending += [file for file in path.parent.iterdir() if file.is_file() and file.suffix != ".py"]
        pending += [file for match in _IMPORT.finditer(source) for file in _imported(root, match)]
        for name in _MODEL.findall(source):
            try:
                models.add(model_file(name))
            except MissingToolError:
                continue  # the stage itself will say so
    return _join(_nameless(root, sources), _digest(sorted(models)))


def _nameless(root: Path, sources: Mapping[Path, str]) -> str:
    """The digest of `sources` wherever they lie: an import counts as the code that it brings, not as a name."""
    own = {path: _join(_IMPORT.sub("", source)) for path, source in sources.items() if path.suffix == ".py"}

    def brought(match: re.Match[str]) -> str:
        return " ".join([*sorted(own[file] for file in _imported(root, match)), match[2] or ""])

    texts = [_IMPORT.sub(brought, source) if path in own else source for path, source in sources.items()]
    return _join(*sorted({_join(text) for text in texts}))


def _imported(root: Path, match: re.Match[str]) -> list[Path]:
    """The files of the modules that an import statement names."""
    base = match[1] or match[3]
    names = re.findall(r"\w+", match[2] or "")
    modules = (base, *(f"{base}.{name}" for name in names))
    return [file for module in modules for file in _files_of(root, module, whole=False)]


def _files_of(root: Path, module: str, *, whole: bool) -> list[Path]:
    path = root.joinpath(*module.split(".")[1:])
    if path.is_dir():
        if not whole:
            return [path / "__init__.py"]
        # With tables and lists that lie beside the code.
        return sorted(file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    return [path.with_suffix(".py")] if path.with_suffix(".py").is_file() else []


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode() + b"\0")
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16]


def _join(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
