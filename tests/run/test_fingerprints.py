"""A change redoes the stages that it touches and no others."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import pipeline
from pipeline.run.fingerprints import fingerprints
from pipeline.settings import Settings


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the package's source, taken for the package."""
    root = tmp_path / "pipeline"
    shutil.copytree(Path(pipeline.__file__).parent, root, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(pipeline, "__file__", str(root / "__init__.py"))
    return root


def test_the_same_code_and_settings_give_the_same_fingerprints(code: Path) -> None:
    assert fingerprints(Settings()) == fingerprints(Settings())


def test_a_change_to_structure_costs_no_reading(code: Path) -> None:
    before = fingerprints(Settings())
    (code / "structure" / "build.py").open("a").write("\n# changed\n")
    after = fingerprints(Settings())
    assert (after.reading, after.restoration) == (before.reading, before.restoration)
    assert after.structure != before.structure


def test_a_change_to_what_all_import_redoes_all(code: Path) -> None:
    before = fingerprints(Settings())
    (code / "values.py").open("a").write("\n# changed\n")
    after = fingerprints(Settings())
    assert after.reading != before.reading
    assert after.structure != before.structure


def test_a_table_beside_the_code_counts_as_code(code: Path) -> None:
    before = fingerprints(Settings())
    (code / "structure" / "roles.toml").open("a").write("\n# changed\n")
    assert fingerprints(Settings()).structure != before.structure


@pytest.mark.parametrize("name", ["digitise.py", "records.py", "store/documents.py"])
def test_a_change_to_how_a_document_is_put_together_or_written_costs_no_reading(code: Path, name: str) -> None:
    before = fingerprints(Settings())
    (code / name).open("a").write("\n# changed\n")
    after = fingerprints(Settings())
    assert (after.reading, after.restoration) == (before.reading, before.restoration)
    assert after.structure != before.structure


def test_a_table_beside_a_module_that_is_imported_counts_also_when_it_is_no_text(code: Path) -> None:
    before = fingerprints(Settings())
    (code / "vietnamese" / "table.bin").write_bytes(bytes(range(256)))
    after = fingerprints(Settings())
    assert after.reading != before.reading
    (code / "vietnamese" / "table.bin").write_bytes(bytes(range(255)))
    assert fingerprints(Settings()).reading not in {before.reading, after.reading}


def test_a_module_that_moves_redoes_nothing(code: Path) -> None:
    before = fingerprints(Settings())
    (code / "vietnamese" / "tones.py").rename(code / "language" / "tone_marks.py")
    moved = 0
    for file in code.rglob("*.py"):
        source = file.read_text("utf-8")
        anew = source.replace("from pipeline.vietnamese.tones import", "from pipeline.language.tone_marks import")
        moved += anew != source
        file.write_text(anew, "utf-8")
    assert moved > 1
    assert fingerprints(Settings()) == before


def test_a_function_taken_from_another_module_counts(code: Path) -> None:
    build = code / "structure" / "build.py"
    source = build.read_text("utf-8")
    (code / "structure" / "other.py").write_text("def clean(text):\n    return text\n")
    (code / "structure" / "another.py").write_text("def clean(text):\n    return text.strip()\n")
    found = []
    for module in ("other", "another"):
        (code / "structure" / "build.py").write_text(
            f"from pipeline.structure.{module} import clean\n{source}", "utf-8"
        )
        found.append(fingerprints(Settings()).structure)
    assert found[0] != found[1]


def test_a_table_that_all_stages_ask_counts_for_all(code: Path) -> None:
    before = fingerprints(Settings())
    (code / "vietnamese" / "administrative" / "people.toml").open("a").write("\n# changed\n")
    after = fingerprints(Settings())
    assert after.reading != before.reading
    assert after.structure != before.structure


def test_settings_count_for_their_stage_and_those_behind_it(code: Path) -> None:
    before = fingerprints(Settings())
    after = fingerprints(Settings.model_validate({"reading": {"page_timeout_seconds": 99}}))
    assert after.reading != before.reading
    assert after.structure != before.structure
    assert fingerprints(Settings.model_validate({"run": {"jobs": 7}})) == before


def test_a_model_counts_for_the_stages_that_load_it(
    code: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {"units.tsv": "structure", "channel-vie.npz": "restoration"}
    for name, stage in names.items():
        before = fingerprints(Settings())
        monkeypatch.setattr("pipeline.run.fingerprints.model_file", _replaced(name, tmp_path))
        after = fingerprints(Settings())
        monkeypatch.undo()
        monkeypatch.setattr(pipeline, "__file__", str(code / "__init__.py"))
        assert after.reading == before.reading
        assert getattr(after, stage) != getattr(before, stage)


def _replaced(name: str, folder: Path) -> object:
    from pipeline.resources import model_file

    (folder / name).write_text("another model")
    return lambda wanted: folder / name if wanted == name else model_file(wanted)
