"""datapackage.json, read: which tables a release has, in which files, with which columns and which key."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.errors import NotARelease

MANIFEST = "datapackage.json"

# The types of Frictionless Table Schema for those of DuckDB that a release has.
FRICTIONLESS = {
    "VARCHAR": "string",
    "VARCHAR[]": "array",
    "BIGINT": "integer",
    "DOUBLE": "number",
    "DATE": "date",
    "TIMESTAMP": "datetime",
    "BOOLEAN": "boolean",
}
_DUCKDB = {told: kind for kind, told in FRICTIONLESS.items()}


@dataclass(frozen=True)
class TableOf:
    """A table as its release declares it: the rows of each Parquet file, the DuckDB type of each column, its key."""

    files: Mapping[str, int]
    columns: Mapping[str, str]
    key: tuple[str, ...]

    @property
    def rows(self) -> int:
        """The rows of all files."""
        return sum(self.files.values())


@dataclass(frozen=True)
class Manifest:
    """What datapackage.json says: `digest` is that of the content, `sums` are the SHA-256 of files, by path.

    `rows` and `schema_versions` are by table; a table without a row has no file, and is not in `tables`.
    """

    release_id: str
    digest: str
    sums: Mapping[str, str]
    sizes: Mapping[str, int]
    rows: Mapping[str, int]
    schema_versions: Mapping[str, str]
    declarations_digest: str
    tables: Mapping[str, TableOf]


def read_manifest(folder: Path) -> Manifest:
    """Read a release's datapackage.json. Raises NotARelease where it is not one of salamat's."""
    try:
        package = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return _manifest(package["salamat"], package["resources"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        what = f"{type(error).__name__}: {error}"
        raise NotARelease(f"{folder / MANIFEST} cannot be read as that of a release: {what}") from error


def _manifest(told: Mapping[str, Any], resources: Iterable[Mapping[str, Any]]) -> Manifest:
    named = {str(r["path"]): r for r in resources}
    files: dict[str, list[Mapping[str, Any]]] = {}
    for resource in named.values():
        if resource["format"] == "parquet":
            files.setdefault(resource["salamat"]["table"], []).append(resource)
    return Manifest(
        release_id=told["release_id"],
        digest=told["digest"],
        sums={path: r["hash"].removeprefix("sha256:") for path, r in named.items()},
        sizes={path: r["bytes"] for path, r in named.items()},
        rows=dict(told["rows"]),
        schema_versions=dict(told["schema_versions"]),
        declarations_digest=told["declarations_digest"],
        tables={table: _table(parts) for table, parts in files.items()},
    )


def _table(parts: list[Mapping[str, Any]]) -> TableOf:
    schema = parts[0]["schema"]
    return TableOf(
        files={r["path"]: r["rows"] for r in parts},
        columns={f["name"]: _DUCKDB[f["type"]] for f in schema["fields"]},
        key=tuple(schema.get("primaryKey", ())),
    )
