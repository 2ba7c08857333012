"""`sohoa evaluate GOLD OUT`: pairs gold with output files, compares them, and reports figures and misses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import UsageError
from pipeline.measure.fields import DocumentScores, compare_document
from pipeline.measure.matching import Miss, Score


@dataclass(slots=True)
class Evaluation:
    """What an evaluation found: scores of each document, their sum, and the gold that has no output."""

    documents: dict[str, DocumentScores] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def total(self) -> DocumentScores:
        """The scores of all documents, items counted together."""
        scores = DocumentScores()
        for document in self.documents.values():
            scores.merge(document)
        return scores

    def as_dict(self) -> dict[str, Any]:
        """The figures as JSON: overall, each component, each document."""
        whole = self.total()
        return {
            "documents": len(self.documents),
            "missing": self.missing,
            "overall": {level: _rounded(whole.overall(level)) for level in ("exact", "strict", "fuzzy")},
            "tree_similarity": _rounded(_mean(whole.tree_similarities)),
            "components": {name: component_row(score) for name, score in sorted(whole.components.items())},
            "by_document": {
                name: {
                    "overall": _rounded(scores.overall()),
                    "components": {part: _rounded(score.exact_f1) for part, score in sorted(scores.components.items())},
                }
                for name, scores in self.documents.items()
            },
        }


def evaluate(gold: Path, out: Path) -> Evaluation:
    """Compares every gold JSON under `gold` (a file or a folder) with its document under `out`.

    `out` is a folder that `sohoa ingest` filled, a folder of document JSONs, or one such file. A document belongs to
    the gold whose "doc" is its source's name, with or without its ending. Raises UsageError when there is no gold.
    """
    outputs = _outputs(out)
    evaluation = Evaluation()
    for path, expected in _gold_documents(gold):
        name = str(expected.get("doc") or path.stem)
        found = _find(name, outputs) or (out if gold.is_file() and out.is_file() else None)
        if found is None:
            evaluation.missing.append(name)
            continue
        evaluation.documents[name] = compare_document(expected, json.loads(found.read_text(encoding="utf-8")))
    return evaluation


def component_row(score: Score) -> dict[str, float | int | None]:
    """The figures of one component, as the JSON report gives them."""
    return {
        "gold": score.gold,
        "found": score.found,
        "precision": _rounded(score.precision(score.exact)),
        "recall": _rounded(score.recall(score.exact)),
        "f1": _rounded(score.exact_f1),
        "fuzzy_f1": _rounded(score.fuzzy_f1),
        "similarity": _rounded(score.similarity_f1),
    }


def format_evaluation(evaluation: Evaluation, *, misses: int = 200) -> str:
    """A plain-text report: a row a component, the overall figures, each document, and up to `misses` misses."""
    whole = evaluation.total()
    lines = [f"{'component':<34}{'gold':>6}{'found':>7}{'P':>8}{'R':>8}{'F1':>8}{'fuzzy':>8}{'alike':>8}"]
    for name, score in sorted(whole.components.items()):
        figures = (
            score.precision(score.exact),
            score.recall(score.exact),
            score.exact_f1,
            score.fuzzy_f1,
            score.similarity_f1,
        )
        lines.append(f"{name:<34}{score.gold:>6}{score.found:>7}" + "".join(f"{figure:>8.3f}" for figure in figures))
    lines.append("")
    for level, meaning in (("exact", "section text by similarity"), ("strict", "all exact"), ("fuzzy", "all fuzzy")):
        lines.append(f"overall {level} ({meaning}): {_shown(whole.overall(level))}")
    lines.append(f"tree similarity: {_shown(_mean(whole.tree_similarities))}")
    lines += [f"  {name}: {_shown(scores.overall())}" for name, scores in evaluation.documents.items()]
    if evaluation.missing:
        lines.append("no output for: " + ", ".join(evaluation.missing))
    lines += _format_misses(evaluation, misses)
    return "\n".join(lines)


def all_misses(evaluation: Evaluation) -> Iterator[tuple[str, Miss]]:
    """Every miss once, with its document; those of a sum like "header" come with their own field only."""
    for name, scores in evaluation.documents.items():
        seen: set[tuple[str, str, str | None, str | None]] = set()
        for score in scores.components.values():
            for miss in score.misses:
                key = (miss.component, miss.where, miss.gold, miss.found)
                if key not in seen:
                    seen.add(key)
                    yield name, miss


def _format_misses(evaluation: Evaluation, limit: int) -> list[str]:
    rows = list(all_misses(evaluation))
    lines = ["", f"misses: {len(rows)}"] if rows else []
    for name, miss in rows[:limit]:
        lines.append(f"  {name} · {miss.component} · {miss.where}: gold {miss.gold!r}, found {miss.found!r}")
    if len(rows) > limit:
        lines.append(f"  … and {len(rows) - limit} more")
    return lines


def _gold_documents(gold: Path) -> list[tuple[Path, dict[str, Any]]]:
    paths = [gold] if gold.is_file() else sorted(gold.rglob("*.json"))
    documents = []
    for path in paths:
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise UsageError(f"The gold file {path} is no valid JSON: {error}.", remedy="Correct it.") from error
        if isinstance(document, dict):
            documents.append((path, document))
    if not documents:
        raise UsageError(f"There is no gold JSON in {gold}.", remedy="Give a gold file or a folder of them.")
    return documents


def _outputs(out: Path) -> dict[str, Path]:
    if out.is_file():
        return {out.name.removesuffix(".json"): out}
    folder = out / "documents" if (out / "documents").is_dir() else out
    if not folder.is_dir():
        raise UsageError(f"There is no folder {out}.", remedy="Give the folder that `sohoa ingest` filled.")
    return {path.relative_to(folder).as_posix().removesuffix(".json"): path for path in sorted(folder.rglob("*.json"))}


def _find(name: str, outputs: dict[str, Path]) -> Path | None:
    """The output of the source called `name`: by its whole path, by its file name, or by that without its ending."""
    if name in outputs:
        return outputs[name]
    for view in (_file_name, _file_stem, _without_ending):
        matches = [path for key, path in outputs.items() if view(key) == name]
        if len(matches) == 1:
            return matches[0]
    return None


def _file_name(key: str) -> str:
    return key.rsplit("/", 1)[-1]


def _without_ending(key: str) -> str:
    folder, slash, name = key.rpartition("/")
    return folder + slash + (name.rsplit(".", 1)[0] if "." in name else name)


def _file_stem(key: str) -> str:
    return _without_ending(_file_name(key))


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
