"""A datapackage.json goes with the one file that it names, and is never lost on the way, nor left for another file."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipelines.artefacts import Envelope
from pipelines.claim import claimed, unrecognised
from pipelines.declarations import load_declarations
from pipelines.steps import Steps

OWN = "kz/case_counts"
REPLACE = {"kind": "replace", "period": "2021-03-01/2021-03-31", "because": "counted again"}
MARCH = Envelope("replace", (date(2021, 3, 1), date(2021, 3, 31)), "counted again")


def package(said: dict[str, Any], *files: str) -> str:
    return json.dumps({"resources": [{"name": "x", "path": file} for file in files], "salamat": said})


@pytest.mark.parametrize("package_first", [True, False])
def test_a_file_and_what_is_said_of_it_are_taken_aside_together(arrivals: Any, *, package_first: bool) -> None:
    parts = [(f"{OWN}/datapackage.json", package(REPLACE, "kz.csv")), (f"{OWN}/kz.csv", "a\n1\n")]
    for where, text in parts if package_first else reversed(parts):
        arrivals.lay(where, text)
    (taken,) = arrivals.takes()
    assert (taken.path.name, taken.envelope) == ("kz.csv", MARCH)
    assert arrivals.lying() == set()
    assert arrivals.takes() == (taken,)


def test_a_package_waits_for_its_file_and_does_not_go_with_another(arrivals: Any) -> None:
    arrivals.lay(f"{OWN}/datapackage.json", package(REPLACE, "kz.csv"))
    arrivals.lay(f"{OWN}/kz_other.csv")
    assert [(a.path.name, a.envelope) for a in arrivals.takes()] == [("kz_other.csv", Envelope())]
    arrivals.lay(f"{OWN}/kz.csv")
    assert {a.path.name: a.envelope for a in arrivals.takes()} == {"kz_other.csv": Envelope(), "kz.csv": MARCH}


def test_what_died_between_the_two_is_finished(arrivals: Any) -> None:
    arrivals.lay(f"{OWN}/kz.csv")
    arrivals.lay(f".claimed/{OWN}/one/datapackage.json", package(REPLACE, "kz.csv"))
    (taken,) = arrivals.takes()
    assert (taken.delivery_id, taken.path.name, taken.envelope) == ("one", "kz.csv", MARCH)


def test_a_withdrawal_comes_without_a_file_and_is_a_delivery(arrivals: Any) -> None:
    arrivals.lay(f"{OWN}/datapackage.json", package({"kind": "withdraw", "period": "all", "because": "wrong place"}))
    (taken,) = arrivals.takes()
    assert (taken.source, taken.envelope) == (OWN, Envelope("withdraw", "all", "wrong place"))


def test_a_zero_report_goes_with_the_file_that_has_no_rows(arrivals: Any) -> None:
    arrivals.lay(f"{OWN}/kz.csv", "a\n")
    arrivals.lay(f"{OWN}/datapackage.json", package({"zero_report": True, "period": REPLACE["period"]}, "kz.csv"))
    (taken,) = arrivals.takes()
    assert (taken.path.name, taken.envelope) == ("kz.csv", Envelope("zero_report", MARCH.period))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "is not JSON"),
        (package({"kind": "replace"}, "kz.csv"), "needs its period"),
        (package(REPLACE, "kz.csv", "kz2.csv"), "is about 2 files"),
        (package(REPLACE), "names no file"),
    ],
)
def test_a_package_that_is_not_understood_stops_its_file_and_is_shown_with_the_reason(
    arrivals: Any, text: str, told: str
) -> None:
    arrivals.lay(f"{OWN}/datapackage.json", text)
    assert arrivals.takes() == ()
    (reason,) = unrecognised(arrivals.settings, arrivals.senders.sound).values()
    assert told in reason
    arrivals.lay(f"{OWN}/kz.csv")
    assert arrivals.takes() == ()
    assert arrivals.unrecognised() == ["datapackage.json", "kz.csv"]
    assert all(told in why for why in unrecognised(arrivals.settings, arrivals.senders.sound).values())


def test_the_receipt_keeps_what_was_said_and_lets_go_of_both(arrivals: Any) -> None:
    arrivals.lay(f"{OWN}/datapackage.json", package(REPLACE, "kz.csv"))
    arrivals.lay(f"{OWN}/kz.csv")
    steps = Steps(load_declarations(only=OWN), arrivals.settings)
    (taken,) = arrivals.takes()
    assert steps.receive(taken).envelope == steps.receive(taken).envelope == MARCH
    assert claimed(arrivals.settings) == ()
    assert not any(Path(arrivals.folder / ".claimed" / OWN).iterdir())
