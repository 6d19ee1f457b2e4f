"""Commands of who keeps a home safe: backup, restore, rebuild."""

from __future__ import annotations

from pathlib import Path

import click

from pipelines.cli.options import FOLDER, NEW
from pipelines.cli.terminal import declared_by, errors_told, progress_shown
from pipelines.settings import Settings


@click.command()
@click.argument("folder", type=NEW)
@click.pass_obj
def backup(settings: Settings, folder: Path) -> None:
    """Copy the home's bytes, ledger and lake into FOLDER, as they are at one moment; what is there is not copied again.

    Publications wait meanwhile, queries do not.
    """
    with errors_told():
        from pipelines.backup import backup as keep  # noqa: PLC0415

        with progress_shown() as progress:
            files = keep(settings, folder, progress)
        click.echo(f"{files:,} files in {folder}")


@click.command()
@click.argument("folder", type=FOLDER)
@click.pass_obj
def restore(settings: Settings, folder: Path) -> None:
    """Bring the backup in FOLDER into this home, which must have nothing of it; every digest is proved first."""
    with errors_told():
        from pipelines.backup import restore as bring_back  # noqa: PLC0415

        with progress_shown() as progress:
            files = bring_back(folder, settings, progress)
        click.echo(f"{files:,} files in {settings.home}")


@click.command()
@click.pass_obj
def rebuild(settings: Settings) -> None:
    """Build a lost lake anew from the deliveries that are kept: every publication again, at its own moment."""
    with errors_told():
        from pipelines import flow  # noqa: PLC0415
        from pipelines.steps import Steps  # noqa: PLC0415

        with progress_shown() as progress:
            done = flow.rebuild(Steps(declared_by(settings), settings, progress=progress))
        click.echo(f"{done:,} publications in {settings.catalogue}")
