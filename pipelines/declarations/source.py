"""What may be declared about a source: a closed list of verbs, each with one example in its description."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import ConfigDict, Field, field_validator

from pipelines.declarations.arrives import Arrives
from pipelines.declarations.decoding import Decode
from pipelines.declarations.delivers import Delivers
from pipelines.declarations.model import Acknowledge, Declared, Scalar


class Part(Declared):
    """Which part of a cell that holds several things is meant. A cell with another number of parts is a problem."""

    parted_by: str = Field(min_length=1, description='what stands between the parts. Example: `parted_by: " - "`')
    take: int = Field(ge=1, description="the part that is meant, counted from 1. Example: `take: 1`")
    of: int = Field(2, ge=2, description="how many parts there are. Example: `of: 2`")


class Mapping(Declared):
    """Which column a field comes from, and how its cells are read."""

    from_: str = Field(alias="from", description="the sender's column. Example: `region: {from: Облыс}`")
    read: str | None = Field(
        None,
        description=(
            "the written form. Dates: `dd.MM.yyyy`, `d MMMM yyyy`, `yyyy-'W'ww`, "
            "`yyyyMM` (its first day), `instant` (with `zone`), `serial` "
            "(a workbook's days as plain numbers). Numbers: a form with # for the digits, such as `%#`. Ages: "
            "`range-low`, `range-high` for `20-24`"
        ),
    )
    zone: str | None = Field(
        None, description="the zone in which an instant becomes a day. Example: `zone: Asia/Almaty`"
    )
    codes: dict[str, Scalar] = Field(
        {},
        description="words that no label explains, or that stand for a whole number or another text. "
        'Examples: `codes: {"1": F}`, '
        "`age_from_years: {from: Age, read: range-low, codes: {unknown: -2}}`",
    )
    nothing: tuple[str, ...] = Field((), description='cells of this column that mean absent. Example: `nothing: ["%"]`')
    missing: dict[str, str] = Field(
        {},
        description="what stands in the place of a figure and says why there is none, with its code of "
        '`missing_reason`; of the column that is the fact. Example: `missing: {"*": SUPPRESSED}`',
    )
    unit: str | None = Field(
        None,
        description="the sender's unit by UCUM, if another; schemas/units.csv converts it. Example: `unit: g/dL`",
    )
    level: str | None = Field(
        None,
        description="the geo_level of the places in this column; names that only places of other levels bear are not "
        "known here. Example: `region: {from: Country code, level: country}`",
    )
    place_codes: str | None = Field(
        None,
        description="the national list whose codes stand in this column, and nothing else does; a code may lack the 0 "
        "that a spreadsheet dropped. Example: `region: {from: КАТО, place_codes: KATO}`",
    )
    part: Part | None = Field(
        None,
        description="where the column holds several things. "
        'Example: `indicator: {from: Entity, part: {parted_by: " - ", take: 2}}`',
    )
    rest: Literal["nothing"] | None = Field(
        None,
        description="cells without any of these words say nothing of this field, for another field is read from them: "
        "words that stand in a column of dates. "
        "Example: `asymptomatic: {from: Onset, codes: {No symptoms: Y}, rest: nothing}`",
    )
    names: Literal["first-day", "last-day"] = Field(
        "first-day",
        description="which day of its period a date names; the last one becomes the first, by the period_type. "
        "Example: `period_start: {from: Week ending, read: yyyy-MM-dd, names: last-day}`",
    )


class Meaning(Declared):
    """What one column of a wide file means: values for fields, perhaps only from or until a day."""

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)

    from_: date | None = Field(None, alias="from", description="from this day on. Example: `from: 2020-12-10`")
    until: date | None = Field(None, description="until this day, itself included. Example: `until: 2020-12-09`")
    because: str | None = Field(
        None, description="why the meaning changes. Example: `because: bulletin of 10 December`"
    )

    def values(self) -> dict[str, Scalar]:
        """The fields that this meaning sets."""
        return dict(self.model_extra or {})


class NameIs(Declared):
    """The header itself is a value: a date, a place, a code."""

    field: str = Field(description="the field that the header is read as. Example: `name_is: {field: region}`")
    read: str | None = Field(
        None, description="as in `map`. Example: `name_is: {field: period_start, read: yyyy-MM-dd}`"
    )
    codes: dict[str, Scalar] = Field({}, description="as in `map`")


class Unpivot(Declared):
    """Columns that are dates, regions or indicators become rows; each cell is a fact."""

    into: str = Field(description="the field that takes the cell. Example: `into: value`")
    columns: dict[str, tuple[Meaning, ...]] | tuple[str, ...] | Literal["dates"] = Field(
        description="the columns: each with its meaning, or a list of names, or `dates` for all that read as a date"
    )
    name_is: NameIs | None = None
    read: str | None = Field(None, description="the written form of the cells, as in `map`")
    missing: dict[str, str] = Field({}, description='as in `map`. Example: `missing: {"*": SUPPRESSED}`')

    @property
    def days_read(self) -> str:
        """How the names of columns that are days are written."""
        return (self.name_is.read if self.name_is else None) or "yyyy-MM-dd"

    @field_validator("columns", mode="before")
    @classmethod
    def _meanings(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {name: meaning if isinstance(meaning, list) else [meaning or {}] for name, meaning in value.items()}


class SetAside(Declared):
    """Rows that are not facts of this table, known by a cell."""

    column: str = Field(description="the sender's column")
    values: tuple[str, ...] | Literal["any"] = Field(
        description="the cells that say so, compared folded; `any` for every cell that is neither empty nor "
        "one of `others`. Example: `values: [Toplam]`"
    )
    others: tuple[str, ...] = Field(
        (),
        description='the cells that say otherwise; a cell in neither list holds the delivery. Example: `others: ["2"]`',
    )
    because: str


class KeepLast(Declared):
    """Of the facts that agree in these fields the last one counts; the others were overtaken within the file."""

    per: tuple[str, ...] = Field(description="Example: `per: [region, period_start, indicator]`")
    by: str = Field(description="the sender's column that orders them, as text. Example: `by: Date`")


class Count(Declared):
    """Each row is an event, and the table has figures: the events that agree in every field are counted."""

    into: str = Field(description="the field that takes the number. Example: `into: doses_administered_count`")
    each: str = Field(description="the sender's column that names an event. Example: `each: Immunization.id`")


class StaleAfter(Declared):
    """A cumulative feed in which no series rises above all it said before, for longer than this, is frozen.

    What it says behind its last new figure is no new day, even where a stray scrape moves again.
    """

    days: int = Field(ge=1, description="Example: `stale_after: {days: 14}`")


class Spells(Declared):
    """A level for every day, in a table of spells: days on end with the same level are one fact.

    The first of them stays a fact, and the days that continue it are set aside as `same-spell`. A day that says nothing
    breaks a spell; the last spell of a series stays open.
    """

    of: str = Field(description="the level. Example: `of: measure_value`")
    per: tuple[str, ...] = Field(
        min_length=1, description="the fields that tell the series apart. Example: `per: [region, measure_indicator]`"
    )
    until: str = Field(description="the field that takes a spell's last day. Example: `until: measure_end_date`")
    numbered: str = Field(
        description="the field that takes a spell's number, of series and first day. Example: `numbered: measure_id`"
    )


class Correction(Declared):
    """A known error of the sender, mended where it stands exactly as expected, and nowhere else."""

    field: str
    where: dict[str, Scalar]
    expect: Scalar
    value: Scalar
    because: str
    status: Literal["reported", "acknowledged"] = "reported"


class Source(Declared):
    """A file of schemas/sources: what one sender sends, how it is read, what it means."""

    source: str = Field(
        pattern=r"^[a-z]{2}/[a-z0-9_]+$", description="`<iso2>/<name>`, as its file. Example: `kz/case_counts`"
    )
    extends: str | None = Field(
        None,
        description="a file beside it whose keys count where this one says nothing. Example: `extends: case_counts`",
    )
    title: str
    table: str = Field(description="the shared table that it fills. Example: `table: case_counts`")
    language: tuple[str, ...] = Field(min_length=1, description="of names and words. Example: `language: [kk, ru]`")
    provenance: dict[str, str] = Field(
        {}, description="whose it is. Example: `provenance: {publisher: koronavirus.gov.hu, licence: MIT}`"
    )
    data_source: str | None = Field(
        None,
        description="the system behind the figures, a row of data_sources. Example: `data_source: tr_hsys`",
    )
    reports_on: tuple[str, ...] = Field(
        (), description="countries, where not the sender's own alone; `any` for all. Example: `reports_on: [any]`"
    )
    arrives: Arrives
    delivers: Delivers = Field(
        Delivers(),
        description="what a delivery does to those before it. Example: `delivers: {kind: replace, period: file}`",
    )
    decode: Decode = Decode()
    repair: tuple[str, ...] = Field((), description="named text repairs. Example: `repair: [hungarian-double-acute]`")
    constants: dict[str, Scalar] = Field(
        {}, description="fields that are the same for every fact. Example: `constants: {pathogen: SARSCOV2}`"
    )
    map: dict[str, Mapping] = Field(
        {}, description="field by field: the column it comes from. Example: `map: {region: {from: Облыс}}`"
    )
    unpivot: Unpivot | None = Field(
        None,
        description="a wide file. Example: `unpivot: {into: value, columns: dates, name_is: {field: period_start}}`",
    )
    ignore: tuple[str, ...] = Field((), description="columns that are not taken over. Example: `ignore: [Ескерту]`")
    out_of_scope: tuple[SetAside, ...] = Field(
        (),
        description="rows that are not of this table. "
        "Example: `out_of_scope: [{column: Status, values: [omit_error], because: withdrawn by the sender}]`",
    )
    total_of_parts: tuple[SetAside, ...] = Field(
        (),
        description="rows that add up others that are here too. "
        "Example: `total_of_parts: [{column: İl, values: [Toplam], because: the sum of the provinces}]`",
    )
    keep_last_per: KeepLast | None = Field(
        None, description="repeated scrapes. Example: `keep_last_per: {per: [region, period_start], by: Date}`"
    )
    count: Count | None = Field(
        None,
        description="rows that are events become figures; an event that is told twice counts once. "
        "Example: `count: {into: doses_administered_count, each: Immunization.id}`",
    )
    stale_after: StaleAfter | None = Field(None, description="a frozen feed. Example: `stale_after: {days: 14}`")
    spells: Spells | None = Field(
        None,
        description="daily levels become spells. Example: `spells: {of: measure_value, "
        "per: [region, measure_indicator], until: measure_end_date, numbered: measure_id}`",
    )
    not_collected: dict[str, str] = Field(
        {},
        description="required fields that this sender cannot have, with the reason. "
        "Example: `not_collected: {report_date: the list has no dates}`",
    )
    corrections: tuple[Correction, ...] = Field(
        (),
        description="known errors of the sender. "
        "Example: `corrections: [{field: value, where: {note: bulletin 7}, expect: 4120, value: 412, "
        "because: a digit typed twice}]`",
    )
    acknowledged: tuple[Acknowledge, ...] = Field((), description=f"doubts that are explained. {Acknowledge.EXAMPLE}")
    questions: tuple[str, ...] = Field(
        (),
        description="what a draft left open; a declaration with a question is not used. "
        "Example: `questions: [is the column Tarih dd/MM/yyyy or MM/dd/yyyy?]`",
    )
    hold_above_rejected_share: float = Field(
        0.2, ge=0, le=1, description="a delivery with more rejected waits for a person"
    )

    @property
    def country(self) -> str:
        """The ISO 3166-1 code of the reporting country."""
        return self.source[:2].upper()


def declared_columns(source: Source) -> list[str]:
    """Give the columns of the file that the source's declaration names."""
    unpivoted = list(source.unpivot.columns) if source.unpivot and source.unpivot.columns != "dates" else []
    asides = [a.column for a in (*source.out_of_scope, *source.total_of_parts)]
    ordered = [source.keep_last_per.by] if source.keep_last_per else []
    ordered += [source.count.each] if source.count else []
    named = [*(m.from_ for m in source.map.values()), *unpivoted, *asides, *ordered, *source.ignore]
    return [column for column in dict.fromkeys(named) if column != source.decode.sheets.column]
