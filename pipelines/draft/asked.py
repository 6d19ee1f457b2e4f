"""What a draft leaves open, in the words in which it is asked."""

from __future__ import annotations

from pipelines.draft.drafted import Line, Said
from pipelines.draft.wide import Wide

_SHOWN = 8


def asked(lines: list[Line], wide: Wide | None) -> list[str]:
    """Ask for fields, forms, units and words that no line could settle."""
    found = []
    for line in lines:
        if line.ask:
            found.append(f"'{line.column}': {line.ask}")
        elif line.role == "open" and line.field:
            found.append(f"'{line.column}': which form has {line.field}? {' or '.join(line.candidates)}")
        elif line.role == "open":
            what = f"one of {', '.join(line.candidates)}, or " if line.candidates else "a field, or "
            found.append(f"'{line.column}': is it {what}to be ignored?")
        elif line.unknown:
            shown = ", ".join(f"'{w}'" for w in line.unknown[:_SHOWN]) + (" ..." if len(line.unknown) > _SHOWN else "")
            found.append(f"'{line.column}': what do these cells mean as {line.field}? {shown}")
    return found + [f"'{c}': which place of this name?" for c in (wide.unclear if wide else ())]


def which_table(table: Said) -> list[str]:
    """Ask for the table where another explains the columns as well: else the draft would load as if that were known."""
    return [f"is the table {table.value}? {table.why}"] if table.confidence == "question" else []
