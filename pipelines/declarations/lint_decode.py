"""Contradictions in how a source says that its bytes are written."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.declarations.decoding import THOUSANDS, Header
from pipelines.declarations.source import Source, declared_columns
from pipelines.declarations.yaml_lines import Wrong

_OF_ONE_FORM = {
    "sheets",
    "hidden",
    "merged",
    "encoding",
    "delimiter",
    "quote",
    "short_row",
    "header",
    "records",
    "fhir",
}


def wrong_decode(source: Source) -> Iterator[Wrong]:
    """Find what is said of a form of files to which it says nothing, and what contradicts itself."""
    decode = source.decode
    for verb in sorted(decode.model_fields_set & _OF_ONE_FORM - _verbs(decode.format)):
        yield f"'{verb}' says nothing about format: {decode.format}", ("decode", verb)
    if decode.format.startswith("fhir") and decode.fhir is None:
        yield f"format: {decode.format} needs fhir: which resource is the row", ("decode",)
    if decode.format == "ndjson" and decode.records and (decode.records.at or decode.records.keyed_by):
        yield "ndjson has a record in each line: 'at' and 'keyed_by' are for json", ("decode", "records")
    if decode.format not in {"csv", "xlsx"} and source.unpivot and source.unpivot.columns == "dates":
        yield "columns that are dates are read in csv and xlsx alone: name them", ("unpivot", "columns")
    yield from ((what, ("decode", "header")) for what in _header(source))
    yield from ((what, ("decode", "sheets")) for what in _sheets(source))
    if THOUSANDS[source.decode.thousands] == source.decode.decimal:
        yield "the mark between thousands is the decimal mark", ("decode", "thousands")
    for encoding in source.decode.encoding:
        try:
            "".encode(encoding)
        except LookupError:
            yield f"there is no encoding '{encoding}'", ("decode", "encoding")


def _verbs(form: str) -> set[str]:
    """Give what may be said of one form of files and not of each."""
    if form.startswith("fhir"):
        return {"fhir"}
    table = {"encoding", "delimiter", "quote", "short_row", "header"}
    return {
        "csv": table,
        "xlsx": {"sheets", "hidden", "merged", "header"},
        "json": {"records"},
        "ndjson": {"records"},
    }.get(form, set())


def _sheets(source: Source) -> Iterator[str]:
    """A sheet is read or not, and its name is a column only where a field is read from it."""
    sheets = source.decode.sheets
    for name in sorted(set(sheets.read) & set(sheets.ignore)):
        yield f"the sheet '{name}' is read and ignored"
    if sheets.column and sheets.column not in {mapping.from_ for mapping in source.map.values()}:
        yield f"no field is read from '{sheets.column}', the name of the sheet"


def _header(source: Source) -> Iterator[str]:
    """Names that stand nowhere in the file are said here; then each of them is mapped or ignored, and no other."""
    header, used = source.decode.header, set(declared_columns(source))
    if header.columns and header.rows != 1:
        yield "rows says in how many rows the names stand, and columns that they stand in none"
    if header.columns and header.rows_above == "until-names":
        yield "there are no names in the file to look for: say how many rows stand above the first one"
    if header.joined_by != Header().joined_by and header.rows == 1:
        yield "joined_by is for names in two rows"
    if len(set(header.columns)) < len(header.columns):
        yield "a name stands in columns twice"
    for column in [c for c in header.columns if c not in used] if header.columns else ():
        yield f"the column '{column}' is neither mapped nor ignored"
    for column in sorted(used - set(header.columns)) if header.columns else ():
        yield f"the column '{column}' is not among the names in columns"
