"""What is expected of a field's cells, in the words of a report: the form that the source agreed on, the bounds."""

from __future__ import annotations

from pipelines.declarations import Declarations
from pipelines.declarations.code_lists import codes_of
from pipelines.declarations.dates import SERIAL
from pipelines.declarations.source import Source


def wanted_range(field: str, source: Source, declared: Declarations) -> str:
    """Say between which values a field's numbers lie, and in which unit the file has them where it is another."""
    entry, sent_in = declared.fields[field], source.map[field].unit if field in source.map else None
    low, high = (f"{v:g}" if v is not None else None for v in (entry.minimum, entry.maximum))
    told = f"{low} to {high}" if low and high else f"at least {low}" if low else f"at most {high}"
    return f"{told} {entry.unit} (the file has it in {sent_in})" if sent_in else told


def wanted_form(field: str, source: Source, declared: Declarations) -> str:
    """Say which form or words are expected in the column of a field."""
    entry, mapping = declared.fields[field], source.map.get(field)
    if entry.type == "date":
        read = (mapping.read if mapping else None) or "yyyy-MM-dd"
        return {"instant": "a moment such as 2020-07-01T05:06:49Z", SERIAL: "a cell with a date"}.get(read, read)
    if entry.type == "code":
        labels = [
            next((c.labels[x] for x in source.language if x in c.labels), c.code)
            for c in codes_of(declared, source.table, field).codes
        ]
        agreed = (list(map(str, mapping.codes)) if mapping and mapping.codes else labels)[:12]
        return ("; " if any("," in word for word in agreed) else ", ").join(agreed)
    if entry.type == "place":
        return "a place of the reporting state, by name or code"
    if entry.type in {"integer", "decimal"}:
        decimal, thousands = source.decode.decimal, source.decode.thousands
        if entry.type == "integer":
            return f"a whole number, decimal mark '{decimal}', thousands: {thousands}"
        return f"a number, decimal mark '{decimal}', thousands: {thousands}"
    return "text"
