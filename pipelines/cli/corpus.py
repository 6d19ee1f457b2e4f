"""Commands of who tries salamat out: simulate."""

from __future__ import annotations

from pathlib import Path

import click

from pipelines.cli.options import NEW
from pipelines.cli.terminal import console, declared_by, errors_told, progress_shown
from pipelines.settings import Settings


@click.command()
@click.argument("folder", type=NEW)
@click.option("--truth", type=NEW, help="Where the truth and the key are written.  [default: FOLDER-truth, beside it]")
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Another seed, another epidemic."
)
@click.option("--weeks", type=click.IntRange(min=1), default=12, show_default=True, help="How many weeks it lasts.")
@click.pass_obj
def simulate(settings: Settings, folder: Path, truth: Path | None, seed: int, weeks: int) -> None:
    """Write into FOLDER a file of every source, as its sender would, with some errors, and the truth beside it."""
    with errors_told():
        from pipelines.simulate import simulate as write  # noqa: PLC0415
        from pipelines.simulate.as_table import as_table  # noqa: PLC0415

        declared = declared_by(settings)
        with progress_shown() as progress:
            beside = truth or folder.with_name(f"{folder.name}-truth")
            simulated = write(folder, beside, declared, seed, weeks, progress)
        console().print(as_table(simulated, declared))
