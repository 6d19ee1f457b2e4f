"""Contradictions of registers with code lists, places, each other: what no row of a register can say alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipelines.declarations.registers import Cell, Register, RegisterColumn

if TYPE_CHECKING:
    from pipelines.declarations.load import Declarations
    from pipelines.errors import Contradiction


def in_registers(declared: Declarations) -> Iterator[Contradiction]:
    """Find every column that leads nowhere, and every cell that is not a value of where its column leads."""
    for register in declared.registers.values():
        for column, entry in register.head.columns.items():
            if what := _misdeclared(entry, declared):
                yield register.document.contradiction(what, "columns", column)
            else:
                yield from _cells(register, column, entry, declared)


def _misdeclared(entry: RegisterColumn, declared: Declarations) -> str | None:
    if (entry.type == "code") != (entry.codes is not None):
        return "type code and a code list go together"
    if entry.codes and entry.codes not in declared.codes:
        return f"there is no code list '{entry.codes}'"
    if entry.refers_to:
        other, _, theirs = entry.refers_to.partition(".")
        if other not in declared.registers or theirs not in declared.registers[other].head.columns:
            return f"there is no column '{entry.refers_to}' of a register"
    return None


def _cells(register: Register, column: str, entry: RegisterColumn, declared: Declarations) -> Iterator[Contradiction]:
    known = _known(entry, declared)
    if known is None:
        return
    for number, row in enumerate(register.rows):
        if row[column] is not None and row[column] not in known:
            of = entry.codes or entry.refers_to or "places.place_id"
            yield register.contradiction(number, f"'{column}': '{row[column]}' is not in {of}")


def _known(entry: RegisterColumn, declared: Declarations) -> set[Cell] | None:
    if entry.codes:
        return set(declared.codes[entry.codes].known())
    refers_to = "places.place_id" if entry.type == "place" else entry.refers_to
    if refers_to is None:
        return None
    other, _, theirs = refers_to.partition(".")
    return {row[theirs] for row in declared.registers[other].rows} if other in declared.registers else set()
