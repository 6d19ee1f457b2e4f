"""A lake whose data lie in an object store is what it would be in a folder, and half of a publication is never seen."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from pipelines import flow, lake
from pipelines.artefacts import Envelope
from pipelines.backup import backup
from pipelines.bucket import secret
from pipelines.declarations import Declarations
from pipelines.errors import BackupError, LakeError, StoreError
from pipelines.release import release
from pipelines.tidy import tidy_lake
from tests.object_store.conftest import CORRECTED, FIRST, MORE, NOW, SOURCE, Home
from tests.servers.s3 import Bucket

if TYPE_CHECKING:
    from tests.object_store.conftest import NewHome

SAID = "SELECT period_start, region, indicator, value, source_row FROM {} ORDER BY ALL"
COUNTS = "SELECT kind, facts_inserted, facts_updated, facts_unchanged, rows_restored FROM lake.submissions ORDER BY ALL"
FILES = "SELECT file FROM glob('{}**/*.parquet') ORDER BY 1"
KEYS = {"AWS_ACCESS_KEY_ID": "who", "AWS_SECRET_ACCESS_KEY": "quiet"}


def corrected_and_withdrawn(home: Home) -> Home:
    """Send a delivery, its correction, and take the correction back; then let maintenance run."""
    home.sends(FIRST)
    corrected = home.sends(CORRECTED)
    withdrawn = Envelope("withdraw", None, "a typing error", corrected.delivery.delivery_id)
    flow.withdraw(withdrawn, SOURCE, home.steps)
    tidy_lake(home.settings)
    return home


def says(home: Home) -> dict[str, Any]:
    """What the lake says now and as of each publication."""
    with lake.opened(home.settings) as opened:
        moments = opened.con.execute(f"SELECT snapshot_id FROM ({lake.PUBLICATIONS}) ORDER BY 1").fetchall()
        past = [opened.con.execute(SAID.format(opened.as_of("case_counts", at))).fetchall() for (at,) in moments]
        return {"past": past, "now": opened.con.execute(SAID.format("lake.case_counts")).fetchall()}


def test_it_is_what_it_would_be_in_a_folder(bucket: Bucket, new_home: NewHome, declared: Declarations) -> None:
    there, here = corrected_and_withdrawn(new_home(bucket)), corrected_and_withdrawn(new_home(None))
    assert says(there) == says(here)
    assert there.rows(COUNTS) == here.rows(COUNTS)
    first, corrected, withdrawn = says(there)["past"]
    assert first == withdrawn != corrected
    assert there.rows(FILES.format(there.settings.data)) != []
    assert not (there.settings.home / "lake").exists()
    with lake.opened(there.settings) as opened:
        cut = release(there.settings.releases, opened, declared, NOW + timedelta(days=1))
    assert cut.release_id


def test_a_store_that_fails_in_the_middle_shows_all_of_a_publication_or_nothing(
    moto: Bucket, new_home: NewHome
) -> None:
    home = new_home(moto)
    home.sends(FIRST)
    before = says(home)
    delivery_id = home.receives(MORE)
    home.steps.validate(delivery_id)
    failed = list(itertools.takewhile(lambda objects: fails(home, delivery_id, moto, objects, before), range(20)))
    assert len(failed) >= 2  # objects that it takes
    assert home.steps.ledger.standing(delivery_id).state == "published"
    assert home.rows("SELECT facts_inserted, facts_updated FROM lake.submissions ORDER BY received_at DESC") == [
        (36, 1),
        (36, 0),
    ]


def fails(home: Home, delivery_id: str, moto: Bucket, objects: int, before: dict[str, Any]) -> bool:
    """Publish into a store that takes so many objects more; say whether it failed, and then nothing may be seen."""
    moto.fails_after(objects)
    try:
        home.steps.publish(delivery_id)
    except (LakeError, StoreError) as error:
        told = str(error)
    else:
        return False
    finally:
        moto.recovers()
    assert moto.secret not in told
    assert home.steps.ledger.standing(delivery_id).state == "failed"
    assert says(home) == before
    return True


def test_a_store_that_cannot_be_reached_is_told_without_its_keys(
    moto: Bucket, new_home: NewHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = new_home(moto)
    home.sends(FIRST)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    with pytest.raises(StoreError, match="Could not connect") as told, lake.opened(home.settings) as opened:
        opened.con.execute("SELECT count(*) FROM lake.case_counts WHERE value > 1").fetchall()
    assert moto.key not in str(told.value)
    assert moto.secret not in str(told.value)


def test_its_own_tools_back_it_up(moto: Bucket, new_home: NewHome) -> None:
    home = new_home(moto)
    with pytest.raises(BackupError, match="s3 is backed up by its own tools"):
        backup(home.settings, home.settings.home.parent / "safe")


def test_a_folder_has_no_secret() -> None:
    assert secret("lake/", {}) is None


def test_a_store_of_ones_own_has_its_buckets_below_its_address() -> None:
    told = secret("s3://lake/of/us/", {**KEYS, "AWS_ENDPOINT_URL": "http://127.0.0.1:9000/store/"})
    assert told is not None
    for part in ("ENDPOINT '127.0.0.1:9000/store'", "URL_STYLE 'path'", "USE_SSL FALSE", "SCOPE 's3://lake/of/us/'"):
        assert part in told
    assert "REGION 'us-east-1'" in told


def test_amazons_is_asked_in_its_region_with_a_token() -> None:
    told = secret("s3://lake/", {**KEYS, "AWS_REGION": "eu-central-1", "AWS_SESSION_TOKEN": "it's"})
    assert told is not None
    assert "SESSION_TOKEN 'it''s', REGION 'eu-central-1'" in told
    assert "ENDPOINT" not in told


@pytest.mark.parametrize(
    ("data", "environment", "told"),
    [
        ("gs://lake/", KEYS, "begins with s3://, and not with gs://"),
        ("s3://lake/", {}, "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY is not set"),
        ("s3://lake/", {"AWS_ACCESS_KEY_ID": "who"}, "AWS_SECRET_ACCESS_KEY is not set"),
    ],
)
def test_what_is_not_told_is_asked_for(data: str, environment: dict[str, str], told: str, new_home: NewHome) -> None:
    with pytest.raises(LakeError, match=told):
        secret(data, environment)
    home = new_home(None)
    if data.startswith("gs://"):
        with pytest.raises(LakeError, match=told), lake.opened(replace(home.settings, data=data)):
            pass
