"""A line of the draft for each column: its field, how its cells are read, which words it needs; or a question."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.declarations.folding import fold
from pipelines.declarations.words import AMBIGUOUS, FOREIGN
from pipelines.draft.above import AGES
from pipelines.draft.drafted import Column, Form, Line
from pipelines.draft.figures import by_figures
from pipelines.draft.known import TOTAL, Known
from pipelines.draft.match import Fit, is_beside, is_certain, is_likely, of_a_person
from pipelines.draft.measure import same_days
from pipelines.draft.units import unit_of

if TYPE_CHECKING:
    import duckdb

PERSONAL = "a personal number, a name or a telephone, by which a person is found: ask the sender to leave it out"
_SHOWN, _NEARLY = 8, 0.9
_ALL = 0.95
_ALL_AGES = "-1"  # in age_from_years and age_to_years


def line_of(
    column: Column,
    best: dict[str, Fit],
    every: dict[str, list[Fit]],
    known: Known,
    con: duckdb.DuckDBPyConnection,
    extract: Path,
) -> Line:
    """Say what a column is, when its best field is known."""
    fit = best[column.name]
    sure = is_certain(fit, every)
    header = _of_header(fit)
    line = Line(column.name, "map", "certain" if sure else "likely", header, fit.field)
    another = not fit.is_whole and known.tells_another(column.name)
    if another or not (sure or is_likely(fit, every, best)):
        return open_line(column, every[column.name])
    kind = known.declared.fields[fit.field].type
    if not column.said:
        return replace(line, confidence="likely", why=f"{header}; every cell is empty")
    if kind == "date":
        return _dated(line, column, known, con, extract)
    if kind in {"code", "place"}:
        return _worded(line, column, known)
    if kind in {"integer", "decimal"}:
        return _counted(line, column, known, takes_bounds=fit.takes_bounds)
    told = "no cell stands twice" if column.unique else f"{column.distinct} different texts"
    return replace(line, why=f"{header}; {told}")


def _of_header(fit: Fit) -> str:
    if fit.exact:
        return "the header is a word for it"
    if fit.is_whole or fit.is_ours:
        return "the header is a word for it, in another form"
    if fit.worded:
        return "a part of the header is a word for it, and no list has what the rest says"
    return f"the header is like a word for it ({fit.header:.0%})" if fit.header else "only its cells say so"


def rest_of(column: Column, found: list[Fit], known: Known) -> Line:
    """Say what becomes of a column that is no field."""
    if of_a_person(column.name, known) and not found:
        return Line(column.name, "ignore", "likely", PERSONAL)
    if is_beside(column.name, known) and not any(f.exact for f in found):
        return Line(column.name, "ignore", "likely", "the header is a word for what no field takes")
    if not column.said:
        return Line(column.name, "ignore", "likely", "every cell is empty")
    return replace(open_line(column, found), ask=_deleting(column, known))


def _deleting(column: Column, known: Known) -> str:
    """Ask where rows say that their record is to be deleted, as some tables have it, and this one does not."""
    for field, word in {pair for table in known.declared.tables.values() for pair in table.deleted_by.items()}:
        listed = known.in_cells(field)
        deleted = sum(n for cell, n in column.common if listed.get(fold(cell)) == word)
        if deleted and known.share(column, field) >= _NEARLY:
            told = f"{deleted} of {column.said} rows say that what they tell is to be deleted, and this table deletes"
            return f"{told} none by a row: put such rows into out_of_scope, and let the sender replace or withdraw"
    return ""


def open_line(column: Column, found: list[Fit]) -> Line:
    """Leave a question, with the likeliest fields."""
    examples = ", ".join(cell for cell, _ in column.common[:3])
    return Line(
        column.name, "open", "question", f"cells such as {examples}", candidates=tuple(f.field for f in found[:3])
    )


def chosen_form(
    column: Column, con: duckdb.DuckDBPyConnection, extract: Path, known: Known
) -> tuple[Form | None, tuple[str, ...]]:
    """Choose the form of a column of days; the second of the pair are forms that read as much and see other days."""
    if not column.dates:
        return None, ()
    best = column.dates[0]
    level = [f.read for f in column.dates if f.cells == best.cells and f.read != "instant"] or [best.read]
    rivals = list[str]()
    for read in level[1:]:
        if not any(same_days(con, extract, column.name, (one, read), known.shell) for one in (level[0], *rivals)):
            rivals.append(read)
    return next(f for f in column.dates if f.read == level[0]), tuple(rivals)


def _dated(line: Line, column: Column, known: Known, con: duckdb.DuckDBPyConnection, extract: Path) -> Line:
    form, rivals = chosen_form(column, con, extract, known)
    if form is None:
        return replace(line, role="open", confidence="question", why=f"{line.why}, and no form of days reads its cells")
    told = f"{line.why}; {form.cells} of {column.said} cells read as {form.read}"
    if rivals:
        why = f"{told}, and as many as {', '.join(rivals)}: another day in each"
        return replace(line, role="open", confidence="question", why=why, candidates=(form.read, *rivals))
    told += f"; {form.only} only so" if form.only else ""
    zone = known.shell.arrives.timezone if form.read == "instant" else None
    sure = line.confidence == "certain" and form.cells == column.said and not zone
    return replace(line, confidence="certain" if sure else "likely", why=told, read=form.read, zone=zone)


def _worded(line: Line, column: Column, known: Known) -> Line:
    listed = known.in_cells(line.field or "")
    unclear = {AMBIGUOUS, FOREIGN}
    unknown = [(cell, n) for cell, n in column.common if listed.get(fold(cell), FOREIGN) in unclear]
    codes = by_figures((cell for cell, _ in unknown), line.field or "", known)
    codes |= _by_level(column, unknown, line.field or "", known)
    left = tuple(cell for cell, _ in unknown if cell not in codes)
    read = column.said - sum(n for cell, n in unknown)
    told = f"{line.why}; {read} of {column.said} cells are known words"
    told += f", {len(codes)} more by their figures or their level" if codes else ""
    if left:
        return replace(line, confidence="question", why=told, codes=codes, unknown=left)
    return replace(line, confidence="likely" if codes else line.confidence, why=told, codes=codes)


def _by_level(column: Column, unknown: list[tuple[str, int]], field: str, known: Known) -> dict[str, str]:
    """Read a name that two places bear as the one that is of the level of the other names, where only one is."""
    if known.declared.fields[field].type != "place":
        return {}
    listed = known.in_cells(field)
    others = [p for cell, _ in column.common if (p := listed.get(fold(cell), FOREIGN)) not in {AMBIGUOUS, FOREIGN}]
    unclear = [cell for cell, _ in unknown if listed.get(fold(cell)) == AMBIGUOUS]
    return {cell: place for cell in unclear if (place := known.of_level(cell, others))}


def _counted(line: Line, column: Column, known: Known, *, takes_bounds: bool) -> Line:
    read = column.wrap
    if column.low is None or column.high is None:
        told = f"{line.why}, and no cell is a number: {', '.join(cell for cell, _ in column.common[:3])}"
        return Line(column.name, "open", "question", told, candidates=(line.field or "",))
    told = f"{line.why}; {column.numbers} of {column.said} cells are numbers from {column.low:g} to {column.high:g}"
    told += f", written as {read}" if read else ""
    told += _of_bounds(line, column, known, takes_bounds=takes_bounds)
    if codes := _of_all_ages(line, column, known):
        line = replace(line, codes=codes)
        told += f"; {', '.join(codes)} stands for all ages"
    unit, confidence, reason = unit_of(column, line.field or "", known)
    told += f"; {reason}" if reason else ""
    if confidence == "question":
        return replace(line, confidence="question", why=told, read=read, ask=f"in which unit is it? {reason}")
    sure = line.confidence == "certain" == confidence and column.figures(bounds=takes_bounds) == column.said
    return replace(line, confidence="certain" if sure else "likely", why=told, read=read, unit=unit)


def _of_all_ages(line: Line, column: Column, known: Known) -> dict[str, str]:
    """Read a word for a total among the years of age bands as all ages together."""
    words = [cell for cell, _ in column.common if TOTAL in known.says(cell)]
    return dict.fromkeys(words, _ALL_AGES) if line.field in AGES else {}


def _of_bounds(line: Line, column: Column, known: Known, *, takes_bounds: bool) -> str:
    if not column.bounds:
        return ""
    beside = known.declared.fields[line.field or ""].comparator
    where = f"their comparator goes into {beside}" if takes_bounds else "the table takes none, and rejects them"
    return f", and {column.bounds} are bounds such as <{column.low:g}: {where}"
