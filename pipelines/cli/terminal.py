"""How commands speak to the terminal: the verdict, progress, an error as one clear message."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.errors import DeclarationError, QueryError, SalamatError, UnknownDelivery, UnknownSource
from pipelines.settings import Settings

if TYPE_CHECKING:
    from pipelines.artefacts import Publication
    from pipelines.declarations import Declarations
    from pipelines.flow import Outcome

USAGE = 2


def declared_by(settings: Settings) -> Declarations:
    """Load the declarations, those of the command's own folders included."""
    from pipelines.declarations import load_declarations  # noqa: PLC0415  pydantic: 0.2 s that `--help` does not need

    return load_declarations(*settings.declarations)


def tell(outcome: Outcome, declared: Declarations, *, as_json: bool, report: Path | None) -> None:
    """Print the verdict and end with its exit code."""
    from pipelines.report import as_json_text, exit_code, summary, write_report  # noqa: PLC0415
    from pipelines.steps import utc_now  # noqa: PLC0415

    delivery, verdict = outcome.delivery, outcome.verdict
    source = declared.sources[delivery.source]
    if as_json:
        click.echo(as_json_text(verdict, source, declared, delivery.file_name, delivery.sha256))
    else:
        console().print(summary(verdict, source, declared))
        if publication := outcome.publication:
            click.echo(published(publication))
    if report:
        write_report(verdict, source, declared, delivery.file_name, delivery.sha256, utc_now(), report)
    sys.exit(exit_code(verdict))


def published(made: Publication) -> str:
    """Say what was published."""
    counts = f"{made.inserted:,} inserted, {made.updated:,} updated, {made.unchanged:,} unchanged"
    again = " (published before; nothing to do)" if made.repeated else ""
    return f"published as {made.submission_id} into {made.table}: {counts}{again}"


def console() -> Any:
    """Give the terminal that answers go to."""
    from rich.console import Console  # noqa: PLC0415

    return Console(highlight=False)


@contextmanager
def progress_shown() -> Iterator[Callable[[str], None]]:
    """Show on the terminal which step is at work; silent where there is no terminal."""
    from rich.console import Console  # noqa: PLC0415

    console = Console(stderr=True)
    with console.status("starting") as shown:
        yield lambda step: shown.update(f"{step} ...")


@contextmanager
def errors_told() -> Iterator[None]:
    """Turn our own errors into one clear message: 2 where the command was not understood, 1 otherwise."""
    try:
        yield
    except (UnknownSource, UnknownDelivery, QueryError) as error:
        click.echo(f"salamat: {error}", err=True)
        sys.exit(USAGE)
    except DeclarationError as error:
        click.echo(f"salamat: the declarations contradict themselves\n{error}", err=True)
        sys.exit(USAGE)
    except SalamatError as error:
        click.echo(f"salamat: {error}\n(to mend by: {error.whose})", err=True)
        sys.exit(1)
