"""Commands of who translates and who checks words: labels missing, labels export, labels import."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pipelines.cli.options import FILE, NEW
from pipelines.cli.terminal import declared_by, errors_told
from pipelines.settings import Settings


@click.group()
def labels() -> None:
    """The words of reports and codes in every language: what is missing, and a spreadsheet for those who check them."""


@labels.command()
@click.option("--lang", help="One language: each text that is missing or stale.  [default: numbers for every language]")
@click.option("--write", is_flag=True, help="Add what is missing to schemas/words/<lang>.csv, to be filled in there.")
@click.pass_obj
def missing(settings: Settings, lang: str | None, write: bool) -> None:  # noqa: FBT001
    """Say what is not translated, and what was translated from an English that has changed since.

    Exit code 0: no text is missing. 1: one is. A code without a label or a place without a name is told, and is no
    failure: its English stands.
    """
    with errors_told():
        from pipelines.declarations.vocabulary import coverage, missing, stale, unlabelled, unnamed  # noqa: PLC0415
        from pipelines.declarations.write_words import add_missing  # noqa: PLC0415

        declared = declared_by(settings)
        numbers = coverage(declared)
        chosen = [lang] if lang else list(numbers)
        for language in chosen:
            every, said, checked = numbers[declared.language(language)]
            codes, places = unlabelled(declared, language), unnamed(declared, language)
            left = f"{every - said} missing, {len(stale(declared, language))} stale"
            left += f"; {len(codes)} codes have no label, {len(places)} of {len(declared.places)} places no name"
            click.echo(f"{language:8} {said} of {every} said, {checked} checked by a native speaker; {left}")
            if write:
                click.echo(f"{'':8} {add_missing(declared, language)}")
            elif lang:
                for (kind, identity), text in missing(declared, language).items():
                    click.echo(f"{kind:7} {identity}: {text}")
                for kind, unsaid in (("code", codes), ("place", places)):
                    for identity, text in unsaid.items():
                        click.echo(f"{kind:7} {identity}: {text}")
        sys.exit(int(any(numbers[language][1] < numbers[language][0] for language in chosen)))


@labels.command("export")
@click.argument("file", type=NEW)
@click.option("--lang", help="One language.  [default: a sheet for each]")
@click.pass_obj
def export(settings: Settings, file: Path, lang: str | None) -> None:
    """Write FILE, a workbook (.xlsx), with every label, name, sentence and word: English, text, who has checked it."""
    with errors_told():
        from pipelines.labels import export_labels  # noqa: PLC0415

        for language, count in export_labels(declared_by(settings), file, lang).items():
            click.echo(f"{language:8} {count} texts")


@labels.command("import")
@click.argument("file", type=FILE)
@click.option("--lang", help="One language.  [default: each sheet that is there]")
@click.pass_obj
def take_back(settings: Settings, file: Path, lang: str | None) -> None:
    """Take what was changed or checked in FILE into the declarations. One row that cannot be taken, and nothing is."""
    with errors_told():
        from pipelines.labels import import_labels  # noqa: PLC0415

        for language, count in import_labels(declared_by(settings), file, lang).items():
            click.echo(f"{language:8} {count} texts changed")
