"""What the fork server loads before the first worker is made: every library and the models, once for all workers.

Their memory is shared until somebody writes to it. ONNX Runtime is left to the workers: importing it starts a thread,
and a process with threads should not be forked.
"""

from __future__ import annotations

import gc
from contextlib import suppress

import pipeline.intake.images.file
import pipeline.intake.pdf.file
import pipeline.intake.text.file
import pipeline.intake.word.file
import pipeline.run.workers.worker  # noqa: F401
from pipeline.digitise import Stages
from pipeline.errors import MissingToolError
from pipeline.settings import Settings

with suppress(MissingToolError):  # a worker will say so itself
    Stages.load(Settings())
gc.collect()
gc.freeze()  # a collection in a worker would write to all that is shared
