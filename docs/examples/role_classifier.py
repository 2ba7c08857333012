"""Trains a small classifier of sections' roles on an exported corpus and prints its F1 on documents it has not seen.

sohoa export --corpus OUT --format docbin plans.spacy
python docs/examples/role_classifier.py plans.spacy [EPOCHS]
"""

from __future__ import annotations

import random
import sys
from collections import Counter

import spacy
from spacy.tokens import Doc, DocBin
from spacy.training import Example


def is_held_out(doc: Doc) -> bool:
    """Every fifth document is kept for the test, whole: sections of one plan resemble each other."""
    return int(doc.user_data["doc_id"][-4:], 16) % 5 == 0


def main(path: str, epochs: int) -> None:
    """Train and print."""
    random.seed(1)
    spacy.util.fix_random_seed(1)
    nlp = spacy.blank("vi", config={"nlp": {"tokenizer": {"@tokenizers": "sohoa.SyllableTokenizer.v1"}}})
    docs = [doc for doc in DocBin(store_user_data=True).from_disk(path).get_docs(nlp.vocab) if doc.cats]
    seen = [doc for doc in docs if not is_held_out(doc)]
    known = Counter(role for doc in seen for role in doc.cats)
    roles = [role for role, count in known.items() if count >= 3]
    classifier = nlp.add_pipe("textcat_multilabel")  # bag of words: trains in seconds
    for role in roles:
        classifier.add_label(role)

    def example(doc: Doc) -> Example:
        # The heading names the role: what is learnt is to tell it from the text alone.
        return Example.from_dict(nlp.make_doc(doc.text), {"cats": {role: float(role in doc.cats) for role in roles}})

    examples = [example(doc) for doc in seen]
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(epochs):
        random.shuffle(examples)
        for batch in spacy.util.minibatch(examples, size=16):
            nlp.update(batch, sgd=optimizer)
    test = [example(doc) for doc in docs if is_held_out(doc)]
    scores = nlp.evaluate(test)
    print(f"{len(seen)} sections to learn from, {len(test)} held out, {len(roles)} roles")
    print(f"F1 micro {scores['cats_micro_f']:.2f}, macro {scores['cats_macro_f']:.2f}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 20)
