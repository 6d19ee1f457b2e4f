"""Since when a row stands, and what stood before it: the SQL of versions, by the snapshots of publications.

Maintenance makes snapshots too. Of a file that it writes anew DuckLake says that its rows are there since then, and the
change feed that they changed then: neither is anything that anybody said.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from pipelines.engine import literal, name, names

if TYPE_CHECKING:
    import duckdb

AUTHOR = "salamat"

# Every publication with the moment from which on readers see it. The snapshot's own time is no clock of ours.
PUBLICATIONS = f"""SELECT snapshot_id, CAST(json_extract_string(commit_extra_info, '$.recorded_at') AS TIMESTAMP)
    AS recorded_at, commit_message
FROM ducklake_snapshots('lake') WHERE author = {literal(AUTHOR)}"""

_ANEW = "SELECT snapshot_id FROM ducklake_snapshots('lake') WHERE map_contains(changes, 'rewrite_delete')"
_SNAPSHOTS = f"WITH published AS MATERIALIZED ({PUBLICATIONS}),\nanew AS MATERIALIZED ({_ANEW})"
# Publications take a row out and put it in again; what is updated was so by hand, or by an older salamat.
_OPENS, _CLOSES = "('insert', 'update_postimage')", "('delete', 'update_preimage')"


def as_of(table: str, snapshot: int) -> str:
    """Give the SQL that stands for a table as it was in this snapshot."""
    return f"lake.{name(table)} AT (VERSION => {int(snapshot)})"


def standing(con: duckdb.DuckDBPyConnection, table: str, key: Collection[str], snapshot: int) -> str:
    """Give the SQL of a table's rows in this snapshot, each with `recorded_at`: since when it can be seen so.

    Where maintenance wrote rows anew, that is asked of the change feed.
    """
    rows = f"SELECT *, snapshot_id FROM {as_of(table, snapshot)}"
    anew = f"FROM ({rows}) SEMI JOIN anew USING (snapshot_id)"
    if not con.execute(f"{_SNAPSHOTS} SELECT 1 {anew} LIMIT 1").fetchone():
        said = f"({rows}) LEFT JOIN published USING (snapshot_id)"
        return f"{_SNAPSHOTS}\nSELECT * EXCLUDE (snapshot_id, commit_message) FROM {said}"
    whose = f"row({names(key)})"
    return f"""{_SNAPSHOTS},
opened AS ({_changed(_OPENS, table, key, snapshot)} AND whose IN (SELECT {whose} {anew})),
v AS (SELECT *, {whose} AS whose FROM ({rows}))
SELECT v.* EXCLUDE (snapshot_id, whose), coalesce(said.recorded_at, opened.recorded_at) AS recorded_at
FROM v LEFT JOIN published AS said USING (snapshot_id)
ASOF LEFT JOIN opened ON v.whose = opened.whose AND v.snapshot_id >= opened.snapshot_id"""


def superseded(table: str, key: Collection[str], snapshot: int) -> str:
    """Give the SQL of the versions of rows that stand no more in this snapshot.

    Each with `recorded_at`, `superseded_at` and `superseded_by`. The change feed has a row as it was before each
    change; when it had become so is the newest earlier change of its key. Row ids are of no use for that: DuckLake
    gives one twice where a transaction changes what it has itself inserted. A key part may be NULL: structs compare
    these as equal.
    """
    return f"""{_SNAPSHOTS},
closed AS MATERIALIZED ({_changed(_CLOSES, table, key, snapshot)}),
opened AS (
    SELECT whose, recorded_at AS since, snapshot_id
    FROM ({_changed(_OPENS, table, key, snapshot)}) WHERE whose IN (SELECT whose FROM closed))
SELECT closed.* EXCLUDE (snapshot_id, rowid, change_type, whose, recorded_at, commit_message),
    opened.since AS recorded_at, closed.recorded_at AS superseded_at, closed.commit_message AS superseded_by
FROM closed ASOF JOIN opened ON closed.whose = opened.whose AND closed.snapshot_id > opened.snapshot_id"""


def _changed(kinds: str, table: str, key: Collection[str], snapshot: int) -> str:
    """Give the SQL of the changes of these kinds that maintenance did not make, each with its publication."""
    feed = f"ducklake_table_changes('lake', 'main', {literal(table)}, 0, {int(snapshot)})"
    changes = f"SELECT *, row({names(key)}) AS whose FROM {feed} ANTI JOIN anew USING (snapshot_id)"
    return f"SELECT * FROM ({changes}) LEFT JOIN published USING (snapshot_id) WHERE change_type IN {kinds}"
