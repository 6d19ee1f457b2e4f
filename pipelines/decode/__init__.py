"""decode: a Delivery becomes an Extract, every cell as text under the sender's own column names, or is refused."""

from __future__ import annotations

from pipelines.artefacts import Delivery, Extract, Workspace
from pipelines.declarations.source import Source
from pipelines.decode.columns import check_columns
from pipelines.decode.delimited import read_cells
from pipelines.decode.encodings import as_utf8, with_line_feeds
from pipelines.decode.records import read_header
from pipelines.decode.spreadsheet import as_delimited
from pipelines.decode.structure import scan
from pipelines.settings import Settings

__all__ = ["decode"]


def decode(delivery: Delivery, source: Source, workspace: Workspace, settings: Settings) -> Extract:
    """Read the bytes strictly as the source declares.

    Raises Refused with every finding when the bytes are not what is declared: encoding, structure, columns.
    """
    workspace.folder.mkdir(parents=True, exist_ok=True)
    as_text = {"csv": as_utf8, "xlsx": as_delimited}[source.decode.format]
    text = as_text(delivery.path, source, workspace, settings)
    seen = scan(text.path, source.decode, settings)
    if seen.mixed_ends:
        text = with_line_feeds(text, workspace)
        seen = scan(text.path, source.decode, settings)
    header = read_header(text.path, source.decode)
    check_columns(header, source, text)
    return read_cells(delivery, source, workspace, settings, text, header, seen)
