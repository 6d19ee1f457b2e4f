"""The Airflow UI on this machine: the demo's home, the same DAGs on schedule. `up` starts it, `down` stops it.

Four processes in one session, all on loopback, over SQLite. Airflow's own `standalone` would do as much, but opens a
server of log files to every network.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from rich.console import Console

from demo.embedded import DAGS, Embedded, environment, output_to

PROCESSES: Mapping[str, tuple[str, ...]] = {
    "api-server": ("api-server",),
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "dag-processor": ("dag-processor",),
}
USER = "admin"
_PASSWORDS = "simple_auth_manager_passwords.json.generated"
_RUNNING = "up.json"
_READY_SECONDS = 180
_STOP_SECONDS = 30


@dataclass(frozen=True)
class Server:
    """A running Airflow: where it is and how to get in."""

    url: str
    password: str
    pid: int


def up(home: Path, port: int = 8080, told: Callable[[str], None] = print) -> Server:
    """Start the servers in the background and wait until all are well. Raises TimeoutError with the log's place."""
    folder = home / "airflow"
    told("making the database")
    os.environ.update(environment(home) | _shared(folder, port := _free(port)))
    with output_to(folder / "up.log"):
        embedded = Embedded()
    with (folder / "up.log").open("ab") as log:
        command = [sys.executable, "-m", "demo.server", "serve", "--home", str(home)]
        started = subprocess.Popen(  # noqa: S603  our own command
            command, cwd=DAGS.parent, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    url = f"http://127.0.0.1:{port}"
    (folder / _RUNNING).write_text(json.dumps({"pid": started.pid, "url": url}), encoding="utf-8")
    _wait_until_well(url, started, folder / "up.log", embedded, told)
    password = json.loads((folder / _PASSWORDS).read_text(encoding="utf-8"))[USER]
    return Server(url, password, started.pid)


def down(home: Path) -> bool:
    """Stop the servers that `up` started in this home; False where none runs."""
    if running := is_up(home):
        os.kill(_pid(home), signal.SIGTERM)
        until = time.monotonic() + _STOP_SECONDS + 10
        while is_up(home) and time.monotonic() < until:
            time.sleep(0.2)
    (home / "airflow" / _RUNNING).unlink(missing_ok=True)
    return running


def is_up(home: Path) -> bool:
    """Whether the servers of this home run."""
    return (home / "airflow" / _RUNNING).is_file() and _is_ours(_pid(home), home / "airflow")


def _pid(home: Path) -> int:
    return int(json.loads((home / "airflow" / _RUNNING).read_text(encoding="utf-8"))["pid"])


def serve(folder: Path) -> None:
    """Run the processes until this one is told to stop, or one of them dies: then all stop."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    with _running(folder) as running, suppress(KeyboardInterrupt):
        while all(process.poll() is None for process in running):
            time.sleep(0.5)


@contextmanager
def _running(folder: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    airflow = Path(sys.executable).with_name("airflow")
    running: list[subprocess.Popen[bytes]] = []
    try:
        for name, arguments in PROCESSES.items():
            if running:
                _wait_for_api(running[0])  # a task that starts before it is up dies, and is missed for five minutes
            with (folder / f"{name}.log").open("ab") as log:
                command = [str(airflow), *arguments]
                running.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log))  # noqa: S603
        yield running
    finally:
        for process in running:
            process.send_signal(signal.SIGINT)
        until = time.monotonic() + _STOP_SECONDS
        for process in running:
            try:
                process.wait(max(until - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                process.kill()


def _shared(folder: Path, port: int) -> dict[str, str]:
    """What the processes must share: where they find each other, and keys that are made once and kept beside them."""
    file = folder / "keys.json"
    if not file.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        keys = {name: secrets.token_hex(32) for name in ("AIRFLOW__API_AUTH__JWT_SECRET", "AIRFLOW__API__SECRET_KEY")}
        file.write_text(json.dumps(keys), encoding="utf-8")
    url = f"http://127.0.0.1:{port}"
    return {
        **json.loads(file.read_text(encoding="utf-8")),
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": url,
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
    }


def _free(port: int) -> int:
    """Give this port, or one that is free where another program has it."""
    for wanted in (port, 0):
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", wanted))
            return int(probe.getsockname()[1])
    raise OSError("no port of this machine is free")


def _wait_for_api(api: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _READY_SECONDS
    while time.monotonic() < until and api.poll() is None:
        with (
            suppress(URLError, ConnectionError, TimeoutError),
            urlopen(  # noqa: S310  our own server
                f"{os.environ['AIRFLOW__API__BASE_URL']}/api/v2/monitor/health", timeout=5
            ),
        ):
            return
        time.sleep(0.2)


def _wait_until_well(
    url: str, started: subprocess.Popen[bytes], log: Path, embedded: Embedded, told: Callable[[str], None]
) -> None:
    """Wait for every part, and for the DAGs: the dag-processor calls itself healthy before it has read any."""
    until = time.monotonic() + _READY_SECONDS
    told("starting the servers")
    while time.monotonic() < until and started.poll() is None:
        with suppress(URLError, ConnectionError, TimeoutError), urlopen(f"{url}/api/v2/monitor/health", timeout=5) as r:  # noqa: S310
            health = json.loads(r.read())
            if all((health[part] or {}).get("status") == "healthy" for part in ("scheduler", "dag_processor")):
                told("reading the DAGs")
                if embedded.known():
                    return
        time.sleep(0.5)
    raise TimeoutError(f"Airflow is not well after {_READY_SECONDS} s; see {log} and the logs beside it")


def _is_ours(pid: int, folder: Path) -> bool:
    """Whether this process is the one that was started for this folder, and not another that got its number."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return _alive_without_proc(pid)
    return b"demo.server" in command and str(folder.parent).encode() in command


def _alive_without_proc(pid: int) -> bool:
    if Path("/proc/self").exists():
        return False
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def main() -> None:
    """Do what `make up` and `make down` ask for."""
    asked = argparse.ArgumentParser(prog="python -m demo.server", description=__doc__)
    asked.add_argument("what", choices=["up", "down", "serve"])
    asked.add_argument("--home", type=Path, default=Path(".demo"), help="where lake, ledger and Airflow lie  [.demo]")
    asked.add_argument("--port", type=int, default=8080, help="the UI's port on 127.0.0.1  [8080]")
    given = asked.parse_args()
    home = given.home.resolve()
    if given.what == "serve":
        serve(home / "airflow")
    elif given.what == "down":
        print("stopped" if down(home) else f"no Airflow is up in {given.home}")
    else:
        _up(home, given.port)


def _up(home: Path, port: int) -> None:
    if is_up(home):
        sys.exit("Airflow is up already; stop it with `make down`")
    home.mkdir(parents=True, exist_ok=True)
    (home / "DEMO").touch()  # so that `make demo` may begin anew here
    console = Console(highlight=False, soft_wrap=True)
    with console.status("Airflow") as shown:
        server = up(home, port, shown.update)
    console.print(f"[bold]{server.url}[/]   user [bold]{USER}[/]   password [bold]{server.password}[/]")
    console.print(f"put files into {home / 'arrivals'}/<state>/<table>/; they are looked for every two minutes")
    console.print("`make down` stops it; what waits for a person stands under Browse, Required Actions")


if __name__ == "__main__":
    main()
