"""Comparing two section trees: which node answers to which, and the edit distance between the trees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz

from pipeline.measure.matching import GoldValue, alternatives, normalise

# How much of a node's text takes part in pairing: enough to tell two items apart, cheap enough for long ones.
_TEXT_START = 80


@dataclass(frozen=True, slots=True)
class FlatNode:
    """A section in reading order; `parent` is the index of its parent in the same list, -1 at the top.

    In gold the values may allow several answers.
    """

    number: GoldValue
    heading: GoldValue
    roles: tuple[str, ...]
    text: GoldValue
    depth: int
    parent: int


def flatten(sections: Sequence[Mapping[str, Any]]) -> list[FlatNode]:
    """The nodes of a section tree (as in the JSON) in reading order."""
    nodes: list[FlatNode] = []

    def visit(section: Mapping[str, Any], depth: int, parent: int) -> None:
        nodes.append(
            FlatNode(
                section.get("number"),
                section.get("heading"),
                tuple(section.get("roles") or ()),
                section.get("text") or None,
                depth,
                parent,
            )
        )
        index = len(nodes) - 1
        for child in section.get("children") or ():
            visit(child, depth + 1, index)

    for section in sections:
        visit(section, 0, -1)
    return nodes


def align(gold: Sequence[FlatNode], found: Sequence[FlatNode]) -> dict[int, int]:
    """Pairs of indices (gold → found) in the same order that are most alike in number, depth, heading and text.

    A weighted longest common subsequence: no pair crosses another, and nodes with nothing in common stay alone.
    """
    weights = [[_likeness(g, f) for f in found] for g in gold]
    best = [[0.0] * (len(found) + 1) for _ in range(len(gold) + 1)]
    for i in range(len(gold) - 1, -1, -1):
        for j in range(len(found) - 1, -1, -1):
            paired = weights[i][j] + best[i + 1][j + 1] if weights[i][j] else 0.0
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    pairs: dict[int, int] = {}
    i = j = 0
    while i < len(gold) and j < len(found):
        if weights[i][j] and best[i][j] == weights[i][j] + best[i + 1][j + 1]:
            pairs[i] = j
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def is_placed(index: int, gold: Sequence[FlatNode], found: Sequence[FlatNode], pairs: Mapping[int, int]) -> bool:
    """Has the found partner of gold node `index` the right number, depth and parent?"""
    match = pairs.get(index)
    if match is None:
        return False
    expected, actual = gold[index], found[match]
    right_parent = pairs.get(expected.parent, -1) == actual.parent
    right_number = actual.number in alternatives(expected.number)
    return right_number and expected.depth == actual.depth and right_parent


def tree_similarity(gold: Sequence[FlatNode], found: Sequence[FlatNode]) -> float:
    """1 - (tree edit distance / number of nodes of both), with nodes labelled by number and heading; 1 for two empty.

    Zhang and Shasha, "Simple fast algorithms for the editing distance between trees" (1989), unit costs.
    """
    if not gold and not found:
        return 1.0
    return 1.0 - _edit_distance(_PostOrder(gold), _PostOrder(found)) / (len(gold) + len(found))


def _likeness(gold: FlatNode, found: FlatNode) -> float:
    headings = _text_likeness(gold.heading, found.heading)
    texts = _text_likeness(gold.text, found.text)
    if max(headings, texts) < 0.5:
        return 0.0
    same_number = 0.5 if found.number in alternatives(gold.number) else 0.0
    return headings + texts + same_number + (0.25 if gold.depth == found.depth else 0.0)


def _text_likeness(gold: GoldValue, found: GoldValue) -> float:
    (actual,) = alternatives(found)
    if not actual:
        return 0.0
    answers = [answer for answer in alternatives(gold) if answer]
    return max((_ratio_of_starts(answer, actual) for answer in answers), default=0.0)


def _ratio_of_starts(gold: str, found: str) -> float:
    return fuzz.ratio(normalise(gold[:_TEXT_START]), normalise(found[:_TEXT_START])) / 100.0


def _label(node: FlatNode) -> str:
    return f"{alternatives(node.number)[0]}|{normalise(alternatives(node.heading)[0] or '')}"


class _PostOrder:
    """A forest under one root, in post-order: labels, leftmost leaves, key roots."""

    def __init__(self, nodes: Sequence[FlatNode]) -> None:
        children: dict[int, list[int]] = {}
        for index, node in enumerate(nodes):
            children.setdefault(node.parent, []).append(index)
        self.labels: list[str] = []
        self.leftmost: list[int] = []

        def visit(index: int) -> int:
            firsts = [visit(child) for child in children.get(index, ())]
            self.labels.append("" if index < 0 else _label(nodes[index]))
            self.leftmost.append(firsts[0] if firsts else len(self.labels) - 1)
            return self.leftmost[-1]

        visit(-1)
        last_with_leftmost = {left: index for index, left in enumerate(self.leftmost)}
        self.key_roots = sorted(last_with_leftmost.values())


def _edit_distance(first: _PostOrder, second: _PostOrder) -> int:
    distance = [[0] * len(second.labels) for _ in first.labels]
    for i in first.key_roots:
        for j in second.key_roots:
            _fill_forest(i, j, first, second, distance)
    return distance[-1][-1]


def _fill_forest(i: int, j: int, first: _PostOrder, second: _PostOrder, distance: list[list[int]]) -> None:
    left, right = first.leftmost[i], second.leftmost[j]
    rows, columns = i - left + 2, j - right + 2
    forest = [[0] * columns for _ in range(rows)]
    for x in range(1, rows):
        forest[x][0] = x
    for y in range(1, columns):
        forest[0][y] = y
    for x in range(1, rows):
        for y in range(1, columns):
            a, b = left + x - 1, right + y - 1
            shortest = min(forest[x - 1][y], forest[x][y - 1]) + 1
            if first.leftmost[a] == left and second.leftmost[b] == right:
                relabel = 0 if first.labels[a] == second.labels[b] else 1
                forest[x][y] = min(shortest, forest[x - 1][y - 1] + relabel)
                distance[a][b] = forest[x][y]
            else:
                jump = forest[first.leftmost[a] - left][second.leftmost[b] - right]
                forest[x][y] = min(shortest, jump + distance[a][b])
