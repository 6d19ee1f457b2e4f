"""Commands of who asks: release, query."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pipelines.cli.options import FOLDER, NEW
from pipelines.cli.terminal import declared_by, errors_told, progress_shown
from pipelines.settings import Settings


@click.command()
@click.argument("folder", type=NEW)
@click.option(
    "--tier", type=click.Choice(["network", "state"]), default="network", show_default=True, help="Who it is for."
)
@click.pass_obj
def release(settings: Settings, folder: Path, tier: Any) -> None:
    """Cut a release of the lake into FOLDER: plain Parquet and one DuckDB file that anybody can query."""
    with errors_told():
        from pipelines import lake  # noqa: PLC0415
        from pipelines.release import release as cut  # noqa: PLC0415
        from pipelines.steps import utc_now  # noqa: PLC0415

        with progress_shown() as progress, lake.opened(settings) as opened:
            progress("release")
            made = cut(folder, opened, declared_by(settings), utc_now(), tier)
        for table, rows in made.tables.items():
            click.echo(f"{table:24} {rows:>12,} rows")
        click.echo(f"release {made.release_id} in {made.folder}")


@click.command()
@click.argument("sql")
@click.option("--release", "released", type=FOLDER, help="A release folder, instead of the lake.")
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json", "parquet"]), default="table", show_default=True
)
@click.option("--out", type=NEW, help="Write to this file.")
@click.option(
    "--as-of",
    "moment",
    metavar="MOMENT",
    help="As a reader could see it then: 2021-03-01T00:00Z. Without a zone it is UTC; a day alone means its end.",
)
@click.option("--limit", type=int, default=50, show_default=True, help="Rows shown as a table; other formats give all.")
@click.pass_obj
def query(
    settings: Settings,
    sql: str,
    released: Path | None,
    form: Any,
    out: Path | None,
    moment: str | None,
    limit: int,
) -> None:
    """Run SQL on the lake, or on a release: `salamat query "select count(*) from case_counts"`.

    With --as-of it is answered from what was published by that moment. What was meant is told on standard error.
    """
    with errors_told():
        from pipelines.moment import moment as read  # noqa: PLC0415
        from pipelines.query import query as ask  # noqa: PLC0415
        from pipelines.steps import utc_now  # noqa: PLC0415

        as_of = read(moment, utc_now()) if moment else None
        ask(sql, settings, release=released, as_of=as_of, format=form, out=out, limit=limit)
