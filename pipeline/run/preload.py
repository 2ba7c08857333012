"""What the fork server loads before the first worker is made: every library and the largest model, once for all."""

from __future__ import annotations

from contextlib import suppress

import pipeline.intake.docx
import pipeline.intake.pdf
import pipeline.intake.pictures
import pipeline.intake.textfile
import pipeline.run.worker  # noqa: F401
from pipeline.errors import MissingToolError
from pipeline.restoration.language_model import load_language_model

with suppress(MissingToolError):  # a worker will say so itself
    load_language_model()
