"""Takes deliveries through their steps in processes of their own, all at once, each tried again as Airflow would.

write.py JOB    JOB is a JSON file: `environment` of salamat, `arrivals` in the order of receipt, for each writer the
                ids that it takes

Each writer's errors that were tried again are printed, as a list of JSON for each.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from signal import SIGABRT

import pipelines.validate.gx_duckdb  # noqa: F401  Great Expectations: seconds, once
from pipelines.artefacts import Arrival
from pipelines.declarations import Declarations, load_declarations
from pipelines.errors import LakeError, StoreError
from pipelines.settings import Settings
from pipelines.steps import Steps

STEPS = ("decode", "harmonise", "validate", "publish")
AGAIN, TRIES, PAUSE_SECONDS = 75, 60, 0.2  # dags/wiring.py tries again by the minute


def tried_again(step: Callable[[], object], errors: list[str]) -> None:
    for _ in range(TRIES):
        error = in_a_process_of_its_own(step)
        if error is None:
            return
        errors.append(error)
        time.sleep(PAUSE_SECONDS)
    raise SystemExit(f"not done after {TRIES} tries: {errors[-1]}")


def in_a_process_of_its_own(step: Callable[[], object]) -> str | None:
    """Take a step as Airflow does; give the error after which Airflow tries again, or None."""
    reads, says = os.pipe()
    child = os.fork()
    if not child:
        os._exit(taken(step, says))
    os.close(says)
    with os.fdopen(reads, encoding="utf-8") as told:
        error = told.read()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code == -SIGABRT:  # DuckDB's C++ does so where it meets a lost connection while it lets go of one
        return "aborted"
    if code not in {0, AGAIN}:
        raise SystemExit(f"ended with {code}: {error}")
    return error if code else None


def taken(step: Callable[[], object], says: int) -> int:
    try:
        step()
    except BaseException as error:  # noqa: BLE001  told by its exit code and its words
        os.write(says, f"{type(error).__name__}: {error}".encode()[:4000])
        return AGAIN if isinstance(error, LakeError | StoreError) else 1
    return 0


def write(ids: list[str], declared: Declarations, settings: Settings) -> list[str]:
    errors: list[str] = []
    for delivery_id in ids:
        for name in STEPS:
            tried_again(lambda i=delivery_id, n=name: getattr(Steps(declared, settings), n)(i), errors)  # type: ignore[misc]
    return errors


def in_a_process(work: Callable[[], object], starts: int, told: Path) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        os.read(starts, 1)
        told.write_text(json.dumps(work()), encoding="utf-8")
        code = 0
    except BaseException as error:  # noqa: BLE001  told by its exit code and its words
        sys.stderr.write(f"{error!r}\n")
        sys.stderr.flush()
    os._exit(code)


def main(file: Path) -> int:
    job = json.loads(file.read_text(encoding="utf-8"))
    declared, settings = load_declarations(), Settings.from_environment(job["environment"])
    for delivery_id, source, path in job["arrivals"]:
        Steps(declared, settings).receive(Arrival(delivery_id, source, Path(path)))
    starts, says = os.pipe()
    told = [file.with_suffix(f".{n}") for n in range(len(job["writers"]))]
    writers = [
        in_a_process(lambda ids=ids: write(ids, declared, settings), starts, where)  # type: ignore[misc]
        for ids, where in zip(job["writers"], told, strict=True)
    ]
    os.write(says, b"x" * len(writers))
    if ended := [os.waitstatus_to_exitcode(os.waitpid(writer, 0)[1]) for writer in writers]:
        sys.stdout.write(json.dumps([json.loads(where.read_text()) if where.is_file() else None for where in told]))
    return max(map(abs, ended))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
