"""SHA256SUMS: the digest of every file of a release, as `sha256sum -c` reads it, and the digest of their content."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

from pipelines.errors import StoreError
from pipelines.store import sha256_of

CHECKSUMS = "SHA256SUMS"


def checksums(folder: Path, progress: Callable[[str], None] = lambda _: None) -> dict[str, str]:
    """Give the SHA-256 of every file below the folder but the list itself, by path (parted by /), in their order.

    Raises StoreError where one cannot be read.
    """
    paths = sorted(f.relative_to(folder).as_posix() for f in folder.rglob("*") if not f.is_dir())
    sums: dict[str, str] = {}
    for path in paths:
        if path != CHECKSUMS:
            progress(path)
            sums[path] = _sum(folder / path)
    return sums


def _sum(file: Path) -> str:
    try:
        return sha256_of(file)
    except OSError as error:
        raise StoreError(f"{file} cannot be read: {error}; see that it may be, then do it again") from error


def listing(sums: Mapping[str, str]) -> str:
    """Give the text of SHA256SUMS: there is one way only to write it, so that any byte that differs is wrong."""
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(sums.items()))


def digest_of(sums: Mapping[str, str]) -> str:
    """Give the digest of a release's content: that of the lines of SHA256SUMS which name its Parquet and its SQL.

    The same content has the same digest whenever it is cut. What tells of the cut itself is not in it, nor
    salamat.duckdb, whose bytes DuckDB may write otherwise; they are held against the content.
    """
    content = {p: d for p, d in sums.items() if p.startswith("parquet/") or p.endswith(".sql")}
    return hashlib.sha256(listing(content).encode()).hexdigest()


def in_id(digest: str) -> str:
    """Give the digits of the content's digest that stand in a release's id."""
    return digest[:12]
