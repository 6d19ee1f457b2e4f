"""How each column of a file was read, in words: into which field, in which form, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.artefacts import Harmonised
from pipelines.declarations.source import Meaning, Source, Unpivot
from pipelines.report.speech import Speech


@dataclass(frozen=True)
class Reading:
    """One column of the file: what it is read as, and what that means."""

    column: str
    into: str
    meaning: str = ""


def readings(harmonised: Harmonised, source: Source, speech: Speech) -> list[Reading]:
    """Say of each column of the file, in the file's order, what it was read as."""
    fields: dict[str, list[str]] = {}
    for field, column in harmonised.columns.items():
        if column:
            fields.setdefault(column, []).append(field)
    return [_reading(column, fields.get(column, []), source, speech) for column in harmonised.extract.columns]


def _reading(column: str, fields: Sequence[str], source: Source, speech: Speech) -> Reading:
    unpivot = source.unpivot
    if fields:
        meaning = _named(fields, speech)
        return Reading(column, ", ".join(_form(f, source, speech) for f in fields), meaning)
    if unpivot and column not in source.ignore and (unpivot.columns == "dates" or column in unpivot.columns):
        return Reading(column, speech.word("reading.cells", field=unpivot.into), _meanings(column, unpivot, speech))
    used = {aside.column for aside in (*source.out_of_scope, *source.total_of_parts)}
    used |= {source.keep_last_per.by} if source.keep_last_per else set()
    return Reading(column, speech.word("reading.aside" if column in used else "reading.ignored"))


def _named(fields: Sequence[str], speech: Speech) -> str:
    """Say what fields mean: in English by the sentences of the dictionary, in another language by their names."""
    declared = speech.declared.fields
    if speech.foreign:
        return "; ".join(speech.field(f) for f in fields if f in declared)
    return " ".join(declared[f].meaning for f in fields if f in declared)


def _form(field: str, source: Source, speech: Speech) -> str:
    mapping = source.map.get(field)
    if mapping is None or mapping.read is None:
        return field
    if mapping.zone:
        return speech.word("reading.form-in-zone", field=field, form=speech.form(mapping.read), zone=mapping.zone)
    return speech.word("reading.form", field=field, form=speech.form(mapping.read))


def _meanings(column: str, unpivot: Unpivot, speech: Speech) -> str:
    if unpivot.name_is:
        return speech.word("reading.name", field=unpivot.name_is.field)
    meanings = unpivot.columns[column] if isinstance(unpivot.columns, dict) else ()
    return "; ".join(filter(None, (_meaning(meaning, speech) for meaning in meanings)))


def _meaning(meaning: Meaning, speech: Speech) -> str:
    days = [speech.word("reading.from", day=speech.day(meaning.from_))] if meaning.from_ else []
    days += [speech.word("reading.until", day=speech.day(meaning.until))] if meaning.until else []
    return " ".join([*days, ", ".join(f"{field} = {value}" for field, value in meaning.values().items())])
