"""Scores of entities and tables: what is right where a value has a place in the text or in a grid.

Entities are compared in reading order, as SemEval-2013 (task 9) does for names in text: at `exact` label and words are
the same, at `overlap` (the Score's `fuzzy`) the label is the same and one holds words of the other. Offsets are not
compared, for recognised text has other offsets than the gold. Tables are compared cell by cell at their row and column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.measure.matching import Miss, Score, is_exact, is_fuzzy, normalise, ratio

Json = Mapping[str, Any]
Grid = Sequence[Sequence[object]]

_LEAST_ALIKE = 0.3  # tables less alike than this are not the same table


def score_entities(gold: Sequence[Json], found: Sequence[Json]) -> dict[str, Score]:
    """Scores of `entities` as a whole and of each label ("entities.ORG"), both lists in reading order.

    Each is a mapping with `label` and `text`. A gold entity with "optional": true counts neither way, nor does what
    was found for it. Labels that the gold never has are not scored: it may have been annotated for some only.
    """
    labels = {str(entity["label"]) for entity in gold}
    scores = {"entities": Score(), **{f"entities.{label}": Score() for label in sorted(labels)}}
    for label in sorted(labels):
        expected = [entity for entity in gold if entity["label"] == label]
        actual = [str(entity["text"]) for entity in found if entity["label"] == label]
        score = _score_label(label, expected, actual)
        scores[f"entities.{label}"].add(score)
        scores["entities"].add(score)
    return scores


def score_tables(gold: Sequence[Grid], found: Sequence[Grid]) -> dict[str, Score]:
    """Scores of `tables` (a table is exact when all its cells are) and of `tables.cells` at the same row and column.

    A cell is a text or a mapping with `value`. Empty cells count nothing. Tables keep their order; one that has no
    counterpart misses, or invents, all its cells.
    """
    expected, actual = [_cells(grid) for grid in gold], [_cells(grid) for grid in found]
    alike = np.array([[_table_likeness(g, f) for f in actual] for g in expected]).reshape(len(expected), len(actual))
    pairs = _align(np.where(alike >= _LEAST_ALIKE, alike, 0.0))
    whole, cells = Score(), Score()
    for index, table in enumerate(expected):
        score = _score_cells(f"table {index + 1}", table, actual[pairs[index]] if index in pairs else {})
        cells.add(score)
        right = index in pairs and score.exact == score.gold == score.found
        whole.add(
            Score(1, int(index in pairs), int(right), int(right), float(alike[index, pairs[index]] if right else 0))
        )
    for index in sorted(set(range(len(actual))) - set(pairs.values())):
        cells.add(_score_cells(f"table found {index + 1}", {}, actual[index]))
        whole.add(Score(found=1))
    return {"tables": whole, "tables.cells": cells}


def _score_label(label: str, gold: Sequence[Json], found: Sequence[str]) -> Score:
    texts = [str(entity["text"]) for entity in gold]
    weights = np.array([[_entity_likeness(g, f) for f in found] for g in texts]).reshape(len(texts), len(found))
    pairs = _align(weights)
    score = Score()
    for index, entity in enumerate(gold):
        match = found[pairs[index]] if index in pairs else None
        if entity.get("optional"):
            continue
        exact = match is not None and is_exact(texts[index], match)
        missed = [] if exact else [Miss(f"entities.{label}", str(index + 1), texts[index], match)]
        score.add(Score(1, int(match is not None), int(exact), int(match is not None), 0.0, missed))
        score.similarity += ratio(texts[index], match) if match is not None else 0.0
    for index in sorted(set(range(len(found))) - set(pairs.values())):
        score.add(Score(found=1, misses=[Miss(f"entities.{label}", "", None, found[index])]))
    return score


def _entity_likeness(gold: str, found: str) -> float:
    """1 for the same words, else the share of words that both have; above nothing only where they overlap."""
    if is_exact(gold, found):
        return 1.0
    first, second = normalise(gold).split(), normalise(found).split()
    common = len(set(first) & set(second))
    if common:
        return 0.9 * common / max(len(first), len(second))
    return 0.05 if is_fuzzy(gold, found) else 0.0


def _cells(grid: Grid) -> dict[tuple[int, int], str]:
    """Row and column → text, without the empty cells."""
    cells = {}
    for row, values in enumerate(grid):
        for column, value in enumerate(values):
            text = value.get("value") if isinstance(value, Mapping) else value
            if text is not None and str(text).strip():
                cells[row, column] = str(text)
    return cells


def _table_likeness(gold: Mapping[tuple[int, int], str], found: Mapping[tuple[int, int], str]) -> float:
    """How alike the words of two tables are, wherever they stand in them: 0..1."""
    return ratio(" ".join(gold.values()), " ".join(found.values())) if gold and found else 0.0


def _score_cells(where: str, gold: Mapping[tuple[int, int], str], found: Mapping[tuple[int, int], str]) -> Score:
    score = Score()
    for place in sorted(gold.keys() | found.keys()):
        expected, actual = gold.get(place), found.get(place)
        both = expected is not None and actual is not None
        exact = both and is_exact(expected or "", actual or "")
        miss = Miss("tables.cells", f"{where}, row {place[0] + 1}, column {place[1] + 1}", expected, actual)
        score.add(
            Score(
                gold=int(expected is not None),
                found=int(actual is not None),
                exact=int(exact),
                fuzzy=int(both and is_fuzzy(expected or "", actual or "")),
                similarity=ratio(expected or "", actual or "") if both else 0.0,
                misses=[] if exact else [miss],
            )
        )
    return score


def _align(weights: NDArray[np.float64]) -> dict[int, int]:
    """The pairs (row → column) that keep both orders and have the greatest sum of weights; no pair of weight 0."""
    rows, columns = weights.shape
    best = np.zeros((rows + 1, columns + 1))
    for row in range(rows - 1, -1, -1):
        for column in range(columns - 1, -1, -1):
            together = best[row + 1, column + 1] + weights[row, column]
            best[row, column] = max(best[row + 1, column], best[row, column + 1], together)
    pairs: dict[int, int] = {}
    row = column = 0
    while row < rows and column < columns:
        if weights[row, column] > 0 and best[row, column] == best[row + 1, column + 1] + weights[row, column]:
            pairs[row] = column
            row, column = row + 1, column + 1
        elif best[row, column] == best[row + 1, column]:
            row += 1
        else:
            column += 1
    return pairs
