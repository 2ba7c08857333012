"""Which tokens that were read stand for which tokens that were printed, with splits and joins.

A dynamic programme over two token sequences (Wagner & Fischer 1974) whose moves also take up to three tokens of one
side for one of the other, since an engine that misses a gap or sees one too many makes 'tổ chức' → 'tochirc' and
'các' → 'c ac'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from pipeline.vietnamese.administrative.look_alikes import as_phrase, as_word
from pipeline.vietnamese.folding import fold

_GAP_COST = 0.75
_SPAN_COST = 0.25
_SIGN_COST = 0.6  # a sign of its own is invented or lost rather than part of its neighbour
_PLACE_COST = 0.6
_MOVES = ((1, 1), (1, 2), (2, 1), (1, 3), (3, 1))


@dataclass(frozen=True, slots=True)
class Aligned:
    """Half-open token ranges that stand for each other; one of them is empty for a token lost or invented."""

    truth: tuple[int, int]
    observed: tuple[int, int]


Span = tuple[float, float]
"""Where a token begins and ends on its line, in any unit that both sides share."""


def align_tokens(
    truth: Sequence[str],
    observed: Sequence[str],
    truth_spans: Sequence[Span] = (),
    observed_spans: Sequence[Span] = (),
) -> list[Aligned]:
    """A monotone alignment that covers both sequences, cheapest by letters (marks and case aside).

    With spans for both sides the places of the tokens on the line count too, which settles short words.
    Time and space grow with len(truth) * len(observed): meant for lines and paragraphs, not for books.
    """
    left = [_skeleton(token) for token in truth]
    right = [_skeleton(token) for token in observed]
    rows, columns = len(left), len(right)
    placed = len(truth_spans) == rows and len(observed_spans) == columns
    infinite = float("inf")
    cost = [[infinite] * (columns + 1) for _ in range(rows + 1)]
    step: list[list[tuple[int, int]]] = [[(0, 0)] * (columns + 1) for _ in range(rows + 1)]
    cost[0][0] = 0.0
    for i in range(rows + 1):
        for j in range(columns + 1):
            best, move = cost[i][j], step[i][j]
            if i and cost[i - 1][j] + _GAP_COST < best:
                best, move = cost[i - 1][j] + _GAP_COST, (1, 0)
            if j and cost[i][j - 1] + _GAP_COST < best:
                best, move = cost[i][j - 1] + _GAP_COST, (0, 1)
            for down, across in _MOVES:
                if i < down or j < across:
                    continue
                before = cost[i - down][j - across]
                if before >= best:
                    continue
                price = before + _distance("".join(left[i - down : i]), "".join(right[j - across : j]))
                price += _SPAN_COST * (down + across - 2)
                if down + across > 2 and not all(map(_has_letters, (*left[i - down : i], *right[j - across : j]))):
                    price += _SIGN_COST
                if placed:
                    price += _misplaced(truth_spans[i - down : i], observed_spans[j - across : j])
                if price < best:
                    best, move = price, (down, across)
            cost[i][j], step[i][j] = best, move
    return _walked_back(step, rows, columns)


def _walked_back(step: list[list[tuple[int, int]]], i: int, j: int) -> list[Aligned]:
    groups: list[Aligned] = []
    while i or j:
        down, across = step[i][j]
        groups.append(Aligned((i - down, i), (j - across, j)))
        i, j = i - down, j - across
    return groups[::-1]


def _has_letters(skeleton: str) -> bool:
    return any(map(str.isalnum, skeleton))


def _skeleton(token: str) -> str:
    return as_phrase(as_word(fold(token)))


def _distance(left: str, right: str) -> float:
    """0 for equal; for strangers a little less than two gaps cost."""
    if left == right:
        return 0.0
    return 1.4 * Levenshtein.normalized_distance(left, right)


def _misplaced(truth: Sequence[Span], observed: Sequence[Span]) -> float:
    shift = abs(truth[0][0] - observed[0][0]) + abs(truth[-1][1] - observed[-1][1])
    return _PLACE_COST * min(2.0, shift / max(1.0, truth[-1][1] - truth[0][0]))
