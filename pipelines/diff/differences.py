"""What was found to differ between two releases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class TableDiff:
    """A table in both: its rows on each side, those only there, those changed, and how many changes each field has.

    `columns` are those that are not alike, with what differs; `versions` are those of the table's schema.
    """

    table: str
    rows: tuple[int, int]
    only_in: tuple[int, int]
    changed: int
    fields: Mapping[str, int]
    columns: Mapping[str, str]
    versions: tuple[str, str]
    has_key: bool = True

    @property
    def is_alike(self) -> bool:
        """Whether both say the same in the same columns."""
        return not (any(self.only_in) or self.changed or self.columns) and self.versions[0] == self.versions[1]


@dataclass(frozen=True)
class Differences:
    """Two releases by their ids and the digests of declarations; tables that one alone has; tables of both."""

    releases: tuple[str, str]
    declarations: tuple[str, str]
    only_in: tuple[tuple[str, ...], tuple[str, ...]]
    tables: tuple[TableDiff, ...] = field(default_factory=tuple)

    @property
    def are_alike(self) -> bool:
        """Whether both hold the same; that declarations which left no trace differ does not count."""
        return not any(self.only_in) and all(table.is_alike for table in self.tables)
