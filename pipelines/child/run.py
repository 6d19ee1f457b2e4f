"""A child is started with a job, under limits. Whatever becomes of it is an answer."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pipelines
from pipelines.artefacts import Finding, overheard
from pipelines.child.answer import Answer, answer_from
from pipelines.child.limits import Limits
from pipelines.child.serve import NO_MEMORY, NO_ROOM, TOO_MUCH_WRITTEN

_PATIENCE = 5  # times the processor's seconds until a child that does nothing is ended
_WHY = {NO_MEMORY: "there was not enough memory", TOO_MUCH_WRITTEN: "it became too large"}


def run(module: str, job_file: Path, most: Limits, *, with_packages: bool = False) -> Answer:
    """Let the module do the job. Without packages it has the standard library alone, and starts sooner.

    Raises OSError where the disk is full: that is no fault of the file.
    """
    alone = [] if with_packages else ["-S"]
    try:
        child = subprocess.run(  # noqa: S603  our own module
            [sys.executable, *alone, "-P", "-m", module, str(job_file)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=_environment(),
            timeout=most.most_seconds * _PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Answer((_limit("it took too long", most),))
    if child.returncode == NO_ROOM:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(job_file.parent))
    if child.returncode:
        return Answer((_limit(_death(child), most),))
    return answer_from(child.stdout.decode("utf-8"))


def _environment() -> dict[str, str]:
    """Give the child what it needs to start, and no secret of ours."""
    needed = {name: os.environ[name] for name in ("SYSTEMROOT", "LD_LIBRARY_PATH", "LANG") if name in os.environ}
    return {**needed, "PYTHONPATH": str(Path(pipelines.__file__).parents[1]), "PYTHONUTF8": "1"}


def _death(child: subprocess.CompletedProcess[bytes]) -> str:
    last = child.stderr.decode("utf-8", errors="replace").strip().rpartition("\n")[2]
    return overheard(last) if last else _WHY.get(child.returncode, f"it was ended ({child.returncode})")


def _limit(why: str, most: Limits) -> Finding:
    memory, written = most.most_memory >> 20, most.most_bytes >> 20
    limits = f"at most {most.most_seconds} seconds of the processor, {memory} MiB of memory and {written} MiB written"
    return Finding("resource-limit", value=why, expected=limits)
