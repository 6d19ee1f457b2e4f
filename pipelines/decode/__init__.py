"""decode: a Delivery becomes an Extract, every cell as text under the sender's own column names, or is refused."""

from __future__ import annotations

from dataclasses import replace

from pipelines.artefacts import Delivery, Extract, Workspace
from pipelines.declarations.source import Source
from pipelines.decode.columnar import read_parquet
from pipelines.decode.columns import check_columns
from pipelines.decode.delimited import read_cells
from pipelines.decode.document import read_document
from pipelines.decode.encodings import Text, as_utf8, with_line_feeds
from pipelines.decode.header import elsewhere, notes_of_the_file, told_of_the_file, with_names_first
from pipelines.decode.packed import unpacked
from pipelines.decode.records import read_header
from pipelines.decode.spreadsheet import as_delimited
from pipelines.decode.stack import stacked
from pipelines.decode.structure import scan
from pipelines.errors import Refused
from pipelines.settings import Settings

__all__ = ["decode"]


def decode(delivery: Delivery, source: Source, workspace: Workspace, settings: Settings) -> Extract:
    """Read the bytes strictly as the source declares.

    Raises Refused with every finding when the bytes are not what is declared: encoding, structure, columns.
    """
    workspace.folder.mkdir(parents=True, exist_ok=True)
    paths = unpacked(delivery.path, source, workspace, settings)
    if source.decode.format == "csv":
        read = as_utf8(paths[0], source, workspace, settings, says_zero=delivery.envelope.reports_zero)
        return _table(delivery, with_names_first(read, source, workspace, settings), source, workspace, settings)
    if source.decode.format == "xlsx":
        sheets = as_delimited(paths[0], source, workspace, settings)
        return stacked(
            sheets, lambda text, own: _table(delivery, text, source, own, settings), source, workspace, settings
        )
    if source.decode.format == "parquet":
        return read_parquet(delivery, paths[0], source, workspace, settings)
    return read_document(delivery, paths, source, workspace, settings)


def _table(delivery: Delivery, text: Text, source: Source, workspace: Workspace, settings: Settings) -> Extract:
    with told_of_the_file(text):
        extract = _cells(delivery, source, workspace, settings, text)
    return replace(extract, notes=notes_of_the_file(extract.notes, text), first_row=extract.first_row + text.above)


def _cells(delivery: Delivery, source: Source, workspace: Workspace, settings: Settings, text: Text) -> Extract:
    seen = scan(text.path, source.decode, settings)
    if seen.mixed_ends:
        text = with_line_feeds(text, workspace)
        seen = scan(text.path, source.decode, settings)
    header = read_header(text.path, source.decode)
    try:
        check_columns(header, source, text)
    except Refused as refused:
        moved = elsewhere(text, source, settings)
        raise Refused([moved] if moved else refused.findings) from refused
    return read_cells(delivery, source, workspace, settings, text, header, seen)
