"""What is in a release: every row and what explains it, its figures, its manifest, its citation, its page."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from pipelines.artefacts import Release
from pipelines.declarations import Declarations
from pipelines.release import release
from tests.release.conftest import NOW, RARE, parquet_of, rows, written

CFF_REQUIRED = {"authors", "cff-version", "message", "title"}  # of the schema of Citation File Format 1.2.0
CFF_KNOWN = CFF_REQUIRED | {
    *("abstract", "commit", "contact", "date-released", "doi", "identifiers", "keywords", "license", "license-url"),
    *("preferred-citation", "references", "repository", "repository-artifact", "repository-code", "type", "url"),
    "version",
}


@pytest.fixture(scope="module")
def more(tmp_path_factory: pytest.TempPathFactory, declared: Declarations) -> Release:
    """A release of the small lake with weeks, months and a row without its day."""
    home = tmp_path_factory.mktemp("more")
    days_of = {"W": ("2020-01-06", "2020-01-13", "2020-01-27"), "M": ("2020-01-01", "2020-02-01", "2020-04-01")}
    with written(home / "home", declared) as made:
        for period_type, days in days_of.items():
            for at, day in enumerate(days):
                made.put_count(region="KZ-79", period_type=period_type, period_start=day, value=at * 5)
        made.put_count(region="KZ-75", period_start=None)
        return release(home / "out", made.lake, declared, NOW)


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


def test_weeks_and_months_have_their_own_steps(more: Release) -> None:
    found = rows(
        more,
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


def test_no_label_is_called_checked_before_a_native_speaker_has_looked_at_it(cut: Release) -> None:
    assert rows(cut, "SELECT DISTINCT checked FROM place_names") == [(False,)]
    assert rows(cut, "SELECT DISTINCT checked_kk FROM codes") == [(False,)]
    assert rows(cut, "SELECT DISTINCT meaning LIKE '%native speaker%' FROM dictionary WHERE field LIKE 'checked%'") == [
        (True,)
    ]


def test_a_label_or_name_is_checked_as_long_as_it_stands_as_it_was(tmp_path: Path, declared: Declarations) -> None:
    file = tmp_path / "own/schemas/words/checked.csv"
    file.parent.mkdir(parents=True)
    checks = ("kk,code,sex:F,Әйел", "kk,code,sex:M,Еркек кісі", "kk,place,KZ-71,Астана", "ru,place,KZ-71,Нур-Султан")
    file.write_text(
        "language,kind,id,text,checked_by,checked_on,remarks\n" + "".join(f"{c},N.,2026-03-01,\n" for c in checks)
    )
    looked_at = replace(declared, roots=(*declared.roots, tmp_path / "own"))
    with written(tmp_path / "home", declared) as made:
        cut = release(tmp_path / "out", made.lake, looked_at, NOW)
    assert rows(cut, "SELECT list, code FROM codes WHERE checked_kk OR checked_ru") == [("sex", "F")]
    assert rows(cut, "SELECT place_id, name, kind FROM place_names WHERE checked") == [("KZ-71", "Астана", "name")]


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


def test_a_key_part_that_is_not_collected_does_not_stop_a_release(more: Release) -> None:
    assert (more.folder / "parquet/case_counts/KZ/undated.parquet").is_file()


def test_a_table_that_nobody_has_filled_is_there_and_empty(cut: Release) -> None:
    assert cut.tables["vaccinations"] == 0
    assert rows(cut, "SELECT count(*) FROM vaccinations") == [(0,)]
