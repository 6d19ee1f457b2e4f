"""Corrections as their users see them: by commands, by a datapackage.json, with a preview before anything changes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipelines import lake
from pipelines.cli import main
from pipelines.ledger import Ledger
from pipelines.settings import Settings

HEAD = "Date,Confirmed,Recovered,Deaths,Region\n"
FIRST = HEAD + "".join(f"2020-04-{day:02}T06:00:00Z,{day}0,{day},0,Астана\n" for day in range(1, 7))
KNOWN = "SELECT period_start::VARCHAR, value FROM lake.case_counts WHERE indicator = 'CASES' ORDER BY 1"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def sent(tmp_path: Path, home: Path) -> Any:
    """Write a text as the file of a source and take it through, with the options that are given."""

    def through(text: str, *options: str) -> Result:
        file = tmp_path / "kz.csv"
        file.write_text(text, encoding="utf-8")
        return salamat(home, "run", file, "--source", "kz/case_counts", "--lang", "en", *options)

    return through


def salamat(home: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, ["--home", str(home), *map(str, arguments)], catch_exceptions=False)


def known(home: Path) -> dict[str, int]:
    with lake.opened(Settings.from_environment({"SALAMAT_HOME": str(home)})) as opened:
        return {day[5:]: int(value) for day, value in opened.con.execute(KNOWN).fetchall()}


def states(home: Path) -> list[str]:
    return [s.state for s in Ledger(Settings.from_environment({"SALAMAT_HOME": str(home)})).standings()]


def ids(home: Path) -> list[str]:
    ledger = Ledger(Settings.from_environment({"SALAMAT_HOME": str(home)}))
    return [s.delivery.delivery_id for s in ledger.standings()]


def without(text: str, day: int) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(f"2020-04-{day:02}"))


def test_a_replacement_takes_out_what_it_lacks_and_is_registered_with_its_days(home: Path, sent: Any) -> None:
    sent(FIRST)
    said = sent(without(FIRST, 3), "--replace", "2020-04-01/2020-04-06", "--because", "counted again")
    assert "3 rows deleted" in said.stdout
    assert known(home) == {"04-01": 10, "04-02": 20, "04-04": 40, "04-05": 50, "04-06": 60}
    asked = "SELECT kind, period_start::VARCHAR, period_end::VARCHAR, because, rows_deleted FROM submissions ORDER BY 1"
    told = salamat(home, "query", asked, "--format", "json").stdout
    assert [row["kind"] for row in json.loads(told)] == ["add_update", "replace"]
    assert json.loads(told)[1]["rows_deleted"] == 3


def test_a_datapackage_beside_the_file_says_the_same(tmp_path: Path, home: Path, sent: Any) -> None:
    sent(FIRST)
    package = {"resources": [{"name": "k", "path": "kz.csv"}], "salamat": {"kind": "replace", "period": "file"}}
    (tmp_path / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    sent(without(FIRST, 3))
    assert "04-03" not in known(home)


@pytest.mark.parametrize(
    ("ours", "told"),
    [
        ({"kind": "replace"}, "a replace needs its period"),
        ({"kind": "replace", "period": "2020-04-06/2020-04-01"}, "ends before it begins"),
        ({"kind": "replace", "period": "March"}, "'March' is no period"),
        ({"kind": "remove"}, "kind"),
        ({"meant": True}, "say why"),
        ({"kind": "withdraw", "because": "x"}, "names either the delivery"),
        ({"becuase": "x"}, "becuase"),
        ({"zero_report": True}, "needs the days on which there was nothing"),
        ({"zero_report": True, "period": "file"}, "needs the days on which there was nothing"),
        ({"zero_report": True, "period": "all"}, "needs the days on which there was nothing"),
        ({"zero_report": True, "period": "2020-04-01", "kind": "add_update"}, "leave `kind` out"),
        ({"zero_report": True, "period": "2020-04-01", "kind": "withdraw", "because": "x"}, "leave `kind` out"),
    ],
)
def test_a_datapackage_that_is_not_understood_is_told_with_its_place_and_nothing_runs(
    tmp_path: Path, home: Path, sent: Any, ours: dict[str, object], told: str
) -> None:
    package = {"resources": [{"name": "k", "path": "kz.csv"}], "salamat": ours}
    (tmp_path / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    said = sent(FIRST)
    assert (said.exit_code, told in said.stderr, "salamat" in said.stderr) == (2, True, True)
    assert not (home / "ledger.sqlite").exists() or states(home) == []


def test_a_mass_drop_waits_for_a_person_who_may_let_it_through(home: Path, sent: Any) -> None:
    sent(FIRST)
    said = sent(without(without(FIRST, 3), 4), "--replace", "file")
    assert (said.exit_code, "mass-drop" in said.stdout) == (1, True)
    assert len(known(home)) == 6
    assert states(home) == ["published", "held"]
    assert salamat(home, "decide", ids(home)[-1], "--publish", "--because", "so it is").exit_code == 0
    assert len(known(home)) == 4


def test_facts_outside_the_declared_days_wait_for_a_person(home: Path, sent: Any) -> None:
    said = sent(FIRST, "--replace", "2020-04-02/2020-04-30")
    assert "outside-its-period" in said.stdout
    assert states(home) == ["held"]


def test_what_is_held_is_superseded_when_a_later_delivery_says_all_that_it_says(home: Path, sent: Any) -> None:
    sent(FIRST)
    sent(without(without(FIRST, 3), 4), "--replace", "file")
    sent(FIRST.replace("60,6", "61,6"))
    assert states(home) == ["published", "superseded", "published"]
    assert salamat(home, "decide", ids(home)[1], "--publish", "--because", "too late").exit_code == 1


def test_old_bytes_after_their_correction_are_answered_superseded_unless_they_are_meant(home: Path, sent: Any) -> None:
    sent(FIRST)
    sent(FIRST.replace("60,6", "61,6"))
    said = sent(FIRST, "--lang", "ru")
    assert (said.exit_code, "superseded" in said.stdout) == (1, True)
    told = re.sub(r"\[[^\]]*\]", "", " ".join(said.stdout.split()))  # without the English in brackets
    assert f"точно такой же файл пришёл как {ids(home)[0]}" in told
    assert "the same bytes" not in told
    assert (known(home)["04-06"], states(home)[-1]) == (61, "superseded")
    sent(FIRST, "--meant", "--because", "the first count was right")
    assert known(home)["04-06"] == 60


def test_withdrawing_brings_back_what_stood_before_and_can_be_withdrawn(home: Path, sent: Any) -> None:
    sent(FIRST)
    sent(FIRST.replace("60,6", "61,6"))
    said = salamat(home, "withdraw", ids(home)[1], "--because", "a wrong file")
    assert (said.exit_code, "1 rows standing again" in said.stdout) == (0, True)
    assert (known(home)["04-06"], states(home)) == (60, ["published", "withdrawn", "published"])
    salamat(home, "withdraw", ids(home)[2], "--because", "it was right after all")
    assert (known(home)["04-06"], states(home)) == (61, ["published", "published", "withdrawn", "published"])


def test_days_of_a_source_are_withdrawn(home: Path, sent: Any) -> None:
    sent(FIRST)
    asked = ["--source", "kz/case_counts", "--period", "2020-04-05/2020-04-06", "--because", "not counted yet"]
    assert salamat(home, "withdraw", *asked).exit_code == 0
    assert known(home) == {"04-01": 10, "04-02": 20, "04-03": 30, "04-04": 40}


def test_a_check_against_the_lake_says_row_by_row_what_would_change_and_changes_nothing(
    tmp_path: Path, home: Path, sent: Any
) -> None:
    sent(FIRST)
    file = tmp_path / "new.csv"
    text = without(FIRST, 3).replace("60,6", "61,6") + "2020-04-07T06:00:00Z,70,7,0,Астана\n"
    file.write_text(text, encoding="utf-8")
    asked = ["--source", "kz/case_counts", "--replace", "file", "--against-lake", "--changes", tmp_path / "all.csv"]
    said = salamat(home, "check", file, *asked, "--lang", "ru")
    assert "добавится 3, изменится 1, удалится 3; повторяет опубликованное 14" in said.stdout
    assert "показатель" in said.stdout, "fields are named in the language"
    lines = (tmp_path / "all.csv").read_text(encoding="utf-8").splitlines()
    changed = [line for line in lines if line.startswith("changed")]
    assert (len(lines), len(changed), "value,60" in changed[0], "61" in changed[0]) == (8, 1, True, True)
    assert known(home)["04-06"] == 60
