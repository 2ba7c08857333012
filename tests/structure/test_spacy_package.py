"""The pipeline as data teams load it, underthesea's words, the gazetteer, DocBin, and the example that learns roles."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
import spacy
from spacy.tokens import DocBin

from pipeline.schema import Document, PlanValues, Reward, Role, Section, Source, Status
from pipeline.structure.entities.spacy_vi import make_pipeline, write_docbin

TEXT = "Tặng Giấy khen của Chủ tịch UBND xã Phú Khê theo Kế hoạch số 28/KH-UBND ngày 07/02/2024; tổ chức khen thưởng."


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch, repository: Path):
    """`spacy.load`, with the checkout's own module found as an installed one is."""
    monkeypatch.syspath_prepend(str(repository))
    return spacy.load


def test_spacy_loads_it_by_name_and_components_can_be_left_out(load) -> None:
    nlp = load("sohoa", exclude=["sohoa_persons"], disable=["sohoa_dates"])
    assert "sohoa_persons" not in nlp.component_names
    assert "sohoa_dates" not in nlp.pipe_names
    labels = {(ent.text, ent.label_) for ent in nlp(TEXT).ents}
    assert any(label == "CITATION" and "28/KH-UBND" in text for text, label in labels)


def test_words_of_several_syllables_are_spans_or_tokens() -> None:
    doc = make_pipeline(words=True)(TEXT)
    assert "khen thưởng" in [span.text for span in doc.spans["words"]]
    nlp = spacy.blank("vi", config={"nlp": {"tokenizer": {"@tokenizers": "sohoa.SyllableTokenizer.v1"}}})
    nlp.add_pipe("sohoa_words", config={"merge": True})
    merged = nlp(TEXT)
    assert "khen thưởng" in [token.text for token in merged]
    assert merged.text == TEXT


def test_the_gazetteer_names_units_with_their_codes() -> None:
    nlp = spacy.blank("vi", config={"nlp": {"tokenizer": {"@tokenizers": "sohoa.SyllableTokenizer.v1"}}})
    nlp.add_pipe("sohoa_gazetteer")
    (place,) = nlp("Họp tại Tỉnh Kiên Giang hôm qua.").ents
    assert (place.text, place.label_) == ("Tỉnh Kiên Giang", "LOC")
    assert "2020:91" in place.ent_id_.split(",")


def plan(number: int) -> Document:
    reward, aim = f"Đề nghị tặng {number} Giấy khen cho tập thể.", f"Nhằm nâng cao ý thức của {number} hộ dân trong xã."
    return Document(
        doc_id=f"sha256:{hashlib.sha256(str(number).encode()).hexdigest()}",
        source=Source(path=f"{number}.pdf", sha256="a", bytes=1),
        status=Status.OK,
        sections=[
            Section(id="1", heading="MỤC ĐÍCH", roles=[Role.MUC_DICH], text=aim),
            Section(id="2", heading="KHEN THƯỞNG", roles=[Role.KHEN_THUONG], text=reward),
        ],
        plan=PlanValues(rewards=[Reward(text="Giấy khen", section="2", start=reward.index("Giấy"), end=27)]),
    )


def test_docbin_has_roles_and_typed_values_as_spans_and_the_example_learns_roles(
    tmp_path: Path, repository: Path
) -> None:
    write_docbin([plan(number) for number in range(40)], tmp_path / "plans.spacy")
    docs = list(DocBin(store_user_data=True).from_disk(tmp_path / "plans.spacy").get_docs(spacy.blank("xx").vocab))
    assert [(span.text.startswith("Giấy khen"), span.label_) for span in docs[1].spans["values"]] == [(True, "rewards")]
    assert [span.label_ for span in docs[1].spans["roles"]] == ["khen_thuong"]
    example = repository / "docs" / "examples" / "role_classifier.py"
    done = subprocess.run(
        [sys.executable, example, tmp_path / "plans.spacy", "5"], capture_output=True, text=True, check=False,
        cwd=repository,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "F1 micro 1.00" in done.stdout
