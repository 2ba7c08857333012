"""Where things lie in OUT, and how a path in the archive becomes a path there that nothing else can have."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

_NAME_MAX = 255
# A folder "a.json" beside a file "a" would want the same name as the document of that file.
_LOOKS_LIKE_OUTPUT = re.compile(r"\.(json|txt)(~d)*$")

_CLIMBS = re.compile(r"~*\.{0,2}")  # with those that an escaped one would be taken for


@dataclass(frozen=True, slots=True)
class OutFolder:
    """The folder that `sohoa ingest` fills."""

    root: Path

    @property
    def corpus(self) -> Path:
        """The full-text index."""
        return self.root / "corpus.sqlite"

    @property
    def ledger(self) -> Path:
        """One row a source file."""
        return self.root / "ledger.sqlite"

    @property
    def reviews(self) -> Path:
        """Corrections by people: never rebuilt, never overwritten."""
        return self.root / "reviews.sqlite"

    @property
    def report(self) -> Path:
        """What the last run did."""
        return self.root / "report.json"

    @property
    def report_page(self) -> Path:
        """The same for people, as one page of HTML."""
        return self.root / "report.html"

    @property
    def lock(self) -> Path:
        """Held by the run that writes here."""
        return self.root / ".lock"

    @property
    def state(self) -> Path:
        """How far the running run is; what `sohoa status` shows."""
        return self.root / ".status.json"

    @property
    def cache(self) -> Path:
        """Results of the reading stage, so that a change behind it costs no OCR. May be removed at any time."""
        return self.root / ".cache"

    @property
    def work(self) -> Path:
        """Temporary files of the running run; what a killed one left there, the next one removes."""
        return self.root / ".work"

    def document(self, relative: str) -> Path:
        """The JSON document of the source file at `relative`."""
        return self.root / document_name(relative)

    def text(self, relative: str) -> Path:
        """The restored text of the source file at `relative`."""
        return self.root / text_name(relative)


def document_name(relative: str) -> str:
    """'2024/kh-28.pdf' → 'documents/2024/kh-28.pdf.json'."""
    return "documents/" + _safe_path(relative, ".json")


def text_name(relative: str) -> str:
    """'2024/kh-28.pdf' → 'text/2024/kh-28.pdf.txt'."""
    return "text/" + _safe_path(relative, ".txt")


def _safe_path(relative: str, suffix: str) -> str:
    *folders, name = relative.split("/")
    safe = [_fit(_safe_folder(folder)) for folder in folders]
    return "/".join([*safe, _fit(_no_dots(name), suffix)])


def _safe_folder(name: str) -> str:
    name = _no_dots(name)
    return f"{name}~d" if _LOOKS_LIKE_OUTPUT.search(name) else name


def _no_dots(name: str) -> str:
    """Names that mean 'here' and 'up', which an object store's keys may contain, must not climb out of OUT."""
    return f"~{name}" if _CLIMBS.fullmatch(name) else name


def _fit(name: str, suffix: str = "") -> str:
    """`name` + `suffix`, cut and told apart by a digest where the file system has no room for it."""
    if len(os.fsencode(name + suffix)) <= _NAME_MAX:
        return name + suffix
    tail = "~" + hashlib.sha256(os.fsencode(name)).hexdigest()[:16] + suffix
    head = os.fsencode(name)[: _NAME_MAX - len(tail)].decode("utf-8", "ignore")
    return head + tail
