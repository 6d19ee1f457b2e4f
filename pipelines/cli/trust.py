"""Commands of who must trust a release: verify, diff."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.cli.options import FOLDER, NEW
from pipelines.cli.terminal import console, errors_told, progress_shown
from pipelines.settings import Settings

if TYPE_CHECKING:
    from pipelines.diff import Differences
    from pipelines.verify import Verification


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--cited", metavar="ID", help="The release's id or sha256:... as it was cited: it must be this one.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.pass_obj
def verify(settings: Settings, folder: Path, cited: str | None, *, as_json: bool) -> None:
    """Verify the release in FOLDER, or the newest of a folder of releases: every byte, and what the bytes say.

    Ends with 0 where it is whole and 1 where it is not; each problem names its file or table.
    """
    with errors_told():
        from pipelines.verify import verify as look  # noqa: PLC0415

        with progress_shown() as progress:
            found = look(folder, settings, cited=cited, progress=progress)
        if as_json:
            click.echo(json.dumps(_facts(found), indent=1, ensure_ascii=False))
        else:
            _tell(found)
        sys.exit(0 if found.is_whole else 1)


def _facts(found: Verification) -> dict[str, object]:
    return {
        "folder": str(found.folder),
        "release_id": found.release_id,
        "digest": found.digest,
        "is_whole": found.is_whole,
        "only_bytes": found.only_bytes,
        "files": found.files,
        "rows": dict(found.rows),
        "problems": [{"where": p.where, "what": p.what} for p in found.problems],
    }


def _tell(found: Verification) -> None:
    click.echo(f"release {found.release_id or 'unknown'} in {found.folder}\nits content is sha256:{found.digest}")
    if found.is_whole:
        counted = f"{sum(found.rows.values()):,} rows of {len(found.rows)} tables"
        click.echo(f"{found.files} files are what was released, and no other is there")
        click.echo(f"{counted}: columns, keys and submissions are in order; salamat.duckdb has the same rows and views")
        click.echo("it is whole")
        return
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, show_header=False)
    for problem in found.problems:
        table.add_row(Text(problem.where, style="bold", overflow="fold"), Text(problem.what, overflow="fold"))
    console().print(table)
    if found.only_bytes:
        click.echo("what the files say was not looked at, because they are not those that were released")
    click.echo(f"not to be trusted: {len(found.problems)} problem{'s' if len(found.problems) > 1 else ''}")


@click.command()
@click.argument("a", type=FOLDER)
@click.argument("b", type=FOLDER)
@click.option("--table", help="Give the rows of this table that differ; needs --to.")
@click.option("--to", type=NEW, help="Write those rows to this .csv or .parquet, with both values of each.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.pass_obj
def diff(settings: Settings, a: Path, b: Path, table: str | None, to: Path | None, *, as_json: bool) -> None:
    """Compare the releases A and B table by table: rows that one alone has, and values that differ, by the key.

    Each may be a release or a folder of releases, of which the newest is taken.
    """
    if bool(table) != bool(to):
        raise click.UsageError("--table and --to go together: which table, and where its rows are written")
    with errors_told():
        from pipelines.diff import diff as compare  # noqa: PLC0415
        from pipelines.diff import write_rows  # noqa: PLC0415

        if table and to:
            click.echo(f"{write_rows(a, b, table, to, settings):,} rows in {to}")
            return
        with progress_shown() as progress:
            found = compare(a, b, settings, progress)
        if as_json:
            click.echo(json.dumps(asdict(found), indent=1, ensure_ascii=False))
        else:
            _tell_differences(found)


def _tell_differences(found: Differences) -> None:
    from rich.table import Table  # noqa: PLC0415

    for side, release, declarations in zip("AB", found.releases, found.declarations, strict=True):
        click.echo(f"{side}  {release}, declarations {declarations[:12]}")
    unlike = [table for table in found.tables if not table.is_alike]
    shown = Table(box=None, pad_edge=False)
    for column in ("table", "rows in A", "rows in B", "only in A", "only in B", "changed", "fields changed"):
        left = column in {"table", "fields changed"}
        shown.add_column(column, justify="left" if left else "right", no_wrap=column == "table")
    for table in unlike:
        numbers = (*table.rows, *table.only_in, table.changed)
        fields = ", ".join(f"{field} {n:,}" for field, n in table.fields.items())
        shown.add_row(table.table, *(f"{n:,}" for n in numbers), fields)
    if unlike:
        console().print(shown)
    for line in _schemas(found):
        click.echo(line)
    alike = len(found.tables) - len(unlike)
    click.echo("both hold the same" if found.are_alike else f"{alike} tables are alike in both")


def _schemas(found: Differences) -> Iterator[str]:
    """Say what differs in the tables themselves."""
    for side, tables in zip("AB", found.only_in, strict=True):
        yield from (f"the table {table} is only in {side}" for table in tables)
    for table in found.tables:
        yield from (f"{table.table}: the column {column}: {what}" for column, what in table.columns.items())
        if table.versions[0] != table.versions[1]:
            yield f"{table.table}: the version of its schema is {table.versions[0]} in A, {table.versions[1]} in B"
