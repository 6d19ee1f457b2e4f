"""What the past costs: `python -m bench.as_of FILE FOLDER ROWS`, FILE a line list of ROWS rows made by bench.generate.

A correction of 1 000 rows is published into a table of ROWS rows and into an empty one; then a query is asked of the
newest of 200 snapshots and of the one in the middle. Each line is the median of the times in its note.
"""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.measure import Measurement, emit, step_arguments
from bench.path import DECLARATIONS, SOURCE
from pipelines import flow, lake
from pipelines.declarations import Declarations, load_declarations
from pipelines.lake import Lake
from pipelines.receive import receive
from pipelines.settings import Settings
from pipelines.steps import Steps

SNAPSHOTS, CORRECTED, TIMES = 200, 1000, 5
START = datetime(2021, 1, 1, tzinfo=UTC)
QUERY = "SELECT place, sum(value), count(*) FROM {} WHERE day >= DATE '2020-02-01' GROUP BY place"


def main() -> None:
    """Run in the step's own process."""
    file, folder, rows = step_arguments()
    declared = load_declarations(DECLARATIONS)
    _corrections(file, folder, rows, declared)
    with lake.opened(_settings(folder / "past")) as opened:
        _past(opened)


def _corrections(file: Path, folder: Path, rows: int, declared: Declarations) -> None:
    full, empty = _settings(folder / "full"), _settings(folder / "empty")
    flow.run(file, SOURCE, declared, full, progress=lambda _: None)
    for settings, into in ((empty, 0), (full, rows)):
        seconds = [_publishing(_correction(file, folder, n), declared, settings) for n in range(TIMES)]
        if not into:
            seconds = seconds[:1]  # from the second on it is not empty any more
        _told(f"publish {CORRECTED} rows into {into:,}", seconds, CORRECTED)


def _correction(file: Path, folder: Path, number: int) -> Path:
    """The first rows of the list, in another order each time, so that no two corrections are the same bytes."""
    with file.open(encoding="utf-8", newline="") as lines:
        head, *taken = itertools.islice(lines, CORRECTED + 1)
    part = folder / f"correction_{number}.csv"
    part.write_text("".join([head, *taken[number:], *taken[:number]]), encoding="utf-8", newline="")
    return part


def _publishing(part: Path, declared: Declarations, settings: Settings) -> float:
    steps = Steps(declared, settings)
    made = receive(part, declared.sources[SOURCE], steps.store, steps.ledger, steps.clock())
    steps.validate(made.delivery_id)
    return _seconds(lambda: steps.publish(made.delivery_id))


def _past(opened: Lake) -> None:
    """Two million rows in 200 commits, each of which corrects some of those before; then the files are merged."""
    for n in range(SNAPSHOTS):
        with opened.transaction(f"delivery {n}", START + timedelta(days=n)):
            if not n:
                opened.con.execute("CREATE TABLE lake.past (day DATE, place INTEGER, value BIGINT)")
            days = f"DATE '2020-01-01' + {n}, r, r"
            opened.con.execute(f"UPDATE lake.past SET value = value + 1 WHERE place % 1000 = {n}")
            opened.con.execute(f"INSERT INTO lake.past SELECT {days} FROM range(10000) t(r)")
    opened.tend()
    for what, day in (("newest", SNAPSHOTS - 1), ("one in the middle", SNAPSHOTS // 2)):
        seen = opened.published_by(START + timedelta(days=day, hours=1))
        if seen is None:
            raise SystemExit("nothing was published")
        asked = QUERY.format(opened.as_of("past", seen.snapshot))
        rows = int((opened.con.execute(f"SELECT count(*) FROM ({asked})").fetchone() or (0,))[0])
        seconds = [_seconds(lambda asked=asked: opened.con.execute(asked).fetchall()) for _ in range(TIMES)]  # type: ignore[misc]
        _told(f"query the {what} of {SNAPSHOTS} snapshots", seconds, rows)


def _told(what: str, seconds: list[float], rows: int) -> None:
    note = ", ".join(f"{s:.3f}" for s in seconds)
    emit(Measurement(what, statistics.median(seconds), 0.0, rows, note))


def _seconds(done: Callable[[], object]) -> float:
    started = time.perf_counter()
    done()
    return time.perf_counter() - started


def _settings(home: Path) -> Settings:
    return Settings.from_environment({"SALAMAT_HOME": str(home)})


if __name__ == "__main__":
    main()
