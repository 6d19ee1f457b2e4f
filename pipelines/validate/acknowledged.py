"""What is acknowledged: doubts that somebody knows of and has explained. They are counted, and ask for no attention."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pipelines.artefacts import Acknowledged, Acknowledgement, Delivery, Finding
from pipelines.declarations import Declarations
from pipelines.engine import literal, name


def valid(given: Iterable[Acknowledgement], delivery: Delivery, declared: Declarations) -> tuple[Acknowledgement, ...]:
    """Give those that hold for a delivery: of its source, not expired on the day it came, of two the later.

    The day of receipt and not today's, so that a delivery that is looked at again is judged the same.
    """
    came = delivery.received_at.date()
    latest = {a.scope(): a for a in given if a.source == delivery.source}
    rules = declared.rules
    return tuple(
        a for a in latest.values() if a.until >= came and a.rule in rules and rules[a.rule].may_be_acknowledged
    )


def of_the_whole(findings: Iterable[Finding], known: Sequence[Acknowledgement]) -> Iterator[Finding]:
    """Mark the findings about a delivery as a whole: only what is acknowledged without place and period is meant."""
    by_rule = {a.rule: a for a in known if not (a.where or a.first or a.last)}
    for found in findings:
        about = by_rule.get(found.rule)
        yield replace(found, acknowledged=Acknowledged(about.until, about.because)) if about else found


def acknowledged_facts(known: Sequence[Acknowledgement], time: str) -> str:
    """Write the query of the facts among `broken` that are acknowledged: fact, rule, until, because."""
    nothing = "SELECT fact, rule, CAST(NULL AS DATE) AS until, CAST(NULL AS VARCHAR) AS because FROM broken WHERE false"
    return "\nUNION ALL ".join([nothing, *(_facts(a, time) for a in known)])


def _facts(about: Acknowledgement, time: str) -> str:
    scope = [f"CAST(f.{name(field)} AS VARCHAR) = {literal(value)}" for field, value in about.where.items()]
    scope += [f"f.{name(time)} >= DATE '{about.first}'"] if about.first else []
    scope += [f"f.{name(time)} <= DATE '{about.last}'"] if about.last else []
    condition = " AND ".join([f"b.rule = {literal(about.rule)}", *scope])
    told = f"DATE '{about.until}' AS until, {literal(about.because)} AS because"
    return f"SELECT b.fact, b.rule, {told} FROM broken b JOIN facts f USING (fact) WHERE {condition}"
