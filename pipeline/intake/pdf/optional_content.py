"""Layers of a PDF that are switched off (optional content, ISO 32000-1, 8.11): what they paint is not on the paper.

PDFium gives their text with the rest, and programs differ in which of them they draw. So their painting is taken out of
a copy of the file, which then goes the way of any other.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence

import pikepdf

from pipeline.intake.pdf.content_size import ContentWeight

ObjectId = tuple[int, int]
_Instruction = pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage

_DEEPEST = 12
_MOST_GROUPS = 10_000
# What paints: shown text, filled and stroked paths, shadings, forms and pictures.
_PATHS = frozenset({"S", "s", "f", "F", "f*", "B", "B*", "b", "b*"})
_SHOWN = frozenset({"Tj", "TJ", "sh", "INLINE IMAGE"})


def without_hidden_layers(pdf: pikepdf.Pdf, limit: int) -> bytes | None:
    """The open `pdf` without what its hidden layers paint; None where nothing is hidden.

    Pages whose content unpacks to more than `limit` bytes stay as they are: they are refused anyway.
    """
    off = hidden_groups(pdf)
    if not off:
        return None
    cleaner = _Cleaner(off)
    for page in pdf.pages:
        if ContentWeight(limit).of_page(page) <= limit:
            cleaner.page(page, pdf)
    if not cleaner.changed:
        return None
    target = io.BytesIO()
    pdf.save(target)
    return target.getvalue()


def hidden_groups(pdf: pikepdf.Pdf) -> frozenset[ObjectId]:
    """The optional content groups that are off when the document is printed."""
    properties = pdf.Root.get("/OCProperties")
    if not isinstance(properties, pikepdf.Dictionary):
        return frozenset()
    usual = properties.get("/D", pikepdf.Dictionary())
    groups = list(properties.get("/OCGs", []))[:_MOST_GROUPS]
    base_is_off = usual.get("/BaseState") == "/OFF"
    shown = {group.objgen: not base_is_off for group in groups if isinstance(group, pikepdf.Dictionary)}
    shown |= {group.objgen: True for group in usual.get("/ON", []) if group.objgen in shown}
    shown |= {group.objgen: False for group in usual.get("/OFF", []) if group.objgen in shown}
    # What a viewer switches by itself: first for the screen, then for the printer.
    for event in ("View", "Print"):
        for automatic in usual.get("/AS", []):
            if automatic.get("/Event") == f"/{event}":
                shown |= dict(_by_usage(automatic, event, shown))
    return frozenset(identity for identity, is_shown in shown.items() if not is_shown)


def _by_usage(automatic: pikepdf.Object, event: str, shown: dict[ObjectId, bool]) -> Iterator[tuple[ObjectId, bool]]:
    """(group, shown) as the groups' own usage has it, for those that an automatic state covers."""
    categories = {str(category) for category in automatic.get("/Category", [])}
    if f"/{event}" not in categories:
        return
    for group in automatic.get("/OCGs", []):
        usage = group.get("/Usage", pikepdf.Dictionary()).get(f"/{event}", pikepdf.Dictionary())
        state = usage.get(f"/{event}State")
        if state is not None and group.objgen in shown:
            yield group.objgen, state != "/OFF"


class _Cleaner:
    """Takes what hidden layers paint out of pages, forms and annotations; each form once."""

    def __init__(self, off: frozenset[ObjectId]) -> None:
        self._off = off
        self._seen: set[ObjectId] = set()
        self.changed = False

    def page(self, page: pikepdf.Page, pdf: pikepdf.Pdf) -> None:
        """Clean one page."""
        resources = page.obj.get("/Resources", page.resources)
        kept = self._kept(page, resources, 0)
        if kept is not None:
            page.Contents = pdf.make_stream(kept)
        notes = page.obj.get("/Annots")
        if not isinstance(notes, pikepdf.Array):
            return
        left = [note for note in notes if not self._hides(note.get("/OC"))]
        if len(left) < len(notes):
            page.obj["/Annots"] = pikepdf.Array(left)
            self.changed = True

    def _form(self, form: pikepdf.Object, depth: int) -> None:
        if form.objgen in self._seen or depth > _DEEPEST or not isinstance(form, pikepdf.Stream):
            return
        self._seen.add(form.objgen)
        kept = self._kept(form, form.get("/Resources", pikepdf.Dictionary()), depth)
        if kept is not None:
            form.write(kept)

    def _kept(self, content: pikepdf.Page | pikepdf.Object, resources: pikepdf.Object, depth: int) -> bytes | None:
        """The content without its hidden parts; None where it has none. Its forms are cleaned on the way."""
        objects = resources.get("/XObject", pikepdf.Dictionary())
        named = {str(name): objects[name] for name in objects.keys()}  # noqa: SIM118 - no dict
        for form in named.values():
            if form.get("/Subtype") == "/Form":
                self._form(form, depth + 1)
        hidden = {name for name, found in named.items() if self._hides(found.get("/OC"))}
        properties = resources.get("/Properties", pikepdf.Dictionary())
        marks = {str(name) for name in properties.keys() if self._hides(properties[name])}  # noqa: SIM118
        if not hidden and not marks:
            return None
        instructions = list(_visible(pikepdf.parse_content_stream(content), hidden, marks))
        self.changed = True
        return bytes(pikepdf.unparse_content_stream(instructions))

    def _hides(self, content: pikepdf.Object | None) -> bool:
        """Whether content that belongs to a group, or to a membership of several, is hidden."""
        if not isinstance(content, pikepdf.Dictionary):
            return False
        if content.get("/Type") != "/OCMD":
            return content.objgen in self._off
        rule = content.get("/VE")
        if isinstance(rule, pikepdf.Array):
            return not self._holds(rule, 0)
        groups = content.get("/OCGs")
        members = list(groups) if isinstance(groups, pikepdf.Array) else [groups]
        shown = [group.objgen not in self._off for group in members if isinstance(group, pikepdf.Dictionary)]
        if not shown:
            return False
        policies: dict[str, Callable[[list[bool]], bool]] = {
            "/AllOn": all,
            "/AnyOff": lambda states: not all(states),
            "/AllOff": lambda states: not any(states),
        }
        return not policies.get(str(content.get("/P", "/AnyOn")), any)(shown)

    def _holds(self, rule: pikepdf.Object, depth: int) -> bool:
        if isinstance(rule, pikepdf.Dictionary):
            return rule.objgen not in self._off
        if not isinstance(rule, pikepdf.Array) or len(rule) < 2 or depth > _DEEPEST:
            return True
        told = [self._holds(part, depth + 1) for part in list(rule)[1:]]
        return {"/And": all(told), "/Or": any(told), "/Not": not told[0]}.get(str(rule[0]), True)


def _visible(instructions: Sequence[_Instruction], hidden: set[str], marks: set[str]) -> Iterator[_Instruction]:
    """The instructions without painting in marked content that is hidden; what only sets a state stays."""
    nested: list[bool] = []
    for instruction in instructions:
        name = str(instruction.operator)
        operands = list(instruction.operands)
        if name in ("BDC", "BMC"):
            is_layer = name == "BDC" and len(operands) > 1 and str(operands[0]) == "/OC"
            nested.append(is_layer and isinstance(operands[1], pikepdf.Name) and str(operands[1]) in marks)
        elif name == "EMC" and nested:
            nested.pop()
        elif any(nested):
            if name in _PATHS:
                yield pikepdf.ContentStreamInstruction([], pikepdf.Operator("n"))
                continue
            if name in ("'", '"'):
                yield pikepdf.ContentStreamInstruction([], pikepdf.Operator("T*"))
                continue
            if name in _SHOWN or name == "Do":
                continue
        elif name == "Do" and operands and str(operands[0]) in hidden:
            continue
        yield instruction
