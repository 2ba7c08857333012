"""Compares one document's JSON with its gold, field by field: header, tree, headings, roles, text, closing, citations.

Gold has the shape of the contract's JSON with plain values in place of fields; a part that the gold does not have
(no "sections", say) is not scored. The parts named in `FLOOR_COMPONENTS` make the overall figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.measure.matching import (
    GoldValue,
    Miss,
    Score,
    alternatives,
    ratio,
    score_list,
    score_value,
)
from pipeline.measure.spans import score_entities, score_tables
from pipeline.measure.trees import FlatNode, align, flatten, is_placed, tree_similarity

HEADER_FIELDS = ("parent_body", "issuing_body", "number", "place", "date", "document_type", "subject")
SIGNER_FIELDS = ("authority", "position", "name")
CITATION_FIELDS = ("type", "number", "date", "issuer", "title")
FLOOR_COMPONENTS = ("header", "nodes", "headings", "roles", "section_text", "recipients", "signer", "citations")

_SHOWN = 70  # characters of a long text in a list of misses

Json = Mapping[str, Any]


@dataclass(slots=True)
class DocumentScores:
    """All scores of one document (or of several, summed): component name → counts."""

    components: dict[str, Score] = field(default_factory=dict)
    tree_similarities: list[float] = field(default_factory=list)

    def add(self, component: str, score: Score) -> None:
        """Count `score` into `component`."""
        self.components.setdefault(component, Score()).add(score)

    def merge(self, other: DocumentScores) -> None:
        """Count another document in."""
        for component, score in other.components.items():
            self.add(component, score)
        self.tree_similarities.extend(other.tree_similarities)

    def overall(self, level: str = "exact") -> float | None:
        """The mean over `FLOOR_COMPONENTS` that were scored; section text counts with its similarity at `exact`.

        `strict` takes section text at exact match too, `fuzzy` takes everything at fuzzy match.
        """
        values = [
            _component_figure(name, self.components[name], level)
            for name in FLOOR_COMPONENTS
            if name in self.components
        ]
        return sum(values) / len(values) if values else None


def compare_document(gold: Json, found: Json) -> DocumentScores:
    """Scores of the document `found` (the contract's JSON as a mapping) against `gold`."""
    scores = DocumentScores()
    if "header" in gold:
        _compare_header(gold["header"], found.get("header") or {}, scores)
    if "sections" in gold:
        _compare_sections(gold["sections"], found.get("sections") or [], scores)
    if "preamble" in gold:
        scores.add("preamble", score_list("preamble", gold["preamble"], found.get("preamble") or []))
    if "recipients" in gold:
        names = [value for value in map(plain, found.get("recipients") or []) if value is not None]
        scores.add("recipients", score_list("recipients", gold["recipients"], names))
    if "signer" in gold or "signers" in gold:
        _compare_signers(gold, found, scores)
    if "citations" in gold:
        _compare_citations(gold["citations"], found.get("citations") or [], scores)
    if "plan" in gold:
        _compare_plan(gold["plan"], found.get("plan") or {}, scores)
    if "entities" in gold:
        _add_all(scores, score_entities(gold["entities"], found.get("entities") or []))
    if "tables" in gold:
        grids = [table["rows"] if isinstance(table, Mapping) else table for table in found.get("tables") or []]
        _add_all(scores, score_tables(gold["tables"], grids))
    return scores


def plain(value: object) -> str | None:
    """The bare value of a field: of `{value, page, …}` its value, of anything else its text; null stays null."""
    if isinstance(value, Mapping):
        value = value.get("value")
    return None if value is None else str(value)


def score_items(
    component: str, gold: Sequence[Json], found: Sequence[Json], attributes: Sequence[str], key: Sequence[str]
) -> tuple[Score, dict[str, Score]]:
    """Scores of a list of records: of whole items, and of each attribute alone.

    An item is exact when all of `attributes` that the gold item lists are. Items are paired by likeness, the
    attributes in `key` counting most; the order does not matter. A gold item marked "optional" is not counted,
    nor is what was found for it.
    """
    pairs = _pair_items(gold, found, attributes, key)
    whole = Score()
    single = {name: Score() for name in attributes}
    for index, expected in enumerate(gold):
        listed = [name for name in attributes if name in expected]
        if expected.get("optional"):
            continue
        if index not in pairs:
            whole.add(Score(gold=1, misses=[Miss(component, str(index + 1), _describe(expected, listed), None)]))
            for name in listed:
                single[name].add(score_value(component, name, expected[name], None))
            continue
        results = _score_attributes(f"{component} {index + 1}", expected, found[pairs[index]], listed)
        for name, result in results.items():
            single[name].add(result)
        whole.add(_whole_item(results.values()))
    for index in sorted(set(range(len(found))) - set(pairs.values())):
        whole.add(Score(found=1, misses=[Miss(component, "", None, _describe(found[index], attributes))]))
        for name in attributes:
            single[name].add(Score(found=int(plain(found[index].get(name)) is not None)))
    return whole, single


def _score_attributes(where: str, gold: Json, found: Json, names: Iterable[str]) -> dict[str, Score]:
    return {name: score_value(where, name, _gold_value(gold[name]), plain(found.get(name))) for name in names}


def _whole_item(results: Iterable[Score]) -> Score:
    parts = list(results)
    exact = all(part.exact == part.gold == part.found for part in parts)
    fuzzy = all(part.fuzzy == part.gold == part.found for part in parts)
    return Score(1, 1, int(exact), int(fuzzy), 0.0, [miss for part in parts for miss in part.misses])


def _pair_items(
    gold: Sequence[Json], found: Sequence[Json], attributes: Sequence[str], key: Sequence[str]
) -> dict[int, int]:
    weights = {name: 3.0 if name in key else 1.0 for name in attributes}
    candidates = sorted(
        ((_item_likeness(g, f, weights), -abs(i - j), i, j) for i, g in enumerate(gold) for j, f in enumerate(found)),
        reverse=True,
    )
    pairs: dict[int, int] = {}
    used: set[int] = set()
    for likeness, _, i, j in candidates:
        if likeness >= 0.5 and i not in pairs and j not in used:
            pairs[i] = j
            used.add(j)
    return pairs


def _item_likeness(gold: Json, found: Json, weights: Mapping[str, float]) -> float:
    """Weighted share of the gold item's own attributes that the found item has, in 0..1."""
    got = whole = 0.0
    for name, weight in weights.items():
        expected = [value for value in alternatives(_gold_value(gold.get(name))) if value is not None]
        actual = plain(found.get(name))
        if not expected:
            continue
        whole += weight
        if actual is not None:
            got += weight * max(ratio(value, actual) for value in expected) ** 2
    return got / whole if whole else 0.0


def _gold_value(value: object) -> GoldValue:
    if isinstance(value, Mapping):
        return dict(value) if "any" in value else plain(value)
    return None if value is None else str(value)


def _describe(item: Json, names: Iterable[str]) -> str:
    shown = (f"{name}={_shorten(str(plain(item.get(name))))}" for name in names if item.get(name) is not None)
    return ", ".join(shown)


def _shorten(text: str) -> str:
    flat = text.replace("\n", " / ")
    return flat if len(flat) <= _SHOWN else flat[: _SHOWN - 1] + "…"


def _compare_header(gold: Json, found: Json, scores: DocumentScores) -> None:
    for name in HEADER_FIELDS:
        if name in gold:
            score = score_value(f"header.{name}", name, _gold_value(gold[name]), plain(found.get(name)))
            scores.add(f"header.{name}", score)
            scores.add("header", score)


def _compare_signers(gold: Json, found: Json, scores: DocumentScores) -> None:
    """Pairs the signers in order; gold with one `signer` is compared with the first."""
    expected = gold["signers"] if "signers" in gold else [gold["signer"]]
    actual = found.get("signers") or ([found["signer"]] if found.get("signer") else [])
    if "signers" not in gold:
        actual = actual[:1]
    for index in range(max(len(expected), len(actual))):
        wanted = (expected[index] if index < len(expected) else None) or dict.fromkeys(SIGNER_FIELDS)
        got = actual[index] if index < len(actual) else {}
        for name in SIGNER_FIELDS:
            if name in wanted:
                score = score_value(
                    f"signer.{name}", f"signer {index + 1}", _gold_value(wanted[name]), plain(got.get(name))
                )
                scores.add(f"signer.{name}", score)
                scores.add("signer", score)


def _compare_citations(gold: Sequence[Json], found: Sequence[Json], scores: DocumentScores) -> None:
    whole, single = score_items("citations", gold, found, CITATION_FIELDS, key=("number", "title"))
    scores.add("citations", whole)
    for name, score in single.items():
        scores.add(f"citations.{name}", score)


def _compare_plan(gold: Json, found: Json, scores: DocumentScores) -> None:
    """Typed values: each list of `plan` by itself, its items by the attributes that the gold lists."""
    for name, expected in gold.items():
        items = _as_items(expected)
        attributes = sorted({attribute for item in items for attribute in item})
        actual = _as_items(found.get(name))
        if not attributes:
            attributes = ["text"]
        whole, single = score_items(f"plan.{name}", items, actual, attributes, key=("text", "value"))
        scores.add(f"plan.{name}", whole)
        scores.add("plan", whole)
        for attribute, score in single.items():
            scores.add(f"plan.{name}.{attribute}", score)


def _add_all(scores: DocumentScores, parts: Mapping[str, Score]) -> None:
    for component, score in parts.items():
        scores.add(component, score)


def _as_items(value: object) -> list[Json]:
    if value is None:
        return []
    if isinstance(value, Mapping):
        return [value]
    assert isinstance(value, Sequence)
    return [item if isinstance(item, Mapping) else {"text": item} for item in value]


def _compare_sections(gold: Sequence[Json], found: Sequence[Json], scores: DocumentScores) -> None:
    expected, actual = flatten(gold), flatten(found)
    pairs = align(expected, actual)
    scores.tree_similarities.append(tree_similarity(expected, actual))
    for index, node in enumerate(expected):
        match = actual[pairs[index]] if index in pairs else None
        placed = is_placed(index, expected, actual, pairs)
        _compare_node(node, match, placed, scores)
    for index in sorted(set(range(len(actual))) - set(pairs.values())):
        _compare_invented(actual[index], scores)


def _compare_node(gold: FlatNode, found: FlatNode | None, placed: bool, scores: DocumentScores) -> None:
    where = _name(gold)
    miss = [] if placed else [Miss("nodes", where, _place(gold), None if found is None else _place(found))]
    scores.add("nodes", Score(1, int(found is not None), int(placed), int(placed), float(placed), miss))
    for name in ("number", "heading", "text"):
        component = {"number": "numbers", "heading": "headings", "text": "section_text"}[name]
        actual = None if found is None else getattr(found, name)
        score = score_value(component, where, getattr(gold, name), actual)
        scores.add(component, _first_difference(score) if name == "text" else score)
    _compare_roles(where, gold.roles, found.roles if found else (), scores)


def _compare_roles(where: str, gold: Sequence[str], found: Sequence[str], scores: DocumentScores) -> None:
    for role in dict.fromkeys((*gold, *found)):
        score = score_value("roles", where, role if role in gold else None, role if role in found else None)
        score.similarity = float(score.exact)
        scores.add("roles", score)
        scores.add(f"roles.{role}", score)


def _compare_invented(found: FlatNode, scores: DocumentScores) -> None:
    where = _name(found)
    scores.add("nodes", Score(found=1, misses=[Miss("nodes", where, None, _place(found))]))
    for component, value in (("numbers", found.number), ("headings", found.heading), ("section_text", found.text)):
        scores.add(component, score_value(component, where, None, plain(value)))
    _compare_roles(where, (), found.roles, scores)


def _name(node: FlatNode) -> str:
    number, heading, text = (alternatives(value)[0] for value in (node.number, node.heading, node.text))
    return f"{number or ''} {_shorten(heading or text or '')[:30]}".strip()


def _place(node: FlatNode) -> str:
    return f"depth {node.depth}, number {alternatives(node.number)[0]}"


def _first_difference(score: Score) -> Score:
    """Long texts in the list of misses are shown around the first place where they differ."""
    score.misses = [
        miss if miss.gold is None or miss.found is None else replace(miss, **_window(miss.gold, miss.found))
        for miss in score.misses
    ]
    return score


def _window(gold: str, found: str) -> dict[str, str]:
    same = 0
    while same < min(len(gold), len(found)) and gold[same] == found[same]:
        same += 1
    start = max(0, same - 20)
    return {"gold": _shorten(gold[start:]), "found": _shorten(found[start:])}


def _component_figure(name: str, score: Score, level: str) -> float:
    if level == "fuzzy":
        return score.fuzzy_f1
    if name == "section_text" and level != "strict":
        return score.similarity_f1
    return score.exact_f1
