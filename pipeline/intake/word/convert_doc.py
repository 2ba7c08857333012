"""Old Word files, RTF and OpenDocument through LibreOffice, where it is installed.

LibreOffice gets a copy of the file and a profile of its own in a temporary folder that goes afterwards: it cannot
meet a user's running instance, leaves nothing behind, runs no macros and updates no links. It is killed with all its
children when it takes too long.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import ProblemCode, UnusableInputError
from pipeline.intake.kinds import Kind, describe
from pipeline.settings import IntakeSettings

_PROGRAMS = ("soffice", "libreoffice", "/usr/lib/libreoffice/program/soffice",
             "/Applications/LibreOffice.app/Contents/MacOS/soffice")  # fmt: skip
_SUFFIXES = {Kind.DOC: ".doc", Kind.RTF: ".rtf", Kind.ODT: ".odt", Kind.WORD_XML: ".xml"}
_MOST_OUTPUT_BYTES = 500_000_000

# No macros, no links to other files, no referer-less downloads, and a proxy that leads nowhere.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse">\
<value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" \
oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" \
oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse">\
<value>2</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetProxyType" oor:op="fuse">\
<value>2</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyName" oor:op="fuse">\
<value>127.0.0.1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyPort" oor:op="fuse">\
<value>9</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPSProxyName" oor:op="fuse">\
<value>127.0.0.1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPSProxyPort" oor:op="fuse">\
<value>9</value></prop></item>
</oor:items>
"""


def find_converter() -> str | None:
    """The path of LibreOffice's program, None when it is not installed."""
    return next((found for name in _PROGRAMS if (found := shutil.which(name))), None)


@contextmanager
def converted(file: BinaryIO, kind: Kind, settings: IntakeSettings) -> Iterator[BinaryIO]:
    """The open `file` as a DOCX.

    Raises `UnusableInputError`: MISSING_CONVERTER, DAMAGED_FILE (LibreOffice can make nothing of it, or takes longer
    than `converter_timeout_seconds`).
    """
    program = find_converter()
    if program is None:
        raise UnusableInputError(
            ProblemCode.MISSING_CONVERTER,
            f"This is {describe(kind)}; to read it LibreOffice is needed, which is not installed.",
            remedy="Install LibreOffice (Debian/Ubuntu: apt-get install libreoffice-writer-nogui; macOS: brew install "
            "--cask libreoffice) and run again, or save the file as DOCX or PDF.",
        )
    with tempfile.TemporaryDirectory(prefix="sohoa-office-", ignore_cleanup_errors=True) as folder:
        source = Path(folder, "in", "document" + _SUFFIXES[kind])
        source.parent.mkdir()
        with source.open("wb") as copy:
            shutil.copyfileobj(file, copy)
        target = _convert(program, source, Path(folder), settings)
        with target.open("rb") as result:
            yield result


def _convert(program: str, source: Path, folder: Path, settings: IntakeSettings) -> Path:
    profile, out = folder / "profile", folder / "out"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
    command = [
        program,
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless", "--norestore", "--nolockcheck", "--nodefault", "--nofirststartwizard", "--nologo",
        "--convert-to", "docx:MS Word 2007 XML",
        "--outdir", str(out),
        str(source),
    ]  # fmt: skip
    environment = {**os.environ, "HOME": str(folder), "TMPDIR": str(folder), "SAL_USE_VCLPLUGIN": "svp"}
    _run(command, environment, folder, settings.converter_timeout_seconds)
    target = out / (source.stem + ".docx")
    if not target.is_file() or target.stat().st_size == 0:
        raise UnusableInputError(
            ProblemCode.DAMAGED_FILE,
            "LibreOffice could not open this file: it is damaged or protected by a password.",
            remedy="Open it in Word and save it as DOCX or PDF.",
        )
    return target


def _run(command: list[str], environment: dict[str, str], folder: Path, seconds: float) -> None:
    """Run `command`; at the time limit, and in any case at the end, it and all its children are gone."""
    process = subprocess.Popen(
        command,
        env=environment,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_limit_output(),  # noqa: PLW1509 - sets one limit, takes no lock
    )
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise UnusableInputError(
            ProblemCode.DAMAGED_FILE,
            f"LibreOffice took longer than {seconds:.0f} seconds for this file and was stopped.",
            remedy="Open it in Word and save it as DOCX or PDF, or raise converter_timeout_seconds.",
        ) from error
    finally:
        # soffice is a script that starts soffice.bin: the whole group has to go.
        _kill_group(process.pid)
        process.wait()


def _limit_output() -> Callable[[], None]:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (_MOST_OUTPUT_BYTES, _MOST_OUTPUT_BYTES))

    return limit


def _kill_group(group: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
