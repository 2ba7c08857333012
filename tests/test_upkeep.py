"""Nothing dead stays: no name that nothing uses, no file in the docs that is not there. Pages speak of the product."""

from __future__ import annotations

import ast
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

# Words of the code that count as uses: entry points are named in pyproject.toml.
_USES = ("pipeline", "corpus", "scripts", "pyproject.toml")
_DOCS = ("docs/**/*.md", "*.md", "corpus/*.md", "models/*.md")


def _sources(repository: Path, *places: str) -> dict[Path, str]:
    listed = subprocess.run(
        ["git", "ls-files", "--", *places], cwd=repository, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    files = [Path(name) for name in listed if name.endswith((".py", ".toml"))]
    return {file: (repository / file).read_text("utf-8") for file in files if (repository / file).exists()}


def _defined(source: str) -> Iterator[str]:
    """Names of a module's own functions, classes and constants; what a decorator takes is used by it."""
    for node in ast.parse(source).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.decorator_list:
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


def unused(sources: dict[Path, str]) -> list[str]:
    """The names defined in `sources` that occur once only: private ones in their file, public ones anywhere."""
    words = {file: Counter(re.findall(r"\w+", source)) for file, source in sources.items()}
    everywhere = sum(words.values(), Counter())
    return [
        f"{file}: {name}"
        for file, source in sources.items()
        if file.suffix == ".py"
        for name in _defined(source)
        if not name.startswith("__") and (words[file] if name.startswith("_") else everywhere)[name] == 1
    ]


def test_every_name_of_a_module_is_used(repository: Path) -> None:
    assert unused(_sources(repository, *_USES)) == []


def test_a_name_that_nothing_uses_is_found() -> None:
    one = "_DEAD = 1\n_ALIVE = 2\n\ndef lonely():\n    return _ALIVE\n"
    two = "from one import other\n\ndef other():\n    return _DEAD\n"
    assert unused({Path("one.py"): one, Path("two.py"): two}) == ["one.py: _DEAD", "one.py: lonely"]


def test_docstrings_and_comments_name_what_is_there(repository: Path) -> None:
    text = "\n".join(_sources(repository, "pipeline").values())
    ticked = Counter(re.findall(r"(?<!`)`([A-Za-z_]\w{4,})`(?!`)", text))
    everywhere = Counter(re.findall(r"\w+", text))
    assert [name for name, often in ticked.items() if everywhere[name] == often] == []


@pytest.mark.parametrize("pattern", _DOCS)
def test_docs_name_modules_that_are_there(repository: Path, pattern: str) -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=repository, capture_output=True, text=True, check=True)
    files = [f"/{name}" for name in listed.stdout.splitlines()]
    modules = {file[1:].removesuffix(".py").removesuffix("/__init__").replace("/", ".") for file in files}
    for page in repository.glob(pattern):
        text = page.read_text("utf-8")
        named = set(re.findall(r"(?<![\w/.*-])[a-z_]+(?:/[a-z_]+)*\.(?:py|toml)\b", text))
        named -= set(re.findall(r"^# (\S+)$", text, re.M))  # files that the page itself shows whole
        gone = [name for name in named if not any(file.endswith(f"/{name}") for file in files)]
        dotted = set(re.findall(r"\bpipeline\.[a-z_]+(?:\.[A-Za-z_]+)*", text))  # a module, or something in it
        gone += [name for name in dotted if not {name, name.rpartition(".")[0]} & modules]
        assert sorted(gone) == [], f"{page.name} names what is not there"


@pytest.mark.parametrize("pattern", _DOCS)
def test_links_of_the_docs_lead_somewhere(repository: Path, pattern: str) -> None:
    for page in repository.glob(pattern):
        links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text("utf-8"))
        assert [link for link in links if not (page.parent / link).exists()] == [], page.name


# Of the work on it a reader needs nothing: who did what when stands in the history.
_WORK = re.compile(
    r"\b(?:(?:first|second|third|fourth|fifth|last|this|next) session|issue \d+|issue #|annotators?|acceptance test)\b",
    re.I,
)


@pytest.mark.parametrize(
    "place", ["docs", "README.md", "README.vi.md", "CHANGELOG.md", "models", "corpus", "pipeline", "tests"]
)
def test_pages_and_comments_speak_of_the_product(repository: Path, place: str) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--", place], cwd=repository, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    pages = [repository / name for name in listed if name.endswith((".md", ".py", ".toml"))]
    spoken = {page.name: found[0] for page in pages if (found := _WORK.search(page.read_text("utf-8")))}
    assert {name: words for name, words in spoken.items() if name != Path(__file__).name} == {}


@pytest.mark.parametrize(("name", "end"), [("README.md", "## More"), ("README.vi.md", "## Đọc thêm")])
def test_the_readme_is_two_screens_before_it_sends_on(repository: Path, name: str, end: str) -> None:
    before = (repository / name).read_text("utf-8").partition(end)[0]
    assert 40 < sum(1 + len(line) // 121 for line in before.splitlines()) <= 80
