"""A row may say that the record of its key is to be deleted: it is no fact, and publishing takes out what it names."""

from __future__ import annotations

from pipelines.artefacts import RECORD_DELETED
from pipelines.declarations.model import Table
from pipelines.engine import literal, name, names


def deletion_steps(table: Table, before: str) -> list[tuple[str, str]]:
    """Write the steps that set aside the rows which delete a record; nothing else of such a row is looked at.

    A row whose key cannot be read deletes nothing and stays a fact, to be rejected for its key. Where the file says of
    one key both what holds and that it is to be deleted, nobody knows which is meant: both stay, as duplicates.
    """
    ((field, word),) = table.deleted_by.items()
    key, whole = names(table.key), " AND ".join(f"{name(k)} IS NOT NULL" for k in table.key)
    deletes = f"coalesce(set_aside IS NULL AND {name(field)} = {literal(word)} AND {whole}, false) AS deletes"
    said = f"SELECT {key} FROM deletions WHERE"
    torn = f"{said} deletes INTERSECT {said} NOT deletes AND set_aside IS NULL"
    aside = f"CASE WHEN deletes AND is_torn IS NULL THEN {literal(RECORD_DELETED)} ELSE set_aside END AS set_aside"
    return [
        ("deletions", f"  SELECT *, {deletes}\n  FROM {before}"),
        ("torn", f"  SELECT *, true AS is_torn FROM ({torn})"),
        (
            "deleted",
            f"  SELECT d.* EXCLUDE (deletes) REPLACE ({aside})\n  FROM deletions d LEFT JOIN torn USING ({key})",
        ),
    ]
