"""A pytest plugin: what the tests open and start has to come with the packages that set-up installs for them.

A machine on which much else was installed once hides a font, a program or a language pack that a fresh one lacks. The
run fails when the tests used a file of a Debian package that neither `scripts/setup.sh list test` nor a package of
theirs, nor the bare system, brings. Seen are fonts, data files, programs, shared libraries and Tesseract's languages
of pytest's own process; what a Python started by a test uses, `make rehearsal` sees.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from PIL import ImageFont

REPOSITORY = Path(__file__).resolve().parent.parent
_SYSTEM = ("/usr/", "/opt/", "/bin/", "/sbin/", "/lib/", "/snap/")
# README asks for a clone, make and Python; the rest of a bare system is told by priority.
_BARE = ("apt", "git", "make", "python3", "python3-venv")
# Tests of these are skipped, saying so, where they are not installed.
_WHERE_INSTALLED = {"soffice", "libreoffice"}


@dataclass(frozen=True)
class Package:
    """An installed package: what it needs, each need as its alternatives in order, and the names it stands for."""

    needs: tuple[tuple[str, ...], ...] = ()
    provides: tuple[str, ...] = ()
    bare: bool = False


def closure(names: Iterable[str], installed: Mapping[str, Package]) -> set[str]:
    """`names` that are installed and all that comes with them: of alternatives the first, as apt chooses."""
    providers = {virtual: name for name, package in installed.items() for virtual in package.provides}
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        name = name if name in installed else providers.get(name, name)
        if name in found or name not in installed:
            continue
        found.add(name)
        for alternatives in installed[name].needs:
            chosen = [other for other in alternatives if other in installed or other in providers]
            waiting.extend(chosen[:1])
    return found


def unlisted(paths: Iterable[str], listed: Iterable[str]) -> dict[str, str]:
    """Of `paths` those whose package does not come with `listed` or the bare system, with its name ('' for none)."""
    installed = _installed()
    bare = [name for name, package in installed.items() if package.bare]
    brought = closure([*listed, *bare, *_BARE], installed)
    owners = _owners(sorted(paths))
    return {path: " ".join(sorted(names)) for path, names in owners.items() if not names & brought}


def listed_for_tests() -> list[str]:
    """The packages that set-up installs for `make test`."""
    done = subprocess.run(
        ["sh", "scripts/setup.sh", "list", "test"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


_TOLD = "files of the system"  # under which a worker tells them


class SystemPackages:
    """The plugin; `used` are the files of the system that were opened or started so far."""

    def __init__(self, listed: Sequence[str] | None = None) -> None:
        self.listed = listed
        self.used: set[str] = set()
        self.strangers: dict[str, str] = {}
        sys.addaudithook(self._hear)
        _hear_fonts(self.used)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Takes over what a worker of pytest-xdist opened."""
        del error  # a worker that died fails the run by itself
        self.used.update(getattr(node, "workeroutput", {}).get(_TOLD, ()))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fails a run that was green but for a package that a fresh machine lacks."""
        if not shutil.which("dpkg-query"):
            return
        # What was only looked for, and is not there, no machine lacks.
        there = {path for path in (*self.used, *_loaded_libraries()) if Path(path).is_file()}
        told = getattr(session.config, "workeroutput", None)
        if told is not None:  # this is a worker: the process that started it judges
            told[_TOLD] = sorted(there)
            return
        self.strangers = unlisted(there, listed_for_tests() if self.listed is None else self.listed)
        if self.strangers and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Says which package is missing in scripts/setup.sh."""
        if not self.strangers:
            return
        terminalreporter.section("what a fresh machine lacks", red=True)
        for path, package in sorted(self.strangers.items()):
            terminalreporter.line(f"{path} is of {package or 'no package'}, which scripts/setup.sh does not install")

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            if isinstance(arguments[0], str) and _is_of_the_system(arguments[0]):
                self.used.add(arguments[0])
        elif event == "subprocess.Popen":
            executable, command, _, environment = arguments
            search = (os.environ if environment is None else environment).get("PATH")
            self.used |= _started(os.fsdecode(executable), search, tuple(map(os.fsdecode, command)))


def _hear_fonts(used: set[str]) -> None:
    """FreeType opens a font itself, out of the audit's hearing."""
    load = ImageFont.FreeTypeFont.__init__

    def load_and_tell(face: ImageFont.FreeTypeFont, font: Any = None, *others: Any, **options: Any) -> None:
        if isinstance(font, (str, os.PathLike)) and _is_of_the_system(os.fspath(font)):
            used.add(os.fspath(font))
        load(face, font, *others, **options)

    ImageFont.FreeTypeFont.__init__ = load_and_tell  # type: ignore[method-assign]


@lru_cache(maxsize=1024)
def _started(executable: str, search: str | None, command: tuple[str, ...]) -> frozenset[str]:
    """The program's file and, for Tesseract, those of the languages it is asked for."""
    program = shutil.which(executable, path=search)
    name = Path(executable).name
    if program is None or name in _WHERE_INSTALLED or not _is_of_the_system(program):
        return frozenset()
    packs: list[str] = []
    if name == "tesseract" and "-l" in command and "--tessdata-dir" not in command:
        wanted = command[command.index("-l") + 1].split("+")
        packs = [
            str(file)
            for language in wanted
            for file in Path("/usr/share").glob(f"tesseract-ocr/**/{language}.traineddata")
        ]
    return frozenset({program, *packs})


def _is_of_the_system(path: str) -> bool:
    """Whether a fresh machine may lack it: not Python's own, the environment's, the checkout's, a temporary file."""
    return path.startswith(_SYSTEM) and not path.startswith(_own()) and "/__pycache__/" not in path


@lru_cache(maxsize=1)
def _own() -> tuple[str, ...]:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    pythons = [f"{root}/{place}" for root in {sys.base_prefix, sys.base_exec_prefix} for place in
               (f"lib/{version}", f"bin/{version}", "bin/python", "include/python")]  # fmt: skip
    return (sys.prefix + "/", str(REPOSITORY) + "/", tempfile.gettempdir() + "/", *pythons)


def _loaded_libraries() -> set[str]:
    maps = Path("/proc/self/maps")
    if not maps.exists():
        return set()
    files = {line.split(maxsplit=5)[-1].rstrip() for line in maps.read_text().splitlines() if "/" in line}
    return {file for file in files if _is_of_the_system(file) and ".so" in Path(file).name}


def _installed() -> dict[str, Package]:
    shown = "${db:Status-Abbrev}\t${Package}\t${Essential}\t${Priority}\t${Provides}\t${Pre-Depends}, ${Depends}\n"
    done = subprocess.run(["dpkg-query", "-W", "-f", shown], capture_output=True, text=True, check=True)
    packages = {}
    for row in done.stdout.splitlines():
        status, name, essential, priority, provides, needs = row.split("\t")
        if status.startswith("ii"):
            bare = essential == "yes" or priority == "required"
            packages[name] = Package(_relations(needs), tuple(first for first, *_ in _relations(provides)), bare)
    return packages


def _relations(field: str) -> tuple[tuple[str, ...], ...]:
    """'a (>= 1) | b:any, c' is ((a, b), (c,))."""
    relations = [tuple(re.findall(r"(?:^|\|)\s*([a-z0-9][a-z0-9+.-]*)", part.strip())) for part in field.split(",")]
    return tuple(names for names in relations if names)


def _owners(paths: Sequence[str]) -> dict[str, set[str]]:
    """The packages of each path. Where /bin is a link to /usr/bin a package may name a file by either."""
    spellings = {path: _spellings(path) for path in paths}
    asked = sorted({spelling for several in spellings.values() for spelling in several})
    if not asked:
        return {}
    done = subprocess.run(["dpkg-query", "-S", *asked], capture_output=True, text=True, check=False)
    packages: dict[str, set[str]] = {}
    for row in done.stdout.splitlines():
        names, _, file = row.rpartition(": ")
        if not row.startswith("diversion by"):
            packages.setdefault(file, set()).update(name.split(":")[0].strip() for name in names.split(","))
    return {path: set().union(*(packages.get(name, set()) for name in several)) for path, several in spellings.items()}


def _spellings(path: str) -> set[str]:
    names = {path, os.path.realpath(path)}
    shorter = {name.removeprefix("/usr") for name in names}
    return names | shorter | {f"/usr{name}" for name in shorter}
