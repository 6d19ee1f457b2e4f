"""A pull is what its source declares, over the line that an operator keeps, one at a time."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from filelock import FileLock

from pipelines.cli import main
from pipelines.declarations.arrives import Arrives
from pipelines.errors import LineBroken, LineRefused
from pipelines.ledger import Ledger
from pipelines.pull import Line
from pipelines.watermarks import Watermark, Watermarks
from tests.pull.courier import NOW, Courier
from tests.pull.http_site import Site

URI = "sftp://min%40istry:p%2Fw%3A%40@example.org:2022/?host_key=ssh-ed25519%20AAAA+b/c=&key_file=/k%20ey&passphrase=w0"


def test_a_line_is_read_from_an_address_with_everything_encoded() -> None:
    line = Line.from_uri(URI)
    assert (line.scheme, line.host, line.port, line.user, line.password) == (
        "sftp",
        "example.org",
        2022,
        "min@istry",
        "p/w:@",
    )
    assert (line.host_key, line.key_file, line.passphrase) == ("ssh-ed25519 AAAA+b/c=", Path("/k ey"), "w0")


def test_a_line_shows_no_secret() -> None:
    line = replace(Line.from_uri(URI), private_key="-----BEGIN")
    for secret in ("p/w:@", "w0", "-----BEGIN"):
        assert secret not in repr(line)
    assert line.address == "sftp://example.org:2022"


def test_a_line_to_an_address_of_the_sixth_version_keeps_its_brackets() -> None:
    assert Line.from_uri("http://[::1]:8080/").address == "http://[::1]:8080"


def test_a_line_is_made_of_what_a_connection_keeps() -> None:
    line = Line.from_connection("https", "example.org", 0, "", None, {"ca": "/ca.pem", "host_key": ""})
    assert line == Line("https", "example.org", ca=Path("/ca.pem"))


@pytest.mark.parametrize(
    "uri",
    ["sftp://u:s3cr3t@host:many/", "s3cr3t", "https://u:s3cr3t@/", "https://u:s3cr3t@host/out", "sftp://[s3cr3t"],
)
def test_what_is_no_address_is_refused_without_showing_it(uri: str) -> None:
    with pytest.raises(LineRefused, match="address") as told:
        Line.from_uri(uri)
    assert "s3cr3t" not in str(told.value)
    assert told.value.__cause__ is None


def test_an_extra_that_is_not_known_is_refused() -> None:
    with pytest.raises(LineRefused, match="no_host_key_check, verify is not known; known are private_key, key_file"):
        Line.from_uri("https://host/?verify=false&no_host_key_check=true")


def test_the_environment_says_the_line_of_a_connection(sent: Courier) -> None:
    assert Line.of(sent.source, {"SALAMAT_CONNECTION_MINISTRY": "http://host:8080"}) == Line("http", "host", 8080)
    with pytest.raises(LineRefused, match="no connection 'ministry'; set SALAMAT_CONNECTION_MINISTRY to"):
        Line.of(sent.source, {})


def test_a_line_of_another_scheme_than_declared_is_refused(web: Site, sent: Courier) -> None:
    with pytest.raises(LineRefused, match=r"'ministry' is https, and the source is declared over http; make the two"):
        sent.over(replace(sent.line, scheme="https")).pull()
    assert web.asked == []


def test_a_source_that_its_sender_brings_is_not_pulled(sent: Courier) -> None:
    uploaded = replace(sent, source=sent.source.model_copy(update={"arrives": Arrives(matching="*.csv")}))
    with pytest.raises(LineRefused, match="is not pulled; its sender brings it"):
        uploaded.pull()
    with pytest.raises(LineRefused, match="is not pulled; its sender brings it"):
        Line.of(uploaded.source, {})


def test_two_pulls_of_a_source_are_not_at_work_at_once(web: Site, sent: Courier) -> None:
    web.serves(b"a\n")
    sent.folder.mkdir(parents=True)
    with (
        FileLock(sent.folder / ".pull.lock"),
        pytest.raises(LineBroken, match="another pull of this source is at work"),
    ):
        sent.pull()
    assert sent.pull() == {"weekly.csv": b"a\n"}


@pytest.mark.parametrize(("over", "library"), [("http", "httpx"), ("sftp", "paramiko")])
def test_a_library_that_is_not_installed_is_named_with_the_extra_that_has_it(
    sent: Courier, monkeypatch: pytest.MonkeyPatch, over: str, library: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)  # as Python finds a module that is not there
    with pytest.raises(LineRefused, match=rf"{library} is not installed; run pip install 'salamat\[pull\]'"):
        sent.over(replace(sent.line, scheme=over)).declared(over=over).pull()


def test_nothing_heavy_is_imported_before_something_is_pulled() -> None:
    code = "import sys, pipelines.pull; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"httpx", "paramiko", "cryptography", "airflow"} & set(loaded)


def test_watermarks_lie_in_the_ledgers_database_and_outlast_it(sent: Courier) -> None:
    mark = Watermark("tr/pulled", "/a", "0" * 64, 5 << 30, NOW, "etag", "day", 4_000_000_000)
    sent.watermarks.record(mark)
    sent.watermarks.record(replace(mark, source="tr/other", sha256="1" * 64))
    Ledger(sent.settings).close()
    again = Watermarks(sent.settings)
    assert (again.last("tr/pulled", "/a"), again.with_bytes("tr/pulled", "0" * 64)) == (mark, (mark,))
    assert (again.last("tr/pulled", "/b"), again.with_bytes("tr/pulled", "1" * 64)) == (None, ())
    again.close()


DECLARED = """\
source: tr/pulled
title: Pulled
table: case_counts
language: [en]
arrives: {by: pull, over: http, connection: ministry, path: /out/weekly.csv, matching: "week*.csv", cron: "0 9 * * *"}
constants: {period_type: W, pathogen: SARSCOV2, indicator: CASES, measure_type: INCIDENT}
map:
  period_start: {from: day, read: yyyy-MM-dd}
  region: {from: place}
  value: {from: cases}
"""


def test_the_command_pulls_a_declared_source_into_its_arrival_folder(web: Site, tmp_path: Path) -> None:
    web.serves(b"day;place;cases\n", ETag='"1"')
    file = tmp_path / "declared/schemas/sources/tr/pulled.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(DECLARED, encoding="utf-8")
    asked = ["--home", str(tmp_path / "home"), "--declarations", str(tmp_path / "declared"), "pull", "tr/pulled"]
    line = {"SALAMAT_CONNECTION_MINISTRY": f"http://127.0.0.1:{web.port}", "SALAMAT_SETTLE_SECONDS": "0.01"}
    first, again = (CliRunner(env=line).invoke(main, asked) for _ in range(2))
    arrived = tmp_path / "home/arrivals/tr/pulled/weekly.csv"
    assert (first.exit_code, again.exit_code) == (0, 0), first.output + again.output
    assert str(arrived) in first.output.replace("\n", "")
    assert arrived.read_bytes() == b"day;place;cases\n"
    assert "nothing new from tr/pulled" in again.output
    unset = CliRunner(env={"SALAMAT_CONNECTION_MINISTRY": ""}).invoke(main, asked)
    assert unset.exit_code == 1
    assert "set SALAMAT_CONNECTION_MINISTRY" in unset.output
    assert "(to mend by: operator)" in unset.output
