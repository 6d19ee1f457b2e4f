"""What may be declared about the bytes of a source: format, encoding, marks, and where the names of columns stand."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from pipelines.declarations.model import Declared

THOUSANDS = {"none": "", "dot": ".", "comma": ",", "space": " ", "nbsp": "\u00a0", "apostrophe": "'"}

_ONE_BYTE = r"^[\t\x20-\x7e]$"  # in every alphabet, and counted as such


class ShortRow(Declared):
    """The exact shape of a row that stops early and means that nothing was reported."""

    cells: int = Field(ge=1, description="how many cells it has")
    means: Literal["not-reported"] = "not-reported"


class Header(Declared):
    """Where the column names stand, if not in the first row, or what they are, if they stand nowhere."""

    rows_above: Annotated[int, Field(ge=0, le=1000)] | Literal["until-names"] = Field(
        0,
        description="title lines above the names: how many, or `until-names`: as many as there are above the row that "
        "has every declared name. They are counted and not taken over. Example: `header: {rows_above: 4}`",
    )
    rows: int = Field(
        1,
        ge=1,
        le=4,
        description="2 and more: the names stand in so many rows, one over the other; an upper cell also stands for "
        "the empty ones to its right that have a name beneath, and a merged one of a workbook exactly for those that "
        "it covers. Example: `header: {rows: 2}`",
    )
    joined_by: str = Field(
        " / ",
        description='the mark between upper and lower name. Example: `header: {rows: 2, joined_by: ": "}`',
    )
    unnamed: str = Field(
        "",
        description="what the one column without a name is called here, such as the first one of a table that a "
        "statistics program wrote with its row numbers. Example: `header: {unnamed: row}`",
    )
    columns: tuple[str, ...] = Field(
        (), description="the names, in order, where the file has none. Example: `header: {columns: [Gün, Şehir, Sayı]}`"
    )


class Sheets(Declared):
    """Which sheets of a workbook are read, one after the other, and which are not. Any other stops the delivery."""

    read: tuple[str, ...] = Field(
        (),
        description="their names, or patterns with * and ?; all have the same columns. One that is hidden is read only "
        "where its very name stands here. Left out: the one sheet that is not ignored. "
        'Example: `sheets: {read: ["2024-*"]}`',
    )
    ignore: tuple[str, ...] = Field(
        (),
        description="names or patterns of those that are not taken over, hidden or not. "
        "Example: `sheets: {ignore: [Анықтама]}`",
    )
    column: str | None = Field(
        None,
        description="what a column is called that is not in the file: it has the name of the sheet in each row, and is "
        "mapped as any other. Example: `sheets: {column: sheet}` and `map: {region: {from: sheet}}`",
    )


class Records(Declared):
    """Where the records of a JSON document stand, and what stands beside them."""

    at: str = Field(
        "",
        description="the keys that lead to the records. Example: `records: {at: data.rows}`",
    )
    keyed_by: str = Field(
        "",
        description="there is no array: each record stands under a name of its own, which becomes this column. "
        'Example: `records: {keyed_by: day}` for `{"2020-07-13": {"cases": 4}}`',
    )
    beside: tuple[str, ...] = Field(
        (),
        description="keys of the document that are not taken over. "
        "Example: `records: {at: rows, beside: [generatedAt]}`",
    )
    optional: tuple[str, ...] = Field(
        (),
        description="columns that a whole delivery may lack, since their keys are left out where nothing is known. "
        "Example: `records: {optional: [note]}`",
    )


class Fhir(Declared):
    """Which resource is the row, what stands beside it, and how code systems are called in the names of columns."""

    rows: str = Field(
        pattern=r"^[A-Z][A-Za-z]+$", description="the type of resource that is a row. Example: `rows: Observation`"
    )
    joined: tuple[str, ...] = Field(
        (), description="types that a row may refer to; all must be there. Example: `joined: [Patient, Encounter]`"
    )
    left_out: tuple[str, ...] = Field(
        (), description="types that are not taken over. Example: `left_out: [Practitioner, Organization]`"
    )
    systems: dict[str, str] = Field(
        {},
        description="the short names of code systems, identifiers and extensions. "
        "Example: `systems: {loinc: 'http://loinc.org'}`, which names a column `Observation.code.coding[loinc].code`",
    )


Format = Literal["csv", "xlsx", "json", "ndjson", "dhis2", "fhir-bundle", "fhir-ndjson", "parquet"]


class Decode(Declared):
    """How the bytes are written."""

    format: Format = Field(
        "csv",
        description="csv: delimited text, plain or gzip. xlsx: a workbook. json, ndjson: an array of records, or one "
        "in each line. dhis2: a data value set (JSON). fhir-bundle, fhir-ndjson: FHIR R4, a bundle or a bulk export. "
        "parquet: a table of plain columns. Example: `format: ndjson`",
    )
    zip: str | None = Field(
        None,
        description="the delivery is a zip archive, and the one file in it has a name like this. A bulk export "
        '(fhir-ndjson) may have several. Example: `zip: "*.csv"`',
    )
    records: Records | None = Field(
        None, description="for json and ndjson: where the records stand. Example: `records: {at: data.rows}`"
    )
    fhir: Fhir | None = Field(
        None, description="for FHIR: the row. Example: `fhir: {rows: Observation, joined: [Patient]}`"
    )
    sheets: Sheets = Field(
        Sheets(),
        description="the sheets of the workbook, where it has more than one. Example: `sheets: {read: [Лист1]}`",
    )
    hidden: Literal["refused", "taken"] = Field(
        "refused",
        description="what becomes of cells in hidden rows and columns, such as those that a filter hides. taken: they "
        "count as any other, and a note says how many. Example: `hidden: taken`",
    )
    merged: tuple[Literal["down", "across"], ...] = Field(
        (),
        description="what cells of a workbook that are merged below the names say. down: a cell merged over rows says "
        "the same in each of them. across: a cell merged over columns says it in the first one, and nothing in the "
        "others, such as the label of a total. Any other is refused. Example: `merged: [down]`",
    )
    encoding: tuple[str, ...] = Field(
        ("utf-8",), description="tried in this order. Example: `encoding: [utf-8, kz1048]`"
    )
    delimiter: str = Field(",", pattern=_ONE_BYTE, description='Example: `delimiter: ";"`')
    quote: str = Field('"', pattern=_ONE_BYTE, description="Example: `quote: '\"'`")
    decimal: Literal[".", ","] = Field(".", description='the decimal mark. Example: `decimal: ","`')
    thousands: Literal["none", "dot", "comma", "space", "nbsp", "apostrophe"] = Field(
        "none", description="the mark between thousands. Example: `thousands: nbsp`"
    )
    header: Header = Field(
        Header(),
        description="where the column names stand, if not in the first row. "
        "Example: `header: {rows_above: until-names}`",
    )
    nothing: tuple[str, ...] = Field(
        (), description='cells that mean absent, beside the empty one. Example: `nothing: ["-"]`'
    )
    short_row: ShortRow | None = Field(None, description="Example: `short_row: {cells: 1, means: not-reported}`")

    @field_validator("encoding", mode="before")
    @classmethod
    def _one_or_more(cls, value: object) -> object:
        return [value] if isinstance(value, str) else value
