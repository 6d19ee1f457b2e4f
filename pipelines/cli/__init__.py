"""The `salamat` command. Each subcommand is a few lines over `flow`; heavy libraries are imported inside them."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import click

from pipelines import __version__
from pipelines.cli.acknowledge import acknowledge
from pipelines.cli.corpus import simulate
from pipelines.cli.corrections import withdraw
from pipelines.cli.declare import explain, lint, reference
from pipelines.cli.keep import backup, rebuild, restore
from pipelines.cli.labels import labels
from pipelines.cli.new_source import new_source
from pipelines.cli.operate import decide, pull, status
from pipelines.cli.options import FOLDER, NEW
from pipelines.cli.research import query, release
from pipelines.cli.trust import diff, verify
from pipelines.cli.verdicts import check, reprocess, retell, run
from pipelines.settings import Settings

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="salamat")
@click.option("--home", type=NEW, help="Where lake, ledger and bytes lie.  [env SALAMAT_HOME; default ./salamat-home]")
@click.option("--declarations", multiple=True, type=FOLDER, help="A folder with schemas/ and expectations/ of its own.")
@click.pass_context
def main(context: click.Context, home: Path | None, declarations: tuple[Path, ...]) -> None:
    """Ministries' extracts become harmonised, validated, queryable tables.

    A ministry starts with `salamat check FILE`; an operator with `salamat run` and `salamat status`; a researcher with
    `salamat query`.
    """
    settings = Settings.from_environment({**os.environ, **({"SALAMAT_HOME": str(home)} if home else {})})
    context.obj = replace(settings, declarations=(*settings.declarations, *declarations))


for command in (
    labels,
    check,
    run,
    pull,
    reprocess,
    retell,
    status,
    decide,
    withdraw,
    backup,
    restore,
    rebuild,
    acknowledge,
    explain,
    new_source,
    lint,
    reference,
    release,
    verify,
    diff,
    query,
    simulate,
):
    main.add_command(command)
