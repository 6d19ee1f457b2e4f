"""Whatever facts a source can say: written by its declaration, then read by it, they are the same values."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.artefacts import Delivery, Workspace
from pipelines.declarations import Declarations, load_declarations
from pipelines.declarations.comparators import comparators
from pipelines.declarations.source import Mapping, NameIs, Source
from pipelines.declarations.units import conversion
from pipelines.decode import decode
from pipelines.harmonise import harmonise
from pipelines.settings import Settings
from pipelines.simulate.lay_out import as_sheet, lay_out
from pipelines.simulate.pen import Pen
from pipelines.simulate.spoken import spoken
from pipelines.simulate.stream import Stream, can_be_streamed
from pipelines.simulate.window import Fact, Value
from pipelines.simulate.write import write
from pipelines.store import sha256_of

DECLARED = load_declarations()
EARLIEST, LATEST = date(1969, 1, 1), date(2068, 12, 31)  # a year of two digits is one of these


@pytest.mark.parametrize("examples", [1, pytest.param(10, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", sorted(DECLARED.sources))
def test_what_is_written_is_read(name: str, examples: int) -> None:
    source = DECLARED.sources[name]

    @settings(max_examples=examples)
    @given(facts=_several(source), seed=st.integers(0, 2**32))
    def same(facts: list[Fact], seed: int) -> None:
        with tempfile.TemporaryDirectory() as folder:
            read = _read_back(source, facts, seed, Path(folder))
        assert read == sorted((tuple(fact.values()) for fact in facts), key=str)

    same()


def _read_back(source: Source, facts: list[Fact], seed: int, folder: Path) -> list[tuple[Value, ...]]:
    file, limits = folder / "sent", Settings.from_environment({"SALAMAT_HOME": str(folder)})
    pages = lay_out(_table(facts), Pen(source, DECLARED, np.random.default_rng(seed)))
    write(as_sheet(pages), source.decode, file)
    if can_be_streamed(source.decode):
        with Stream(folder / "streamed", source.decode) as stream:
            for page in pages:
                stream.write(page)
        assert (folder / "streamed").read_bytes() == file.read_bytes()
    sent = Delivery("x", source.source, "sent", file, sha256_of(file), file.stat().st_size, datetime.now(UTC))
    work = Workspace(folder / "work")
    harmonised = harmonise(decode(sent, source, work, limits), source, DECLARED, work, limits)
    read = "SELECT * FROM read_parquet(?) WHERE set_aside IS NULL OR set_aside = 'stale'"  # chance skips fortnights
    found = duckdb.connect().execute(f"SELECT {', '.join(facts[0])} FROM ({read})", [str(harmonised.path)])
    return sorted(found.fetchall(), key=str)


def _table(facts: list[Fact]) -> pa.Table:
    kinds = {"integer": pa.int64(), "decimal": pa.float64(), "date": pa.date32()}
    schema = pa.schema([(f, kinds.get(DECLARED.fields[f].type, pa.string())) for f in facts[0]])
    return pa.Table.from_pylist(facts, schema)


def _several(source: Source) -> st.SearchStrategy[list[Fact]]:
    """Give facts of different keys, as many as a small file has."""
    table = DECLARED.tables[source.table]

    def key(fact: Fact) -> tuple[Value, ...]:
        return tuple(fact.get(field) for field in table.key)

    return st.lists(_fact(source, DECLARED), min_size=1, max_size=30, unique_by=key)


@st.composite
def _fact(draw: st.DrawFn, source: Source, declared: Declarations) -> Fact:
    table = declared.tables[source.table]
    said = {field: how for field, how in source.map.items() if field in table.fields}  # not that a record is deleted
    fact: Fact = {field: draw(_value(field, how, source)) for field, how in said.items()}
    for bound, field in comparators(source, table, declared).items():
        fact[bound] = draw(st.none() | st.sampled_from(["<", "<=", ">=", ">"])) if fact[field] is not None else None
    unpivot, time = source.unpivot, table.time
    if unpivot and isinstance(unpivot.columns, dict):
        meanings = [m for several in unpivot.columns.values() for m in several]
        meaning = draw(st.sampled_from(meanings))
        fact |= {f: table.fields[f].default for m in meanings for f in m.values()}
        fact[time] = draw(_day(source.map[time].read, meaning.from_ or EARLIEST, meaning.until or LATEST))
        fact |= meaning.values()
    if unpivot and unpivot.name_is:
        fact[unpivot.name_is.field] = draw(_value(unpivot.name_is.field, unpivot.name_is, source))
    if unpivot:
        fact[unpivot.into] = draw(_number(declared.fields[unpivot.into].type))
    if source.count:
        fact[source.count.into] = draw(st.integers(1, 4))
    return fact


def _value(field: str, how: Mapping | NameIs, source: Source) -> st.SearchStrategy[Value]:
    entry, use = DECLARED.fields[field], DECLARED.tables[source.table].fields[field]
    said: st.SearchStrategy[Value]
    if entry.type == "date":
        said = _day(how.read, EARLIEST, LATEST)
    elif entry.type in {"code", "place"}:
        said = st.sampled_from(sorted(spoken(source, DECLARED, field)))
    elif isinstance(how, Mapping) and how.unit:
        said = _in_unit(field, how.unit)
    elif entry.type in {"integer", "decimal"}:
        said = _number(entry.type)
    else:
        said = st.text("0123456789abcXYZ", min_size=1, max_size=12)
    needed = use.required or use.default is not None or field in DECLARED.tables[source.table].key
    return said if needed else st.none() | said


def _day(read: str | None, first: date, last: date) -> st.SearchStrategy[Value]:
    days = st.dates(max(first, EARLIEST), min(last, LATEST))
    return days.map(lambda day: day - timedelta(days=day.weekday())) if "ww" in (read or "") else days


def _in_unit(field: str, unit: str) -> st.SearchStrategy[Value]:
    """Give values that the sender's unit can say, in the digits to which they are rounded."""
    how = conversion(field, unit, DECLARED.fields[field], DECLARED)
    assert how is not None
    return st.integers(0, 10**4).map(lambda n: round(n / 10, min(1, how.digits)))


def _number(kind: str) -> st.SearchStrategy[Value]:
    return st.integers(0, 10**15) if kind == "integer" else st.integers(0, 10**10).map(lambda n: n / 100)
