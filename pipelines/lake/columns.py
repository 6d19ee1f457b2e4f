"""The columns of the lake: what stands beside the fields of each table, and the registers."""

from __future__ import annotations

from pipelines.declarations import Declarations
from pipelines.declarations.model import Table

FILE = "filename"  # a column that every table of DuckLake has and does not list: where a row lies
LINEAGE_FIRST = ("reporting_country", "source")
LINEAGE_LAST = ("submission_id", "source_sheet", "source_row", "source_column", "dq_flags")

# Moments (`_at`) are UTC, without a zone: a zone would ask every reader for a library of time zones.
REGISTERS: dict[str, dict[str, str]] = {
    "submissions": {
        "submission_id": "VARCHAR",
        "source": "VARCHAR",
        "reporting_country": "VARCHAR",
        "table_name": "VARCHAR",
        "kind": "VARCHAR",
        "period_start": "DATE",
        "period_end": "DATE",
        "withdraws": "VARCHAR",
        "because": "VARCHAR",
        "file_name": "VARCHAR",
        "sha256": "VARCHAR",
        "size_bytes": "BIGINT",
        "received_at": "TIMESTAMP",
        "recorded_at": "TIMESTAMP",
        "declarations_digest": "VARCHAR",
        "rows_read": "BIGINT",
        "facts_read": "BIGINT",
        "facts_inserted": "BIGINT",
        "facts_updated": "BIGINT",
        "facts_unchanged": "BIGINT",
        "facts_overtaken": "BIGINT",
        "facts_rejected": "BIGINT",
        "facts_set_aside": "BIGINT",
        "rows_deleted": "BIGINT",
        "rows_restored": "BIGINT",
    },
    "rejected_facts": {
        "submission_id": "VARCHAR",
        "rule": "VARCHAR",
        "field": "VARCHAR",
        "source_sheet": "VARCHAR",
        "source_row": "BIGINT",
        "source_column": "VARCHAR",
    },
    "check_results": {
        "submission_id": "VARCHAR",
        "rule": "VARCHAR",
        "field": "VARCHAR",
        "consequence": "VARCHAR",
        "facts_failed": "BIGINT",
        "why_not_made": "VARCHAR",
        "facts_acknowledged": "BIGINT",
        "lake_snapshot": "BIGINT",
    },
    "column_mappings": {"submission_id": "VARCHAR", "field": "VARCHAR", "source_column": "VARCHAR"},
    "zero_reports": {
        "source": "VARCHAR",
        "reporting_country": "VARCHAR",
        "table_name": "VARCHAR",
        "period_start": "DATE",
        "period_end": "DATE",
        "submission_id": "VARCHAR",
        "received_at": "TIMESTAMP",
    },
}


def columns_of(declared: Declarations, table: Table) -> dict[str, str]:
    """Give every column of a shared table in its order with its DuckDB type."""
    fields = (*LINEAGE_FIRST, *table.fields, *LINEAGE_LAST)
    return {f: declared.fields[f].sql_type for f in fields}
