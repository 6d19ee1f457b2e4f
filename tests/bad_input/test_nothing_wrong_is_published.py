"""What a delivery with something wrong in it leaves in the lake: the good facts, or nothing. The ledger says why."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import pytest
from click.testing import CliRunner

from pipelines import lake
from pipelines.artefacts import Verdict
from pipelines.cli import main
from pipelines.errors import UnknownSource
from pipelines.flow import Outcome
from pipelines.report.mistakes import every_place
from pipelines.settings import Settings

HEAD = "Күні;Облыс;Көрсеткіш;Саны;Ескерту\n"


class Home(Protocol):
    settings: Settings

    def run(self, data: bytes, source: str = "kz/bulletin") -> Outcome: ...
    def standing(self, outcome: Outcome) -> Any: ...
    def published(self) -> str: ...


def bulletin(*values: str, month: int, region: str = "Абай облысы") -> str:
    """Give one row a day with these figures."""
    return "".join(f"{n + 1:02}.{month:02}.2019;{region};Жұқтырғандар;{value};\n" for n, value in enumerate(values))


def rows_of(home: Home, month: int, region: str = "KZ-10") -> list[tuple[int, int]]:
    """Give day and figure of what the lake has of a month of 2019."""
    asked = (
        "SELECT day(period_start), value FROM lake.case_counts WHERE source = 'kz/bulletin' AND region = ? "
        "AND year(period_start) = 2019 AND month(period_start) = ? ORDER BY 1"
    )
    with lake.opened(home.settings) as opened:
        return [(int(day), int(value)) for day, value in opened.con.execute(asked, [region, month]).fetchall()]


def places(verdict: Verdict, rule: str) -> list[int | None]:
    return [f.row for f in every_place(verdict) if f.rule == rule]


def test_only_the_good_rows_are_published_and_the_register_says_which_were_not(home: Home) -> None:
    outcome = home.run((HEAD + bulletin("1", "2", "x", "4", "5", "1.6", "7", "8", "9", "10", month=1)).encode())
    assert outcome.verdict.decision == "partly-accepted"
    assert rows_of(home, 1) == [(d, d) for d in (1, 2, 4, 5, 7, 8, 9, 10)]
    with lake.opened(home.settings) as opened:
        asked = "SELECT rule, source_row, source_column FROM lake.rejected_facts WHERE submission_id = ? ORDER BY 2"
        rejected = opened.con.execute(asked, [outcome.delivery.delivery_id]).fetchall()
    assert rejected == [("not-a-number", 4, "Саны"), ("wrong-number-form", 7, "Саны")]


@pytest.mark.parametrize("note", ["hasta 10000000146", "ИИН 900101300017", "TAJ 123-456-788", "a.b@example.org"])
def test_a_note_by_which_a_person_can_be_found_waits_for_a_person_and_is_repeated_nowhere(
    home: Home, note: str
) -> None:
    outcome = home.run((HEAD + bulletin("1", month=11).replace(";\n", f";{note}\n") + bulletin("2", month=12)).encode())
    assert (outcome.verdict.decision, places(outcome.verdict, "personal-data")) == ("held", [2])
    assert rows_of(home, 11) == rows_of(home, 12) == []
    assert note.rsplit(maxsplit=1)[-1] not in repr(outcome.verdict) + repr(list(every_place(outcome.verdict)))


def test_identical_rows_are_one_fact_with_a_note(home: Home) -> None:
    outcome = home.run((HEAD + bulletin("1", "2", "3", month=2) + bulletin("1", "2", month=2)).encode())
    assert outcome.verdict.decision == "accepted"
    assert outcome.verdict.accounts.facts_by_fate == {"accepted": 3, "identical-duplicate": 2}
    assert places(outcome.verdict, "identical-duplicate") == [5, 6]
    assert rows_of(home, 2) == [(1, 1), (2, 2), (3, 3)]


def test_of_rows_that_contradict_each_other_none_is_published_and_each_is_named(home: Home) -> None:
    first, again = bulletin(*map(str, range(1, 13)), month=3), bulletin("99", month=3)
    outcome = home.run((HEAD + first + again).encode())
    assert outcome.verdict.decision == "partly-accepted"
    assert places(outcome.verdict, "conflicting-duplicate") == [2, 14]
    assert rows_of(home, 3) == [(d, d) for d in range(2, 13)]


def test_a_delivery_with_too_many_bad_rows_waits_for_a_person(home: Home) -> None:
    before = home.published()
    outcome = home.run((HEAD + bulletin("1", "2", "x", month=4)).encode())
    assert (outcome.verdict.decision, outcome.publication) == ("held", None)
    assert home.standing(outcome).state == "held"
    assert "too-many-rejected" in home.standing(outcome).entries[-1].reason
    assert home.published() == before


def test_some_rows_of_another_state_are_rejected_and_a_file_of_them_is_refused(home: Home) -> None:
    some = home.run(
        (HEAD + bulletin(*map(str, range(1, 13)), month=5) + bulletin("7", month=5, region="Ташкент")).encode()
    )
    assert places(some.verdict, "not-own-state") == [14]
    assert len(rows_of(home, 5)) == 12
    before = home.published()
    every = home.run((HEAD + bulletin("1", "2", month=6, region="Ташкент")).encode())
    assert every.verdict.decision == "refused"
    assert [f.rule for f in every.verdict.findings] == ["not-own-state", "nothing-accepted"]
    assert home.standing(every).state == "refused"
    assert home.published() == before


def test_the_same_file_again_changes_nothing(home: Home) -> None:
    data = (HEAD + bulletin("1", "2", "3", month=7)).encode()
    first = home.run(data)
    said = rows_of(home, 7)
    again = home.run(data)
    assert first.publication is not None
    assert again.publication is not None
    assert (first.publication.inserted, again.publication.inserted) == (3, 0)
    assert (again.publication.updated, again.publication.unchanged) == (0, 3)
    assert again.delivery.delivery_id != first.delivery.delivery_id
    assert again.delivery.sha256 == first.delivery.sha256
    assert rows_of(home, 7) == said


def test_a_value_of_a_person_stands_in_no_reason_of_the_ledger(home: Home) -> None:
    outcome = home.run((HEAD + bulletin("Айгүл", "Айгүл", month=8)).encode())
    assert all("Айгүл" not in entry.reason for entry in home.standing(outcome).entries)


def test_a_file_for_no_known_source_is_not_taken(home: Home, tmp_path: Path) -> None:
    with pytest.raises(UnknownSource, match="kz/bulletin"):
        home.run(HEAD.encode(), "kz/buletin")
    file = tmp_path / "whatever.csv"
    file.write_text(HEAD, encoding="utf-8")
    for named in ([], ["--source", "kz/buletin"]):
        result = CliRunner().invoke(main, ["--home", str(tmp_path / "home"), "run", str(file), *named])
        assert result.exit_code == 2
        assert "source" in result.output
    assert not (tmp_path / "home" / "lake.sqlite").exists()
