"""A PostgreSQL of the tests' own, on a loopback port: it can be killed and started again. Only its own process is."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.ports import free_port

AS_SOMEBODY = ("unshare", "--user", "--map-user=1000", "--map-group=1000")  # PostgreSQL refuses to run as root
START_SECONDS = 60
_WHO = "salamat"
_AS_OURSELVES: tuple[str, ...] = AS_SOMEBODY if os.geteuid() == 0 else ()


def postgres_folder() -> Path | None:
    """Where the newest PostgreSQL's programs lie: beside each other, and on Debian in a folder of their version."""
    if initdb := shutil.which("initdb"):
        return Path(initdb).resolve().parent
    return next((f.parent for f in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)), None)


def missing() -> list[str]:
    """Give what this machine lacks to run one."""
    lacking = [] if postgres_folder() else ["postgresql"]
    return lacking + [program for program in _AS_OURSELVES[:1] if not shutil.which(program)]


@dataclass
class Postgres:
    """A server in one folder; whoever is on this machine may enter, by loopback only."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def make(self) -> None:
        """Make its data folder. Nothing is synced: what is killed here is the server, not the machine."""
        trusting = ["--username", _WHO, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        self._well("initdb", *trusting, "-D", str(self._data))

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        how = ["-D", str(self._data), "-k", "", "-h", "127.0.0.1", "-p", str(self.port), "-c", "fsync=off"]
        with (self.folder / "log").open("ab") as log:
            command = [*_AS_OURSELVES, self._program("postgres"), *how]
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        end = time.monotonic() + START_SECONDS
        while self._run("pg_isready", *self._at()).returncode:
            assert self.process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < end, f"PostgreSQL was not ready after {START_SECONDS} s"
            time.sleep(0.05)

    def kill(self) -> None:
        """Let it drop everything at once, as a machine does that is switched off."""
        if self.process:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(START_SECONDS)

    def made(self, *databases: str) -> None:
        """Make empty databases."""
        for database in databases:
            self._well("createdb", *self._at(), database)

    def settings(self, name: str) -> dict[str, str]:
        """Give the environment of salamat for a ledger and a catalogue of this name, each made here, empty."""
        self.made(f"{name}_ledger", f"{name}_lake")
        at = f"{_WHO}@127.0.0.1:{self.port}"
        return {
            "SALAMAT_LEDGER": f"postgresql+psycopg://{at}/{name}_ledger",
            "SALAMAT_CATALOGUE": f"postgres:host=127.0.0.1 port={self.port} dbname={name}_lake user={_WHO}",
        }

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _at(self) -> list[str]:
        return ["-h", "127.0.0.1", "-p", str(self.port), "-U", _WHO]

    def _well(self, program: str, *words: str) -> None:
        done = self._run(program, *words)
        assert done.returncode == 0, done.stdout + done.stderr

    def _run(self, program: str, *words: str) -> subprocess.CompletedProcess[str]:
        command = [*_AS_OURSELVES, self._program(program), *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=START_SECONDS, check=False)

    def _program(self, name: str) -> str:
        folder = postgres_folder()
        assert folder is not None
        return str(folder / name)
