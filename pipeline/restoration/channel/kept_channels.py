"""The channels, each loaded when text of its kind is first met: a file that only lost its marks needs none of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from pipeline.language.garble import Garble
from pipeline.language.language_model import LanguageModel
from pipeline.language.tokens import SPECIALS
from pipeline.restoration.channel.letter_edits import WordTree
from pipeline.restoration.channel.word_channel import Channel


class KeptChannels(Mapping[Garble, Channel]):
    """The channel for each kind of text, from the model file for it."""

    def __init__(self, model: LanguageModel, files: Mapping[Garble, Path]) -> None:
        self._model = model
        self._files = dict(files)
        self._loaded: dict[Garble, Channel] = {}

    @cached_property
    def _tree(self) -> WordTree:
        words = enumerate(self._model.words)
        return WordTree((number, word) for number, word in words if number >= len(SPECIALS) and word.isalpha())

    def __getitem__(self, kind: Garble) -> Channel:
        """The channel for text of this kind. Raises KeyError where there is none."""
        if kind not in self._loaded:
            self._loaded[kind] = Channel.load(self._files[kind], self._model, self._tree)
        return self._loaded[kind]

    def __iter__(self) -> Iterator[Garble]:
        """The kinds of text."""
        return iter(self._files)

    def __len__(self) -> int:
        """How many kinds of text have a channel."""
        return len(self._files)
