"""A release whose rows contradict each other is not cut, and nothing of it is left."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipelines.errors import AuditFailed
from pipelines.release import release

if TYPE_CHECKING:
    from tests.release.conftest import Written

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_a_row_without_its_submission_fails_the_audit_and_nothing_is_left(small: Written, tmp_path: Path) -> None:
    small.put_count(region="KZ-79", submission_id="nobody")
    with pytest.raises(AuditFailed, match="case_counts: 1 rows lead to no submission"):
        release(tmp_path / "out", small.lake, small.declared, NOW)
    assert list((tmp_path / "out").iterdir()) == []
    assert small.one("SELECT current_database()") != "salamat"


def test_a_row_that_no_publication_wrote_fails_the_audit(small: Written, tmp_path: Path) -> None:
    small.lake.con.execute("UPDATE lake.case_counts SET note = 'by hand' WHERE indicator = 'CASES' AND region = 'KZ'")
    small.run("UPDATE lake.case_counts SET note = 'more' WHERE indicator = 'DEATHS'")
    with pytest.raises(AuditFailed, match="case_counts: 5 rows do not say when they could be seen first"):
        release(tmp_path / "out", small.lake, small.declared, NOW)


def test_a_doubled_key_fails_the_audit_and_the_next_release_works(small: Written, tmp_path: Path) -> None:
    small.put_count(region="KZ", value=99)
    with pytest.raises(AuditFailed, match="case_counts: 1 keys stand more than once"):
        release(tmp_path / "out", small.lake, small.declared, NOW)
    small.run("DELETE FROM lake.case_counts WHERE value = 99")
    assert release(tmp_path / "out", small.lake, small.declared, NOW).tables["case_counts"] == 31


def test_rows_of_a_country_that_submitted_nothing_fail_the_audit_of_the_state_tier(
    small: Written, tmp_path: Path
) -> None:
    small.put_count(region="KG", reporting_country="KG")
    with pytest.raises(AuditFailed, match="the lake has 32 rows and the release 31"):
        release(tmp_path / "out", small.lake, small.declared, NOW, tier="state")
    assert list((tmp_path / "out").iterdir()) == []
