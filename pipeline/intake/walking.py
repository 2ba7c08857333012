"""Walks an archive folder in a stable order and names everything in it, also what cannot be read.

Names. A file name is bytes; JSON, logs and the index need text. `printable_name` keeps a name as it is, except
that bytes which are no UTF-8, control characters, line separators and text-direction marks are written as `%XX`
(one for each byte), a '%' that is followed by two hexadecimal digits as `%25`, and the '#' of a name that ends in '#2',
as the second document in a file is called, as `%23`. Different names therefore stay
different, and the escaping can be undone. Nothing else is normalised: a folder may hold an NFC and an NFD name.

Links. A link to a file inside the archive is a file of its own (the ledger then knows it as a duplicate). Links to
folders, and links that lead out of the archive, are not followed: they are named with a problem.

Ignored. What a `.sohoaignore` names (`ignoring.py`) is not met at all, and it itself is no document.

Results. What an earlier run made in an OUT folder inside the archive is left out, with one remark (`earlier.py`).
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.errors import ProblemCode, UsageError
from pipeline.intake.earlier import LEDGER, earlier_results, holds_results, is_result
from pipeline.intake.ignoring import IGNORE_FILE, NOTHING, Ignored, ignored_in
from pipeline.intake.series import series_in
from pipeline.values import PageProblem

# Folders and files that operating systems and programs leave behind; they hold no documents of the archive.
_SYSTEM_FOLDERS = frozenset(
    {
        "__macosx", "@eadir", "$recycle.bin", "system volume information", ".spotlight-v100", ".fseventsd",
        ".trashes", ".git", ".svn", ".hg", "#recycle", "lost+found",
    }
)  # fmt: skip
_SYSTEM_FILES = frozenset({".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini", ".localized", ".directory"})
_SYSTEM_PREFIXES = ("~$", "._", ".~lock.", ".trash-", ".nfs", ".fuse_hidden")

_KINDS_OF_NODE = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


@dataclass(frozen=True, slots=True)
class Packed:
    """A file in a ZIP: the ZIP, its place in the directory there, what tells its content."""

    archive: Path
    index: int
    crc: int


@dataclass(frozen=True, slots=True)
class SourceFile:
    """Something found in the archive.

    `relative` is its printable, unique name inside the archive with '/' between folders. `problem` is set when it
    is nothing that can be read: the rest of the work then only records it. `more` are the files with its further pages.
    `packed` says where it is to be unpacked from; `path` is where it then lies.
    """

    path: Path
    relative: str
    bytes: int = 0
    problem: PageProblem | None = None
    more: tuple[SourceFile, ...] = ()
    packed: Packed | None = None


def walk_archive(root: Path, skip: Path | None = None, *, join: bool = False) -> Iterator[SourceFile]:
    """Yield everything under `root`, folder by folder, in the byte order of the names; `root` may be a single file.

    `skip` (the output folder, when it lies inside the archive) is left out, and so is what another run made. Only the
    folders on the way down are kept in memory. `join` makes one of files that are the pages of one paper. Raises
    `UsageError` when `root` is not there.
    """
    root = Path(os.path.abspath(root))  # noqa: PTH100 - resolve() would follow links in the user's own path
    if not root.exists():
        raise UsageError(f"There is no folder or file {printable_name(str(root))}.", remedy="Check the path.")
    if not root.is_dir():
        yield _look_at(root, printable_name(root.name), root.parent.resolve())
        return
    skipped = skip.resolve() if skip is not None else None
    real_root = root.resolve()
    begun = _Walk(real_root, skipped, join=join)
    pending: list[Iterator[SourceFile | tuple[Path, str, _Walk]]] = [_entries(root, "", begun)]
    while pending:
        found = next(pending[-1], None)
        if found is None:
            pending.pop()
        elif isinstance(found, SourceFile):
            yield found
        else:
            pending.append(_entries(*found))


def printable_name(name: str) -> str:
    """`name` (as `os` gives it, undecodable bytes as surrogates) with unprintable bytes as %XX; injective.

    >>> printable_name("Kế hoạch 100%.pdf"), printable_name("a\\nb%41.txt")
    ('Kế hoạch 100%.pdf', 'a%0Ab%2541.txt')
    """
    escaped = re.sub(r"%(?=[0-9A-Fa-f]{2})", "%25", name)
    escaped = re.sub(r"#(?=[0-9]+$)", "%23", escaped)
    return "".join(c if _is_printable(c) else _percent(c) for c in escaped)


def actual_name(printable: str) -> str:
    """The name that `printable_name` made printable; '/' between folders may stand in it.

    >>> actual_name(printable_name("a\nb%41.txt")) == "a\nb%41.txt"
    True
    """
    pieces = re.split(r"((?:%[0-9A-Fa-f]{2})+)", printable)
    return "".join(
        bytes.fromhex(piece.replace("%", "")).decode("utf-8", "surrogateescape") if at % 2 else piece
        for at, piece in enumerate(pieces)
    )


def _is_printable(char: str) -> bool:
    # Cf holds the direction marks that make "gpj.exe" look like "exe.jpg" (and the joiner of emoji, which may stay);
    # Zl and Zp break lines.
    return char == "\u200d" or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _percent(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogateescape"))


@dataclass(frozen=True, slots=True)
class _Walk:
    """What a walk knows in a folder: the archive's real path, the output folder, what is ignored down to here."""

    real_root: Path
    skipped: Path | None
    ignored: Ignored = NOTHING
    join: bool = False


def _entries(folder: Path, prefix: str, walk: _Walk) -> Iterator[SourceFile | tuple[Path, str, _Walk]]:
    """What lies in `folder`: files as `SourceFile`, folders to go down into as (path, prefix, what is known there)."""
    try:
        with os.scandir(folder) as scan:
            names = sorted((entry.name for entry in scan), key=os.fsencode)
    except OSError as error:
        yield SourceFile(folder, prefix.rstrip("/"), problem=_cannot_read(error, "folder"))
        return
    has_results = holds_results(names)
    walk = replace(walk, ignored=ignored_in(folder, prefix, names, walk.ignored))
    series = (
        series_in(name for name in names if not walk.ignored.has(prefix + printable_name(name))) if walk.join else {}
    )
    joined = {page for pages in series.values() for page in pages}
    for name in names:
        path, relative = folder / name, prefix + printable_name(name)
        is_folder = _is_folder(path)
        if name == IGNORE_FILE or walk.ignored.has(f"{relative}/" if is_folder else relative):
            continue
        if has_results and is_result(name):
            if name == LEDGER:
                yield SourceFile(path, relative, problem=earlier_results())
            continue
        if is_folder:
            if walk.skipped is not None and path.resolve() == walk.skipped:
                continue
            if name.lower() in _SYSTEM_FOLDERS or name.lower().startswith(_SYSTEM_PREFIXES):
                yield SourceFile(path, relative, problem=_system("folder"))
                continue
            yield path, relative + "/", walk
        elif name in series:
            own = [_look_at(folder / page, prefix + printable_name(page), walk.real_root) for page in series[name]]
            yield from _joined(own)
        elif name not in joined:
            yield _look_at(path, relative, walk.real_root)


def _joined(pages: Sequence[SourceFile]) -> Iterator[SourceFile]:
    """The files of a series as one; each by itself where one cannot be read, or two may be copies of each other."""
    sizes = {page.bytes for page in pages}
    if any(page.problem for page in pages) or len(sizes) < len(pages):
        yield from pages
    else:
        yield replace(pages[0], more=tuple(pages[1:]))


def _look_at(path: Path, relative: str, real_root: Path) -> SourceFile:
    """The `SourceFile` of a name that is no folder."""
    try:
        if path.is_symlink():
            problem = _link_problem(path, real_root)
            if problem is not None:
                return SourceFile(path, relative, problem=problem)
        status = path.stat()
    except (OSError, RuntimeError) as error:  # RuntimeError: Python 3.11 and 3.12 on a loop of links
        return SourceFile(path, relative, problem=_cannot_read(error, "file"))
    if not stat.S_ISREG(status.st_mode):
        kind = _KINDS_OF_NODE.get(stat.S_IFMT(status.st_mode), "no ordinary file")
        message = f"This is {kind}, not a document; it was not opened."
        return SourceFile(path, relative, problem=PageProblem(ProblemCode.NOT_A_REGULAR_FILE, message))
    name = path.name.lower()
    if name in _SYSTEM_FILES or name.startswith(_SYSTEM_PREFIXES):
        return SourceFile(path, relative, status.st_size, _system("file"))
    return SourceFile(path, relative, status.st_size)


def _link_problem(path: Path, real_root: Path) -> PageProblem | None:
    code = ProblemCode.NOT_A_REGULAR_FILE
    try:
        target = path.resolve(strict=True)
    except FileNotFoundError:
        return PageProblem(code, "This is a link to something that is not there (any more).")
    except (OSError, RuntimeError):
        return PageProblem(code, "This is a link that leads back to itself.")
    if not target.is_relative_to(real_root):
        return PageProblem(
            code, "This link leads out of the archive and was not followed. Copy what it points to into the archive."
        )
    if target.is_dir():
        return PageProblem(code, "This is a link to a folder of the archive; its files are read where they lie.")
    return None


def _cannot_read(error: Exception, what: str) -> PageProblem:
    if isinstance(error, PermissionError):
        message = f"There is no permission to read this {what}. Give the account that runs sohoa the right to read it."
    else:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        message = f"This {what} could not be read: {reason}."
    return PageProblem(ProblemCode.UNREADABLE_FILE, message)


def _system(what: str) -> PageProblem:
    return PageProblem(
        ProblemCode.SYSTEM_FILE, f"This {what} was left by an operating system or a program and holds no document."
    )


def _is_folder(path: Path) -> bool:
    """True for a real folder, not for a link to one."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False
