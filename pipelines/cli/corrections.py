"""What commands say of corrections: the envelope of a file, withdraw, and what publishing would change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.cli.terminal import declared_by, errors_told, progress_shown, published
from pipelines.settings import Settings

if TYPE_CHECKING:
    from pipelines.artefacts import Envelope

_REPLACE = "The file is all that is to stand for these days: 2021-03-01/2021-03-31, `file` for its own, or `all`."
_ZERO = "The file has no rows because there was nothing to report in these days: 2021-03-01/2021-03-07."
_MEANT = "These bytes came before and were corrected since, and are to count again; say --because."


def with_envelope(command: Callable[..., None]) -> Callable[..., None]:
    """The options of a command that takes a file with what its sender says of it."""
    for option in (
        click.option("--because", default="", help="Why; kept in the ledger."),
        click.option("--meant", is_flag=True, help=_MEANT),
        click.option("--zero-report", metavar="PERIOD", help=_ZERO),
        click.option("--replace", metavar="PERIOD", help=_REPLACE),
    ):
        command = option(command)
    return command


def envelope_for(file: Path, replace: str | None, zero_report: str | None, because: str, *, meant: bool) -> Envelope:
    """Give what is said by options, or else by a datapackage.json beside the file that names it."""
    from pipelines.envelope import envelope_beside, envelope_of  # noqa: PLC0415

    if replace and zero_report:
        raise click.UsageError("--zero-report replaces what stands in its days already; leave --replace out")
    if replace or zero_report or because or meant:
        days, zero = replace or zero_report, bool(zero_report)
        kind = "replace" if replace else None
        return envelope_of(kind=kind, period=days, zero_report=zero, because=because, meant=meant)
    return envelope_beside(file)


@click.command()
@click.argument("delivery_id", required=False)
@click.option("--source", help="Withdraw what this source says of --period, such as kz/case_counts.")
@click.option("--period", help="The days: 2021-03-01/2021-03-31, or `all`.")
@click.option("--because", required=True, help="Why; kept in the ledger and in the lake.")
@click.pass_obj
def withdraw(settings: Settings, delivery_id: str | None, source: str | None, period: str | None, because: str) -> None:
    """Take back the delivery DELIVERY_ID, or what a source says of some days; nothing is erased.

    Where a delivery is taken back, what was said before it stands again, key by key. A withdrawal is a delivery too:
    withdraw it, and what it took back counts again.
    """
    if bool(delivery_id) == bool(source and period):
        raise click.UsageError("name a DELIVERY_ID, or --source with --period")
    with errors_told():
        from pipelines import flow  # noqa: PLC0415
        from pipelines.declarations.vocabulary import ENGLISH  # noqa: PLC0415
        from pipelines.envelope import envelope_of  # noqa: PLC0415
        from pipelines.ledger import Ledger  # noqa: PLC0415
        from pipelines.report import Speech  # noqa: PLC0415
        from pipelines.steps import Steps  # noqa: PLC0415

        envelope = envelope_of(kind="withdraw", withdraws=delivery_id, period=period, because=because)
        of = source or Ledger(settings).standing(str(delivery_id)).delivery.source
        declared = declared_by(settings)
        with progress_shown() as progress:
            made = flow.withdraw(envelope, of, Steps(declared, settings, progress=progress))
        click.echo(published(made, Speech(declared, ENGLISH)))
