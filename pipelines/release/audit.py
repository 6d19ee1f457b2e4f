"""The audit of a release: lake, database and Parquet hold the same rows, each traceable; files are what is said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.engine import literals, name, names
from pipelines.errors import AuditFailed
from pipelines.released import CHECKSUMS, MANIFEST, checksums, listing, read_manifest
from pipelines.released.fingerprint import fingerprint

if TYPE_CHECKING:
    from pipelines.release.contents import Content
    from pipelines.release.cut import Cut
    from pipelines.release.parquet import Written


OF_THE_LAKE = ("shared", "register")


def audit_rows(cut: Cut, files: Sequence[Written], folder: Path) -> dict[str, int]:
    """Prove a folder's rows while its database is attached; give the rows per table. Raises AuditFailed."""
    counts = {c.table: 0 for c in cut.contents}
    for content in (c for c in cut.contents if not _absent(cut, c)):
        wanted = fingerprint(cut.lake.con, content.names, f"({cut.rows(content)})")
        for what, origin in (("the database", name(content.table)), ("the Parquet", _parquet(content, files, folder))):
            if (found := fingerprint(cut.lake.con, content.names, origin)) != wanted:
                raise AuditFailed(
                    f"{content.table}: the lake has {wanted[0]} rows and {what} {found[0]}, or not the same ones"
                )
        _traceable(cut, content)
        _dated(cut, content)
        _unique(cut, content)
        counts[content.table] = wanted[0]
    return counts


def audit_totals(cut: Cut, counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Prove that the folders of a release together hold every row; give the rows per table. Raises AuditFailed."""
    folders = list(counts)
    shared = {c.table for c in cut.contents if c.kind == "shared"}
    totals = {c.table: sum(f[c.table] for f in folders) for c in cut.contents if c.kind in OF_THE_LAKE}
    for table, rows in totals.items():
        if table in shared and rows != cut.count(table):
            raise AuditFailed(f"{table}: the lake has {cut.count(table)} rows and the release {rows}")
    return totals


def audit_files(folder: Path) -> None:
    """Prove that each file is there with the bytes that are named, and no other. Raises AuditFailed."""
    sums, manifest = checksums(folder), read_manifest(folder)
    if (folder / CHECKSUMS).read_text(encoding="utf-8") != listing(sums):
        raise AuditFailed(f"{CHECKSUMS} is not what lies in the folder")
    there = {path: digest for path, digest in sums.items() if path != MANIFEST}
    if different := sorted(dict(there.items() ^ manifest.sums.items())):
        raise AuditFailed(f"the manifest and the folder differ in {', '.join(different)}")


def _absent(cut: Cut, content: Content) -> bool:
    """Whether nothing of this table was ever published; that the database has nothing of it then is all to prove."""
    if content.kind == "reference" or cut.there(content):
        return False
    found = int((cut.lake.con.execute(f"SELECT count(*) FROM {name(content.table)}").fetchone() or (0,))[0])
    if found:
        raise AuditFailed(f"{content.table}: the lake has no such table and the database {found} rows")
    return True


def _parquet(content: Content, files: Sequence[Written], folder: Path) -> str:
    paths = [folder / w.path for w in files if w.content.table == content.table]
    return f"read_parquet([{literals(paths)}])" if paths else f"(FROM {name(content.table)} WHERE false)"


def _traceable(cut: Cut, content: Content) -> None:
    if "submission_id" not in content.names or content.table == "submissions":
        return
    query = f"SELECT count(*) FROM {name(content.table)} ANTI JOIN submissions USING (submission_id)"
    if orphans := (cut.lake.con.execute(query).fetchone() or (0,))[0]:
        raise AuditFailed(f"{content.table}: {orphans} rows lead to no submission")


def _dated(cut: Cut, content: Content) -> None:
    """Every version of a row says when it could be seen: one that does not would be missing from every past state."""
    if content.declared is None:
        return
    query = f"SELECT count(*) FROM {name(content.table)} WHERE recorded_at IS NULL"
    if undated := (cut.lake.con.execute(query).fetchone() or (0,))[0]:
        raise AuditFailed(f"{content.table}: {undated} rows do not say when they could be seen first")


def _unique(cut: Cut, content: Content) -> None:
    """Look in the lake, which has every column of the key."""
    if not content.key:
        return
    keys = f"SELECT 1 FROM ({cut.rows(content, content.key)}) GROUP BY {names(content.key)} HAVING count(*) > 1"
    query = f"SELECT count(*) FROM ({keys})"
    if doubled := (cut.lake.con.execute(query).fetchone() or (0,))[0]:
        raise AuditFailed(f"{content.table}: {doubled} keys stand more than once")
