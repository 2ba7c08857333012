"""Restores text: finds what is damaged, and puts the most likely words in its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from pipeline.resources import model_file
from pipeline.restoration.boundaries import rejoined
from pipeline.restoration.candidates import CandidateFinder, Piece
from pipeline.restoration.channel import Channel
from pipeline.restoration.codes import CodeBook
from pipeline.restoration.context import ContextJudge, load_context_network
from pipeline.restoration.damage import DAMAGED, kinds_of_lines
from pipeline.restoration.decoder import Unit, decode
from pipeline.restoration.edits import Pattern, WordTree
from pipeline.restoration.garble import Garble, garble_of_lines
from pipeline.restoration.language_model import LanguageModel, load_language_model
from pipeline.restoration.legacy import decode_legacy, detect_legacy
from pipeline.restoration.lettering import Reader, repaired_letters
from pipeline.restoration.numbering import repair_numerals
from pipeline.restoration.paragraphs import paragraphs_of
from pipeline.restoration.proofreading import corrections, neighbours_corrected, odd_places
from pipeline.restoration.repetition import repetition_bonus
from pipeline.restoration.rescoring import narrow, rival_scores
from pipeline.restoration.signs import MendedSign, mended_signs
from pipeline.restoration.tokens import COMMA, SPECIALS, STOP, closing_words, cut
from pipeline.settings import RestorationSettings
from pipeline.values import Line, Page, TextSource
from pipeline.vietnamese.tones import ToneStyle, in_style, style_counts
from pipeline.vietnamese.unicode import clean

BAR, BAR_NAME, BAR_UNKNOWN = 3.0, 2.0, 3.0
_ENGINE_SHOWS = 0.0012  # the share of misspelt words, sure to be others, that gives an engine away
_SLIP = 0.3  # what a real word that is sure to be another counts beside a misspelt one: authors slip, too
_RARE = -13.0  # log p under which a word is a misspelling, though it was seen

_RIVALS_TOLD = 4
_LONGEST_LINE = 5_000  # letters; longer lines are no lines, and are restored in parts
_BATCH = 150_000  # letters, some 60 pages; memory stays bounded however long a text is

_SLOPE, _OFFSET, _SUREST = 0.82, -0.80, 9.9  # of the confidence, see `_confidence`

Bonus = NDArray[np.float32]
_SPLIT = re.compile(r"(\s+)")


@dataclass(frozen=True, slots=True)
class Alternative:
    """A reading that was considered, and its log score (channel and language model together)."""

    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Change:
    """A token that was changed: where it stands, what came in and went out, and what else it might have been.

    `start` counts characters of the line as it came in. `score` is the log score of `text`, `candidates` are its
    rivals, the best first. `confidence` is the chance that `text` is right.
    """

    start: int
    raw: str
    text: str
    score: float
    confidence: float
    candidates: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True)
class RestoredLine:
    """A line after restoration; `confidence` is that of its least sure word (1 where nothing was in doubt)."""

    text: str
    confidence: float
    changes: tuple[Change, ...] = ()
    garble: Garble = Garble.CLEAN


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a unit stands: line and word of that line; None for closing punctuation, which cannot change."""

    line: int
    word: int
    unit: Unit
    piece: Piece | None


@dataclass(slots=True)
class _Chosen:
    """What became of a word: its new text, the chance that it is right, its rivals."""

    text: str
    confidence: float = 1.0
    score: float = 0.0
    rivals: tuple[Alternative, ...] = ()


class Restorer:
    """Holds the models; safe to share, for it changes nothing but its caches."""

    def __init__(self, model: LanguageModel, finder: CandidateFinder, judge: ContextJudge) -> None:
        self._model = model
        self._finder = finder
        self._judge = judge
        self._signs = {
            sign: Unit(np.array([model.ids[sign]], dtype=np.int64), np.zeros(1, dtype=np.float32))
            for sign in (COMMA, STOP)
        }

    def restore_lines(self, lines: Sequence[str], *, by_engine: Sequence[bool] | None = None) -> list[RestoredLine]:
        """One restored line for each of `lines`; blank lines and leading spaces stay as they are.

        `by_engine` says of each line whether an OCR engine read it. Text of other origin is proofread only if it
        shows what engines do: its author's slips are its author's.
        """
        parts = [(number, part) for number, line in enumerate(lines) for part in _parts(line)]
        restored: list[RestoredLine] = []
        for start, end in _batches([len(part) for _, part in parts]):
            flags = None if by_engine is None else [by_engine[number] for number, _ in parts[start:end]]
            restored.extend(self._restore_batch([part for _, part in parts[start:end]], flags))
        if len(parts) == len(lines):
            return restored
        grouped: list[list[tuple[str, RestoredLine]]] = [[] for _ in lines]
        for (number, part), line in zip(parts, restored, strict=True):
            grouped[number].append((part, line))
        return [_joined(own) for own in grouped]

    def _restore_batch(self, lines: Sequence[str], by_engine: Sequence[bool] | None) -> list[RestoredLine]:
        """The restored lines of a few dozen pages, which are all in memory at a time."""
        cleaned = [clean(line) for line in lines]
        reports = garble_of_lines(cleaned)
        kinds = kinds_of_lines(cleaned, reports)
        cleaned = _from_legacy(cleaned, kinds)
        words = [_SPLIT.split(line) for line in cleaned]
        words = [
            rejoined(line, partial(self._finder.knows, kind=kind)) if kind in DAMAGED else line
            for line, kind in zip(words, kinds, strict=True)
        ]
        chosen, engine_shows = self._choose(cleaned, words, kinds, by_engine)
        style = _style(cleaned, kinds)
        engine = by_engine or [engine_shows or kind is Garble.WRONG_LETTERS for kind in kinds]
        for number, (_, printed) in repair_numerals(["".join(line) for line in words]).items():
            if engine[number] or kinds[number] is Garble.WRONG_LETTERS:
                _set_first(chosen, words, number, printed)
        for number, at, label in repaired_letters(words, _readers(kinds, engine)):
            chosen.setdefault(number, {})[at] = _Chosen(label, 0.9)
        for sign in mended_signs(words, engine):
            _set_end(chosen, words, sign)
        return [
            _line(raw, own, chosen.get(number, {}), kind, style)
            for number, (raw, own, kind) in enumerate(zip(lines, words, kinds, strict=True))
        ]

    def restore_pages(self, pages: Sequence[Page]) -> list[Page]:
        """The pages with each line's `text` restored; paragraphs run on over lines and pages."""
        lines = [line for page in pages for line in page.lines]
        by_engine = [page.source is TextSource.OCR for page in pages for _ in page.lines]
        restored = iter(self.restore_lines([line.text for line in lines], by_engine=by_engine))
        return [replace(page, lines=tuple(_with_text(line, next(restored)) for line in page.lines)) for page in pages]

    def _choose(
        self,
        lines: Sequence[str],
        words: Sequence[Sequence[str]],
        kinds: Sequence[Garble],
        by_engine: Sequence[bool] | None,
    ) -> tuple[dict[int, dict[int, _Chosen]], bool]:
        """The words that were looked at, by line and place in the line; whether sound lines show an engine's traces."""
        damaged, sound = [], []
        for paragraph in paragraphs_of(lines):
            if any(kinds[number] in DAMAGED for number in paragraph):
                damaged.append(self._units(paragraph, words, kinds))
            elif any(kinds[number] is Garble.CLEAN for number in paragraph):
                sound.append(self._units(paragraph, words, None))
        chosen: dict[int, dict[int, _Chosen]] = {}
        self._restore(damaged, kinds, chosen)
        engine_shows = self._proofread(sound, by_engine, chosen)
        closed = {
            line: {at: _closed(found, words[line][at]) for at, found in own.items()} for line, own in chosen.items()
        }
        return closed, engine_shows

    def _restore(
        self, paragraphs: Sequence[Sequence[_Place]], kinds: Sequence[Garble], chosen: dict[int, dict[int, _Chosen]]
    ) -> None:
        """Decodes damaged paragraphs, then again with what the document's repetitions and both sides of a word say."""
        if not paragraphs:
            return
        units = [[place.unit for place in places] for places in paragraphs]
        paths = decode(self._model, units)
        scores = rival_scores(self._model, units, paths)
        repeated = repetition_bonus(units, paths, scores)
        seen = self._judge.bonuses(units, paths, [_cases(*pair) for pair in zip(paths, paragraphs, strict=True)])
        bonuses = [list(map(_sum, *pair)) for pair in zip(repeated, seen, strict=True)]
        again = [n for n, own in enumerate(bonuses) if any(bonus is not None for bonus in own)]
        if again:
            narrowed = [narrow(units[n], scores[n], bonuses[n]) for n in again]
            new_paths = decode(self._model, narrowed)
            for n, path, own_scores in zip(
                again, new_paths, rival_scores(self._model, narrowed, new_paths), strict=True
            ):
                paths[n], scores[n] = path, own_scores
        for path, places, own_scores in zip(paths, paragraphs, scores, strict=True):
            for index, place, rivals in zip(path, places, own_scores, strict=True):
                if place.piece is not None:
                    self._take(chosen, place, index, rivals.tolist(), kinds[place.line])

    def _proofread(
        self,
        paragraphs: Sequence[list[_Place]],
        by_engine: Sequence[bool] | None,
        chosen: dict[int, dict[int, _Chosen]],
    ) -> bool:
        """Corrects single words of sound paragraphs; a word that stays as it was is not among the chosen.

        Returns whether the corrections show that an engine read the text.
        """
        texts = [np.array([place.unit.words[0] for place in places], dtype=np.int64) for places in paragraphs]
        doubtful = []
        for places, odd in zip(paragraphs, odd_places(self._model, texts), strict=True):
            for at in odd:
                piece = places[at].piece
                if piece is not None:
                    doubted = self._finder.doubted(piece)
                    places[at] = replace(places[at], piece=doubted, unit=doubted.unit)
            if any(len(place.unit.words) > 1 for place in places):
                doubtful.append(places)
        units = [[place.unit for place in places] for places in doubtful]
        scores = rival_scores(self._model, units, [[0] * len(own) for own in units])
        bars = [[_bar(place) for place in places] for places in doubtful]
        paths = neighbours_corrected(self._model, units, bars, corrections(units, scores, bars))
        corrected = [number for number, path in enumerate(paths) if any(path)]
        again = rival_scores(self._model, [units[n] for n in corrected], [paths[n] for n in corrected])
        for number, own_scores in zip(corrected, again, strict=True):
            scores[number] = own_scores
        traces = sum(
            self._trace(place)
            for path, places in zip(paths, doubtful, strict=True)
            for index, place in zip(path, places, strict=True)
            if index
        )
        engine_shows = traces > _ENGINE_SHOWS * sum(len(places) for places in paragraphs)
        for path, places, own_scores in zip(paths, doubtful, scores, strict=True):
            if not engine_shows and (by_engine is None or not by_engine[places[0].line]):
                continue
            touched = {(place.line, place.word) for place, index in zip(places, path, strict=True) if index}
            for index, place, rivals in zip(path, places, own_scores, strict=True):
                if place.piece is not None and (place.line, place.word) in touched:
                    self._take(chosen, place, index, rivals.tolist(), Garble.CLEAN)
        return engine_shows

    def _trace(self, place: _Place) -> float:
        """How much a corrected word speaks for an engine: a misspelling more than one real word for another."""
        if place.piece is None or place.piece.candidates[0].pattern is not Pattern.LOWER:
            return _SLIP
        word = place.piece.candidates[0].word
        return 1.0 if word < len(SPECIALS) or self._model.unigrams[word] < _RARE else _SLIP

    def _units(
        self, paragraph: Sequence[int], words: Sequence[Sequence[str]], kinds: Sequence[Garble] | None
    ) -> list[_Place]:
        """The places of a paragraph: those of each core, and one for closing punctuation.

        Without `kinds` every word is its own only candidate.
        """
        found: list[_Place] = []
        for number in paragraph:
            for at, word in enumerate(words[number]):
                if at % 2 or not word:
                    continue
                token = cut(word)
                if token.core:
                    core = token.core.replace(" ", "")  # of a torn word
                    pieces = (
                        self._finder.single(core)
                        if kinds is None
                        else self._finder.pieces(core, kinds[number], listed=token.close.startswith(")"))
                    )
                    found.extend(_Place(number, at, piece.unit, piece) for piece in pieces)
                found.extend(_Place(number, at, self._signs[sign], None) for sign in closing_words(token.close))
        return found

    def _take(
        self,
        chosen: dict[int, dict[int, _Chosen]],
        place: _Place,
        index: int,
        scores: Sequence[float],
        kind: Garble,
    ) -> None:
        """Adds the chosen candidate of one unit to its word."""
        piece = place.piece
        assert piece is not None
        written = self._finder.written(piece.candidates[index], piece.read, kind)
        text = written + piece.after
        order = sorted((i for i in range(len(scores)) if i != index and scores[i] > -1e8), key=lambda i: -scores[i])
        confidence = _confidence(scores[index], [scores[i] for i in order])
        rivals: tuple[Alternative, ...] = ()
        if written != piece.read:
            rivals = tuple(
                Alternative(self._finder.written(piece.candidates[i], piece.read, kind), round(scores[i], 3))
                for i in order[:_RIVALS_TOLD]
            )
        found = chosen.setdefault(place.line, {}).get(place.word)
        if found is None:
            chosen[place.line][place.word] = _Chosen(text, confidence, scores[index], rivals)
        else:
            found.text += text
            found.confidence = min(found.confidence, confidence)
            found.score += scores[index]


def _parts(line: str) -> list[str]:
    """`line` itself; a line that is too long for one, in parts that end before a blank where there is one."""
    parts, start = [], 0
    while len(line) - start > _LONGEST_LINE:
        blank = line.rfind(" ", start + 1, start + _LONGEST_LINE)
        end = blank if blank > 0 else start + _LONGEST_LINE
        parts.append(line[start:end])
        start = end
    return [*parts, line[start:]]


def _batches(sizes: Sequence[int]) -> list[tuple[int, int]]:
    """Runs of lines with at most _BATCH letters together (or one line)."""
    bounds, total = [0], 0
    for number, size in enumerate(sizes):
        if total and total + size > _BATCH:
            bounds.append(number)
            total = 0
        total += size
    return list(zip(bounds, [*bounds[1:], len(sizes)], strict=True)) if sizes else []


def _joined(parts: Sequence[tuple[str, RestoredLine]]) -> RestoredLine:
    """One line from its parts (as they came in, as they went out)."""
    if len(parts) == 1:
        return parts[0][1]
    changes: list[Change] = []
    start = 0
    for raw, line in parts:
        changes.extend(replace(change, start=change.start + start) for change in line.changes)
        start += len(raw)
    return RestoredLine(
        "".join(line.text for _, line in parts),
        min(line.confidence for _, line in parts),
        tuple(changes),
        max((line for _, line in parts), key=lambda line: line.garble in DAMAGED).garble,
    )


def load_restorer(settings: RestorationSettings) -> Restorer:
    """The restorer with the models that ship with the package.

    Raises MissingToolError when a model file is missing.
    """
    model = load_language_model()
    tree = WordTree(
        (number, word) for number, word in enumerate(model.words) if number >= len(SPECIALS) and word.isalpha()
    )
    channels = {
        Garble.WRONG_LETTERS: Channel.load(model_file("channel-eng.npz"), model, tree),
        Garble.CLEAN: Channel.load(model_file("channel-vie.npz"), model, tree),
    }
    finder = CandidateFinder(model, channels, CodeBook.load(model_file("codes.tsv")))
    arrays, graph = model_file("context.npz"), model_file("context.onnx")
    return Restorer(model, finder, ContextJudge(lambda: load_context_network(arrays, graph), model))


def _cases(path: Sequence[int], places: Sequence[_Place]) -> list[int]:
    """How the chosen words of a paragraph are written; signs as lower case."""
    return [
        Pattern.LOWER if place.piece is None else place.piece.candidates[index].pattern
        for index, place in zip(path, places, strict=True)
    ]


def _sum(one: Bonus | None, other: Bonus | None) -> Bonus | None:
    return other if one is None else one if other is None else one + other


def _bar(place: _Place) -> float:
    """By how much a rival must be better than the word as it stands: more for names, less for what is no word."""
    piece = place.piece
    if piece is None or piece.candidates[0].word < len(SPECIALS):
        return BAR_UNKNOWN
    return BAR + (BAR_NAME if piece.candidates[0].pattern is not Pattern.LOWER else 0.0)


def _confidence(own: float, rivals: Sequence[float]) -> float:
    """The chance that the chosen candidate is right, from its share among all that were looked at.

    The share is too sure of itself, for channel and language model count the same evidence twice; two numbers fitted
    on held-out decrees (Platt 1999) bring it to what was seen. models/channels.md has the table.
    """
    if not rivals:
        return 1.0
    against = float(np.exp(np.minimum(np.array(rivals) - own, 50.0)).sum())
    odds = min(-np.log(max(against, 1e-30)), _SUREST)
    return float(1 / (1 + np.exp(-(_SLOPE * odds + _OFFSET))))


def _closed(found: _Chosen, word: str) -> _Chosen:
    """The word with its opening and closing signs."""
    token = cut(word)
    found.text = token.open + found.text + token.close
    found.rivals = tuple(replace(rival, text=token.open + rival.text + token.close) for rival in found.rivals)
    return found


def _line(raw: str, words: Sequence[str], chosen: dict[int, _Chosen], kind: Garble, style: ToneStyle) -> RestoredLine:
    """A line put together again, with what was changed in it."""
    start, changes, out, confidence = 0, [], [], 1.0
    for at, word in enumerate(words):
        found = chosen.get(at)
        text = word if found is None else found.text
        if found is not None and text != word:
            text = in_style(text, style)
            changes.append(Change(start, word, text, round(found.score, 3), round(found.confidence, 4), found.rivals))
        if found is not None:
            confidence = min(confidence, found.confidence)
        out.append(text)
        start += len(word)
    return RestoredLine("".join(out), round(confidence, 4), tuple(changes), kind)


def _readers(kinds: Sequence[Garble], engine: Sequence[bool]) -> list[Reader | None]:
    """Who read each line, where that says how its letters went wrong."""
    by_kind = {Garble.MARKS_LOST: Reader.UNMARKED, Garble.WRONG_LETTERS: Reader.FOREIGN}
    return [by_kind.get(kind, Reader.VIETNAMESE if read else None) for kind, read in zip(kinds, engine, strict=True)]


def _set_first(chosen: dict[int, dict[int, _Chosen]], words: Sequence[Sequence[str]], line: int, numeral: str) -> None:
    """Replaces the number at a line's beginning."""
    at = next(place for place, word in enumerate(words[line]) if place % 2 == 0 and cut(word).core)
    token = cut(words[line][at])
    chosen.setdefault(line, {})[at] = _Chosen(token.open + numeral + token.close, 0.9)


def _set_end(chosen: dict[int, dict[int, _Chosen]], words: Sequence[Sequence[str]], sign: MendedSign) -> None:
    """Replaces the signs at a word's end."""
    found = chosen.setdefault(sign.line, {}).setdefault(sign.at, _Chosen(words[sign.line][sign.at], 0.9))
    found.text = found.text.removesuffix(sign.read) + sign.printed if found.text.endswith(sign.read) else found.text


def _from_legacy(lines: Sequence[str], kinds: Sequence[Garble]) -> list[str]:
    """The lines with those in a legacy encoding converted; the encoding is judged from all of them together."""
    affected = [number for number, kind in enumerate(kinds) if kind is Garble.LEGACY_ENCODING]
    result = list(lines)
    if affected:
        encoding = detect_legacy("\n".join(lines[number] for number in affected))
        for number in affected:
            own = encoding or detect_legacy(lines[number])
            if own is not None:
                result[number] = clean(decode_legacy(lines[number], own))
    return result


def _style(lines: Sequence[str], kinds: Sequence[Garble]) -> ToneStyle:
    """The tone placement of the document's own undamaged lines; the old style where they show none."""
    old = new = 0
    for line, kind in zip(lines, kinds, strict=True):
        if kind not in DAMAGED:
            counts = style_counts(line)
            old, new = old + counts[0], new + counts[1]
    return ToneStyle.NEW if new > old else ToneStyle.OLD


def _with_text(line: Line, restored: RestoredLine) -> Line:
    return line if restored.text == line.text else replace(line, text=restored.text)
