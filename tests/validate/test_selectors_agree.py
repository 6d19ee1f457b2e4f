"""Great Expectations and the selectors find the same facts, whatever the facts are; and the fates follow from them."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.declarations import load_declarations
from pipelines.validate.expected import UNEXPECTED_ROWS
from tests.validate.trying import RECEIVED, Cell, Row, Unread, made, sent

if TYPE_CHECKING:
    import pytest

DECLARED = load_declarations()
DAYS = (date(1921, 3, 1), date(2012, 1, 1), *(date(2021, 3, 1) + timedelta(n) for n in (0, 1, 2, 61, 62)))
FUTURE = RECEIVED.date() + timedelta(days=2)
CODES = ("Y", "N", "UNK", "?", Unread("perhaps", "unknown-code"))
CELLS: dict[str, tuple[Cell, ...]] = {
    "case_id": ("1", "2", "3", "4", "12345678901", "x" * 81, Unread("a\ufffd", "lost-characters")),
    "pathogen": ("SARSCOV2", "INFL", "MERSCOV", "unheard of", Unread("covid?", "lost-characters")),
    "region_notification": (
        "TR",
        "TR-06",
        "UNK",
        Unread("Osh", "ambiguous-place"),
        Unread("Atlantis", "unknown-place"),
    ),
    "report_date": (*DAYS, FUTURE, Unread("31.02.2021", "not-a-date")),
    "onset_date": (*DAYS, FUTURE, Unread("yesterday", "not-a-date")),
    "hospitalisation_date": DAYS,
    "outcome_date": DAYS,
    "death_date": (*DAYS, FUTURE),
    "age_years": (0, 9, 50, 50, 125, 126, -1, Unread("50,5", "not-a-whole-number"), Unread("old", "not-a-number")),
    "sex": ("F", "M", "UNK", "X"),
    "hospitalised": CODES,
    "icu": CODES,
    "outcome": ("A", "D", "UNK", "STILLTREATMENT", "?"),
    "diagnosis_icd10": ("U07.1", "U07.2", "U07.1x", "u07"),
    "case_classification": ("CONF", "PROB", "UNK"),
}
REQUIRED = ("case_id", "pathogen", "region_notification", "report_date")
OPTIONAL = tuple(f for f in CELLS if f not in REQUIRED)


@st.composite
def tables(draw: st.DrawFn) -> tuple[tuple[str, ...], list[Row]]:
    """Some fields that a sender sends, and rows of them. Often a row stands there twice, whole or nearly."""
    fields = (*REQUIRED, *draw(st.sets(st.sampled_from(OPTIONAL), min_size=3, max_size=6).map(sorted)))
    row = st.fixed_dictionaries({f: st.sampled_from((None, *CELLS[f])) for f in fields})
    rows: list[Row] = []
    for fresh in draw(st.lists(row, min_size=1, max_size=30)):
        rows.append(fresh)
        if again := draw(st.sampled_from((0, 0, 0, 1, 2))):
            rows += [fresh] * again
        elif draw(st.booleans()):
            field = draw(st.sampled_from(fields))
            rows.append({**fresh, field: draw(st.sampled_from((None, *CELLS[field])))})
        if draw(st.integers(0, 9)) == 0:
            rows.append({**fresh, "set_aside": "out-of-scope"})
    return fields, rows


@given(drawn=tables())
@settings(max_examples=20)
def test_great_expectations_and_the_selectors_agree(
    drawn: tuple[tuple[str, ...], list[Row]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    fields, rows = drawn
    facts = made(rows, sent("cases", fields), DECLARED, tmp_path_factory.mktemp("cases"))
    suite = facts.suite()
    with facts.opened(suite) as table:
        selected = [[(int(fact), str(rule)) for fact, rule in table.sql(e.guilty())] for e in suite]
        tried = facts.split(table, suite)
        counted = table.failed(suite)

    # each expectation and its selector
    guilty = {n: len(found) for n, found in enumerate(selected) if found}
    assert tried.outcome.failed == guilty
    assert counted == {n: count if suite[n].gx[0] != UNEXPECTED_ROWS else None for n, count in guilty.items()}
    assert all(len({fact for fact, _ in found}) == len(found) for found in selected)

    # what is told of each
    named = Counter((fact, rule, suite[n].field) for n, found in enumerate(selected) for fact, rule in found)
    assert Counter((p["fact"], p["rule"], p["field"]) for p in tried.problems) == named
    assert sum(finding.facts for finding in tried.outcome.findings) == named.total()

    # the fates follow from the rules that name the fact
    rules: dict[int, set[str]] = {}
    for fact, rule, _ in named:
        rules.setdefault(fact, set()).add(rule)
    assert tried.fates == {fact: _fate(broken) for fact, broken in rules.items()}
    accounts = tried.outcome.accounts
    fates = Counter(fate for fate, _ in tried.fates.values())
    aside = sum(1 for row in rows if row.get("set_aside"))
    fates["accepted"] += len(rows) - aside - len(tried.fates)
    assert accounts.facts_by_fate == +(fates + Counter({"out-of-scope": aside}))
    assert (accounts.rows, accounts.facts, accounts.balanced()) == (len(rows), len(rows), True)


def _fate(broken: set[str]) -> tuple[str, tuple[str, ...]]:
    consequences = {rule: DECLARED.rules[rule].consequence for rule in broken}
    flags = tuple(sorted(rule for rule, consequence in consequences.items() if consequence == "flag"))
    if "reject" in consequences.values():
        return "rejected", flags
    return "identical-duplicate" if "identical-duplicate" in broken else "accepted", flags
