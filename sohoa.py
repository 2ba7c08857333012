"""`spacy.load("sohoa")`: spaCy asks the module of a distribution's name for its pipeline. The library is `pipeline`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language


def load(*, disable: Iterable[str] = (), exclude: Iterable[str] = (), **_: object) -> Language:
    """The pipeline: syllables, words by underthesea (`doc.spans["words"]`), all entity finders (`doc.ents`).

    `disable` and `exclude` name components, as for `spacy.load`.
    """
    from pipeline.structure.entities.spacy_vi import make_pipeline  # noqa: PLC0415 - spaCy takes a second

    nlp = make_pipeline(words=True)
    nlp.meta["name"] = "sohoa"
    for name in [exclude] if isinstance(exclude, str) else exclude:
        nlp.remove_pipe(name)
    for name in [disable] if isinstance(disable, str) else disable:
        nlp.disable_pipe(name)
    return nlp
