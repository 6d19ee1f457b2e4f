"""What the past costs: `python -m bench.as_of FILE FOLDER ROWS`, FILE a line list that bench.generate made.

The list is published, and copied in the lake under other numbers until its table has ROWS rows. A correction of 1 000
rows is published into it and into an empty one: other ages of people who were reported in one month, and of people who
were reported at any time. Then a query is asked of the newest of 200 snapshots and of the one in the middle. Each line
is the median of the times in its note.
"""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.columns import COLUMNS, DELIMITER
from bench.measure import Measurement, emit, step_arguments
from bench.path import DECLARATIONS, SOURCE
from pipelines import flow, lake
from pipelines.declarations import Declarations, load_declarations
from pipelines.lake import Lake
from pipelines.receive import receive
from pipelines.settings import Settings
from pipelines.steps import Steps, utc_now

SNAPSHOTS, CORRECTED, TIMES = 200, 1000, 5
AGE, REPORTED = ([column.field for column in COLUMNS].index(field) for field in ("age_years", "report_date"))
MONTH = ".11.2022"
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
    full = _settings(folder / "full")
    there = _filled(file, rows, declared, full)
    for whose, month in (("of one month", MONTH), ("of any time", "")):
        parts = [_correction(file, folder, n, month) for n in range(TIMES)]
        into: dict[str, list[float]] = {"an empty table": [], f"{there:,}": []}
        for n, part in enumerate(parts):  # in turns: a machine is slow for a while
            for table, settings in zip(into, (_settings(folder / f"empty{whose}{n}"), full), strict=True):
                into[table].append(_publishing(part, declared, settings))
        for table, seconds in into.items():
            _told(f"publish {CORRECTED} rows {whose} into {table}", seconds, CORRECTED)


def _filled(file: Path, rows: int, declared: Declarations, settings: Settings) -> int:
    published = flow.run(file, SOURCE, declared, settings, progress=lambda _: None).publication
    if published is None:
        raise SystemExit("nothing was published")
    copies = range(1, rows // published.inserted)
    with lake.opened(settings) as opened:
        opened.con.execute("CREATE TEMP TABLE published AS FROM lake.cases")
        for n in copies:
            with opened.transaction(f"copy {n}", utc_now):
                copied = f"SELECT * REPLACE (case_id || '-{n}' AS case_id) FROM published"
                opened.con.execute(f"INSERT INTO lake.cases {copied} ORDER BY report_date, region_notification")
    return published.inserted * (1 + len(copies))


def _correction(file: Path, folder: Path, number: int, month: str) -> Path:
    """The first rows of the list that were reported in a month, each person of one age."""
    part = folder / f"correction_{number}.csv"
    with file.open(encoding="utf-8", newline="") as lines, part.open("w", encoding="utf-8", newline="") as written:
        written.write(next(lines))
        rows = (line.split(DELIMITER) for line in lines)
        for cells in itertools.islice((row for row in rows if row[REPORTED].endswith(month)), CORRECTED):
            cells[AGE] = str(20 + number)
            written.write(DELIMITER.join(cells))
    return part


def _publishing(part: Path, declared: Declarations, settings: Settings) -> float:
    steps = Steps(declared, settings)
    made = receive(part, declared.sources[SOURCE], steps.store, steps.ledger, steps.clock())
    steps.validate(made.delivery_id)
    return _seconds(lambda: steps.publish(made.delivery_id))


def _past(opened: Lake) -> None:
    """Two million rows in 200 commits, each of which corrects some of those before; then the files are merged."""
    for n in range(SNAPSHOTS):
        with opened.transaction(f"delivery {n}", lambda n=n: START + timedelta(days=n)):  # type: ignore[misc]
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
