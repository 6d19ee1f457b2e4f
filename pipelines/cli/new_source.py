"""The command that drafts a declaration: new-source."""

from __future__ import annotations

import shlex
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.cli.options import FILE, NEW
from pipelines.cli.terminal import declared_by, errors_told, mends_told, progress_shown, tell
from pipelines.settings import Settings

if TYPE_CHECKING:
    from pipelines.declarations import Declarations
    from pipelines.draft import Draft


def _pairs(_: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    if wrong := [pair for pair in given if "=" not in pair]:
        raise click.BadParameter(f"'{wrong[0]}' is not written field=value.", param=option)
    return dict(pair.split("=", 1) for pair in given)


@click.command("new-source")
@click.argument("file", type=FILE)
@click.option("--state", required=True, help="The state that sends it, by its two letters, such as kz.")
@click.option("--table", help="The shared table that it fills; else it is proposed.")
@click.option("--name", help="What the source is called, if not as its table.")
@click.option("--lang", multiple=True, help="A language of its names and words; else they are found.")
@click.option("--sheet", multiple=True, help="A sheet of the workbook to be read; else they are proposed.")
@click.option("--set", "given", multiple=True, callback=_pairs, help="A constant, such as pathogen=SARSCOV2.")
@click.option("--out", type=NEW, help="Write to schemas/sources/<state>/<name>.yaml in this folder; else print.")
@click.pass_obj
def new_source(  # noqa: PLR0913, PLR0917  each is an option of the command
    settings: Settings,
    file: Path,
    state: str,
    table: str | None,
    name: str | None,
    lang: tuple[str, ...],
    sheet: tuple[str, ...],
    given: dict[str, str],
    out: Path | None,
) -> None:
    """Draft the declaration of a source from FILE: each line with how sure it is, and what is not sure as a question.

    A draft without an open question is checked on FILE, and the exit code is that of `check`.
    """
    with errors_told(), tempfile.TemporaryDirectory(prefix="salamat-", ignore_cleanup_errors=True) as folder:
        from pipelines.artefacts import Workspace  # noqa: PLC0415
        from pipelines.draft import Wanted, draft  # noqa: PLC0415

        _is_free(out, state, name or table)
        declared = declared_by(settings)
        with progress_shown() as progress, mends_told(declared):
            wanted = Wanted(state, table, name, lang, given, sheet)
            made = draft(file, wanted, declared, settings, Workspace(Path(folder) / "draft"), progress)
        _give(made, out)
        _console().print(_as_table(made))
        _tell_whom_it_shows(made)
        if made.questions:
            _tell_what_next(made, file, out)
        else:
            _check(made, file, declared, settings, Path(folder))


def _tell_whom_it_shows(made: Draft) -> None:
    from pipelines.draft.lines import PERSONAL  # noqa: PLC0415

    for line in (x for x in made.lines if x.why == PERSONAL):
        click.echo(f"'{line.column}' is {PERSONAL}. No table takes it.", err=True)


def _tell_what_next(made: Draft, file: Path, out: Path | None) -> None:
    """Name what is open, and the commands that say what is left of it, to be copied."""
    n = len(made.questions)
    click.echo(f"{n} open question{'s' if n > 1 else ''}:", err=True)
    for question in made.questions:
        click.echo(f"  - {question}", err=True)
    if out is None:
        click.echo(
            "answer with --set where it is a constant; else write the draft with --out DIR and edit it", err=True
        )
        return
    folder = f"--declarations {shlex.quote(str(out))}"
    click.echo(f"answer each one in {_target(out, made.source)} and take it out of questions; then", err=True)
    click.echo(f"  salamat {folder} lint", err=True)
    click.echo(f"  salamat {folder} check {shlex.quote(str(file))} --source {made.source}", err=True)


def _is_free(out: Path | None, state: str, name: str | None) -> None:
    """Refuse before anything is measured; where the table is only proposed, its name is known after the draft."""
    if out and name and (target := _target(out, f"{state.lower()}/{name}")).exists():
        raise _there_already(target)


def _target(out: Path, source: str) -> Path:
    return out / "schemas" / "sources" / f"{source}.yaml"


def _there_already(target: Path) -> click.UsageError:
    return click.UsageError(f"{target} is there already; say another --name or --out")


def _give(made: Draft, out: Path | None) -> None:
    """Write the draft where nothing lies yet, or print it."""
    from pipelines.draft import as_yaml  # noqa: PLC0415

    if out is None:
        click.echo(as_yaml(made), nl=False)
        return
    target = _target(out, made.source)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with target.open("x", encoding="utf-8") as new:
            new.write(as_yaml(made))
    except FileExistsError as error:
        raise _there_already(target) from error
    click.echo(f"written: {target}", err=True)


def _check(made: Draft, file: Path, declared: Declarations, settings: Settings, folder: Path) -> None:
    from pipelines import flow  # noqa: PLC0415
    from pipelines.draft.proven import proven  # noqa: PLC0415

    alone = proven(made, declared, folder / "proven")
    with progress_shown() as progress:
        outcome = flow.check(file, made.source, alone, settings, folder / "check", progress=progress)
    tell(outcome, alone, as_json=False, report=None)


def _console() -> Any:
    from rich.console import Console  # noqa: PLC0415

    return Console(stderr=True, highlight=False)


def _as_table(made: Draft) -> Any:
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    shown = Table("column", "field", "how", "confidence", box=None)
    if made.name_is:
        named = f"{made.into}; the name is {made.name_is.field}"
        shown.add_row(
            f"{made.name_is.why.split(' names')[0]} columns", named, made.name_is.read or "", made.name_is.confidence
        )
    for line in made.lines:
        field = line.field or made.into if line.role in {"map", "unpivot"} else line.role
        how = line.read or ", ".join(f"{k} {v}" for k, v in line.meaning.items())
        shown.add_row(Text(line.column), Text(str(field)), Text(how), line.confidence)
    return shown
