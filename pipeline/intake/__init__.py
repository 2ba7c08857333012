"""Intake: walks an archive, tells a file's kind by its content, opens it within limits, yields `PageInput`s."""

from __future__ import annotations

from pipeline.intake.kinds import FileKind, OpenFile, Pages
from pipeline.intake.opening import OpenedSource, open_source
from pipeline.intake.walking import SourceFile, actual_name, printable_name, walk_archive

__all__ = [
    "FileKind",
    "OpenFile",
    "OpenedSource",
    "Pages",
    "SourceFile",
    "actual_name",
    "open_source",
    "printable_name",
    "walk_archive",
]
