"""Hosts to pull from: real servers on loopback ports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.pull import Line
from tests.pull.courier import Courier, courier
from tests.pull.http_site import Site, site
from tests.pull.sftp_host import PASSWORD, USER, Host, sftp_host


@pytest.fixture
def web() -> Iterator[Site]:
    """A web server."""
    with site() as made:
        yield made


@pytest.fixture
def sent(web: Site, tmp_path: Path) -> Iterator[Courier]:
    """A courier who is sent to the web server."""
    made = courier(tmp_path / "home", Line("http", "127.0.0.1", web.port), "/out/weekly.csv")
    yield made
    made.watermarks.close()


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    """An SFTP server."""
    with sftp_host(tmp_path / "served") as made:
        yield made


@pytest.fixture
def by_sftp(host: Host, tmp_path: Path) -> Iterator[Courier]:
    """A courier who is sent to the SFTP server, for every CSV in /out."""
    line = Line("sftp", "127.0.0.1", host.port, USER, PASSWORD, host_key=host.host_key)
    made = courier(tmp_path / "home", line, "/out/*.csv")
    yield made
    made.watermarks.close()
