"""The relations that the SQL of a rule may name in braces: the facts of the delivery, and what lies beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipelines.declarations.model import Place, Scalar, TableRule
from pipelines.engine import literals, name

MEANINGS = {
    "facts": "the facts of this delivery",
    "history": "what is published from this source, within the rule's weeks",
    "series": "the facts, and of what is published from this source all that they do not say anew; `is_published` "
    "tells them apart",
    "new": "the series in which each running total has become new counts, unless new ones are told beside it; "
    "`is_of_one_period` tells what grew in more than one period; `{new:case_counts}`: so of another table",
    "table": "what is published of a table by the reporting state: `{table:cases}`",
    "mirror": "what other states have published of a table before this delivery came: `{mirror:case_counts}`",
    "populations": "how many people live in a place in a year",
    "places": "every place, and the one that it lies in",
}
MARGIN_DAYS = 31  # a month of another table begins before the delivery's first day
DECLARED = frozenset({"populations", "places"})
_OF_A_TABLE = {"table", "mirror"}
_MAY_BE_OF_A_TABLE = {"new"}
_OF_HISTORY = {"history", "series"}
_NAMED = re.compile(r"\{(\w+)(?::(\w+))?\}")


@dataclass(frozen=True)
class Relation:
    """A relation beside the delivery, as a rule names it."""

    kind: str
    table: str | None = None

    @property
    def name(self) -> str:
        """Its name as it stands between the braces."""
        return f"{self.kind}:{self.table}" if self.table else self.kind

    @property
    def made_of(self) -> Relation:
        """The relation whose rows it shows in another way, or itself."""
        if self.kind != "new":
            return self
        return Relation("table", self.table) if self.table else Relation("series")

    def __str__(self) -> str:
        return f"{{{self.name}}}"


def relations(rule: TableRule) -> tuple[Relation, ...]:
    """Give each relation beside the facts that a rule's SQL names, once."""
    named = (Relation(kind, table or None) for kind, table in _NAMED.findall(rule.fails_for or ""))
    return tuple(dict.fromkeys(r for r in named if r.kind != "facts"))


def what_it_needs(rule: TableRule) -> str:
    """Say what a rule must see: the file, the source's own history, or the lake. What is declared is at hand."""
    kinds = {r.made_of.kind for r in relations(rule)} - DECLARED
    return "file" if not kinds else "history" if kinds <= _OF_HISTORY else "lake"


def own_rows(rule: TableRule) -> Mapping[str, Iterable[Scalar]]:
    """Give the rows of the source's own series that a rule looks at, by field; all of them where nothing is said."""
    return rule.needs_rows.get("series") or rule.needs_rows.get("new") or {}


def fitting(rows: Mapping[str, Iterable[Scalar]]) -> str:
    """Write the condition under which a row is one that a rule looks at; one of no said kind always is."""
    return " AND ".join(f"{name(field)} IN ({literals(wanted)})" for field, wanted in rows.items()) or "true"


def told_rows(rows: Mapping[str, Iterable[Scalar]]) -> str:
    """Tell the rows that a rule looks at: `measure_type INCIDENT, period_type D/W`."""
    return ", ".join(f"{field} {'/'.join(map(str, wanted))}" for field, wanted in rows.items())


def places_query(places: Iterable[Place]) -> str:
    """Give the SQL of what `{places}` stands for."""
    values = ", ".join(f"({literals((place.place_id, place.parent_id))})" for place in places)
    return f"SELECT * FROM (VALUES {values}) AS p(place_id, parent_id)"


def populations_query(rows: Iterable[Mapping[str, object]]) -> str:
    """Give the SQL of what `{populations}` stands for, from the rows of the register."""
    values = ", ".join(f"({literals(row[c] for c in ('place_id', 'year', 'population_count'))})" for row in rows)
    columns = "place_id, CAST(year AS INTEGER) AS year, CAST(population_count AS BIGINT) AS population_count"
    return f"SELECT {columns} FROM (VALUES {values}) AS p(place_id, year, population_count)"


def wrongly_named(rule: TableRule, tables: set[str]) -> list[str]:
    """Say what is wrong with the relations that a rule names, or with what it says of them."""
    wrong = [_wrong(r, tables) for r in relations(rule)]
    if re.search(r"\blake\.", f"{rule.fails_for} {rule.fails_where}"):
        wrong.append("the lake is read by relations such as {history} and {table:cases}, never by its own name")
    if rule.needs != (needed := what_it_needs(rule)):
        wrong.append(f"says needs: {rule.needs}, and its SQL needs the {needed}")
    if rule.needs == "file" and (rule.looks_back_weeks or rule.needs_weeks):
        wrong.append("looks back, and sees nothing but the file")
    if rule.needs_weeks > rule.looks_back_weeks:
        wrong.append(f"needs {rule.needs_weeks} weeks and looks back {rule.looks_back_weeks}")
    if strange := rule.needs_rows.keys() - {"facts", *(r.name for r in relations(rule))}:
        wrong.append(f"needs rows of {', '.join(sorted(strange))}, and its SQL does not name it")
    if rule.compared_with and not rule.fails_for:
        wrong.append("compared_with names a column of fails_for")
    return [said for said in wrong if said]


def _wrong(relation: Relation, tables: set[str]) -> str:
    if relation.kind not in MEANINGS:
        return f"'{relation}' is no relation; there are {', '.join(MEANINGS)}"
    may = relation.kind in _MAY_BE_OF_A_TABLE
    if not may and (relation.table is not None) != (relation.kind in _OF_A_TABLE):
        return f"'{relation}' is written {{{relation.kind}}}" if relation.table else f"'{relation}' names no table"
    if relation.table and relation.table not in tables:
        return f"'{relation}': there is no table '{relation.table}'"
    return ""
