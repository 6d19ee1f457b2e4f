"""The parts of a workbook that nobody asked for: they are unpacked and looked at all the same, and then forgotten."""

from __future__ import annotations

from pipelines.workbook.archive import Archive, part
from pipelines.workbook.markup import Markup

_CHUNK = 1 << 20


def read_rest(opened: Archive) -> None:
    """Raise Refused where such a part is damaged: what was damaged anywhere on its way is sent again."""
    for entry in opened.infolist():
        if entry.filename not in opened.taken:
            with part(opened, entry.filename) as rest:
                if entry.filename.endswith((".xml", ".rels")):
                    Markup().read(rest)
                while rest.read(_CHUNK):
                    pass
