"""A zip of one file: what is agreed to be inside is read, and nothing that could lead elsewhere is unpacked."""

from __future__ import annotations

import gzip
import io
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines.artefacts import Delivery, Extract, Workspace
from pipelines.declarations.source import Source
from pipelines.decode import decode
from pipelines.errors import Refused
from pipelines.settings import Settings

Decoded = Callable[..., tuple[Extract, list[tuple[Any, ...]]]]
Sources = Callable[..., Source]
CSV = "Облыс;Саны\nАбай;1\n".encode()
LIMIT = 1 << 20


def archive(*entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, content in entries:
            made.writestr(name, content)
    return out.getvalue()


def locked(data: bytes) -> bytes:
    """Say in both places that the one part is encrypted."""
    at, central = data.index(b"PK\x03\x04") + 6, data.index(b"PK\x01\x02") + 8
    changed = bytearray(data)
    changed[at] |= 1
    changed[central] |= 1
    return bytes(changed)


def link() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("a.csv")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


@pytest.fixture
def source(source_with: Sources) -> Source:
    return source_with(("Облыс", "Саны"), delimiter=";", zip="*.csv")


def test_the_one_file_is_read_as_if_it_had_come_alone(decoded: Decoded, source: Source) -> None:
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        assert decoded(archive(("a.csv", CSV), method=method), source)[1] == [("Абай", "1")]


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (CSV, "not-an-archive"),
        (b"", "not-an-archive"),
        (gzip.compress(CSV, mtime=0), "not-an-archive"),
        (archive(), "several-members"),
        (archive(("a.csv", CSV), ("b.csv", CSV)), "several-members"),
        (archive(("a.csv", CSV), ("readme.txt", b"")), "unexpected-member"),
        (archive(("a.zip", archive(("a.csv", CSV)))), "unexpected-member"),
        (archive(("../a.csv", CSV)), "unsafe-archive"),
        (archive(("/etc/a.csv", CSV)), "unsafe-archive"),
        (archive((link(), b"/etc/passwd")), "unsafe-archive"),
        (archive(("a.csv", CSV), method=zipfile.ZIP_BZIP2), "unsafe-archive"),
        (archive(("a.csv", gzip.compress(CSV, mtime=0))), "unsafe-archive"),
        (locked(archive(("a.csv", CSV))), "locked-archive"),
        (archive(("a.csv", CSV))[:-30], "broken-archive"),
        (
            archive(("a.csv", CSV), method=zipfile.ZIP_STORED).replace("Абай".encode(), "Адай".encode()),
            "broken-archive",
        ),
        (archive(("a.csv", b"a" * (LIMIT + 1))), "too-large"),
        (archive(("a.csv", archive(("a.csv", CSV)))), "not-delimited-text"),
    ],
)
def test_anything_else_is_refused_by_its_own_rule(data: bytes, rule: str, source: Source, tmp_path: Path) -> None:
    sent = tmp_path / "sent.zip"
    sent.write_bytes(data)
    limits = Settings.from_environment({"SALAMAT_HOME": str(tmp_path)})
    limits = Settings(**{**vars(limits), "max_unpacked_bytes": LIMIT})
    delivery = Delivery("d", source.source, sent.name, sent, "0" * 64, len(data), None)  # type: ignore[arg-type]  # not needed
    with pytest.raises(Refused) as refused:
        decode(delivery, source, Workspace(tmp_path / "work"), limits)
    assert [f.rule for f in refused.value.findings] == [rule]
    assert not (tmp_path / "a.csv").exists()


def test_what_a_packed_file_may_become_is_bounded_by_its_own_size(tmp_path: Path) -> None:
    limits = Settings.from_environment({"SALAMAT_HOME": str(tmp_path)})
    small, large = limits.most_unpacked(1000), limits.most_unpacked(100 << 20)
    assert (small, large, limits.most_unpacked(4 << 30)) == (64 << 20, 100 * (100 << 20), limits.max_unpacked_bytes)
