"""How a step is measured: in a process of its own, which prints one JSON line for each thing that it did.

A step is a module with a `main()`, run as `python -m bench.<step> FILE FOLDER ROWS`: the line list, an empty folder to
write to, and the number of rows in the file. Inside it, `with measured("path decode", rows):` prints the line; rows are
0 for what is no matter of rows, such as an import. Blocks may nest: an outer block's peak covers its inner ones, an
inner block's peak is its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROC_STATUS = Path("/proc/self/status")
PROC_CLEAR = Path("/proc/self/clear_refs")
RESET_PEAK = "5"

BARE = "bare"
TOGETHER = "path together"
PANDAS = "pandas together"
ADTL = "adtl"
"""The four lines that the ratios are made of; a step may print more lines, under any names."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """One line: what was done, how long it took, the most memory held meanwhile, over how many rows (0: not rows)."""

    name: str
    seconds: float
    peak_mib: float
    rows: int
    note: str = ""

    @property
    def rows_per_second(self) -> float:
        """Give the speed; 0 where nothing was counted in rows."""
        return self.rows / self.seconds if self.seconds else 0.0


@dataclass(slots=True)
class Span:
    """A block that is being measured."""

    peak_mib: float = 0.0
    note: str = ""


class StepError(Exception):
    """A step's process ended badly; the message is the last line that it wrote."""


_open_spans: list[Span] = []


@contextmanager
def measured(name: str, rows: int) -> Iterator[Span]:
    """Measure a block and print its line; a note for the line may be set on what is yielded."""
    span = Span()
    _note_peak()
    _reset_peak()
    _open_spans.append(span)
    started = time.perf_counter()
    yield span
    seconds = time.perf_counter() - started
    _note_peak()
    _open_spans.pop()
    emit(Measurement(name, seconds, span.peak_mib, rows, span.note))


def emit(measurement: Measurement) -> None:
    """Print a measurement for the parent to read."""
    print(json.dumps(asdict(measurement)), flush=True)


def run_step(module: str, arguments: Sequence[object], python: str = sys.executable) -> list[Measurement]:
    """Run a step in a fresh process and give its lines, in the order of their ends."""
    command = [python, "-m", module, *map(str, arguments)]
    return [Measurement(**json.loads(line)) for line in run(command).splitlines() if line.startswith('{"name"')]


def run(command: Sequence[str], timeout_seconds: float | None = None) -> str:
    """Run a command quietly and give what it printed; a bad end is an error that bears its last words."""
    try:
        done = subprocess.run(  # noqa: S603  our own commands only
            command,
            cwd=ROOT,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            encoding="utf-8",
            errors="replace",
            timeout=timeout_seconds,
        )
    except subprocess.TimeoutExpired as error:
        raise StepError(f"not done within {timeout_seconds:.0f} s") from error
    if done.returncode:
        raise StepError(_last_line(done.stderr) or f"exit {done.returncode}")
    return done.stdout


def step_arguments() -> tuple[Path, Path, int]:
    """Read a step's own command line: the file, the folder, the number of rows."""
    return Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])


def _environment() -> dict[str, str]:
    """Let a step keep bytecode (without it imports take three times as long) and send nothing to anybody."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"GX_ANALYTICS_ENABLED": "false", "PYTHONUTF8": "1"}


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1].strip() if lines else ""


def _note_peak() -> None:
    """Raise the peaks of all open blocks to what the process has seen since the last reset."""
    peak = _peak_mib()
    for span in _open_spans:
        span.peak_mib = max(span.peak_mib, peak)


def _reset_peak() -> None:
    """Let the kernel forget the process's peak; where it cannot, a later block's peak is an upper bound."""
    if PROC_CLEAR.exists() and os.access(PROC_CLEAR, os.W_OK):
        PROC_CLEAR.write_text(RESET_PEAK)


def _peak_mib() -> float:
    """Read the most resident memory since the last reset. getrusage is second best: it inherits the parent's peak."""
    if PROC_STATUS.exists():
        line = next(line for line in PROC_STATUS.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    import resource  # noqa: PLC0415  not on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
