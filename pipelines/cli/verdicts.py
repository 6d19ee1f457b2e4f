"""Commands that give a verdict on a file or a delivery: check, run, reprocess, report."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from pipelines.cli.corrections import envelope_for, with_envelope
from pipelines.cli.options import NEW, of_a_file, verdict_as
from pipelines.cli.terminal import declared_by, errors_told, progress_shown, tell, told_in
from pipelines.settings import Settings

_AGAINST = "Make the checks too that compare with this home's lake, and say what would change there; keep nothing."


@click.command()
@of_a_file
@with_envelope
@click.option("--against-lake", is_flag=True, help=_AGAINST)
@click.option("--changes", type=NEW, help="With --against-lake: write every change to this file (CSV).")
@click.pass_obj
def check(  # noqa: PLR0913  one for each option
    settings: Settings,
    *,
    file: Path,
    source: str | None,
    lang: str | None,
    as_json: bool,
    report: Path | None,
    replace: str | None,
    zero_report: str | None,
    meant: bool,
    because: str,
    against_lake: bool,
    changes: Path | None,
) -> None:
    """Check FILE offline: what would be published, what not, and why.

    Exit code 0: all is accepted. 1: something is rejected, held or refused. 2: the command was not understood.
    """
    with errors_told(), tempfile.TemporaryDirectory(prefix="salamat-", ignore_cleanup_errors=True) as folder:
        from pipelines import flow  # noqa: PLC0415

        declared = declared_by(settings)
        with progress_shown() as progress, told_in(declared, lang):
            envelope = envelope_for(file, replace, zero_report, because, meant=meant)
            outcome = flow.check(
                file,
                source,
                declared,
                settings,
                Path(folder),
                progress=progress,
                envelope=envelope,
                against_lake=against_lake or bool(changes),
                changes_to=changes,
            )
        tell(outcome, declared, as_json=as_json, report=report, lang=lang)


@click.command()
@of_a_file
@with_envelope
@click.pass_obj
def run(  # noqa: PLR0913  one for each option
    settings: Settings,
    *,
    file: Path,
    source: str | None,
    lang: str | None,
    as_json: bool,
    report: Path | None,
    replace: str | None,
    zero_report: str | None,
    meant: bool,
    because: str,
) -> None:
    """Take FILE through to the lake: receive, decode, harmonise, validate, publish.

    A datapackage.json beside FILE that names it says what the options say (docs/corrections.md).
    """
    with errors_told():
        from pipelines import flow  # noqa: PLC0415

        declared = declared_by(settings)
        with progress_shown() as progress, told_in(declared, lang):
            envelope = envelope_for(file, replace, zero_report, because, meant=meant)
            outcome = flow.run(file, source, declared, settings, progress=progress, envelope=envelope)
        tell(outcome, declared, as_json=as_json, report=report, lang=lang)


@click.command()
@click.argument("delivery_id")
@click.pass_obj
def reprocess(settings: Settings, delivery_id: str) -> None:
    """Run the delivery DELIVERY_ID once more, under today's declarations."""
    with errors_told():
        from pipelines import flow  # noqa: PLC0415

        declared = declared_by(settings)
        with progress_shown() as progress:
            outcome = flow.reprocess(delivery_id, declared, settings, progress=progress)
        tell(outcome, declared, as_json=False, report=None)


@click.command("report")
@click.argument("delivery_id")
@verdict_as
@click.option("--data-docs", type=NEW, help="Build Great Expectations' own pages in this folder, new or empty.")
@click.pass_obj
def retell(
    settings: Settings,
    *,
    delivery_id: str,
    lang: str | None,
    as_json: bool,
    report: Path | None,
    data_docs: Path | None,
) -> None:
    """Tell the verdict on the delivery DELIVERY_ID again; nothing is changed by it.

    Exit code as of `check`. 0: all was accepted. 1: something was rejected, held or refused.
    """
    with errors_told(), tempfile.TemporaryDirectory(prefix="salamat-", ignore_cleanup_errors=True) as folder:
        from pipelines import flow  # noqa: PLC0415

        declared = declared_by(settings)
        with progress_shown() as progress:
            outcome = flow.retell(delivery_id, declared, settings, Path(folder), progress)
            if data_docs:
                from pipelines.validate.data_docs import data_docs as build  # noqa: PLC0415  Great Expectations: 2 s

                source = declared.sources[outcome.delivery.source]
                index = build(outcome.verdict, source, declared, settings, data_docs)
                click.echo(f"data docs: {index}", err=True)
        tell(outcome, declared, as_json=as_json, report=report, lang=lang)
