"""One rule on one table of facts, as Great Expectations tries it and as one scan selects for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pipelines.declarations.model import TableRule
from pipelines.engine import literal, name

UNEXPECTED_ROWS = "UnexpectedRowsExpectation"
_PARAMETER = re.compile(r"(?<![:\w$\\]):(?=[\w$]+(?![:\w$]))")  # what SQLAlchemy takes for one: `:x`, and not `[:x:]`


@dataclass(frozen=True)
class Expected:
    """One rule on one table of facts.

    `selector` is a query of `fact` and `rule` over the relation `{facts}` (one expectation may stand for several rules:
    a field's problems); `gx` is the expectation's class and arguments; `wanted` says what is expected instead. A rule
    that is a condition on one fact has a `column` of its own in the relation, NULL where it holds: one scan then
    answers all such rules. `alone` is the condition under which a fact looked at alone is guilty, the expression of its
    rule, and of what is told of it instead of `wanted`: what the selector says, in parts, so that one scan selects for
    all of them. `compares`: the selector says of each fact what it was compared with, as `compared`.
    """

    rule: TableRule
    field: str | None
    selector: str
    gx: tuple[str, dict[str, Any]]
    wanted: str = ""
    column: tuple[str, str] | None = None
    alone: tuple[str, str, str] | None = None
    compares: bool = False

    def guilty(self) -> str:
        """The selector over the table `facts`."""
        return self.selector.replace("{facts}", "facts")


def condition(rule: TableRule, field: str | None, fails: str, wanted: str = "", told: str = "NULL") -> Expected:
    """A condition on one fact, as a column of its own that is NULL where the rule holds. `told` is `wanted` as SQL."""
    alone = (rule.fields or rule.in_order or rule.fails_where) and not rule.each
    column = rule.id if alone else f"{rule.id} {field}"
    gx = ("ExpectColumnValuesToBeNull", {"column": column})
    said = (f"{name(column)} IS NOT NULL", literal(rule.id), told)
    return Expected(rule, field, selector(said), gx, wanted, (column, f"CASE WHEN {fails} THEN true END"), said)


def where(rule: TableRule, field: str, fails: str, gx: tuple[str, dict[str, Any]], wanted: str = "") -> Expected:
    """A condition on a field's own values, which an expectation of Great Expectations says too."""
    alone = (fails, literal(rule.id), "NULL")
    return Expected(rule, field, selector(alone), gx, wanted, None, alone)


def selector(alone: tuple[str, str, str]) -> str:
    """Select the facts that are guilty alone, each with its rule."""
    guilty, rule, _ = alone
    return f"SELECT fact, {rule} AS rule FROM {{facts}} WHERE {guilty}"


def rows(selector: str) -> tuple[str, dict[str, Any]]:
    """The expectation that a query over `{facts}` finds no row."""
    query = selector.replace("{", "{{").replace("}", "}}").replace("{{facts}}", "{batch}")
    return UNEXPECTED_ROWS, {"unexpected_rows_query": _PARAMETER.sub(r"\:", query)}
