"""What a reader sees in one look at the lake, held against what the deliveries that it says are published add up to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from crash.deliveries import FIRST, TABLE, Plan, number_of
from tests.fold.model import Key, table

if TYPE_CHECKING:
    import duckdb

_REGISTERS = ("rejected_facts", "check_results", "column_mappings")


@dataclass(frozen=True)
class Seen:
    """The rows of the table and of the registers, as of one moment; deliveries go by their numbers.

    `submissions` has, in the order of receipt, the number, the id and how many facts it says were rejected.
    """

    rows: tuple[tuple[Key, int, str], ...]
    submissions: tuple[tuple[int, str, int], ...]
    registered: Mapping[str, Mapping[str, int]]


def look(con: duckdb.DuckDBPyConnection, snapshot: int | None = None) -> Seen:
    """Look at all tables, now or as of a snapshot. Before the first publication there are none, and nothing is seen."""
    import duckdb  # noqa: PLC0415  whoever forks has not used it

    at = "" if snapshot is None else f" AT (VERSION => {snapshot})"
    try:
        return Seen(_rows(con, at), _submissions(con, at), {r: _registered(con, r, at) for r in _REGISTERS})
    except duckdb.CatalogException:
        return Seen((), (), {register: {} for register in _REGISTERS})


def wrong(seen: Seen, plan: Plan) -> list[str]:
    """Say what is not whole: a row too few, too many or of another value, a register that does not fit."""
    return [*missing(seen, plan), *_too_many(seen, plan), *_in_the_registers(seen, plan)]


def missing(seen: Seen, plan: Plan) -> list[str]:
    """Say which rows should stand, by the deliveries that `submissions` names, and do not."""
    return [f"a row that should stand: {row}" for row in _expected(seen, plan) - _there(seen)]


def _too_many(seen: Seen, plan: Plan) -> list[str]:
    return [f"a row that should not stand: {row}" for row in _there(seen) - _expected(seen, plan)]


def _expected(seen: Seen, plan: Plan) -> Counter[tuple[Key, int, str]]:
    """The rows that the deliveries add up to, each with the number of the one that said it."""
    return _sum_of(tuple(number for number, _, _ in seen.submissions), plan)


@lru_cache(maxsize=1)  # who looks again mostly sees the same
def _sum_of(numbers: tuple[int, ...], plan: Plan) -> Counter[tuple[Key, int, str]]:
    stand = table([plan[number].told for number in numbers])
    return Counter((key, value, number) for key, (value, number) in stand.items())


def _there(seen: Seen) -> Counter[tuple[Key, int, str]]:
    numbers = {name: str(number) for number, name, _ in seen.submissions}
    return Counter((key, value, numbers.get(name, name)) for key, value, name in seen.rows)


def _rows(con: duckdb.DuckDBPyConnection, at: str) -> tuple[tuple[Key, int, str], ...]:
    key = f"period_start - DATE '{FIRST}', region || '/' || indicator"
    rows = con.execute(f"SELECT {key}, value, submission_id FROM lake.{TABLE}{at}").fetchall()
    return tuple(((int(day), series), int(value), name) for day, series, value, name in rows)


def _submissions(con: duckdb.DuckDBPyConnection, at: str) -> tuple[tuple[int, str, int], ...]:
    told = f"SELECT submission_id, file_name, because, facts_rejected FROM lake.submissions{at}"
    rows = con.execute(f"{told} ORDER BY received_at, recorded_at, submission_id").fetchall()
    return tuple((number_of(file, because), name, int(rejected)) for name, file, because, rejected in rows)


def _registered(con: duckdb.DuckDBPyConnection, register: str, at: str) -> dict[str, int]:
    """How many rows of a register there are of each delivery."""
    return dict(con.execute(f"SELECT submission_id, count(*) FROM lake.{register}{at} GROUP BY 1").fetchall())


def _in_the_registers(seen: Seen, plan: Plan) -> Iterator[str]:
    """Each delivery has its rejected facts, and as many checks and columns as any other; a withdrawal has none."""
    counts = seen.registered
    for number, name, rejected in seen.submissions:
        usual = {r: max(counts[r].values(), default=1) if plan[number].lines else 0 for r in _REGISTERS[1:]}
        for register, should in {"rejected_facts": rejected, **usual}.items():
            if (there := counts[register].get(name, 0)) != should:
                yield f"delivery {number} has {there} of {should} rows in {register}"
        if rejected != plan[number].rejected:
            yield f"delivery {number} says that {rejected} facts were rejected, not {plan[number].rejected}"
    ids = {name for _, name, _ in seen.submissions}
    strangers = ((register, name) for register in _REGISTERS for name in counts[register] if name not in ids)
    yield from (f"{register} tells of {name}, which is not published" for register, name in strangers)
