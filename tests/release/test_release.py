from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
import yaml

from pipelines import lake
from pipelines.artefacts import Release
from pipelines.declarations import Declarations, load_declarations
from pipelines.errors import AuditFailed, LakeError
from pipelines.release import release
from pipelines.settings import Settings
from pipelines.verify import verify

if TYPE_CHECKING:
    from tests.release.conftest import LakeIn, Written

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
RARE = "a rare disease that points to one person"
CFF_REQUIRED = {"authors", "cff-version", "message", "title"}  # of the schema of Citation File Format 1.2.0
CFF_KNOWN = CFF_REQUIRED | {
    *("abstract", "commit", "contact", "date-released", "doi", "identifiers", "keywords", "license", "license-url"),
    *("preferred-citation", "references", "repository", "repository-artifact", "repository-code", "type", "url"),
    "version",
}


def rows(cut: Release, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(cut.folder / "salamat.duckdb"), read_only=True) as con:
        return con.execute(query).fetchall()


def parquet_of(folder: Path) -> dict[str, str]:
    files = sorted(folder.rglob("*.parquet"))
    return {f.relative_to(folder).as_posix(): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


def manifest_of(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    return told


def test_a_release_holds_every_row_of_the_lake_as_tables_and_as_parquet(cut: Release) -> None:
    assert cut.tables["case_counts"] == 31
    assert cut.tables["cases"] == 3
    assert rows(cut, "SELECT count(*) FROM case_counts") == [(31,)]
    assert duckdb.sql(f"SELECT count(*) FROM '{cut.folder}/parquet/case_counts/*/*.parquet'").fetchall() == [(31,)]
    assert {"case_counts/HU/2020", "case_counts/KZ/2020", "cases/HU/undated", "submissions", "codes"} <= {
        p.removeprefix("parquet/").removesuffix(".parquet") for p in parquet_of(cut.folder)
    }


def test_its_name_is_its_day_snapshot_and_content_and_latest_leads_to_it(small: Written, tmp_path: Path) -> None:
    made = release(tmp_path / "out", small.lake, small.declared, NOW)
    digest = manifest_of(made.folder)["salamat"]["digest"]
    assert made.release_id == f"2026-11-23-s{small.lake.snapshot()}-{digest[:12]}"
    assert (tmp_path / "out" / "latest").read_text() == f"{made.release_id}\n"
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [made.release_id, "latest"]


def test_where_nothing_changed_the_release_that_is_there_is_given(small: Written, tmp_path: Path) -> None:
    first = release(tmp_path / "out", small.lake, small.declared, NOW)
    stamp = (first.folder / "salamat.duckdb").stat().st_mtime_ns
    again = release(tmp_path / "out", small.lake, small.declared, NOW + timedelta(days=3))
    assert again == replace(first, repeated=True)
    assert (first.folder / "salamat.duckdb").stat().st_mtime_ns == stamp


def test_a_change_makes_a_new_release_and_leaves_the_old_one_alone(small: Written, tmp_path: Path) -> None:
    first = release(tmp_path / "out", small.lake, small.declared, NOW)
    before = parquet_of(first.folder)
    small.put_count(region="KZ-79", value=5)
    second = release(tmp_path / "out", small.lake, small.declared, NOW)
    assert second.release_id != first.release_id
    assert second.tables["case_counts"] == 32
    assert parquet_of(first.folder) == before
    assert (tmp_path / "out" / "latest").read_text() == f"{second.release_id}\n"


def test_changed_declarations_over_the_same_snapshot_make_another_release_where_a_reader_sees_it(
    small: Written, declared: Declarations, tmp_path: Path
) -> None:
    extra = tmp_path / "extra" / "schemas" / "codes"
    extra.mkdir(parents=True)
    (extra / "colour.csv").write_text("code,standard_code,label_en\nR,,Red\n")
    changed = load_declarations(tmp_path / "extra")
    unseen = replace(declared, roots=changed.roots)  # the digest of other files, and not a word of them
    assert unseen.digest == changed.digest != declared.digest
    first = release(tmp_path / "out", small.lake, declared, NOW)
    assert release(tmp_path / "out", small.lake, unseen, NOW) == replace(first, repeated=True)
    second = release(tmp_path / "out", small.lake, changed, NOW)
    assert not second.repeated
    assert second.release_id[:-12] == first.release_id[:-12]


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


def test_rows_are_sorted_by_country_day_and_region(cut: Release) -> None:
    found = rows(cut, "SELECT reporting_country, period_start, region FROM case_counts")
    assert found == sorted(found)


def test_the_network_tier_has_no_trace_of_the_fields_of_the_state_tier(cut: Release) -> None:
    columns = rows(cut, "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal")
    assert "preconditions_text" not in {column for _, column in columns}
    with duckdb.connect(str(cut.folder / "salamat.duckdb"), read_only=True) as con:
        for table, column in columns:
            (named,) = con.execute(
                f'SELECT count(*) FROM "{table}" WHERE "{column}"::VARCHAR IN (?, ?)', [RARE, "preconditions_text"]
            ).fetchall()
            assert named == (2 if (table, column) == ("dictionary", "field") else 0,)  # what stands, what stood
    for file in cut.folder.rglob("*.parquet"):
        assert "preconditions_text" not in duckdb.sql(f"FROM '{file}'").columns
    assert all(RARE.encode() not in f.read_bytes() for f in cut.folder.rglob("*") if f.is_file())
    assert rows(cut, "SELECT DISTINCT tier FROM dictionary WHERE field = 'preconditions_text'") == [("state",)]


def test_the_state_tier_gives_each_country_its_own_rows_with_every_field(small: Written, tmp_path: Path) -> None:
    made = release(tmp_path / "out", small.lake, small.declared, NOW, tier="state")
    assert re.fullmatch(rf"2026-11-23-s{small.lake.snapshot()}-[0-9a-f]{{12}}-state", made.folder.name)
    assert made.release_id == made.folder.name
    assert sorted(p.name for p in made.folder.iterdir()) == ["HU", "KZ"]
    hungary, kazakhstan = (replace(made, folder=made.folder / c) for c in ("HU", "KZ"))
    assert rows(hungary, "SELECT DISTINCT preconditions_text FROM cases") == [(RARE,)]
    assert rows(hungary, "SELECT DISTINCT reporting_country FROM case_counts") == [("HU",)]
    assert rows(kazakhstan, "SELECT count(*) FROM cases") == [(0,)]
    assert rows(kazakhstan, "SELECT count(*) FROM column_mappings") == [(0,)]
    assert rows(hungary, "SELECT count(*) FROM column_mappings") == [(3,)]
    assert made.tables["case_counts"] == 31
    told = [verify(part, small.lake.settings) for part in (hungary.folder, kazakhstan.folder)]
    assert [(v.problems, str(v.release_id)[-9:]) for v in told] == [((), "-state-hu"), ((), "-state-kz")]
    again = release(tmp_path / "out", small.lake, small.declared, NOW + timedelta(days=1), tier="state")
    assert again == replace(made, repeated=True)
    assert [p.name for p in (tmp_path / "out").iterdir() if p.is_file()] == ["latest-state"]


def test_new_cases_come_from_consecutive_days_only_and_a_fall_is_marked(cut: Release) -> None:
    found = rows(
        cut,
        "SELECT period_start::VARCHAR, value, is_negative_step FROM case_counts_incident"
        " WHERE region = 'KZ' AND indicator = 'CASES' ORDER BY 1",
    )
    assert found == [
        ("2020-06-29", None, None),
        ("2020-06-30", 10, False),
        ("2020-07-01", 10, False),
        ("2020-07-03", None, None),
        ("2020-07-04", -1, True),
    ]


def test_the_sum_over_regions_never_holds_the_country(cut: Release) -> None:
    (query,) = (q for q in (cut.folder / "queries.sql").read_text().split(";\n") if "geo_level keeps" in q)
    sums = {str(row[8]): row[9:] for row in rows(cut, query) if row[0] == "kz/case_counts"}
    assert sums["2020-07-04"] == (149, 2)
    assert sums["2020-06-29"] == (100, 2)


def test_weeks_and_months_have_their_own_steps(small: Written, tmp_path: Path) -> None:
    for period_type, days in (
        ("W", ("2020-01-06", "2020-01-13", "2020-01-27")),
        ("M", ("2020-01-01", "2020-02-01", "2020-04-01")),
    ):
        for at, day in enumerate(days):
            small.put_count(region="KZ-79", period_type=period_type, period_start=day, value=at * 5)
    made = release(tmp_path / "out", small.lake, small.declared, NOW)
    found = rows(
        made,
        "SELECT period_type, list(value ORDER BY period_start) FROM case_counts_incident"
        " WHERE region = 'KZ-79' GROUP BY 1 ORDER BY 1",
    )
    assert found == [("M", [None, 5, None]), ("W", [None, 5, None])]


def test_every_register_is_a_table_with_its_rows_and_what_its_columns_mean(
    cut: Release, declared: Declarations
) -> None:
    for name, register in declared.registers.items():
        columns = ", ".join(register.head.columns)
        found = rows(cut, f"SELECT {columns} FROM {name}")
        assert sorted(found, key=str) == sorted((tuple(row.values()) for row in register.rows), key=str)
        comments = dict(rows(cut, f"SELECT column_name, comment FROM duckdb_columns() WHERE table_name = '{name}'"))
        assert all(comments[c].startswith(e.meaning) for c, e in register.head.columns.items())


def test_every_field_is_in_the_dictionary_and_every_code_has_its_labels(cut: Release, declared: Declarations) -> None:
    (period,) = rows(
        cut, "SELECT * EXCLUDE (meaning) FROM dictionary WHERE table_name = 'case_counts' AND field = 'period_start'"
    )
    standard = "ISO 8601; EpiPulse DateUsedForStatistics"
    assert period == ("case_counts", "period_start", "DATE", None, standard, None, True, True, "network")
    assert rows(cut, "SELECT label_en, label_hu FROM codes WHERE list = 'sex' AND code = 'F'") == [("Female", "Nő")]
    assert rows(cut, "SELECT count(*) FROM codes") == [(sum(len(c.codes) for c in declared.codes.values()),)]
    assert rows(cut, "SELECT count(*) FROM places") == [(len(declared.places),)]
    assert rows(cut, "SELECT count(*) FROM place_names") == [(len(declared.place_names),)]
    assert rows(cut, "SELECT count(*) FROM sources") == [(len(declared.sources),)]
    columns = (
        "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND NOT (table_name LIKE '%_incident'"
        " OR table_name LIKE '%_revisions' OR table_name LIKE '%_comparable' OR table_name LIKE '%_history')"
    )
    assert set(rows(cut, columns)) <= set(rows(cut, "SELECT table_name, field FROM dictionary"))


def test_the_manifest_names_every_file_with_its_digest_rows_and_fields(cut: Release, declared: Declarations) -> None:
    package = manifest_of(cut.folder)
    assert package["salamat"]["release_id"] == cut.release_id
    assert package["salamat"]["declarations_digest"] == declared.digest
    assert package["salamat"]["cut_at"] == "2026-11-23T12:00:00+00:00"
    by_path = {r["path"]: r for r in package["resources"]}
    assert set(by_path) == {f.relative_to(cut.folder).as_posix() for f in cut.folder.rglob("*") if f.is_file()} - {
        "datapackage.json",
        "SHA256SUMS",
    }
    for path, resource in by_path.items():
        content = (cut.folder / path).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert resource["bytes"] == len(content)
    counts = by_path["parquet/case_counts/KZ/2020.parquet"]
    assert counts["rows"] == 30
    described = {f["name"]: f for f in counts["schema"]["fields"]}
    assert described["period_start"]["type"] == "date"
    assert described["value"]["constraints"] == {"minimum": 0}
    assert described["indicator"]["salamat"]["codes"] == "indicator"
    assert counts["schema"]["primaryKey"][:3] == ["reporting_country", "source", "region"]
    assert len({r["name"] for r in package["resources"]}) == len(package["resources"])


def test_the_citation_names_the_publishers_whose_data_it_holds(cut: Release, declared: Declarations) -> None:
    citation = yaml.safe_load((cut.folder / "CITATION.cff").read_text(encoding="utf-8"))
    assert (citation["cff-version"], citation["type"], citation["version"]) == ("1.2.0", "dataset", cut.release_id)
    assert citation["identifiers"][0]["value"] == f"sha256:{manifest_of(cut.folder)['salamat']['digest']}"
    assert str(citation["date-released"]) == "2026-11-23"
    assert citation.keys() >= CFF_REQUIRED
    assert citation.keys() <= CFF_KNOWN
    assert all({"title", "authors"} <= r.keys() for r in citation["references"])
    assert {r["type"] for r in citation["references"]} == {"data"}  # of a reference "dataset" is no type
    publishers = {r["authors"][0]["name"] for r in citation["references"]}
    assert declared.sources["kz/case_counts"].provenance["publisher"] in publishers
    assert len(publishers) <= 3


def test_the_readme_shows_the_ten_queries_of_queries_sql(cut: Release) -> None:
    page = (cut.folder / "README.md").read_text(encoding="utf-8")
    queries = [q for q in (cut.folder / "queries.sql").read_text(encoding="utf-8").split(";\n") if q.strip()]
    assert len(queries) == 10
    for query in queries:
        comment, _, sql = query.strip().partition("\n")
        assert comment.startswith("-- ")
        assert f"```sql\n{sql}\n```" in page
    assert "geo_level = 'region'" in page


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


def test_the_release_is_of_one_snapshot_and_leaves_the_lake_as_it_was(small: Written, tmp_path: Path) -> None:
    snapshot = small.lake.snapshot()
    release(tmp_path / "out", small.lake, small.declared, NOW)
    assert small.lake.snapshot() == snapshot
    assert small.one("SELECT count(*) FROM lake.case_counts") == 31


def test_a_key_part_that_is_not_collected_does_not_stop_a_release(small: Written, tmp_path: Path) -> None:
    small.put_count(region="KZ-79", period_start=None)
    made = release(tmp_path / "out", small.lake, small.declared, NOW)
    assert (made.folder / "parquet/case_counts/KZ/undated.parquet").is_file()


def test_a_table_that_nobody_has_filled_is_there_and_empty(cut: Release) -> None:
    assert cut.tables["vaccinations"] == 0
    assert rows(cut, "SELECT count(*) FROM vaccinations") == [(0,)]


def test_nothing_published_is_nothing_to_release(tmp_path: Path, declared: Declarations) -> None:
    settings = Settings.from_environment({"SALAMAT_HOME": str(tmp_path / "home")})
    with lake.opened(settings) as opened, pytest.raises(LakeError, match="nothing has been published"):
        release(tmp_path / "out", opened, declared, NOW)
