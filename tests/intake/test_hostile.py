"""Hostile files end as an outcome, in bounded time and memory; `make bench-hostile` does the same with hundreds."""

from __future__ import annotations

from itertools import chain

import pytest

from .attacks import handmade
from .fuzzing import Outcome, examine, mutated_files, own_originals

# Attacks that take seconds to make or to open; the benchmark has them.
_LONG = {
    "zip-bomb.docx", "bomb-in-styles.docx", "many-elements.docx", "many-attributes.docx", "long-text.docx",
    "breaks.docx",
    "bomb-content.pdf", "bomb-content-twice.pdf", "million-strokes.pdf", "million-letters.pdf", "rtf-deep.rtf",
    "hundred-thousand-pages.pdf", "just-allowed.png", "form-feeds.txt", "one-line.txt", "pipes.md", "tags.md",
}  # fmt: skip


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory) -> dict[str, Outcome]:
    """What became of the hand-made attacks and of sixty mutated files."""
    folder = tmp_path_factory.mktemp("hostile")
    found = {}
    for name, data in chain(handmade(), mutated_files(own_originals(folder / "sound"), 60, seed=20)):
        if name not in _LONG:
            path = folder / name
            path.write_bytes(data)
            found[name] = examine(path)
            path.unlink()
    return found


@pytest.mark.slow
def test_no_hostile_file_crashes_hangs_or_eats_the_memory(outcomes):
    assert len(outcomes) > 120
    assert [outcome for outcome in outcomes.values() if outcome.is_fault] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("form-in-itself.pdf", "too_many_bytes"),
        ("forms-multiplied.pdf", "too_many_bytes"),
        ("deep-saves.pdf", "too_many_bytes"),
        ("password-rc4.pdf", "encrypted"),
        ("password-aes.pdf", "encrypted"),
        ("billion-laughs.docx", "damaged_file"),
        ("traversal.docx", "damaged_file"),
        ("many-members.docx", "too_many_bytes"),
        ("bomb.png", "too_many_pixels"),
        ("bomb.tif", "too_many_pixels"),
        ("bomb.jpg", "too_many_pixels"),
        ("noise.txt", "unsupported_kind"),
    ],
)
def test_known_attacks_are_refused_with_their_reason(outcomes, name, code):
    assert code in outcomes[name].detail


def test_the_same_seed_makes_the_same_files(tmp_path):
    originals = [path for path in own_originals(tmp_path) if path.suffix in (".txt", ".png", ".pdf")]
    first, second, other = (list(mutated_files(originals, 20, seed)) for seed in (4, 4, 5))
    assert first == second
    assert first != other
