"""Restores text: finds what is damaged, and puts the most likely words in its place."""

from __future__ import annotations

import gc
import re
from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from functools import partial

import numpy as np

from pipeline.edits import By, composed, differences, undone
from pipeline.language.garble import Garble, garble_of_lines, load_garble_measure
from pipeline.language.language_model import LanguageModel, load_language_model
from pipeline.language.legacy_encodings import decode_legacy, detect_legacy
from pipeline.language.source_text import count_lost
from pipeline.resources import model_file
from pipeline.restoration.channel.candidates import CandidateFinder
from pipeline.restoration.channel.document_symbols import CodeBook
from pipeline.restoration.channel.kept_channels import KeptChannels
from pipeline.restoration.channel.word_boundaries import rejoined
from pipeline.restoration.damage import DAMAGED, kinds_of_lines, legacy_by_surroundings, with_names_as_typed
from pipeline.restoration.decoding.capitals import WordCases
from pipeline.restoration.decoding.context_network import ContextJudge, load_context_network
from pipeline.restoration.decoding.own_names import OwnNames
from pipeline.restoration.decoding.placed_units import PlacedUnits
from pipeline.restoration.limits.batches import batches, joined, parts
from pipeline.restoration.limits.not_language import columns_of_signs, rubbish
from pipeline.restoration.paragraphs import paragraphs_of
from pipeline.restoration.results import RestoredLine
from pipeline.restoration.sequences.half_signs import mended_signs
from pipeline.restoration.sequences.item_letters import Reader
from pipeline.restoration.sequences.list_markers import repaired_markers
from pipeline.restoration.steps.collected_edits import ChosenWords
from pipeline.restoration.steps.doubtful_words import Doubter
from pipeline.restoration.steps.glued_words import GluedWords, glued_in
from pipeline.restoration.steps.proofread import proofread
from pipeline.restoration.steps.repair import repair
from pipeline.restoration.told import restoration_step
from pipeline.settings import RestorationSettings
from pipeline.values import Line, Page, TextSource
from pipeline.vietnamese.administrative.document_numbers import with_kept_hyphens
from pipeline.vietnamese.tones import ToneStyle, style_counts
from pipeline.vietnamese.unicode import clean

_SPLIT = re.compile(r"(\s+)")
_FIRST_STEPS = (
    "Căn cứ Kế hoạch của Ủy ban nhân dân xã về việc tổ chức phong trào thì đua năm 2024.",
    "",
    "Can cur Ké hoach cua Uy ban nhan dan xa vé viéc té chtrc phong trao thi dua nam 2024.",
)
"""Sound and damaged text, with which libraries and tables take their first, slow steps."""


class Restorer:
    """Holds the models; safe to share, for it changes nothing but its caches."""

    def __init__(self, model: LanguageModel, finder: CandidateFinder, judge: ContextJudge, cases: WordCases) -> None:
        self._model = model
        self._finder = finder
        self._judge = judge
        self._cases = cases
        self._doubter = Doubter(finder, cases)
        self._places = PlacedUnits(model, finder)
        self._glued = GluedWords(model, finder)
        self._own = OwnNames(model, ())

    def knowing(self, names: Sequence[str]) -> Restorer:
        """The same restorer, with an office's own words and names: villages, people."""
        restorer = copy(self)
        restorer._own = OwnNames(self._model, names)
        return restorer

    def restore_lines(self, lines: Sequence[str], *, by_engine: Sequence[bool] | None = None) -> list[RestoredLine]:
        """One restored line for each of `lines`; blank lines and leading spaces stay as they are.

        `by_engine` says of each line whether an OCR engine read it. Text of other origin is proofread only if it
        shows what engines do: its author's slips are its author's.
        """
        columns = columns_of_signs(lines)
        if columns:
            return self._restore_around(lines, columns, by_engine)
        cut = [(number, part) for number, line in enumerate(lines) for part in parts(line)]
        restored: list[RestoredLine] = []
        for start, end in batches([len(part) for _, part in cut]):
            flags = None if by_engine is None else [by_engine[number] for number, _ in cut[start:end]]
            restored.extend(self._restore_batch([part for _, part in cut[start:end]], flags))
        if len(cut) == len(lines):
            return restored
        grouped: list[list[tuple[str, RestoredLine]]] = [[] for _ in lines]
        for (number, part), line in zip(cut, restored, strict=True):
            grouped[number].append((part, line))
        return [joined(own) for own in grouped]

    def restore_pages(self, pages: Sequence[Page]) -> list[Page]:
        """The pages with each line's `text` restored; paragraphs run on over lines and pages."""
        lines = [line for page in pages for line in page.lines]
        by_engine = [page.source is TextSource.OCR for page in pages for _ in page.lines]
        restored = iter(self.restore_lines([line.text for line in lines], by_engine=by_engine))
        return [_restored(page, [next(restored) for _ in page.lines]) for page in pages]

    def _restore_around(
        self, lines: Sequence[str], columns: Sequence[tuple[int, int]], by_engine: Sequence[bool] | None
    ) -> list[RestoredLine]:
        """The lines restored, those of `columns` (begin, end) as they are."""
        alone = np.zeros(len(lines), dtype=bool)
        for begin, end in columns:
            alone[begin:end] = True
        others = np.flatnonzero(~alone).tolist()
        flags = None if by_engine is None else [by_engine[number] for number in others]
        restored = iter(self.restore_lines([lines[number] for number in others], by_engine=flags))
        as_is: dict[str, RestoredLine] = {}
        for sign in {lines[number] for number in np.flatnonzero(alone).tolist()}:
            as_is[sign] = _from_beginning(RestoredLine(clean(sign), 1.0, (), Garble.NOT_VIETNAMESE), sign)
        return [as_is[line] if left else next(restored) for line, left in zip(lines, alone.tolist(), strict=True)]

    def _restore_batch(self, lines: Sequence[str], by_engine: Sequence[bool] | None) -> list[RestoredLine]:
        """The restored lines of a few dozen pages, which are all in memory at a time."""
        cleaned = [clean(with_kept_hyphens(line)) for line in lines]
        left_alone = [spoilt or alone for spoilt, alone in zip(_spoilt(cleaned), rubbish(cleaned), strict=True)]
        judged = ["" if alone else line for line, alone in zip(cleaned, left_alone, strict=True)]
        kinds = kinds_of_lines(judged, garble_of_lines(judged))
        judged, kinds = _from_legacy(judged, kinds, lines)
        if by_engine is not None:
            kinds = with_names_as_typed(judged, kinds, [not read for read in by_engine])
        words = [_SPLIT.split(line) for line in judged]
        words = [
            rejoined(line, partial(self._finder.knows, kind=kind)) if kind in DAMAGED else line
            for line, kind in zip(words, kinds, strict=True)
        ]
        chosen, engine_shows = self._choose(judged, words, kinds, by_engine)
        engine = by_engine or [engine_shows or kind is Garble.WRONG_LETTERS for kind in kinds]
        misread = [read or kind is Garble.WRONG_LETTERS for read, kind in zip(engine, kinds, strict=True)]
        for number, at, marker in repaired_markers(words, _readers(kinds, engine), misread):
            chosen.replace(number, at, marker)
        for sign in mended_signs(words, engine):
            chosen.set_end(sign)
        style = _style(judged, kinds)
        restored = (
            RestoredLine(line, 1.0, (), Garble.NOT_VIETNAMESE) if alone else chosen.line(number, kind, style)
            for number, (line, alone, kind) in enumerate(zip(cleaned, left_alone, kinds, strict=True))
        )
        return [_from_beginning(line, came_in) for line, came_in in zip(restored, lines, strict=True)]

    def _choose(
        self,
        lines: Sequence[str],
        words: Sequence[Sequence[str]],
        kinds: Sequence[Garble],
        by_engine: Sequence[bool] | None,
    ) -> tuple[ChosenWords, bool]:
        """The words that were looked at, with their texts; whether sound lines show an engine's traces."""
        damaged, sound = [], []
        for paragraph in paragraphs_of(lines):
            if any(kinds[number] in DAMAGED for number in paragraph):
                own = self._glued.parted(self._places.of(paragraph, words, kinds), words, kinds, by_engine)
                damaged.append(self._own.weighed(self._cases.weighed(own, words)))
            elif any(kinds[number] is Garble.CLEAN for number in paragraph):
                sound.append(self._glued.parted(self._places.of(paragraph, words, None), words, None, by_engine))
        chosen = ChosenWords(self._finder, words)
        repair(self._model, self._judge, damaged, kinds, chosen)
        engine_shows = proofread(self._model, self._judge, self._doubter, sound, chosen, by_engine=by_engine)
        chosen.close()
        for own in sound:
            for (number, at), own_parts in glued_in(own).items():
                chosen.part(number, at, own_parts)
        return chosen, engine_shows


def load_restorer(settings: RestorationSettings) -> Restorer:
    """The restorer with the models that ship with the package, all of them in memory.

    Raises MissingToolError when a model file is missing.
    """
    model = load_language_model()
    load_garble_measure()
    files = {Garble.WRONG_LETTERS: model_file("channel-eng.npz"), Garble.CLEAN: model_file("channel-vie.npz")}
    channels = KeptChannels(model, files)
    finder = CandidateFinder(model, channels, CodeBook.load(model_file("codes.tsv")))
    cases = WordCases.load(model_file("names.tsv"), model)
    network = load_context_network(model_file("context.npz"), model_file("context.onnx"))
    return Restorer(model, finder, ContextJudge(network, model), cases)


def warm_restorer(settings: RestorationSettings) -> Restorer:
    """`load_restorer`, for many pages: libraries and tables have taken their first steps, and no page pays for them."""
    restorer = load_restorer(settings)
    restorer.restore_lines(_FIRST_STEPS)
    gc.collect()  # 30 ms for a few hundred thousand new objects, which the first page would pay for else
    return restorer


def _spoilt(lines: Sequence[str]) -> list[bool]:
    """Which lines have letters that are gone for good: any word could be made of them, so none is."""
    lost = "?\ufffd" if count_lost("\n".join(lines)) else "\ufffd"
    return [any(sign in line for sign in lost) for line in lines]


def _from_legacy(
    lines: Sequence[str], kinds: Sequence[Garble], came_in: Sequence[str]
) -> tuple[list[str], list[Garble]]:
    """The lines with those in a legacy encoding converted, and their kinds.

    The encoding is judged from all of them together; short lines among them ('- Löu: VT.'), which say too little
    for themselves, are in it too. `came_in` are the lines before cleaning, which takes the ư of TCVN3 out where it is
    a line's only mark: it is a soft hyphen.
    """
    affected = [number for number, kind in enumerate(kinds) if kind is Garble.LEGACY_ENCODING]
    result, new = list(lines), list(kinds)
    if not affected:
        return result, new
    encoding = detect_legacy("\n".join(lines[number] for number in affected))
    for number in affected:
        own = encoding or detect_legacy(lines[number])
        if own is not None:
            result[number] = clean(decode_legacy(lines[number], own))
    if encoding is not None:
        for number in legacy_by_surroundings(lines, kinds):
            whole = came_in[number] if "\u00ad" in came_in[number] else lines[number]
            result[number] = clean(decode_legacy(whole, encoding))
            new[number] = Garble.LEGACY_ENCODING
    return result, new


def _readers(kinds: Sequence[Garble], engine: Sequence[bool]) -> list[Reader | None]:
    """Who read each line, where that says how its letters went wrong."""
    by_kind = {Garble.MARKS_LOST: Reader.UNMARKED, Garble.WRONG_LETTERS: Reader.FOREIGN}
    return [by_kind.get(kind, Reader.VIETNAMESE if read else None) for kind, read in zip(kinds, engine, strict=True)]


def _style(lines: Sequence[str], kinds: Sequence[Garble]) -> ToneStyle:
    """The tone placement of the document's own undamaged lines; the old style where they show none."""
    old = new = 0
    for line, kind in zip(lines, kinds, strict=True):
        if kind not in DAMAGED:
            counts = style_counts(line)
            old, new = old + counts[0], new + counts[1]
    return ToneStyle.NEW if new > old else ToneStyle.OLD


def _from_beginning(restored: RestoredLine, came_in: str) -> RestoredLine:
    """The restored line with what was done before its words were weighed: one Unicode, no old encoding."""
    begun = undone(restored.text, restored.edits)
    if begun == came_in:
        return restored
    by = By.LEGACY_ENCODING if restored.garble is Garble.LEGACY_ENCODING else By.UNICODE
    first = differences(came_in, begun, by, 1.0)
    return replace(restored, edits=composed(restored.text, first, restored.edits))


def _restored(page: Page, restored: Sequence[RestoredLine]) -> Page:
    lines = tuple(map(_with_text, page.lines, restored))
    changed = any(line.edits for line in restored)
    return replace(page, lines=lines, steps=(*page.steps, restoration_step()) if changed else page.steps)


def _with_text(line: Line, restored: RestoredLine) -> Line:
    if not restored.edits and not restored.sure:
        return line
    edits = composed(restored.text, line.edits, restored.edits)
    return replace(line, text=restored.text, edits=edits, sure=restored.sure)
