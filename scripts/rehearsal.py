"""Both commands of the README on a machine that has nothing: what a stranger's first minutes are.

    make rehearsal                           this commit, on a clean root of this system's release; needs root
    make rehearsal REHEARSE="--suite trixie"         of another release of the distribution
    make rehearsal REHEARSE="--shared"               with ../shared beside the clone, read only
    make rehearsal REHEARSE="--only 'make test PYTEST_ARGS=tests/intake'"

A clean root is built with debootstrap (the smallest variant, with python3, python3-venv, make and git), the commit is
cloned into it, and the commands run there one after the other, whether or not an earlier one failed. Where packages
come from (apt's sources and options, pip's configuration and certificates) is taken from the running system; nothing
else of it is in the root. It all runs in namespaces of its own: whatever ends it, the mounts go and so does every
process. Output goes to bench-out/rehearsal/; exit 1 when a command failed, 2 when there is no clean root to try in.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
COMMANDS = ("make ingest", "make test")
_INCLUDED = "ca-certificates,git,make,python3,python3-venv"
_DAYS_A_BASE_IS_GOOD = 14
_IN_NAMESPACES = "SOHOA_REHEARSAL_ISOLATED"
# What a run on a busy machine is told there too; all else of the environment stays out.
_PASSED_ON = ("OMP_THREAD_LIMIT", "OMP_NUM_THREADS")


@dataclass(frozen=True)
class Source:
    """A place of apt: its address, release and component."""

    uri: str
    suite: str
    component: str


@dataclass(frozen=True)
class Outcome:
    """What became of a command: exit status, seconds, and the lines that tell why."""

    command: str
    status: int
    seconds: float
    reasons: tuple[str, ...]


def main() -> int:
    """Parses the command line, goes into namespaces of its own and rehearses."""
    options = _parser().parse_args()
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return _refuse("A rehearsal needs root on Debian or Ubuntu: it makes a clean root with debootstrap.")
    if _IN_NAMESPACES not in os.environ:
        isolated = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation", "private"]
        # The first process of a namespace has to collect orphans, as a system's init does: a shell that waits does.
        isolated += ["sh", "-c", '"$@"; exit $?', "rehearsal"]
        command = [*isolated, sys.executable, str(Path(__file__).resolve()), *sys.argv[1:]]
        return subprocess.run(command, env={**os.environ, _IN_NAMESPACES: "1"}, check=False).returncode
    try:
        with _scratch(options.root) as scratch:
            root = scratch / "root"
            _clean_root(root, options.suite, options.cache)
            place = _clone(root, options.commit)
            _mount(root, options)
            failed = [_rehearse(root, place, command).status for command in options.only or COMMANDS]
    except subprocess.CalledProcessError as error:
        return _refuse(f"There is no clean root to try in: {shlex.join(map(str, error.cmd))} failed.")
    return int(any(failed))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--commit", default="HEAD", help="what is cloned (default: HEAD)")
    parser.add_argument("--suite", default="", help="another release than this system's, e.g. trixie")
    parser.add_argument("--shared", action="store_true", help="lay ../shared beside the clone, read only")
    parser.add_argument("--only", action="append", metavar="COMMAND", help="this instead of the README's two commands")
    parser.add_argument("--root", type=Path, default=os.environ.get("REHEARSAL_ROOT"), help="a folder to work in")
    parser.add_argument(
        "--cache", type=Path, default=Path.home() / ".cache/sohoa-rehearsal", help="for base and wheels"
    )
    return parser


@contextmanager
def _scratch(wanted: Path | None) -> Iterator[Path]:
    """A folder outside of the repository; a temporary one is gone afterwards, with all that is in it."""
    if wanted is not None:
        wanted.mkdir(parents=True, exist_ok=True)
        yield wanted.resolve()
        return
    folder = Path(tempfile.mkdtemp(prefix="sohoa-rehearsal-"))
    try:
        yield folder
    finally:
        # What is mounted in it is not its own: without this, clearing up would clear a pip cache or worse.
        for point in _mounted_below(folder):
            subprocess.run(["umount", "--lazy", point], check=False)
        shutil.rmtree(folder, ignore_errors=True)


def _mounted_below(folder: Path) -> list[str]:
    points = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    return [point for point in reversed(points) if point.startswith(f"{folder}/")]


# ------------------------------------------------------------------ the root


def _clean_root(root: Path, suite: str, cache: Path) -> None:
    """Unpacks the base of the release, which is made when there is none or it is old."""
    if root.exists():
        shutil.rmtree(root)
    sources = apt_sources()
    own = sources[0].suite
    base = cache / f"{suite or own}.tar"
    if not base.exists() or time.time() - base.stat().st_mtime > _DAYS_A_BASE_IS_GOOD * 86400:
        _say(f"making the base of {suite or own} with debootstrap")
        _need("debootstrap")
        cache.mkdir(parents=True, exist_ok=True)
        options = ["--variant=minbase", f"--include={_INCLUDED}"]
        made = ["debootstrap", *options, suite or own, root, sources[0].uri]
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL)
        part = base.with_suffix(".part")
        subprocess.run(["tar", "--numeric-owner", "--one-file-system", "-C", root, "-cf", part, "."], check=True)
        part.rename(base)
    else:
        root.mkdir(parents=True)
        subprocess.run(["tar", "--numeric-owner", "-C", root, "-xf", base], check=True)
    _configure_apt(root, [Source(one.uri, one.suite.replace(own, suite or own), one.component) for one in sources])
    _configure_network(root)


def apt_sources() -> list[Source]:
    """The running system's own places of packages, the release itself first; what others added is left out."""
    shown = "$(ORIGIN)\t$(REPO_URI)\t$(CODENAME)\t$(COMPONENT)"
    asked = ["apt-get", "indextargets", "--format", shown, "Created-By: Packages"]
    rows = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.splitlines()
    if not any(row.startswith(("Debian\t", "Ubuntu\t")) for row in rows):
        subprocess.run(["apt-get", "update", "-qq"], check=True)  # whose a place is stands in the package lists
        rows = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.splitlines()
    own = [Source(*row.split("\t")[1:]) for row in rows if row.startswith(("Debian\t", "Ubuntu\t"))]
    return sorted(dict.fromkeys(own), key=lambda source: len(source.suite))


def _configure_apt(root: Path, sources: Iterable[Source]) -> None:
    (root / "etc/apt/sources.list").write_text(
        "".join(f"deb {one.uri} {one.suite} {one.component}\n" for one in sources)
    )
    dump = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=True).stdout
    wanted = re.findall(r"^Acquire::(?:https?|Check-|Retries).*;$", dump, re.MULTILINE | re.IGNORECASE)
    (root / "etc/apt/apt.conf.d/99rehearsal").write_text("\n".join(wanted) + "\n")


def _configure_network(root: Path) -> None:
    for file in (Path("/etc/resolv.conf"), Path("/etc/hosts"), *_local_paths()):
        if file.is_file():
            target = root / file.relative_to("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            shutil.copy(file, target)


def _clone(root: Path, commit: str) -> str:
    """Clones the commit; gives its folder as seen from inside."""
    place = "/home/sohoa"
    git = ["git", "-C", str(REPOSITORY)]
    asked = [*git, "rev-parse", "--verify", f"{commit}^{{commit}}"]
    name = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    if commit == "HEAD" and subprocess.run([*git, "diff", "--quiet", "HEAD"], check=False).returncode:
        _say("what is not committed is not rehearsed")
    target = root / place.lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", REPOSITORY, target], check=True)
    subprocess.run(["git", "-C", target, "checkout", "--quiet", "--detach", name], check=True)
    _say(f"cloned {name[:12]}")
    return place


def _mount(root: Path, options: argparse.Namespace) -> None:
    """The kernel's folders, a terminal, shared memory; a cache of wheels; what pip is told to look into, read only."""
    mounts = [
        ["-t", "proc", "proc", "/proc"],
        ["-t", "sysfs", "-o", "ro", "sysfs", "/sys"],
        ["--bind", "/dev", "/dev"],
        ["-t", "devpts", "-o", "ptmxmode=0666", "devpts", "/dev/pts"],
        ["-t", "tmpfs", "tmpfs", "/dev/shm"],  # noqa: S108  # not a temporary file: where it is mounted
    ]
    wheels = options.cache / "pip"
    wheels.mkdir(parents=True, exist_ok=True)
    mounts.append(["--bind", str(wheels), "/root/.cache/pip"])
    folders = {str(folder): str(folder) for folder in _local_paths() if folder.is_dir()}
    shared = REPOSITORY.parent / "shared"
    if options.shared:
        folders[str(shared.resolve(strict=True))] = "/home/shared"
    mounts += [["--bind", "-o", "ro", source, target] for source, target in folders.items()]
    for *how, target in mounts:
        point = root / target.lstrip("/")
        point.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", *how, point], check=True)


def _need(program: str) -> None:
    if not shutil.which(program):
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", program], check=True)


# ------------------------------------------------------------------ what the running system says of pip


def _pip_configuration() -> dict[str, str]:
    """pip's settings, from its files and the environment, as the variables that say the same."""
    asked = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False)
    settings = {}
    for row in asked.stdout.splitlines():
        name, found, value = row.partition("=")
        section, _, key = name.partition(".")
        if found and section in {"global", "install", ":env:"}:
            settings[f"PIP_{key.upper().replace('-', '_')}"] = " ".join(value.strip("'\"").split("\\n")).strip()
    return settings | {name: value for name, value in os.environ.items() if name.startswith("PIP_")}


def _environment() -> dict[str, str]:
    """All that the root learns of the running system's environment."""
    names = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", *_PASSED_ON)
    return _pip_configuration() | {name: os.environ[name] for name in names if name in os.environ}


def _local_paths() -> list[Path]:
    """Files and folders of this machine that are named there: certificates, constraints, places of wheels."""
    words = [word for value in _environment().values() for word in value.split()]
    named = {Path(word) for word in words if word.startswith("/")}
    # the files of an index lie beside its pages
    named |= {Path(word.removeprefix("file://")).parent for word in words if word.startswith("file:///")}
    return sorted(path for path in named if path.exists())


# ------------------------------------------------------------------ the commands


def _rehearse(root: Path, place: str, command: str) -> Outcome:
    """Runs one command in the clone; its output goes to the terminal and to a file."""
    environment = {"HOME": "/root", "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
    environment |= _environment()
    log = REPOSITORY / "bench-out/rehearsal" / (re.sub(r"\W+", "-", command).strip("-")[:60] + ".log")
    log.parent.mkdir(parents=True, exist_ok=True)
    _say(f"{command}  (output: {log.relative_to(REPOSITORY)})")
    start = time.monotonic()
    inside = ["chroot", str(root), "sh", "-c", f"cd {shlex.quote(place)} && {command}"]
    with log.open("wb") as out:
        done = subprocess.run(inside, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out, check=False)
    seconds = time.monotonic() - start
    told = reasons(log.read_text("utf-8", "replace").splitlines(), passed=done.returncode == 0)
    return _reported(Outcome(command, done.returncode, seconds, told))


def reasons(lines: list[str], *, passed: bool) -> tuple[str, ...]:
    """Of a command's output the lines that tell how it ended: pytest's failures and count, else the last ones."""
    failures = [line for line in lines if line.startswith(("FAILED ", "ERROR "))]
    counts = [line for line in lines if re.fullmatch(r"=* ?\d+ (?:passed|failed|error|skipped).*", line)]
    told = [*failures, *counts[-1:]]
    return tuple(told or ([] if passed else lines[-12:]))


def _reported(outcome: Outcome) -> Outcome:
    verdict = "passed" if outcome.status == 0 else f"FAILED with exit {outcome.status}"
    _say(f"{outcome.command}: {verdict} after {outcome.seconds / 60:.1f} minutes")
    for line in outcome.reasons:
        _say(f"    {line}")
    return outcome


def _refuse(sentence: str) -> int:
    _say(sentence)
    return 2


def _say(sentence: str) -> None:
    sys.stderr.write(f"rehearsal: {sentence}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
