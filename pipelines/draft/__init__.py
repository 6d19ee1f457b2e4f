"""draft: the declaration of a source, measured from one of its files; what is not sure is a question in it.

Sniff the bytes, read the file by the path's own decoder, measure every column over all rows, match columns to fields
by the words above them and by what stands in them, and say of each line how sure it is and why.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines import engine
from pipelines.artefacts import Extract, Workspace
from pipelines.declarations import Declarations
from pipelines.declarations.code_lists import codes_of
from pipelines.declarations.header_words import header_words, state_of
from pipelines.declarations.model import Table
from pipelines.declarations.source import Source
from pipelines.draft.asked import asked, which_table
from pipelines.draft.columns import lines_of, measured, told_apart
from pipelines.draft.constants import Facts, constants, days_of
from pipelines.draft.drafted import Column, Draft, Line, Progress, Said, Sniffed
from pipelines.draft.kinds import KIND, kinds
from pipelines.draft.known import Known, languages_of
from pipelines.draft.marks import marks, nothing
from pipelines.draft.measure import measure
from pipelines.draft.mixed import as_questions, forms_of_texts
from pipelines.draft.named_sheets import with_sheet
from pipelines.draft.periods import with_named_day
from pipelines.draft.scrapes import asked_of_scrapes
from pipelines.draft.sniff import read_so, sniff
from pipelines.draft.tables import table_for
from pipelines.draft.totals import beside_its_parts, with_totals
from pipelines.draft.wide import Wide, dates_above, places_above
from pipelines.draft.write import as_source, as_yaml
from pipelines.errors import UnknownSource
from pipelines.settings import Settings

if TYPE_CHECKING:
    import duckdb

__all__ = ["Draft", "Wanted", "as_source", "as_yaml", "draft"]

_CHANGING = re.compile(r"\d+(?:[-_.]?\d+)*")


def _silent(_: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Wanted:
    """What is asked: the state that sends it, and where they are known the table, the languages, constants, sheets."""

    state: str
    table: str | None = None
    name: str | None = None
    languages: tuple[str, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)
    sheets: tuple[str, ...] = ()


def draft(
    file: Path,
    wanted: Wanted,
    declared: Declarations,
    settings: Settings,
    workspace: Workspace,
    progress: Progress = _silent,
) -> Draft:
    """Draft the declaration of a file. Raises Refused where it cannot be read, UnknownSource for no such table."""
    _check(wanted, declared)
    progress("read the file")
    workspace.folder.mkdir(parents=True, exist_ok=True)
    state = state_of(wanted.state.upper(), declared)
    spoken = wanted.languages or state.languages
    known = Known(declared, header_words(declared), _shell(file, wanted, spoken, state.timezone))
    sniffed = sniff(file, known, wanted.sheets, workspace, settings)
    decoding = {key: said.value for key, said in sniffed.decode.items()}

    def read(forms: Mapping[str, str]) -> Extract:
        return read_so(file, known.shell, decoding, sniffed.columns, workspace, settings, forms)

    with engine.connect(settings, workspace.spill) as con:
        columns, extract = _measured(read, sniffed, known, con, progress)
        return _drafted(file, wanted, replace(known, joined_by=sniffed.joined_by), sniffed, columns, extract, con)


def _measured(
    read: Callable[[Mapping[str, str]], Extract],
    sniffed: Sniffed,
    known: Known,
    con: duckdb.DuckDBPyConnection,
    progress: Progress,
) -> tuple[list[Column], Extract]:
    """Measure the columns; a workbook's are read again where real days are to be written as others stand in texts."""
    extract, names = read({}), measured(sniffed.columns)
    columns = measure(con, extract.path, names, known, progress)
    if sniffed.decode["format"].value != "xlsx" or not (forms := forms_of_texts(columns, con, known.shell)):
        return columns, extract
    if settled := {name: of[0].read for name, of in forms.items() if len(of) == 1}:
        extract = read(settled)
        columns = measure(con, extract.path, names, known, progress)
    return as_questions(columns, forms), extract


def _drafted(
    file: Path,
    wanted: Wanted,
    known: Known,
    sniffed: Sniffed,
    columns: list[Column],
    extract: Extract,
    con: duckdb.DuckDBPyConnection,
) -> Draft:
    known = known.speaking(wanted.languages or languages_of(columns, known.languages, known))
    table = table_for(columns, sniffed.columns, wanted.table, known, con)
    known, used = known.reading(str(table.value)), known.table(str(table.value))
    wide = dates_above(sniffed.columns, used, known, con) or places_above(sniffed.columns, used, known)
    lines = lines_of(columns, wide, used, known, con, extract.path)
    lines = with_totals(lines, {c.name: c for c in columns}, used, known, con, extract.path)
    lines, sniffed = with_sheet(lines, columns, sniffed)
    names = [file.name, *sniffed.above, *sniffed.columns]
    facts = Facts(con, extract.path, lines, wide.named if wide else None, wide.days() if wide else ())
    settled = _settled(lines, used, known, facts, names, wanted)
    decoding, contradicted = _decoding(columns, settled.lines, wide, used, known)
    scraped = asked_of_scrapes(used, columns, known, replace(facts, lines=settled.lines))
    open_ = (*which_table(table), *sniffed.questions, *contradicted, *settled.asked, *scraped)
    place = known.declared.places.get(wanted.state.upper())
    return Draft(
        source=f"{wanted.state.lower()}/{wanted.name or table.value}",
        title=f"{place.name_en if place else wanted.state}, {used.title[:1].lower()}{used.title[1:]}",
        table=table,
        language=Said(list(known.languages), "likely", "the words of headers and cells are of it"),
        matching=_matching(file),
        timezone=known.shell.arrives.timezone,
        decode={**sniffed.decode, **decoding},
        constants=settled.constants,
        lines=tuple(settled.lines),
        into=used.fact if wide or any(x.role == "unpivot" for x in settled.lines) else None,
        name_is=wide.name_is() if wide else None,
        all_dates=bool(wide and wide.read),
        questions=(*open_, *asked(settled.lines, wide)),
    )


@dataclass(frozen=True)
class _Settled:
    """The lines with what kind of figure each has, and the constants; what nothing says is asked."""

    lines: list[Line]
    constants: dict[str, Said]
    asked: tuple[str, ...]


def _settled(lines: list[Line], table: Table, known: Known, facts: Facts, names: list[str], wanted: Wanted) -> _Settled:
    lines, kind = kinds(lines, table, known, facts)
    lines = beside_its_parts(told_apart(lines), table)
    facts = replace(facts, lines=lines)
    seen = {KIND: kind} if kind else {}
    fixed, open_ = constants(table, dict(wanted.given), seen, names, known, facts)
    if "period_type" in table.fields and not any(x.field == "period_type" for x in lines):
        days = days_of(table, facts, known)
        lines = [with_named_day(x, fixed.get("period_type"), days) if x.field == table.time else x for x in lines]
    return _Settled(lines, fixed, open_)


def _decoding(
    columns: list[Column], lines: list[Line], wide: Wide | None, table: Table, known: Known
) -> tuple[dict[str, Said], tuple[str, ...]]:
    """Settle the marks in numbers and the cells that say nothing: one answer for the file."""
    types = {name: entry.type for name, entry in known.declared.fields.items()}
    by_name = {c.name: c for c in columns}
    filled = [(by_name[x.column], types.get(x.field or table.fact)) for x in lines if x.role == "unpivot" or x.field]
    filled += [(c, types.get(table.fact)) for c in columns if wide and c.name in wide.columns]
    found, contradicted = marks((c, kind == "integer") for c, kind in filled if kind in {"integer", "decimal"})
    across = [Line(c, "unpivot", "likely", "", table.fact) for c in wide.columns] if wide else []
    silent = nothing(columns, [*lines, *across], known)
    return {**found, **({"nothing": silent} if silent else {})}, contradicted


def _check(wanted: Wanted, declared: Declarations) -> None:
    if not re.fullmatch("[A-Za-z]{2}", wanted.state):
        raise UnknownSource(f"'{wanted.state}' is not a state: say its two letters, such as xx")
    if wanted.table is not None and wanted.table not in declared.tables:
        raise UnknownSource(f"there is no table '{wanted.table}'; known are {', '.join(sorted(declared.tables))}")
    for language in wanted.languages:
        if language not in declared.languages:
            raise UnknownSource(f"there is no language '{language}'; known are {', '.join(sorted(declared.languages))}")
    for name, value in wanted.given.items():
        if name not in declared.fields:
            raise UnknownSource(f"there is no field '{name}' that could be set")
        coded = declared.fields[name].codes is not None
        if coded and value not in (known := codes_of(declared, wanted.table or "", name).known()):
            raise UnknownSource(f"'{value}' is not a code of {name}; known are {', '.join(sorted(known))}")


def _shell(file: Path, wanted: Wanted, languages: tuple[str, ...], timezone: str) -> Source:
    """A source that declares nothing of its columns yet: the path's own readers are asked through it."""
    said = {
        "source": f"{wanted.state.lower()}/draft",
        "title": "a draft",
        "table": wanted.table or "",
        "language": languages,
        "arrives": {"matching": file.name, "timezone": timezone},
    }
    return Source.model_validate(said)


def _matching(file: Path) -> str:
    found = _CHANGING.sub("*", file.name)
    return found if "*" in found else f"{file.name.partition('.')[0]}*{''.join(file.suffixes)}"
