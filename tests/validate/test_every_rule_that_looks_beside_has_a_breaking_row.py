"""Every rule that looks beyond the file is broken by the rows that break it, beside a real lake, in GX itself."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path
from string import ascii_lowercase

import pytest

from pipelines.declarations import Declarations, load_declarations
from pipelines.declarations.relations import relations
from pipelines.validate import Beyond
from tests.validate.beside import EVERY
from tests.validate.beside.case import PEOPLE
from tests.validate.lake_before import publish_together, settings_of, with_populations
from tests.validate.trying import Tried, every_field, made, sent

DECLARED = load_declarations()
LOOKING = {rule.id: rule for rules in DECLARED.table_rules.values() for rule in rules if relations(rule)}


def other(sender: str) -> str:
    """Name the state on the other side; no two senders have the same one."""
    return sender[0].translate(str.maketrans("qxyz", "mnop")) + sender[1:]


BY_SENDER = {f"{a}{b}/tried": case for (a, b), case in zip(product("qxyz", ascii_lowercase), EVERY, strict=False)}


@pytest.fixture(scope="module")
def home(declared: Declarations, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One lake for all, in which each case has a state of its own."""
    folder = tmp_path_factory.mktemp("home")
    own = {sender: case.published for sender, case in BY_SENDER.items()}
    others = {other(sender): case.elsewhere for sender, case in BY_SENDER.items() if case.elsewhere}
    publish_together({**own, **others}, declared, settings_of(folder))
    return folder


@pytest.fixture(scope="module")
def known(declared: Declarations, tmp_path_factory: pytest.TempPathFactory) -> Declarations:
    return with_populations(PEOPLE, declared, tmp_path_factory.mktemp("people"))


@pytest.mark.parametrize("sender", BY_SENDER, ids=lambda sender: f"{sender[:2]}:{BY_SENDER[sender].rule}")
def test_the_guilty_rows_break_the_rule_beside_what_is_published(
    sender: str, home: Path, known: Declarations, tmp_path: Path
) -> None:
    case = BY_SENDER[sender]
    source = sent(case.table, every_field(case.table, known), named=sender)
    tried = replace(made(case.rows, source, known, tmp_path), beyond=Beyond(lake=True), home=home).tried_beside(
        case.rule
    )
    assert isinstance(tried, Tried), tried
    assert tried.guilty(case.rule) == list(case.guilty)
    if case.told:
        assert {p["expected"].removeprefix(other(sender)[:2].upper()) for p in tried.problems} == {case.told}


def test_no_rule_that_looks_beside_is_without_a_breaking_row() -> None:
    assert LOOKING.keys() == {c.rule for c in EVERY if c.guilty}
    clean = {c.rule for c in EVERY if len(c.rows) > len(c.guilty)}
    assert LOOKING.keys() == clean


def test_every_rule_that_looks_beside_says_why_it_is_no_graver() -> None:
    """What compares with others is a doubt: who is right cannot be known."""
    assert {rule.consequence for rule in LOOKING.values() if rule.needs != "file"} == {"flag"}


@pytest.mark.parametrize(("region", "people"), [("UZ-SI", 946_300), ("KZ-10", 610_189), ("KZ-63", 1_362_583)])
def test_a_region_is_compared_with_its_own_inhabitants_the_largest_number_that_is_known(
    region: str, people: int, home: Path, declared: Declarations, tmp_path: Path
) -> None:
    (case,) = (c for c in EVERY if c.rule == "counts-do-not-exceed-the-population")
    rows = [{**row, "region": region, "value": people + more} for row, more in zip(case.rows, (1, 0), strict=False)]
    source = sent(case.table, every_field(case.table, declared), named="qa/tried")
    tried = replace(made(rows, source, declared, tmp_path), beyond=Beyond(lake=True), home=home).tried_beside(case.rule)
    assert isinstance(tried, Tried), tried
    assert tried.guilty(case.rule) == [0]
