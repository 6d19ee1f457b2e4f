"""Commands of who declares: explain, reference."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pipelines.cli.options import NEW
from pipelines.cli.terminal import declared_by, errors_told
from pipelines.settings import Settings


@click.command("lint")
@click.pass_obj
def lint(settings: Settings) -> None:
    """Read every declaration: what is malformed, contradicts another, or is an open question, with file and line."""
    with errors_told():
        declared = declared_by(settings)
        told = f"{len(declared.sources)} sources of {len(declared.tables)} tables contradict nothing"
        click.echo(f"{told}, and no question is open")


@click.command()
@click.argument("source")
@click.pass_obj
def explain(settings: Settings, source: str) -> None:
    """Print the SQL that SOURCE's declaration becomes."""
    with errors_told():
        from pipelines.declarations.recognise import recognise  # noqa: PLC0415
        from pipelines.harmonise import explain as compiled  # noqa: PLC0415

        declared = declared_by(settings)
        click.echo(compiled(recognise(Path(source), source, declared.sources), declared))


@click.command()
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 if a page is not fresh.")
@click.option("--out", type=NEW, default=Path("docs/reference"), show_default=True, help="Where the pages lie.")
@click.pass_obj
def reference(settings: Settings, only_check: bool, out: Path) -> None:  # noqa: FBT001
    """Write the reference pages from the declarations: tables, fields, codes, rules, sources, verbs."""
    with errors_told():
        from pipelines.declarations.reference import stale_pages, write_pages  # noqa: PLC0415

        declared = declared_by(settings)
        stale = stale_pages(declared, out)
        if not only_check:
            write_pages(declared, out)
        for page in stale:
            click.echo(f"{page}: {'is not fresh; run `salamat reference`' if only_check else 'written'}")
        sys.exit(1 if only_check and stale else 0)
