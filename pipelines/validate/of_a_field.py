"""What is expected of each field: that it was read, that it is there, and what its entry in the dictionary allows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from pipelines.artefacts import Harmonised
from pipelines.declarations import Declarations
from pipelines.declarations.code_lists import codes_of
from pipelines.declarations.missing import NOT_MISSING, REASON, says_why
from pipelines.declarations.model import FieldEntry
from pipelines.declarations.person_numbers import holds_one
from pipelines.declarations.source import Source
from pipelines.engine import literal, literals, name
from pipelines.validate.expected import Expected, condition, rows, selector, where
from pipelines.validate.places_in_time import when_it_was_there
from pipelines.validate.pseudonyms import personal_numbers
from pipelines.validate.wanted import wanted_form, wanted_range


def of_field(
    field: str, harmonised: Harmonised, source: Source, declared: Declarations, received: date
) -> Iterator[Expected]:
    """Derive what is expected of a field's values in a delivery that was received on a day."""
    entry, use = declared.fields[field], declared.tables[source.table].readable[field]
    read = field in harmonised.columns
    if read:
        yield _no_problem(field, source, declared)
    if use.required and use.default is None and field not in source.not_collected:
        yield _there(field, declared, _said(field, harmonised, source, declared))
    if read:
        yield from _in_bounds(field, entry, source, declared, received)
    if read and entry.pseudonym and (guilty := personal_numbers(field, source, declared)):
        yield Expected(declared.rules["pseudonyms-are-not-personal-numbers"], field, guilty, rows(guilty))
    told = when_it_was_there(field, declared.tables[source.table], source, declared) if entry.type == "place" else None
    if read and told:
        yield condition(declared.rules["place-of-another-time"], field, f"{told} IS NOT NULL", told=told)


def _no_problem(field: str, source: Source, declared: Declarations) -> Expected:
    column = name(f"{field}_problem")
    alone = (f"{column} IS NOT NULL", column, "NULL")
    kind = declared.fields[field].type
    rule = declared.rules[
        {"date": "not-a-date", "place": "unknown-place", "code": "unknown-code", "text": "lost-characters"}.get(
            kind, "not-a-number"
        )
    ]
    return Expected(
        rule,
        field,
        selector(alone),
        ("ExpectColumnValuesToBeNull", {"column": f"{field}_problem"}),
        wanted_form(field, source, declared),
        alone=alone,
    )


def _said(field: str, harmonised: Harmonised, source: Source, declared: Declarations) -> str:
    """Write what a field said, known or not: an unknown word is not told as a missing one as well.

    Of a figure that is not there, the reason is enough.
    """
    if field not in harmonised.columns:
        return name(field)
    instead, table = [name(f"{field}_problem")], declared.tables[source.table]
    if field == table.fact and says_why(source, table):
        instead += [f"nullif({name(REASON)}, {literal(NOT_MISSING)})", name(f"{REASON}_problem")]
    return f"CASE WHEN {name(field)} IS NULL THEN coalesce({', '.join(instead)}) ELSE '' END"


def _there(field: str, declared: Declarations, said: str) -> Expected:
    column, rule = f"{field}_said", declared.rules["missing-value"]
    alone = (f"{name(column)} IS NULL", literal(rule.id), "NULL")
    gx = ("ExpectColumnValuesToNotBeNull", {"column": column})
    return Expected(rule, field, selector(alone), gx, "a value", (column, said), alone)


def _in_bounds(
    field: str, entry: FieldEntry, source: Source, declared: Declarations, received: date
) -> Iterator[Expected]:
    column = name(field)
    if entry.type == "code" and entry.codes:
        known = [*codes_of(declared, source.table, field).known()]
        arguments = {"column": field, "value_set": known}
        yield where(
            declared.rules["unknown-code"],
            field,
            f"{column} NOT IN ({literals(known)})",
            ("ExpectColumnValuesToBeInSet", arguments),
        )
    if entry.minimum is not None or entry.maximum is not None:
        exact = int if entry.type == "integer" else float  # DuckDB would make each a decimal number to compare it
        low, high = (None if bound is None else exact(bound) for bound in (entry.minimum, entry.maximum))
        outside = " OR ".join(
            [*([f"{column} < {low}"] if low is not None else []), *([f"{column} > {high}"] if high is not None else [])]
        )
        bounds = {"column": field, "min_value": low, "max_value": high}
        yield where(
            declared.rules["out-of-range"],
            field,
            outside,
            ("ExpectColumnValuesToBeBetween", bounds),
            wanted_range(field, source, declared),
        )
    if entry.pattern:
        wrong = f"NOT regexp_full_match({column}, {literal(entry.pattern)})"
        yield condition(declared.rules["wrong-pattern"], field, wrong, entry.pattern)
    if entry.max_length:
        lengths = {"column": field, "max_value": entry.max_length}
        wanted = f"at most {entry.max_length} characters"
        yield where(
            declared.rules["too-long"],
            field,
            f"length({column}) > {entry.max_length}",
            ("ExpectColumnValueLengthsToBeBetween", lengths),
            wanted,
        )
    if entry.prose:
        found = holds_one(column, declared.person_numbers.values())
        yield condition(declared.rules["personal-data"], field, found, "words without numbers of persons")
    if entry.type == "date" and not entry.may_be_future:
        last = received + timedelta(days=1)  # the sender's day may have begun before ours
        latest = {"column": field, "max_value": last}
        yield where(
            declared.rules["future-date"],
            field,
            f"{column} > DATE '{last}'",
            ("ExpectColumnValuesToBeBetween", latest),
            f"not after {received}",
        )
