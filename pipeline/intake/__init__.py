"""Intake: walks an archive, tells a file's kind by its content, opens it within limits, yields `PageInput`s."""

from __future__ import annotations

from pipeline.intake.opening import OpenedSource, open_source
from pipeline.intake.walking import SourceFile, walk_archive

__all__ = ["OpenedSource", "SourceFile", "open_source", "walk_archive"]
