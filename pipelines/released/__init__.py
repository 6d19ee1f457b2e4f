"""released: a release as it lies in a folder: which files it has, what it says of them, and by what it is known."""

from __future__ import annotations

from pipelines.released.checksums import CHECKSUMS, checksums, digest_of, in_id, listing
from pipelines.released.found import found
from pipelines.released.manifest import MANIFEST, Manifest, TableOf, read_manifest

__all__ = [
    "CHECKSUMS",
    "CITATION",
    "DATABASE",
    "MANIFEST",
    "SCHEMA",
    "Manifest",
    "TableOf",
    "checksums",
    "digest_of",
    "found",
    "in_id",
    "listing",
    "read_manifest",
]

DATABASE = "salamat.duckdb"
CITATION = "CITATION.cff"
SCHEMA = "schema.sql"
