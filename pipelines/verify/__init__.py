"""verify: whether a release is whole and true to itself, byte by byte and row by row. It changes nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines import engine
from pipelines.engine import literals
from pipelines.errors import NotARelease
from pipelines.released import MANIFEST, Manifest, checksums, digest_of, found, read_manifest
from pipelines.verify.database import declare, of_the_database
from pipelines.verify.files import of_the_files
from pipelines.verify.identity import of_the_identity
from pipelines.verify.problem import Problem, Verification
from pipelines.verify.rows import of_the_rows

if TYPE_CHECKING:
    from pipelines.settings import Settings

__all__ = ["Problem", "Verification", "verify"]


def verify(
    folder: Path, settings: Settings, *, cited: str | None = None, progress: Callable[[str], None] = lambda _: None
) -> Verification:
    """Look at every byte of a release, or of the newest of a folder of releases, then at what the bytes say.

    Each file is what SHA256SUMS lists and no other is there; the id comes from the content, and is the one `cited`;
    tables have the declared columns, unique keys and as many rows as is said; every row's submission is in
    `submissions`; salamat.duckdb has the rows of the Parquet, and the views and macros of schema.sql. Where bytes are
    not those that were released, what they say is not looked at. Raises NotARelease.
    """
    release = found(folder)
    sums = checksums(release, progress)
    if problems := tuple(of_the_files(release, sums)):
        return Verification(release, digest_of(sums), len(sums), problems, only_bytes=True)
    try:
        manifest = read_manifest(release)
    except NotARelease as error:
        return Verification(release, digest_of(sums), len(sums), (Problem(MANIFEST, str(error)),), only_bytes=True)
    problems = (
        *of_the_identity(release, manifest, sums, cited),
        *_of_the_content(release, manifest, settings, progress),
    )
    rows = {table: declared.rows for table, declared in manifest.tables.items()}
    return Verification(release, manifest.digest, len(sums), problems, release_id=manifest.release_id, rows=rows)


def _of_the_content(
    release: Path, manifest: Manifest, settings: Settings, progress: Callable[[str], None]
) -> Iterator[Problem]:
    with tempfile.TemporaryDirectory(prefix="salamat-", ignore_cleanup_errors=True) as folder:
        beside = Path(folder)
        unlike = tuple(declare(release, beside / "declared.duckdb", settings))
        yield from unlike
        with engine.connect(settings, beside / "spill") as con:
            con.execute(f"SET allowed_directories = [{literals((release.resolve(), beside.resolve()))}]")
            con.execute("SET enable_external_access = false")  # a view that somebody has put there reads no other file
            yield from of_the_rows(con, release, manifest, progress)
            if not unlike:
                yield from of_the_database(con, release, manifest, beside / "declared.duckdb", progress)
