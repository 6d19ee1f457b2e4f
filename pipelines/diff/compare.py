"""Tables of two releases held against each other, in a join for each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pipelines.diff.differences import Differences, TableDiff
from pipelines.diff.sides import Sides
from pipelines.engine import name
from pipelines.released.fingerprint import fingerprint


def compare(sides: Sides, progress: Callable[[str], None]) -> Differences:
    """Give what differs. Raises what DuckDB raises."""
    a, b = (columns.keys() for columns in sides.columns)
    tables = []
    for table in (t for t in a if t in b):
        progress(table)
        tables.append(_table(sides, table))
    first, second = sides.manifests
    return Differences(
        (first.release_id, second.release_id),
        (first.declarations_digest, second.declarations_digest),
        (tuple(sorted(a - b)), tuple(sorted(b - a))),
        tuple(tables),
    )


def _table(sides: Sides, table: str) -> TableDiff:
    common, key = sides.common(table), sides.key(table)
    (rows_a, hash_a), (rows_b, hash_b) = (fingerprint(sides.con, common, f"{s}.{name(table)}") for s in ("a", "b"))
    told: dict[str, Any] = {"only_in": (0, 0), "changed": 0, "fields": {}}
    if (rows_a, hash_a) != (rows_b, hash_b):
        told = _by_key(sides, table) if key else _by_row(sides, table)
    versions = tuple(m.schema_versions.get(table, "") for m in sides.manifests)
    return TableDiff(
        table,
        (rows_a, rows_b),
        columns=_unlike(sides, table),
        versions=(versions[0], versions[1]),
        has_key=bool(key),
        **told,
    )


def _by_key(sides: Sides, table: str) -> dict[str, Any]:
    fields = [c for c in sides.common(table) if c not in sides.key(table)]
    both = "a.is_in AND b.is_in"
    unlike = [f"a.{name(f)} IS DISTINCT FROM b.{name(f)}" for f in fields]
    counted = [f"count(*) FILTER ({both} AND {differs})" for differs in unlike]
    changed = f"count(*) FILTER ({both} AND ({' OR '.join(unlike) or 'false'}))"
    asked = ", ".join(("count(*) FILTER (b.is_in IS NULL)", "count(*) FILTER (a.is_in IS NULL)", changed, *counted))
    only_a, only_b, all_changed, *each = sides.con.execute(f"SELECT {asked} FROM {sides.joined(table)}").fetchall()[0]
    return {
        "only_in": (only_a, only_b),
        "changed": all_changed,
        "fields": {field: n for field, n in zip(fields, each, strict=True) if n},
    }


def _by_row(sides: Sides, table: str) -> dict[str, Any]:
    a, b = sides.whole(table)
    counts = (
        sides.con.execute(f"SELECT count(*) FROM ({one} EXCEPT ALL {other})").fetchall()[0][0]
        for one, other in ((a, b), (b, a))
    )
    return {"only_in": tuple(counts), "changed": 0, "fields": {}}


def _unlike(sides: Sides, table: str) -> dict[str, str]:
    """Say of each column that is not in both with one type how it differs."""
    a, b = (columns[table] for columns in sides.columns)
    told = {c: "only in A" for c in a if c not in b} | {c: "only in B" for c in b if c not in a}
    return told | {c: f"{a[c]} in A, {b[c]} in B" for c in a if c in b and a[c] != b[c]}
