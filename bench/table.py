"""What a run of the benchmark says: the table and the three ratios."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import median

from rich.table import Table

from bench.measure import ADTL, BARE, PANDAS, TOGETHER, Measurement

UNKNOWN = "n/a"


def folded(measurements: Iterable[Measurement]) -> list[Measurement]:
    """Fold the repeats of one line into its median, and its highest peak; the order is that of the first of each."""
    by_name: dict[str, list[Measurement]] = {}
    for measurement in measurements:
        by_name.setdefault(measurement.name, []).append(measurement)
    return [_median([each for each in repeats if each.seconds] or repeats[:1]) for repeats in by_name.values()]


def table(measurements: Iterable[Measurement]) -> Table:
    """Lay the lines out."""
    shown = Table("step", box=None, pad_edge=False)
    for heading in ("rows", "seconds", "rows/s", "peak MiB"):
        shown.add_column(heading, justify="right")
    shown.add_column("")
    for each in measurements:
        shown.add_row(each.name, *_figures(each), each.note)
    return shown


def ratios(measurements: Sequence[Measurement], rows: int) -> str:
    """Say the last line: times of our whole path; what was not measured is not guessed."""
    speed = {each.name: each.rows_per_second for each in measurements}
    ours, bare, adtl = speed.get(TOGETHER, 0.0), speed.get(BARE, 0.0), speed.get(ADTL, 0.0)
    pandas = _scaled(measurements, PANDAS, rows)
    r1, r2, r3 = _ratio(bare, ours), _ratio(pandas, _scaled(measurements, TOGETHER, rows)), _ratio(ours, adtl)
    return f"path/bare = {r1}, pandas/path = {r2}, adtl/path = {r3}"


def _scaled(measurements: Iterable[Measurement], name: str, rows: int) -> float:
    """Give the seconds of a line for all rows; 0 where it was not measured."""
    return next((each.seconds * rows / each.rows for each in measurements if each.name == name and each.rows), 0.0)


def _ratio(over: float, under: float) -> str:
    return f"{over / under:.2f}" if over and under else UNKNOWN


def _median(repeats: Sequence[Measurement]) -> Measurement:
    if len(repeats) == 1:
        return repeats[0]
    times = ", ".join(f"{each.seconds:.2f}" for each in repeats)
    return replace(
        repeats[0],
        seconds=median(each.seconds for each in repeats),
        peak_mib=max(each.peak_mib for each in repeats),
        note=f"median of {times}",
    )


def _figures(each: Measurement) -> tuple[str, str, str, str]:
    if not each.seconds:
        return "", "", "", ""
    speed = f"{each.rows_per_second:,.0f}" if each.rows else ""
    return f"{each.rows:,}" if each.rows else "", f"{each.seconds:.2f}", speed, f"{each.peak_mib:,.0f}"
