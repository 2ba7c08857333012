"""underthesea's word segmentation and the list of administrative units as spaCy components."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.pipeline import EntityRuler
from spacy.tokens import Doc, SpanGroup

from pipeline.structure.entities.admin_units import all_units
from pipeline.structure.entities.names import Label

WORDS_COMPONENT = "sohoa_words"
GAZETTEER_COMPONENT = "sohoa_gazetteer"
WORDS = "words"  # the key in doc.spans


class WordComponent:
    """Words of several syllables ("khen thưởng") as `doc.spans["words"]`; with `merge`, as single tokens."""

    def __init__(self, *, merge: bool) -> None:
        self.merge = merge

    def __call__(self, doc: Doc) -> Doc:
        """`doc` with its words."""
        found = [doc.char_span(start, end, label="WORD") for start, end in segmented(doc.text)]
        words = [span for span in found if span is not None]
        if self.merge:
            with doc.retokenize() as retokenizer:
                for span in words:
                    if len(span) > 1:
                        retokenizer.merge(span)
        else:
            doc.spans[WORDS] = SpanGroup(doc, name=WORDS, spans=words)
        return doc

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Nothing to save: the component is made anew from its name."""

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> WordComponent:
        """Itself."""
        return self


def segmented(text: str) -> Iterator[tuple[int, int]]:
    """Where underthesea's words stand in `text`; one that it changed, so that it is not found there, is left out."""
    from underthesea import word_tokenize  # noqa: PLC0415 - only for those who add the component

    at = 0
    for word in word_tokenize(text):
        match = re.compile(r"\s+".join(re.escape(part) for part in word.split())).search(text, at)
        if match is not None:
            at = match.end()
            yield match.span()


@Language.factory(WORDS_COMPONENT, default_config={"merge": False})
def make_words(nlp: Language, name: str, merge: bool) -> WordComponent:
    """Words by underthesea; its model comes in its wheel."""
    return WordComponent(merge=merge)


@Language.factory(GAZETTEER_COMPONENT, assigns=["doc.ents"])
def make_gazetteer(nlp: Language, name: str) -> EntityRuler:
    """spaCy's own EntityRuler with every administrative unit, old and new: LOC, its code as the entity's id."""
    ruler = EntityRuler(nlp, name=name, phrase_matcher_attr="LOWER")
    ruler.add_patterns(gazetteer_patterns())
    return ruler


def gazetteer_patterns() -> list[dict[str, Any]]:
    """The patterns; a name that several units share has the codes of all, with a comma between."""
    codes: dict[str, list[str]] = {}
    for unit in all_units():
        codes.setdefault(unit.full_name, []).append(f"{unit.age}:{unit.code}")
    return [
        {"label": str(Label.PLACE), "pattern": name, "id": ",".join(dict.fromkeys(found))}
        for name, found in codes.items()
    ]
