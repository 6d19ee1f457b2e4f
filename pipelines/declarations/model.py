"""What may be declared about tables: fields, code lists, places, tables, rules. Frozen and typed; no logic."""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

FieldType = Literal["text", "texts", "code", "place", "integer", "decimal", "date"]
Tier = Literal["network", "state"]
Consequence = Literal["reject", "hold", "refuse", "flag", "note"]
Scalar = str | int | float | date

EACH = "{each}"

SQL_TYPE: dict[str, str] = {
    "text": "VARCHAR",
    "texts": "VARCHAR[]",
    "code": "VARCHAR",
    "place": "VARCHAR",
    "integer": "BIGINT",
    "decimal": "DOUBLE",
    "date": "DATE",
}


class Declared(BaseModel):
    """A declared value: immutable, and no key is accepted that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class FieldEntry(Declared):
    """One entry of the dictionary in schemas/fields: the only place that says what a field name means."""

    type: FieldType = Field(description="what a value is")
    meaning: str = Field(description="one or two sentences for a reader who knows the subject and not the system")
    unit: str | None = Field(None, description="what is counted, or the UCUM unit")
    codes: str | None = Field(None, description="the code list in schemas/codes, for type code")
    comparator: str | None = Field(None, description="the field that says whether a number is a bound: `<0.5`")
    minimum: float | None = Field(None, description="smallest value")
    maximum: float | None = Field(None, description="largest value")
    pattern: str | None = Field(None, description="a regular expression that the whole text must match")
    max_length: int | None = Field(None, description="most characters")
    prose: bool = Field(default=False, description="free text, in which nothing may stand by which a person is found")
    pseudonym: bool = Field(default=False, description="stands for a person, of whom it says nothing to anybody else")
    may_be_future: bool = Field(default=False, description="a date after the day of receipt is possible")
    tier: Tier = Field("network", description="who may see it: the network, or the state that sent it only")
    standard: str | None = Field(None, description="the standard that the name, unit or codes come from")

    @property
    def sql_type(self) -> str:
        """The DuckDB type of a value of this field."""
        return SQL_TYPE[self.type]


class Code(Declared):
    """One code of a list: what it stands for, and the words that senders use for it, by language."""

    code: str
    standard_code: str = ""
    labels: dict[str, str] = {}
    synonyms: dict[str, tuple[str, ...]] = {}


class CodeList(Declared):
    """A code list in schemas/codes: `code, standard_code, label_<language>, synonyms_<language>` per row."""

    name: str
    codes: tuple[Code, ...]

    def known(self) -> tuple[str, ...]:
        """All codes, in the order of the file."""
        return tuple(c.code for c in self.codes)


class Place(Declared):
    """A place that data can be about. Its id is today's ISO 3166 code and never changes its meaning."""

    place_id: str
    country: str
    geo_level: str
    parent_id: str = ""
    name_en: str
    valid_from: date | None = None
    valid_to: date | None = None


class PlaceName(Declared):
    """A name or code under which senders know a place, in one language (`und` for codes)."""

    place_id: str
    language: str
    name: str
    kind: Literal["name", "former", "alias", "code", "former_code"]
    source: str = ""

    @property
    def is_code(self) -> bool:
        """Whether it is a code of a list, and no word."""
        return self.kind in {"code", "former_code"}


class Language(Declared):
    """A language's months, as they stand in dates, its endings, and the locale by which CLDR writes its numbers."""

    name: str
    native_name: str
    script: str
    months: tuple[str, ...] = Field(min_length=12, max_length=12)
    months_short: tuple[str, ...] = Field(min_length=12, max_length=12)
    endings: tuple[str, ...] = Field((), description="of words in headers; a draft takes words for one without them")
    locale: str = Field("", description="CLDR's locale, where it is not called as the language is")


class TableField(Declared):
    """How a table uses a field of the dictionary."""

    required: bool = Field(default=False, description="a fact without it is rejected, unless not collected")
    default: str | int | None = Field(None, description="the code that stands for absence; key fields have one")
    level_of: str | None = Field(None, description="filled with the geo_level of the place in this field")
    without: tuple[str, ...] = Field((), description="codes of the field's list that no row of this table can have")


class Totals(Declared):
    """How a table tells running totals from what is new in a period."""

    field: str = Field(description="the field that tells them apart")
    total: str = Field(description="its code for a running total")
    new: str = Field(description="its code for what is new in the period")


class Table(Declared):
    """A shared table: which fields, which key, and what one row is."""

    table: str
    title: str
    grain: str = Field(description="one sentence: one row is ...")
    fact: str = Field("row", description="`row`, or the field whose cell is a fact of its own")
    tier: Tier = "network"
    key: tuple[str, ...] = Field(description="beside reporting_country and source, which are part of every key")
    time: str = Field(description="the date that partitions and sorts the table")
    sort: tuple[str, ...] = ()
    totals: Totals | None = Field(None, description="of a table whose figures may be running totals")
    fields: dict[str, TableField]
    deleted_by: dict[str, str] = Field(
        {},
        max_length=1,
        description="the field that a source may map beside these, and its code for a record to delete",
    )

    @property
    def sorted_by(self) -> tuple[str, ...]:
        """The fields by which its rows lie: those that it names, else its time."""
        return self.sort or (self.time,)

    @property
    def readable(self) -> dict[str, TableField]:
        """The fields that a source may give: those of the table, and that by which a row deletes its record."""
        return self.fields | {field: TableField() for field in self.deleted_by}


class Text(Declared):
    """A sentence in English. The other languages stand in schemas/words."""

    en: str


class Rule(Declared):
    """One rule of the vocabulary: an id for ever, what it says, what follows when it fails, and who says so."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    step: Literal["receive", "decode", "harmonise", "validate", "publish"] = "validate"
    consequence: Consequence
    sentence: Text = Field(description="what is wrong, with {value}, {column}, {field}, {expected} where they help")
    mend: Text | None = Field(None, description="what the sender can do")
    source: str = Field(description="the standard, page or measured fact that the rule comes from")
    tells_value: bool = Field(default=True, description="whether reports repeat what the cell says")

    @property
    def severity(self) -> Literal["critical", "warning", "info"]:
        """Great Expectations' own word for the consequence."""
        if self.consequence in {"reject", "hold", "refuse"}:
            return "critical"
        return "warning" if self.consequence == "flag" else "info"


class TableRule(Rule):
    """A rule that no single field can say. Exactly one of `in_order`, `fails_where`, `fails_for`."""

    fields: tuple[str, ...] = Field((), description="the fields that the sentence is about, the guilty one first")
    in_order: tuple[str, str] | None = Field(
        None, description="two dates or numbers: the first is not after the second"
    )
    fails_where: str | None = Field(None, description="an SQL condition that holds for a fact that breaks the rule")
    each: tuple[str, ...] = Field((), description="fields looked at one by one, as {each}; one is enough")
    fails_for: str | None = Field(None, description="an SQL select of one row per finding, from {facts}")
    needs: Literal["file", "history", "lake"] = Field("file", description="what it must see; only `file` runs offline")
    looks_back_weeks: int = Field(0, ge=0, description="how long before the delivery's first period it looks")
    needs_weeks: int = Field(0, ge=0, description="it is not made where fewer weeks are published or sent")
    needs_rows: dict[str, dict[str, tuple[Scalar, ...]]] = Field(
        {},
        description="which rows of a relation it looks at, by field; it is not made where there are none",
    )
    compared_with: str | None = Field(
        None, description="the column of fails_for that says what a fact was compared with, told as {expected}"
    )

    def lacks(self, sent: Container[str]) -> list[str]:
        """Give the fields without which the rule is not made: every one of `fields`, and at least one of `each`."""
        none_of = [] if any(field in sent for field in self.each) else [*self.each]
        return [*(field for field in self.fields if field not in sent), *none_of]

    @property
    def may_be_acknowledged(self) -> bool:
        """Whether a finding can be known and explained: a doubt can, a fact that is left out cannot."""
        return self.consequence in {"flag", "hold"}


class RuleFile(Declared):
    """A file of expectations/: the rules of one table, or those of every delivery."""

    table: str | None = None
    rules: tuple[TableRule, ...]


class Acknowledge(Declared):
    """A doubt about this source's figures that is known and explained: it is counted, and asks for no attention."""

    EXAMPLE: ClassVar[str] = (
        "Example: `acknowledged: [{rule: cumulative-does-not-fall, from: 2020-07-01, to: 2020-07-31, "
        "because: duplicates were taken out, until: 2021-06-01}]`"
    )

    rule: str = Field(description="a rule that flags or holds; what rejects or refuses cannot be acknowledged")
    where: dict[str, Scalar] = Field({}, description="only of these values. Example: `where: {sex: F}`")
    first: date | None = Field(None, alias="from", description="only from this period on. Example: `from: 2020-07-01`")
    last: date | None = Field(None, alias="to", description="only up to this period. Example: `to: 2020-07-31`")
    because: str = Field(min_length=1, description="why it is right as it is")
    until: date = Field(description="a delivery that comes later asks again. Example: `until: 2021-06-01`")
