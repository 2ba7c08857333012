"""What a perfect reading of a sample gives, from its source: the contract's JSON with plain values, and the text."""

from __future__ import annotations

from typing import Any

from renderer.layout import PlacedPage
from renderer.source import Block, Node, Plan


def gold_document(plan: Plan) -> dict[str, Any]:
    """The document as JSON with plain values in place of {value, page, bbox, confidence}."""
    sections = [_section(node) for node in plan.sections]
    if closing := plan.get("closing"):
        sections[-1]["text"] = "\n".join(filter(None, [sections[-1]["text"], closing]))
    for node, source in zip(plan.annexes, plan.get("annexes", []), strict=True):
        annex = _section(node)
        annex["text"] = "\n".join(filter(None, [source.get("reference"), annex["text"]]))
        sections.append(annex)
    signers = [
        {key: _one_line(signer.get(key)) for key in ("authority", "position", "name")}
        for signer in plan.get("signers", [])
    ]
    return {
        "header": {
            "parent_body": plan.get("parent_body"),
            "issuing_body": plan.get("issuing_body"),
            "number": plan.get("number"),
            "place": plan.get("place"),
            "date": plan.get("date"),
            "document_type": plan.get("document_type"),
            "subject": plan.get("subject"),
            **plan.get("gold", {}),
        },
        "preamble": plan.get("title_office", []) + plan.get("preamble", []) + plan.get("enacting", []),
        "sections": sections,
        "recipients": plan.get("recipients", []),
        "signer": signers[0] if signers else None,
        "signers": signers,
        "citations": [_citation(citation) for citation in plan.get("citations", [])],
        **_plan_values(plan.get("plan", {})),
        "tables": [
            [list(row) for row in block.rows] for node in plan.sections + plan.annexes for block in _tables(node)
        ],
    }


def gold_text(pages: list[PlacedPage]) -> str:
    """A printed line a line, a blank line between paragraphs, a form feed between pages, page numbers left out."""
    texts = []
    for page in pages:
        lines = [line for line in page.lines if not line.folio]
        texts.append("".join(("\n" if line.starts and i else "") + line.text + "\n" for i, line in enumerate(lines)))
    return "\f".join(texts)


def _citation(citation: dict[str, Any]) -> dict[str, Any]:
    """An empty string among alternatives stands for null, which TOML does not have."""
    return {
        key: {"any": [text or None for text in value["any"]]} if isinstance(value, dict) else value
        for key, value in citation.items()
    }


def _plan_values(plan: dict[str, list[str]]) -> dict[str, Any]:
    """Typed values from their compact form: "85 more_than"; "form | collectives | persons"; "paper | copies".

    "?form": the numbers stand in a section of their own, so they may come without the form, and the form without them.
    """
    values: dict[str, list[dict[str, Any]]] = {}
    for text in plan.get("thresholds", []):
        number, comparison = text.split()
        values.setdefault("thresholds", []).append({"value": float(number), "comparison": comparison})
    for text in plan.get("rewards", []):
        form, collectives, individuals = (part.strip() for part in text.split("|"))
        bare = form.lstrip("?")
        reward: dict[str, Any] = {"form": {"any": [bare, None]} if bare != form else form}
        for name, span in (("collectives", collectives), ("individuals", individuals)):
            low, high = span.split("-")
            reward |= {f"{name}_min": int(low) if low else None, f"{name}_max": int(high) if high else None}
        values.setdefault("rewards", []).append(reward)
        if bare != form:
            values["rewards"].append({"form": bare, "optional": True})
    for text in plan.get("dossier", []):
        item, copies = (part.strip() for part in text.split("|"))
        values.setdefault("dossier", []).append({"item": item, "copies": int(copies) if copies else None})
    return {"plan": values} if values else {}


def _one_line(text: str | None) -> str | None:
    return " ".join(text.split()) if text else None


def _section(node: Node) -> dict[str, Any]:
    heading = node.heading.rstrip(" .:") if node.heading else None
    return {
        "number": node.number,
        "heading": heading,
        "roles": node.roles,
        "text": "\n".join(_text(block) for block in node.blocks),
        "children": [_section(child) for child in node.children],
    }


def _text(block: Block) -> str:
    if block.kind == "table":
        return "\n".join(" | ".join(row) for row in block.rows)
    return block.text


def _tables(node: Node) -> list[Block]:
    own = [block for block in node.blocks if block.kind == "table"]
    return own + [table for child in node.children for table in _tables(child)]
