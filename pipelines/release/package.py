"""datapackage.json and CITATION.cff: what a release is, file by file, for programs (Frictionless Data Package, CFF)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from pipelines.released import CITATION, MANIFEST
from pipelines.released.manifest import FRICTIONLESS
from pipelines.store import sha256_of

if TYPE_CHECKING:
    from datetime import datetime

    from pipelines.declarations import Declarations
    from pipelines.declarations.model import FieldEntry
    from pipelines.release.contents import Column, Content
    from pipelines.release.cut import Cut
    from pipelines.release.made import Made
    from pipelines.release.parquet import Written

TITLE = "Harmonised epidemiological data"
_MEDIA = {
    ".duckdb": "application/vnd.duckdb",
    ".md": "text/markdown",
    ".sql": "application/sql",
    ".cff": "application/yaml",
}


def write_manifest(made: Made, counts: Mapping[str, int], now: datetime) -> None:
    """Write datapackage.json over every file in the folder; `counts` are the rows per table of the lake."""
    cut, by_path = made.cut, {written.path: written for written in made.files}
    others = sorted(f.relative_to(made.folder).as_posix() for f in made.folder.iterdir() if f.is_file())
    told = {**identity(cut), "release_id": made.release_id, "digest": made.digest, "cut_at": now.isoformat()}
    package = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"salamat-{made.release_id}",
        "title": TITLE,
        "description": "One release of salamat: data of a network of states. README.md tells how to open it.",
        "version": made.release_id,
        "created": now.isoformat(),
        "sources": list(_sources(cut)),
        "salamat": {**told, "rows": dict(counts), "schema_versions": _versions(cut)},
        "resources": [_resource(cut.declared, made.folder, path, by_path.get(path)) for path in (*others, *by_path)],
    }
    (made.folder / MANIFEST).write_text(json.dumps(package, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def identity(cut: Cut) -> dict[str, Any]:
    """What tells one release from another: nothing has changed where these are equal."""
    return {
        "snapshot": cut.snapshot,
        "declarations_digest": cut.declared.digest,
        "tier": cut.tier,
        "country": cut.country,
    }


def write_citation(made: Made) -> None:
    """Write CITATION.cff: the release, and each publisher whose data it holds. It is the same whenever it is cut."""
    recorded = f"The state of the network's data recorded on {made.cut.recorded_at:%Y-%m-%d %H:%M} UTC."
    known = "SHA-256 over the lines of SHA256SUMS that name Parquet and SQL: `salamat verify` computes it anew."
    citation: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use these data, please cite this release and the publishers under references.",
        "type": "dataset",
        "title": f"{TITLE}, release {made.release_id}",
        "abstract": recorded,
        "version": made.release_id,
        "date-released": made.cut.recorded_at.date().isoformat(),
        "identifiers": [{"type": "other", "value": f"sha256:{made.digest}", "description": known}],
        "authors": [{"name": "The salamat network"}],
    }
    if references := [_reference(source) for source in _sources(made.cut)]:
        citation["references"] = references
    (made.folder / CITATION).write_text(
        yaml.safe_dump(citation, sort_keys=False, allow_unicode=True, width=1000), encoding="utf-8", newline="\n"
    )


def _versions(cut: Cut) -> dict[str, str]:
    """The version of each table's schema: it is another as soon as a column, its meaning or the key is another."""
    schemas = {content.table: _schema(cut.declared, content) for content in cut.contents}
    return {t: hashlib.sha256(json.dumps(s, sort_keys=True).encode()).hexdigest()[:8] for t, s in schemas.items()}


def _sources(cut: Cut) -> Iterator[dict[str, str]]:
    """The declared sources whose deliveries this folder holds."""
    (submissions,) = (c for c in cut.contents if c.table == "submissions")
    found = cut.lake.con.execute(f"SELECT DISTINCT source FROM ({cut.rows(submissions)}) ORDER BY 1").fetchall()
    for (source,) in found:
        if declared := cut.declared.sources.get(source):
            given = {k: declared.provenance.get(k, "not stated") for k in ("publisher", "licence")}
            yield {"title": declared.title, **given}


def _reference(source: dict[str, str]) -> dict[str, Any]:
    authors, notes = [{"name": source["publisher"]}], f"Licence: {source['licence']}"
    return {"type": "data", "title": source["title"], "authors": authors, "notes": notes}


def _resource(declared: Declarations, folder: Path, path: str, written: Written | None) -> dict[str, Any]:
    file = folder / path
    told = {
        "name": path.removeprefix("parquet/").removesuffix(".parquet").replace("/", "-").lower(),
        "path": path,
        "hash": f"sha256:{sha256_of(file)}",
        "bytes": file.stat().st_size,
    }
    if written is None:
        return {**told, "format": file.suffix.removeprefix("."), "mediatype": _MEDIA[file.suffix]}
    content = written.content
    kind = {
        "title": content.comment,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "rows": written.rows,
    }
    return {**told, **kind, "salamat": {"table": content.table}, "schema": _schema(declared, content)}


def _schema(declared: Declarations, content: Content) -> dict[str, Any]:
    key = [k for k in content.key if k in content.names]
    fields = [_field(column, declared.fields.get(column.name)) for column in content.columns]
    return {"fields": fields, **({"primaryKey": key} if key == list(content.key) and key else {})}


def _field(column: Column, entry: FieldEntry | None) -> dict[str, Any]:
    told: dict[str, Any] = {"name": column.name, "type": FRICTIONLESS[column.type], "description": column.meaning}
    more = {
        "unit": column.unit,
        "standard": column.standard,
        "codes": column.codes,
        "required": column.required or None,
    }
    if given := {k: v for k, v in more.items() if v is not None}:
        told["salamat"] = given
    if entry and entry.meaning == column.meaning and (limits := _constraints(entry)):
        told["constraints"] = limits
    return told


def _constraints(entry: FieldEntry) -> dict[str, Any]:
    minimum, maximum = (
        int(v) if v is not None and entry.type == "integer" else v for v in (entry.minimum, entry.maximum)
    )
    limits = {"minimum": minimum, "maximum": maximum, "maxLength": entry.max_length, "pattern": entry.pattern}
    return {k: v for k, v in limits.items() if v is not None}
