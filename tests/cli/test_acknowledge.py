"""An operator acknowledges a doubt, sees what is acknowledged, and is told what cannot be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipelines.cli import main
from pipelines.ledger import Ledger
from pipelines.settings import Settings

Salamat = Callable[..., Result]
RULE, SOURCE = "cumulative-does-not-fall-below-history", "kz/case_counts"
ASKED = ("--source", SOURCE, "--because", "duplicates were taken out", "--until", "2099-06-01", "--who", "Dana")


@pytest.fixture
def salamat(tmp_path: Path) -> Salamat:
    def run(*arguments: object) -> Result:
        told = ["--home", str(tmp_path / "home"), "acknowledge", *map(str, arguments)]
        return CliRunner().invoke(main, told, catch_exceptions=False, env={"COLUMNS": "200"})

    return run


def test_what_is_acknowledged_stands_in_the_ledger_and_in_the_list(salamat: Salamat, tmp_path: Path) -> None:
    done = salamat(RULE, *ASKED, "--where", "region=KZ-75", "--from", "2020-07-01", "--to", "2020-07-31")
    assert (done.exit_code, done.output) == (0, f"{RULE} is acknowledged for {SOURCE} until 2099-06-01\n")
    ledger = Ledger(Settings.from_environment({"SALAMAT_HOME": str(tmp_path / "home")}))
    (about,) = ledger.acknowledgements(SOURCE)
    assert (about.rule, dict(about.where), str(about.first), str(about.last), about.who) == (
        RULE,
        {"region": "KZ-75"},
        "2020-07-01",
        "2020-07-31",
        "Dana",
    )
    listed = salamat("--list").output
    for told in (RULE, SOURCE, "region=KZ-75, from 2020-07-01, to 2020-07-31", "2099-06-01", "duplicates", "Dana"):
        assert told in listed
    assert RULE not in salamat("--list", "--source", "hu/case_counts").output


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("no-such-rule", *ASKED), "there is no rule 'no-such-rule'"),
        (("not-a-number", *ASKED), "'not-a-number' rejects: only what flags or holds can be acknowledged"),
        (("nothing-accepted", *ASKED), "'nothing-accepted' refuses"),
        ((RULE, *ASKED, "--where", "colour=red"), "'colour' is not a field of the table case_counts"),
        ((RULE, *ASKED, "--source", "kz/none"), "there is no source 'kz/none'"),
        ((RULE, *ASKED, "--until", "2020-01-01"), "2020-01-01 is past"),
    ],
)
def test_what_cannot_be_acknowledged_says_why(salamat: Salamat, asked: tuple[str, ...], told: str) -> None:
    done = salamat(*asked)
    assert (done.exit_code, told in done.output) == (1, True)
    assert "acknowledged for" not in done.output


@pytest.mark.parametrize("left_out", ["--source", "--because", "--until"])
def test_what_is_not_said_is_asked_for(salamat: Salamat, left_out: str) -> None:
    at = ASKED.index(left_out)
    done = salamat(RULE, *ASKED[:at], *ASKED[at + 2 :])
    assert (done.exit_code, "say RULE, --source, --because and --until" in done.output) == (2, True)
