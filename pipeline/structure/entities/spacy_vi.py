"""The entity finders as ordinary spaCy components for `vi`, and the DocBin export.

    import spacy
    nlp = spacy.blank("vi", config={"nlp": {"tokenizer": {"@tokenizers": "sohoa.SyllableTokenizer.v1"}}})
    nlp.add_pipe("sohoa_bodies")

The factories are found by name through entry points wherever sohoa is installed. This module imports spaCy; nothing
that runs for every document does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc, DocBin
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex, registry

from pipeline.schema import Document, Entity, PlanValue, PlanValues, Section
from pipeline.structure.entities.find import FINDERS, Finder, resolve
from pipeline.structure.entities.names import Label, Span
from pipeline.structure.entities.spacy_words import WORDS_COMPONENT

TOKENIZER = "sohoa.SyllableTokenizer.v1"
COMPONENTS = {
    "sohoa_citations": "acts",
    "sohoa_dates": "dates",
    "sohoa_quantities": "quantities",
    "sohoa_places": "places",
    "sohoa_bodies": "bodies",
    "sohoa_persons": "persons",
}
NER_COMPONENT = "sohoa_underthesea_ner"

_PREFIXES = [r"[(\[{“”\"'‘«<…+*•–—-]"]
_SUFFIXES = [r"[)\]}“”\"'’»>…,;:!?%*]", r"\./\.", r"\.+", r"(?<=\d)%"]
_INFIXES = [r"(?<=[^\W\d_])[,;:](?=[^\W\d_])", r"…", r"(?<=\))(?=\w)", r"(?<=\w)(?=\()"]


@registry.tokenizers(TOKENIZER)  # type: ignore[untyped-decorator]
def make_tokenizer() -> Callable[[Language], Tokenizer]:
    """A tokenizer of syllables that keeps numbers of acts ("28/KH-UBND") and dates whole; needs no model."""

    def build(nlp: Language) -> Tokenizer:
        return Tokenizer(
            nlp.vocab,
            prefix_search=compile_prefix_regex(_PREFIXES).search,
            suffix_search=compile_suffix_regex(_SUFFIXES).search,
            infix_finditer=compile_infix_regex(_INFIXES).finditer,
        )

    return build


class EntityComponent:
    """A spaCy component that adds what one finder finds to `doc.ents`; surer kinds win where entities overlap."""

    def __init__(self, finder: Finder) -> None:
        self.finder = finder

    def __call__(self, doc: Doc) -> Doc:
        """`doc` with the finder's entities among its own."""
        kept = [Span(_known(ent.label_), ent.start_char, ent.end_char) for ent in doc.ents if _is_known(ent.label_)]
        foreign = [ent for ent in doc.ents if not _is_known(ent.label_)]
        spans = [_to_span(doc, span) for span in resolve([*kept, *self.finder(doc.text)])]
        doc.ents = spacy.util.filter_spans([*foreign, *(span for span in spans if span is not None)])
        return doc

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Nothing to save: the component is made anew from its name."""

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> EntityComponent:
        """Itself."""
        return self


@Language.factory("sohoa_citations", assigns=["doc.ents"])
def make_citations(nlp: Language, name: str) -> EntityComponent:
    """Acts by type and number and laws by title: CITATION."""
    return EntityComponent(FINDERS["acts"])


@Language.factory("sohoa_dates", assigns=["doc.ents"])
def make_dates(nlp: Language, name: str) -> EntityComponent:
    """Days, months, quarters, years, stages: DATE."""
    return EntityComponent(FINDERS["dates"])


@Language.factory("sohoa_quantities", assigns=["doc.ents"])
def make_quantities(nlp: Language, name: str) -> EntityComponent:
    """Numbers with units: QUANTITY."""
    return EntityComponent(FINDERS["quantities"])


@Language.factory("sohoa_places", assigns=["doc.ents"])
def make_places(nlp: Language, name: str) -> EntityComponent:
    """Places, from the gazetteer and by their kind: LOC."""
    return EntityComponent(FINDERS["places"])


@Language.factory("sohoa_bodies", assigns=["doc.ents"])
def make_bodies(nlp: Language, name: str) -> EntityComponent:
    """Authorities and organisations: ORG."""
    return EntityComponent(FINDERS["bodies"])


@Language.factory("sohoa_persons", assigns=["doc.ents"])
def make_persons(nlp: Language, name: str) -> EntityComponent:
    """Persons by title or family name: PER."""
    return EntityComponent(FINDERS["persons"])


@Language.factory(NER_COMPONENT, assigns=["doc.ents"])
def make_underthesea_ner(nlp: Language, name: str) -> EntityComponent:
    """underthesea's named entities (PER, LOC, ORG; its model comes in its wheel) where no finder found anything."""
    return EntityComponent(_underthesea_entities)


def make_pipeline(*, ner: bool = False, words: bool = False) -> Language:
    """The whole pipeline: every finder in order of sureness; with `ner`, underthesea's statistical entities last.

    With `words`, underthesea's words come first.
    """
    nlp = spacy.blank("vi", config={"nlp": {"tokenizer": {"@tokenizers": TOKENIZER}}})
    for factory in (*([WORDS_COMPONENT] if words else []), *COMPONENTS, *([NER_COMPONENT] if ner else [])):
        nlp.add_pipe(factory)
    return nlp


def write_docbin(documents: Iterable[Document], target: Path) -> int:
    """Writes a spaCy Doc for each section with text to `target`; returns how many.

    `doc.ents` are the JSON's entities, `doc.cats` the section's roles, `doc.spans["values"]` the typed values with
    their kind as label, `doc.spans["roles"]` the whole section once for each role; `doc.user_data` has doc_id, path,
    section, number and heading. Read it back with `DocBin(store_user_data=True).from_disk(target).get_docs(vocab)`.
    """
    nlp = make_pipeline()
    docbin = DocBin(attrs=["ORTH", "SPACY", "ENT_IOB", "ENT_TYPE"], store_user_data=True)
    count = 0
    for document in documents:
        for doc in section_docs(document, nlp):
            docbin.add(doc)
            count += 1
    docbin.to_disk(target)
    return count


def section_docs(document: Document, nlp: Language) -> Iterator[Doc]:
    """A Doc for each section of `document` that has text, tokenised by `nlp`, with the entities of the JSON."""
    by_section: dict[str, list[Entity]] = {}
    for entity in document.entities:
        by_section.setdefault(entity.section, []).append(entity)
    for section in _all_sections(document.sections):
        if not section.text:
            continue
        doc = nlp.make_doc(section.text)
        spans = [_char_span(doc, e.start, e.end, e.label) for e in by_section.get(section.id, [])]
        doc.ents = spacy.util.filter_spans([span for span in spans if span is not None])
        doc.cats = {str(role): 1.0 for role in section.roles}
        doc.spans["roles"] = [spacy.tokens.Span(doc, 0, len(doc), str(role)) for role in section.roles]
        values = [_char_span(doc, one.start, one.end, kind) for kind, one in _values(document, section)]
        doc.spans["values"] = [span for span in values if span is not None]
        doc.user_data |= {
            "doc_id": document.doc_id,
            "path": document.source.document_path,
            "section": section.id,
            "number": section.number,
            "heading": section.heading,
        }
        yield doc


def _values(document: Document, section: Section) -> Iterator[tuple[str, PlanValue]]:
    """The typed values in a section's text, with what kind they are: 'rewards', 'deadlines' …"""
    for kind in PlanValues.model_fields if document.plan else ():
        for one in getattr(document.plan, kind):
            if one.section == section.id and not one.in_heading:
                yield kind, one


def _all_sections(sections: Iterable[Section]) -> Iterator[Section]:
    for section in sections:
        yield section
        yield from _all_sections(section.children)


def _underthesea_entities(text: str) -> Iterator[Span]:
    from underthesea import ner  # noqa: PLC0415 - only for those who add the component

    position = 0
    open_span: Span | None = None
    for word, _, _, tag in ner(text):
        match = re.compile(r"\s+".join(re.escape(part) for part in word.split())).search(text, position)
        if match is None:
            continue
        position = match.end()
        label = tag.partition("-")[2]
        if open_span is not None and tag.startswith("I-") and label == open_span.label:
            open_span = Span(open_span.label, open_span.start, match.end())
            continue
        if open_span is not None:
            yield open_span
        open_span = Span(Label(label), *match.span()) if _is_known(label) else None
    if open_span is not None:
        yield open_span


def _is_known(label: str) -> bool:
    return label in set(Label)


def _known(label: str) -> Label:
    return Label(label)


def _to_span(doc: Doc, span: Span) -> spacy.tokens.Span | None:
    return _char_span(doc, span.start, span.end, span.label)


def _char_span(doc: Doc, start: int, end: int, label: str) -> spacy.tokens.Span | None:
    """The tokens that hold the characters; a token that is only partly meant comes whole."""
    return doc.char_span(start, end, label=str(label), alignment_mode="expand")
