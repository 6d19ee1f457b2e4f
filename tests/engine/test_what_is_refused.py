"""What DuckDB refuses is told in words that quote no SQL, and as an error that is tried again where that may help."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from pipelines.engine import within_means, without_values
from pipelines.errors import LakeError, RuleNotTried, StoreError
from pipelines.settings import Settings
from pipelines.validate.gx_duckdb import room

NOT_REACHED = duckdb.BinderException('Failed to get data file list: Failed to prepare query "SELECT 1": server closed')


@pytest.fixture
def here(tmp_path: Path) -> Settings:
    return Settings.from_environment({"SALAMAT_HOME": str(tmp_path)})


@pytest.fixture
def elsewhere(here: Settings) -> Settings:
    return replace(here, catalogue="postgres:dbname=lake")


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("IO Error: No space left on device", "IO Error: No space left on device"),
        ('A: query "INSERT INTO "t" VALUES (\'Aigul\', 3)": the server\n\tis gone', "A: query: the server is gone"),
        ('A: Failed to prepare COPY "COPY (SELECT "Aigul"', "A: Failed to prepare COPY"),
        ("A: no such column\nLINE 1: SELECT 'Aigul'", "A: no such column"),
        ("A: gone\n[SQL: SELECT 'Aigul']\n(Background)", "A: gone"),
        ('A: at "host=db": refused', 'A: at "host=db": refused'),
    ],
)
def test_a_message_quotes_no_sql(told: str, shown: str) -> None:
    assert without_values(duckdb.Error(told)) == shown


@pytest.mark.parametrize(
    "error", [duckdb.Error("lost"), duckdb.IOException("lost"), duckdb.TransactionException("lost")]
)
def test_a_lost_connection_is_tried_again(error: duckdb.Error, here: Settings) -> None:
    with pytest.raises(StoreError, match=r"lost; .*do it again"), within_means(here):
        raise error


def test_what_may_be_a_lake_that_died_is_tried_again_and_a_mistake_is_not(here: Settings, elsewhere: Settings) -> None:
    with pytest.raises(StoreError, match="server closed; see"), within_means(elsewhere):
        raise NOT_REACHED
    with pytest.raises(duckdb.BinderException), within_means(here):
        raise NOT_REACHED


def test_so_is_a_rule_that_could_not_be_tried(tmp_path: Path, here: Settings, elsewhere: Settings) -> None:
    with pytest.raises(LakeError, match="when it is done again"), room(tmp_path, elsewhere):
        raise RuleNotTried("rule 'x' could not be tried: server closed")
    with pytest.raises(RuleNotTried), room(tmp_path, here):
        raise RuleNotTried("rule 'x' could not be tried: no such column")
