"""The page that lies in every release: what it is, how to open it, ten queries to start from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.derived import FIGURES, INSTANT_AFTER
from pipelines.release.queries import EXAMPLES

if TYPE_CHECKING:
    from pipelines.release.cut import Cut
    from pipelines.release.made import Made

_PAGE = """# salamat, release {release_id}

Harmonised epidemiological data of the salamat network, as recorded on {recorded_at} UTC: snapshot {snapshot} of its
lake.
This folder never changes; a newer state of the data is a newer release. {tier}

## Open it

`salamat.duckdb` is one file that needs nothing beside it: copy it anywhere. Any DuckDB from 1.1 to 2.0 opens it,
without extension and without network.

```sh
duckdb -readonly salamat.duckdb
```

```python
import duckdb
con = duckdb.connect("salamat.duckdb", read_only=True)
con.sql("SELECT * FROM country_totals('CASES') ORDER BY period_start DESC LIMIT 10").show()
```

```r
con <- DBI::dbConnect(duckdb::duckdb(), "salamat.duckdb", read_only = TRUE)
DBI::dbGetQuery(con, "SELECT * FROM submissions")
```

Where it is attached to another database, say `USE` first, so that the macros find their tables:
`ATTACH 'salamat.duckdb' AS salamat (READ_ONLY); USE salamat;`

The same rows lie in `parquet/`, sorted, one file per reporting country and year (`undated` where there is no date):
`SELECT * FROM 'parquet/case_counts/*/*.parquet'`. `datapackage.json` names every file with its SHA-256 digest, rows and
fields. `schema.sql` has the tables, comments, views and macros of the database, which it and the Parquet can make anew.

## See that it is whole

```sh
sha256sum -c --strict SHA256SUMS    # on a Mac: shasum -a 256 -c SHA256SUMS
salamat verify .                    # that no file is too many, and what is in the files besides
```

## Cite it

`CITATION.cff` has the reference: this release by its id, `{release_id}`, and the publishers whose data it holds.
The end of the id comes from the content, whose SHA-256 is `{digest}`: that of
the lines of `SHA256SUMS` which name Parquet and SQL. The same snapshot has the same Parquet, byte for byte, and the
same id whenever it is released.

## Before you add anything up

- **Totals and their parts stand in one table.** `geo_level` tells a country's total from its regions and from cities
  within them. A sum is taken over one level only: `WHERE geo_level = 'region'`, or `FROM region_values('CASES')`.
- **Running totals are not new cases.** `measure_type` tells them apart; the view `case_counts_incident` derives what
  was new.
- **Case bases differ.** Figures under different `case_basis` or `date_basis` are not of one series.
- **Absence is not zero.** A day that was not reported has no row, or no value; a reported zero is a zero.
- **All ages together** are `age_from_years = -1`, both sexes together `sex = '_T'`; bands and totals are not added.

## Tables

{tables}

Every column has a comment (`SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'case_counts'`), and
the table `dictionary` has all of them with types, units, standards and code lists.

## What was said when

Every row says in `recorded_at` since when it could be seen so. What stood before a correction or a withdrawal is in
`<table>_superseded`; the view `<table>_history` has both. For each table there is, such as for `case_counts`:

- `case_counts_as_of('2021-03-01')`: the table as a reader could see it at the end of that day in UTC; or at an instant,
  `'2021-03-01T12:00Z'`. Registers and what explains the tables are always those of this release.
- `case_counts_revisions`: what was changed, taken back or said again, with the value before and after.
- `case_counts_reporting_triangle('week', 26)`: what was known of each reference period at the end of each recorded
  period, and the lag between the two, in units of `day`, `week` or `month`.
- `case_counts_comparable`: each row with the segment of its series. Segments are parted by `definition_breaks`. A join
  with `comparable_segment` among its columns joins nothing across a break; in an aggregate,
  `is_across_break(region, comparable_segment)` flags a sum that goes across one, and
  `comparable_sum(value, region, comparable_segment)` is an error there.

## Views and macros

{definitions}

`SELECT * FROM trace('<submission_id>', <source_row>, '<source_column>')` gives the file's name and digest, the row and
the column of a figure; rows count as a spreadsheet does, with the header as row 1.

## Ten queries

They stand in `queries.sql` too.

{queries}
"""
_TIERS = {
    "network": "What only the state that sent it may see is not in it; the table `dictionary` names those fields.",
    "state": "It holds every field of what {country} sent, and nothing of others. It is for {country} only.",
}


def readme(made: Made) -> str:
    """Give the text of README.md. It is the same whenever the release is cut."""
    cut = made.cut
    return _PAGE.format(
        release_id=made.release_id,
        digest=made.digest,
        recorded_at=cut.recorded_at.strftime("%Y-%m-%d %H:%M"),
        snapshot=cut.snapshot,
        tier=_TIERS[cut.tier].format(country=cut.country),
        tables="\n".join(
            ["| table | rows | |", "| --- | ---: | --- |", *(_row(cut, table, n) for table, n in made.counts.items())]
        ),
        definitions="\n".join(f"- `{d.name}`: {d.comment}" for d in (INSTANT_AFTER, *FIGURES)),
        queries="\n\n".join(f"{n}. {e.question}\n\n```sql\n{e.sql}\n```" for n, e in enumerate(EXAMPLES, 1)),
    )


def _row(cut: Cut, table: str, rows: int) -> str:
    (comment,) = (c.comment for c in cut.contents if c.table == table)
    return f"| `{table}` | {rows} | {comment} |"
