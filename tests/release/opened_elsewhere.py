"""Run by another Python, which has only some version of duckdb: opens a release and prints all it finds as JSON."""

import json
import re
import sys

import duckdb

CALLS = (
    "SELECT * FROM case_counts_incident ORDER BY ALL",
    "SELECT * FROM country_totals('CASES') ORDER BY ALL",
    "SELECT * FROM region_values('CASES') ORDER BY ALL",
    "SELECT * FROM trace('s0', 3, 'Confirmed')",
    "SELECT * FROM trace_field('s2', 4, 'sex')",
    """SELECT k.case_id, t.sha256, t.source_row, t.source_column
    FROM cases AS k, trace_field(k.submission_id, k.source_row, 'sex') AS t ORDER BY ALL""",
    "SELECT * FROM case_counts_as_of('2026-11-22') ORDER BY ALL",
    "SELECT * FROM case_counts_as_of('2026-11-23') ORDER BY ALL",
    "SELECT * FROM case_counts_as_of('2026-11-23T17:00+05:00') ORDER BY ALL",
    "SELECT * FROM case_counts_revisions ORDER BY ALL",
    "SELECT * FROM case_counts_history ORDER BY ALL",
    "SELECT * FROM case_counts_reporting_triangle('week', 400) ORDER BY ALL",
    "SELECT * FROM cases_history ORDER BY ALL",
    "SELECT * FROM case_counts_comparable ORDER BY ALL",
    "SELECT region, is_across_break((region, indicator), comparable_segment) FROM case_counts_comparable GROUP BY 1",
)
COMMENTS = (
    "SELECT table_name, comment FROM duckdb_tables() ORDER BY 1",
    "SELECT view_name, comment FROM duckdb_views() WHERE NOT internal ORDER BY 1",
    "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal ORDER BY 1, column_index",
    "SELECT function_name, comment FROM duckdb_functions() WHERE NOT internal ORDER BY 1",
)


def main() -> None:
    """Give {"version": ..., "queries": [rows per query], "calls": [...], "comments": [...]}; cells are text."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    con = duckdb.connect(sys.argv[1], read_only=True, config=config)
    with open(sys.argv[2], encoding="utf-8") as file:  # noqa: PTH123  as plain as can be
        queries = [part for part in re.split(r";\n+", file.read()) if part.strip()]

    def rows(query: str) -> list[list[str]]:
        return [[str(cell) for cell in row] for row in con.execute(query).fetchall()]

    found = {"queries": queries, "calls": CALLS, "comments": COMMENTS}
    print(json.dumps({"version": duckdb.__version__, **{k: [rows(q) for q in v] for k, v in found.items()}}))  # noqa: T201


main()
