"""How each column of a file was read, in words: into which field, in which form, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.artefacts import Harmonised
from pipelines.declarations import Declarations
from pipelines.declarations.source import Meaning, Source, Unpivot


@dataclass(frozen=True)
class Reading:
    """One column of the file: what it is read as, and what that means."""

    column: str
    into: str
    meaning: str = ""


def readings(harmonised: Harmonised, source: Source, declared: Declarations) -> list[Reading]:
    """Say of each column of the file, in the file's order, what it was read as."""
    fields: dict[str, list[str]] = {}
    for field, column in harmonised.columns.items():
        if column:
            fields.setdefault(column, []).append(field)
    return [_reading(column, fields.get(column, []), source, declared) for column in harmonised.extract.columns]


def _reading(column: str, fields: Sequence[str], source: Source, declared: Declarations) -> Reading:
    unpivot = source.unpivot
    if fields:
        meaning = " ".join(declared.fields[f].meaning for f in fields if f in declared.fields)
        return Reading(column, ", ".join(_form(f, source) for f in fields), meaning)
    if unpivot and column not in source.ignore and (unpivot.columns == "dates" or column in unpivot.columns):
        return Reading(column, f"{unpivot.into}, each cell a fact of its own", _meanings(column, unpivot))
    used = {aside.column for aside in (*source.out_of_scope, *source.total_of_parts)}
    used |= {source.keep_last_per.by} if source.keep_last_per else set()
    return Reading(column, "used to set rows aside" if column in used else "not taken over, as declared")


def _form(field: str, source: Source) -> str:
    mapping = source.map.get(field)
    if mapping is None or mapping.read is None:
        return field
    return f"{field}, written {mapping.read}{f' in {mapping.zone}' if mapping.zone else ''}"


def _meanings(column: str, unpivot: Unpivot) -> str:
    if unpivot.name_is:
        return f"its name is read as {unpivot.name_is.field}"
    meanings = unpivot.columns[column] if isinstance(unpivot.columns, dict) else ()
    return "; ".join(filter(None, map(_meaning, meanings)))


def _meaning(meaning: Meaning) -> str:
    days = f"from {meaning.from_} " if meaning.from_ else ""
    days += f"until {meaning.until} " if meaning.until else ""
    return days + ", ".join(f"{field} = {value}" for field, value in meaning.values().items())
