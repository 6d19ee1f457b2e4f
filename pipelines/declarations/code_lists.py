"""Which codes a table can say in a field: those of the field's list, without those that make no sense in its rows."""

from __future__ import annotations

from pipelines.declarations.load import Declarations
from pipelines.declarations.model import CodeList


def codes_of(declared: Declarations, table: str, field: str) -> CodeList:
    """Give the list of a field of type code, as this table uses it; the whole list where no such table uses it."""
    listed = declared.codes[declared.fields[field].codes or ""]
    use = declared.tables[table].fields.get(field) if table in declared.tables else None
    if use is None or not use.without:
        return listed
    return CodeList(name=listed.name, codes=tuple(c for c in listed.codes if c.code not in use.without))
