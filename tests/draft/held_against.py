"""A draft held against the declaration by which its file was written: column by column, cell by cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import duckdb

from pipelines.artefacts import Delivery, Extract, Workspace
from pipelines.declarations import Declarations
from pipelines.declarations.folding import fold, fold_macro
from pipelines.declarations.source import Mapping, Source
from pipelines.declarations.words import words
from pipelines.decode import decode
from pipelines.documents.table import is_within
from pipelines.draft import Draft, as_source
from pipelines.draft.drafted import Confidence, Line
from pipelines.engine import name
from pipelines.harmonise.values import Reading, macros, mapped_readings, month_macro, repair_macro, value_sql
from pipelines.settings import Settings
from pipelines.steps import utc_now

How = Literal["right", "asked", "wrong"]
FACTS = {"value", "rate", "doses_administered_count"}
NEVER_IN_A_FILE = {"case_basis", "date_basis", "pathogen", "period_type", "rate_unit"}
NEVER_IN_A_FILE |= {"lineage_system", "sequencing_method", "sampling_strategy"}


@dataclass(frozen=True)
class Held:
    """One column, or all columns together whose names are days or places: is the draft right, silent, or wrong?"""

    column: str
    how: How
    confidence: Confidence
    wanted: str
    drafted: str = ""


def held(
    draft: Draft, truly: Source, file: Path, declared: Declarations, settings: Settings, folder: Path
) -> list[Held]:
    """Hold every column of a file against the declared source."""
    drafted = as_source(draft)
    truly = _with_names_of(drafted, truly)
    columns = tuple(line.column for line in draft.lines) + (draft.name_is.values if draft.name_is else ())
    extract = _decoded(file, truly, folder / "truly", settings)
    every = {f"c{i}": Mapping.model_validate({"from": column}) for i, column in enumerate(columns)}
    whole = drafted.model_copy(update={"map": {**drafted.map, **every}, "unpivot": None, "ignore": ()})
    mine = _decoded(file, whole, folder / "drafted", settings).path
    lines = {line.column: line for line in draft.lines}
    apart = wide_columns(truly, extract.columns)
    found = [_wide(draft, drafted, truly, apart, declared)] if apart else []
    for column in (c for c in columns if c not in apart):
        line = lines.get(column)
        said, wanted, same = _same(column, drafted, truly, declared, (mine, extract.path))
        confidence = _confidence(line, draft, truly) if line else "question"
        how: How = "asked" if confidence == "question" else "right" if same else "wrong"
        found.append(Held(column, how, confidence, wanted, _shown(line, said)))
    return found


def _shown(line: Line | None, said: str) -> str:
    """Give what was drafted, or between which fields it was left open."""
    return " or ".join(line.candidates) if line and line.role == "open" else said


def _with_names_of(drafted: Source, truly: Source) -> Source:
    """Give the declared source with everything called as in the draft that a declaration may call as it likes.

    The short names of code systems and the mark between two rows of names stand in the names of columns, and the column
    of the sheets' names has one that is not in the file.
    """
    truly = _with_columns_of(drafted, truly)
    ours, theirs = drafted.decode.fhir, truly.decode.fhir
    if ours is None or theirs is None:
        return truly
    said = truly.model_dump_json(by_alias=True, exclude_defaults=True)
    for called, address in ours.systems.items():
        for other in (c for c, a in theirs.systems.items() if a == address):
            said = said.replace(f"[{other}]", f"[{called}]").replace(
                f'"{other}":"{address}"', f'"{called}":"{address}"'
            )
    return Source.model_validate_json(said)


def _with_columns_of(drafted: Source, truly: Source) -> Source:
    said = truly.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    theirs = truly.decode.header.columns
    numbered = dict(zip(theirs, drafted.decode.header.columns, strict=True)) if theirs else {}
    for mapping in said["map"].values() if numbered else ():
        mapping["from"] = numbered[mapping["from"]]
    if numbered:
        said["decode"]["header"]["columns"] = [*numbered.values()]
    if numbered and truly.count:
        said["count"]["each"] = numbered[truly.count.each]
    mark, sheet = truly.decode.header.joined_by, truly.decode.sheets.column
    for mapping in said["map"].values() if truly.decode.header.rows > 1 or sheet else ():
        named = mapping["from"]
        mapping["from"] = (
            drafted.decode.sheets.column if named == sheet else named.replace(mark, drafted.decode.header.joined_by)
        )
    if sheet:
        said["decode"]["sheets"]["column"] = drafted.decode.sheets.column
    if truly.decode.header.rows > 1:
        said["decode"]["header"]["joined_by"] = drafted.decode.header.joined_by
    return Source.model_validate(said)


def _confidence(line: Line, draft: Draft, truly: Source) -> Confidence:
    """A column of figures is as sure as the constants that say what it counts."""
    if line.role == "unpivot" or line.field in FACTS:
        needed = {*_codes(dict(truly.constants)), *_codes(_meaning(line.column, truly))} - {*line.meaning}
        table = [draft.constants[f].confidence if f in draft.constants else "question" for f in needed]
        return max([line.confidence, *table], key=["certain", "likely", "question"].index)
    return line.confidence


def _meaning(column: str, source: Source) -> dict[str, Any]:
    columns = source.unpivot.columns if source.unpivot else ()
    return columns[column][-1].values() if isinstance(columns, dict) and column in columns else {}


def _decoded(file: Path, source: Source, folder: Path, settings: Settings) -> Extract:
    return decode(
        Delivery("test", source.source, file.name, file, "", 0, utc_now()), source, Workspace(folder), settings
    )


def wide_columns(source: Source, columns: tuple[str, ...]) -> set[str]:
    """Give the columns whose names are values."""
    if source.unpivot is None or source.unpivot.name_is is None:
        return set()
    mapped = {m.from_ for m in source.map.values()} | set(source.ignore)
    return {c for c in columns if c not in mapped}


def _wide(draft: Draft, drafted: Source, truly: Source, apart: set[str], declared: Declarations) -> Held:
    ours = drafted.unpivot.name_is if drafted.unpivot else None
    theirs = truly.unpivot.name_is if truly.unpivot else None
    assert theirs is not None
    same = (
        ours is not None and ours.field == theirs.field and (ours.read or "yyyy-MM-dd") == (theirs.read or "yyyy-MM-dd")
    )
    if same and ours and declared.fields[theirs.field].type == "place":
        known = [words(declared, s, theirs.field, n.codes) for s, n in ((drafted, ours), (truly, theirs))]
        same = all(known[0].get(fold(c)) == known[1].get(fold(c)) for c in apart)
    confidence = draft.name_is.confidence if draft.name_is else "question"
    return Held(f"({len(apart)} columns)", "right" if same else "wrong", confidence, theirs.field)


def _same(
    column: str, drafted: Source, truly: Source, declared: Declarations, extracts: tuple[Path, Path]
) -> tuple[str, str, bool]:
    ours, theirs = _use(column, drafted), _use(column, truly)
    said, wanted = (", ".join(f"{k}={v}" for k, v in use.items() if k != "reading") for use in (ours, theirs))
    mine, yours = ours.pop("reading", None), theirs.pop("reading", None)
    if ours != theirs:
        return said, wanted, False
    if mine is None or yours is None:
        return said, wanted, mine is yours
    read = _values(column, mine, drafted, declared, extracts[0])
    return said, wanted, read == _values(column, yours, truly, declared, extracts[1])


def _use(column: str, source: Source) -> dict[str, Any]:
    """Give what a source makes of a column: its field, the codes that it sets, and how its cells are read."""
    unpivot = source.unpivot
    for field, mapping in source.map.items():
        if mapping.from_ == column:
            fixed = _codes(dict(source.constants)) if field in FACTS else {}
            return {
                "field": field,
                **fixed,
                "reading": field,
            }
    if unpivot and (own := _meaning(column, source)):
        meaning = {**source.constants, **own}
        return {"field": unpivot.into, **_codes(meaning), "reading": unpivot.into}
    for aside in source.total_of_parts:
        if aside.column == column:
            return {"total": tuple(sorted(aside.values))}
    return {"ignored": is_within(column, source.ignore)}


def _codes(values: dict[str, Any]) -> dict[str, Any]:
    return {k: str(v) for k, v in values.items() if k not in NEVER_IN_A_FILE | {"region"}}


def _values(column: str, field: str, source: Source, declared: Declarations, extract: Path) -> list[Any]:
    """Read every cell of a column as the path would."""
    read = source.unpivot.read if source.unpivot and field not in source.map else None
    reading = mapped_readings(source, declared).get(field) or Reading(field, declared.fields[field], read)
    con = duckdb.connect()
    for macro in (
        fold_macro(),
        *repair_macro(source, declared),
        *macros([reading], source, declared),
        *month_macro(source, declared),
    ):
        con.execute(macro)
    read_as = value_sql(name(column), reading, source)
    return con.execute(f"SELECT {read_as} FROM '{extract}'").fetchall()


def told(source: str, found: list[Held]) -> Iterator[str]:
    """Say the figure of a source, and each column that is not right."""
    counted = Counter(h.how for h in found)
    open_ = f"{counted['asked']} asked, {counted['wrong']} wrong"
    yield f"{source:28} {counted['right']:3} of {len(found):3} right, {open_}"
    rest = (h for h in found if h.how != "right")
    yield from (f"    {h.how:5} {h.confidence:8} {h.column}: {h.wanted} <- {h.drafted or 'nothing'}" for h in rest)
