"""Each step can be taken alone, in a process of its own, and again; what is missing is made anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines import flow, lake
from pipelines.artefacts import EXTRACT, FATES, HARMONISED, Arrival, Extract, Harmonised, Verdict
from pipelines.declarations import Declarations
from pipelines.errors import Refused, SalamatError, UnknownDelivery, UnknownSource
from pipelines.receive import new_id
from pipelines.steps import Steps

HEAD = "Date,Confirmed,Recovered,Deaths,Region\n"
GOOD = HEAD + "2020-04-01T06:00:00Z,10,1,0,Астана\n2020-04-01T06:00:00Z,20,2,0,Шымкент\n"
SOURCE = "kz/case_counts"
STEPS = ("decode", "harmonise", "validate", "publish")


def all_steps(way: Any, delivery_id: str) -> None:
    for step in STEPS:
        getattr(way.steps, step)(delivery_id)


def arrived(way: Any, text: str = GOOD) -> Arrival:
    delivery_id = new_id("0" * 64, way.steps.clock())
    file: Path = way.settings.arrivals / ".claimed" / SOURCE / delivery_id / "kz.csv"
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    return Arrival(delivery_id, SOURCE, file)


def test_each_step_in_a_process_of_its_own_says_what_the_whole_flow_says(
    way: Any, tmp_path: Path, declared: Declarations
) -> None:
    delivery_id = way.receives(GOOD)
    way.in_processes(delivery_id, "alone")
    other = way.settings.from_environment({"SALAMAT_HOME": str(tmp_path / "other")})
    (tmp_path / "kz.csv").write_text(GOOD, encoding="utf-8")
    flow.run(tmp_path / "kz.csv", SOURCE, declared, other, progress=lambda _: None)
    assert way.says() == type(way)(other, Steps(declared, other)).says()
    assert way.states(delivery_id) == ["received", "decoded", "harmonised", "validated", "published"]


def test_an_arrival_is_received_under_its_own_id_and_let_go(way: Any) -> None:
    arrival = arrived(way)
    delivery = way.steps.receive(arrival)
    assert (delivery.delivery_id, delivery.file_name) == (arrival.delivery_id, "kz.csv")
    assert delivery.path.read_text(encoding="utf-8") == GOOD
    assert not arrival.path.parent.exists()


def test_receiving_twice_changes_nothing(way: Any) -> None:
    arrival = arrived(way)
    assert way.steps.receive(arrival) == way.steps.receive(arrival)
    assert way.states(arrival.delivery_id) == ["received"]


def test_an_arrival_that_is_nowhere_is_no_delivery(way: Any) -> None:
    with pytest.raises(UnknownDelivery):
        way.steps.receive(Arrival("20260101T000000-0-0", SOURCE, way.settings.home / "nowhere"))


def test_an_arrival_stays_where_it_is_while_its_source_is_not_declared(way: Any) -> None:
    arrival = arrived(way)
    with pytest.raises(UnknownSource):
        way.steps.receive(Arrival(arrival.delivery_id, "kz/nobody", arrival.path))
    assert arrival.path.exists()


@pytest.mark.parametrize(
    ("lost", "step", "again"),
    [
        (EXTRACT, "harmonise", ["decoded", "harmonised"]),
        ("extract.json", "harmonise", ["decoded", "harmonised"]),
        (HARMONISED, "validate", ["harmonised", "validated"]),
        (EXTRACT, "validate", ["decoded", "harmonised", "validated"]),
        (FATES, "publish", ["validated", "published"]),
        (HARMONISED, "publish", ["harmonised", "validated", "published"]),
    ],
)
def test_what_a_step_needs_and_does_not_find_is_made_anew(way: Any, lost: str, step: str, again: list[str]) -> None:
    delivery_id = way.receives(GOOD)
    for before in STEPS[: STEPS.index(step)]:
        getattr(way.steps, before)(delivery_id)
    done = len(way.states(delivery_id))
    way.steps.store.workspace(delivery_id, way.steps.declared.digest).file(lost).unlink()
    getattr(way.steps, step)(delivery_id)
    assert way.states(delivery_id)[done:] == again


@pytest.mark.parametrize("text", ["", "{", '{"declarations_digest": 1}'])
def test_what_another_version_left_is_made_anew(way: Any, text: str) -> None:
    delivery_id = way.receives(GOOD)
    way.steps.decode(delivery_id)
    way.steps.store.workspace(delivery_id, way.steps.declared.digest).file("extract.json").write_text(
        text, encoding="utf-8"
    )
    assert way.steps.harmonise(delivery_id).facts == 6


def test_a_step_that_begins_anew_forgets_what_is_made_from_it(way: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    delivery_id = way.receives(GOOD)
    way.steps.validate(delivery_id)

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pipelines.steps.decode", dies)
    with pytest.raises(KeyboardInterrupt):
        way.steps.decode(delivery_id)
    kept = [way.steps.store.saved(delivery_id, kind, None) for kind in (Extract, Harmonised, Verdict)]
    assert kept == [None, None, None]


@pytest.mark.parametrize("step", STEPS[1:])
def test_declarations_that_change_between_two_steps_redo_everything_before(
    way: Any, step: str, mended: Callable[..., Declarations]
) -> None:
    delivery_id = way.receives(GOOD)
    for before in STEPS[: STEPS.index(step)]:
        getattr(way.steps, before)(delivery_id)
    changed = way.under(mended(title="another"))
    done = len(way.states(delivery_id))
    getattr(changed.steps, step)(delivery_id)
    redone = ["decoded", "harmonised", "validated", "published"][: STEPS.index(step) + 1]
    assert changed.states(delivery_id)[done:] == redone
    digests = {e.declarations_digest for e in changed.standing(delivery_id).entries[done:]}
    assert digests == {changed.steps.declared.digest}


def test_declarations_that_change_and_change_back_give_what_they_gave(
    way: Any, mended: Callable[..., Declarations]
) -> None:
    delivery_id = way.receives(GOOD.replace(",10,", ",-,"))
    way.steps.validate(delivery_id)
    first = way.steps.verdict(delivery_id)
    decode = way.steps.declared.sources[SOURCE].decode.model_copy(update={"nothing": ("-",)})
    changed = way.under(mended(decode=decode))
    changed.steps.harmonise(delivery_id)
    assert way.steps.taken_verdict(delivery_id) == first
    assert first.accounts != changed.steps.taken_verdict(delivery_id).accounts


def test_a_refused_delivery_is_published_when_its_declaration_is_mended(
    way: Any, mended: Callable[..., Declarations]
) -> None:
    delivery_id = way.receives(GOOD.replace("Region", "Region,Note").replace("Астана", "Астана,x"))
    with pytest.raises(Refused):
        way.steps.decode(delivery_id)
    assert way.states(delivery_id)[-1] == "refused"
    assert way.steps.verdict(delivery_id).decision == "refused"
    assert way.steps.publish(delivery_id) is None
    short = way.receives(GOOD.replace("Deaths", "Died"))
    with pytest.raises(Refused):
        way.steps.publish(short) or way.steps.validate(short)
    unpivot = way.steps.declared.sources[SOURCE].unpivot
    columns = {("Died" if c == "Deaths" else c): meaning for c, meaning in unpivot.columns.items()}
    better = way.under(mended(unpivot=unpivot.model_copy(update={"columns": columns})))
    assert better.steps.publish(short).inserted == 6
    assert better.states(short)[-1] == "published"


def test_a_step_that_is_taken_twice_changes_nothing_in_the_lake(way: Any) -> None:
    delivery_id = way.receives(GOOD)
    all_steps(way, delivery_id)
    before, snapshot = way.says(), _snapshot(way)
    for step in STEPS:
        getattr(way.steps, step)(delivery_id)
        getattr(way.steps, step)(delivery_id)
    assert way.steps.publish(delivery_id).repeated
    assert (way.says(), _snapshot(way)) == (before, snapshot)


def test_a_published_delivery_whose_rerun_died_on_its_way_is_published_in_the_ledger_too(way: Any) -> None:
    delivery_id = way.receives(GOOD)
    all_steps(way, delivery_id)
    for step in STEPS[:3]:
        getattr(way.steps, step)(delivery_id)
        assert way.states(delivery_id)[-1] != "published"
        assert flow.reconcile(way.settings, way.steps.clock) == [delivery_id]
        assert way.states(delivery_id)[-1] == "published"


@pytest.mark.parametrize("step", STEPS)
def test_a_delivery_that_nobody_received_has_no_steps(way: Any, step: str) -> None:
    with pytest.raises(UnknownDelivery, match="no-such-delivery"):
        getattr(way.steps, step)("no-such-delivery")


def test_an_error_that_is_no_ones_fault_is_written_without_what_a_cell_says(
    way: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery_id = way.receives(GOOD)

    def breaks(*_: object) -> None:
        raise ValueError("cannot convert 'Иванов'")

    monkeypatch.setattr("pipelines.steps.decode", breaks)
    with pytest.raises(ValueError, match="Иванов"):
        way.steps.decode(delivery_id)
    assert way.standing(delivery_id).entries[-1].reason == "decode: ValueError"


def test_an_error_of_ours_is_written_with_the_step_and_its_words(way: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    delivery_id = way.receives(GOOD)

    def breaks(*_: object) -> None:
        raise SalamatError("a rule could not be tried")

    monkeypatch.setattr("pipelines.steps.validate", breaks)
    with pytest.raises(SalamatError):
        way.steps.validate(delivery_id)
    entry = way.standing(delivery_id).entries[-1]
    assert (entry.state, entry.reason) == ("failed", "validate: a rule could not be tried")


def _snapshot(way: Any) -> int:
    with lake.opened(way.settings) as opened:
        return opened.snapshot()
