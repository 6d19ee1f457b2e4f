"""The services of docker-compose.yml as processes of this machine, in a network of their own.

Commands, environment, order and health checks are the compose file's. A namespace stands for its networks: the names of
the services lead to 127.0.0.1 there, every port is free, and nothing is reachable from outside, nor can it reach out.
Folders of a temporary place stand for the volumes, the checkout and its environment for the image.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.production.compose import ROOT, composed, copies
from tests.servers.postgres import AS_SOMEBODY, postgres_folder

NEEDED = ("unshare", "nsenter", "ip", "mount", "redis-server", "redis-cli")
HEALTHY_SECONDS, STOP_SECONDS = 240, 15
_ROOTLESS = os.geteuid() != 0


def missing() -> list[str]:
    """Give what this machine lacks to run the stack."""
    lacking = [program for program in NEEDED if not shutil.which(program, path=_path())]
    return lacking if postgres_folder() else [*lacking, "postgresql"]


@dataclass
class Native:
    """The stack in one folder. Start it, ask it, and stop it whatever happens."""

    folder: Path
    variables: Mapping[str, str]
    started: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read the compose file, and make a folder for each volume."""
        told = composed(self.variables)
        self.services: dict[str, dict[str, Any]] = told["services"]
        for volume in ("airflow", "own", "log", *told["volumes"]):
            (self.folder / volume).mkdir()

    def start(self) -> None:
        """Start every service when what it depends on is there, and wait until all are healthy."""
        self._make_network()
        self._make_databases()
        for name in self._in_order():
            for needed, condition in self.services[name].get("depends_on", {}).items():
                self._await(needed, condition["condition"])
            self.started[name] = self._process(name, self._command(name), self.environment(name))
        for name, service in self.services.items():
            if "healthcheck" in service:
                self._await(name, "service_healthy")

    def stop(self) -> None:
        """End every process that was started, the last one first, with all of its session."""
        for process in reversed(self.started.values()):
            process.send_signal(signal.SIGTERM)
        for process in reversed(self.started.values()):
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
            for pid in _session(process.pid):
                os.kill(pid, signal.SIGKILL)
            process.wait()

    def run(self, service: str, *command: str, typed: str = "", limit: float = 120) -> subprocess.CompletedProcess[str]:
        """Run a command as `docker compose exec` would; it may fail."""
        words = [self._placed(service, word) for word in command]
        return subprocess.run(
            [*self._inside(), *words],
            env=self.environment(service),
            input=typed,
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
        )

    def environment(self, service: str) -> dict[str, str]:
        """Give a service's environment as the compose file has it; only its paths are this machine's."""
        said = self.services[service].get("environment", {})
        own = {"PATH": _path(), "HOME": str(self.folder / "own"), "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1"}
        return own | {key: self._placed(service, str(value)) for key, value in said.items()}

    def place(self, service: str, path: str) -> Path:
        """Give where a path of the container lies here."""
        return Path(self._placed(service, path))

    def listening(self) -> set[int]:
        """Give the TCP ports on which anything in the stack's network listens."""
        lines = [
            line.split()
            for version in ("tcp", "tcp6")
            for line in Path(f"/proc/{self.started['network'].pid}/net/{version}").read_text().splitlines()[1:]
        ]
        return {int(line[1].rpartition(":")[2], 16) for line in lines if line[3] == "0A"}

    def command_lines(self) -> dict[str, str]:
        """Give the command line of every process of the stack."""
        pids = [pid for process in self.started.values() for pid in _session(process.pid)]
        return {f"process {pid}": Path(f"/proc/{pid}/cmdline").read_text() for pid in pids}

    def logs(self) -> str:
        """Give the end of what each service wrote."""
        told = [
            f"--- {log.stem}\n" + "\n".join(log.read_text(errors="replace").splitlines()[-40:])
            for log in sorted((self.folder / "log").iterdir())
        ]
        return "\n".join(told)

    def _make_network(self) -> None:
        hosts = self.folder / "hosts"
        hosts.write_text(f"127.0.0.1 localhost {' '.join(self.services)}\n")
        alone = ["unshare", *(["--user", "--map-root-user"] if _ROOTLESS else []), "--net", "--mount"]
        made = self.folder / "made"
        script = 'ip link set lo up && mount --bind "$1" /etc/hosts && touch "$2" && exec sleep infinity'
        keeper = self._spawn("network", [*alone, "sh", "-c", script, "sh", str(hosts), str(made)], {"PATH": _path()})
        self.started["network"] = keeper
        _until(made.exists, lambda: keeper.poll() is None, "the network", self.logs)

    def _make_databases(self) -> None:
        """Do what the image of PostgreSQL does when its data folder is new."""
        data, said = self.folder / "postgres", self.environment("postgres")
        secret = self.folder / "own" / "superuser"
        secret.write_text(said["POSTGRES_PASSWORD"])
        auth = ["--username=postgres", "--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={secret}"]
        self._well([*AS_SOMEBODY, "initdb", *auth, "--encoding=UTF8", "--locale=C.UTF-8", "-D", str(data)], said)
        server = ["postgres", "-D", str(data), "-k", str(self.folder), "-c", "fsync=off"]
        self.started["postgres"] = self._process("postgres", [*AS_SOMEBODY, *server], said)
        self._await("postgres", "service_listening")
        for script in sorted(self.place("postgres", "/docker-entrypoint-initdb.d").glob("*.sh")):
            self._well(["sh", str(script)], said | {"PGHOST": str(self.folder)})

    def _in_order(self) -> list[str]:
        """Every service after those that it depends on; PostgreSQL runs already."""
        order: list[str] = []
        waiting = [name for name in self.services if name not in self.started]
        while waiting:
            ready = [n for n in waiting if not set(self.services[n].get("depends_on", {})) & set(waiting)]
            order.extend(ready)
            waiting = [name for name in waiting if name not in ready]
        return order

    def _await(self, name: str, condition: str) -> None:
        process = self.started[name]
        if condition == "service_completed_successfully":
            _until(lambda: process.poll() == 0, lambda: process.poll() in {None, 0}, name, self.logs)
            return
        kind, *test = self.services[name]["healthcheck"]["test"]
        words = ["sh", "-c", *test] if kind == "CMD-SHELL" else test
        if condition == "service_listening":
            words = [word for word in words if "=airflow" not in word]
        _until(lambda: self.run(name, *words).returncode == 0, lambda: process.poll() is None, name, self.logs)

    def _command(self, name: str) -> list[str]:
        return [self._placed(name, word) for word in self.services[name]["command"]]

    def _placed(self, service: str, text: str) -> str:
        """Put this machine's paths where the container's stand."""
        mounted = [volume.split(":")[:2] for volume in self.services[service].get("volumes", [])]
        places = {
            target: str(ROOT / source) if source.startswith(".") else str(self.folder / source)
            for source, target in mounted
        }
        places |= {place: str(source) for source, place in copies() if place}
        places["/opt/airflow"] = str(self.folder / "airflow")
        for place in sorted(places, key=len, reverse=True):
            text = text.replace(place, places[place])
        return text

    def _process(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        return self._spawn(name, [*self._inside(), *command], environment)

    def _spawn(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        with (self.folder / "log" / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                command,
                env=dict(environment),
                cwd=self.folder / "own",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _well(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        done = subprocess.run(
            [*self._inside(), *command], env=dict(environment), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"

    def _inside(self) -> list[str]:
        """What lets a command run in the stack's network; it becomes the command, so its pid is the command's."""
        user = ["--user", "--preserve-credentials"] if _ROOTLESS else []
        at = ["--target", str(self.started["network"].pid), "--net", "--mount", f"--wd={self.folder / 'own'}"]
        return ["nsenter", *user, *at]


def _until(true: Any, alive: Any, what: str, logs: Any) -> None:
    """Wait until something is true, as long as it can still become so."""
    end = time.monotonic() + HEALTHY_SECONDS
    while not true():
        assert alive(), f"{what} died\n{logs()}"
        assert time.monotonic() < end, f"{what} was not ready after {HEALTHY_SECONDS} s\n{logs()}"
        time.sleep(1)


def _session(leader: int) -> list[int]:
    """Give the processes of a session that still live."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(told[3]) == leader and told[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def _path() -> str:
    databases = [str(folder) for folder in [postgres_folder()] if folder]
    folders = [str(Path(sys.executable).parent), *databases, "/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin"]
    return os.pathsep.join(folders)
