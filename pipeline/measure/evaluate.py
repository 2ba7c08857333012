"""`sohoa evaluate GOLD OUT`: pairs gold with output files, compares them, and reports figures and misses.

Gold is a JSON of values a document, a text a document, or both: `kh-28.pdf.json` with `kh-28.pdf.txt` beside it. A text
of some pages only says so in its name: `kh-28_p1-2.txt`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import UsageError
from pipeline.measure.fields import DocumentScores, compare_document
from pipeline.measure.matching import Miss, Score
from pipeline.measure.text import (
    Rate,
    cer,
    diacritic_errors,
    invented_words,
    order_free_wer,
    syllable_errors,
    wer,
)

# Name → measure of the printed text; each gives errors out of a total.
TEXT_MEASURES: dict[str, Callable[[str, str], Rate]] = {
    "CER": cer,
    "WER": wer,
    "words missing": order_free_wer,
    "words invented": invented_words,
    "syllable errors": syllable_errors,
    "diacritic errors": diacritic_errors,
}
_PAGES = re.compile(r"_p(?P<first>\d+)(?:-(?P<last>\d+))?$")


@dataclass(slots=True)
class Evaluation:
    """What an evaluation found: scores of each document, their sum, and the gold that has no output."""

    documents: dict[str, DocumentScores] = field(default_factory=dict)
    texts: dict[str, dict[str, Rate]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def total(self) -> DocumentScores:
        """The scores of all documents, items counted together."""
        scores = DocumentScores()
        for document in self.documents.values():
            scores.merge(document)
        return scores

    def text_total(self) -> dict[str, Rate]:
        """The rates of all texts together; empty when no text was compared."""
        total: dict[str, Rate] = {}
        for rates in self.texts.values():
            for name, rate in rates.items():
                total[name] = total.get(name, Rate()) + rate
        return total

    def as_dict(self) -> dict[str, Any]:
        """The figures as JSON: overall, each component, each document."""
        whole = self.total()
        return {
            "documents": len(self.documents),
            "missing": self.missing,
            "overall": {level: _rounded(whole.overall(level)) for level in ("exact", "strict", "fuzzy")},
            "tree_similarity": _rounded(_mean(whole.tree_similarities)),
            "components": {name: component_row(score) for name, score in sorted(whole.components.items())},
            "text": {name: _rounded(rate.rate) for name, rate in self.text_total().items()},
            "by_document": {
                name: {
                    "overall": _rounded(scores.overall()),
                    "components": {part: _rounded(score.exact_f1) for part, score in sorted(scores.components.items())},
                }
                for name, scores in self.documents.items()
            },
            "text_by_document": {
                name: {measure: _rounded(rate.rate) for measure, rate in rates.items()}
                for name, rates in self.texts.items()
            },
        }


def evaluate(gold: Path, out: Path) -> Evaluation:
    """Compares every gold JSON and text under `gold` (a file or a folder) with its document under `out`.

    `out` is a folder that `sohoa ingest` filled, a folder of document JSONs, or one such file. A document belongs to
    the gold whose "doc" is its source's name, with or without its ending. Raises UsageError when there is no gold.
    """
    outputs = _outputs(out)
    evaluation = Evaluation()
    documents, texts = _gold_documents(gold), _gold_texts(gold)
    if not documents and not texts:
        raise UsageError(f"There is no gold JSON or text in {gold}.", remedy="Give a gold file or a folder of them.")
    alone = out if gold.is_file() and out.is_file() else None
    for path, expected in documents:
        name = str(expected.get("doc") or path.stem)
        found = _find(name, outputs) or alone
        if found is None:
            evaluation.missing.append(name)
            continue
        document = json.loads(found.read_text(encoding="utf-8"))
        evaluation.documents[name] = compare_document(expected, document)
        beside = path.with_suffix(".txt")
        if beside in texts:
            evaluation.texts[name] = _compare_text(texts.pop(beside), document)
    for path, text in texts.items():
        name = _PAGES.sub("", path.stem)
        found = _find(name, outputs) or alone
        if found is None:
            evaluation.missing.append(path.name)
            continue
        document = json.loads(found.read_text(encoding="utf-8"))
        evaluation.texts[path.stem] = _compare_text(text, document, _PAGES.search(path.stem))
    return evaluation


def paired_documents(gold: Path, out: Path) -> Iterator[tuple[dict[str, Any], Path]]:
    """Every gold JSON under `gold` with the output file that belongs to it; gold without output is left out."""
    outputs = _outputs(out)
    for path, expected in _gold_documents(gold):
        found = _find(str(expected.get("doc") or path.stem), outputs)
        if found is not None:
            yield expected, found


def page_text(document: Mapping[str, Any], pages: range | None = None) -> str:
    """The printed lines of a document's JSON in reading order, of all its pages or of some."""
    chosen = [page for page in document.get("pages") or [] if pages is None or page["number"] in pages]
    return "\n".join(line["text"] for page in chosen for line in page["lines"])


def _compare_text(gold: str, document: Mapping[str, Any], pages: re.Match[str] | None = None) -> dict[str, Rate]:
    span = None
    if pages is not None:
        span = range(int(pages["first"]), int(pages["last"] or pages["first"]) + 1)
    observed = page_text(document, span)
    return {name: measure(gold, observed) for name, measure in TEXT_MEASURES.items()}


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
    lines += _format_texts(evaluation)
    lines += _format_misses(evaluation, misses)
    return "\n".join(lines) + "\n"


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


def _format_texts(evaluation: Evaluation) -> list[str]:
    if not evaluation.texts:
        return []
    width = max(len(name) for name in (*evaluation.texts, "all texts"))
    lines = ["", f"{'text, in %':<{width}}" + "".join(f"{name:>18}" for name in TEXT_MEASURES)]
    for name, rates in [*evaluation.texts.items(), ("all texts", evaluation.text_total())]:
        lines.append(f"{name:<{width}}" + "".join(f"{100 * rates[measure].rate:>18.2f}" for measure in TEXT_MEASURES))
    return lines


def _format_misses(evaluation: Evaluation, limit: int) -> list[str]:
    rows = list(all_misses(evaluation))
    lines = ["", f"misses: {len(rows)}"] if rows else []
    for name, miss in rows[:limit]:
        lines.append(f"  {name} · {miss.component} · {miss.where}: gold {miss.gold!r}, found {miss.found!r}")
    if len(rows) > limit:
        lines.append(f"  … and {len(rows) - limit} more")
    return lines


def _gold_documents(gold: Path) -> list[tuple[Path, dict[str, Any]]]:
    paths = [path for path in ([gold] if gold.is_file() else sorted(gold.rglob("*.json"))) if path.suffix == ".json"]
    documents = []
    for path in paths:
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise UsageError(f"The gold file {path} is no valid JSON: {error}.", remedy="Correct it.") from error
        if isinstance(document, dict):
            documents.append((path, document))
    return documents


def _gold_texts(gold: Path) -> dict[Path, str]:
    if gold.is_file():
        beside = gold.with_suffix(".txt")
        return {beside: beside.read_text(encoding="utf-8")} if beside.is_file() else {}
    return {path: path.read_text(encoding="utf-8") for path in sorted(gold.rglob("*.txt"))}


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
