"""The pen of a sender: values become the words and forms of the source, each different value written once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.declarations import Declarations
from pipelines.declarations.source import Source
from pipelines.declarations.units import conversion
from pipelines.errors import SalamatError
from pipelines.simulate.spoken import spoken
from pipelines.simulate.window import Value
from pipelines.simulate.written import in_unit, last_day, written_date, written_number

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Pen:
    """Writes values as the sender of a source does. Where a code has several words, chance chooses."""

    source: Source
    declared: Declarations
    rng: np.random.Generator
    words: dict[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict, repr=False)  # by field, as needed

    def column(self, field: str, values: pa.ChunkedArray) -> pa.Array:
        """Write a column of a field: every different value once, in all ways in which it can be said."""
        import pyarrow as pa  # noqa: PLC0415  heavy
        import pyarrow.compute as pc  # noqa: PLC0415

        mapping = self.source.map.get(field)
        nothing = ("", *self.source.decode.nothing, *(mapping.nothing if mapping else ()))
        if self.declared.fields[field].type == "text" and not values.null_count and self._default(field) is None:
            return _one(values)
        coded = _one(values.dictionary_encode())
        said = [*(self.ways(field, value) for value in coded.dictionary.to_pylist()), nothing]
        index = np.asarray(pc.fill_null(coded.indices, len(said) - 1))
        begins = np.cumsum([0, *(len(ways) for ways in said)])
        many = np.diff(begins)
        chosen = begins[index] + (self.rng.random(len(index)) * many[index]).astype(np.int64)
        return pa.array([way for ways in said for way in ways], pa.string()).take(pa.array(chosen))

    def ways(self, field: str, value: Value) -> tuple[str, ...]:
        """Give the texts that say a value of a mapped field, or of the field that a wide file's cells fill."""
        if self.declared.fields[field].type in {"code", "place"}:
            return self._words(field, str(value))
        mapping, unpivot = self.source.map.get(field), self.source.unpivot
        if own := self._own(field, value):
            return own
        read = mapping.read if mapping else unpivot.read if unpivot else None
        said = self._in_unit(field, value, mapping.unit) if mapping and mapping.unit else value
        if isinstance(value, date) and mapping and mapping.names == "last-day":
            said = last_day(value, str(self.source.constants.get("period_type")))
        return (self.text(field, said, read, mapping.zone if mapping else None),)

    def _own(self, field: str, value: Value) -> tuple[str, ...]:
        """Give the sender's own words for a number, or for the total that an absent cell stands for."""
        mapping = self.source.map.get(field)
        if mapping is None or value is None:
            return ()
        said = tuple(word for word, meant in mapping.codes.items() if meant == value)
        return said or (mapping.nothing if value == self._default(field) else ())

    def _default(self, field: str) -> Value:
        use = self.declared.tables[self.source.table].fields.get(field)
        return use.default if use else None

    def text(self, field: str, value: Value, read: str | None, zone: str | None = None) -> str:
        """Write a value in a form."""
        kind = self.declared.fields[field].type
        if isinstance(value, date):
            return written_date(value, read or "yyyy-MM-dd", zone, self.declared.languages[self.source.language[0]])
        if kind in {"code", "place"}:
            return self._words(field, str(value))[0]
        return written_number(value, self.source.decode, read) if isinstance(value, int | float) else str(value)

    def _in_unit(self, field: str, value: Value, unit: str) -> Value:
        how = conversion(field, unit, self.declared.fields[field], self.declared)
        return in_unit(value, how) if how and isinstance(value, int | float) else value

    def _words(self, field: str, value: str) -> tuple[str, ...]:
        if field not in self.words:
            self.words[field] = spoken(self.source, self.declared, field)
        said = self.words[field].get(value)
        if not said:
            spoken_in = ", ".join(self.source.language)
            told = f"{self.source.source}: no word of {spoken_in} says {value} in {field}"
            raise SalamatError(f"{told}; name it in schemas/codes, or in the codes of the source")
        return said


def _one(values: Any) -> Any:
    """Give a chunked array in one piece."""
    whole = values.combine_chunks() if hasattr(values, "combine_chunks") else values
    return whole.chunk(0) if hasattr(whole, "num_chunks") else whole
