"""Any byte of a release that is not as it was released is found; so is a content that contradicts itself."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.artefacts import Release
from pipelines.cli import main
from pipelines.errors import StoreError
from pipelines.released import checksums, digest_of, listing
from pipelines.settings import Settings
from pipelines.verify import Verification, verify
from pipelines.verify.files import of_the_files

KZ = "parquet/case_counts/KZ/2020.parquet"
EVERY_FILE = settings(
    max_examples=400, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def mine(cut: Release, tmp_path: Path) -> Path:
    """A copy of a release, to be damaged."""
    return Path(shutil.copytree(cut.folder, tmp_path / "copied"))


@pytest.fixture(scope="module")
def flipped(cut: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy in which each test mends what it has damaged."""
    return Path(shutil.copytree(cut.folder, tmp_path_factory.mktemp("flipped") / "copied"))


def found(folder: Path, cited: str | None = None) -> Verification:
    return verify(folder, Settings.from_environment({"SALAMAT_HOME": "no-home-is-needed"}), cited=cited)


def problems(folder: Path) -> list[tuple[str, str]]:
    return [(p.where, p.what) for p in found(folder).problems]


def test_a_release_as_it_was_cut_is_whole(cut: Release) -> None:
    told = found(cut.folder)
    assert told.problems == ()
    assert told.release_id == cut.release_id
    assert told.files == sum(1 for f in cut.folder.rglob("*") if f.is_file()) - 1
    assert (told.rows["case_counts"], told.rows["cases"]) == (31, 3)
    assert found(cut.folder.parent).folder == cut.folder  # the newest of a folder of releases


def flip(file: Path, at: int, bit: int) -> None:
    """Flip one bit of a file, in its place."""
    with file.open("r+b") as stream:
        stream.seek(at)
        byte = stream.read(1)[0]
        stream.seek(at)
        stream.write(bytes([byte ^ (1 << bit)]))


@EVERY_FILE
@given(data=st.data())
def test_one_flipped_bit_anywhere_fails_and_its_file_is_named(flipped: Path, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(f.relative_to(flipped).as_posix() for f in files(flipped))))
    size = (flipped / path).stat().st_size
    at = data.draw(st.one_of(st.just(0), st.just(size - 1), st.integers(0, size - 1)))
    bit = data.draw(st.integers(0, 7))
    flip(flipped / path, at, bit)
    told = found(flipped)
    flip(flipped / path, at, bit)
    assert not told.is_whole
    assert any(path in f"{p.where} {p.what}" for p in told.problems)


def files(folder: Path) -> list[Path]:
    return [f for f in folder.rglob("*") if f.is_file()]


def test_every_byte_of_the_checksums_counts(flipped: Path) -> None:
    file = flipped / "SHA256SUMS"
    whole = file.read_bytes()
    sums = checksums(flipped)
    try:
        for at in range(len(whole)):
            file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            assert list(of_the_files(flipped, sums)), at
        for other in (
            whole + b"\n",
            whole[:-1],
            b"",
            b"\n" + whole,
            b"".join(reversed(whole.splitlines(keepends=True))),
        ):
            file.write_bytes(other)
            assert list(of_the_files(flipped, sums)), other[:80]
    finally:
        file.write_bytes(whole)
    assert list(of_the_files(flipped, sums)) == []


def test_each_file_that_is_gone_cut_short_or_added_is_named(flipped: Path) -> None:
    for file in files(flipped):
        path, whole = file.relative_to(flipped).as_posix(), file.read_bytes()
        file.unlink()
        assert path in {p.where for p in found(flipped).problems}
        file.write_bytes(whole[: len(whole) // 2])
        assert not found(flipped).is_whole
        file.write_bytes(whole)
    (flipped / "parquet" / "more.parquet").write_bytes(b"PAR1")
    assert problems(flipped) == [("parquet/more.parquet", "lies in the folder and is not listed in SHA256SUMS")]
    (flipped / "parquet" / "more.parquet").unlink()
    assert problems(flipped) == []


def test_sha256sum_reads_the_list_where_there_is_no_salamat(cut: Release) -> None:
    lines = (cut.folder / "SHA256SUMS").read_bytes()
    if os.name != "posix" or not (tool := shutil.which("sha256sum")):
        pytest.skip("sha256sum is not here")
    ran = subprocess.run([tool, "-c", "--strict", "SHA256SUMS"], cwd=cut.folder, capture_output=True, check=False)
    assert ran.returncode == 0
    assert ran.stdout.count(b": OK\n") == lines.count(b"\n")


def test_the_digest_that_is_cited_is_that_of_the_lines_which_name_parquet_and_sql(cut: Release) -> None:
    lines = (cut.folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines(keepends=True)
    content = "".join(line for line in lines if re.search(r"  parquet/|\.sql$", line))
    digest = hashlib.sha256(content.encode()).hexdigest()
    assert f"value: sha256:{digest}" in (cut.folder / "CITATION.cff").read_text(encoding="utf-8")
    assert cut.release_id.endswith(digest[:12])


def seal(folder: Path, *, anew: bool = True) -> None:
    """Make digests, sizes, sums and, where `anew`, the id fit what lies in the folder: only the content is wrong."""
    manifest = folder / "datapackage.json"
    if anew:
        _renamed(folder, digest_of(checksums(folder)))
    package, sums = json.loads(manifest.read_text()), checksums(folder)
    for resource in package["resources"]:
        resource["hash"] = f"sha256:{sums[resource['path']]}"
        resource["bytes"] = (folder / resource["path"]).stat().st_size
    manifest.write_text(json.dumps(package))
    (folder / "SHA256SUMS").write_text(listing(checksums(folder)))


def _renamed(folder: Path, digest: str) -> None:
    told = json.loads((folder / "datapackage.json").read_text())["salamat"]
    for name in ("datapackage.json", "CITATION.cff"):
        text = (folder / name).read_text().replace(told["digest"], digest)
        (folder / name).write_text(text.replace(told["digest"][:12], digest[:12]))


def rewrite(file: Path, sql: str) -> None:
    """Write a Parquet file anew from a query over itself, which calls it `old`."""
    beside = file.with_suffix(".new")
    duckdb.sql(f"COPY (WITH old AS (FROM '{file}') {sql}) TO '{beside}' (FORMAT parquet, COMPRESSION zstd)")
    beside.replace(file)


def in_the_database(*statements: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        with duckdb.connect(str(folder / "salamat.duckdb")) as con:
            for statement in statements:
                con.execute(statement)

    return change


def in_the_parquet(path: str, sql: str) -> Callable[[Path], None]:
    return lambda folder: rewrite(folder / path, sql)


def in_the_manifest(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    def changed(folder: Path) -> None:
        package = json.loads((folder / "datapackage.json").read_text())
        change(package)
        (folder / "datapackage.json").write_text(json.dumps(package))

    return changed


TAMPERED = {
    "a value in the Parquet": (
        in_the_parquet(KZ, "SELECT * REPLACE (value + 1 AS value) FROM old"),
        [("salamat.duckdb", "case_counts has 31 rows and the Parquet 31, or not the same ones")],
    ),
    "a row less": (
        in_the_parquet(KZ, "SELECT * FROM old LIMIT 29"),
        [
            (KZ, "has 29 rows, and by datapackage.json 30"),
            ("salamat.duckdb", "case_counts has 31 rows and the Parquet 30, or not the same ones"),
        ],
    ),
    "a row for another": (
        in_the_parquet(KZ, "SELECT * FROM (FROM old LIMIT 29) UNION ALL SELECT * FROM (FROM old LIMIT 1)"),
        [
            ("case_counts", "1 keys stand more than once; the key is reporting_country, source, region"),
            ("salamat.duckdb", "case_counts has 31 rows and the Parquet 31, or not the same ones"),
        ],
    ),
    "a row of nobody": (
        in_the_parquet(KZ, "SELECT * REPLACE ('nobody' AS submission_id) FROM old"),
        [
            ("case_counts", "30 rows have a submission_id that is not in submissions"),
            ("salamat.duckdb", "case_counts has 31 rows"),
        ],
    ),
    "another type": (
        in_the_parquet(KZ, "SELECT * REPLACE (source_row::INTEGER AS source_row) FROM old"),
        [(KZ, "its columns are not those of datapackage.json: source_row")],
    ),
    "no Parquet at all": (
        lambda folder: (folder / KZ).write_bytes(b"PAR1 and nothing more PAR1"),
        [("case_counts", "cannot be read: "), ("salamat.duckdb", "cannot be held against schema.sql: ")],
    ),
    "a value in the database": (
        in_the_database("UPDATE case_counts SET value = 1 WHERE region = 'HU-BU'"),
        [("salamat.duckdb", "case_counts has 31 rows and the Parquet 31, or not the same ones")],
    ),
    "a row in a table that is empty": (
        in_the_database("INSERT INTO rates (source) VALUES ('x')"),
        [("salamat.duckdb", "rates has 1 rows and the Parquet 0, or not the same ones")],
    ),
    "a view in the database": (
        in_the_database("CREATE OR REPLACE VIEW case_counts_incident AS SELECT 1 AS value"),
        [
            ("salamat.duckdb", "the column case_counts_incident."),
            ("salamat.duckdb", "the view case_counts_incident is not that of schema.sql"),
        ],
    ),
    "a macro in the database": (
        in_the_database("CREATE OR REPLACE MACRO trace(a, b, c) AS TABLE SELECT a, b, c"),
        [("salamat.duckdb", "the macro trace is not that of schema.sql")],
    ),
    "a comment in the database": (
        in_the_database("COMMENT ON COLUMN case_counts.value IS 'a rate'"),
        [("salamat.duckdb", "the column case_counts.value is not that of schema.sql")],
    ),
    "a table more": (
        in_the_database("CREATE TABLE more (a INTEGER)"),
        [
            ("salamat.duckdb", "the table more is not that of schema.sql"),
            ("salamat.duckdb", "the column more.a is not that of schema.sql"),
        ],
    ),
    "no database at all": (
        lambda folder: (folder / "salamat.duckdb").write_bytes(bytes(4096)),
        [("salamat.duckdb", "cannot be held against schema.sql: ")],
    ),
    "a table's rows": (
        in_the_manifest(lambda p: p["salamat"]["rows"].update(case_counts=32)),
        [("case_counts", "has 32 rows by datapackage.json, and its files 31")],
    ),
    "a file that the manifest forgets": (
        in_the_manifest(lambda p: p["resources"].pop(0)),
        [("datapackage.json", "differs from the folder in CITATION.cff")],
    ),
    "another version in the citation": (
        lambda folder: (folder / "CITATION.cff").write_text("version: 1\n"),
        [("CITATION.cff", "does not name ")],
    ),
}


@pytest.mark.parametrize("tampered", TAMPERED)
def test_who_makes_the_sums_fit_again_is_told_by_what_the_files_say(mine: Path, tampered: str) -> None:
    change, expected = TAMPERED[tampered]
    change(mine)
    seal(mine)
    told = problems(mine)
    missing = [(w, s) for w, s in expected if not any(where == w and what.startswith(s) for where, what in told)]
    assert missing == []
    assert {where for where, _ in told} == {where for where, _ in expected}


@pytest.mark.parametrize(
    "statement",
    [
        "COPY (SELECT 1 AS a) TO '{}/stolen.csv'",
        "ATTACH '{}/stolen.csv' AS stolen",
        "CREATE TABLE stolen AS FROM read_text('{}/secret.txt')",
        "CREATE VIEW stolen AS FROM read_text('{}/secret.txt')",
        "COMMIT; SET enable_external_access = true",
    ],
)
def test_a_schema_that_reaches_out_of_its_database_is_a_problem_and_touches_nothing(
    mine: Path, tmp_path: Path, statement: str
) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    before = sorted(f for f in tmp_path.rglob("*"))
    with (mine / "schema.sql").open("a") as file:
        file.write(f"{statement.format(tmp_path)};\n")
    seal(mine)
    ((where, what),) = problems(mine)
    assert where == "schema.sql"
    assert re.search(r"cannot be run: (Permission|Invalid Input) Error", what)
    assert sorted(f for f in tmp_path.rglob("*") if "home" not in f.parts) == before


def test_a_content_whose_id_is_of_another_is_told(mine: Path) -> None:
    text = (mine / "queries.sql").read_text()
    (mine / "queries.sql").write_text(text.replace("LIMIT 20", "LIMIT 21"))
    seal(mine, anew=False)
    ((where, what),) = problems(mine)
    assert where == "datapackage.json"
    assert "and the content's digest is " in what


def test_a_release_that_is_not_the_one_that_was_cited_is_told(cut: Release) -> None:
    digest = json.loads((cut.folder / "datapackage.json").read_text())["salamat"]["digest"]
    assert found(cut.folder, cited=cut.release_id).is_whole
    assert found(cut.folder, cited=f"sha256:{digest}").is_whole
    (problem,) = found(cut.folder, cited="2026-11-23-s9-000000000000").problems
    assert "not 2026-11-23-s9-000000000000" in problem.what


def test_the_command_tells_what_is_wrong_and_ends_with_1(mine: Path, tmp_path: Path) -> None:
    asked = ["--home", str(tmp_path / "home"), "verify", str(mine)]
    whole = CliRunner().invoke(main, asked)
    assert (whole.exit_code, whole.stdout.splitlines()[-1]) == (0, "it is whole")
    flip(mine / KZ, 100, 0)
    damaged = CliRunner().invoke(main, asked)
    assert damaged.exit_code == 1
    assert KZ in damaged.stdout
    assert damaged.stdout.splitlines()[-1] == "not to be trusted: 1 problem"
    told = json.loads(CliRunner().invoke(main, [*asked, "--json"]).stdout)
    assert (told["is_whole"], told["only_bytes"], told["problems"][0]["where"]) == (False, True, KZ)
    (mine / "datapackage.json").write_text("{}")
    (mine / "SHA256SUMS").write_text(listing(checksums(mine)))
    told = json.loads(CliRunner().invoke(main, [*asked, "--json"]).stdout)
    assert [p["where"] for p in told["problems"]] == ["datapackage.json"]


def test_a_folder_that_is_no_release_is_refused(tmp_path: Path) -> None:
    told = CliRunner().invoke(main, ["verify", str(tmp_path)])
    assert told.exit_code == 2
    assert "is no release" in told.stderr


def test_too_little_memory_is_the_machines_fault_and_no_problem_of_the_release(cut: Release, tmp_path: Path) -> None:
    small = replace(Settings.from_environment({"SALAMAT_HOME": str(tmp_path)}), memory_limit="8MB")
    with pytest.raises(StoreError, match="raise SALAMAT_MEMORY_LIMIT"):
        verify(cut.folder, small)


@pytest.mark.skipif(os.name != "posix", reason="links need rights elsewhere")
def test_a_file_that_cannot_be_read_is_an_error_that_names_it(mine: Path) -> None:
    (mine / "lost").symlink_to(mine / "nowhere")
    told = CliRunner().invoke(main, ["verify", str(mine)])
    assert told.exit_code == 1
    assert re.search(r"lost cannot be read: .*(.|\n)*to mend by: operator", told.stderr)


def test_the_database_can_be_made_anew_of_schema_and_parquet(cut: Release, tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "anew.duckdb")) as con:
        con.execute((cut.folder / "schema.sql").read_text(encoding="utf-8"))
        con.execute(f"INSERT INTO case_counts FROM '{cut.folder}/parquet/case_counts/*/*.parquet'")
        anew = con.execute("FROM case_counts_incident ORDER BY ALL").fetchall()
    with duckdb.connect(str(cut.folder / "salamat.duckdb"), read_only=True) as con:
        there = con.execute("SELECT * FROM case_counts_incident ORDER BY ALL").fetchall()
    assert [row[:16] for row in anew] == [row[:16] for row in there]
