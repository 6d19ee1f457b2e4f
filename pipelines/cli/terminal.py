"""How commands speak to the terminal: the verdict, progress, an error as one clear message."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.errors import (
    DeclarationError,
    EnvelopeError,
    NotARelease,
    QueryError,
    Refused,
    SalamatError,
    UnknownDelivery,
    UnknownLanguage,
    UnknownSource,
)
from pipelines.settings import Settings

if TYPE_CHECKING:
    from pipelines.artefacts import Publication
    from pipelines.declarations import Declarations
    from pipelines.flow import Outcome
    from pipelines.preview import Preview
    from pipelines.report import Speech

USAGE = 2
_COUNTED = ("inserted", "updated", "deleted", "unchanged", "overtaken")
_PREVIEW_HEADS = {"what", "field", "old", "new"}  # the other columns are fields


def declared_by(settings: Settings) -> Declarations:
    """Load the declarations, those of the command's own folders included."""
    from pipelines.declarations import load_declarations  # noqa: PLC0415  pydantic: 0.2 s that `--help` does not need

    return load_declarations(*settings.declarations)


def tell(
    outcome: Outcome, declared: Declarations, *, as_json: bool, report: Path | None, lang: str | None = None
) -> None:
    """Print the verdict and end with its exit code."""
    from pipelines.report import Speech, as_json_text, exit_code, summary, write_report  # noqa: PLC0415
    from pipelines.steps import utc_now  # noqa: PLC0415

    delivery, verdict = outcome.delivery, outcome.verdict
    source = declared.sources[delivery.source]
    speech = Speech(declared, lang or source.language[0])
    if as_json:
        click.echo(as_json_text(verdict, source, speech, delivery.file_name, delivery.sha256))
    else:
        console().print(summary(verdict, source, speech))
        if outcome.preview:
            _show(outcome.preview, speech)
        if publication := outcome.publication:
            click.echo(published(publication, speech))
    if report:
        write_report(verdict, source, speech, delivery.file_name, delivery.sha256, utc_now(), report)
    sys.exit(exit_code(verdict))


def published(made: Publication, speech: Speech) -> str:
    """Say what was published."""
    told = speech.word(
        "published",
        submission=made.submission_id,
        table=made.table,
        inserted=speech.number(made.inserted),
        updated=speech.number(made.updated),
        unchanged=speech.number(made.unchanged),
    )
    rare = {"overtaken": made.overtaken, "deleted": made.deleted, "restored": made.restored}
    if any(rare.values()):
        told = f"{told}; {speech.word('published.also', **{k: speech.number(v) for k, v in rare.items()})}"
    return f"{told} ({speech.word('published.again')})" if made.repeated else told


def _show(preview: Preview, speech: Speech) -> None:
    """Print what publishing would change."""
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    made = preview.counts
    click.echo(speech.word("preview", **{what: speech.number(getattr(made, what)) for what in _COUNTED}))
    if not preview.rows:
        return
    table = Table(box=None, pad_edge=False)
    used = [i for i in range(len(preview.columns)) if len({row[i] for row in preview.rows}) > 1 or i == 0]
    for i in used:
        table.add_column(Text(_head(preview.columns[i], speech)))
    for row in preview.rows:
        table.add_row(*(Text(_cell(preview.columns[i], row[i], speech)) for i in used))
    console().print(table)
    changed = made.inserted + made.updated + made.deleted
    if changed > len(preview.rows):
        click.echo(speech.word("preview.more", count=speech.number(len(preview.rows))))


def _head(column: str, speech: Speech) -> str:
    return speech.word(f"preview.{column}") if column in _PREVIEW_HEADS else speech.field(column)


def _cell(column: str, value: str | None, speech: Speech) -> str:
    if value and column == "what":
        return speech.word(f"preview.is-{value}")
    return speech.field(value) if value and column == "field" else value or ""


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
def told_in(declared: Declarations, lang: str | None) -> Iterator[None]:
    """Tell in the language that was asked for that no source takes a file, or is called so."""
    try:
        yield
    except UnknownSource as error:
        from pipelines.declarations.vocabulary import ENGLISH  # noqa: PLC0415
        from pipelines.report import Speech, no_source  # noqa: PLC0415

        raise UnknownSource(no_source(error, Speech(declared, lang or ENGLISH))) from error


@contextmanager
def mends_told(declared: Declarations) -> Iterator[None]:
    """Say beside a refusal what is wrong and how it is mended, as the report of a check does."""
    try:
        yield
    except Refused as refused:
        from pipelines.declarations.vocabulary import ENGLISH  # noqa: PLC0415
        from pipelines.report import Speech  # noqa: PLC0415

        speech = Speech(declared, ENGLISH)
        for found in refused.findings:
            if rule := declared.rules.get(found.rule):
                said = (speech.sentence(rule, found), speech.mend(rule, found))
                refused.add_note(" ".join(str(part) for part in said if part))
        raise


@contextmanager
def errors_told() -> Iterator[None]:
    """Turn our own errors into one clear message: 2 where the command was not understood, 1 otherwise."""
    try:
        yield
    except (EnvelopeError, UnknownSource, UnknownLanguage, UnknownDelivery, QueryError, NotARelease) as error:
        click.echo(f"salamat: {error}", err=True)
        sys.exit(USAGE)
    except DeclarationError as error:
        click.echo(f"salamat: {error.headline}\n{error}", err=True)
        sys.exit(USAGE)
    except SalamatError as error:
        told = "\n".join([str(error), *getattr(error, "__notes__", ())])
        click.echo(f"salamat: {told}\n(to mend by: {error.whose})", err=True)
        sys.exit(1)
