"""Registers, places and the words of reports: read when they are first asked for, once for all sources."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from pipelines.declarations.model import Place, PlaceName
from pipelines.declarations.registers import Register, Row, read_registers
from pipelines.declarations.wordings import Key, Wording, read_wordings

T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True)
class Registered:
    """What is found in these folders, in these languages. A head of a source does not need it."""

    roots: tuple[Path, ...]
    languages: tuple[str, ...]

    @cached_property
    def registers(self) -> dict[str, Register]:
        """Every register with its rows."""
        return read_registers(self.roots)

    @cached_property
    def places(self) -> dict[str, Place]:
        """Every place by its id."""
        return {str(row["place_id"]): _of(Place, row) for row in self.registers["places"].rows}

    @cached_property
    def place_names(self) -> tuple[PlaceName, ...]:
        """Every name of every place."""
        return tuple(_of(PlaceName, row) for row in self.registers["place_names"].rows)

    @cached_property
    def wordings(self) -> dict[str, dict[Key, Wording]]:
        """What schemas/words says, by language, kind and id."""
        return {language: read_wordings(self.roots, language) for language in self.languages}


def _of(model: type[T], row: Row) -> T:
    """Take what the model has of a row that was checked when it was read."""
    return model.model_construct(None, **{k: v for k, v in row.items() if v is not None and k in model.model_fields})
