"""The corpus: every file of some weeks, revisions among them, the truth of each, and the command that writes them."""

from __future__ import annotations

import hashlib
import os
import resource
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
import yaml
from click.testing import CliRunner

from pipelines.cli import main
from pipelines.declarations import Declarations
from pipelines.declarations.recognise import recognise
from pipelines.errors import SalamatError
from pipelines.simulate.corpus import Corpus, chosen, corpus, scale_for
from pipelines.simulate.sendings import sendings
from pipelines.simulate.window import Window
from pipelines.simulate.world import Worlds

ROOT = Path(__file__).parents[2]
STATES = ("az", "kz")
OF_PERSONS = {"cases", "lab_results", "genome_samples", "clinical_daily"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("corpus")


@pytest.fixture(scope="module")
def written(folder: Path, declared: Declarations) -> Corpus:
    worlds = Worlds(declared, Window(3), seed=5, scale=0.2)
    return corpus(folder / "in", folder / "truth", worlds, STATES, lambda _: None)


def test_a_source_sends_as_often_as_it_is_due(written: Corpus, declared: Declarations) -> None:
    sent = Counter(s.source for s in written.sent)
    assert {source[:2] for source in sent} == set(STATES)
    assert sent["kz/case_counts"] == 15  # each day of the weeks after the first, and the day behind the last
    assert sent["az/vaccinations"] == 3
    for one in written.sent:
        assert recognise(one.path, None, declared.sources).source == one.source
        assert one.sending.as_of == one.sending.on - timedelta(days=1)


def test_late_reports_fill_in_and_days_are_corrected(written: Corpus) -> None:
    con = duckdb.connect()
    every = [s for s in written.sent if s.source == "az/case_counts"]
    asked = "SELECT sum(value) FROM read_parquet(?) WHERE period_start = ? AND indicator = 'CASES'"
    day = every[0].sending.as_of
    known = [con.execute(asked, [str(s.truth), day]).fetchone() for s in every]
    said = [int(row[0]) for row in known if row]
    assert said == sorted(said)
    assert said[0] < said[-1]
    assert said[-1] == said[-2]
    last = con.execute(asked, [str(written.truth["az/case_counts"]), day]).fetchone()
    assert last == (said[-1],)


def test_a_running_total_stays_as_it_was_said(written: Corpus) -> None:
    con, every = duckdb.connect(), [s for s in written.sent if s.source == "kz/case_counts"]
    first, last = every[0].truth, written.truth["kz/case_counts"]
    assert con.execute(f"SELECT * FROM '{first}' EXCEPT SELECT * FROM '{last}'").fetchall() == []


def test_a_line_list_knows_more_every_week_and_nobody_vanishes(written: Corpus) -> None:
    con, every = duckdb.connect(), [s for s in written.sent if s.source == "kz/cases"]
    assert [s.rows for s in every] == sorted({s.rows for s in every})
    for before, after in pairwise(every):
        gone = f"SELECT count(*) FROM '{before.truth}' ANTI JOIN '{after.truth}' USING (case_id)"
        assert con.execute(gone).fetchall() == [(0,)]
    ended = "SELECT count(*) FILTER (outcome = 'STILLTREATMENT') / count(*) FROM read_parquet(?)"
    shares = [con.execute(ended, [str(s.truth)]).fetchall()[0][0] for s in (every[0], every[-1])]
    assert shares[0] > shares[1]


def test_nobody_is_in_a_line_list_before_the_report(written: Corpus) -> None:
    for sent in (s for s in written.sent if s.source == "kz/cases"):
        latest = "SELECT greatest(max(report_date), max(outcome_date), max(death_date)) FROM read_parquet(?)"
        assert duckdb.connect().execute(latest, [str(sent.truth)]).fetchall() == [(sent.sending.as_of,)]


def test_a_source_whose_meaning_changes_sends_its_whole_history(declared: Declarations) -> None:
    whole, window = sendings(declared.sources["tr/case_counts"], declared, Window(8)), Window(8)
    assert {sending.since for sending in whole} == {window.first}
    assert sendings(declared.sources["az/case_counts"], declared, window)[-1].since > window.first


def test_rows_are_about_what_was_asked_for(declared: Declarations, tmp_path: Path) -> None:
    scale = scale_for(3000, declared, ["kz"], Window(4), 2)
    made = corpus(tmp_path / "in", tmp_path / "t", Worlds(declared, Window(4), 2, scale), ["kz"], lambda _: None)
    assert 2600 < sum(s.rows for s in made.sent if declared.sources[s.source].table in OF_PERSONS) < 3400


def test_a_state_without_sources_is_told(declared: Declarations) -> None:
    with pytest.raises(SalamatError, match=r"no source is declared of xx; there are sources of az, hu"):
        chosen(declared, ["kz", "xx"])
    counts_only = replace(declared, sources={"az/case_counts": declared.sources["az/case_counts"]})
    with pytest.raises(SalamatError, match="no source of these states is a line list"):
        scale_for(100, counts_only, ["az"], Window(1), 1)


def test_the_same_seed_is_the_same_bytes_whatever_python_hashes(tmp_path: Path) -> None:
    one, same = (_bytes(tmp_path / hash_seed, 4, hash_seed) for hash_seed in ("1", "2"))
    other = _bytes(tmp_path / "other", 5)
    assert one == same
    assert len(one) > 20
    alike = {name for name in one if one[name] == other.get(name)}
    assert {name for name in alike if "/border_posts" not in name} == set()  # a post stands where it stands


def _bytes(folder: Path, seed: int, hash_seed: str | None = None) -> dict[str, str]:
    """Give the digest of every file that the command writes, in a process of its own where Python's hashes matter."""
    asked = ["--seed", str(seed), "--weeks", "1", "--states", "hu,kz,uz", "--rows", "2000"]
    command = ["simulate", str(folder / "in"), *asked]
    if hash_seed is None:
        CliRunner().invoke(main, command, catch_exceptions=False)
    else:
        own = {**os.environ, "PYTHONHASHSEED": hash_seed}
        run = [sys.executable, "-m", "pipelines", *command]
        subprocess.run(run, env=own, cwd=ROOT, check=True, capture_output=True)
    files = (f for f in folder.rglob("*") if f.is_file() and f.name != "key.yaml")
    return {f.relative_to(folder).as_posix(): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


def test_the_command_writes_the_files_and_a_key_of_them(tmp_path: Path) -> None:
    said = CliRunner().invoke(
        main, ["simulate", str(tmp_path / "in"), "--weeks", "2", "--states", "tm,kz", "--rows", "500"]
    )
    assert said.exit_code == 0, said.output
    assert all(word in said.output for word in ("kz/cases", "tm/case_counts", "kz1048", "2020-12-07"))
    key = yaml.safe_load((tmp_path / "in-truth" / "key.yaml").read_text(encoding="utf-8"))
    assert (key["seed"], key["weeks"]) == (1, 2)
    for entry in key["deliveries"]:
        assert (tmp_path / "in" / entry["file"]).is_file()
        assert (tmp_path / "in-truth" / entry["truth"]).is_file()
        assert entry["rows"] > 0


def test_fewer_weeks_than_one_are_not_understood(tmp_path: Path) -> None:
    assert CliRunner().invoke(main, ["simulate", str(tmp_path), "--weeks", "0"]).exit_code == 2


@pytest.mark.slow
def test_a_million_rows_need_no_more_than_a_gibibyte(tmp_path: Path) -> None:
    asked = ["--weeks", "8", "--states", "kz,uz", "--rows", "1000000"]
    command = [sys.executable, "-m", "pipelines", "simulate", str(tmp_path / "in"), *asked]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=900)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    rows = sum(f.read_bytes().count(b"\n") for f in (tmp_path / "in").rglob("*.csv"))
    assert rows > 900_000
    assert peak < 1024, f"{peak:.0f} MiB"
