"""An operator sees what waits, decides, and the ledger keeps it."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipelines.artefacts import Envelope
from pipelines.cli import main
from pipelines.declarations import load_declarations
from pipelines.envelope import write_envelope
from pipelines.ledger import Ledger
from pipelines.receive import receive
from pipelines.settings import Settings
from pipelines.steps import Steps

HELD = "Date,Confirmed,Recovered,Deaths,Region\n" + "".join(
    f"2020-04-0{d}T06:00:00Z,{d},x,y,Астана\n" for d in range(1, 9)
)


def salamat(home: Path, *arguments: object, width: int = 80) -> Result:
    told = ["--home", str(home), *map(str, arguments)]
    return CliRunner().invoke(main, told, catch_exceptions=False, env={"COLUMNS": str(width)})


@pytest.fixture(scope="module")
def held_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("held")
    (folder / "kz_held.csv").write_text(HELD, encoding="utf-8")
    assert salamat(folder / "home", "run", folder / "kz_held.csv").exit_code == 1
    return folder / "home"


def test_the_command_that_status_shows_publishes(held_home: Path) -> None:
    shown = salamat(held_home, "status").output
    assert "waits for a decision" in shown
    (line,) = (line.strip() for line in shown.splitlines() if "salamat decide" in line)
    delivery_id = line.split()[2]
    assert line == f'salamat decide {delivery_id} --publish --because "..."'  # on one line, to be copied
    done = salamat(held_home, "decide", delivery_id, "--publish", "--because", "telephoned", "--who", "Dana")
    assert (done.exit_code, "8 inserted" in done.output) == (0, True)
    assert "waits for a decision" not in salamat(held_home, "status").output
    late = salamat(held_home, "decide", delivery_id, "--return", "--because", "no")
    assert (late.exit_code, "is published, not held" in late.output) == (1, True)
    settings = Settings.from_environment({"SALAMAT_HOME": str(held_home)})
    assert [(r.who, r.because) for r in Ledger(settings).reviews(delivery_id)] == [("Dana", "telephoned")]


def test_what_is_returned_is_told_and_who_decides_is_whose_terminal_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "dana")
    (tmp_path / "kz.csv").write_text(HELD, encoding="utf-8")
    salamat(tmp_path / "home", "run", tmp_path / "kz.csv")
    delivery_id = salamat(tmp_path / "home", "status", "kz/case_counts").output.split()[0]
    done = salamat(tmp_path / "home", "decide", delivery_id, "--return", "--because", "wrong month")
    assert (done.exit_code, done.output) == (0, f"{delivery_id} is returned: nothing of it is published\n")
    shown = salamat(tmp_path / "home", "status").output
    assert "returned by dana: wrong month" in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["x", "--because", "y"], "say --publish or --return"),
        (["x", "--publish"], "--because"),
        (["x", "--publish", "--because", " "], "cannot be empty"),
        (["x", "--publish", "--because", "y", "--who", ""], "cannot be empty"),
        (["nobody", "--publish", "--because", "y"], "no delivery nobody"),
    ],
)
def test_a_decision_without_its_parts_is_not_understood(tmp_path: Path, arguments: list[str], said: str) -> None:
    done = salamat(tmp_path / "home", "decide", *arguments)
    assert (done.exit_code, said in done.output) == (2, True)


@pytest.mark.parametrize("width", [80, 120])
def test_status_fits_the_terminal_and_breaks_no_name(held_home: Path, width: int) -> None:
    lines = salamat(held_home, "status", "--all", width=width).output.splitlines()
    assert max(len(line) for line in lines) <= width
    names = [line.split()[0] for line in lines if re.match(r" ?[a-z]{2}/", line)]
    assert {"kz/case_counts", "tr/clinical_admissions"} <= set(names)


def test_status_begins_with_who_has_sent_and_folds_the_silent_ones_by_state(held_home: Path) -> None:
    shown = salamat(held_home, "status").output
    first, *others = [line.strip() for line in shown.splitlines() if re.match(r" ?[a-z]{2}[/:]", line)]
    assert first.startswith("kz/case_counts")
    declared = load_declarations().sources
    silent = Counter(name.partition("/")[0] for name in declared if name != "kz/case_counts")
    assert [line.split(" source")[0] for line in others] == [f"{state}: {n}" for state, n in sorted(silent.items())]
    assert "salamat status --all" in shown
    every = salamat(held_home, "status", "--all").output
    assert sum(name in every for name in declared) == len(declared)


def test_the_command_that_status_shows_takes_up_what_a_dead_process_left(tmp_path: Path) -> None:
    """A file that was received and no more, and a withdrawal of it, both two hours ago; then somebody looks."""
    settings = Settings.from_environment({"SALAMAT_HOME": str(tmp_path / "home")})
    declared = load_declarations()
    moments = iter(datetime.now(UTC) - timedelta(hours=2, seconds=-n) for n in range(9))
    steps = Steps(declared, settings, lambda: next(moments))
    (tmp_path / "kz.csv").write_text(HELD.replace("x,y", "1,1"), encoding="utf-8")
    told = (declared.sources["kz/case_counts"], steps.store, steps.ledger)
    left = receive(tmp_path / "kz.csv", *told, steps.clock()).delivery_id
    taking_back = Envelope("withdraw", None, "another region", left)
    withdrawal = receive(write_envelope(taking_back, tmp_path), *told, steps.clock(), taking_back).delivery_id
    shown = salamat(tmp_path / "home", "status").output
    commands = [line.split()[1:] for line in shown.splitlines() if line.strip().startswith("salamat reprocess")]
    assert commands == [["reprocess", left], ["reprocess", withdrawal]]
    assert [salamat(tmp_path / "home", *command).exit_code for command in commands] == [0, 0]
    assert [s.state for s in steps.ledger.standings()] == ["withdrawn", "published"]
    shown = salamat(tmp_path / "home", "status").output
    assert "reprocess" not in shown
    (line,) = (line.strip() for line in shown.splitlines() if line.strip().startswith("kz/case_counts"))
    assert re.fullmatch(r"kz/case_counts +[\d-]+ [\d:]+Z +published( +[\d-]+)?", line)  # nothing waits


def test_status_shows_what_nobody_takes_and_obeys_no_file_name(tmp_path: Path) -> None:
    settings = Settings.from_environment({"SALAMAT_HOME": str(tmp_path / "home")})
    for name in ("letter.docx", "let\nter\x1b[31m.docx"):
        file = settings.arrivals / "unrecognised" / f"id-{len(name)}" / name
        file.parent.mkdir(parents=True)
        file.write_text("dear all", encoding="utf-8")
    waiting = settings.arrivals / ".claimed/kz/case_counts/20261123T120000-0-0/kz_waiting.csv"
    waiting.parent.mkdir(parents=True)
    waiting.write_text("a\n", encoding="utf-8")
    shown = salamat(tmp_path / "home", "status").output
    assert "letter.docx: no source takes a file of this name" in shown
    assert "let?ter?[31m.docx" in shown
    assert "\x1b" not in shown
    assert "arrived and not received yet\n  kz/case_counts" in shown
    assert "kz_waiting.csv" in shown


def test_a_broken_declaration_is_shown_and_hides_no_other(tmp_path: Path) -> None:
    file = tmp_path / "more/schemas/sources/kz/broken.yaml"
    file.parent.mkdir(parents=True)
    file.write_text("source: [", encoding="utf-8")
    done = salamat(tmp_path / "home", "--declarations", tmp_path / "more", "status", "--all", width=300)
    assert done.exit_code == 0
    assert "kz/broken" in done.output
    assert re.search(rf"{re.escape(str(file))}:\d: is not YAML", done.output)
    assert "kz/case_counts" in done.output
