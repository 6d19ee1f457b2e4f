"""The truth behind one source's file: facts in our fields, as an Arrow table, drawn from the world of its state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.declarations.comparators import comparators
from pipelines.declarations.missing import REASON, says_why
from pipelines.declarations.model import FieldEntry
from pipelines.errors import SalamatError
from pipelines.simulate.as_known import as_known
from pipelines.simulate.asked import Asked
from pipelines.simulate.deletions import parted
from pipelines.simulate.draw import Columns, draw
from pipelines.simulate.events import that_happened
from pipelines.simulate.withheld import withheld

if TYPE_CHECKING:
    import pyarrow as pa

_NOT_REPORTED, _PERIOD_NOT_REPORTED = 0.01, 0.05
_SILENT = "is_silent"


def truth(asked: Asked) -> pa.Table:
    """Give all facts that the source's sender knows on the day `asked.as_of`, every field of them that it gives."""
    import pyarrow as pa  # noqa: PLC0415  heavy

    facts = pa.concat_tables(chunks(asked))
    for field in facts.column_names:
        if _needed(field, asked) and facts.num_rows and facts[field].null_count == facts.num_rows:
            where = f"pipelines/simulate/draw/{asked.source.table}.py"
            raise SalamatError(f"{asked.source.source}: the simulation draws no {field}; teach it to, in {where}")
    return facts


def chunks(asked: Asked) -> Iterator[pa.Table]:
    """Give the facts chunk by chunk, as the table's module gives them. A figure that is None was not reported."""
    yield from (facts for facts, gone in with_deletions(asked) if gone is None)


def with_deletions(asked: Asked) -> Iterator[tuple[pa.Table, str | None]]:
    """Give the facts as `chunks` does, and those of records that were taken back, with the reason."""
    for facts in _drawn(asked):
        yield from parted(that_happened(_reported(as_known(facts, asked), asked), asked.source), asked)


def _drawn(asked: Asked) -> Iterator[pa.Table]:
    """Draw the facts. Figures are drawn once for all days on which they are asked; persons anew, for they change."""
    table, kept = asked.declared.tables[asked.source.table], asked.worlds.figures
    if asked.source.source in kept:
        yield from kept[asked.source.source]
        return
    said = {*asked.said, *comparators(asked.source, table, asked.declared)}
    said |= {REASON} if says_why(asked.source, table) else set()
    given = {f: f in said for f, use in table.fields.items() if f in said or use.default is not None}
    several = (_typed({**c, **_level(c, asked), **asked.source.constants}, given, asked) for c in draw(asked))
    if table.fact == "row":
        yield from several
        return
    kept[asked.source.source] = [_thinned(facts, asked).sort_by([(table.time, "ascending")]) for facts in several]
    yield from kept[asked.source.source]


def _level(columns: Columns, asked: Asked) -> Mapping[str, Any]:
    """Say of each place what it is, where the table wants it said."""
    fields = asked.declared.tables[asked.source.table].fields
    wanted = {f: use.level_of for f, use in fields.items() if use.level_of}
    places = asked.declared.places
    found = {}
    for field, of in wanted.items():
        named = columns.get(of, asked.source.constants.get(of))
        levels = {p: places[p].geo_level for p in np.unique(np.asarray(named, object).astype(str)) if p in places}
        found[field] = np.vectorize(levels.get, otypes=[object])(np.asarray(named, object))
    return found


def _typed(columns: Columns, given: Mapping[str, bool], asked: Asked) -> pa.Table:
    """Give the fields that are given, each with its own type: as it was drawn if the source says it, or by default."""
    import pyarrow as pa  # noqa: PLC0415  heavy

    defaults = {f: use.default for f, use in asked.declared.tables[asked.source.table].fields.items()}
    long = next(len(c) for c in columns.values() if _is_column(c))
    arrays = {}
    for field, is_said in given.items():
        said = columns.get(field) if is_said else None
        arrays[field] = _array(said, asked.declared.fields[field], long, defaults[field])
    return pa.table(arrays)


def _is_column(value: Any) -> bool:
    return hasattr(value, "__len__") and not isinstance(value, str) and getattr(value, "ndim", 1) == 1


def _array(said: Any, entry: FieldEntry, long: int, default: Any) -> pa.Array:
    import pyarrow as pa  # noqa: PLC0415  heavy
    import pyarrow.compute as pc  # noqa: PLC0415

    kind = {"integer": pa.int64(), "decimal": pa.float64(), "date": pa.date32()}.get(entry.type, pa.string())
    if not _is_column(said):
        text = str(said) if said is not None and kind == pa.string() else said
        return pa.repeat(pa.scalar(default if text is None else text, kind), long)
    array = said if isinstance(said, pa.Array | pa.ChunkedArray) else pa.array(said, from_pandas=True)
    array = array.cast(kind)
    return array if default is None else pc.fill_null(array, pa.scalar(default, kind))


def _thinned(facts: pa.Table, asked: Asked) -> pa.Table:
    """Choose a few figures that are not reported; where the sender has a short row for it, also some whole periods."""
    import pyarrow as pa  # noqa: PLC0415  heavy

    rng = asked.chance("not reported")
    silent = rng.random(facts.num_rows) < _NOT_REPORTED
    if asked.source.decode.short_row:
        time = facts[asked.declared.tables[asked.source.table].time].to_numpy()
        periods, which = np.unique(time, return_inverse=True)
        silent |= (rng.random(len(periods)) < _PERIOD_NOT_REPORTED)[which]
    return withheld(facts.append_column(_SILENT, pa.array(silent)), silent, asked)


def _reported(facts: pa.Table, asked: Asked) -> pa.Table:
    """Leave out the figures that are not reported; until here they stand in the sums of which they are part."""
    import pyarrow as pa  # noqa: PLC0415  heavy
    import pyarrow.compute as pc  # noqa: PLC0415

    fact = asked.declared.tables[asked.source.table].fact
    if fact == "row":
        return facts
    silent = pc.or_(facts[_SILENT], facts[REASON].is_valid()) if REASON in facts.column_names else facts[_SILENT]
    said = pc.if_else(silent, pa.scalar(None, facts.schema.field(fact).type), facts[fact])
    return facts.set_column(facts.column_names.index(fact), fact, said).drop_columns([_SILENT])


def _needed(field: str, asked: Asked) -> bool:
    table = asked.declared.tables[asked.source.table]
    return field in asked.source.map and (table.fields[field].required or field in table.key)
