"""When a release is cut, what it is called, and what it leaves alone."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from pipelines import lake
from pipelines.artefacts import Release
from pipelines.declarations import Declarations, load_declarations
from pipelines.errors import LakeError
from pipelines.lake import Lake
from pipelines.release import release
from pipelines.settings import Settings
from pipelines.verify import verify
from tests.release.conftest import NOW, RARE, parquet_of, rows, written

if TYPE_CHECKING:
    from tests.release.conftest import LakeIn, Written


@dataclass(frozen=True)
class First:
    """The small lake, open, which no test changes; a release of it; and its newest snapshot before that was cut."""

    lake: Lake
    declared: Declarations
    snapshot: int
    cut: Release

    def copied(self, folder: Path) -> Release:
        """Copy the folder in which the release lies, with the time of each file."""
        shutil.copytree(self.cut.folder.parent, folder)
        return replace(self.cut, folder=folder / self.cut.release_id)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, declared: Declarations) -> Iterator[First]:
    home = tmp_path_factory.mktemp("first")
    with written(home / "home", declared) as made:
        before = made.lake.snapshot()
        yield First(made.lake, declared, before, release(home / "out", made.lake, declared, NOW))


def test_its_name_is_its_day_snapshot_and_content_and_latest_leads_to_it(first: First) -> None:
    made, folder = first.cut, first.cut.folder.parent
    digest = json.loads((made.folder / "datapackage.json").read_text(encoding="utf-8"))["salamat"]["digest"]
    assert made.release_id == f"2026-11-23-s{first.snapshot}-{digest[:12]}"
    assert (folder / "latest").read_text() == f"{made.release_id}\n"
    assert sorted(p.name for p in folder.iterdir()) == [made.release_id, "latest"]


def test_where_nothing_changed_the_release_that_is_there_is_given(first: First, tmp_path: Path) -> None:
    there = first.copied(tmp_path / "out")
    stamp = (there.folder / "salamat.duckdb").stat().st_mtime_ns
    again = release(tmp_path / "out", first.lake, first.declared, NOW + timedelta(days=3))
    assert again == replace(there, repeated=True)
    assert (there.folder / "salamat.duckdb").stat().st_mtime_ns == stamp


def test_a_change_makes_a_new_release_and_leaves_the_old_one_alone(
    first: First, small: Written, tmp_path: Path
) -> None:
    there = first.copied(tmp_path / "out")
    before = parquet_of(there.folder)
    small.put_count(region="KZ-79", value=5)
    second = release(tmp_path / "out", small.lake, small.declared, NOW)
    assert second.release_id != there.release_id
    assert second.tables["case_counts"] == 32
    assert parquet_of(there.folder) == before
    assert (tmp_path / "out" / "latest").read_text() == f"{second.release_id}\n"


def test_changed_declarations_over_the_same_snapshot_make_another_release_where_a_reader_sees_it(
    first: First, declared: Declarations, tmp_path: Path
) -> None:
    extra = tmp_path / "extra" / "schemas" / "codes"
    extra.mkdir(parents=True)
    (extra / "colour.csv").write_text("code,standard_code,label_en\nR,,Red\n")
    changed = load_declarations(tmp_path / "extra")
    unseen = replace(declared, roots=changed.roots)  # the digest of other files, and not a word of them
    assert unseen.digest == changed.digest != declared.digest
    there = first.copied(tmp_path / "out")
    assert release(tmp_path / "out", first.lake, unseen, NOW) == replace(there, repeated=True)
    second = release(tmp_path / "out", first.lake, changed, NOW)
    assert not second.repeated
    assert second.release_id[:-12] == there.release_id[:-12]


def test_the_same_snapshot_gives_the_same_parquet_bytes_and_id_whatever_the_threads_and_the_day(
    tmp_path: Path, declared: Declarations, lake_in: LakeIn
) -> None:
    found = []
    with lake_in(tmp_path / "home", 2) as made:
        made.run("""INSERT INTO lake.cases BY NAME
            SELECT 'HU' AS reporting_country, 'hu/cases' AS source, 'x' || (n * 7919 % 300007) AS case_id,
                'SARSCOV2' AS pathogen, 'HU' AS region_notification,
                DATE '2020-01-01' + (n % 300)::INT AS report_date, (n % 90)::BIGINT AS age_years,
                'CONF' AS case_classification, 'F' AS sex, 'D' AS outcome, 's2' AS submission_id, n AS source_row
            FROM range(150000) AS t(n)""")
    for threads, days in ((1, 0), (4, 1)):
        with lake_in(tmp_path / "home", threads) as made:
            cut = release(tmp_path / f"out{threads}", made.lake, declared, NOW + timedelta(days=days))
            told = {
                f: (cut.folder / f).read_text(encoding="utf-8") for f in ("CITATION.cff", "README.md", "schema.sql")
            }
            found.append((cut.release_id, told, parquet_of(cut.folder)))
    assert found[0] == found[1]
    groups = duckdb.sql(
        f"SELECT DISTINCT row_group_num_rows FROM parquet_metadata('{tmp_path}/out1/*/parquet/cases/HU/2020.parquet')"
    )
    assert max(groups.fetchall())[0] == 122_880
    codec = duckdb.sql(
        f"SELECT DISTINCT compression FROM parquet_metadata('{tmp_path}/out1/*/parquet/cases/HU/2020.parquet')"
    )
    assert codec.fetchall() == [("ZSTD",)]


def test_the_state_tier_gives_each_country_its_own_rows_with_every_field(first: First, tmp_path: Path) -> None:
    made = release(tmp_path / "out", first.lake, first.declared, NOW, tier="state")
    assert re.fullmatch(rf"2026-11-23-s{first.snapshot}-[0-9a-f]{{12}}-state", made.folder.name)
    assert made.release_id == made.folder.name
    assert sorted(p.name for p in made.folder.iterdir()) == ["HU", "KZ"]
    hungary, kazakhstan = (replace(made, folder=made.folder / c) for c in ("HU", "KZ"))
    assert rows(hungary, "SELECT DISTINCT preconditions_text FROM cases") == [(RARE,)]
    assert rows(hungary, "SELECT DISTINCT reporting_country FROM case_counts") == [("HU",)]
    assert rows(kazakhstan, "SELECT count(*) FROM cases") == [(0,)]
    assert rows(kazakhstan, "SELECT count(*) FROM column_mappings") == [(0,)]
    assert rows(hungary, "SELECT count(*) FROM column_mappings") == [(3,)]
    assert made.tables["case_counts"] == 31
    told = [verify(part, first.lake.settings) for part in (hungary.folder, kazakhstan.folder)]
    assert [(v.problems, str(v.release_id)[-9:]) for v in told] == [((), "-state-hu"), ((), "-state-kz")]
    again = release(tmp_path / "out", first.lake, first.declared, NOW + timedelta(days=1), tier="state")
    assert again == replace(made, repeated=True)
    assert [p.name for p in (tmp_path / "out").iterdir() if p.is_file()] == ["latest-state"]


def test_the_release_is_of_one_snapshot_and_leaves_the_lake_as_it_was(first: First) -> None:
    assert first.lake.snapshot() == first.snapshot
    assert first.lake.con.execute("SELECT count(*) FROM lake.case_counts").fetchall() == [(31,)]


def test_tables_that_were_made_since_outside_a_publication_do_not_stop_a_release(
    first: First, small: Written, tmp_path: Path
) -> None:
    small.lake.con.execute("CREATE TABLE lake.by_hand (a INTEGER)")
    small.lake.ensure(small.declared, small.declared.tables["rates"])
    made = release(tmp_path / "out", small.lake, small.declared, NOW)
    assert (made.release_id, made.tables) == (first.cut.release_id, first.cut.tables)


def test_nothing_published_is_nothing_to_release(tmp_path: Path, declared: Declarations) -> None:
    settings = Settings.from_environment({"SALAMAT_HOME": str(tmp_path / "home")})
    with lake.opened(settings) as opened, pytest.raises(LakeError, match="nothing has been published"):
        release(tmp_path / "out", opened, declared, NOW)
