"""Finds the built model files: beside the package in an installed wheel, in the checkout's models/ otherwise."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import MissingToolError

_PACKAGE = Path(__file__).resolve().parent


def models_dir() -> Path:
    """The folder that holds lexicon, language model and channel.

    Raises MissingToolError when neither place has one.
    """
    for folder in (_PACKAGE / "models", _PACKAGE.parent / "models"):
        if folder.is_dir():
            return folder
    raise MissingToolError("The model files are missing.", remedy="Reinstall sohoa, or run `make models`.")


def model_file(name: str) -> Path:
    """The path of one model file; raises MissingToolError when it is not there."""
    path = models_dir() / name
    if not path.is_file():
        raise MissingToolError(f"The model file {name} is missing.", remedy="Reinstall sohoa, or run `make models`.")
    return path
