"""What became of each word that was looked at, and the lines put together again from them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.edits import By, Edit
from pipeline.language.garble import Garble
from pipeline.language.tokens import cut
from pipeline.restoration.channel.candidates import CandidateFinder
from pipeline.restoration.decoding.confidence import confidence, doubt_of, log_odds
from pipeline.restoration.decoding.placed_units import PlacedUnit
from pipeline.restoration.results import IN_DOUBT, Alternative, Change, RestoredLine
from pipeline.restoration.sequences.half_signs import MendedSign
from pipeline.vietnamese.tones import ToneStyle, in_style

_RIVALS_TOLD = 4
_HOPELESS = -1e8
_WORTH_TELLING = 6.0  # log odds: nothing surer is ever in doubt
_SURE_ENOUGH = 0.9  # numerals and signs that can be nothing else


@dataclass(slots=True)
class ChosenWord:
    """What became of a word: its new text, the chance that it is right, its rivals, who chose it.

    `odds` are the log odds of its least sure part, which the chance is told from when all words are chosen.
    """

    text: str
    confidence: float = 1.0
    odds: float = math.inf
    score: float = 0.0
    rivals: tuple[Alternative, ...] = ()
    by: str = By.RESTORATION


class ChosenWords:
    """The words that were looked at, by line and place in the line.

    `words` are those of each line, at even places, the blanks between them at odd ones.
    """

    def __init__(self, finder: CandidateFinder, words: Sequence[Sequence[str]]) -> None:
        self._finder = finder
        self._words = words
        self._lines: dict[int, dict[int, ChosenWord]] = {}

    def take(self, place: PlacedUnit, index: int, scores: Sequence[float], kind: Garble) -> None:
        """Adds candidate `index` of one place to its word; `scores` are those of all its candidates."""
        piece = place.piece
        assert piece is not None
        written = self._finder.written(piece.candidates[index], piece.read, kind)
        text = written + piece.after
        own = scores[index]
        order = [i for i, score in enumerate(scores) if i != index and score > _HOPELESS]
        odds = log_odds(own, [scores[i] for i in order])
        rivals: tuple[Alternative, ...] = ()
        if written != piece.read or odds < _WORTH_TELLING:
            order.sort(key=lambda i: -scores[i])
            rivals = tuple(
                Alternative(self._finder.written(piece.candidates[i], piece.read, kind), round(scores[i], 3))
                for i in order[:_RIVALS_TOLD]
            )
        line = self._lines.setdefault(place.line, {})
        found = line.get(place.word)
        if found is None:
            by = By.PROOFREADING if kind is Garble.CLEAN else By.RESTORATION
            line[place.word] = ChosenWord(text, odds=odds, score=own, rivals=rivals, by=by)
        else:
            found.text += text
            found.odds = min(found.odds, odds)
            found.score += own

    def close(self) -> None:
        """Gives the words their chances, and their opening and closing signs back; once, when all are taken."""
        doubt = doubt_of([found.odds for own in self._lines.values() for found in own.values()])
        for line, own in self._lines.items():
            for at, found in own.items():
                found.confidence = confidence(found.odds, doubt)
                token = cut(self._words[line][at])
                found.text = token.open + found.text + token.close
                found.rivals = tuple(
                    replace(rival, text=token.open + rival.text + token.close) for rival in found.rivals
                )

    def replace(self, line: int, at: int, text: str) -> None:
        """Puts `text` in the place of a word, whatever became of it before."""
        self._lines.setdefault(line, {})[at] = ChosenWord(text, _SURE_ENOUGH, by=By.SEQUENCE)

    def part(self, line: int, at: int, parts: Sequence[str]) -> None:
        """Writes a glued word in its parts, if nothing became of it yet."""
        token = cut(self._words[line][at])
        self._lines.setdefault(line, {}).setdefault(
            at, ChosenWord(token.open + " ".join(parts) + token.close, _SURE_ENOUGH, by=By.WORD_BOUNDARIES)
        )

    def set_end(self, sign: MendedSign) -> None:
        """Replaces the signs at a word's end."""
        as_read = ChosenWord(self._words[sign.line][sign.at], _SURE_ENOUGH, by=By.HALF_SIGNS)
        found = self._lines.setdefault(sign.line, {}).setdefault(sign.at, as_read)
        if found.text.endswith(sign.read):
            if found.text != self._words[sign.line][sign.at]:
                found.by = f"{found.by}+{By.HALF_SIGNS}"
            found.text = found.text.removesuffix(sign.read) + sign.printed

    def line(self, number: int, kind: Garble, style: ToneStyle) -> RestoredLine:
        """A line put together again, with what was changed in it."""
        words, chosen = self._words[number], self._lines.get(number)
        if chosen is None:
            return RestoredLine("".join(words), 1.0, (), kind)
        start, out, weighed = 0, list[str](), list[float]()
        changes, doubts = list[Change](), list[Change]()
        for at, word in enumerate(words):
            found = chosen.get(at)
            text = word
            if found is not None and found.text != word:
                text = in_style(found.text, style) if found.by is not By.WORD_BOUNDARIES else found.text
            if found is not None and (found.text != word or found.confidence < IN_DOUBT):
                score, share = round(found.score, 3), round(found.confidence, 4)
                told = changes if found.text != word else doubts
                told.append(Change(start, word, text, score, share, found.rivals, found.by))
            weighed += [found.confidence if found else 1.0] * len(text.split())
            out.append(text)
            start += len(word)
        least = min((found.confidence for found in chosen.values()), default=1.0)
        sure = tuple(round(share, 4) for share in weighed)
        return RestoredLine("".join(out), round(least, 4), tuple(changes), kind, _edits(changes), sure, tuple(doubts))


def _edits(changes: Sequence[Change]) -> tuple[Edit, ...]:
    edits, grown = [], 0
    for change in changes:
        if change.text != change.raw:
            start = change.start + grown
            edits.append(Edit(start, start + len(change.text), change.raw, change.text, change.confidence, change.by))
            grown += len(change.text) - len(change.raw)
    return tuple(edits)
