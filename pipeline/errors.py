"""The error tree, the problem codes and the exit codes.

    SohoaError
    ├── UsageError            bad arguments                            exit 1
    ├── UnusableInputError    this file cannot be read at all          exit 2
    ├── MissingToolError      an outside tool or a model is missing    exit 3
    └── OutputError           the output could not be written          exit 5

Any other exception that reaches the command line is a fault of sohoa's own: exit 70.

An error that ends one file of a batch never ends the batch: it becomes a `Problem` of that file's document
and of its ledger row. Only the command line turns errors into exit codes.
"""

from __future__ import annotations

import sys
from enum import IntEnum, StrEnum


class ExitCode(IntEnum):
    """What a command tells the shell; part of the contract."""

    OK = 0
    BAD_ARGUMENTS = 1
    UNUSABLE_INPUT = 2
    MISSING_TOOL = 3
    SOME_FILES_FAILED = 4
    CANNOT_WRITE = 5
    INTERNAL_ERROR = 70  # a fault of sohoa itself; the number that sysexits.h gives to this
    INTERRUPTED = 130


class ProblemCode(StrEnum):
    """Every reason a file, a page or a field can carry. A code is stable; its sentence may be reworded."""

    # the file as a whole
    EMPTY_FILE = "empty_file"
    UNREADABLE_FILE = "unreadable_file"
    UNSUPPORTED_KIND = "unsupported_kind"
    SYSTEM_FILE = "system_file"
    WRONG_EXTENSION = "wrong_extension"
    ENCRYPTED = "encrypted"
    DAMAGED_FILE = "damaged_file"
    FILE_TOO_LARGE = "file_too_large"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MANY_BYTES = "too_many_bytes"
    NOT_A_REGULAR_FILE = "not_a_regular_file"
    CHANGED_WHILE_READ = "changed_while_read"
    MISSING_CONVERTER = "missing_converter"
    SEVERAL_DOCUMENTS = "several_documents"
    ATTACHMENTS_UNREAD = "attachments_unread"
    CRASHED = "crashed"
    DOCUMENT_TIMEOUT = "document_timeout"
    OUT_OF_MEMORY = "out_of_memory"
    INTERNAL_ERROR = "internal_error"
    # a page
    TOO_MANY_PIXELS = "too_many_pixels"
    PAGE_UNREADABLE = "page_unreadable"
    PAGE_DAMAGED = "page_damaged"
    OCR_FAILED = "ocr_failed"
    OCR_TIMEOUT = "ocr_timeout"
    LOW_CONFIDENCE = "low_confidence"
    # the text as a whole
    TEXT_RESTORED = "text_restored"
    NO_LETTERHEAD = "no_letterhead"
    CONTINUES_ELSEWHERE = "continues_elsewhere"
    # a field
    NUMBER_UNREADABLE = "number_unreadable"
    NUMBER_CONTRADICTED = "number_contradicted"
    DATE_PARTIAL = "date_partial"
    FIELD_UNREADABLE = "field_unreadable"
    FIELD_MISSING = "field_missing"
    TEXT_LOST = "text_lost"
    REVIEW_CONFLICT = "review_conflict"


NOTES = frozenset({ProblemCode.WRONG_EXTENSION, ProblemCode.SYSTEM_FILE, ProblemCode.SEVERAL_DOCUMENTS})
"""Codes that tell something worth knowing without anything being lost: they make no file partial or failed."""


class SohoaError(Exception):
    """Base of all errors raised on purpose: a sentence for the user and what to do next."""

    exit_code = ExitCode.SOME_FILES_FAILED

    def __init__(self, message: str, *, remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}" if self.remedy else self.message


class UsageError(SohoaError):
    """The command was called with arguments that make no sense together."""

    exit_code = ExitCode.BAD_ARGUMENTS


class UnusableInputError(SohoaError):
    """A source file from which nothing can be had; `code` says why."""

    exit_code = ExitCode.UNUSABLE_INPUT

    def __init__(self, code: ProblemCode, message: str, *, remedy: str | None = None) -> None:
        super().__init__(message, remedy=remedy)
        self.code = code

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions cross process borders in a batch; the default pickling would lose the code.
        return (_rebuild_unusable_input, (self.code, self.message, self.remedy))


def _rebuild_unusable_input(code: ProblemCode, message: str, remedy: str | None) -> UnusableInputError:
    return UnusableInputError(code, message, remedy=remedy)


class MissingToolError(SohoaError):
    """An outside program, a language pack or a model that the work needs is not there."""

    exit_code = ExitCode.MISSING_TOOL


class OutputError(SohoaError):
    """A result could not be written (no space, no permission)."""

    exit_code = ExitCode.CANNOT_WRITE


def extra_command(extra: str) -> str:
    """The command that installs what `extra` of sohoa needs, beside the Python that runs now.

    A bare `pip` may belong to another Python, which has no sohoa and would look for one on the package index.
    """
    return f"{sys.executable} -m pip install 'sohoa[{extra}]'"
