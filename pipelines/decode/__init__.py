"""decode: a Delivery becomes an Extract, every cell as text under the sender's own column names, or is refused."""

from __future__ import annotations

from dataclasses import replace

from pipelines.artefacts import Delivery, Extract, Workspace
from pipelines.declarations.source import Source
from pipelines.decode.columns import check_columns
from pipelines.decode.delimited import read_cells
from pipelines.decode.encodings import Text, as_utf8, with_line_feeds
from pipelines.decode.header import notes_of_the_file, told_of_the_file, with_names_first
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
    text = with_names_first(as_text(delivery.path, source, workspace, settings), source, workspace, settings)
    with told_of_the_file(text):
        extract = _read(delivery, source, workspace, settings, text)
    return replace(extract, notes=notes_of_the_file(extract.notes, text), first_row=extract.first_row + text.above)


def _read(delivery: Delivery, source: Source, workspace: Workspace, settings: Settings, text: Text) -> Extract:
    seen = scan(text.path, source.decode, settings)
    if seen.mixed_ends:
        text = with_line_feeds(text, workspace)
        seen = scan(text.path, source.decode, settings)
    header = read_header(text.path, source.decode)
    check_columns(header, source, text, settings)
    return read_cells(delivery, source, workspace, settings, text, header, seen)
