"""Commands of who must trust a release: verify."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.cli.options import FOLDER
from pipelines.cli.terminal import console, errors_told, progress_shown
from pipelines.settings import Settings

if TYPE_CHECKING:
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
