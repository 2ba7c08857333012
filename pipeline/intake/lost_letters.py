"""What is said of a text whose letters are gone: the encoding that it was once saved in had none for them."""

from __future__ import annotations

from pipeline.errors import ProblemCode
from pipeline.values import PageProblem


def letters_lost(words: int) -> PageProblem:
    """The problem of a file in which `words` words have letters that read '?' or U+FFFD."""
    return PageProblem(
        ProblemCode.DAMAGED_FILE,
        f"In {words} words letters are lost: they read '?' or '\ufffd', for the file was saved in an encoding that "
        "does not have them. The words were left so. Get the document again where it was written, as DOCX or PDF.",
    )
