"""Commands of who operates: pull, status, decide."""

from __future__ import annotations

import getpass
import os
from pathlib import Path
from typing import Any

import click

from pipelines.cli.terminal import console, declared_by, errors_told, progress_shown, published
from pipelines.errors import UnknownSource
from pipelines.settings import Settings


def user() -> str:
    """Who is at the terminal."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container whose user has no name
        return ""


@click.command()
@click.argument("source")
@click.pass_obj
def pull(settings: Settings, source: str) -> None:
    """Fetch what is new at SOURCE's host into its arrival folder.

    SALAMAT_CONNECTION_<NAME> says how the host is reached: scheme://user:password@host:port/
    """
    with errors_told():
        from pipelines.declarations.recognise import recognise  # noqa: PLC0415
        from pipelines.pull import Line  # noqa: PLC0415
        from pipelines.pull import pull as fetch  # noqa: PLC0415
        from pipelines.steps import utc_now  # noqa: PLC0415
        from pipelines.watermarks import Watermarks  # noqa: PLC0415

        declared = recognise(Path(source), source, declared_by(settings).sources)
        line, folder = Line.of(declared, os.environ), settings.arrivals / source
        brought = fetch(declared, line, folder, Watermarks(settings), settings, utc_now(), click.echo)
        for file in brought:
            click.echo(file)
        if not brought:
            click.echo(f"nothing new from {source}")


@click.command()
@click.argument("source", required=False)
@click.option("--all", "every", is_flag=True, help="A line for each source, also for those of which nothing came yet.")
@click.pass_obj
def status(settings: Settings, source: str | None, *, every: bool) -> None:
    """Show what came, what became of it, what waits and what is late; with SOURCE, each of its deliveries."""
    with errors_told():
        from pipelines.claim import claimed, unrecognised  # noqa: PLC0415
        from pipelines.declarations import read_senders  # noqa: PLC0415
        from pipelines.flow import reconcile  # noqa: PLC0415
        from pipelines.ledger import Ledger  # noqa: PLC0415
        from pipelines.report.standing import deliveries, sources, to_do  # noqa: PLC0415
        from pipelines.steps import utc_now  # noqa: PLC0415

        senders = read_senders(*settings.declarations)  # one that is broken hides no other
        reconcile(settings)
        standings, screen, now = Ledger(settings).standings(source), console(), utc_now()
        if source is None:
            screen.print(sources(standings, senders, now, every=every))
            lying = claimed(settings), unrecognised(settings, senders.sound)
            screen.print(to_do(standings, senders, *lying, now), end="")
        elif standings or source in {*senders.sound, *senders.broken}:
            screen.print(deliveries(standings), end="")
        else:
            raise UnknownSource(f"no source is called '{source}'; known are {', '.join(sorted(senders.sound))}")


@click.command()
@click.argument("delivery_id")
@click.option("--publish", "answer", flag_value="publish", help="What was accepted goes into the lake.")
@click.option("--return", "answer", flag_value="return", help="It goes back to its sender; nothing is published.")
@click.option("--because", required=True, help="Why; kept in the ledger beside the answer.")
@click.option("--who", default=user, show_default="your user name", help="Who decides.")
@click.pass_obj
def decide(settings: Settings, delivery_id: str, answer: Any, because: str, who: str) -> None:
    """Answer the held delivery DELIVERY_ID: --publish it, or --return it to its sender. `salamat status` shows them.

    The answer holds under today's declarations; under others the delivery is looked at anew.
    """
    if answer is None:
        raise click.UsageError("say --publish or --return")
    if not because.strip() or not who.strip():
        raise click.UsageError("--because and --who cannot be empty: the ledger keeps who decided, and why")
    with errors_told():
        from pipelines import flow  # noqa: PLC0415
        from pipelines.declarations import load_declarations  # noqa: PLC0415
        from pipelines.declarations.vocabulary import ENGLISH  # noqa: PLC0415
        from pipelines.ledger import Ledger  # noqa: PLC0415
        from pipelines.report import Speech  # noqa: PLC0415
        from pipelines.steps import Steps  # noqa: PLC0415

        source = Ledger(settings).standing(delivery_id).delivery.source
        declared = load_declarations(*settings.declarations, only=source)  # another's error does not concern it
        with progress_shown() as progress:
            made = flow.decide(delivery_id, answer, who, because, Steps(declared, settings, progress=progress))
        if made is None:
            click.echo(f"{delivery_id} is returned: nothing of it is published")
        else:
            click.echo(published(made, Speech(declared, ENGLISH)))
