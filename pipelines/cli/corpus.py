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
@click.option("--states", default="all", show_default=True, help="Whose files, such as az,kz.")
@click.option("--rows", type=click.IntRange(min=1), help="About so many rows in all line lists together.")
@click.pass_obj
def simulate(
    settings: Settings, folder: Path, truth: Path | None, seed: int, weeks: int, states: str, rows: int | None
) -> None:
    """Write into FOLDER every file that the sources would send week by week, and the truth beside it.

    The files are clean. Faults of every kind, with their key, are injected by `make accuracy`; its --keep keeps them.
    """
    with errors_told():
        from pipelines.simulate.as_table import as_table  # noqa: PLC0415
        from pipelines.simulate.corpus import corpus, scale_for  # noqa: PLC0415
        from pipelines.simulate.keep import keep_corpus_key  # noqa: PLC0415
        from pipelines.simulate.window import Window  # noqa: PLC0415
        from pipelines.simulate.world import Worlds  # noqa: PLC0415

        declared, beside = declared_by(settings), truth or folder.with_name(f"{folder.name}-truth")
        whose = () if states == "all" else tuple(state.strip() for state in states.split(","))
        with progress_shown() as progress:
            scale = scale_for(rows, declared, whose, Window(weeks), seed) if rows else 1.0
            written = corpus(folder, beside, Worlds(declared, Window(weeks), seed, scale), whose, progress)
        keep_corpus_key(written, folder, beside, seed, weeks, scale)
        console().print(as_table(written, declared, beside))
