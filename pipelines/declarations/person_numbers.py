"""By what a person can be found in a text: the numbers of schemas/person_numbers.yaml, as a condition in SQL."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from pipelines.declarations.model import Declared
from pipelines.engine import literal


class CheckDigit(Declared):
    """The digit behind those that are weighed: the sum of their products modulo `modulo`."""

    weights: tuple[int, ...] = Field(min_length=1, description="one for each digit, from the first")
    modulo: int = Field(ge=2, description="the check digit is the sum modulo this")
    or_else: tuple[int, ...] = Field((), description="other weights, where the first ones give no digit")


class PersonNumber(Declared):
    """A number, or an address, by which a person can be found."""

    written: str = Field(description="a regular expression that the whole of it matches")
    checks: tuple[CheckDigit, ...] = Field((), description="what its digits satisfy")
    country: str | None = Field(None, description="the state that gives it")
    source: str = Field(description="what it is, and who says so")


def holds_one(text: str, known: Iterable[PersonNumber]) -> str:
    """Write the condition that a text holds one of these.

    Most texts do not: they are looked at once for all. DuckDB works out both sides of an AND, and a CASE in turn.
    """
    every = tuple(known)
    alike = _alone("|".join(f"(?:{one.written})" for one in every))
    each = " OR ".join(_holds(text, one) for one in every)
    return f"CASE WHEN regexp_matches({text}, {alike}) THEN {each} ELSE false END" if every else "false"


def is_one(text: str, known: Iterable[PersonNumber]) -> str:
    """Write the condition that a text is one of these, and nothing else."""
    return " OR ".join(f"({_is(text, one)})" for one in known) or "false"


def _is(text: str, one: PersonNumber) -> str:
    written = f"regexp_full_match({text}, {literal(one.written)})"
    if not one.checks:
        return written
    digits = f"string_split(regexp_replace({text}, '[^0-9]', '', 'g'), '')::DOUBLE[]"
    sound = f"len(list_filter([{digits}], lambda n: {_is_sound(one)})) > 0"
    return f"CASE WHEN {written} THEN {sound} ELSE false END"


def _holds(text: str, one: PersonNumber) -> str:
    alone = _alone(one.written)
    if not one.checks:
        return f"regexp_matches({text}, {alone})"
    plain = "regexp_replace(n, '[^0-9]', '', 'g')"
    # Digits in a list and their weights in another: a sum written out takes DuckDB ten times as long to read.
    digits = f"list_transform(regexp_extract_all({text}, {alone}, 1), lambda n: string_split({plain}, '')::DOUBLE[])"
    return f"(regexp_matches({text}, {alone}) AND len(list_filter({digits}, lambda n: {_is_sound(one)})) > 0)"


def _is_sound(one: PersonNumber) -> str:
    return " AND ".join(_satisfies(check) for check in one.checks)


def _alone(written: str) -> str:
    """Not within a longer number or Latin word. To compile the letters of all scripts, DuckDB takes 2 ms each time."""
    return literal(rf"(?:^|[^0-9A-Za-z])({written})(?:$|[^0-9A-Za-z])")


def _satisfies(check: CheckDigit) -> str:
    rest, most = f"({_sum(check.weights)}) % {check.modulo}", 10
    if check.or_else:
        rest = f"CASE WHEN {rest} < {most} THEN {rest} ELSE ({_sum(check.or_else)}) % {check.modulo} END"
    return f"({rest}) = {_digit(len(check.weights) + 1)}"


def _sum(weights: tuple[int, ...]) -> str:
    return f"list_dot_product(n[1:{len(weights)}], {[*weights]}::DOUBLE[])::BIGINT"


def _digit(place: int) -> str:
    return f"n[{place}]"
