"""Records that a sender takes back stand in its file with its word for that, and in no truth; the lake loses them."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from accuracy.clean import clean_deliveries
from accuracy.score import sentences
from pipelines.declarations import Declarations
from pipelines.settings import Settings
from pipelines.simulate.asked import Asked, asked_of
from pipelines.simulate.send import Sent, send
from pipelines.simulate.sendings import sendings
from pipelines.simulate.window import Window
from pipelines.simulate.world import Worlds

LISTED = "hu/genome_samples"  # a list of records with a column that says what is deleted


@pytest.fixture(scope="module")
def asked(declared: Declarations) -> Asked:
    return asked_of(declared.sources[LISTED], Worlds(declared, Window(7), 1, scale=0.1))


@pytest.fixture(scope="module")
def sent(asked: Asked, tmp_path_factory: pytest.TempPathFactory) -> list[Sent]:
    folder, due = tmp_path_factory.mktemp("sent"), sendings(asked.source, asked.declared, asked.window)
    return [told for s in due if (told := send(asked, s, folder / "in", folder / "truth"))]


def test_a_record_that_is_taken_back_was_sent_before_and_is_in_no_truth_since(sent: list[Sent]) -> None:
    earlier, last = sent[-4], sent[-1]
    assert last.deleted is not None
    both = f"SELECT count(*) FROM '{{}}' SEMI JOIN '{last.deleted}' USING (sample_id)"
    before, since = (duckdb.execute(both.format(one.truth)).fetchall()[0][0] for one in (earlier, last))
    assert before > 5
    assert since == 0


def test_the_file_says_so_in_the_words_of_the_sender(asked: Asked, sent: list[Sent]) -> None:
    mapping, last = asked.source.map["record_status"], sent[-1]
    with last.path.open(encoding="utf-8", newline="") as file:
        told = [row[mapping.from_] for row in csv.DictReader(file, delimiter=";")]
    assert {*told} - {*mapping.codes} <= {"törlés", "törölt", "törölve", "törölni", "törlendő"}
    gone = sum(word not in mapping.codes for word in told)
    assert gone == last.facts_by_fate["record-deleted"] > 5
    assert len(told) - gone == last.facts_by_fate["accepted"]


def test_the_lake_loses_what_is_deleted(asked: Asked, tmp_path: Path) -> None:
    settings = Settings.from_environment({"SALAMAT_HOME": str(tmp_path / "home")})
    score = clean_deliveries(asked, 2, tmp_path, settings)
    assert list(sentences(score)) == []
    assert score.is_perfect
