"""The `salamat` command. Each subcommand is a few lines over `flow`; heavy libraries are imported inside them."""

from __future__ import annotations

import getpass
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines import __version__
from pipelines.errors import DeclarationError, QueryError, SalamatError, UnknownDelivery, UnknownSource
from pipelines.settings import Settings

if TYPE_CHECKING:
    from pipelines.artefacts import Publication
    from pipelines.declarations import Declarations
    from pipelines.flow import Outcome

USAGE = 2
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_NEW = click.Path(path_type=Path)


_REPORT = "Write a page (.html) to forward, or FILE's own sheet with each mistake marked and explained (.xlsx)."


def _a_report(_: click.Context, option: click.Parameter, file: Path | None) -> Path | None:
    """Refuse a report that could not be written before any work is done."""
    if file and file.suffix.lower() not in {".html", ".xlsx"}:
        raise click.BadParameter(f"'{file}' ends neither in .html nor in .xlsx.", param=option)
    if file and not file.absolute().parent.is_dir():
        raise click.BadParameter(f"'{file}' cannot be written: there is no folder '{file.parent}'.", param=option)
    return file


def _user() -> str:
    """Who is at the terminal."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container whose user has no name
        return ""


def _verdict_as(command: Callable[..., None]) -> Callable[..., None]:
    """The options of a command that tells a verdict."""
    for option in (
        click.option("--report", type=_NEW, callback=_a_report, help=_REPORT),
        click.option("--json", "as_json", is_flag=True, help="Print everything as JSON (docs/check-json.md)."),
    ):
        command = option(command)
    return command


def _of_a_file(command: Callable[..., None]) -> Callable[..., None]:
    """The argument and options of a command that gives a verdict on a file."""
    for option in (
        _verdict_as,
        click.option("--source", help="The source it is from, such as kz/case_counts; else by the file's name."),
        click.argument("file", type=_FILE),
    ):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="salamat")
@click.option("--home", type=_NEW, help="Where lake, ledger and bytes lie.  [env SALAMAT_HOME; default ./salamat-home]")
@click.option(
    "--declarations", multiple=True, type=_FOLDER, help="A folder with schemas/ and expectations/ of its own."
)
@click.pass_context
def main(context: click.Context, home: Path | None, declarations: tuple[Path, ...]) -> None:
    """Ministries' extracts become harmonised, validated, queryable tables.

    A ministry starts with `salamat check FILE`; an operator with `salamat run` and `salamat status`; a researcher with
    `salamat query`.
    """
    settings = Settings.from_environment({**os.environ, **({"SALAMAT_HOME": str(home)} if home else {})})
    context.obj = replace(settings, declarations=(*settings.declarations, *declarations))


@main.command()
@_of_a_file
@click.pass_obj
def check(settings: Settings, file: Path, source: str | None, as_json: bool, report: Path | None) -> None:  # noqa: FBT001
    """Check FILE offline: what would be published, what not, and why.

    Exit code 0: all is accepted. 1: something is rejected, held or refused. 2: the command was not understood.
    """
    with _errors(), tempfile.TemporaryDirectory(prefix="salamat-", ignore_cleanup_errors=True) as folder:
        from pipelines import flow  # noqa: PLC0415

        declared = _declared(settings)
        with _progress() as progress:
            outcome = flow.check(file, source, declared, settings, Path(folder), progress=progress)
        _told(outcome, declared, as_json=as_json, report=report)


@main.command()
@_of_a_file
@click.pass_obj
def run(settings: Settings, file: Path, source: str | None, as_json: bool, report: Path | None) -> None:  # noqa: FBT001
    """Take FILE through to the lake: receive, decode, harmonise, validate, publish."""
    with _errors():
        from pipelines import flow  # noqa: PLC0415

        declared = _declared(settings)
        with _progress() as progress:
            outcome = flow.run(file, source, declared, settings, progress=progress)
        _told(outcome, declared, as_json=as_json, report=report)


@main.command()
@click.argument("source")
@click.pass_obj
def pull(settings: Settings, source: str) -> None:
    """Fetch what is new at SOURCE's host into its arrival folder.

    SALAMAT_CONNECTION_<NAME> says how the host is reached: scheme://user:password@host:port/
    """
    with _errors():
        from pipelines.declarations.recognise import recognise  # noqa: PLC0415
        from pipelines.pull import Line  # noqa: PLC0415
        from pipelines.pull import pull as fetch  # noqa: PLC0415
        from pipelines.steps import utc_now  # noqa: PLC0415
        from pipelines.watermarks import Watermarks  # noqa: PLC0415

        declared = recognise(Path(source), source, _declared(settings).sources)
        line, folder = Line.of(declared, os.environ), settings.arrivals / source
        brought = fetch(declared, line, folder, Watermarks(settings), settings, utc_now(), click.echo)
        for file in brought:
            click.echo(file)
        if not brought:
            click.echo(f"nothing new from {source}")


@main.command()
@click.argument("delivery_id")
@click.pass_obj
def reprocess(settings: Settings, delivery_id: str) -> None:
    """Run the delivery DELIVERY_ID once more, under today's declarations."""
    with _errors():
        from pipelines import flow  # noqa: PLC0415

        declared = _declared(settings)
        with _progress() as progress:
            outcome = flow.reprocess(delivery_id, declared, settings, progress=progress)
        _told(outcome, declared, as_json=False, report=None)


@main.command("report")
@click.argument("delivery_id")
@_verdict_as
@click.option("--data-docs", type=_NEW, help="Build Great Expectations' own pages in this folder, new or empty.")
@click.pass_obj
def retell(settings: Settings, delivery_id: str, as_json: bool, report: Path | None, data_docs: Path | None) -> None:  # noqa: FBT001
    """Tell the verdict on the delivery DELIVERY_ID again; nothing is changed by it.

    Exit code as of `check`. 0: all was accepted. 1: something was rejected, held or refused.
    """
    with _errors(), tempfile.TemporaryDirectory(prefix="salamat-", ignore_cleanup_errors=True) as folder:
        from pipelines import flow  # noqa: PLC0415

        declared = _declared(settings)
        with _progress() as progress:
            outcome = flow.retell(delivery_id, declared, settings, Path(folder), progress)
            if data_docs:
                from pipelines.validate.data_docs import data_docs as build  # noqa: PLC0415  Great Expectations: 2 s

                source = declared.sources[outcome.delivery.source]
                index = build(outcome.verdict, source, declared, settings, data_docs)
                click.echo(f"data docs: {index}", err=True)
        _told(outcome, declared, as_json=as_json, report=report)


@main.command()
@click.argument("source", required=False)
@click.pass_obj
def status(settings: Settings, source: str | None) -> None:
    """Show what came, what became of it, what waits and what is late; with SOURCE, each of its deliveries."""
    with _errors():
        from pipelines.claim import claimed, unrecognised  # noqa: PLC0415
        from pipelines.declarations import read_senders  # noqa: PLC0415
        from pipelines.flow import reconcile  # noqa: PLC0415
        from pipelines.ledger import Ledger  # noqa: PLC0415
        from pipelines.report.standing import deliveries, sources, to_do  # noqa: PLC0415
        from pipelines.steps import utc_now  # noqa: PLC0415

        senders = read_senders(*settings.declarations)  # one that is broken hides no other
        reconcile(settings)
        standings, console = Ledger(settings).standings(source), _console()
        if source is None:
            console.print(sources(standings, senders, utc_now()))
            console.print(to_do(standings, senders, claimed(settings), unrecognised(settings, senders.sound)), end="")
        elif standings or source in {*senders.sound, *senders.broken}:
            console.print(deliveries(standings), end="")
        else:
            raise UnknownSource(f"no source is called '{source}'; known are {', '.join(sorted(senders.sound))}")


@main.command()
@click.argument("delivery_id")
@click.option("--publish", "answer", flag_value="publish", help="What was accepted goes into the lake.")
@click.option("--return", "answer", flag_value="return", help="It goes back to its sender; nothing is published.")
@click.option("--because", required=True, help="Why; kept in the ledger beside the answer.")
@click.option("--who", default=_user, show_default="your user name", help="Who decides.")
@click.pass_obj
def decide(settings: Settings, delivery_id: str, answer: Any, because: str, who: str) -> None:
    """Answer the held delivery DELIVERY_ID: --publish it, or --return it to its sender. `salamat status` shows them.

    The answer holds under today's declarations; under others the delivery is looked at anew.
    """
    if answer is None:
        raise click.UsageError("say --publish or --return")
    if not because.strip() or not who.strip():
        raise click.UsageError("--because and --who cannot be empty: the ledger keeps who decided, and why")
    with _errors():
        from pipelines import flow  # noqa: PLC0415
        from pipelines.declarations import load_declarations  # noqa: PLC0415
        from pipelines.ledger import Ledger  # noqa: PLC0415
        from pipelines.steps import Steps  # noqa: PLC0415

        source = Ledger(settings).standing(delivery_id).delivery.source
        declared = load_declarations(*settings.declarations, only=source)  # another's error does not concern it
        with _progress() as progress:
            made = flow.decide(delivery_id, answer, who, because, Steps(declared, settings, progress=progress))
        if made is None:
            click.echo(f"{delivery_id} is returned: nothing of it is published")
        else:
            click.echo(_published(made))


@main.command()
@click.argument("source")
@click.pass_obj
def explain(settings: Settings, source: str) -> None:
    """Print the SQL that SOURCE's declaration becomes."""
    with _errors():
        from pipelines.declarations.recognise import recognise  # noqa: PLC0415
        from pipelines.harmonise import explain as compiled  # noqa: PLC0415

        declared = _declared(settings)
        click.echo(compiled(recognise(Path(source), source, declared.sources), declared))


@main.command()
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 if a page is not fresh.")
@click.option("--out", type=_NEW, default=Path("docs/reference"), show_default=True, help="Where the pages lie.")
@click.pass_obj
def reference(settings: Settings, only_check: bool, out: Path) -> None:  # noqa: FBT001
    """Write the reference pages from the declarations: tables, fields, codes, rules, sources, verbs."""
    with _errors():
        from pipelines.declarations.reference import stale_pages, write_pages  # noqa: PLC0415

        declared = _declared(settings)
        stale = stale_pages(declared, out)
        if not only_check:
            write_pages(declared, out)
        for page in stale:
            click.echo(f"{page}: {'is not fresh; run `salamat reference`' if only_check else 'written'}")
        sys.exit(1 if only_check and stale else 0)


@main.command()
@click.argument("folder", type=_NEW)
@click.option(
    "--tier", type=click.Choice(["network", "state"]), default="network", show_default=True, help="Who it is for."
)
@click.pass_obj
def release(settings: Settings, folder: Path, tier: Any) -> None:
    """Cut a release of the lake into FOLDER: plain Parquet and one DuckDB file that anybody can query."""
    with _errors():
        from pipelines import lake  # noqa: PLC0415
        from pipelines.release import release as cut  # noqa: PLC0415
        from pipelines.steps import utc_now  # noqa: PLC0415

        with _progress() as progress, lake.opened(settings) as opened:
            progress("release")
            made = cut(folder, opened, _declared(settings), utc_now(), tier)
        for table, rows in made.tables.items():
            click.echo(f"{table:24} {rows:>12,} rows")
        click.echo(f"release {made.release_id} in {made.folder}")


@main.command()
@click.argument("sql")
@click.option("--release", "released", type=_FOLDER, help="A release folder, instead of the lake.")
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json", "parquet"]), default="table", show_default=True
)
@click.option("--out", type=_NEW, help="Write to this file.")
@click.option("--limit", type=int, default=50, show_default=True, help="Rows shown as a table; other formats give all.")
@click.pass_obj
def query(settings: Settings, sql: str, released: Path | None, form: Any, out: Path | None, limit: int) -> None:
    """Run SQL on the lake, or on a release: `salamat query "select count(*) from case_counts"`."""
    with _errors():
        from pipelines.query import query as ask  # noqa: PLC0415

        ask(sql, settings, release=released, format=form, out=out, limit=limit)


@main.command()
@click.argument("folder", type=_NEW)
@click.option("--truth", type=_NEW, help="Where the truth and the key are written.  [default: FOLDER-truth, beside it]")
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Another seed, another epidemic."
)
@click.option("--weeks", type=click.IntRange(min=1), default=12, show_default=True, help="How many weeks it lasts.")
@click.pass_obj
def simulate(settings: Settings, folder: Path, truth: Path | None, seed: int, weeks: int) -> None:
    """Write into FOLDER a file of every source, as its sender would, with some errors, and the truth beside it."""
    with _errors():
        from pipelines.simulate import simulate as write  # noqa: PLC0415
        from pipelines.simulate.as_table import as_table  # noqa: PLC0415

        declared = _declared(settings)
        with _progress() as progress:
            beside = truth or folder.with_name(f"{folder.name}-truth")
            simulated = write(folder, beside, declared, seed, weeks, progress)
        _console().print(as_table(simulated, declared))


def _declared(settings: Settings) -> Declarations:
    from pipelines.declarations import load_declarations  # noqa: PLC0415  pydantic: 0.2 s that `--help` does not need

    return load_declarations(*settings.declarations)


def _told(outcome: Outcome, declared: Declarations, *, as_json: bool, report: Path | None) -> None:
    """Print the verdict and end with its exit code."""
    from pipelines.report import as_json_text, exit_code, summary, write_report  # noqa: PLC0415
    from pipelines.steps import utc_now  # noqa: PLC0415

    delivery, verdict = outcome.delivery, outcome.verdict
    source = declared.sources[delivery.source]
    if as_json:
        click.echo(as_json_text(verdict, source, declared, delivery.file_name, delivery.sha256))
    else:
        _console().print(summary(verdict, source, declared))
        if publication := outcome.publication:
            click.echo(_published(publication))
    if report:
        write_report(verdict, source, declared, delivery.file_name, delivery.sha256, utc_now(), report)
    sys.exit(exit_code(verdict))


def _published(made: Publication) -> str:
    counts = f"{made.inserted:,} inserted, {made.updated:,} updated, {made.unchanged:,} unchanged"
    again = " (published before; nothing to do)" if made.repeated else ""
    return f"published as {made.submission_id} into {made.table}: {counts}{again}"


def _console() -> Any:
    from rich.console import Console  # noqa: PLC0415

    return Console(highlight=False)


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Show on the terminal which step is at work; silent where there is no terminal."""
    from rich.console import Console  # noqa: PLC0415

    console = Console(stderr=True)
    with console.status("starting") as shown:
        yield lambda step: shown.update(f"{step} ...")


@contextmanager
def _errors() -> Iterator[None]:
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


if __name__ == "__main__":
    main()
