"""write: a sheet becomes the bytes of a file, in the format that its source declares. One module for each format."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

from pipelines.declarations.decoding import Decode
from pipelines.errors import SalamatError
from pipelines.simulate.lay_out import Sheet
from pipelines.simulate.write.archive import undated
from pipelines.simulate.write.delimited import as_delimited
from pipelines.simulate.write.dhis2 import as_dhis2
from pipelines.simulate.write.fhir import as_bulk, as_bundle, by_type
from pipelines.simulate.write.parquet import as_parquet
from pipelines.simulate.write.records import as_json, as_ndjson
from pipelines.simulate.write.workbook import as_workbook

__all__ = ["put", "write"]

_WRITERS: dict[str, Callable[[Sheet, Decode], bytes]] = {
    "csv": as_delimited,
    "xlsx": as_workbook,
    "json": as_json,
    "ndjson": as_ndjson,
    "dhis2": as_dhis2,
    "fhir-bundle": as_bundle,
    "fhir-ndjson": as_bulk,
    "parquet": as_parquet,
}


def write(sheet: Sheet, decode: Decode, target: Path) -> None:
    """Write the file that the sender would send."""
    if decode.format not in _WRITERS:
        raise SalamatError(f"the simulation writes {', '.join(_WRITERS)}, not {decode.format}")
    content = _WRITERS[decode.format](sheet, decode)
    put(content if decode.zip is None else _packed(content, decode), target)


def put(content: bytes, target: Path) -> None:
    """Write a file under a name in the making, and rename it when it is complete: nobody takes half of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(target.name + ".part")
    unfinished.write_bytes(content)
    unfinished.replace(target)


def _packed(content: bytes, decode: Decode) -> bytes:
    """Pack what is sent under names that the pattern takes; the same content always gives the same archive.

    A bulk export is a file for each type of resource; one of nothing is an empty file.
    """
    out, types = io.BytesIO(), by_type(content) if decode.format == "fhir-ndjson" else {}
    files = types or {"data": content}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for called, said in files.items():
            entry = undated(str(decode.zip).replace("*", called).replace("?", "0"))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, said)
    return out.getvalue()
