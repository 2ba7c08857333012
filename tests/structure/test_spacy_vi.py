"""The spaCy components by their factory names, and the DocBin export read back."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from spacy.tokens import DocBin

from pipeline.schema import Document, Entity, Role, Section, Source, Status
from pipeline.structure.entities.spacy_vi import COMPONENTS, NER_COMPONENT, TOKENIZER, make_pipeline, write_docbin

SENTENCE = "Theo Kế hoạch số 12/KH-UBND ngày 03/02/2025, bà Trần Thị Mai trao 02 giải tại xã Tân Hội./."


@pytest.fixture(scope="module")
def nlp() -> spacy.language.Language:
    return make_pipeline()


def test_whole_pipeline_labels_a_sentence(nlp: spacy.language.Language) -> None:
    assert [(ent.text, ent.label_) for ent in nlp(SENTENCE).ents] == [
        ("Kế hoạch số 12/KH-UBND", "CITATION"),
        ("ngày 03/02/2025", "DATE"),
        ("Trần Thị Mai", "PER"),
        ("02 giải", "QUANTITY"),
        ("xã Tân Hội", "LOC"),
    ]


@pytest.mark.parametrize("factory", list(COMPONENTS))
def test_each_component_works_alone_in_a_pipeline_of_ones_own(factory: str) -> None:
    own = spacy.blank("xx")
    own.add_pipe(factory)
    assert len(own(SENTENCE).ents) == 1


def test_components_leave_entities_of_others_alone() -> None:
    own = spacy.blank("xx")
    own.add_pipe("entity_ruler").add_patterns([{"label": "PROJECT", "pattern": "giải"}])
    own.add_pipe("sohoa_dates")
    assert {ent.label_ for ent in own(SENTENCE).ents} == {"PROJECT", "DATE"}


def test_tokens_keep_numbers_of_acts_whole_and_text_unchanged(nlp: spacy.language.Language) -> None:
    doc = nlp.make_doc(SENTENCE)
    assert doc.text == SENTENCE
    assert {"12/KH-UBND", "03/02/2025", "./."} <= {token.text for token in doc}


def test_saved_pipeline_loads_by_factory_names(tmp_path: Path, nlp: spacy.language.Language) -> None:
    nlp.to_disk(tmp_path / "nlp")
    loaded = spacy.load(tmp_path / "nlp")
    assert loaded.pipe_names == list(COMPONENTS)
    assert loaded.config["nlp"]["tokenizer"]["@tokenizers"] == TOKENIZER
    assert len(loaded(SENTENCE).ents) == 5


def test_underthesea_adds_what_the_finders_miss() -> None:
    doc = make_pipeline(ner=True)("Anh Sơn ở Mỹ Tho họp với UBND xã Tân Hội.")
    assert NER_COMPONENT in make_pipeline(ner=True).pipe_names
    assert ("UBND xã Tân Hội", "ORG") in {(ent.text, ent.label_) for ent in doc.ents}
    assert ("Mỹ Tho", "LOC") in {(ent.text, ent.label_) for ent in doc.ents}


def test_docbin_has_a_doc_a_section_with_entities_roles_and_origin(tmp_path: Path) -> None:
    text = "- Họp tại xã Tân Hội."
    child = Section(id="1.1", number="1", heading="Thời gian", roles=[Role.THOI_GIAN], text=text)
    document = Document(
        doc_id="sha256:ab",
        source=Source(path="2025/kh.pdf", sha256="ab", bytes=1),
        status=Status.OK,
        sections=[Section(id="1", number="I", heading="NỘI DUNG", children=[child])],
        entities=[Entity(label="LOC", text="xã Tân Hội", section="1.1", start=10, end=20)],
    )
    assert write_docbin([document], tmp_path / "plans.spacy") == 1
    docbin = DocBin(store_user_data=True).from_disk(tmp_path / "plans.spacy")
    (doc,) = docbin.get_docs(spacy.blank("xx").vocab)
    assert doc.text == text
    assert [(ent.text, ent.label_) for ent in doc.ents] == [("xã Tân Hội", "LOC")]
    assert doc.cats == {"thoi_gian": 1.0}
    assert (doc.user_data["path"], doc.user_data["section"]) == ("2025/kh.pdf", "1.1")
