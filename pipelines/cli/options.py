"""The options that commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
NEW = click.Path(path_type=Path)

_LANG = "The language of the answer: az, kk, ky, tr, uz, ... or en.  [default: the first of the source's]"
_REPORT = "Write a page (.html) to forward, or FILE's own sheet with each mistake marked and explained (.xlsx)."


def _a_report(_: click.Context, option: click.Parameter, file: Path | None) -> Path | None:
    """Refuse a report that could not be written before any work is done."""
    if file and file.suffix.lower() not in {".html", ".xlsx"}:
        raise click.BadParameter(f"'{file}' ends neither in .html nor in .xlsx.", param=option)
    if file and not file.absolute().parent.is_dir():
        raise click.BadParameter(f"'{file}' cannot be written: there is no folder '{file.parent}'.", param=option)
    return file


def verdict_as(command: Callable[..., None]) -> Callable[..., None]:
    """The options of a command that tells a verdict."""
    for option in (
        click.option("--report", type=NEW, callback=_a_report, help=_REPORT),
        click.option("--lang", envvar="SALAMAT_LANG", help=_LANG),
        click.option("--json", "as_json", is_flag=True, help="Print everything as JSON (docs/check-json.md)."),
    ):
        command = option(command)
    return command


def of_a_file(command: Callable[..., None]) -> Callable[..., None]:
    """The argument and options of a command that gives a verdict on a file."""
    for option in (
        verdict_as,
        click.option("--source", help="The source it is from, such as kz/case_counts; else by the file's name."),
        click.argument("file", type=FILE),
    ):
        command = option(command)
    return command
