"""A PostgreSQL server of the tests' own: Debian's programs, a folder that is thrown away, a socket in it, no port."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_QUICK = "-c fsync=off -c full_page_writes=off"


def programs() -> Path:
    """The folder with initdb and pg_ctl, which Debian keeps out of the way; of several versions the newest."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))


@dataclass(frozen=True)
class Server:
    """A running server; `stop` and `start` are a server that goes away and comes back."""

    folder: Path

    def address(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def start(self) -> None:
        options = f"-k {self.folder} -c listen_addresses='' {_QUICK}"
        log = self.folder / "log"
        self._run("pg_ctl", "-D", self.folder / "data", "-l", log, "-w", "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "-w", "stop")

    def create(self, database: str) -> str:
        statement = f"CREATE DATABASE {database} TEMPLATE template0 ENCODING 'UTF8'"
        subprocess.run(["psql", self.address("postgres"), "-qc", statement], check=True, timeout=60)
        return self.address(database)

    def initialise(self) -> None:
        self._run("initdb", "-D", self.folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")

    def _run(self, program: str, *arguments: str | Path) -> None:
        # A server does not run as root.
        runner: Sequence[str] = ("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()
        command = [*runner, str(programs() / program), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=self.folder, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def running() -> Iterator[Server]:
    """A server that is there while the block lasts."""
    # Sockets have short names, and the server's own user has to reach its folder: pytest's is neither.
    folder = Path(tempfile.mkdtemp(prefix="sohoa-pg-", dir="/tmp"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        server = Server(folder)
        server.initialise()
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
